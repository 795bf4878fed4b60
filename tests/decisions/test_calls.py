"""Opening a call and how it ends."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from policyhub.core.canonical import moment
from policyhub.core.errors import NotAllowed, NotPossible
from policyhub.core.text import text_hash
from policyhub.decisions import acts, queries
from policyhub.decisions.models import Call
from policyhub.decisions.rules import MEANINGS, Asking, CallState
from policyhub.decisions.tasks import close_due, follow_record
from policyhub.participation.acts import admit_organization, apply_for_seat, withdraw_organization
from policyhub.participation.models import Charter, Process
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry
from tests.factories.decisions import WEEK, Table, make_document, make_table, publish, publish_clauses
from tests.factories.participation import make_world

HOUR = timedelta(hours=1)


def codes(refusal: pytest.ExceptionInfo[NotPossible]) -> list[str]:
    return [reason.code for reason in refusal.value.reasons]


def open_again(table: Table, **changes: Any) -> Entry:
    world = table.world
    said: dict[str, Any] = {
        "actor": world.chair,
        "process": world.process,
        "question": "And this?",
        "version": table.call.version,
        "closes_at": world.at + WEEK,
        "at": world.at,
    }
    return acts.open_call(**{**said, **changes})


def test_open_call_writes_what_it_binds(now: datetime) -> None:
    table = make_table(now, industry=1, advocacy=1)
    entry = Entry.objects.of_kinds(Kind.CALL_OPENED).get()
    assert entry.subject == "call/faces/1"
    assert entry.actor["role"] == "chair"
    assert entry.body == {
        "process": "faces",
        "asking": "consensus",
        "options": {stance: text_hash(said) for stance, said in MEANINGS[Asking.CONSENSUS].items()},
        "sealed": False,
        "recirculates": None,
        "question": "Can your organization accept this text?",
        "document": "faces-code",
        "version": 1,
        "clause": None,
        "text_hash": table.call.version.text_hash,
        "rule": {"preset": "two-thirds-cast", "balance": "1/2"},
        "treatment": "count_as_cast",
        "roll_hash": queries.roll_hash({name: name for name in ("faces-union-1", "faces-firm-1")}),
        "roll_size": 2,
        "opens_at": moment(now),
        "closes_at": moment(now + WEEK),
        "repeats": None,
        "reason_hash": None,
    }


def test_roll_hash_is_that_of_the_sorted_pairs_of_organization_and_voice() -> None:
    expected = hashlib.sha256(b'[["a","a"],["b","a"]]').hexdigest()
    assert queries.roll_hash({"b": "a", "a": "a"}) == f"sha256:{expected}"


def test_open_call_on_a_clause_binds_its_hash(now: datetime) -> None:
    table = make_table(now)
    clause_text = table.call.version.texts.get()
    entry = open_again(table, clause_text=clause_text)
    assert (entry.body["clause"], entry.body["text_hash"]) == ("c1", clause_text.text_hash)


def test_roll_is_frozen_at_opening(now: datetime) -> None:
    table = make_table(now, industry=1, advocacy=1)
    table.world.join("Late Union", "advocacy")
    assert [seat.organization.slug for seat in queries.roll(table.call)] == ["faces-firm-1", "faces-union-1"]
    with pytest.raises(NotPossible) as refusal:
        table.cast("late-union", "support")
    assert codes(refusal) == ["not_on_roll"]


@pytest.mark.parametrize("who", ["convener", "secretary", "editor", "outsider"])
def test_open_call_by_others_is_refused(now: datetime, who: str) -> None:
    table = make_table(now)
    with pytest.raises(NotAllowed):
        open_again(table, actor=getattr(table.world, who))
    with pytest.raises(NotAllowed):
        open_again(table, actor=table.world.leads["faces-firm-1"])


def test_open_call_without_a_charter_is_refused(now: datetime) -> None:
    table = make_table(now)
    world = table.world
    Process.objects.filter(pk=world.process.pk).update(state="active")
    other = make_world(now, slug="other")
    with pytest.raises(NotPossible) as refusal:
        open_again(table, actor=other.chair, process=other.process)
    assert codes(refusal) == ["foreign_text", "empty_table"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"closes_at": -HOUR}, "closes_first"),
        ({"closes_at": 0 * HOUR}, "closes_first"),
        ({"closes_at": timedelta(days=366, microseconds=1)}, "too_long"),
        ({"reason": "It failed."}, "repeats_nothing"),
        ({"question": " \n "}, "text"),
        ({"question": "x" * 301}, "text"),
    ],
)
def test_open_call_that_makes_no_sense_is_refused(now: datetime, changes: dict[str, Any], code: str) -> None:
    table = make_table(now)
    moved = {name: now + value if isinstance(value, timedelta) else value for name, value in changes.items()}
    with pytest.raises(NotPossible) as refusal:
        open_again(table, **moved)
    assert codes(refusal) == [code]
    assert Call.objects.count() == 1


def test_open_call_on_a_superseded_text_is_refused(now: datetime) -> None:
    table = make_table(now)
    publish(table.document, "Ask first, always.\n", by=table.world, at=now)
    with pytest.raises(NotPossible) as refusal:
        open_again(table)
    assert codes(refusal) == ["superseded"]


def test_open_call_on_a_clause_of_another_version_is_refused(now: datetime) -> None:
    table = make_table(now)
    stray = publish(make_document(table.world, "rival"), "Never ask.\n", by=table.world, at=now)
    with pytest.raises(NotPossible) as refusal:
        open_again(table, clause_text=stray.texts.get())
    assert codes(refusal) == ["foreign_clause"]


def test_open_call_under_a_rule_that_no_call_can_use_is_refused(now: datetime) -> None:
    """Charters adopted before their rules were looked at."""
    table = make_table(now)
    Charter.objects.create(
        process=table.world.process,
        version=2,
        scope="Faces.",
        rule="two-thirds-present",
        notice_days=7,
        adopted_at=now,
    )
    with pytest.raises(NotPossible) as refusal:
        open_again(table)
    assert codes(refusal) == ["rule"]


@pytest.mark.parametrize("closing", [datetime(9999, 12, 31, 23, 59, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC)])
def test_open_call_until_an_end_of_the_calendar_is_refused(now: datetime, closing: datetime) -> None:
    table = make_table(now)
    for zone in ("UTC", "Pacific/Kiritimati", "Pacific/Honolulu"):
        with pytest.raises(NotPossible):
            open_again(table, closes_at=closing.replace(tzinfo=ZoneInfo(zone)))
    assert Call.objects.count() == 1


def test_open_call_for_exactly_a_year_is_taken(now: datetime) -> None:
    assert open_again(make_table(now), closes_at=now + timedelta(days=366))


def test_open_call_shorter_than_the_charter_says_is_refused(now: datetime) -> None:
    table = make_table(now, call_hours=168)
    with pytest.raises(NotPossible) as refusal:
        open_again(table, closes_at=now + WEEK - timedelta(microseconds=1))
    assert codes(refusal) == ["too_short"]
    assert "at least 168 hours" in str(refusal.value)
    assert open_again(table, closes_at=now + WEEK)


def test_open_call_twice_with_the_same_question_is_refused_while_one_is_open(now: datetime) -> None:
    table = make_table(now)
    with pytest.raises(NotPossible) as refusal:
        open_again(table, question="can your  organization ACCEPT this text?")
    assert codes(refusal) == ["asked_now"]
    assert open_again(table, question="Another question?").body["repeats"] is None


def test_open_call_again_on_a_text_that_was_asked_about_says_why_and_names_the_earlier_one(now: datetime) -> None:
    table = make_table(now)
    later = {"closes_at": now + 2 * WEEK, "at": now + WEEK}
    with pytest.raises(NotPossible) as refusal:
        open_again(table, **later)
    assert codes(refusal) == ["repeat_unexplained"]
    entry = open_again(table, reason="Two members could not answer in time.", **later)
    assert (entry.body["repeats"], entry.body["reason_hash"]) == (1, text_hash("Two members could not answer in time."))
    again = Call.objects.get(number=2)
    assert (again.repeats, again.reason) == (table.call, "Two members could not answer in time.\n")
    assert list(table.call.repeated_by.all()) == [again]


def test_open_call_again_on_a_changed_text_repeats_nothing(now: datetime) -> None:
    table = make_table(now)
    acts.close_call(call=table.call, at=now + WEEK)
    changed = publish(table.document, "Ask first, always.\n", by=table.world, at=now + WEEK)
    entry = open_again(table, version=changed, closes_at=now + 2 * WEEK, at=now + WEEK)
    assert entry.body["repeats"] is None


def test_a_call_on_a_clause_outlives_a_change_elsewhere(now: datetime) -> None:
    table = make_table(now)
    world = table.world
    document = make_document(world, "two-clauses")
    first = publish_clauses(document, {"c1": "Ask first.\n", "c2": "Delete soon.\n"}, by=world, at=now)
    for key in ("c1", "c2"):
        open_again(table, question=f"And {key}?", version=first, clause_text=first.texts.get(clause__key=key))
    on_first, on_second = Call.objects.order_by("number")[1:]
    changed = publish_clauses(document, {"c1": "Ask first.\n", "c2": "Delete now.\n"}, by=world, at=now + HOUR)
    at = now + 2 * HOUR
    assert (queries.state_at(on_first, at), queries.find_new_text(on_first)) == (CallState.OPENED, None)
    assert (queries.state_at(on_second, at), queries.find_new_text(on_second)) == (CallState.SUSPENDED, changed)
    assert list(queries.open_calls(at)) == [table.call, on_first]
    assert [entry.subject for entry in acts.settle_calls(at=at)] == [on_second.subject]
    publish_clauses(document, {"c2": "Delete now.\n"}, by=world, at=now + 3 * HOUR)
    assert queries.state_at(on_first, now + 3 * HOUR) == CallState.SUSPENDED
    assert [entry.subject for entry in acts.settle_calls(at=now + 4 * HOUR)] == [on_first.subject]


def test_a_call_on_the_whole_text_outlives_a_version_that_reads_the_same(now: datetime) -> None:
    table = make_table(now)
    table.document.versions.create(
        number=2, text_hash=table.call.text_hash, published_at=now + HOUR, author=table.world.editor
    )
    assert queries.state_at(table.call, now + 2 * HOUR) == CallState.OPENED
    assert list(queries.open_calls(now + 2 * HOUR)) == [table.call]


def test_close_call_writes_the_count_and_the_outcome(now: datetime) -> None:
    table = make_table(now)
    for organization, stance in (("faces-firm-1", "support"), ("faces-firm-2", "accept"), ("faces-union-1", "object")):
        table.cast(organization, stance)
    entry = acts.close_call(call=table.call, at=now + WEEK)
    assert entry.actor == {"org": None, "person": None, "role": "system"}
    assert entry.body == {
        "process": "faces",
        "positions": 3,
        "roll_hash": table.call.roll_hash,
        "counts": {"for": 2, "against": 1, "abstain": 0, "defer": 0, "recuse": 0, "not_returned": 1},
        "outcome": "adopted",
        "label": None,
        "depends_on_withdrawal": False,
    }
    assert table.fresh().state == CallState.CLOSED


def test_close_call_before_its_time_is_refused(now: datetime) -> None:
    table = make_table(now)
    with pytest.raises(NotPossible) as refusal:
        acts.close_call(call=table.call, at=now + WEEK - timedelta(microseconds=1))
    assert codes(refusal) == ["still_open"]


def test_close_call_twice_is_refused(now: datetime) -> None:
    table = make_table(now)
    acts.close_call(call=table.call, at=now + WEEK)
    with pytest.raises(NotPossible) as refusal:
        acts.close_call(call=table.call, at=now + WEEK)
    assert codes(refusal) == ["wrong_state"]


def test_state_follows_the_clock_without_a_scheduler(now: datetime) -> None:
    table = make_table(now)
    closing = table.call.closes_at
    assert queries.state_at(table.call, closing - timedelta(microseconds=1)) == CallState.OPENED
    assert queries.state_at(table.call, closing) == CallState.CLOSED
    assert list(queries.open_calls(closing - timedelta(microseconds=1))) == [table.call]
    assert list(queries.open_calls(closing)) == []
    assert list(queries.calls_to_determine(table.world.process, closing)) == [table.call]


def test_settling_closes_what_is_due_once(now: datetime) -> None:
    table = make_table(now)
    assert acts.settle_calls(at=now) == []
    assert [entry.kind for entry in acts.settle_calls(at=now + WEEK)] == [Kind.CALL_CLOSED]
    assert acts.settle_calls(at=now + 2 * WEEK) == []
    assert table.fresh().state == CallState.CLOSED


def test_settling_suspends_what_was_superseded_and_closes_nothing_of_it(now: datetime) -> None:
    table = make_table(now)
    publish(table.document, "Ask first, always.\n", by=table.world, at=now + HOUR)
    entries = acts.settle_calls(at=now + WEEK)
    assert [entry.body for entry in entries] == [
        {"process": "faces", "reason": "new_version", "reason_hash": None, "version": 2}
    ]
    assert table.fresh().state == CallState.SUSPENDED
    assert acts.settle_calls(at=now + WEEK) == []


def test_a_version_after_the_closing_suspends_nothing(now: datetime) -> None:
    table = make_table(now)
    publish(table.document, "Ask first, always.\n", by=table.world, at=now + WEEK)
    assert [entry.kind for entry in acts.settle_calls(at=now + WEEK)] == [Kind.CALL_CLOSED]


def test_stop_call_needs_a_newer_version_of_the_same_text(now: datetime) -> None:
    table = make_table(now)
    rival = publish(make_document(table.world, "rival"), "Never ask.\n", by=table.world, at=now)
    for version in (rival, table.call.version):
        with pytest.raises(NotPossible) as refusal:
            acts.stop_call(call=table.call, version=version, at=now)
        assert codes(refusal) == ["not_newer"]


def test_close_call_of_a_superseded_text_is_refused(now: datetime) -> None:
    table = make_table(now)
    publish(table.document, "Ask first, always.\n", by=table.world, at=now + HOUR)
    with pytest.raises(NotPossible) as refusal:
        acts.close_call(call=table.call, at=now + WEEK)
    assert codes(refusal) == ["superseded"]


def test_tasks_write_down_what_happened_by_itself(now: datetime) -> None:
    table = make_table(now - 2 * WEEK)
    close_due()
    follow_record()
    assert table.fresh().state == CallState.CLOSED


def test_what_somebody_cast_before_leaving_stays(now: datetime) -> None:
    table = make_table(now)
    table.cast("faces-union-1", "object")
    withdraw_organization(
        actor=table.world.leads["faces-union-1"],
        participation=table.world.seat("faces-union-1"),
        reason="Our minimum was not met.",
        at=now + HOUR,
    )
    assert list(queries.positions(table.call).values_list("organization__slug", "has_left")) == [  # type: ignore[misc]
        ("faces-union-1", True)
    ]
    departed = queries.objections(table.world.process).values_list("holder_departed", flat=True)  # type: ignore[misc]
    assert list(departed) == [True]
    with pytest.raises(NotPossible) as refusal:
        table.cast("faces-union-1", "support", at=now + 2 * HOUR)
    assert codes(refusal) == ["withdrawn"]


def test_its_holder_lifts_an_objection_even_after_leaving(now: datetime) -> None:
    table = make_table(now)
    table.cast("faces-union-1", "object")
    lead = table.world.leads["faces-union-1"]
    withdraw_organization(
        actor=lead, participation=table.world.seat("faces-union-1"), reason="We leave.", at=now + HOUR
    )
    entry = acts.lift_objection(actor=lead, objection=table.objection("faces-union-1"), at=now + 2 * HOUR)
    assert entry.actor["org"] == "faces-union-1"


def test_who_spoke_for_it_before_it_left_lifts_nothing_of_an_organization_that_is_back(now: datetime) -> None:
    table = make_table(now)
    table.cast("faces-union-1", "object")
    world, former = table.world, table.world.leads["faces-union-1"]
    seat = world.seat("faces-union-1")
    withdraw_organization(actor=former, participation=seat, reason="We leave.", at=now + HOUR)
    asked: dict[str, Any] = {"process": world.process, "name": "faces union 1", "category": world.category("advocacy")}
    lead = world.alternates["faces-union-1"]
    apply_for_seat(actor=lead, at=now + 2 * HOUR, **asked)
    objection = table.objection("faces-union-1")
    admit_organization(actor=world.convener, participation=world.seat("faces-union-1"), at=now + 3 * HOUR)
    with pytest.raises(NotAllowed):
        acts.lift_objection(actor=former, objection=objection, at=now + 4 * HOUR)
    assert acts.lift_objection(actor=lead, objection=objection, at=now + 4 * HOUR).actor["org"] == "faces-union-1"


@pytest.mark.odd_entries
def test_a_told_call_is_judged_by_told_time_and_ended_by_nobody_else(now: datetime) -> None:
    table = make_table(now - 3 * WEEK)
    Process.objects.update(source_hash="sha256:" + "0" * 64)
    entry = table.cast("faces-firm-1", "support")
    assert entry.told_at == table.call.opens_at + timedelta(minutes=1)
    with pytest.raises(NotPossible) as refusal:
        table.cast("faces-firm-2", "support", at=table.call.closes_at)
    assert codes(refusal) == ["closed"]
    assert acts.settle_calls(at=now) == []
    assert acts.close_call(call=table.call, at=table.call.closes_at).told_at == table.call.closes_at
