"""Leaving at a time to come, taking it back, stepping out of one text: by the clock, whoever wrote it down."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from policyhub.core.canonical import moment
from policyhub.core.errors import NotAllowed, NotPossible
from policyhub.decisions import acts as decisions
from policyhub.decisions.models import Call
from policyhub.decisions.queries import recount
from policyhub.participation import acts
from policyhub.participation.models import Announcement, PartialWithdrawal, Participation, Withdrawal
from policyhub.participation.queries import announced, at_the_table, due_withdrawals, find_seat_of
from policyhub.participation.rules import Importance, ParticipationState, StatementKind
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry
from policyhub.record.queries import now as database_now
from policyhub.record.queries import size
from tests.factories.decisions import WEEK, Table, make_document, make_table, publish
from tests.factories.participation import World, make_world

FIRM, UNION = "faces-firm-1", "faces-union-1"
HOUR = timedelta(hours=1)


@pytest.fixture
def table(now: datetime) -> Table:
    """A call that closes in four days."""
    return make_table(now - timedelta(days=3))


def withdraw(table: Table, organization: str = UNION, *, at: datetime | None = None, **said: Any) -> Entry:
    world = table.world
    return acts.withdraw_organization(
        actor=said.pop("actor", world.leads[organization]),
        participation=world.seat(organization),
        reason="No consent.",
        at=at or database_now(),
        **said,
    )


def codes(refusal: pytest.ExceptionInfo[NotPossible]) -> list[str]:
    return [reason.code for reason in refusal.value.reasons]


def due(table: Table, organization: str = UNION) -> datetime:
    """The organization announced its withdrawal, and its time has come just now; nobody has written it down."""
    withdraw(table, organization, at=database_now() - 2 * HOUR, effective_at=database_now() - HOUR)
    return table.world.seat(organization).leaves_at  # type: ignore[return-value]


def test_announced_withdrawal_has_effect_at_its_time_and_not_before(table: Table) -> None:
    world, at = table.world, database_now()
    entry = withdraw(table, effective_at=at + HOUR)
    seat = world.seat(UNION)
    assert (entry.kind, entry.body["effective_at"]) == (Kind.WITHDRAWAL_ANNOUNCED, moment(at + HOUR))
    assert (seat.state, seat.sits_at(at + HOUR - timedelta(microseconds=1)), seat.sits_at(at + HOUR)) == (
        ParticipationState.ACTIVE,
        True,
        False,
    )
    assert seat in at_the_table(world.process)
    assert [each.participation for each in announced(world.process)] == [seat]
    table.cast(UNION, "object", at=at)


def test_withdrawal_that_is_due_has_effect_before_anybody_wrote_it_down(table: Table) -> None:
    world = table.world
    due(table)
    assert world.seat(UNION) not in at_the_table(world.process)
    assert find_seat_of(world.leads[UNION], world.process) is None
    with pytest.raises(NotPossible) as refusal:
        table.cast(UNION, "support", at=database_now())
    assert codes(refusal) == ["withdrawn"]
    with pytest.raises(NotPossible) as refusal:
        acts.declare_requirement(
            actor=world.leads[UNION],
            participation=world.seat(UNION),
            point=world.process.points.create(number=9, proposition="Another"),
            holds=True,
            importance=Importance.ESSENTIAL,
            otherwise_leaves=False,
            text="It must.",
            at=database_now(),
        )
    assert codes(refusal) == ["not_seated"]


def test_clock_writes_it_down_once_with_the_announced_time(table: Table) -> None:
    left_at = due(table)
    (entry,) = acts.settle_withdrawals(at=database_now())
    seat = table.world.seat(UNION)
    assert (entry.kind, entry.actor) == (
        Kind.ORGANIZATION_WITHDRAWN,
        {"org": None, "person": None, "role": "system"},
    )
    assert (seat.state, seat.withdrawn_at, seat.leaves_at) == (ParticipationState.WITHDRAWN, left_at, None)
    assert entry.body["effective_at"] == moment(left_at)
    assert Withdrawal.objects.get(participation=seat).reason == "No consent.\n"
    assert (acts.settle_withdrawals(at=database_now()), list(due_withdrawals(database_now()))) == ([], [])


def test_count_knows_of_it_before_and_after_it_is_written_down(table: Table) -> None:
    table.cast(UNION, "object")
    due(table)
    before = recount(Call.objects.get())
    acts.settle_withdrawals(at=database_now())
    after = recount(Call.objects.get())
    assert before == after
    assert before["other_treatment"]["treatment"] == "exclude"


def test_new_roll_leaves_out_who_has_left_by_the_clock(table: Table, now: datetime) -> None:
    world = table.world
    version = publish(make_document(world, "other"), "Another text.", by=world, at=now)
    due(table)
    decisions.open_call(
        actor=world.chair,
        process=world.process,
        question="And this?",
        version=version,
        closes_at=database_now() + WEEK,
        at=database_now(),
    )
    on_roll = Call.objects.get(number=2).roll.values_list("organization__slug", flat=True)
    assert UNION not in on_roll
    assert FIRM in on_roll


def test_announcement_is_taken_back_until_its_time_and_by_the_lead_alone(table: Table) -> None:
    world, at = table.world, database_now()
    withdraw(table, effective_at=at + HOUR)
    for person in (world.alternates[UNION], world.leads[FIRM], world.convener, world.outsider):
        with pytest.raises(NotAllowed):
            acts.revoke_withdrawal(actor=person, participation=world.seat(UNION), at=at)
    with pytest.raises(NotPossible) as refusal:
        acts.revoke_withdrawal(actor=world.leads[UNION], participation=world.seat(UNION), at=at + HOUR)
    assert codes(refusal) == ["not_announced"]
    entry = acts.revoke_withdrawal(
        actor=world.leads[UNION], participation=world.seat(UNION), reason="They listened.", at=at
    )
    assert entry.kind == Kind.WITHDRAWAL_REVOKED
    assert world.seat(UNION).leaves_at is None
    assert Announcement.objects.get().revoked_reason == "They listened.\n"
    assert acts.settle_withdrawals(at=at + 2 * HOUR) == []
    withdraw(table, effective_at=at + HOUR)
    assert Announcement.objects.count() == 2


@pytest.mark.parametrize(("ahead", "code"), [(timedelta(days=367), "too_late"), (timedelta(hours=2), "announced")])
def test_withdrawal_is_announced_once_and_within_a_year(table: Table, ahead: timedelta, code: str) -> None:
    at = database_now()
    if code == "announced":
        withdraw(table, effective_at=at + HOUR)
    before = size()
    with pytest.raises(NotPossible) as refusal:
        withdraw(table, effective_at=at + ahead)
    assert (codes(refusal), size()) == ([code], before)


def test_joint_withdrawal_is_drafted_for_a_time_within_a_year(table: Table) -> None:
    world, at = table.world, database_now()
    with pytest.raises(NotPossible) as refusal:
        acts.draft_statement(
            actor=world.leads[UNION],
            participation=world.seat(UNION),
            kind=StatementKind.WITHDRAWAL,
            title="We leave",
            text="No consent.",
            effective_at=at + timedelta(days=367),
            at=at,
        )
    assert codes(refusal) == ["too_late"]


def test_who_announced_it_can_leave_at_once(table: Table) -> None:
    withdraw(table, effective_at=database_now() + HOUR)
    entry = withdraw(table)
    assert (entry.kind, entry.actor["role"]) == (Kind.ORGANIZATION_WITHDRAWN, "lead")
    assert acts.settle_withdrawals(at=database_now() + 2 * HOUR) == []


def test_joint_withdrawal_for_a_time_to_come_is_taken_back_by_one_and_stands_for_the_other(table: Table) -> None:
    world, at = table.world, database_now()
    statement = acts.draft_statement(
        actor=world.leads[UNION],
        participation=world.seat(UNION),
        kind=StatementKind.WITHDRAWAL,
        title="We leave",
        text="No consent.",
        effective_at=at + HOUR,
        at=at,
    )
    (asked,) = acts.ask_to_sign(actor=world.leads[UNION], statement=statement, participations=[world.seat(FIRM)], at=at)
    acts.sign_statement(actor=world.leads[FIRM], signature=asked, signing_hash=statement.signing_hash, at=at)
    acts.withdraw_jointly(actor=world.leads[UNION], statement=statement, at=at)
    assert Announcement.objects.filter(statement=statement).count() == 2
    acts.revoke_withdrawal(actor=world.leads[FIRM], participation=world.seat(FIRM), at=at)
    (entry,) = acts.settle_withdrawals(at=at + HOUR)
    assert (entry.subject, entry.body["statement"]) == (f"organization/{UNION}", 1)
    assert world.seat(FIRM).state == ParticipationState.ACTIVE


def test_claimed_day_is_shown_and_has_no_effect(table: Table) -> None:
    at = database_now()
    entry = withdraw(table, claimed_on=date(2015, 6, 16))
    assert entry.body["claimed_on"] == "2015-06-16"
    assert table.world.seat(UNION).withdrawn_at >= at  # type: ignore[operator]
    with pytest.raises(NotPossible) as refusal:
        withdraw(table, FIRM, claimed_on=(at + timedelta(days=2)).date())
    assert codes(refusal) == ["claimed_on"]


def step_out(table: Table, organization: str = UNION, **said: Any) -> Entry:
    world = table.world
    return acts.step_out(
        actor=said.pop("actor", world.leads[organization]),
        participation=world.seat(organization),
        matter=said.pop("matter", table.document),
        reason="Not this text.",
        at=database_now(),
        **said,
    )


def ask_again(table: Table) -> set[str]:
    """Who is on the roll of a new call on the same text."""
    world, at = table.world, database_now()
    decisions.open_call(
        actor=world.chair,
        process=world.process,
        question=f"And now, at {at}?",
        version=table.call.version,
        closes_at=at + WEEK,
        at=at,
    )
    return set(Call.objects.latest("number").roll.values_list("organization__slug", flat=True))


def test_who_steps_out_of_a_text_stays_at_the_table_and_is_on_no_later_roll_about_it(table: Table) -> None:
    world = table.world
    roll = set(table.call.roll.values_list("organization__slug", flat=True))
    entry = step_out(table)
    assert (entry.kind, entry.body["scope"]) == (Kind.PART_LEFT, "document/faces-code")
    assert world.seat(UNION) in at_the_table(world.process)
    table.cast(UNION, "object", at=database_now())  # the call that is open keeps its roll
    assert ask_again(table) == roll - {UNION}
    acts.come_back(actor=world.leads[UNION], stepped=PartialWithdrawal.objects.get(), at=database_now())
    assert ask_again(table) == roll


def test_stepping_out_is_the_leads_of_something_here_and_once(table: Table) -> None:
    world = table.world
    for person in (world.alternates[UNION], world.leads[FIRM], world.chair, world.outsider):
        with pytest.raises(NotAllowed):
            step_out(table, actor=person)
    other = make_world(world.at, slug="other")
    with pytest.raises(NotPossible) as refusal:
        step_out(table, matter=make_document(other))
    assert codes(refusal) == ["matter"]
    step_out(table)
    with pytest.raises(NotPossible) as refusal:
        step_out(table)
    assert codes(refusal) == ["out"]
    stepped = PartialWithdrawal.objects.get()
    acts.come_back(actor=world.leads[UNION], stepped=stepped, at=database_now())
    with pytest.raises(NotPossible) as refusal:
        acts.come_back(actor=world.leads[UNION], stepped=stepped, at=database_now())
    assert codes(refusal) == ["back"]


def test_told_process_announces_nothing(now: datetime) -> None:
    world: World = make_world(now)
    world.join("Union", "advocacy")
    world.process.source_hash = "sha256:" + "1" * 64
    world.process.save()
    with pytest.raises(NotPossible) as refusal:
        acts.withdraw_organization(
            actor=world.leads["union"],
            participation=Participation.objects.get(),
            reason="No.",
            effective_at=now + HOUR,
            at=now,
        )
    assert codes(refusal) == ["told"]
