"""A call that the chair interrupts, lets go on, or declares void."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from policyhub.core.errors import NotAllowed, NotPossible
from policyhub.core.text import text_hash
from policyhub.decisions import acts, queries
from policyhub.decisions.models import Call, Position
from policyhub.decisions.rules import CallState
from policyhub.record.kinds import Kind
from tests.decisions.test_calls import codes
from tests.factories.decisions import WEEK, Table, make_table, publish

HOUR = timedelta(hours=1)


def suspended(now: datetime) -> Table:
    table = make_table(now)
    table.cast("faces-firm-1", "support")
    acts.suspend_call(actor=table.world.chair, call=table.call, reason="A question of order.", at=now + HOUR)
    return table


def test_a_suspended_call_takes_no_answer_and_says_why(now: datetime) -> None:
    table = suspended(now)
    with pytest.raises(NotPossible) as refusal:
        table.cast("faces-firm-2", "support", at=now + 2 * HOUR)
    assert codes(refusal) == ["suspended"]
    assert "A question of order." in refusal.value.reasons[0].sentence
    assert Position.objects.count() == 1


def test_suspending_writes_the_reason_by_its_hash(now: datetime) -> None:
    table = make_table(now)
    entry = acts.suspend_call(actor=table.world.chair, call=table.call, reason="A question of order.", at=now + HOUR)
    assert (entry.kind, entry.actor["role"]) == (Kind.CALL_SUSPENDED, "chair")
    assert entry.body == {
        "process": "faces",
        "reason": "chair",
        "version": None,
        "reason_hash": text_hash("A question of order."),
    }


def test_a_resumed_call_goes_on_with_everything_as_it_was(now: datetime) -> None:
    table = suspended(now)
    before = {name: getattr(table.call, name) for name in ("question", "text_hash", "roll_hash", "closes_at", "rule")}
    entry = acts.resume_call(actor=table.world.chair, call=table.call, reason="Answered.", at=now + 2 * HOUR)
    assert (entry.kind, entry.body["reason_hash"]) == (Kind.CALL_RESUMED, text_hash("Answered."))
    assert {name: getattr(table.fresh(), name) for name in before} == before
    table.cast("faces-firm-2", "support", at=now + 3 * HOUR)
    assert Position.objects.count() == 2
    assert acts.close_call(call=table.call, at=now + WEEK).body["positions"] == 2


def test_a_call_whose_time_is_over_does_not_go_on(now: datetime) -> None:
    table = suspended(now)
    with pytest.raises(NotPossible) as refusal:
        acts.resume_call(actor=table.world.chair, call=table.call, reason="Late.", at=now + WEEK)
    assert codes(refusal) == ["over"]
    assert acts.settle_calls(at=now + WEEK) == []
    assert queries.ended_by(table.fresh(), now + WEEK) is CallState.SUSPENDED


def test_a_call_whose_text_was_changed_does_not_go_on(now: datetime) -> None:
    table = make_table(now)
    publish(table.document, "Ask first, always.\n", by=table.world, at=now + HOUR)
    acts.settle_calls(at=now + HOUR)
    with pytest.raises(NotPossible) as refusal:
        acts.resume_call(actor=table.world.chair, call=table.call, reason="All the same.", at=now + 2 * HOUR)
    assert codes(refusal) == ["superseded"]
    acts.void_call(actor=table.world.chair, call=table.call, reason="Its text is gone.", at=now + 2 * HOUR)
    assert table.fresh().state == CallState.VOID


def test_a_void_call_stays_readable_and_ends_there(now: datetime) -> None:
    table = suspended(now)
    entry = acts.void_call(actor=table.world.chair, call=table.call, reason="The wrong text.", at=now + 2 * HOUR)
    assert entry.body["reason_hash"] == text_hash("The wrong text.")
    assert Position.objects.count() == 1
    for act in (acts.suspend_call, acts.resume_call, acts.void_call):
        with pytest.raises(NotPossible):
            act(actor=table.world.chair, call=table.call, reason="Again.", at=now + 3 * HOUR)
    with pytest.raises(NotPossible):
        acts.determine_call(actor=table.world.chair, call=table.call, reasons="So be it.", at=now + WEEK)


def test_an_open_or_closed_call_is_not_declared_void(now: datetime) -> None:
    table = make_table(now)
    with pytest.raises(NotPossible):
        acts.void_call(actor=table.world.chair, call=table.call, reason="I do not like it.", at=now + HOUR)
    acts.close_call(call=table.call, at=now + WEEK)
    for act in (acts.suspend_call, acts.void_call):
        with pytest.raises(NotPossible):
            act(actor=table.world.chair, call=table.call, reason="I do not like it.", at=now + WEEK)
    assert table.fresh().state == CallState.CLOSED


def test_a_call_that_the_clock_closed_is_not_suspended(now: datetime) -> None:
    table = make_table(now)
    with pytest.raises(NotPossible) as refusal:
        acts.suspend_call(actor=table.world.chair, call=table.call, reason="Wait.", at=now + WEEK)
    assert codes(refusal) == ["closed"]


@pytest.mark.parametrize("who", ["convener", "secretary", "editor", "outsider"])
def test_only_the_chair_interrupts(now: datetime, who: str) -> None:
    table = make_table(now)
    with pytest.raises(NotAllowed):
        acts.suspend_call(actor=getattr(table.world, who), call=table.call, reason="Wait.", at=now + HOUR)
    assert Call.objects.get().state == CallState.OPENED
