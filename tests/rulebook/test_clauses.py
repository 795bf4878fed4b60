"""The finer clauses of the rules, one test each: bases, boundaries, precedence, affiliates, labels, overrides."""

from __future__ import annotations

from typing import Any

import pytest

from policyhub.rulebook import PRESETS, Label, Verdict
from tests.rulebook.builders import counted, numbers, said, seat, sides

FIVE_SIDES = {"support": 4, "object": 2, "abstain": 1, "defer": 1, "recuse": 1, "silent": 1}
TWO_INTERESTS = {
    "roster": [seat("a"), seat("b", "advocacy")],
    "positions": [said("a", "support"), said("b", "support")],
}


@pytest.mark.parametrize(
    ("base", "size"),
    [("cast", 6), ("returned", 8), ("roster", 10), ("roster_less_abstainers", 9), ("roster_less_recused", 9)],
)
def test_base_counts_exactly_those_it_names(base: str, size: int) -> None:
    outcome = counted(sides({"minimum": "1/2", "base": base}, **FIVE_SIDES))
    assert [(test.base, test.have) for test in outcome.tests] == [(size, 4)]


def test_every_favorable_position_is_for_and_counts_are_as_positioned() -> None:
    outcome = counted(
        sides("majority-cast", endorse=1, support=1, accept=1, object=1, abstain=2, defer=3, recuse=4, silent=5)
    )
    assert outcome.counts.as_json() == {
        "for": 3, "against": 1, "abstain": 2, "defer": 3, "recuse": 4, "not_returned": 5,
    }  # fmt: skip
    assert numbers(outcome) == [("approval", "all", 4, 3, 3, True)]


@pytest.mark.parametrize("rule", [name for name in PRESETS if name != "rough-consensus"])
def test_empty_roster_decides_nothing(rule: str) -> None:
    outcome = counted({"rule": rule, "roster": [], "positions": [], "present": []})
    assert (outcome.verdict, outcome.other.verdict) == (Verdict.NO_QUORUM, Verdict.NO_QUORUM)


def test_base_of_zero_is_shown_as_zero_of_nothing() -> None:
    assert counted(sides("two-thirds-cast", abstain=3)).as_json()["tests"] == [
        {"name": "approval", "scope": "all", "base": 0, "needed": 0, "have": 0, "share": None, "passed": False}
    ]


def test_nobody_present_is_a_base_of_zero() -> None:
    outcome = counted(sides("two-thirds-present", silent=3), present=[])
    assert (outcome.verdict, numbers(outcome)) == (Verdict.NO_QUORUM, [("approval", "all", 0, 0, 0, False)])


def test_group_is_present_when_one_member_is_whoever_spoke() -> None:
    roster = [seat("a"), seat("b", affiliate_of="a"), seat("c")]
    outcome = counted(
        {"rule": "two-thirds-present", "roster": roster, "positions": [said("b", "support")], "present": ["a"]}
    )
    assert numbers(outcome) == [("approval", "all", 1, 1, 1, True)]


def test_class_in_which_nobody_cast_is_not_adopted_rather_than_without_quorum() -> None:
    roster = [seat("a", classes=["issuer"]), seat("b", classes=["issuer"]), seat("c", classes=["consumer"])]
    outcome = counted(
        {"rule": "ca-browser-forum", "roster": roster, "positions": [said("a", "support"), said("c", "abstain")]}
    )
    assert outcome.verdict is Verdict.NOT_ADOPTED
    assert numbers(outcome) == [
        ("quorum", "all", 3, 2, 2, True),
        ("approval", "issuer", 1, 1, 1, True),
        ("approval", "consumer", 0, 0, 0, False),
        ("minimum_support", "issuer", 1, 1, 1, True),
        ("minimum_support", "consumer", 0, 1, 0, False),
    ]


def test_quorum_counts_every_returned_position_but_a_recusal() -> None:
    outcome = counted(sides({"preset": "majority-cast", "quorum": 9}, **FIVE_SIDES))
    assert (outcome.verdict, numbers(outcome)[0]) == (Verdict.NO_QUORUM, ("quorum", "all", 10, 9, 8, False))


