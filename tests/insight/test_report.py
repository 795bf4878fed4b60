"""What a withdrawal does and what it never does; its report is the same from the tables and from entries alone."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policyhub.core.canonical import moment
from policyhub.decisions import acts as decisions
from policyhub.decisions.models import Call, Objection, Position
from policyhub.decisions.queries import recount
from policyhub.decisions.rules import IN_FAVOR, Stance
from policyhub.insight.report import Report, departure_report, impact_of, impact_on_record, left_together
from policyhub.insight.table import balance
from policyhub.participation import acts
from policyhub.participation.rules import StatementKind, Treatment
from policyhub.record.models import Entry
from tests.factories.decisions import Table, make_table

# In the whole figure: WITHDRAWALS=500.
EXAMPLES = int(os.environ.get("WITHDRAWALS", "12"))
RULES = ["majority-cast", "two-thirds-roster", "interest-unanimity", "w3c", "rough-consensus", "iso-dual"]
SETTINGS = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@dataclass(frozen=True)
class Plan:
    """Who sits, who is related, what was cast on two open calls, before and after that was found, and who leaves."""

    industry: int
    advocacy: int
    rule: Any
    treatment: Treatment
    limit: Fraction | None
    stances: tuple[Stance | None, ...]
    leaving: frozenset[int]
    related: frozenset[tuple[int, int]]


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    industry, advocacy = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    seats = industry + advocacy
    stance = st.one_of(st.none(), st.sampled_from(list(Stance)))
    return Plan(
        industry,
        advocacy,
        draw(st.sampled_from([rule for rule in RULES if rule != "iso-dual"])),
        draw(st.sampled_from(list(Treatment))),
        draw(st.sampled_from([None, Fraction(1, 2), Fraction(2, 3)])),
        tuple(draw(st.lists(stance, min_size=seats, max_size=seats))),
        frozenset(draw(st.sets(st.integers(0, seats - 1), min_size=1, max_size=seats))),
        frozenset(draw(st.sets(st.tuples(st.integers(0, seats - 1), st.integers(0, seats - 1)), max_size=2))),
    )


def carry_out(plan: Plan, at: datetime) -> tuple[Table, list[str]]:
    """The table as planned, with its call open, and the organizations that will leave."""
    table = make_table(
        at,
        industry=plan.industry,
        advocacy=plan.advocacy,
        rule=plan.rule,
        treatment=plan.treatment,
        balance=plan.limit,
    )
    names = sorted(table.world.leads)
    for name, stance in zip(names, plan.stances, strict=True):
        if stance is not None:
            table.cast(name, stance.value)
    for name in names[:1]:
        table.world.require(name)
    _relate(table, [(names[one], names[other]) for one, other in sorted(plan.related) if one != other], at)
    ask_again(table, dict(zip(names, plan.stances, strict=True)), at)
    return table, [names[each] for each in sorted(plan.leaving)]


def _relate(table: Table, pairs: list[tuple[str, str]], at: datetime) -> None:
    for one, other in pairs:
        acts.find_affiliation(
            actor=table.world.convener,
            participation=table.world.seat(one),
            to=table.world.seat(other).organization.name,
            reason="One board.",
            at=at,
        )


def ask_again(table: Table, stances: dict[str, Stance | None], at: datetime) -> None:
    """Another call on the same text, with the voices of now; of related organizations one answers."""
    decisions.open_call(
        actor=table.world.chair,
        process=table.world.process,
        question="And now?",
        version=table.call.version,
        closes_at=table.call.closes_at,
        at=at,
    )
    again = Table(table.world, table.document, Call.objects.latest("pk"))
    heard: set[int] = set()
    for seat in again.call.roll.select_related("organization").order_by("organization__slug"):
        stance = stances[seat.organization.slug]
        if stance is not None and seat.voice_id not in heard:
            again.cast(seat.organization.slug, stance.value)
            heard.add(seat.voice_id)


def leave(table: Table, organization: str, at: datetime) -> Entry:
    return acts.withdraw_organization(
        actor=table.world.leads[organization], participation=table.world.seat(organization), reason="No.", at=at
    )


def frozen(table: Table) -> dict[str, Any]:
    """What no withdrawal may change of an open call and of what was said."""
    return {
        "calls": [_frozen(call) for call in table.world.process.calls.order_by("number")],
        "positions": sorted(Position.objects.values_list("organization__slug", "stance", "reason", "entry_index")),
        "objections": sorted(Objection.objects.values_list("number", "state", "reason", "answer")),
    }


def _frozen(call: Call) -> dict[str, Any]:
    voices = call.roll.values_list("organization__slug", "category__slug", "voice__slug")
    return {
        "roll": (call.roll_hash, sorted(voices)),
        "rule": (call.rule, call.treatment, call.state),
        "as cast": _as_cast(recount(call)) if call.treatment == Treatment.COUNT_AS_CAST else None,
    }


def _as_cast(tally: dict[str, Any]) -> Any:
    """Counts and bases under the treatment by which everything counts as cast; vacancy is judged on who stays."""
    shown = [each for each in tally["tests"] if each["name"] not in {"vacancy", "balance", "approval"}]
    return tally["counts"], [(each["name"], each["scope"], each["base"], each["needed"]) for each in shown]


@SETTINGS
@given(plan=plans())
def test_withdrawal_changes_no_roll_no_position_no_objection_and_no_base(db: None, now: datetime, plan: Plan) -> None:
    with transaction.atomic():
        table, leaving = carry_out(plan, now - timedelta(hours=2))
        before = frozen(table)
        for organization in leaving:
            shares = {share.category.slug: share.share or 0 for share in balance(table.world.process)}
            category = table.world.seat(organization).category.slug
            leave(table, organization, now)
            after = {share.category.slug: share.share for share in balance(table.world.process)}
            for other, share in after.items():
                assert other == category or share is None or share >= shares[other]
            assert frozen(table) == before
        transaction.set_rollback(True)


@SETTINGS
@given(plan=plans())
def test_withdrawal_never_turns_a_negative_into_an_affirmative(db: None, now: datetime, plan: Plan) -> None:
    with transaction.atomic():
        table, leaving = carry_out(plan, now - timedelta(hours=2))
        favoring = Position.objects.filter(call=table.call, stance__in=IN_FAVOR)
        cast_for = set(favoring.values_list("organization__slug", flat=True))
        for organization in leaving:
            leave(table, organization, now)
        tally = recount(table.fresh())
        left = set(leaving) if table.call.treatment == Treatment.EXCLUDE else set()
        assert tally["counts"]["for"] == len(cast_for - left)
        transaction.set_rollback(True)


@SETTINGS
@given(plan=plans())
def test_report_from_the_tables_is_the_one_from_entries_alone(db: None, now: datetime, plan: Plan) -> None:
    with transaction.atomic():
        table, leaving = carry_out(plan, now - timedelta(hours=2))
        foretold = impact_of([table.world.seat(each) for each in leaving], now)
        entries = [each.content for each in Entry.objects.of_process("faces").order_by("index")]
        assert impact_on_record(entries, leaving, moment(now)) == foretold
        transaction.set_rollback(True)


@pytest.fixture
def table(now: datetime) -> Table:
    """Nine firms and unions of which the unions are a third: two thirds of the positions decide."""
    return make_table(now - timedelta(days=3), industry=4, advocacy=2, rule="two-thirds-cast", balance=Fraction(2, 3))


def test_report_of_a_joint_withdrawal_counts_everybody_who_left_with_it(table: Table, now: datetime) -> None:
    world, lead = table.world, table.world.leads["faces-union-1"]
    for number in range(1, 5):
        table.cast(f"faces-firm-{number}", "support")
    for number in (1, 2):
        table.cast(f"faces-union-{number}", "object")
    statement = acts.draft_statement(
        actor=lead,
        participation=world.seat("faces-union-1"),
        kind=StatementKind.WITHDRAWAL,
        title="We leave",
        text="No consent.",
        at=now,
    )
    (asked,) = acts.ask_to_sign(actor=lead, statement=statement, participations=[world.seat("faces-union-2")], at=now)
    acts.sign_statement(
        actor=world.leads["faces-union-2"], signature=asked, signing_hash=statement.signing_hash, at=now
    )
    foretold = impact_of([world.seat("faces-union-1"), world.seat("faces-union-2")], now)
    acts.withdraw_jointly(actor=lead, statement=statement, at=now)
    for entry in Entry.objects.of_kinds("organization.withdrawn"):
        assert departure_report(left_together(entry)) == foretold
    assert foretold is not None
    check_the_walk_out(foretold)


def check_the_walk_out(report: Report) -> None:
    (call,) = report.calls
    assert (report.seats_before, report.seats_after, report.vacant) == (6, 4, ["advocacy"])
    assert (call.before, call.as_cast, call.without, call.depends) == ("adopted", "adopted", "adopted", False)
    assert report.objections == (1, 2)
    industry = next(each for each in report.categories if each.category == "industry")
    assert (industry.percent, industry.is_over) == ("100.00 %", True)


def test_report_names_who_has_not_answered_and_the_texts_they_own(table: Table, now: datetime) -> None:
    seat = table.world.seat("faces-union-1")
    report = impact_of([seat], now)
    assert report is not None
    assert report.calls[0].unanswered == ("faces-union-1",)
    assert impact_of([], now) is None
