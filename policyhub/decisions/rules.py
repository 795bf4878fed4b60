"""Calls, positions and objections: states, moves and what stands in the way. Outcomes are the rulebook's."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
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

LONGEST_CALL = timedelta(days=366)


def unusable_rule(rule: Rule, categories: Collection[str]) -> Reason | None:
    """Why a call at a table of these categories cannot be decided by this rule, or None."""
    try:
        sentence = rulebook.unusable(rulebook.preset(rule), categories)
    except rulebook.RuleError as error:
        sentence = f"The charter's rule cannot be used: {error}"
    return Reason("rule", sentence) if sentence else None


def impossible_closing(open_for: timedelta, least_hours: int) -> Reason | None:
    """A call is open for as long as the charter says at least, and never for more than a year."""
    if open_for <= timedelta(0):
        return Reason("closes_first", "Choose a closing time that is still to come.", "closes_at")
    if open_for < timedelta(hours=least_hours):
        least = "1 hour" if least_hours == 1 else f"{least_hours} hours"
        return Reason(
            "too_short",
            f"The charter says that a call stays open for at least {least}. Let it close later.",
            "closes_at",
        )
    if open_for > LONGEST_CALL:
        return Reason(
            "too_long",
            f"A call stays open for at most {LONGEST_CALL.days} days. Choose an earlier closing time.",
            "closes_at",
        )
    return None


def unexplained_repeat(repeated: int | None, reason: str) -> Reason | None:
    """Asking about a text again says why; with nothing to repeat there is nothing to explain."""
    if repeated is not None and not reason.strip():
        return Reason(
            "repeat_unexplained",
            f"Call {repeated} on the same text has closed. Say why it is asked about again: everybody reads it.",
            "reason",
        )
    if repeated is None and reason.strip():
        return Reason("repeats_nothing", "No call on this text has closed before. Leave this field empty.", "reason")
    return None


def unanswered(numbers: Sequence[int]) -> Reason | None:
    """Every objection that stands has its answer before the call is determined."""
    if not numbers:
        return None
    one = len(numbers) == 1
    listed = str(numbers[0]) if one else f"{', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"
    noun, stands = ("objection", "it stands") if one else ("objections", "they stand")
    return Reason("unanswered", f"Answer {noun} {listed} first: {stands} without an answer.")


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