@pytest.mark.parametrize(("abstaining", "verdict"), [(2, Verdict.ADOPTED), (3, Verdict.NO_QUORUM)])
def test_abstention_must_stay_below_three_tenths(abstaining: int, verdict: Verdict) -> None:
    outcome = counted(sides("ieee-sa", support=10 - abstaining, abstain=abstaining))
    assert (outcome.verdict, numbers(outcome)[1][2:5]) == (verdict, (10, 2, abstaining))


def test_base_of_ieee_sa_can_be_those_returned() -> None:
    ballot = sides("ieee-sa", support=14, object=4, abstain=2)
    literal = counted(ballot, rule={"preset": "ieee-sa", "base": "returned"})
    assert (counted(ballot).verdict, literal.verdict) == (Verdict.ADOPTED, Verdict.NOT_ADOPTED)
    assert numbers(literal)[2] == ("approval", "all", 20, 15, 14, False)


@pytest.mark.parametrize(("against", "verdict"), [(2, Verdict.ADOPTED), (3, Verdict.NOT_ADOPTED)])
def test_alternate_procedure_bears_two_objections_and_no_more(against: int, verdict: Verdict) -> None:
    outcome = counted(sides("iesg-alternate", endorse=9, object=against, recuse=2))
    assert (outcome.verdict, numbers(outcome)[1]) == (
        verdict,
        ("opposition", "all", 9 + against, 2, against, against < 3),
    )


def test_alternate_procedure_does_not_take_no_objection_for_yes() -> None:
    assert numbers(counted(sides("iesg-alternate", support=6, accept=3)))[0] == ("approval", "all", 9, 6, 6, True)
    assert counted(sides("iesg-alternate", support=5, accept=4)).verdict is Verdict.NOT_ADOPTED


def test_standards_track_needs_one_yes_beside_no_objections() -> None:
    outcome = counted(sides("iesg", accept=15))
    assert (outcome.verdict, numbers(outcome)[2]) == (Verdict.NOT_ADOPTED, ("minimum_support", "all", 15, 1, 0, False))


def test_iso_leaves_out_objections_without_a_reason_wherever_the_reason_was_given() -> None:
    roster = [seat(name, classes=["P"]) for name in "abc"] + [seat("d", classes=["P"], affiliate_of="c")]
    positions = [
        said("a", "support"),
        said("b", "object", reason=" "),
        said("c", "object"),
        said("d", "object", reason="Costs."),
    ]
    outcome = counted({"rule": "iso-dual", "roster": roster, "positions": positions})
    assert numbers(outcome) == [("approval", "P", 2, 2, 1, False), ("opposition", "all", 2, 0, 1, False)]
    assert outcome.counts.against == 2


def test_w3c_dissent_needs_a_sustained_objection_and_outlasts_a_determination() -> None:
    ballot = {"rule": "w3c", "roster": [seat("a"), seat("b")], "positions": [said("a", "support"), said("b", "object")]}
    sustained = [said("a", "support"), said("b", "object", sustained=True)]
    assert (counted(ballot).verdict, counted(ballot).label) == (Verdict.ADOPTED, Label.CONSENSUS)
    dissent = counted(ballot, positions=sustained, determination="Weighed and set aside.")
    assert (dissent.verdict, dissent.label) == (Verdict.CHAIR_DETERMINES, Label.DISSENT)
    supporter = counted(ballot, positions=[said("a", "support", sustained=True), said("b", "object")])
    assert supporter.verdict is Verdict.ADOPTED


def test_w3c_dissent_of_one_that_left_goes_with_it_only_under_exclude() -> None:
    ballot = {
        "rule": "w3c",
        "roster": [seat("a"), seat("b")],
        "positions": [said("a", "support"), said("b", "object", sustained=True)],
        "withdrawn": ["b"],
    }
    outcome = counted(ballot)
    assert (outcome.label, outcome.verdict, outcome.other.verdict, outcome.depends_on_withdrawal) == (
        Label.DISSENT,
        Verdict.CHAIR_DETERMINES,
        Verdict.ADOPTED,
        True,
    )
    assert counted(ballot, treatment="exclude").label is Label.UNANIMITY


@pytest.mark.parametrize(
    ("rule", "label"),
    [
        ({"preset": "w3c", "minimum": "2/3"}, Label.INSUFFICIENT_SUPPORT),
        ({"preset": "w3c", "balance": "1/2"}, None),
        ({"preset": "w3c", "blocking": True}, None),
    ],
)
def test_w3c_with_parameters_of_ones_own_keeps_its_label_honest(rule: object, label: Label | None) -> None:
    assert counted(sides(rule, support=6, object=4)).label is label


