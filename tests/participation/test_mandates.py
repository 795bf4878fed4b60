"""Mandates given in writing, for a time, or only to watch: they end by the clock, and watching is not speaking."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from policyhub.accounts.acts import issue_token
from policyhub.accounts.models import Token, User
from policyhub.core.canonical import moment
from policyhub.core.errors import NotAllowed, NotPossible
from policyhub.core.text import text_hash
from policyhub.decisions.queries import find_voice
from policyhub.notifications.erasing import erase_person
from policyhub.participation import acts
from policyhub.participation.models import Representative
from policyhub.participation.queries import due_mandates, find_seat_of, representatives_of
from policyhub.participation.rules import Mandate
from policyhub.participation.tasks import settle_due
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry
from policyhub.record.queries import now as database_now
from policyhub.record.queries import size
from tests.factories.decisions import Table, make_table
from tests.factories.participation import World, make_person

UNION = "faces-union-1"
DAY = timedelta(days=1)


@pytest.fixture
def table(now: datetime) -> Table:
    return make_table(now)


def name(
    world: World,
    email: str = "second@union.example.org",
    mandate: Mandate = Mandate.ALTERNATE,
    ends_at: datetime | None = None,
    at: datetime | None = None,
) -> User:
    acts.name_representative(
        actor=world.leads[UNION],
        participation=world.seat(UNION),
        email=email,
        mandate=mandate,
        authority="Resolution of 3 May.",
        ends_at=ends_at,
        at=at or database_now(),
    )
    return User.objects.get(email=email)


def codes(refusal: pytest.ExceptionInfo[NotPossible]) -> list[str]:
    return [reason.code for reason in refusal.value.reasons]


def over(world: World, mandate: Mandate = Mandate.ALTERNATE) -> User:
    """Somebody whose mandate ended an hour ago, which nobody has written down."""
    at = database_now()
    return name(world, mandate=mandate, at=at - 2 * DAY, ends_at=at - timedelta(hours=1))


def test_authority_and_end_stand_on_the_record(table: Table) -> None:
    ends_at = database_now() + DAY
    name(table.world, ends_at=ends_at)
    entry = Entry.objects.of_kinds(Kind.REPRESENTATIVE_NAMED).latest("index")
    assert entry.body["authority_hash"] == text_hash("Resolution of 3 May.")
    assert entry.body["ends_at"] == moment(ends_at)


def test_mandate_that_is_over_speaks_no_more_before_anybody_wrote_it_down(table: Table) -> None:
    world, before = table.world, database_now()
    person = over(world)
    assert find_seat_of(person, world.process) is None
    assert find_voice(person, table.call) is None
    assert person not in [each.user for each in representatives_of(world.seat(UNION))]
    world.leads["second"] = person
    with pytest.raises(NotAllowed):
        table.cast("second", "support", at=before)
    with pytest.raises(NotAllowed):
        acts.name_representative(
            actor=person,
            participation=world.seat(UNION),
            email="third@union.example.org",
            mandate=Mandate.ALTERNATE,
            at=database_now(),
        )


def test_clock_writes_the_end_down_once_and_ends_every_way_in(table: Table) -> None:
    person = over(table.world)
    issue_token(user=person, name="script", at=database_now() - DAY)
    ends_at = Representative.objects.get(user=person).ends_at
    settle_due()
    entry = Entry.objects.of_kinds(Kind.REPRESENTATIVE_ENDED).latest("index")
    assert (entry.actor, entry.body["role"]) == ({"org": None, "person": None, "role": "system"}, "alternate")
    assert Representative.objects.get(user=person).until == ends_at
    assert Token.objects.filter(user=person, ended_at__isnull=True).exists() is False
    before = size()
    settle_due()
    assert (size(), list(due_mandates(database_now()))) == (before, [])


def test_who_is_named_again_after_the_end_speaks_again(table: Table) -> None:
    world = table.world
    person = over(world)
    name(world, email=person.email)
    seat = find_seat_of(person, world.process)
    assert seat == world.seat(UNION)
    kinds = Entry.objects.of_subject(f"organization/{UNION}").order_by("-index").values_list("kind", flat=True)[:2]
    assert list(kinds) == [Kind.REPRESENTATIVE_ENDED, Kind.REPRESENTATIVE_NAMED]


@pytest.mark.parametrize(
    ("mandate", "days", "code"), [(Mandate.LEAD, 1, "lead_ends"), (Mandate.ALTERNATE, -1, "ends_at")]
)
def test_lead_does_not_end_by_itself_and_nothing_ends_before_it_began(
    table: Table, mandate: Mandate, days: int, code: str
) -> None:
    before = size()
    with pytest.raises(NotPossible) as refusal:
        name(table.world, mandate=mandate, ends_at=database_now() + days * DAY)
    assert (codes(refusal), size()) == ([code], before)


def test_observer_reads_for_the_organization_and_says_nothing(table: Table) -> None:
    world = table.world
    person = name(world, mandate=Mandate.OBSERVER)
    assert find_seat_of(person, world.process) == world.seat(UNION)
    assert find_voice(person, table.call) is None
    world.leads["watcher"] = person
    before = size()
    with pytest.raises((NotAllowed, NotPossible)):
        table.cast("watcher", "support")
    with pytest.raises(NotAllowed):
        acts.add_point(actor=person, process=world.process, proposition="It is short", at=database_now())
    seat = world.seat(UNION)
    with pytest.raises(NotAllowed):
        acts.withdraw_organization(actor=person, participation=seat, reason="No.", at=database_now())
    with pytest.raises(NotAllowed):
        acts.declare_profile(actor=person, participation=seat, about="We.", at=database_now())
    assert size() == before


def test_what_names_an_erased_person_is_gone_with_them(table: Table) -> None:
    world = table.world
    person = over(world)
    settle_due()
    operator = make_person("operator@example.org", is_operator=True)
    erase_person(actor=operator, person=person, at=database_now())
    assert Representative.objects.get(user=person).authority == ""
