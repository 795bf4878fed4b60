"""Straw polls: a label with its threshold stated, and nothing else."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyhub.rulebook import OPTIONS, Asking, BallotError, Position, Seat, Stance, Treatment, straw_poll
from policyhub.rulebook.straw import Temperature, least

SIDES = OPTIONS[Asking.STRAW_POLL]


def poll(in_favor: int, undecided: int, against: int, silent: int = 0, **more: object) -> dict[str, object]:
    sides = [*[Stance.SUPPORT] * in_favor, *[Stance.DEFER] * undecided, *[Stance.OBJECT] * against]
    roster = [Seat(f"o{place}") for place in range(len(sides) + silent)]
    said = [Position(f"o{place}", stance) for place, stance in enumerate(sides)]
    return straw_poll(roster, said, **more).as_json()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sides", "label"),
    [
        ((3, 0, 1), "general_support"),
        ((3, 1, 1), "mixed"),
        ((2, 0, 2), "mixed"),
        ((1, 0, 3), "general_opposition"),
        ((0, 1, 0), "mixed"),
        ((0, 0, 0), "no_answer"),
        ((1, 0, 0), "general_support"),
    ],
)
def test_label_is_general_from_three_quarters_of_those_that_answered_on(
    sides: tuple[int, int, int], label: str
) -> None:
    found = poll(*sides, silent=5)
    assert (found["label"], found["outcome"], found["tests"]) == (label, None, [])


def test_poll_says_that_it_decides_nothing_and_where_general_begins() -> None:
    assert poll(6, 1, 1, silent=2)["explanation"] == [
        "General support. A straw poll decides nothing.",
        "Of 10 voices asked, 8 answered: 6 in favor, 1 undecided, 1 against.",
        "It is called general support, or general opposition, from three quarters of those that answered on: here "
        "from 6 of 8.",
    ]


def test_who_withdrew_is_counted_both_ways() -> None:
    found = poll(2, 0, 2, withdrawn=["o2", "o3"])
    assert (found["label"], found["depends_on_withdrawal"]) == ("mixed", True)
    assert found["other_treatment"] == {
        "treatment": "exclude",
        "outcome": None,
        "label": "general_support",
        "tests": [],
    }
    excluded = poll(2, 0, 2, withdrawn=["o2", "o3"], treatment=Treatment.EXCLUDE)
    assert excluded["label"] == "general_support"
    assert excluded["explanation"][-1] == "Counting those that withdrew it would be: mixed."  # type: ignore[index]


def test_related_organizations_have_one_voice_in_a_poll_too() -> None:
    roster = [Seat("a"), Seat("b", affiliate_of="a"), Seat("c")]
    said = [Position("a", Stance.SUPPORT), Position("c", Stance.OBJECT)]
    assert straw_poll(roster, said).figures()["counts"]["for"] == 1
    with pytest.raises(BallotError):
        straw_poll(roster, [*said, Position("b", Stance.OBJECT)])


@given(st.lists(st.sampled_from([*SIDES, None]), max_size=40), st.randoms())
def test_label_follows_from_the_sides_alone_and_turns_with_them(said: list[Stance | None], chance: Random) -> None:
    def label(stances: list[Stance | None]) -> str:
        roster = [Seat(f"o{place}") for place in range(len(stances))]
        heard = [Position(f"o{place}", each) for place, each in enumerate(stances) if each is not None]
        return str(straw_poll(roster, heard).figures()["label"])

    found, other = label(said), [*said]
    chance.shuffle(other)
    assert label(other) == found
    turned = {Stance.SUPPORT: Stance.OBJECT, Stance.OBJECT: Stance.SUPPORT}
    opposite = {"general_support": "general_opposition", "general_opposition": "general_support"}
    assert label([turned.get(each, each) if each else None for each in said]) == opposite.get(found, found)


@given(st.integers(1, 10_000))
def test_least_is_the_smallest_number_that_is_three_quarters(answered: int) -> None:
    assert 4 * least(answered) >= 3 * answered > 4 * (least(answered) - 1)
    assert set(Temperature) == {"general_support", "mixed", "general_opposition", "no_answer"}
