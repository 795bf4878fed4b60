"""Balance as the pages about the table ask for it."""

from __future__ import annotations

from fractions import Fraction

from policyhub.rulebook import Measure, Seat, balance

ROSTER = [
    Seat("a", "industry"),
    Seat("b", "industry", affiliate_of="a"),
    Seat("c", "advocacy"),
    Seat("d", "academia"),
]
THIRD = Measure(Fraction(1, 3))


def test_balance_counts_groups_per_category_against_the_limit() -> None:
    found = balance(ROSTER, ["industry", "advocacy", "academia", "public"], THIRD)
    assert [(share.scope, share.share, share.needed, share.passed) for share in found] == [
        ("industry", "1/3", 1, True),
        ("advocacy", "1/3", 1, True),
        ("academia", "1/3", 1, True),
        ("public", "0/3", 1, True),
    ]


def test_balance_less_the_withdrawn_keeps_a_group_of_which_one_member_stays() -> None:
    found = balance(ROSTER, ["industry", "advocacy"], THIRD, withdrawn=["a", "c"])
    assert [(share.share, share.passed) for share in found] == [("1/2", False), ("0/2", True)]


def test_balance_of_nobody_is_broken() -> None:
    assert [share.as_json() for share in balance([], ["industry"], THIRD)] == [
        {"name": "balance", "scope": "industry", "base": 0, "needed": 0, "have": 0, "share": None, "passed": False}
    ]
