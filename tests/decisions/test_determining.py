"""Determining: the outcome is computed, the reasons are written."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyhub import rulebook
from policyhub.core.errors import NotAllowed, NotPossible
from policyhub.core.text import text_hash
from policyhub.decisions import acts, queries
from policyhub.decisions.models import Call
from policyhub.decisions.rules import CallState, Designation, Stance, undetermined, unexplained, unreasoned
from policyhub.drafting.acts import open_document, publish_version
from policyhub.drafting.models import Document
from policyhub.participation.acts import withdraw_organization
from policyhub.participation.rules import Treatment
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry
from tests.decisions.test_calls import codes
from tests.factories.decisions import Table, make_table

HOUR = timedelta(hours=1)


def leave(table: Table, organization: str, at: datetime) -> None:
    withdraw_organization(
        actor=table.world.leads[organization], participation=table.world.seat(organization), reason="We leave.", at=at
    )


def determine(table: Table, **said: object) -> Entry:
    arguments = {"actor": table.world.chair, "call": table.call, "at": table.call.closes_at, **said}
    return acts.determine_call(**arguments)  # type: ignore[arg-type]


def test_determine_call_closes_what_the_clock_closed_and_computes_the_outcome(now: datetime) -> None:
    table = make_table(now)
    table.cast("faces-firm-1", "support")
    entry = determine(table)
    assert entry.body == {
        "process": "faces",
        "outcome": "adopted",
        "label": None,
        "designation": "adopted",
        "reasons_hash": None,
        "objections": [],
    }
    kinds = list(Entry.objects.of_subject(table.call.subject).order_by("index").values_list("kind", flat=True))
    assert kinds == [Kind.CALL_OPENED, Kind.POSITION_CAST, Kind.CALL_CLOSED, Kind.CALL_DETERMINED]
    assert table.fresh().state == CallState.DETERMINED


def test_determine_call_while_it_is_open_is_refused(now: datetime) -> None:
    table = make_table(now)
    with pytest.raises(NotPossible) as refusal:
        determine(table, at=now)
    assert codes(refusal) == ["still_open"]


def test_determine_call_twice_is_refused(now: datetime) -> None:
    table = make_table(now)
    determine(table)
    with pytest.raises(NotPossible) as refusal:
        determine(table)
    assert codes(refusal) == ["wrong_state"]


@pytest.mark.parametrize("who", ["convener", "secretary", "editor", "outsider"])
def test_determine_call_by_others_is_refused(now: datetime, who: str) -> None:
    table = make_table(now)
    with pytest.raises(NotAllowed):
        determine(table, actor=getattr(table.world, who))


def test_determine_call_with_a_standing_objection_needs_reasons(now: datetime) -> None:
    table = make_table(now)
    table.cast("faces-firm-1", "support")
    table.cast("faces-union-1", "object")
    table.answer("faces-union-1")
    with pytest.raises(NotPossible) as refusal:
        determine(table, reasons=" ")
    assert codes(refusal) == ["reasons_missing"]
    entry = determine(table, reasons="It was heard; no change was found.")
    assert entry.body["reasons_hash"] == text_hash("It was heard; no change was found.")
    assert entry.body["objections"] == [{"number": 1, "holder": "faces-union-1", "state": "addressed_not_accommodated"}]


def test_determine_call_while_an_objection_waits_for_its_answer_is_refused(now: datetime) -> None:
    table = make_table(now, industry=1, advocacy=3)
    for number in (1, 2, 3):
        table.cast(f"faces-union-{number}", "object")
    table.answer("faces-union-2")
    with pytest.raises(NotPossible) as refusal:
        determine(table, reasons="Heard.")
    assert codes(refusal) == ["unanswered"]
    assert str(refusal.value) == "Answer objections 1 and 3 first: they stand without an answer."
    table.answer("faces-union-1")
    table.cast("faces-union-3", "abstain")
    assert determine(table, reasons="Heard.")


def test_rough_consensus_is_not_reached_by_the_authors_alone(now: datetime) -> None:
    table = make_table(now, rule="rough-consensus")
    Document.objects.filter(pk=table.document.pk).update(owner=table.world.seat("faces-firm-1"))
    table.cast("faces-firm-1", "endorse")
    determination = "Every issue was addressed."
    assert queries.tally_of(table.fresh(), determination=determination)["outcome"] == "not_adopted"
    table.cast("faces-union-1", "support")
    assert queries.tally_of(table.fresh(), determination=determination)["outcome"] == "adopted"


def test_whoever_published_a_version_is_among_its_authors(now: datetime) -> None:
    table = make_table(now, rule="rough-consensus")
    owner, lead = table.world.seat("faces-union-1"), table.world.leads["faces-union-1"]
    open_document(actor=lead, process=table.world.process, slug="rival", title="A rival", owner=owner, at=now)
    rival = Document.objects.get(slug="rival")
    publish_version(actor=lead, document=rival, clauses=[(None, 1, "Asking", "Ask first.\n")], at=now)
    Document.objects.filter(pk=rival.pk).update(owner=None)
    acts.open_call(
        actor=table.world.chair,
        process=table.world.process,
        question="Or this?",
        version=rival.versions.get(),
        closes_at=now + 7 * 24 * HOUR,
        at=now,
    )
    other = replace(table, call=Call.objects.get(number=2))
    other.cast("faces-union-1", "support")
    assert queries.tally_of(other.call, determination="Addressed.")["outcome"] == "not_adopted"


def test_the_short_circuit_needs_two_weeks_or_everybody(now: datetime) -> None:
    table = make_table(now, rule="w3c-short-circuit", industry=3, advocacy=2)
    for organization in ("faces-firm-1", "faces-firm-2", "faces-firm-3", "faces-union-1"):
        table.cast(organization, "support")
    tally = queries.tally_of(table.call)
    assert (tally["outcome"], tally["tests"][0]["passed"]) == ("not_adopted", True)
    assert tally["explanation"][0] == (
        "The rule asks that the call was open for 14 days or that everybody answered; neither is so, and therefore "
        "the text is not adopted."
    )
    assert (determine(table).body["outcome"], queries.tally_of(table.fresh())) == ("not_adopted", tally)


def test_the_short_circuit_passes_when_everybody_answered_or_two_weeks_have_gone(now: datetime) -> None:
    table = make_table(now, rule="w3c-short-circuit", industry=3, advocacy=2)
    for organization in ("faces-firm-1", "faces-firm-2", "faces-firm-3", "faces-union-1"):
        table.cast(organization, "support")
    Call.objects.update(closes_at=now + timedelta(days=14))
    assert queries.tally_of(table.fresh())["outcome"] == "adopted"
    Call.objects.update(closes_at=now + timedelta(days=1))
    table.cast("faces-union-2", "abstain")
    assert queries.tally_of(table.fresh())["outcome"] == "adopted"


def test_a_class_is_the_category_of_its_name(now: datetime) -> None:
    table = make_table(now, rule={"preset": "ca-browser-forum", "classes": {"industry": "2/3", "advocacy": "> 1/2"}})
    for organization in ("faces-firm-1", "faces-firm-2", "faces-union-1"):
        table.cast(organization, "support")
    assert queries.tally_of(table.call)["outcome"] == "adopted"


def test_determine_call_where_the_rule_leaves_it_to_the_chair(now: datetime) -> None:
    table = make_table(now, rule="w3c")
    table.cast("faces-firm-1", "support")
    table.cast("faces-union-1", "object")
    table.answer("faces-union-1")
    with pytest.raises(NotPossible) as refusal:
        determine(table, reasons="Heard.")
    assert codes(refusal) == ["designation_missing"]
    entry = determine(table, reasons="Heard.", designation=Designation.ADOPTED)
    assert [entry.body[name] for name in ("outcome", "label", "designation")] == [
        "chair_determines",
        "dissent",
        "adopted",
    ]


def test_determine_call_against_the_rule_is_refused(now: datetime) -> None:
    table = make_table(now)
    table.cast("faces-firm-1", "support")
    with pytest.raises(NotPossible) as refusal:
        determine(table, designation=Designation.NOT_ADOPTED)
    assert codes(refusal) == ["designation"]


def test_nine_no_voters_leave_after_voting(now: datetime) -> None:
    """Two thirds cast, 28 seats: 16 for, 9 against who leave, 1 abstains, 2 stay silent."""
    table = make_table(now, industry=17, advocacy=11)
    for number in range(1, 17):
        table.cast(f"faces-firm-{number}", "support")
    table.cast("faces-firm-17", "abstain")
    against = [f"faces-union-{number}" for number in range(1, 10)]
    for organization in against:
        table.cast(organization, "object")
    for organization in against:
        leave(table, organization, now + HOUR)
    tally = queries.tally_of(table.call)
    assert tally["counts"] == {"for": 16, "against": 9, "abstain": 1, "defer": 0, "recuse": 0, "not_returned": 2}
    approval, other = tally["tests"][0], tally["other_treatment"]["tests"][0]
    assert (approval["share"], approval["passed"], tally["outcome"]) == ("16/25", False, "not_adopted")
    assert (other["share"], other["passed"], tally["other_treatment"]["outcome"]) == ("16/16", True, "adopted")
    assert tally["depends_on_withdrawal"] is True
    for organization in against:
        table.answer(organization, at=now + 2 * HOUR)
    with pytest.raises(NotPossible) as refusal:
        determine(table)
    assert codes(refusal) == ["reasons_missing"]
    assert determine(table, reasons="What was cast counts.").body["outcome"] == "not_adopted"


def test_a_withdrawal_after_the_closing_changes_nothing(now: datetime) -> None:
    table = make_table(now, treatment=Treatment.EXCLUDE)
    table.cast("faces-union-1", "object")
    table.cast("faces-firm-1", "support")
    before = queries.tally_of(table.call)
    leave(table, "faces-union-1", table.call.closes_at)
    assert queries.tally_of(table.call) == before


def test_a_vacant_interest_blocks_where_every_interest_must_concur(now: datetime) -> None:
    table = make_table(now, rule="interest-unanimity", categories=(("industry", "Industry"), ("advocacy", "Advocacy")))
    for organization in ("faces-firm-1", "faces-firm-2", "faces-union-1", "faces-union-2"):
        table.cast(organization, "support")
    assert (queries.tally_of(table.call)["outcome"], queries.tally_of(table.call)["label"]) == ("adopted", "consensus")
    for organization in ("faces-union-1", "faces-union-2"):
        leave(table, organization, now + HOUR)
    assert queries.tally_of(table.call)["outcome"] == "blocked"


@given(st.sampled_from(list(Stance)), st.text(max_size=5))
def test_exactly_objections_need_a_reason(stance: Stance, reason: str) -> None:
    refused = unreasoned(stance, reason) is not None
    assert refused == (stance is Stance.OBJECT and not reason.strip())


@given(st.sampled_from(list(rulebook.Verdict)), st.none() | st.sampled_from(list(Designation)))
def test_the_chair_chooses_exactly_where_the_rule_leaves_it_to_the_chair(
    verdict: rulebook.Verdict, designation: Designation | None
) -> None:
    allowed = undetermined(str(verdict), designation) is None
    assert allowed == ((verdict is rulebook.Verdict.CHAIR_DETERMINES) == (designation is not None))


@given(st.text(max_size=3), st.booleans(), st.integers(0, 3))
def test_reasons_are_due_exactly_when_something_must_be_explained(reasons: str, depends: bool, standing: int) -> None:
    refused = unexplained(reasons, depends_on_withdrawal=depends, standing=standing) is not None
    assert refused == (not reasons.strip() and (depends or standing > 0))


@given(st.sampled_from(sorted(rulebook.PRESETS)), st.integers(1, 5), st.integers(5, 9))
def test_a_bound_rule_is_usable_and_keeps_a_limit_of_its_own(name: str, num: int, den: int) -> None:
    before = rulebook.preset(name)
    after = rulebook.preset(rulebook.with_balance(name, {"num": num, "den": den}))
    assert after.balance is not None
    assert before.balance is None or after.balance == before.balance
    assert (after.base, after.minimum, after.classes) == (before.base, before.minimum, before.classes)