@pytest.mark.parametrize(
    ("issues", "determination", "authors", "verdict"),
    [
        (["open"], "Weighed.", [], Verdict.BLOCKED),
        (["answered", "accommodated"], None, [], Verdict.CHAIR_DETERMINES),
        ([], " ", ["support-0"], Verdict.CHAIR_DETERMINES),
        (["answered"], "Weighed.", ["support-0"], Verdict.NOT_ADOPTED),
        (["answered"], "Weighed.", ["object-0"], Verdict.ADOPTED),
    ],
)
def test_rough_consensus_goes_by_issues_then_the_chair_then_outside_support(
    issues: list[str], determination: str | None, authors: list[str], verdict: Verdict
) -> None:
    stated = [{"id": str(i), "status": status} for i, status in enumerate(issues)]
    ballot = sides("rough-consensus", support=1, object=1)
    assert counted(ballot, issues=stated, determination=determination, authors=authors).verdict is verdict


def test_interest_concurs_with_one_for_and_none_against_however_many_abstain() -> None:
    roster = [seat("a"), seat("b"), seat("c", "advocacy"), seat("d", "academia")]
    positions = [said("a", "accept"), said("b", "abstain"), said("c", "abstain")]
    outcome = counted({"rule": "interest-unanimity", "roster": roster, "positions": positions})
    assert (outcome.verdict, numbers(outcome)[0]) == (Verdict.NOT_ADOPTED, ("approval", "all", 3, 3, 1, False))
    assert counted({"rule": "interest-unanimity", **TWO_INTERESTS}).label is Label.CONSENSUS


@pytest.mark.parametrize("treatment", ["count_as_cast", "exclude"])
def test_vacant_interest_blocks_under_either_treatment(treatment: str) -> None:
    outcome = counted({"rule": "interest-unanimity", **TWO_INTERESTS}, withdrawn=["b"], treatment=treatment)
    assert (outcome.verdict, outcome.other.verdict) == (Verdict.BLOCKED, Verdict.BLOCKED)
    assert numbers(outcome)[1] == ("vacancy", "all", 2, 0, 1, False)


def test_listed_interest_that_never_had_a_seat_is_vacant() -> None:
    outcome = counted({"rule": "interest-unanimity", **TWO_INTERESTS}, categories=["industry", "advocacy", "public"])
    assert numbers(outcome) == [("approval", "all", 3, 3, 2, False), ("vacancy", "all", 3, 0, 1, False)]


@pytest.mark.parametrize(
    ("rule", "withdrawn", "label"),
    [
        ("iso-dual", [], Label.CONSENSUS),
        ("iso-dual", ["b"], Label.AGREED_BY_REMAINING_PARTICIPANTS),
        ({"preset": "iso-dual", "balance": "1/2"}, [], Label.CONSENSUS),
        ({"preset": "iso-dual", "balance": "1/3"}, [], Label.AGREED_BY_REMAINING_PARTICIPANTS),
        ({"preset": "two-thirds-cast", "balance": "1/3"}, [], None),
        ("rough-consensus", ["b"], Label.AGREED_BY_REMAINING_PARTICIPANTS),
    ],
)
def test_consensus_is_said_only_of_a_whole_and_balanced_table(
    rule: object, withdrawn: list[str], label: Label | None
) -> None:
    roster = [seat("a", classes=["P"]), seat("b", "advocacy", classes=["P"])]
    outcome = counted(
        {"rule": rule, **TWO_INTERESTS, "roster": roster, "withdrawn": withdrawn, "determination": "Weighed."}
    )
    assert (outcome.verdict, outcome.label) == (Verdict.ADOPTED, label)


def test_balance_limit_of_another_rule_is_listed_and_does_not_decide_even_when_all_left() -> None:
    outcome = counted({"rule": {"preset": "two-thirds-cast", "balance": "1/3"}, **TWO_INTERESTS}, withdrawn=["a", "b"])
    assert outcome.verdict is Verdict.ADOPTED
    assert numbers(outcome)[1:] == [("balance", "advocacy", 0, 0, 0, False), ("balance", "industry", 0, 0, 0, False)]


