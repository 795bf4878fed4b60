"""A rule in plain sentences, for the pages that show what a process decides by."""

from __future__ import annotations

from .measure import Measure
from .rule import FOR, Base, LeftOut, Rule
from .words import counted, fraction, in_favor, listing

_BASES = {
    Base.CAST: "the positions cast",
    Base.RETURNED: "the positions returned",
    Base.PRESENT: "those present",
    Base.ROSTER: "the roster",
    Base.ROSTER_LESS_ABSTAINERS: "the roster, less those who abstain,",
    Base.ROSTER_LESS_RECUSED: "the roster, less those recused,",
    Base.CATEGORIES: "the listed interest categories",
}
_LEFT_OUT = {
    LeftOut.ABSTENTIONS: "abstentions",
    LeftOut.UNREASONED_OBJECTIONS: "objections without a reason",
}


def describe(rule: Rule) -> str:
    """The rule as one to three sentences, exact enough to count by."""
    opening = "Balanced" if rule.balance_decides else "Adopted"
    sentences = [f"{opening} when {listing(_conditions(rule))}."]
    if rule.dissent:
        sentences.append("A sustained objection leaves the decision to the chair.")
    if rule.leave_out:
        left_out = [text for kind, text in _LEFT_OUT.items() if kind in rule.leave_out]
        sentences.append(f"Not counted in the shares: {listing(left_out)}.")
    if rule.balance is not None and not rule.balance_decides:
        sentences.append(f"It is not called consensus unless {_balance(rule.balance)}.")
    return " ".join(sentences)


def _conditions(rule: Rule) -> list[str]:
    return [*_participation(rule), *_approval(rule), *_obstacles(rule)]


def _participation(rule: Rule) -> list[str]:
    found = []
    if rule.quorum is not None:
        found.append(f"{_at_least(rule.quorum, 'the roster')} answer")
    if rule.abstention is not None:
        found.append(f"{_at_most(rule.abstention, 'the answers')} abstain")
    return found


def _approval(rule: Rule) -> list[str]:
    base = _BASES[rule.base]
    verb = "concur" if rule.base is Base.CATEGORIES else f"are {in_favor(rule.approving)}"
    found = [] if rule.minimum is None else [f"{_at_least(rule.minimum, base)} {verb}"]
    found += [f"{_at_least(minimum, base)} in the class {name} {verb}" for name, minimum in rule.classes]
    if rule.minimum_support is not None:
        where = " in each class" if rule.classes else ""
        whose = " outside the authors" if rule.needs_outside_support else ""
        number = f"at least {rule.minimum_support}"
        verb = "is" if rule.minimum_support == 1 else "are"
        found.append(f"{number}{where}{whose} {verb} {in_favor(rule.supporting or FOR)}")
    return found


def _obstacles(rule: Rule) -> list[str]:
    found = []
    if rule.opposition is not None:
        found.append(f"{_at_most(rule.opposition, _BASES[rule.base])} object")
    if rule.blocking:
        found.append("nobody objects, since one objection blocks")
    if rule.balance is not None and rule.balance_decides:
        found.append(_balance(rule.balance))
    if rule.vacancy:
        found.append("no listed interest category is vacant")
    if rule.issues:
        found.append("every issue is accommodated or answered")
        found.append("the chair gives written reasons")
    if rule.open_days is not None:
        found.append(f"the call was open for at least {rule.open_days} days or everybody on the roster answered")
    return found


def _balance(limit: Measure) -> str:
    return f"each interest category holds {_at_most(limit, 'the roster')}"


def _at_least(minimum: Measure, base: str) -> str:
    if not minimum.is_share:
        return f"at least {minimum.least(0)} of {base}"
    if minimum.amount == 1:
        return f"all of {base}"
    return f"{'more than' if minimum.is_strict else 'at least'} {fraction(minimum.amount)} of {base}"


def _at_most(limit: Measure, base: str) -> str:
    if not limit.is_share:
        return f"at most {counted(limit.most(0), 'organization')}" if limit.amount else "none"
    return f"{'less than' if limit.is_strict else 'at most'} {fraction(limit.amount)} of {base}"
