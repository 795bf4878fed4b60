"""Answers from paper and roll calls, entered by the chair: marked so, told, and never over the organization's head."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from policyhub.core.errors import NotAllowed, NotPossible
from policyhub.core.text import text_hash
from policyhub.decisions import acts, queries
from policyhub.decisions.models import Objection, Position
from policyhub.decisions.rules import Means, Stance
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry
from tests.decisions.test_calls import codes
from tests.factories.decisions import WEEK, Table, make_table

HOUR = timedelta(hours=1)


def enter(table: Table, organization: str, **changes: Any) -> Entry:
    said = {
        "actor": table.world.chair,
        "call": table.call,
        "organization": table.world.seat(organization).organization,
        "means": Means.PAPER,
        "note": "The letter of that day, with the secretary.",
        "stance": Stance.SUPPORT,
        "text_hash": table.call.text_hash,
        "at": table.call.opens_at + HOUR,
    }
    return acts.enter_position(**{**said, **changes})


def test_entering_says_for_whom_from_what_and_by_whom(now: datetime) -> None:
    table = make_table(now)
    entry = enter(table, "faces-firm-1", reason="It is short.")
    assert (entry.kind, entry.actor["org"], entry.actor["role"]) == (Kind.POSITION_ENTERED, None, "chair")
    assert entry.body == {
        "process": "faces",
        "organization": "faces-firm-1",
        "means": "paper",
        "note_hash": text_hash("The letter of that day, with the secretary."),
        "position": "support",
        "text_hash": table.call.text_hash,
        "reason_hash": text_hash("It is short."),
        "cure_hash": None,
        "replaces": None,
    }
    position = Position.objects.get()
    assert (position.organization.slug, position.means, position.is_entered) == ("faces-firm-1", "paper", True)
    assert queries.counts_by_category(table.call)[-1].in_favor == 1


def test_the_chair_corrects_what_was_entered(now: datetime) -> None:
    table = make_table(now)
    first = enter(table, "faces-firm-1")
    second = enter(table, "faces-firm-1", stance=Stance.ABSTAIN, means=Means.ROLL_CALL)
    assert second.body["replaces"] == first.index
    assert Position.objects.get().stance == "abstain"


def test_the_organization_changes_what_was_entered_and_from_then_on_alone(now: datetime) -> None:
    table = make_table(now)
    first = enter(table, "faces-firm-1")
    own = table.cast("faces-firm-1", "accept", at=now + 2 * HOUR)
    assert own.body["replaces"] == first.index
    assert not Position.objects.get().is_entered
    with pytest.raises(NotPossible) as refusal:
        enter(table, "faces-firm-1", at=now + 3 * HOUR)
    assert codes(refusal) == ["spoke_itself"]


def test_an_objection_on_paper_is_an_objection_that_its_holder_alone_lifts(now: datetime) -> None:
    table = make_table(now)
    enter(table, "faces-union-1", stance=Stance.OBJECT, reason="No limit in time.")
    assert Objection.objects.get().holder.slug == "faces-union-1"
    with pytest.raises(NotPossible) as refusal:
        enter(table, "faces-union-1", stance=Stance.SUPPORT)
    assert codes(refusal) == ["holds"]
    table.cast("faces-union-1", "accept", at=now + 2 * HOUR)
    assert Objection.objects.get().state == "withdrawn_by_holder"


@pytest.mark.parametrize("who", ["convener", "secretary", "editor", "outsider", "lead"])
def test_only_the_chair_enters(now: datetime, who: str) -> None:
    table = make_table(now)
    actor = table.world.leads["faces-firm-1"] if who == "lead" else getattr(table.world, who)
    with pytest.raises(NotAllowed):
        enter(table, "faces-firm-1", actor=actor)
    assert not Position.objects.exists()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"stance": Stance.OBJECT}, "reason_missing"),
        ({"means": Means.ITSELF}, "means"),
        ({"text_hash": "sha256:0"}, "text_changed"),
    ],
)
def test_what_cannot_be_entered(now: datetime, changes: dict[str, Any], code: str) -> None:
    table = make_table(now)
    with pytest.raises(NotPossible) as refusal:
        enter(table, "faces-firm-1", **changes)
    assert codes(refusal) == [code]
    assert not Position.objects.exists()


def test_nothing_is_entered_for_who_is_not_on_the_roll_or_after_the_end(now: datetime) -> None:
    table = make_table(now)
    table.world.join("Late Firm", "industry")
    with pytest.raises(NotPossible) as refusal:
        enter(table, "late-firm")
    assert codes(refusal) == ["not_on_roll"]
    with pytest.raises(NotPossible) as refusal:
        enter(table, "faces-firm-1", at=now + WEEK)
    assert codes(refusal) == ["closed"]


def test_an_empty_note_is_refused(now: datetime) -> None:
    table = make_table(now)
    with pytest.raises(NotPossible) as refusal:
        enter(table, "faces-firm-1", note=" ")
    assert [reason.field for reason in refusal.value.reasons] == ["note"]
