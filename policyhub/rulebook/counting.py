"""The tally: a ballot judged by its rule, under the treatment asked for and under the other one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .ballot import Ballot, Treatment
from .judgement import Judgement, Label, Verdict
from .judging import Roll, RuleTest, count
from .roster import Group
from .rule import FOR, Stance


@dataclass(frozen=True)
class Counts:
    """How many groups took which side, as positioned."""

    in_favor: int
    against: int
    abstain: int
    defer: int
    recuse: int
    not_returned: int

    @property
    def answered(self) -> int:
        """How many said anything."""
        return self.in_favor + self.against + self.abstain + self.defer + self.recuse

    def as_json(self) -> dict[str, int]:
        """The counts in the shape of the `tally` command."""
        return {
            "for": self.in_favor,
            "against": self.against,
            "abstain": self.abstain,
            "defer": self.defer,
            "recuse": self.recuse,
            "not_returned": self.not_returned,
        }


@dataclass(frozen=True)
class Tallied:
    """A ballot counted: the judgement asked for, the other one for comparison, and how many took which side."""

    ballot: Ballot
    asked: Judgement
    other: Judgement

    @property
    def verdict(self) -> Verdict:
        """The outcome under the treatment asked for."""
        return self.asked.verdict

    @property
    def label(self) -> Label | None:
        """The word beside the outcome, if the rule has any."""
        return self.asked.label

    @property
    def tests(self) -> tuple[RuleTest, ...]:
        """Every test of the rule under the treatment asked for."""
        return self.asked.tests

    @property
    def depends_on_withdrawal(self) -> bool:
        """Whether the two treatments of those who withdrew lead to different outcomes."""
        return self.asked.verdict is not self.other.verdict

    @cached_property
    def counts(self) -> Counts:
        """The sides the groups took, those of the treatment asked for."""
        return counts_of(Roll(self.ballot, self.ballot.treatment).groups)

    def figures(self) -> dict[str, Any]:
        """The tally in the shape of the `tally` command, without its explanation."""
        return {
            "outcome": str(self.verdict),
            "label": None if self.label is None else str(self.label),
            "tests": [test.as_json() for test in self.tests],
            "counts": self.counts.as_json(),
            "other_treatment": {
                "treatment": str(self.other.roll.treatment),
                "outcome": str(self.other.verdict),
                "tests": [test.as_json() for test in self.other.tests],
            },
            "depends_on_withdrawal": self.depends_on_withdrawal,
        }


def counts_of(groups: Sequence[Group]) -> Counts:
    """The sides that these voices took."""
    return Counts(
        in_favor=count(groups, FOR),
        against=count(groups, {Stance.OBJECT}),
        abstain=count(groups, {Stance.ABSTAIN}),
        defer=count(groups, {Stance.DEFER}),
        recuse=count(groups, {Stance.RECUSE}),
        not_returned=count(groups, {None}),
    )


def count_ballot(ballot: Ballot) -> Tallied:
    """The ballot judged by its rule; a pure function of the ballot."""
    return Tallied(ballot, *judge(ballot))


def judge(ballot: Ballot) -> tuple[Judgement, Judgement]:
    """What the rule makes of the ballot under the treatment asked for, and under the other one."""
    # Balance is a property of who is at the table now; the whole roster is only ever the comparison.
    asked = Treatment.EXCLUDE if ballot.rule.balance_decides else ballot.treatment
    judged = Judgement(Roll(ballot, asked))
    # Where nobody withdrew, both treatments count the same voices.
    return judged, Judgement(Roll(ballot, asked.other), None if ballot.withdrawn else judged)
