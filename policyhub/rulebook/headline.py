"""The first sentence of a tally: the outcome and what decided it."""

from __future__ import annotations

from collections.abc import Sequence

from .judgement import Judgement, Label, Verdict
from .judging import Condition
from .rule import Base
from .words import counted, fraction, listing


def headline(judgement: Judgement) -> str:
    """The outcome in one sentence, with its main reason."""
    if judgement.rule.balance_decides:
        return _of_balance(judgement)
    match judgement.verdict:
        case Verdict.NO_QUORUM:
            return f"Not decided: {_missing(judgement)}."
        case Verdict.BLOCKED:
            return f"Blocked: {listing(_obstacles(judgement))}."
        case Verdict.CHAIR_DETERMINES:
            return f"The chair determines: {_left_to_the_chair(judgement)}."
        case Verdict.NOT_ADOPTED:
            return f"Not adopted: {listing(_shortfalls(judgement))}."
        case Verdict.ADOPTED:
            return f"Adopted{_with_label(judgement)}."


def _of_balance(judgement: Judgement) -> str:
    limit = judgement.rule.balance
    if judgement.verdict is Verdict.NO_QUORUM or limit is None:
        return f"Balance not decided: {_missing(judgement)}."
    allowed = fraction(limit.amount) if limit.is_share else counted(int(limit.amount), "seat")
    if judgement.verdict is Verdict.ADOPTED:
        return f"Balanced: no interest category holds more than {allowed}."
    over = [test.scope for test in judgement.tests if test.name is Condition.BALANCE and not test.passed]
    if not over:
        return f"Not adopted: {listing(_shortfalls(judgement))}."
    return f"Not balanced: {listing(over)} {'holds' if len(over) == 1 else 'each hold'} more than {allowed}."


def _missing(judgement: Judgement) -> str:
    failed = _failed(judgement)
    if Condition.QUORUM in failed:
        return "too few answered"
    if Condition.ABSTENTION in failed:
        return "too many abstained, or nobody answered"
    return "there was nobody to count"


def _obstacles(judgement: Judgement) -> list[str]:
    vacant = judgement.roll.vacant_categories
    said = {
        Condition.BLOCKING: "an objection stands",
        Condition.VACANCY: _nobody_left(vacant),
        Condition.ISSUES: "an issue is open",
    }
    return [text for condition, text in said.items() if condition in _failed(judgement)]


def _left_to_the_chair(judgement: Judgement) -> str:
    if judgement.is_dissent:
        return "an objection is sustained, which is dissent"
    return "every issue is addressed, and the chair has not yet given written reasons"


def _shortfalls(judgement: Judgement) -> list[str]:
    is_by_category = judgement.rule.base is Base.CATEGORIES
    said = {
        Condition.APPROVAL: "too few interests concur" if is_by_category else "too few were in favor",
        Condition.OPPOSITION: "too many objected",
        Condition.MINIMUM_SUPPORT: "too few supported it",
    }
    return [text for condition, text in said.items() if condition in _failed(judgement)]


def _with_label(judgement: Judgement) -> str:
    match judgement.label:
        case Label.CONSENSUS:
            return " by consensus"
        case Label.UNANIMITY:
            return " with unanimity"
        case Label.AGREED_BY_REMAINING_PARTICIPANTS:
            return f" by the remaining participants, which is not consensus: {listing(_not_whole(judgement))}"
        case _:
            return ""


def _not_whole(judgement: Judgement) -> list[str]:
    vacant = judgement.roll.vacant_categories
    return [
        *([_nobody_left(vacant)] if vacant else []),
        *(["the balance of interests is broken"] if judgement.breaks_balance else []),
    ]


def _nobody_left(categories: Sequence[str]) -> str:
    return f"nobody is left at the table for {listing(categories)}"


def _failed(judgement: Judgement) -> set[Condition]:
    return {test.name for test in judgement.tests if not test.passed}
