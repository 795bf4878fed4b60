"""Straw polls: a temperature taken. They adopt nothing and block nothing; all that comes of one is a label.

US agencies have read such polls as general support, mixed, or general opposition without saying where one ends and
the next begins (NTIA, 2012). Here the thresholds are stated: three quarters of the voices that answered.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from .ballot import Treatment
from .counting import Counts, counts_of
from .roster import Group, Position, Seat, merge
from .words import counted, fraction

GENERAL = Fraction(3, 4)


POLL_RULE = (
    "A straw poll decides nothing. It is called general support, or general opposition, from three quarters of the "
    "voices that answered on; else it is mixed."
)


class Temperature(StrEnum):
    """What a straw poll found."""

    GENERAL_SUPPORT = "general_support"
    MIXED = "mixed"
    GENERAL_OPPOSITION = "general_opposition"
    NO_ANSWER = "no_answer"


_WORDS = {
    Temperature.GENERAL_SUPPORT: "General support",
    Temperature.MIXED: "Mixed",
    Temperature.GENERAL_OPPOSITION: "General opposition",
    Temperature.NO_ANSWER: "Nobody answered",
}


@dataclass(frozen=True)
class StrawPoll:
    """A straw poll taken: the voices counted, and those that would be left without who withdrew."""

    voices: tuple[Group, ...]
    treatment: Treatment

    @property
    def asked(self) -> Counts:
        """The sides under the treatment asked for."""
        return counts_of(self._counted(self.treatment))

    @property
    def other(self) -> Counts:
        """The sides under the other treatment."""
        return counts_of(self._counted(self.treatment.other))

    def _counted(self, treatment: Treatment) -> list[Group]:
        return [each for each in self.voices if treatment is Treatment.COUNT_AS_CAST or not each.is_withdrawn]

    def figures(self) -> dict[str, Any]:
        """The poll in the shape of the `tally` command, without an outcome: it has none."""
        label, other = temperature(self.asked), temperature(self.other)
        return {
            "outcome": None,
            "label": label.value,
            "tests": [],
            "counts": self.asked.as_json(),
            "other_treatment": {
                "treatment": self.treatment.other.value,
                "outcome": None,
                "label": other.value,
                "tests": [],
            },
            "depends_on_withdrawal": label is not other,
        }

    def as_json(self) -> dict[str, Any]:
        """The same with its explanation."""
        return {**self.figures(), "explanation": list(self.explanation())}

    def explanation(self) -> tuple[str, ...]:
        """The poll in plain sentences, its label first."""
        label, counts = temperature(self.asked), self.asked
        answered = counts.answered
        said = [
            f"{_WORDS[label]}. A straw poll decides nothing.",
            f"Of {counted(counts.answered + counts.not_returned, 'voice')} asked, {answered} answered: "
            f"{counts.in_favor} in favor, {counts.defer} undecided, {counts.against} against.",
        ]
        if answered:
            said.append(
                f"It is called general support, or general opposition, from {fraction(GENERAL)} of those that "
                f"answered on: here from {least(answered)} of {answered}."
            )
        if any(each.is_withdrawn for each in self.voices):
            other = _WORDS[temperature(self.other)].lower()
            without = "Without" if self.treatment is Treatment.COUNT_AS_CAST else "Counting"
            said.append(f"{without} those that withdrew it would be: {other}.")
        return tuple(said)


def straw_poll(
    roster: Sequence[Seat],
    positions: Collection[Position],
    *,
    withdrawn: Collection[str] = (),
    treatment: Treatment = Treatment.COUNT_AS_CAST,
) -> StrawPoll:
    """The poll of these voices; BallotError where related organizations took different positions."""
    return StrawPoll(merge(roster, positions, withdrawn=withdrawn), treatment)


def temperature(counts: Counts) -> Temperature:
    """The label of these sides."""
    if not counts.answered:
        return Temperature.NO_ANSWER
    if counts.in_favor >= least(counts.answered):
        return Temperature.GENERAL_SUPPORT
    return Temperature.GENERAL_OPPOSITION if counts.against >= least(counts.answered) else Temperature.MIXED


def least(answered: int) -> int:
    """The smallest number of voices that is general."""
    return -(-answered * GENERAL.numerator // GENERAL.denominator)
