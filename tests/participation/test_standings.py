"""Observers, liaisons and the second person of an admission: no voice for who has none, no seat by one alone."""

from __future__ import annotations

from datetime import datetime

import pytest

from policyhub.accounts.models import User
from policyhub.core.errors import NotAllowed, NotPossible
from policyhub.decisions import acts as decisions
from policyhub.decisions.models import Call
from policyhub.decisions.rules import Stance
from policyhub.drafting import acts as drafting
from policyhub.insight.table import balance
from policyhub.meetings.queries import room_of
from policyhub.participation import acts
from policyhub.participation.models import Participation
from policyhub.participation.queries import at_the_table, guests, roster
from policyhub.participation.rules import Importance, ParticipationState, StaffFunction, Standing
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry
from policyhub.record.queries import now as database_now
from policyhub.record.queries import size
from tests.factories.decisions import WEEK, Table, make_table
from tests.factories.meetings import announce, open_now
from tests.factories.participation import World, make_person, make_world

WATCHER = "open-watch"


@pytest.fixture
def table(now: datetime) -> Table:
    return make_table(now)


def watch(world: World, standing: Standing = Standing.OBSERVER) -> User:
    """The lead of an organization that takes part without a vote."""
    lead = make_person(f"lead@{WATCHER}.example.org")
    acts.apply_for_seat(
        actor=lead,
        process=world.process,
        name="Open Watch",
        category=world.category("advocacy"),
        standing=standing,
        at=database_now(),
    )
    acts.admit_organization(actor=world.convener, participation=world.seat(WATCHER), at=database_now())
    return lead


def codes(refusal: pytest.ExceptionInfo[NotPossible]) -> list[str]:
    return [reason.code for reason in refusal.value.reasons]


@pytest.mark.parametrize("standing", [Standing.OBSERVER, Standing.LIAISON])
def test_who_has_no_vote_is_on_no_roll_and_counts_for_no_balance(table: Table, standing: Standing) -> None:
    world = table.world
    before = [(share.category.slug, share.seats, share.share) for share in balance(world.process)]
    watch(world, standing)
    seat = world.seat(WATCHER)
    assert seat.state == ParticipationState.ACTIVE
    assert seat not in at_the_table(world.process)
    assert (seat in roster(world.process), list(guests(world.process))) == (False, [seat])
    assert [(share.category.slug, share.seats, share.share) for share in balance(world.process)] == before
    decisions.open_call(
        actor=world.chair,
        process=world.process,
        question="And now?",
        version=table.call.version,
        closes_at=database_now() + WEEK,
        at=database_now(),
    )
    assert not Call.objects.latest("pk").roll.filter(participation=seat).exists()
    admitted = Entry.objects.of_kinds(Kind.ORGANIZATION_ADMITTED).latest("index")
    assert admitted.body["standing"] == standing.value


def test_who_has_no_vote_takes_no_position_and_declares_no_requirement(table: Table) -> None:
    world, lead = table.world, watch(table.world)
    before = size()
    with pytest.raises(NotPossible) as refusal:
        decisions.cast_position(
            actor=lead, call=table.call, stance=Stance.SUPPORT, text_hash=table.call.text_hash, at=database_now()
        )
    assert codes(refusal) == ["not_on_roll"]
    with pytest.raises(NotAllowed):
        acts.add_point(actor=lead, process=world.process, proposition="It is short", at=database_now())
    point = world.process.points.create(number=9, proposition="It is short")
    with pytest.raises(NotPossible) as refusal:
        acts.declare_requirement(
            actor=lead,
            participation=world.seat(WATCHER),
            point=point,
            holds=True,
            importance=Importance.ESSENTIAL,
            otherwise_leaves=False,
            text="It must.",
            at=database_now(),
        )
    assert codes(refusal) == ["no_vote"]
    with pytest.raises(NotPossible) as refusal:
        drafting.open_document(
            actor=lead,
            process=world.process,
            slug="ours",
            title="Ours",
            owner=world.seat(WATCHER),
            at=database_now(),
        )
    assert codes(refusal) == ["no_vote"]
    assert size() == before


def test_who_has_no_vote_is_in_the_room_and_makes_no_quorum(table: Table) -> None:
    world = table.world
    watch(world)
    meeting = announce(world)
    before = room_of(meeting).seats
    room = room_of(open_now(world, meeting))
    assert room.seats == before
    assert [each.counts for each in room.presences if each.participation.organization.slug == WATCHER] == [False]


