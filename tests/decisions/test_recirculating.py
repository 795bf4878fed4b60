"""Recirculation: the newest text is put again, with the objections that stand; everybody answers anew."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from policyhub.core.errors import NotAllowed, NotPossible
from policyhub.core.text import text_hash
from policyhub.decisions import acts, queries
from policyhub.decisions.models import Call, Objection, Position
from policyhub.decisions.rules import Asking, Stance
from policyhub.record.models import Entry
from tests.decisions.test_asking import ask
from tests.decisions.test_calls import codes
from tests.factories.decisions import WEEK, Table, make_table, publish, publish_clauses

HOUR = timedelta(hours=1)


def determined(now: datetime, *, objecting: bool = True) -> Table:
    table = ask(make_table(now), Asking.BALLOT, meanings={Stance.SUPPORT: "Freeze it for testing."})
    table.cast("faces-firm-1", "support")
    if objecting:
        table.cast("faces-union-1", "object", reason="No limit in time.")
        table.answer("faces-union-1")
    acts.determine_call(actor=table.world.chair, call=table.call, reasons="Counted.", at=now + WEEK)
    return table


def recirculate(table: Table, at: datetime, **changes: object) -> Entry:
    said = {"actor": table.world.chair, "call": table.call, "closes_at": at + WEEK, "reason": "The text is another."}
    return acts.recirculate_call(**{**said, "at": at, **changes})  # type: ignore[arg-type]


def test_recirculation_asks_the_same_of_the_newest_text(now: datetime) -> None:
    table = determined(now)
    publish(table.document, "Ask first, for 180 days.\n", by=table.world, at=now + WEEK + HOUR)
    entry = recirculate(table, now + WEEK + HOUR)
    again = Call.objects.latest("number")
    assert (entry.body["recirculates"], entry.body["repeats"]) == (table.call.number, None)
    assert entry.body["reason_hash"] == text_hash("The text is another.")
    assert (again.asking, again.question, again.version.number) == (Asking.BALLOT, table.call.question, 2)
    assert [(each.stance, each.meaning) for each in queries.options(again)] == [
        (each.stance, each.meaning) for each in queries.options(table.call)
    ]
    assert not Position.objects.filter(call=again).exists()


def test_an_answer_to_the_new_text_leaves_the_objection_to_the_old_one_to_its_holder(now: datetime) -> None:
    table = determined(now)
    recirculate(table, now + WEEK + HOUR)
    again = Table(table.world, table.document, Call.objects.latest("number"))
    seat = again.call.roll.get(organization__slug="faces-union-1")
    assert [each.number for each in queries.objections_before(again.call, seat)] == [1]
    again.cast("faces-union-1", "support")
    assert Objection.objects.get().state == "addressed_not_accommodated"


def test_a_clause_is_recirculated_as_it_reads_now(now: datetime) -> None:
    table = make_table(now)
    version = publish_clauses(table.document, {"c1": "Ask first.\n", "c2": "Put one up.\n"}, by=table.world, at=now)
    table = ask(table, Asking.BALLOT, version=version, clause_text=version.texts.get(clause__key="c2"))
    table.cast("faces-union-1", "object", reason="Where?")
    table.answer("faces-union-1")
    acts.determine_call(actor=table.world.chair, call=table.call, reasons="Counted.", at=now + WEEK)
    changed = {"c1": "Ask first.\n", "c2": "Put one at the door.\n"}
    publish_clauses(table.document, changed, by=table.world, at=now + WEEK)
    recirculate(table, now + WEEK + HOUR)
    again = Call.objects.latest("number")
    assert again.clause_text is not None
    assert (again.clause_text.markdown, again.clause_text.clause.key) == ("Put one at the door.\n", "c2")


def test_nothing_to_think_over_is_not_recirculated(now: datetime) -> None:
    table = determined(now, objecting=False)
    with pytest.raises(NotPossible) as refusal:
        recirculate(table, now + WEEK + HOUR)
    assert codes(refusal) == ["unchanged"]


def test_a_call_is_recirculated_once(now: datetime) -> None:
    table = determined(now)
    recirculate(table, now + WEEK + HOUR)
    with pytest.raises(NotPossible) as refusal:
        recirculate(table, now + WEEK + HOUR)
    assert codes(refusal) == ["recirculated"]


@pytest.mark.parametrize("asking", [Asking.STRAW_POLL, Asking.CONSENSUS])
def test_only_what_was_determined_is_recirculated(now: datetime, asking: Asking) -> None:
    table = ask(make_table(now), asking)
    with pytest.raises(NotPossible) as refusal:
        recirculate(table, now + WEEK)
    assert codes(refusal) == ["poll" if asking is Asking.STRAW_POLL else "not_determined"]


def test_only_the_chair_recirculates(now: datetime) -> None:
    table = determined(now)
    with pytest.raises(NotAllowed):
        recirculate(table, now + WEEK + HOUR, actor=table.world.convener)
