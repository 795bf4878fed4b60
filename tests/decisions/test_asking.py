"""Three ways of asking: what each offers, by which rule it is counted, what comes of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from policyhub.core.errors import NotAllowed, NotPossible
from policyhub.core.text import text_hash
from policyhub.decisions import acts, queries
from policyhub.decisions.models import Call, Objection
from policyhub.decisions.rules import MEANINGS, Asking, Stance
from policyhub.participation.acts import withdraw_organization
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry
from tests.decisions.test_calls import codes
from tests.factories.decisions import WEEK, Table, make_table, publish

HOUR = timedelta(hours=1)
ACTS = {
    Asking.STRAW_POLL: acts.open_straw_poll,
    Asking.CONSENSUS: acts.open_call,
    Asking.BALLOT: acts.open_ballot,
}


def ask(table: Table, asking: Asking, **changes: Any) -> Table:
    """The table with another call, of that kind."""
    world = table.world
    said = {
        "actor": world.chair,
        "process": world.process,
        "question": f"By {asking}?",
        "version": table.call.version,
        "closes_at": table.call.opens_at + WEEK,
        "at": table.call.opens_at,
    }
    ACTS[asking](**{**said, **changes})
    return Table(world, table.document, Call.objects.latest("pk"))


@pytest.mark.parametrize("asking", list(Asking))
def test_each_way_of_asking_offers_its_own_answers_with_their_meaning(now: datetime, asking: Asking) -> None:
    table = ask(make_table(now), asking)
    entry = Entry.objects.of_kinds(Kind.CALL_OPENED).latest("index")
    usual = MEANINGS[asking]
    assert entry.body["asking"] == asking
    assert entry.body["options"] == {stance: text_hash(said) for stance, said in usual.items()}
    assert [(each.stance, each.meaning) for each in queries.options(table.call)] == list(usual.items())


def test_the_chair_says_what_an_answer_means_in_this_call(now: datetime) -> None:
    said = {Stance.SUPPORT: "Freeze it for testing; this is not an endorsement."}
    table = ask(make_table(now), Asking.BALLOT, meanings=said)
    meanings = {each.stance: each.meaning for each in queries.options(table.call)}
    assert meanings == {**MEANINGS[Asking.BALLOT], **said}
    entry = Entry.objects.of_kinds(Kind.CALL_OPENED).latest("index")
    assert entry.body["options"]["support"] == text_hash(said[Stance.SUPPORT])


def test_a_meaning_of_an_answer_that_is_not_offered_is_refused(now: datetime) -> None:
    with pytest.raises(NotPossible) as refusal:
        ask(make_table(now), Asking.BALLOT, meanings={Stance.ENDORSE: "We follow it."})
    assert [(reason.code, reason.field) for reason in refusal.value.reasons] == [("not_offered", "means_endorse")]


@pytest.mark.parametrize(
    ("asking", "stance"), [(Asking.STRAW_POLL, "endorse"), (Asking.BALLOT, "accept"), (Asking.BALLOT, "defer")]
)
def test_an_answer_that_is_not_offered_is_refused(now: datetime, asking: Asking, stance: str) -> None:
    table = ask(make_table(now), asking)
    with pytest.raises(NotPossible) as refusal:
        table.cast("faces-firm-1", stance)
    assert codes(refusal) == ["not_offered"]


def test_a_straw_poll_raises_no_objection_and_asks_for_no_reason(now: datetime) -> None:
    table = ask(make_table(now), Asking.STRAW_POLL)
    table.cast("faces-firm-1", "object")
    table.cast("faces-firm-1", "support")
    assert not Objection.objects.exists()
    assert Entry.objects.latest("index").kind == Kind.POSITION_CAST


def test_a_straw_poll_closes_with_a_label_and_is_never_determined(now: datetime) -> None:
    table = ask(make_table(now, industry=3, advocacy=1), Asking.STRAW_POLL)
    for name in ("faces-firm-1", "faces-firm-2", "faces-firm-3"):
        table.cast(name, "support")
    table.cast("faces-union-1", "object")
    entry = acts.close_call(call=table.call, at=now + WEEK)
    assert (entry.body["outcome"], entry.body["label"]) == (None, "general_support")
    assert table.call not in queries.calls_to_determine(table.world.process, now + WEEK)
    with pytest.raises(NotPossible) as refusal:
        acts.determine_call(actor=table.world.chair, call=table.call, reasons="So be it.", at=now + WEEK)
    assert codes(refusal) == ["poll"]


def test_a_straw_poll_may_be_shorter_than_the_charter_asks_of_calls_and_may_come_again(now: datetime) -> None:
    table = make_table(now, call_hours=48)
    for question in ("Which way?", "And now?"):
        ask(table, Asking.STRAW_POLL, question=question, closes_at=now + HOUR)
    with pytest.raises(NotPossible) as refusal:
        ask(table, Asking.BALLOT, closes_at=now + HOUR)
    assert codes(refusal) == ["too_short"]


def test_a_poll_is_no_call_that_could_be_repeated(now: datetime) -> None:
    table = make_table(now)
    poll = ask(table, Asking.STRAW_POLL, closes_at=now + HOUR)
    acts.close_call(call=poll.call, at=now + HOUR)
    ballot = ask(table, Asking.BALLOT, closes_at=now + WEEK + HOUR, at=now + HOUR)
    assert ballot.call.repeats is None


def test_a_poll_counts_both_ways_when_somebody_left(now: datetime) -> None:
    table = ask(make_table(now, industry=3, advocacy=1), Asking.STRAW_POLL)
    for name, stance in (("faces-firm-1", "support"), ("faces-firm-2", "support"), ("faces-union-1", "object")):
        table.cast(name, stance)
    leaving = table.world.seat("faces-union-1")
    withdraw_organization(actor=table.world.leads["faces-union-1"], participation=leaving, reason="No.", at=now + HOUR)
    entry = acts.close_call(call=table.call, at=now + WEEK)
    assert (entry.body["label"], entry.body["depends_on_withdrawal"]) == ("mixed", True)
    assert queries.tally_of(table.call)["other_treatment"]["label"] == "general_support"


def test_a_ballot_is_counted_by_the_charters_rule_for_ballots(now: datetime) -> None:
    table = ask(make_table(now, ballot_rule="majority-cast", balance=None), Asking.BALLOT)
    assert table.call.rule == "majority-cast"
    table.cast("faces-firm-1", "support")
    table.cast("faces-firm-2", "support")
    table.cast("faces-union-1", "object", reason="Too soon.")
    entry = acts.close_call(call=table.call, at=now + WEEK)
    assert entry.body["outcome"] == "adopted"


@pytest.mark.parametrize("rule", ["w3c", "rough-consensus"])
def test_a_ballot_is_not_left_to_the_chair(now: datetime, rule: str) -> None:
    table = make_table(now, rule=rule, balance=None)
    with pytest.raises(NotPossible) as refusal:
        ask(table, Asking.BALLOT)
    assert codes(refusal) == ["not_counted"]


def test_a_charter_cannot_name_a_rule_for_ballots_that_leaves_them_to_the_chair(now: datetime) -> None:
    with pytest.raises(NotPossible) as refusal:
        make_table(now, ballot_rule="w3c")
    assert [(reason.code, reason.field) for reason in refusal.value.reasons] == [("ballot_rule", "ballot_rule")]


@pytest.mark.parametrize("asking", list(Asking))
@pytest.mark.parametrize("who", ["convener", "secretary", "outsider", "lead"])
def test_only_the_chair_asks(now: datetime, asking: Asking, who: str) -> None:
    table = make_table(now)
    actor = table.world.leads["faces-firm-1"] if who == "lead" else getattr(table.world, who)
    with pytest.raises(NotAllowed):
        ask(table, asking, actor=actor)
    assert Call.objects.count() == 1


def test_an_objection_on_a_ballot_is_answered_before_it_is_determined(now: datetime) -> None:
    table = ask(make_table(now), Asking.BALLOT)
    table.cast("faces-union-1", "object", reason="Too soon.")
    table.cast("faces-firm-1", "support")
    acts.close_call(call=table.call, at=now + WEEK)
    with pytest.raises(NotPossible) as refusal:
        acts.determine_call(actor=table.world.chair, call=table.call, reasons="Counted.", at=now + WEEK)
    assert codes(refusal) == ["unanswered"]


def test_a_new_text_stops_a_ballot_as_it_stops_a_call(now: datetime) -> None:
    table = ask(make_table(now), Asking.BALLOT)
    publish(table.document, "Ask first, always.\n", by=table.world, at=now + HOUR)
    with pytest.raises(NotPossible) as refusal:
        table.cast("faces-firm-1", "support", at=now + 2 * HOUR)
    assert codes(refusal) == ["suspended"]