@pytest.mark.parametrize("treatment", ["count_as_cast", "exclude"])
def test_balance_is_judged_less_the_withdrawn_whatever_the_treatment(treatment: str) -> None:
    ballot = {"rule": "balance-half", **TWO_INTERESTS, "withdrawn": ["b"], "treatment": treatment}
    found = counted(ballot).as_json()
    assert (found["outcome"], found["other_treatment"]["treatment"]) == ("not_adopted", "count_as_cast")
    assert (found["other_treatment"]["outcome"], found["depends_on_withdrawal"]) == ("adopted", True)
    assert sum(found["counts"].values()) == (2 if treatment == "count_as_cast" else 1)


def test_vacancy_and_blocking_can_be_asked_of_any_rule() -> None:
    rule = {"preset": "two-thirds-cast", "vacancy": True, "blocking": True}
    outcome = counted(sides(rule, support=9, object=1), categories=["industry", "public"])
    assert outcome.verdict is Verdict.BLOCKED
    assert numbers(outcome)[1:] == [("blocking", "all", 10, 0, 1, False), ("vacancy", "all", 2, 0, 1, False)]


def test_failed_quorum_comes_before_a_block_and_a_block_before_the_chair() -> None:
    rule = {"preset": "w3c", "quorum": 3, "blocking": True}
    positions = [said("a", "support"), said("b", "object", sustained=True)]
    ballot: dict[str, Any] = {"rule": rule, "roster": [seat("a"), seat("b")], "positions": positions}
    assert counted(ballot).verdict is Verdict.NO_QUORUM
    assert counted(ballot, rule={**rule, "quorum": 2}).verdict is Verdict.BLOCKED
    assert counted(ballot, rule="w3c").verdict is Verdict.CHAIR_DETERMINES


def test_affiliates_are_one_voice_with_the_category_and_classes_of_their_root() -> None:
    roster = [
        seat("child", "advocacy", classes=["O"], affiliate_of="parent"),
        seat("parent", classes=["P"]),
        seat("other"),
    ]
    ballot = {"rule": "iso-dual", "roster": roster, "positions": [said("child", "support"), said("parent", "support")]}
    outcome = counted(ballot)
    assert numbers(outcome)[0] == ("approval", "P", 1, 1, 1, True)
    assert (outcome.counts.in_favor, outcome.counts.not_returned) == (1, 1)
    assert outcome.ballot.listed_categories == ("industry",)


def test_group_leaves_with_its_last_member_and_not_before() -> None:
    ballot = {
        "rule": "majority-cast",
        "roster": [seat("a"), seat("b", affiliate_of="a"), seat("c")],
        "positions": [said("a", "object"), said("c", "support")],
        "treatment": "exclude",
    }
    assert numbers(counted(ballot, withdrawn=["a"])) == [("approval", "all", 2, 2, 1, False)]
    assert numbers(counted(ballot, withdrawn=["a", "b"])) == [("approval", "all", 1, 1, 1, True)]


def test_support_of_an_authors_affiliate_is_the_authors_own() -> None:
    roster = [seat("a"), seat("b", affiliate_of="a")]
    outcome = counted(
        {"rule": "rough-consensus", "roster": roster, "positions": [said("b", "support")]},
        authors=["a"],
        determination="Weighed.",
    )
    assert (outcome.verdict, numbers(outcome)[0]) == (Verdict.NOT_ADOPTED, ("minimum_support", "all", 1, 1, 0, False))


@pytest.mark.parametrize(
    ("positions", "verdict"),
    [
        ([said("a", "object", sustained=True), said("b", "support")], Verdict.CHAIR_DETERMINES),
        ([said("a", "object"), said("b", "support", sustained=True)], Verdict.NOT_ADOPTED),
    ],
)
def test_interest_dissents_when_one_of_its_own_objections_is_sustained(
    positions: list[dict[str, Any]], verdict: Verdict
) -> None:
    ballot = {"rule": {"preset": "interest-unanimity", "dissent": True}, "roster": [seat("a"), seat("b")]}
    assert counted(ballot, positions=positions).verdict is verdict


def test_objection_of_a_group_is_sustained_when_one_member_sustains_it() -> None:
    roster = [seat("a"), seat("b", affiliate_of="a"), seat("c")]
    positions = [said("a", "object"), said("b", "object", sustained=True), said("c", "support")]
    assert counted({"rule": "w3c", "roster": roster, "positions": positions}).label is Label.DISSENT
