"""Requirements: kept back and released, sponsored by those who accept, linked to clauses, dropped; never by others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from policyhub.accounts.models import User
from policyhub.core.errors import NotAllowed, NotPossible
from policyhub.drafting import acts as drafting
from policyhub.drafting.models import Link, Mark
from policyhub.drafting.queries import unmarked
from policyhub.participation import acts
from policyhub.participation.models import Requirement, Sponsor
from policyhub.participation.queries import requirements, requirements_visible_to, sponsors
from policyhub.participation.rules import Importance, Visibility
from policyhub.record.commitments import check_revealed
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry
from policyhub.record.queries import size
from tests.factories.decisions import Table, make_table, publish_clauses
from tests.factories.participation import World

UNION, FIRM, OTHER = "faces-union-1", "faces-firm-1", "faces-union-2"
WORDS = "Canary: a sign at every door."


@pytest.fixture
def table(now: datetime) -> Table:
    return make_table(now - timedelta(days=3))


def declare(world: World, visibility: Visibility = Visibility.CONVENER) -> tuple[Requirement, Entry]:
    acts.add_point(actor=world.convener, process=world.process, proposition="There are signs", at=world.at)
    entry = acts.declare_requirement(
        actor=world.leads[UNION],
        participation=world.seat(UNION),
        point=world.process.points.get(),
        holds=True,
        importance=Importance.ESSENTIAL,
        otherwise_leaves=True,
        text=WORDS,
        visibility=visibility,
        at=world.at,
    )
    return Requirement.objects.get(), entry


def codes(refusal: pytest.ExceptionInfo[NotPossible]) -> list[str]:
    return [reason.code for reason in refusal.value.reasons]


def strangers(world: World) -> list[User]:
    return [world.chair, world.editor, world.secretary, world.outsider, world.leads[FIRM], world.leads[OTHER]]


def test_what_is_kept_back_is_read_by_holder_and_convener_and_by_nobody_else(table: Table) -> None:
    world = table.world
    held, entry = declare(world)
    assert (entry.kind, list(entry.body)) == (Kind.REQUIREMENT_LODGED, ["commitment", "process"])
    for person in (world.convener, world.leads[UNION], world.alternates[UNION]):
        assert list(requirements_visible_to(person, world.process)) == [held]
    for person in strangers(world):
        assert list(requirements_visible_to(person, world.process)) == []
    assert list(requirements(world.process)) == []
    pages = ["/processes/faces/", "/processes/faces/table/", "/processes/faces/record/", "/processes/faces/feed.atom"]
    pages += [f"/record/{entry.index}/", "/api/v1/processes/faces/requirements/", f"/record/{entry.index}/leaf.json"]
    for page in pages:
        assert "Canary" not in Client().get(page).content.decode()
    assert "Canary" not in bytes(entry.leaf).decode()


def test_released_it_is_what_was_committed_to(table: Table) -> None:
    world = table.world
    held, lodged = declare(world)
    for person in (*strangers(world), world.convener):
        with pytest.raises(NotAllowed):
            acts.release_requirement(actor=person, requirement=held, at=world.at)
    released = acts.release_requirement(actor=world.alternates[UNION], requirement=held, at=world.at)
    opening = released.body["opening"]
    assert check_revealed(lodged.body["commitment"], opening["salt"], opening["payload"]) is None
    assert opening["payload"]["point"] == 1
    assert [each.number for each in requirements(world.process)] == [1]
    assert "Canary" in Client().get("/processes/faces/table/").content.decode()
    with pytest.raises(NotPossible) as refusal:
        acts.release_requirement(actor=world.leads[UNION], requirement=held, at=world.at)
    assert codes(refusal) == ["public"]


def test_nothing_public_is_said_about_what_is_kept_back(table: Table) -> None:
    world, clause = table.world, table.document.clauses.get()
    held, _ = declare(world)
    version, before = table.call.version, size()
    tries: list[Callable[[], Entry]] = [
        lambda: drafting.link_requirement(actor=world.leads[UNION], requirement=held, clause=clause, at=world.at),
        lambda: drafting.mark_requirement(
            actor=world.leads[UNION], requirement=held, version=version, value=Mark.Value.MET, at=world.at
        ),
        lambda: acts.withdraw_organization(
            actor=world.leads[UNION],
            participation=world.seat(UNION),
            reason="No.",
            requirements=[held],
            at=world.at,
        ),
    ]
    for attempt in tries:
        with pytest.raises(NotPossible) as refusal:
            attempt()
        assert codes(refusal) == ["kept_back"]
    assert size() == before
    assert unmarked(world.seat(UNION), version) == []


def test_dropped_it_stays_listed_and_leaves_room_for_another_on_the_same_point(table: Table) -> None:
    world = table.world
    held, _ = declare(world, Visibility.PUBLIC)
    for person in (*strangers(world), world.convener):
        with pytest.raises(NotAllowed):
            acts.drop_requirement(actor=person, requirement=held, reason="No.", at=world.at)
    acts.drop_requirement(actor=world.leads[UNION], requirement=held, reason="Signs are there.", at=world.at)
    page = Client().get("/processes/faces/table/").content.decode()
    assert "Signs are there." in page
    with pytest.raises(NotPossible) as refusal:
        acts.drop_requirement(actor=world.leads[UNION], requirement=held, reason="Again.", at=world.at)
    assert codes(refusal) == ["dropped"]
    acts.declare_requirement(
        actor=world.leads[UNION],
        participation=world.seat(UNION),
        point=held.point,
        holds=False,
        importance=Importance.IMPORTANT,
        otherwise_leaves=False,
        text="No signs at all.",
        at=world.at,
    )
    assert list(Requirement.objects.order_by("number").values_list("holds", flat=True)) == [True, False]


def ask(world: World, held: Requirement, *organizations: str) -> list[Sponsor]:
    return acts.ask_to_sponsor(
        actor=world.leads[UNION],
        requirement=held,
        participations=[world.seat(each) for each in organizations],
        at=world.at,
    )


def test_each_organization_stands_behind_it_by_its_own_word_and_ends_it_by_its_own(table: Table) -> None:
    world = table.world
    held, _ = declare(world)
    first, second = ask(world, held, OTHER, FIRM)
    assert list(requirements_visible_to(world.leads[OTHER], world.process)) == [held]
    for person in (world.leads[UNION], world.leads[FIRM], world.convener, world.outsider):
        with pytest.raises(NotAllowed):
            acts.accept_sponsorship(actor=person, sponsor=first, at=world.at)
    before = size()
    acts.decline_sponsorship(actor=world.alternates[FIRM], sponsor=second, at=world.at)
    assert size() == before
    entry = acts.accept_sponsorship(actor=world.alternates[OTHER], sponsor=first, at=world.at)
    assert (entry.kind, entry.actor["org"]) == (Kind.REQUIREMENT_SPONSORED, OTHER)
    assert [each.participation.organization.slug for each in sponsors()] == [OTHER]
    for again in (first, second):
        lead = world.leads[OTHER] if again == first else world.leads[FIRM]
        with pytest.raises(NotPossible) as refusal:
            acts.accept_sponsorship(actor=lead, sponsor=again, at=world.at)
        assert codes(refusal) == ["answered"]
    acts.end_sponsorship(actor=world.leads[OTHER], sponsor=first, at=world.at)
    assert not sponsors().exists()
    with pytest.raises(NotPossible) as refusal:
        acts.end_sponsorship(actor=world.leads[OTHER], sponsor=first, at=world.at)
    assert codes(refusal) == ["no_sponsor"]


def test_nobody_is_asked_twice_or_to_stand_behind_their_own(table: Table) -> None:
    world = table.world
    held, _ = declare(world)
    ask(world, held, OTHER)
    with pytest.raises(NotPossible) as refusal:
        ask(world, held, OTHER)
    assert codes(refusal) == ["asked"]
    with pytest.raises(NotPossible) as refusal:
        ask(world, held, UNION)
    assert codes(refusal) == ["foreign"]


def mark(table: Table, held: Requirement) -> None:
    drafting.mark_requirement(
        actor=table.world.leads[UNION],
        requirement=held,
        version=table.document.versions.latest("number"),
        value=Mark.Value.UNMET,
        at=table.world.at,
    )


def next_version(table: Table, **clauses: str) -> Any:
    return publish_clauses(table.document, clauses, by=table.world, at=table.world.at)


def test_holder_is_asked_again_when_a_linked_clause_changes_and_not_before(table: Table) -> None:
    world = table.world
    held, _ = declare(world, Visibility.PUBLIC)
    clause, seat = table.document.clauses.get(), world.seat(UNION)
    drafting.link_requirement(actor=world.alternates[UNION], requirement=held, clause=clause, at=world.at)
    assert unmarked(seat, table.call.version) == [held]
    mark(table, held)
    second = next_version(table, c1="Ask first.\n", c2="Signs hang at the door.\n")
    assert unmarked(seat, second) == []
    third = next_version(table, c1="Ask later.\n", c2="Signs hang at the door.\n")
    assert unmarked(seat, third) == [held]
    mark(table, held)
    assert unmarked(seat, third) == []
    drafting.unlink_requirement(actor=world.leads[UNION], link=Link.objects.get(), at=world.at)
    fourth = next_version(table, c1="Ask later.\n", c2="Signs hang at every door.\n")
    assert unmarked(seat, fourth) == [held]


def test_links_are_the_holders_and_of_texts_of_the_process(table: Table) -> None:
    world = table.world
    held, _ = declare(world, Visibility.PUBLIC)
    clause = table.document.clauses.get()
    for person in (*strangers(world), world.convener):
        with pytest.raises(NotAllowed):
            drafting.link_requirement(actor=person, requirement=held, clause=clause, at=world.at)
    other = make_table(world.at, slug="other")
    with pytest.raises(NotPossible) as refusal:
        drafting.link_requirement(
            actor=world.leads[UNION], requirement=held, clause=other.document.clauses.get(), at=world.at
        )
    assert codes(refusal) == ["foreign"]
    drafting.link_requirement(actor=world.leads[UNION], requirement=held, clause=clause, at=world.at)
    with pytest.raises(NotPossible) as refusal:
        drafting.link_requirement(actor=world.leads[UNION], requirement=held, clause=clause, at=world.at)
    assert codes(refusal) == ["linked"]
