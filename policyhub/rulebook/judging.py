"""The tests of a rule, each computed on one roll of voices; all are computed even when an earlier one decides."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from .ballot import Ballot, IssueStatus, Treatment
from .measure import Measure
from .roster import Group, Seat, merge
from .rule import CAST, EVERYONE, FOR, Base, LeftOut, Rule, Stance


class Condition(StrEnum):
    """What a test is about, in the order in which tests are listed."""

    QUORUM = "quorum"
    ABSTENTION = "abstention"
    APPROVAL = "approval"
    OPPOSITION = "opposition"
    BLOCKING = "blocking"
    MINIMUM_SUPPORT = "minimum_support"
    BALANCE = "balance"
    VACANCY = "vacancy"
    ISSUES = "issues"


@dataclass(frozen=True)
class RuleTest:
    """One condition of a rule with its numbers, so that anyone can count again."""

    name: Condition
    scope: str
    base: int
    needed: int
    have: int
    passed: bool

    @property
    def share(self) -> str | None:
        """What was counted over what it was counted among, not reduced; None where there was nobody to count."""
        return f"{self.have}/{self.base}" if self.base else None

    def as_json(self) -> dict[str, Any]:
        """The test in the shape of the `tally` command."""
        return {
            "name": str(self.name),
            "scope": self.scope,
            "base": self.base,
            "needed": self.needed,
            "have": self.have,
            "share": self.share,
            "passed": self.passed,
        }


@dataclass(frozen=True)
class Roll:
    """The voices that count under one treatment of those who withdrew, and those whose seats are still taken."""

    ballot: Ballot
    treatment: Treatment

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The voices entitled to count."""
        if self.treatment is Treatment.EXCLUDE:
            return remaining(self.ballot.groups)
        return self.ballot.groups

    @cached_property
    def seated(self) -> tuple[Group, ...]:
        """The groups that did not withdraw: vacancy is judged on them whatever the treatment."""
        return remaining(self.ballot.groups)

    @cached_property
    def voices(self) -> tuple[Group, ...]:
        """The heads that the rule counts: groups, or interest categories; positions it leaves out are taken off."""
        rule = self.ballot.rule
        if rule.base is Base.CATEGORIES:
            return tuple(_as_voice(category, self.groups) for category in self.ballot.listed_categories)
        return tuple(group._replace(stance=None) if _is_left_out(group, rule) else group for group in self.groups)

    @property
    def vacant_categories(self) -> tuple[str, ...]:
        """The listed categories without anyone still at the table."""
        taken = {group.category for group in self.seated}
        return tuple(category for category in self.ballot.listed_categories if category not in taken)

    @property
    def dissenters(self) -> tuple[Group, ...]:
        """The voices that sustain an objection."""
        return tuple(voice for voice in self.voices if voice.stance is Stance.OBJECT and voice.is_sustained)


def remaining(groups: Sequence[Group]) -> tuple[Group, ...]:
    """The groups that did not withdraw."""
    return tuple(group for group in groups if not group.is_withdrawn)


def tests(roll: Roll) -> tuple[RuleTest, ...]:
    """Every test that the ballot's rule asks for, in the order of their names."""
    return (
        *_participation(roll),
        *_approval(roll),
        *_opposition(roll),
        *_minimum_support(roll),
        *_composition(roll),
        *_issues(roll),
    )


def balance_tests(groups: Sequence[Group], categories: Sequence[str], limit: Measure) -> Iterator[RuleTest]:
    """One test per category: its share of the groups keeps to the limit."""
    for category in categories:
        have = sum(group.category == category for group in groups)
        yield _limited(Condition.BALANCE, category, len(groups), limit, have)


def balance(
    roster: Sequence[Seat], categories: Sequence[str], limit: Measure, *, withdrawn: Collection[str] = ()
) -> tuple[RuleTest, ...]:
    """The balance of a roster less the withdrawn: one test per category, affiliates merged."""
    return tuple(balance_tests(remaining(merge(roster, withdrawn=withdrawn)), categories, limit))


def count(voices: Sequence[Group], stances: Collection[Stance | None]) -> int:
    """How many voices took one of the positions."""
    return sum(voice.stance in stances for voice in voices)


def returned(voices: Sequence[Group]) -> int:
    """How many voices returned a position; a recusal is none."""
    return sum(voice.stance is not None and voice.stance is not Stance.RECUSE for voice in voices)


