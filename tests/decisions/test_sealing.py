"""Sealed positions: who has answered is known, and nothing else, until the call closes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from policyhub.core.errors import NotPossible
from policyhub.core.text import text_hash
from policyhub.decisions import acts, queries
from policyhub.decisions.models import Objection, Position, SealedPosition
from policyhub.decisions.rules import Means, Stance
from policyhub.insight.report import impact_of
from policyhub.participation.acts import withdraw_organization
from policyhub.record.commitments import check_revealed
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry
from tests.decisions.test_calls import codes
from tests.factories.decisions import WEEK, Table, make_table

HOUR = timedelta(hours=1)


def sealed_table(now: datetime) -> Table:
    """A sealed call on which the first firm supports and the first union objects."""
    table = make_table(now, sealed_calls=True)
    table.cast("faces-firm-1", "support", reason="It is short.")
    table.cast("faces-union-1", "object", reason="No limit in time.", cure="Add: 180 days.")
    return table


def test_the_record_holds_a_commitment_and_not_the_position(now: datetime) -> None:
    table = sealed_table(now)
    entry = Entry.objects.of_kinds(Kind.POSITION_SEALED).latest("index")
    assert sorted(entry.body) == ["commitment", "process", "replaces", "text_hash"]
    assert (entry.actor["org"], entry.body["text_hash"]) == ("faces-union-1", table.call.text_hash)
    assert b"object" not in bytes(entry.leaf)
    assert not Entry.objects.of_kinds(Kind.POSITION_CAST).exists()


def test_before_it_closes_nothing_is_computed_and_no_row_tells_the_stance(now: datetime) -> None:
    table = sealed_table(now)
    assert not Position.objects.exists()
    assert not Objection.objects.exists()
    assert not any("support" in str(row) or "object" in str(row) for row in SealedPosition.objects.values("commitment"))
    for compute in (queries.tally_of, queries.recount, queries.ballot_of):
        with pytest.raises(NotPossible) as refusal:
            compute(table.call)
        assert codes(refusal) == ["sealed"]


def test_before_it_closes_only_who_has_answered_is_counted(now: datetime) -> None:
    table = sealed_table(now)
    row = queries.counts_by_category(table.call)[-1]
    assert (row.in_favor, row.against, row.other, row.sealed, row.to_come) == (0, 0, 0, 2, 2)
    assert [str(each.organization.slug) for each in queries.unanswered(table.call)] == ["faces-firm-2", "faces-union-2"]
    assert {each.organization.slug for each in queries.answered_under_seal(table.call)} == {
        "faces-firm-1",
        "faces-union-1",
    }


def test_the_impact_of_a_withdrawal_tells_nothing_of_a_sealed_call(now: datetime) -> None:
    table = sealed_table(now)
    report = impact_of([table.world.seat("faces-union-1"), table.world.seat("faces-union-2")], now + HOUR)
    assert report is not None
    (effect,) = report.calls
    assert (effect.before, effect.as_cast, effect.without, effect.depends, effect.quorum) == (
        *("sealed",) * 3,
        False,
        None,
    )
    assert effect.unanswered == ("faces-union-2",)


def test_who_speaks_for_the_organization_reads_its_own_words(now: datetime) -> None:
    table = sealed_table(now)
    seat = table.call.roll.get(organization__slug="faces-union-1")
    assert queries.find_own_words(table.call, seat) == (Stance.OBJECT, "No limit in time.\n", "Add: 180 days.\n")


def test_casting_again_replaces_the_commitment(now: datetime) -> None:
    table = sealed_table(now)
    first = Entry.objects.of_kinds(Kind.POSITION_SEALED).earliest("index")
    second = table.cast("faces-firm-1", "object", reason="It is long.")
    assert second.body["replaces"] == first.index
    assert second.body["commitment"] != first.body["commitment"]
    acts.close_call(call=table.call, at=now + WEEK)
    assert Position.objects.get(organization__slug="faces-firm-1").stance == "object"


def test_closing_opens_every_position_as_it_was_committed_to(now: datetime) -> None:
    table = sealed_table(now)
    acts.close_call(call=table.call, at=now + WEEK)
    kinds = list(Entry.objects.of_subject(table.call.subject).order_by("index").values_list("kind", flat=True))
    assert kinds[-3:] == [Kind.POSITION_UNSEALED, Kind.POSITION_UNSEALED, Kind.CALL_CLOSED]
    sealings = {each.actor["org"]: each for each in Entry.objects.of_kinds(Kind.POSITION_SEALED)}
    for opened in Entry.objects.of_kinds(Kind.POSITION_UNSEALED):
        sealed = sealings[opened.body["organization"]]
        payload = {name: opened.body[name] for name in ("position", "reason_hash", "cure_hash")}
        assert check_revealed(sealed.body["commitment"], opened.body["salt"], payload) is None
    position = Position.objects.get(organization__slug="faces-union-1")
    assert (position.stance, position.reason, position.cast_at) == (
        "object",
        "No limit in time.\n",
        now + timedelta(minutes=1),
    )
    assert opened.body["reason_hash"] == text_hash("No limit in time.")


def test_an_objection_under_seal_is_raised_when_it_is_opened(now: datetime) -> None:
    table = sealed_table(now)
    acts.close_call(call=table.call, at=now + WEEK)
    objection = Objection.objects.get()
    assert (objection.holder.slug, objection.state, objection.raised_at) == ("faces-union-1", "raised", now + WEEK)
    assert queries.tally_of(table.call)["counts"] == {
        "for": 1,
        "against": 1,
        "abstain": 0,
        "defer": 0,
        "recuse": 0,
        "not_returned": 2,
    }


def test_determining_opens_what_the_clock_closed_and_nobody_wrote_down(now: datetime) -> None:
    table = make_table(now, sealed_calls=True)
    table.cast("faces-firm-1", "support")
    acts.determine_call(actor=table.world.chair, call=table.call, reasons="Counted.", at=now + WEEK)
    kinds = list(Entry.objects.of_subject(table.call.subject).order_by("index").values_list("kind", flat=True))
    assert kinds[-3:] == [Kind.POSITION_UNSEALED, Kind.CALL_CLOSED, Kind.CALL_DETERMINED]


def test_what_was_said_under_seal_counts_after_its_organization_left(now: datetime) -> None:
    table = sealed_table(now)
    world = table.world
    withdraw_organization(
        actor=world.leads["faces-union-1"], participation=world.seat("faces-union-1"), reason="No.", at=now + HOUR
    )
    acts.close_call(call=table.call, at=now + WEEK)
    assert Position.objects.filter(organization__slug="faces-union-1", stance="object").exists()


def test_a_void_call_keeps_its_seals(now: datetime) -> None:
    table = sealed_table(now)
    acts.suspend_call(actor=table.world.chair, call=table.call, reason="The wrong text.", at=now + HOUR)
    acts.void_call(actor=table.world.chair, call=table.call, reason="It asked about the wrong text.", at=now + HOUR)
    assert queries.is_under_seal(table.fresh())
    assert not Position.objects.exists()
    assert acts.settle_calls(at=now + WEEK) == []


def test_the_chair_enters_nobodys_answer_under_seal(now: datetime) -> None:
    table = sealed_table(now)
    with pytest.raises(NotPossible) as refusal:
        acts.enter_position(
            actor=table.world.chair,
            call=table.call,
            organization=table.world.seat("faces-firm-2").organization,
            means=Means.PAPER,
            note="Its letter.",
            stance=Stance.SUPPORT,
            text_hash=table.call.text_hash,
            at=now + HOUR,
        )
    assert codes(refusal) == ["sealed"]