def test_observer_that_leaves_changes_no_count(table: Table) -> None:
    world, lead = table.world, watch(table.world)
    before = [(share.category.slug, share.seats) for share in balance(world.process)]
    acts.withdraw_organization(actor=lead, participation=world.seat(WATCHER), reason="Seen.", at=database_now())
    assert [(share.category.slug, share.seats) for share in balance(world.process)] == before
    assert world.seat(WATCHER).state == ParticipationState.WITHDRAWN


def apply(world: World, name: str = "Kite") -> Participation:
    lead = make_person(f"lead@{name.lower()}.example.org")
    acts.apply_for_seat(
        actor=lead, process=world.process, name=name, category=world.category("industry"), at=database_now()
    )
    world.leads[name.lower()] = lead
    return world.seat(name.lower())


def test_where_two_admit_neither_convener_nor_second_person_does_it_alone(now: datetime) -> None:
    world = make_world(now, two_persons_admit=True)
    seat = apply(world)
    with pytest.raises(NotPossible) as refusal:
        acts.admit_organization(actor=world.convener, participation=seat, at=database_now())
    assert codes(refusal) == ["second_person"]
    for person in (world.convener, world.editor, world.leads["kite"], world.outsider):
        with pytest.raises(NotAllowed):
            acts.approve_admission(actor=person, participation=seat, at=database_now())
    entry = acts.approve_admission(actor=world.secretary, participation=seat, at=database_now())
    assert (entry.kind, entry.actor["role"], entry.body) == (
        Kind.ADMISSION_APPROVED,
        "secretary",
        {"process": "faces"},
    )
    with pytest.raises(NotAllowed):
        acts.admit_organization(actor=world.secretary, participation=seat, at=database_now())
    with pytest.raises(NotPossible) as refusal:
        acts.approve_admission(actor=world.chair, participation=seat, at=database_now())
    assert codes(refusal) == ["approved"]
    acts.admit_organization(actor=world.convener, participation=seat, at=database_now())
    assert world.seat("kite").state == ParticipationState.ACTIVE


def test_who_holds_both_functions_is_one_person(now: datetime) -> None:
    world = make_world(now, two_persons_admit=True)
    acts.grant_role(
        actor=world.convener,
        process=world.process,
        function=StaffFunction.SECRETARY,
        email=world.convener.email,
        at=now,
    )
    seat = apply(world)
    acts.approve_admission(actor=world.convener, participation=seat, at=database_now())
    with pytest.raises(NotPossible) as refusal:
        acts.admit_organization(actor=world.convener, participation=seat, at=database_now())
    assert codes(refusal) == ["second_person"]


def test_invitation_waits_for_the_second_person(now: datetime) -> None:
    world = make_world(now, two_persons_admit=True)
    lead = make_person("lead@kite.example.org")
    acts.invite_organization(
        actor=world.convener,
        process=world.process,
        name="Kite",
        category=world.category("industry"),
        lead_email=lead.email,
        at=database_now(),
    )
    seat = world.seat("kite")
    with pytest.raises(NotPossible) as refusal:
        acts.accept_invitation(actor=lead, participation=seat, at=database_now())
    assert codes(refusal) == ["second_person"]
    acts.approve_admission(actor=world.chair, participation=seat, at=database_now())
    acts.accept_invitation(actor=lead, participation=seat, at=database_now())
    assert world.seat("kite").state == ParticipationState.ACTIVE


def test_who_gave_the_invitation_does_not_approve_it(now: datetime) -> None:
    world = make_world(now, two_persons_admit=True)
    acts.grant_role(
        actor=world.convener, process=world.process, function=StaffFunction.CHAIR, email=world.convener.email, at=now
    )
    acts.invite_organization(
        actor=world.convener,
        process=world.process,
        name="Kite",
        category=world.category("industry"),
        lead_email="lead@kite.example.org",
        at=database_now(),
    )
    with pytest.raises(NotPossible) as refusal:
        acts.approve_admission(actor=world.convener, participation=world.seat("kite"), at=database_now())
    assert codes(refusal) == ["second_person"]


def test_where_one_admits_nobody_approves(table: Table) -> None:
    seat = apply(table.world)
    with pytest.raises(NotPossible) as refusal:
        acts.approve_admission(actor=table.world.chair, participation=seat, at=database_now())
    assert codes(refusal) == ["one_admits"]
