"""The sentences of a tally, as people read them."""

from __future__ import annotations

import pytest

from tests.rulebook.builders import counted, said, seat, sides


def test_threshold_is_explained_with_numbers_to_check() -> None:
    assert counted(sides("two-thirds-cast", support=21, object=10, abstain=2)).explanation == (
        "Adopted.",
        "Of 33 entitled to answer: 21 in favor, 10 against and 2 abstaining.",
        "31 positions were cast; two thirds of 31 is 20 2/3, so 21 were needed; 21 were in favor.",
    )


def test_majority_says_that_more_than_half_was_asked() -> None:
    assert counted(sides("majority-cast", support=1, object=1)).explanation[2] == (
        "2 positions were cast; half of 2 is 1 and more than that was asked, so 2 were needed; 1 was in favor."
    )


def test_withdrawal_is_told_with_what_it_changed() -> None:
    ballot = sides("two-thirds-cast", support=16, object=9, abstain=1, silent=2)
    gone = [f"object-{i}" for i in range(9)]
    assert counted(ballot, withdrawn=gone).explanation[3:] == (
        "9 of 28 withdrew; 9 positions that they had taken were counted as cast.",
        "Without them it would be adopted: the outcome depends on the withdrawal.",
    )
    assert counted(ballot, withdrawn=gone, treatment="exclude").explanation[3:] == (
        "9 of 28 withdrew and were left out of every count.",
        "Counting them it would be not adopted: the outcome depends on the withdrawal.",
    )
    assert counted(ballot, withdrawn=["silent-0"]).explanation[3:] == (
        "1 of 28 withdrew; 0 positions that they had taken were counted as cast.",
        "Without them the outcome would be the same.",
    )


def test_interests_that_did_not_concur_are_named() -> None:
    roster = [seat("a"), seat("b", "advocacy"), seat("c", "public")]
    ballot = {"rule": "interest-unanimity", "roster": roster, "positions": [said("a", "support"), said("b", "object")]}
    assert counted(ballot, withdrawn=["c"]).explanation == (
        "Blocked: nobody is left at the table for public.",
        "Of 3 entitled to answer: 1 in favor, 1 against and 1 without an answer.",
        "1 of 3 listed interest categories concurred, 3 had to; advocacy and public did not.",
        "Nobody is left at the table for public.",
        "1 of 3 withdrew; 0 positions that they had taken were counted as cast.",
        "Without them the outcome would be the same.",
    )


def test_balance_tells_unmerged_shares_where_affiliates_were_merged() -> None:
    roster = [seat("a"), seat("b", affiliate_of="a"), seat("c", "advocacy")]
    assert counted({"rule": "balance-half", "roster": roster, "positions": []}).explanation == (
        "Balanced: no interest category holds more than half.",
        "The 3 organizations of the roster count as 2, because affiliates have one voice.",
        "The category advocacy holds 1 of 2 seats, 50.00 %; it may hold at most 1.",
        "The category industry holds 1 of 2 seats, 50.00 %; it may hold at most 1.",
        "Counted by organization, without merging affiliates: advocacy 1 of 3 and industry 2 of 3.",
    )
    assert counted({"rule": "balance-half", "roster": roster, "positions": []}, withdrawn=["c"]).explanation[-3:] == (
        "Counted by organization, without merging affiliates: advocacy 0 of 2 and industry 2 of 2.",
        "1 of 2 withdrew and was left out of every count.",
        "Counting them it would be balanced: the outcome depends on the withdrawal.",
    )


def test_classes_quorum_and_left_out_positions_are_explained() -> None:
    roster = [seat(name, classes=["P"]) for name in "abc"]
    positions = [said("a", "support"), said("b", "object"), said("c", "abstain")]
    rule = {"preset": "iso-dual", "quorum": "1/2"}
    assert counted({"rule": rule, "roster": roster, "positions": positions}).explanation == (
        "Adopted by consensus.",
        "Of 3 entitled to answer: 1 in favor, 1 against and 1 abstaining.",
        "3 of 3 answered; a quorum needed 2.",
        "In the class P, 1 position was cast; two thirds of 1 is 2/3, so 1 was needed; 1 was in favor.",
        "0 of 1 objected, 0.00 %; at most 0 could.",
        "2 positions were left out of the shares: this rule does not count abstentions or objections without a reason.",
    )


def test_rough_consensus_shows_shares_without_using_them() -> None:
    ballot = sides("rough-consensus", support=2, object=1)
    assert counted(ballot, determination="Weighed.").explanation == (
        "Adopted by consensus.",
        "Of 3 entitled to answer: 2 in favor and 1 against.",
        "2 outside the authors were in favor; at least 1 had to be.",
        "No issue was raised.",
        "2 of 3 positions cast were in favor, 66.67 %; this rule weighs issues and uses no share.",
    )


def test_w3c_says_which_minimum_it_used_and_whether_objections_are_sustained() -> None:
    assert counted(sides("w3c", support=1)).explanation[3:] == (
        "No objection was sustained.",
        "The rule names no minimum, so half of the roster is used.",
    )
    assert counted(sides({"preset": "w3c", "minimum": "1/2"}, support=1)).explanation[3:] == (
        "No objection was sustained.",
    )


@pytest.mark.parametrize(
    ("rule", "numbers", "headline"),
    [
        ("iesg", {"support": 3, "object": 1}, "Blocked: an objection stands."),
        ("iesg-alternate", {"object": 3}, "Not adopted: too few were in favor and too many objected."),
        ("iesg", {"accept": 3}, "Not adopted: too few supported it."),
        ("ca-browser-forum", {"silent": 3}, "Not decided: too few answered."),
        ("ieee-sa", {"support": 2, "abstain": 2}, "Not decided: too many abstained, or nobody answered."),
        ("majority-cast", {"silent": 3}, "Not decided: there was nobody to count."),
        ("w3c", {"support": 3}, "Adopted with unanimity."),
        ("w3c", {"support": 3, "object": 1}, "Adopted by consensus."),
        ("rough-consensus", {"support": 3},
         "The chair determines: every issue is addressed, and the chair has not yet given written reasons."),
        ("interest-unanimity", {"object": 3}, "Not adopted: too few interests concur."),
        ("balance-half", {"support": 3}, "Not balanced: industry holds more than half."),
    ],
)  # fmt: skip
def test_first_sentence_says_the_outcome_and_its_reason(rule: str, numbers: dict[str, int], headline: str) -> None:
    assert counted(sides(rule, **numbers)).explanation[0] == headline


def test_agreement_of_those_who_remain_says_why_it_is_no_consensus() -> None:
    roster = [seat("a", classes=["P"]), seat("b", "advocacy", classes=["P"])]
    positions = [said("a", "support"), said("b", "support")]
    rule = {"preset": "iso-dual", "balance": "1/2"}
    assert counted({"rule": rule, "roster": roster, "positions": positions, "withdrawn": ["b"]}).explanation[0] == (
        "Adopted by the remaining participants, which is not consensus: "
        "nobody is left at the table for advocacy and the balance of interests is broken."
    )