def _participation(roll: Roll) -> Iterator[RuleTest]:
    rule, answers = roll.ballot.rule, returned(roll.groups)
    if rule.quorum is not None:
        needed = rule.quorum.least(len(roll.groups))
        yield RuleTest(Condition.QUORUM, EVERYONE, len(roll.groups), needed, answers, answers >= needed)
    if rule.abstention is not None:
        abstentions = count(roll.groups, {Stance.ABSTAIN})
        yield _limited(Condition.ABSTENTION, EVERYONE, answers, rule.abstention, abstentions)


def _approval(roll: Roll) -> Iterator[RuleTest]:
    rule = roll.ballot.rule
    everyone = () if rule.minimum is None else ((EVERYONE, rule.minimum),)
    for scope, minimum in (*everyone, *rule.classes):
        voices = _in_scope(roll.voices, scope)
        base, have = _base(rule.base, voices), count(voices, rule.approving)
        needed = minimum.least(base) if base else 0
        yield RuleTest(Condition.APPROVAL, scope, base, needed, have, base > 0 and have >= needed)


def _opposition(roll: Roll) -> Iterator[RuleTest]:
    rule = roll.ballot.rule
    base, objections = _base(rule.base, roll.voices), count(roll.voices, {Stance.OBJECT})
    if rule.opposition is not None:
        yield _limited(Condition.OPPOSITION, EVERYONE, base, rule.opposition, objections)
    if rule.blocking:
        yield _obstacles(Condition.BLOCKING, base, objections)


def _minimum_support(roll: Roll) -> Iterator[RuleTest]:
    rule = roll.ballot.rule
    if rule.minimum_support is None:
        return
    for scope in [name for name, _ in rule.classes] or [EVERYONE]:
        voices = _in_scope(roll.voices, scope)
        have = sum(
            voice.stance in rule.supporting and not (rule.needs_outside_support and voice.is_author) for voice in voices
        )
        base, needed = _base(rule.base, voices), rule.minimum_support
        yield RuleTest(Condition.MINIMUM_SUPPORT, scope, base, needed, have, have >= needed)


def _composition(roll: Roll) -> Iterator[RuleTest]:
    rule, categories = roll.ballot.rule, roll.ballot.listed_categories
    if rule.balance is not None:
        # Only a rule about balance itself looks at the whole roster too, to show what the withdrawal changed.
        groups = roll.groups if rule.balance_decides else roll.seated
        yield from balance_tests(groups, categories, rule.balance)
    if rule.vacancy:
        yield _obstacles(Condition.VACANCY, len(categories), len(roll.vacant_categories))


def _issues(roll: Roll) -> Iterator[RuleTest]:
    issues = roll.ballot.issues
    if roll.ballot.rule.issues:
        unsettled = sum(issue.status is IssueStatus.OPEN for issue in issues)
        yield _obstacles(Condition.ISSUES, len(issues), unsettled)


def _limited(name: Condition, scope: str, base: int, limit: Measure, have: int) -> RuleTest:
    largest = limit.most(base) if base else 0
    return RuleTest(name, scope, base, largest, have, base > 0 and have <= largest)


def _obstacles(name: Condition, base: int, found: int) -> RuleTest:
    return RuleTest(name, EVERYONE, base, 0, found, found == 0)


def _in_scope(voices: Sequence[Group], scope: str) -> tuple[Group, ...]:
    return tuple(voice for voice in voices if scope == EVERYONE or scope in voice.classes)


def _base(base: Base, voices: Sequence[Group]) -> int:
    match base:
        case Base.CAST:
            return count(voices, CAST)
        case Base.RETURNED:
            return returned(voices)
        case Base.PRESENT:
            return sum(voice.is_present for voice in voices)
        case Base.ROSTER | Base.CATEGORIES:
            return len(voices)
        case Base.ROSTER_LESS_ABSTAINERS:
            return len(voices) - count(voices, {Stance.ABSTAIN})
        case Base.ROSTER_LESS_RECUSED:
            return len(voices) - count(voices, {Stance.RECUSE})


def _is_left_out(group: Group, rule: Rule) -> bool:
    if group.stance is Stance.ABSTAIN:
        return LeftOut.ABSTENTIONS in rule.leave_out
    return group.stance is Stance.OBJECT and not group.has_reason and LeftOut.UNREASONED_OBJECTIONS in rule.leave_out


def _as_voice(category: str, groups: Sequence[Group]) -> Group:
    """The category as one voice: it concurs when one of its groups is for and none is against."""
    voices = [group for group in groups if group.category == category]
    stances = {group.stance for group in voices}
    stance = Stance.OBJECT if Stance.OBJECT in stances else Stance.SUPPORT if stances & FOR else None
    return Group(
        members=(category,),
        category=category,
        classes=frozenset(),
        stance=stance,
        is_sustained=any(group.is_sustained and group.stance is Stance.OBJECT for group in voices),
    )
