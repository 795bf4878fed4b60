"""What a rule makes of one roll: its tests, the outcome they lead to and the word that may stand beside it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from .judging import Condition, Roll, RuleTest, tests
from .rule import EVERYONE, Labels, Rule

_TAKING_PART = {Condition.QUORUM, Condition.ABSTENTION}
_IN_THE_WAY = {Condition.BLOCKING, Condition.VACANCY, Condition.ISSUES}
_NEEDING_A_BASE = {Condition.APPROVAL, Condition.OPPOSITION}


class Verdict(StrEnum):
    """What a rule makes of a ballot; the first that applies."""

    NO_QUORUM = "no_quorum"
    BLOCKED = "blocked"
    CHAIR_DETERMINES = "chair_determines"
    NOT_ADOPTED = "not_adopted"
    ADOPTED = "adopted"


class Label(StrEnum):
    """The words that some rules put beside their outcome; computed, never typed."""

    CONSENSUS = "consensus"
    AGREED_BY_REMAINING_PARTICIPANTS = "agreed_by_remaining_participants"
    UNANIMITY = "unanimity"
    DISSENT = "dissent"
    INSUFFICIENT_SUPPORT = "insufficient_support"


@dataclass(frozen=True)
class Judgement:
    """What the rule makes of one roll. `alike` is a judgement of the same voices, so that nothing is counted twice."""

    roll: Roll
    alike: Judgement | None = None

    @property
    def rule(self) -> Rule:
        """The rule that judges."""
        return self.roll.ballot.rule

    @cached_property
    def tests(self) -> tuple[RuleTest, ...]:
        """Every test of the rule."""
        return tests(self.roll) if self.alike is None else self.alike.tests

    @cached_property
    def verdict(self) -> Verdict:
        """The first outcome that applies."""
        if self.alike is not None:
            return self.alike.verdict
        failed = {test.name for test in self.tests if not test.passed}
        if not self.rule.balance_decides:
            failed.discard(Condition.BALANCE)
        if failed & _TAKING_PART or self._lacks_a_base():
            return Verdict.NO_QUORUM
        if failed & _IN_THE_WAY:
            return Verdict.BLOCKED
        if self.is_dissent or self.lacks_determination:
            return Verdict.CHAIR_DETERMINES
        return Verdict.NOT_ADOPTED if failed else Verdict.ADOPTED

    @property
    def is_dissent(self) -> bool:
        """Whether the rule minds sustained objections and there is one."""
        return self.rule.dissent and bool(self.roll.dissenters)

    @property
    def lacks_determination(self) -> bool:
        """Whether the rule asks for the chair's written reasons and there are none."""
        return self.rule.issues and not (self.roll.ballot.determination or "").strip()

    @property
    def label(self) -> Label | None:
        """The word that the rule puts beside the outcome, if it has any."""
        match self.rule.labels:
            case Labels.W3C:
                return self._w3c_label()
            case Labels.CONSENSUS if self.verdict is Verdict.ADOPTED:
                is_whole = not self.roll.vacant_categories and not self.breaks_balance
                return Label.CONSENSUS if is_whole else Label.AGREED_BY_REMAINING_PARTICIPANTS
            case _:
                return None

    @property
    def breaks_balance(self) -> bool:
        """Whether a category exceeds the rule's limit on its share."""
        return any(test.name is Condition.BALANCE and not test.passed for test in self.tests)

    def _w3c_label(self) -> Label | None:
        if self.is_dissent:
            return Label.DISSENT
        approval = next(test for test in self.tests if test.name is Condition.APPROVAL)
        if not approval.passed:
            return Label.INSUFFICIENT_SUPPORT
        if self.verdict is not Verdict.ADOPTED:
            return None
        if approval.have == len(self.roll.groups):
            return Label.UNANIMITY
        return None if self.breaks_balance else Label.CONSENSUS

    def _lacks_a_base(self) -> bool:
        """Whether nobody was there to be counted; one class in which nobody cast fails by itself instead."""
        if self.rule.balance_decides and not self.roll.groups:
            return True
        return any(test.name in _NEEDING_A_BASE and test.scope == EVERYONE and not test.base for test in self.tests)
