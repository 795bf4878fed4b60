"""A tally in plain sentences that a citizen can check with a pencil."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from .ballot import Treatment
from .headline import headline
from .judgement import Judgement, Verdict
from .judging import Condition, RuleTest, count
from .measure import Measure
from .roster import Group
from .rule import CAST, EVERYONE, FOR, Base, Stance
from .words import counted, fraction, in_favor, listing, mixed, percent, sentence, was

_SIDES = (
    (FOR, "in favor"),
    ({Stance.OBJECT}, "against"),
    ({Stance.ABSTAIN}, "abstaining"),
    ({Stance.DEFER}, "for further consideration"),
    ({Stance.RECUSE}, "recused"),
    ({None}, "without an answer"),
)
_AS_OUTCOME = {
    Verdict.NO_QUORUM: "not decided for want of a quorum",
    Verdict.BLOCKED: "blocked",
    Verdict.CHAIR_DETERMINES: "left to the chair",
    Verdict.NOT_ADOPTED: "not adopted",
    Verdict.ADOPTED: "adopted",
}
_AS_BALANCE = _AS_OUTCOME | {Verdict.NOT_ADOPTED: "not balanced", Verdict.ADOPTED: "balanced"}


def explain(asked: Judgement, other: Judgement) -> tuple[str, ...]:
    """The sentences of a tally: outcome, sides, every test, what was left out or assumed, and the withdrawal."""
    return (
        headline(asked),
        *_sides(asked),
        *(_test(test, asked) for test in asked.tests),
        *_beside_the_tests(asked),
        *(f"{assumed}." for assumed in asked.rule.assumed),
        *_withdrawal(asked, other),
    )


def _sides(asked: Judgement) -> Iterator[str]:
    ballot, groups = asked.roll.ballot, asked.roll.groups
    if len(ballot.groups) < len(ballot.roster):
        yield (
            f"The {len(ballot.roster)} organizations of the roster count as {len(ballot.groups)}, "
            "because affiliates have one voice."
        )
    sides = [f"{number} {side}" for stances, side in _SIDES if (number := count(groups, stances))]
    if sides and not asked.rule.balance_decides:
        yield f"Of {len(groups)} entitled to answer: {listing(sides)}."


def _test(test: RuleTest, asked: Judgement) -> str:
    text = _SENTENCES[test.name](test, asked)
    is_class = test.name in (Condition.APPROVAL, Condition.MINIMUM_SUPPORT) and test.scope != EVERYONE
    return sentence(f"in the class {test.scope}, {text}" if is_class else text)


def _quorum(test: RuleTest, asked: Judgement) -> str:
    return f"{test.have} of {test.base} answered; a quorum needed {test.needed}"


def _abstention(test: RuleTest, asked: Judgement) -> str:
    if not test.base:
        return "nobody answered, so it could not be shown that few enough abstained"
    return f"{test.have} of {test.base} that answered abstained; at most {test.needed} could"


def _approval(test: RuleTest, asked: Judgement) -> str:
    minimum = asked.rule.minimum if test.scope == EVERYONE else dict(asked.rule.classes)[test.scope]
    if asked.rule.base is Base.CATEGORIES:
        return _concurrence(test, asked)
    if not test.base or minimum is None:
        return f"{_base(asked.rule.base, test.base)}, so there was nothing to measure approval against"
    verb = f"{was(test.have)} {in_favor(asked.rule.approving)}"
    return f"{_base(asked.rule.base, test.base)}; {_need(minimum, test)}; {test.have} {verb}"


def _concurrence(test: RuleTest, asked: Judgement) -> str:
    if not test.base:
        return "no interest category is listed, so none could concur"
    silent = [voice.members[0] for voice in asked.roll.voices if voice.stance is not Stance.SUPPORT]
    rest = f"; {listing(silent)} did not" if silent else ""
    listed = counted(test.base, "listed interest category", "listed interest categories")
    return f"{test.have} of {listed} concurred, {test.needed} had to{rest}"


def _need(minimum: Measure, test: RuleTest) -> str:
    verb = f"{test.needed} {was(test.needed)} needed"
    if not minimum.is_share:
        return verb
    if minimum.amount == 1:
        return f"all {verb}"
    exact = f"{fraction(minimum.amount)} of {test.base} is {mixed(minimum.of(test.base))}"
    return f"{exact} and more than that was asked, so {verb}" if minimum.is_strict else f"{exact}, so {verb}"


def _opposition(test: RuleTest, asked: Judgement) -> str:
    limit = asked.rule.opposition
    if not test.base or limit is None:
        return f"{_base(asked.rule.base, test.base)}, so there was nothing to measure opposition against"
    share = f", {percent(Fraction(test.have, test.base))}" if limit.is_share else ""
    return f"{test.have} of {test.base} objected{share}; at most {test.needed} could"


def _blocking(test: RuleTest, asked: Judgement) -> str:
    if test.passed:
        return "no objection stands"
    return f"{counted(test.have, 'objection')} {'stands' if test.have == 1 else 'stand'}, and one is enough to block"


def _minimum_support(test: RuleTest, asked: Judgement) -> str:
    whose = " outside the authors" if asked.rule.needs_outside_support else ""
    verb = f"{was(test.have)} {in_favor(asked.rule.supporting)}"
    return f"{test.have}{whose} {verb}; at least {test.needed} had to be"


def _balance(test: RuleTest, asked: Judgement) -> str:
    if not test.base:
        return f"nobody is left on the roster, so the share of {test.scope} could not be measured"
    held = f"{test.have} of {counted(test.base, 'seat')}, {percent(Fraction(test.have, test.base))}"
    return f"the category {test.scope} holds {held}; it may hold at most {test.needed}"


def _vacancy(test: RuleTest, asked: Judgement) -> str:
    if test.passed:
        return "every listed interest category has someone at the table"
    return f"nobody is left at the table for {listing(asked.roll.vacant_categories)}"


def _issues(test: RuleTest, asked: Judgement) -> str:
    if not test.base:
        return "no issue was raised"
    return f"{test.have} of {counted(test.base, 'issue')} {'is' if test.have == 1 else 'are'} open"


_SENTENCES = {
    Condition.QUORUM: _quorum,
    Condition.ABSTENTION: _abstention,
    Condition.APPROVAL: _approval,
    Condition.OPPOSITION: _opposition,
    Condition.BLOCKING: _blocking,
    Condition.MINIMUM_SUPPORT: _minimum_support,
    Condition.BALANCE: _balance,
    Condition.VACANCY: _vacancy,
    Condition.ISSUES: _issues,
}


def _base(base: Base, number: int) -> str:
    match base:
        case Base.CAST | Base.RETURNED:
            return f"{counted(number, 'position') if number else 'no position'} {was(number or 1)} {base}"
        case Base.PRESENT:
            return f"{number or 'nobody'} {was(number or 1)} present"
        case Base.ROSTER_LESS_ABSTAINERS:
            return f"the roster less those who abstained counts {number}"
        case Base.ROSTER_LESS_RECUSED:
            return f"the roster less those recused counts {number}"
        case Base.ROSTER | Base.CATEGORIES:
            return f"the roster counts {number}"


def _beside_the_tests(asked: Judgement) -> Iterator[str]:
    """What a reader should know although no test says it."""
    roll, rule = asked.roll, asked.rule
    if rule.leave_out and (left_out := count(roll.voices, {None}) - count(roll.groups, {None})):
        yield (
            f"{counted(left_out, 'position')} {was(left_out)} left out of the shares: "
            "this rule does not count abstentions or objections without a reason."
        )
    if rule.dissent:
        sustained = len(roll.dissenters)
        yield f"{counted(sustained, 'objection') if sustained else 'No objection'} {was(sustained or 1)} sustained."
    if rule.issues and (cast := count(roll.voices, CAST)):
        supporters = count(roll.voices, FOR)
        yield (
            f"{supporters} of {counted(cast, 'position')} cast {was(supporters)} in favor, "
            f"{percent(Fraction(supporters, cast))}; this rule weighs issues and uses no share."
        )
    if rule.balance_decides:
        yield from _unmerged_shares(asked)


def _unmerged_shares(asked: Judgement) -> Iterator[str]:
    ballot, is_whole = asked.roll.ballot, asked.roll.treatment is Treatment.COUNT_AS_CAST
    seats = [seat for seat in ballot.roster if is_whole or seat.organization not in ballot.withdrawn]
    if not seats or len(seats) == len(asked.roll.groups):
        return
    held = [
        f"{category} {sum(seat.category == category for seat in seats)} of {len(seats)}"
        for category in ballot.listed_categories
    ]
    yield f"Counted by organization, without merging affiliates: {listing(held)}."


def _withdrawal(asked: Judgement, other: Judgement) -> Iterator[str]:
    left = [group for group in asked.roll.ballot.groups if group.is_withdrawn]
    if not left:
        return
    yield _treatment(left, asked)
    with_or_without = "Counting them" if asked.roll.treatment is Treatment.EXCLUDE else "Without them"
    outcome = (_AS_BALANCE if asked.rule.balance_decides else _AS_OUTCOME)[other.verdict]
    if asked.verdict is other.verdict:
        yield f"{with_or_without} the outcome would be the same."
    else:
        yield f"{with_or_without} it would be {outcome}: the outcome depends on the withdrawal."


def _treatment(left: list[Group], asked: Judgement) -> str:
    who = f"{len(left)} of {len(asked.roll.ballot.groups)} withdrew"
    if asked.roll.treatment is Treatment.EXCLUDE:
        return f"{who} and {was(len(left))} left out of every count."
    stated = count(left, set(Stance))
    return f"{who}; {counted(stated, 'position')} that they had taken {was(stated)} counted as cast."
