"""Calls, positions and objections: states, moves and what stands in the way. Outcomes are the rulebook's."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from policyhub import rulebook
from policyhub.core.errors import Reason
from policyhub.core.moves import Moves


class CallState(StrEnum):
    """Where a call stands; whether an opened one has closed, the clock says."""

    OPENED = "opened"
    SUSPENDED = "suspended"
    CLOSED = "closed"
    DETERMINED = "determined"


CALL_MOVES: Moves = {
    CallState.OPENED: frozenset({CallState.SUSPENDED, CallState.CLOSED}),
    CallState.SUSPENDED: frozenset(),
    CallState.CLOSED: frozenset({CallState.DETERMINED}),
    CallState.DETERMINED: frozenset(),
}


class Stance(StrEnum):
    """The ladder of positions, from endorsing to recusing."""

    ENDORSE = "endorse"
    SUPPORT = "support"
    ACCEPT = "accept"
    DEFER = "defer"
    OBJECT = "object"
    ABSTAIN = "abstain"
    RECUSE = "recuse"


IN_FAVOR = frozenset({Stance.ENDORSE, Stance.SUPPORT, Stance.ACCEPT})


class ObjectionState(StrEnum):
    """Where an objection stands; only its holder lifts it."""

    RAISED = "raised"
    ACCOMMODATED = "addressed_accommodated"
    NOT_ACCOMMODATED = "addressed_not_accommodated"
    LIFTED = "withdrawn_by_holder"


_ANSWERED = frozenset({ObjectionState.ACCOMMODATED, ObjectionState.NOT_ACCOMMODATED})
# Back to raised leads only a position cast anew: its holder objects again, or for another reason.
OBJECTION_MOVES: Moves = {
    ObjectionState.RAISED: _ANSWERED | {ObjectionState.LIFTED},
    ObjectionState.ACCOMMODATED: _ANSWERED | {ObjectionState.LIFTED, ObjectionState.RAISED},
    ObjectionState.NOT_ACCOMMODATED: _ANSWERED | {ObjectionState.LIFTED, ObjectionState.RAISED},
    ObjectionState.LIFTED: frozenset({ObjectionState.RAISED}),
}
ISSUE_STATUS = {
    ObjectionState.RAISED: rulebook.IssueStatus.OPEN,
    ObjectionState.ACCOMMODATED: rulebook.IssueStatus.ACCOMMODATED,
    ObjectionState.NOT_ACCOMMODATED: rulebook.IssueStatus.ANSWERED,
}


class Designation(StrEnum):
    """What a chair determines where the rule leaves it to the chair."""

    ADOPTED = "adopted"
    NOT_ADOPTED = "not_adopted"


Rule = str | dict[str, Any]


def bound_rule(rule: Rule, balance: dict[str, int] | None) -> Rule:
    """The charter's rule as a call binds it: with the charter's limit of balance written in, where it has none."""
    if balance is None or rulebook.preset(rule).balance is not None:
        return rule
    written = {"preset": rule} if isinstance(rule, str) else rule
    return {**written, "balance": f"{balance['num']}/{balance['den']}"}


def unusable_rule(rule: Rule) -> Reason | None:
    """Why a call cannot be decided by this rule, or None."""
    try:
        base = rulebook.preset(rule).base
    except rulebook.RuleError as error:
        return Reason("rule", f"The charter's rule cannot be used: {error}")
    if base is not rulebook.Base.PRESENT:
        return None
    return Reason("rule", "The charter's rule counts those present in a room. A call is answered from anywhere.")


def unreasoned(stance: Stance, reason: str) -> Reason | None:
    """An objection says why."""
    if stance is not Stance.OBJECT or reason.strip():
        return None
    return Reason(
        "reason_missing",
        "Say why you object. An objection without a reason cannot be answered, so it is not recorded.",
        "reason",
    )


def undetermined(outcome: str, designation: Designation | None) -> Reason | None:
    """The chair chooses exactly where the rule leaves the outcome to the chair, and nowhere else."""
    is_open = outcome == rulebook.Verdict.CHAIR_DETERMINES
    if is_open and designation is None:
        return Reason(
            "designation_missing", "The rule leaves this to you: say whether the text is adopted.", "designation"
        )
    if not is_open and designation is not None:
        return Reason(
            "designation",
            f"The rule computes the outcome of this call: {outcome.replace('_', ' ')}. Leave the choice empty.",
            "designation",
        )
    return None


def unexplained(reasons: str, *, depends_on_withdrawal: bool, standing: int) -> Reason | None:
    """Written reasons are due when a withdrawal decides the outcome, and while an objection stands."""
    if reasons.strip():
        return None
    if depends_on_withdrawal:
        return Reason(
            "reasons_missing",
            "The outcome depends on how those who withdrew are counted. Give your reasons in writing.",
            "reasons",
        )
    if standing:
        return Reason(
            "reasons_missing",
            f"Objections that stand: {standing}. Write of each why it does or does not block the text.",
            "reasons",
        )
    return None
