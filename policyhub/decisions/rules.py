"""Calls, positions and objections: states, moves and what stands in the way. Outcomes are the rulebook's."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
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
    VOID = "void"


CALL_MOVES: Moves = {
    CallState.OPENED: frozenset({CallState.SUSPENDED, CallState.CLOSED}),
    CallState.SUSPENDED: frozenset({CallState.OPENED, CallState.VOID}),
    CallState.CLOSED: frozenset({CallState.DETERMINED}),
    CallState.DETERMINED: frozenset(),
    CallState.VOID: frozenset(),
}
# What came to its end without anything being decided.
UNDECIDED = frozenset({CallState.OPENED, CallState.SUSPENDED, CallState.VOID})

Asking = rulebook.Asking
Stance = rulebook.Stance

NOUNS: Mapping[Asking, str] = {
    Asking.STRAW_POLL: "straw poll",
    Asking.CONSENSUS: "call for consensus",
    Asking.BALLOT: "ballot",
}
_LADDER = {
    Stance.ENDORSE: "We support it and will follow it ourselves.",
    Stance.SUPPORT: "This is the right text.",
    Stance.ACCEPT: "Not our choice, but we will not stand in its way.",
    Stance.DEFER: "Not ready to decide. Not counted for or against.",
    Stance.OBJECT: "We cannot accept this text. Counted against; the chair must answer it in writing.",
    Stance.ABSTAIN: "We take part and take no side. Counted for the quorum only.",
    Stance.RECUSE: "We have a conflict of interest. Counted for nothing.",
}
# What each answer means where the chair says nothing else.
MEANINGS: Mapping[Asking, Mapping[Stance, str]] = {
    Asking.STRAW_POLL: {
        Stance.SUPPORT: "We lean towards this text. Nothing is decided by it.",
        Stance.DEFER: "We are undecided.",
        Stance.OBJECT: "We lean against this text. No objection is raised by it.",
    },
    Asking.CONSENSUS: _LADDER,
    Asking.BALLOT: {
        **{stance: _LADDER[stance] for stance in rulebook.OPTIONS[Asking.BALLOT]},
        Stance.SUPPORT: "Yes: the text is to be adopted as it reads.",
        Stance.OBJECT: "No, and we say why. Counted against; the chair must answer it in writing.",
    },
}
LONGEST_MEANING = 200


class Means(StrEnum):
    """How a position came in."""

    ITSELF = "itself"
    PAPER = "paper"
    ROLL_CALL = "roll_call"


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


def unusable_rule(rule: Rule, categories: Collection[str], asking: Asking) -> Reason | None:
    """Why a call at a table of these categories cannot be decided by this rule, or None."""
    try:
        read = rulebook.preset(rule)
    except rulebook.RuleError as error:
        return Reason("rule", f"The charter's rule cannot be used: {error}")
    if sentence := rulebook.unusable(read, categories):
        return Reason("rule", sentence)
    if asking is Asking.BALLOT and rulebook.leaves_to_chair(read):
        return Reason(
            "not_counted",
            "The charter's rule leaves the outcome to the chair, and a ballot is counted. Open a call for consensus, "
            "or let the charter name another rule for ballots.",
        )
    return None


def meanings_of(asking: Asking, said: Mapping[Stance, str]) -> tuple[dict[Stance, str], list[Reason]]:
    """What each answer on offer means, in the order of the ladder, and why some of what was said cannot be."""
    usual = MEANINGS[asking]
    reasons = [
        Reason("not_offered", f"A {NOUNS[asking]} does not offer “{stance}”. Leave its meaning out.", f"means_{stance}")
        for stance in said
        if stance not in usual
    ]
    return {stance: said.get(stance, "").strip() or usual[stance] for stance in usual}, reasons


def not_offered(stance: Stance, offered: Collection[str], noun: str) -> Reason | None:
    """A call is answered with what it offers."""
    if stance in offered:
        return None
    listed = ", ".join(each for each in Stance if each in offered)
    return Reason("not_offered", f"This {noun} is answered with one of: {listed}.", "stance")


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


def unreasoned(stance: Stance, reason: str, *, is_poll: bool = False) -> Reason | None:
    """An objection says why; who only leans against a text in a straw poll need not."""
    if is_poll or stance is not Stance.OBJECT or reason.strip():
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
