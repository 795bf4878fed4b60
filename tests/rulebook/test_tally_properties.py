"""What holds for every ballot: agreement with a second tally, and the laws a fair count obeys."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policyhub.rulebook import PRESETS, Measure, Outcome, Verdict, needed
from tests.rulebook.builders import counted, seat, sides
from tests.rulebook.naive import RULES, naive
from tests.rulebook.strategies import ballots

THRESHOLD_RULES = [name for name in PRESETS if name.startswith(("majority", "two-thirds"))]
few = settings(max_examples=30, deadline=None)
many = settings(max_examples=80, deadline=None)


def unexplained(outcome: Outcome) -> dict[str, Any]:
    """The outcome's JSON without its sentences."""
    found = outcome.as_json()
    del found["explanation"]
    return found


def test_second_tally_knows_every_preset() -> None:
    assert set(RULES) == set(PRESETS)


@pytest.mark.parametrize("rule", PRESETS)
@given(data=st.data())
@few
def test_tally_of_any_ballot_agrees_with_the_second_tally(rule: str, data: st.DataObject) -> None:
    ballot = data.draw(ballots(rule))
    assert unexplained(counted(ballot)) == naive(ballot)


@given(rule=st.sampled_from(list(PRESETS)), data=st.data())
@many
def test_tally_does_not_depend_on_the_order_of_roster_and_positions(rule: str, data: st.DataObject) -> None:
    ballot = data.draw(ballots(rule))
    shuffled = {key: data.draw(st.permutations(ballot[key])) for key in ("roster", "positions", "withdrawn", "issues")}
    assert counted(ballot, **shuffled).as_json() == counted(ballot).as_json()


@given(rule=st.sampled_from(THRESHOLD_RULES), data=st.data())
@many
def test_one_more_supporter_never_turns_adopted_into_not_adopted(rule: str, data: st.DataObject) -> None:
    ballot = data.draw(ballots(rule))
    more = {
        "roster": [*ballot["roster"], seat("newcomer")],
        "positions": [*ballot["positions"], {"organization": "newcomer", "position": "support"}],
        "present": [*ballot["present"], "newcomer"],
    }
    if counted(ballot).verdict is Verdict.ADOPTED:
        assert counted(ballot, **more).verdict is Verdict.ADOPTED


@given(rule=st.sampled_from(list(PRESETS)), data=st.data())
@many
def test_exclude_equals_a_roster_without_those_who_left(rule: str, data: st.DataObject) -> None:
    ballot = data.draw(ballots(rule, affiliates=False))
    ballot |= {"treatment": "exclude", "categories": ["industry", "advocacy", "academia"]}
    gone = set(ballot["withdrawn"])
    stayed = {key: [row for row in ballot[key] if row["organization"] not in gone] for key in ("roster", "positions")}
    stayed |= {key: [name for name in ballot[key] if name not in gone] for key in ("present", "authors")}
    with_them, without_them = counted(ballot), counted(ballot, **stayed, withdrawn=[])
    assert (with_them.tests, with_them.verdict, with_them.label, with_them.counts) == (
        without_them.tests,
        without_them.verdict,
        without_them.label,
        without_them.counts,
    )


@given(rule=st.sampled_from(list(PRESETS)), data=st.data())
@many
def test_counts_add_up_and_every_explanation_is_plain_sentences(rule: str, data: st.DataObject) -> None:
    outcome = counted(data.draw(ballots(rule)))
    entitled = outcome.ballot.groups
    if outcome.ballot.treatment == "exclude":
        entitled = tuple(group for group in entitled if not group.is_withdrawn)
    assert sum(outcome.counts.as_json().values()) == len(entitled)
    assert all(text[0].isupper() or text[0].isdigit() for text in outcome.explanation)
    assert all(text.endswith(".") and "None" not in text for text in outcome.explanation)


@given(base=st.integers(0, 10**9), part=st.integers(1, 30), more=st.integers(0, 30))
@settings(max_examples=200, deadline=None)
def test_needed_is_the_smallest_number_that_passes(base: int, part: int, more: int) -> None:
    whole = part + more
    at_least, more_than = needed(base, Fraction(part, whole)), needed(base, Fraction(part, whole), more_than=True)
    assert (at_least - 1) * whole < part * base <= at_least * whole
    assert (more_than - 1) * whole <= part * base < more_than * whole


@given(base=st.integers(1, 10**9), part=st.integers(1, 30), more=st.integers(0, 30))
@settings(max_examples=200, deadline=None)
def test_most_is_the_largest_number_that_keeps_to_a_limit(base: int, part: int, more: int) -> None:
    whole = part + more
    at_most = Measure(Fraction(part, whole)).most(base)
    less_than = Measure(Fraction(part, whole), is_strict=True).most(base)
    assert at_most * whole <= part * base < (at_most + 1) * whole
    assert less_than * whole < part * base <= (less_than + 1) * whole


@given(thirds=st.integers(1, 40))
@few
def test_two_thirds_is_adopted_exactly_at_the_boundary(thirds: int) -> None:
    exactly = sides("two-thirds-cast", support=2 * thirds, object=thirds)
    one_short = sides("two-thirds-cast", support=2 * thirds - 1, object=thirds + 1)
    assert [counted(exactly).verdict, counted(one_short).verdict] == [Verdict.ADOPTED, Verdict.NOT_ADOPTED]


@given(half=st.integers(1, 40))
@few
def test_a_tie_is_no_majority_and_one_more_is(half: int) -> None:
    tie, one_more = (
        sides("majority-cast", support=half, object=half),
        sides("majority-cast", support=half + 1, object=half),
    )
    assert [counted(tie).verdict, counted(one_more).verdict] == [Verdict.NOT_ADOPTED, Verdict.ADOPTED]
