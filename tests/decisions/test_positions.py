"""Taking positions: who, until when, on which text, and what becomes of objections."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from policyhub.core.errors import NotAllowed, NotPossible
from policyhub.core.text import text_hash
from policyhub.decisions import acts, queries
from policyhub.decisions.models import Objection, Position
from policyhub.decisions.rules import ObjectionState
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry
from tests.decisions.test_calls import codes
from tests.factories.decisions import WEEK, make_document, make_table, publish

HOUR = timedelta(hours=1)


def test_cast_position_writes_what_was_said(now: datetime) -> None:
    table = make_table(now)
    entry = table.cast("faces-union-1", "object", reason="No limit in time.", cure="Add: 180 days.")
    assert entry.subject == "call/faces/1"
    assert (entry.actor["org"], entry.actor["role"]) == ("faces-union-1", "lead")
    assert entry.body == {
        "process": "faces",
        "position": "object",
        "text_hash": table.call.text_hash,
        "reason_hash": text_hash("No limit in time."),
        "cure_hash": text_hash("Add: 180 days."),
        "replaces": None,
    }
    position = Position.objects.get()
    assert (position.organization.slug, position.stance, position.entry_index) == (
        "faces-union-1",
        "object",
        entry.index,
    )


def test_cast_position_again_replaces_the_earlier_one(now: datetime) -> None:
    table = make_table(now)
    first = table.cast("faces-firm-1", "defer")
    second = table.cast("faces-firm-1", "endorse", actor=table.world.alternates["faces-firm-1"])
    assert (second.body["replaces"], second.actor["role"]) == (first.index, "alternate")
    assert list(Position.objects.values_list("stance", "entry_index")) == [("endorse", second.index)]


@pytest.mark.parametrize("who", ["convener", "chair", "secretary", "editor", "outsider"])
def test_cast_position_without_a_mandate_is_refused(now: datetime, who: str) -> None:
    table = make_table(now)
    with pytest.raises(NotAllowed):
        table.cast("faces-firm-1", "support", actor=getattr(table.world, who))
    assert not Position.objects.exists()


def test_cast_position_counts_for_the_actors_own_organization_only(now: datetime) -> None:
    table = make_table(now)
    table.cast("faces-firm-2", "support", actor=table.world.leads["faces-firm-1"])
    assert list(Position.objects.values_list("organization__slug", flat=True)) == ["faces-firm-1"]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"stance": "object", "reason": " "}, "reason_missing"),
        ({"stance": "support", "text_hash": text_hash("Another text.")}, "text_changed"),
        ({"stance": "support", "reason": "a\u202eb"}, "text"),
        ({"stance": "support", "at": WEEK}, "closed"),
    ],
)
def test_cast_position_that_cannot_be_counted_is_refused(now: datetime, said: dict[str, Any], code: str) -> None:
    table = make_table(now)
    moved: dict[str, Any] = {
        name: now + value if isinstance(value, timedelta) else value for name, value in said.items()
    }
    with pytest.raises(NotPossible) as refusal:
        table.cast("faces-firm-1", **moved)
    assert codes(refusal) == [code]
    assert not Position.objects.exists()


def test_cast_position_on_a_superseded_text_is_refused_before_anybody_wrote_it_down(now: datetime) -> None:
    table = make_table(now)
    publish(table.document, "Ask first, always.\n", by=table.world, at=now + HOUR)
    with pytest.raises(NotPossible) as refusal:
        table.cast("faces-firm-1", "support", at=now + 2 * HOUR)
    assert codes(refusal) == ["suspended"]


def test_cast_position_past_the_closing_by_the_databases_clock_is_refused(now: datetime) -> None:
    table = make_table(now - 2 * WEEK)
    with pytest.raises(NotPossible) as refusal:
        table.cast("faces-firm-1", "support")
    assert codes(refusal) == ["closed"]
    assert not Position.objects.exists()


def test_objecting_raises_an_objection_and_another_position_lifts_it(now: datetime) -> None:
    table = make_table(now)
    table.cast("faces-union-1", "object", reason="No limit in time.")
    objection = table.objection("faces-union-1")
    assert (objection.number, objection.state, objection.reason) == (1, "raised", "No limit in time.\n")
    position = table.cast("faces-union-1", "accept")
    lifted = Entry.objects.of_kinds(Kind.OBJECTION_LIFTED).get()
    assert (position.kind, lifted.index - position.index) == (Kind.POSITION_CAST, 1)
    assert (lifted.subject, lifted.body) == ("objection/faces/1", {"process": "faces", "by": "faces-union-1"})
    assert table.objection("faces-union-1").state == ObjectionState.LIFTED


def test_objecting_again_raises_the_same_objection(now: datetime) -> None:
    table = make_table(now)
    for stance in ("object", "support", "object"):
        table.cast("faces-union-1", stance)
    assert list(Objection.objects.values_list("number", "state")) == [(1, "raised")]


def test_an_answer_stands_while_the_objection_is_repeated_word_for_word(now: datetime) -> None:
    table = make_table(now)
    table.cast("faces-union-1", "object")
    table.answer("faces-union-1", answer="A limit was not agreed.")
    table.cast("faces-union-1", "object")
    assert table.objection("faces-union-1").state == ObjectionState.NOT_ACCOMMODATED
    table.cast("faces-union-1", "object", reason="The limit is too long.")
    anew = table.objection("faces-union-1")
    assert (anew.state, anew.answer, anew.answered_at) == (ObjectionState.RAISED, "", None)
    answered = Entry.objects.of_kinds(Kind.OBJECTION_ANSWERED).get()
    assert answered.body["reason_hash"] == text_hash("A limit was not agreed.")


def test_objecting_again_after_lifting_does_not_carry_the_old_answer(now: datetime) -> None:
    table = make_table(now)
    table.cast("faces-union-1", "object")
    table.answer("faces-union-1")
    table.cast("faces-union-1", "support")
    table.cast("faces-union-1", "object")
    anew = table.objection("faces-union-1")
    assert (anew.state, anew.answer, anew.answered_at, anew.lifted_at) == ("raised", "", None, None)


def test_an_objection_is_accommodated_by_a_newer_version_only(now: datetime) -> None:
    table = make_table(now)
    table.cast("faces-union-1", "object")
    publish(make_document(table.world, "rival"), "Never ask.\n", by=table.world, at=now)
    with pytest.raises(NotPossible) as refusal:
        table.answer("faces-union-1", accommodated=True)
    assert codes(refusal) == ["unchanged"]
    publish(table.document, "Ask first, for 180 days.\n", by=table.world, at=now + HOUR)
    with pytest.raises(NotPossible):
        table.answer("faces-union-1", accommodated=True, at=now + HOUR / 2)
    table.answer("faces-union-1", accommodated=True, at=now + HOUR)
    assert table.objection("faces-union-1").state == ObjectionState.ACCOMMODATED


def test_answer_objection_is_on_the_record_and_leaves_it_standing(now: datetime) -> None:
    table = make_table(now)
    table.cast("faces-union-1", "object")
    entry = acts.answer_objection(
        actor=table.world.chair,
        objection=table.objection("faces-union-1"),
        accommodated=False,
        answer="The table heard it.",
        at=now,
    )
    assert (entry.subject, entry.actor["role"]) == ("objection/faces/1", "chair")
    assert entry.body == {
        "process": "faces",
        "accommodated": False,
        "reason_hash": text_hash("The table heard it."),
    }
    assert [each.number for each in queries.standing_objections(table.world.process)] == [1]
    assert list(queries.unanswered_objections(table.world.process)) == []


def test_answer_objection_by_its_holder_or_an_outsider_is_refused(now: datetime) -> None:
    table = make_table(now)
    table.cast("faces-union-1", "object")
    for who in (table.world.leads["faces-union-1"], table.world.convener, table.world.outsider):
        with pytest.raises(NotAllowed):
            acts.answer_objection(
                actor=who, objection=table.objection("faces-union-1"), accommodated=True, answer="Yes.", at=now
            )


def test_only_its_holder_lifts_an_objection(now: datetime) -> None:
    table = make_table(now)
    table.cast("faces-union-1", "object")
    objection = table.objection("faces-union-1")
    for who in (table.world.chair, table.world.convener, table.world.leads["faces-union-2"], table.world.outsider):
        with pytest.raises(NotAllowed):
            acts.lift_objection(actor=who, objection=objection, at=now)
    entry = acts.lift_objection(actor=table.world.alternates["faces-union-1"], objection=objection, at=now)
    assert (entry.kind, entry.actor["role"]) == (Kind.OBJECTION_LIFTED, "alternate")
    assert Position.objects.get().stance == "object"
    with pytest.raises(NotPossible) as refusal:
        acts.lift_objection(actor=table.world.leads["faces-union-1"], objection=objection, at=now)
    assert codes(refusal) == ["wrong_state"]


def test_state_of_play_by_category(now: datetime) -> None:
    table = make_table(now)
    table.cast("faces-firm-1", "support")
    table.cast("faces-union-1", "object")
    table.cast("faces-union-2", "abstain")
    rows = queries.counts_by_category(table.call)
    assert [
        (row.category and row.category.slug, row.in_favor, row.against, row.other, row.to_come) for row in rows
    ] == [
        ("industry", 1, 0, 0, 1),
        ("advocacy", 0, 1, 1, 0),
        ("academia", 0, 0, 0, 0),
        (None, 1, 1, 1, 1),
    ]
    assert [seat.organization.slug for seat in queries.unanswered(table.call)] == ["faces-firm-2"]
    seat = table.world.seat("faces-firm-2")
    assert list(queries.calls_awaiting(seat, now + HOUR)) == [table.call]
    assert list(queries.calls_awaiting(table.world.seat("faces-firm-1"), now + HOUR)) == []
