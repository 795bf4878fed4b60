"""One voice for related organizations: neither side takes the other's, and no third one joins two strangers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from policyhub.core.errors import NotAllowed, NotPossible
from policyhub.decisions import acts as decisions
from policyhub.decisions import queries
from policyhub.decisions.models import Call, Position
from policyhub.drafting.models import Version
from policyhub.insight.report import impact_of, impact_on_record
from policyhub.insight.table import balance
from policyhub.participation import acts
from policyhub.participation.models import Affiliation, Organization, Profile
from policyhub.participation.queries import voice_links
from policyhub.participation.rules import Relation
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry
from policyhub.record.queries import now as database_now
from policyhub.record.queries import size
from tests.factories.decisions import WEEK, Table, make_table
from tests.factories.participation import World
from tests.record.replay.believing import disbelieved

UNION, SECOND, FIRM = "faces-union-1", "faces-union-2", "faces-firm-1"


@pytest.fixture
def table(now: datetime) -> Table:
    return make_table(now)


def name_of(slug: str) -> str:
    return Organization.objects.get(slug=slug).name


def declare(world: World, organization: str, to: str, relation: Relation = Relation.RELATED) -> Affiliation:
    acts.declare_affiliation(
        actor=world.leads[organization],
        participation=world.seat(organization),
        to=to,
        relation=relation,
        at=database_now(),
    )
    return Affiliation.objects.latest("pk")


def join(world: World, organization: str, to: str) -> Affiliation:
    """The two have one voice: one declared it, the other confirmed it."""
    declared = declare(world, organization, name_of(to))
    acts.confirm_affiliation(actor=world.leads[to], affiliation=declared, at=database_now())
    return declared


def ask(table: Table, **said: Any) -> Table:
    """Another call, opened now."""
    world = table.world
    decisions.open_call(
        actor=world.chair,
        process=world.process,
        question="And now?",
        version=Version.objects.get(document=table.document),
        closes_at=database_now() + WEEK,
        at=database_now(),
        **said,
    )
    return Table(world, table.document, Call.objects.latest("pk"))


def codes(refusal: pytest.ExceptionInfo[NotPossible]) -> list[str]:
    return [reason.code for reason in refusal.value.reasons]


def test_what_one_side_alone_declares_is_shown_and_joins_nobody(table: Table) -> None:
    world = table.world
    declare(world, FIRM, name_of(UNION))
    assert voice_links(world.process) == []
    call = ask(table)
    call.cast(FIRM, "support")
    call.cast(UNION, "object")
    assert call.call.positions.count() == 2


def test_neither_a_third_one_nor_who_is_not_seated_confirms_it(table: Table) -> None:
    world = table.world
    declared, before = declare(world, FIRM, name_of(UNION)), size()
    people = (world.leads[FIRM], world.leads[SECOND], world.alternates[UNION], world.chair, world.outsider)
    for person in people:
        with pytest.raises(NotAllowed):
            acts.confirm_affiliation(actor=person, affiliation=declared, at=database_now())
    stranger = declare(world, FIRM, "Holding")
    acts.apply_for_seat(
        actor=world.outsider,
        process=world.process,
        name="Holding",
        category=world.category("industry"),
        at=database_now(),
    )
    with pytest.raises(NotAllowed):
        acts.confirm_affiliation(actor=world.outsider, affiliation=stranger, at=database_now())
    assert size() == before + 3
    assert voice_links(world.process) == []


def test_two_that_are_joined_answer_once_and_whoever_answered_changes_it(table: Table) -> None:
    world = table.world
    join(world, SECOND, UNION)
    call = ask(table)
    call.cast(SECOND, "support")
    with pytest.raises(NotPossible) as refusal:
        call.cast(UNION, "object")
    assert codes(refusal) == ["one_voice"]
    assert name_of(SECOND) in str(refusal.value)
    call.cast(SECOND, "accept")
    (said,) = call.call.positions.all()
    assert (said.organization.slug, said.voice.slug, said.stance) == (SECOND, UNION, "accept")
    assert {each.organization.slug for each in queries.unanswered(call.call)}.isdisjoint({UNION, SECOND})
    rows = queries.counts_by_category(call.call)
    assert rows[-1].asked == call.call.roll.count() - 1
    assert queries.recount(call.call)["counts"]["for"] == 1


def test_call_that_is_open_keeps_the_voices_it_was_opened_with(table: Table) -> None:
    world = table.world
    table.cast(UNION, "object")
    join(world, SECOND, UNION)
    table.cast(SECOND, "support")
    assert table.call.positions.count() == 2
    later = ask(table)
    assert [[seat.organization.slug for seat in seats] for seats in queries.joined(queries.roll(later.call))] == [
        [UNION, SECOND]
    ]


def test_database_refuses_a_second_position_of_one_voice(table: Table) -> None:
    world = table.world
    join(world, SECOND, UNION)
    call = ask(table)
    call.cast(UNION, "support")
    said = Position.objects.get(call=call.call)
    said.pk, said.organization = None, world.seat(SECOND).organization
    with pytest.raises(IntegrityError), transaction.atomic():
        said.save(force_insert=True)


def test_voice_stands_when_whoever_gave_it_leaves_and_a_related_one_stays(table: Table) -> None:
    world = table.world
    join(world, SECOND, UNION)
    call = ask(table)
    call.cast(SECOND, "object")
    acts.withdraw_organization(
        actor=world.leads[SECOND], participation=world.seat(SECOND), reason="No.", at=database_now()
    )
    tally = queries.recount(call.call)
    assert tally["counts"]["against"] == 1
    with pytest.raises(NotPossible) as refusal:
        call.cast(UNION, "support")
    assert codes(refusal) == ["one_voice"]


def test_balance_is_of_voices(table: Table) -> None:
    world = table.world
    before = {share.category.slug: (share.seats, share.voices) for share in balance(world.process)}
    join(world, SECOND, UNION)
    after = {share.category.slug: (share.seats, share.voices) for share in balance(world.process)}
    seats, voices = before["advocacy"]
    assert seats == voices
    assert after == {**before, "advocacy": (seats, voices - 1)}


def test_report_of_a_withdrawal_is_the_same_from_tables_and_from_entries(table: Table) -> None:
    world = table.world
    join(world, SECOND, UNION)
    call = ask(table)
    call.cast(FIRM, "support")
    foretold = impact_of([world.seat(SECOND)], database_now())
    leaves = [each.content for each in Entry.objects.of_process("faces").order_by("index")]
    acts.withdraw_organization(
        actor=world.leads[SECOND], participation=world.seat(SECOND), reason="No.", at=database_now()
    )
    left = Entry.objects.get(kind=Kind.ORGANIZATION_WITHDRAWN)
    assert impact_on_record(leaves, [SECOND], left.body["effective_at"]) == foretold


def test_convener_finds_with_a_reason_and_parts_with_a_reason(table: Table) -> None:
    world = table.world
    for person in (world.chair, world.leads[UNION], world.outsider):
        with pytest.raises(NotAllowed):
            acts.find_affiliation(
                actor=person, participation=world.seat(SECOND), to=name_of(UNION), reason="So.", at=database_now()
            )
    with pytest.raises(NotPossible):
        acts.find_affiliation(
            actor=world.convener, participation=world.seat(SECOND), to=name_of(UNION), reason=" ", at=database_now()
        )
    entry = acts.find_affiliation(
        actor=world.convener,
        participation=world.seat(SECOND),
        to=name_of(UNION),
        reason="One board.",
        at=database_now(),
    )
    assert (entry.kind, entry.actor["role"], entry.body["to"]) == (Kind.AFFILIATION_FOUND, "convener", UNION)
    found = Affiliation.objects.get()
    with pytest.raises(NotPossible) as refusal:
        acts.end_affiliation(actor=world.leads[SECOND], affiliation=found, reason="No.", at=database_now())
    assert codes(refusal) == ["one_voice"]
    acts.end_affiliation(actor=world.convener, affiliation=found, reason="It was sold.", at=database_now())
    assert voice_links(world.process) == []
    with pytest.raises(NotPossible) as refusal:
        acts.end_affiliation(actor=world.convener, affiliation=found, reason="Again.", at=database_now())
    assert codes(refusal) == ["ended"]


def test_convener_confirms_only_with_a_reason(table: Table) -> None:
    world = table.world
    declared = declare(world, FIRM, "Holding")
    with pytest.raises(NotPossible) as refusal:
        acts.confirm_affiliation(actor=world.convener, affiliation=declared, at=database_now())
    assert codes(refusal) == ["reason"]
    acts.confirm_affiliation(actor=world.convener, affiliation=declared, reason="The register.", at=database_now())
    with pytest.raises(NotPossible) as refusal:
        acts.confirm_affiliation(actor=world.convener, affiliation=declared, reason="Again.", at=database_now())
    assert codes(refusal) == ["not_waiting"]


def test_members_of_an_association_keep_their_voices(table: Table) -> None:
    world = table.world
    declared = declare(world, SECOND, name_of(UNION), Relation.MEMBER)
    with pytest.raises(NotPossible) as refusal:
        acts.confirm_affiliation(actor=world.leads[UNION], affiliation=declared, at=database_now())
    assert codes(refusal) == ["member"]
    assert voice_links(world.process) == []
    acts.end_affiliation(actor=world.leads[SECOND], affiliation=declared, reason="We left it.", at=database_now())


def test_nobody_belongs_to_itself_or_twice_to_another(table: Table) -> None:
    world = table.world
    with pytest.raises(NotPossible) as refusal:
        declare(world, FIRM, name_of(FIRM))
    assert codes(refusal) == ["itself"]
    declare(world, FIRM, "Holding")
    with pytest.raises(NotPossible) as refusal:
        declare(world, FIRM, "Holding", Relation.MEMBER)
    assert codes(refusal) == ["listed"]


def test_who_has_left_declares_nothing_more(table: Table) -> None:
    world = table.world
    seat, lead = world.seat(FIRM), world.leads[FIRM]
    acts.withdraw_organization(actor=lead, participation=seat, reason="No.", at=database_now())
    for act in (
        lambda: declare(world, FIRM, "Holding"),
        lambda: acts.declare_profile(actor=lead, participation=seat, about="We.", at=database_now()),
    ):
        with pytest.raises(NotPossible) as refusal:
            act()
        assert codes(refusal) == ["not_seated"]


def test_profile_is_declared_by_the_lead_and_the_words_before_stay(table: Table) -> None:
    world = table.world
    for person in (world.alternates[FIRM], world.leads[UNION], world.convener, world.outsider):
        with pytest.raises(NotAllowed):
            acts.declare_profile(actor=person, participation=world.seat(FIRM), about="We.", at=database_now())
    with pytest.raises(NotPossible) as refusal:
        acts.declare_profile(actor=world.leads[FIRM], participation=world.seat(FIRM), about=" ", at=database_now())
    assert codes(refusal) == ["empty"]
    for words in ("Its members.", "Its members and one donor."):
        acts.declare_profile(actor=world.leads[FIRM], participation=world.seat(FIRM), funding=words, at=database_now())
    assert list(Profile.objects.order_by("pk").values_list("funding", flat=True)) == [
        "Its members.\n",
        "Its members and one donor.\n",
    ]


def test_record_of_joined_voices_is_believed(table: Table) -> None:
    join(table.world, SECOND, UNION)
    call = ask(table)
    call.cast(SECOND, "object")
    assert disbelieved() == []
