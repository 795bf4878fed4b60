"""What came of a call, in the words and the figures that public pages show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from policyhub.core.templatetags.typeset import in_words, percent
from policyhub.decisions import queries
from policyhub.decisions.models import Call, Determination, Position
from policyhub.decisions.rules import UNDECIDED, CallState
from policyhub.decisions.verdicts import LEFT_OPEN, OUTCOME_WORDS, Verdict, asked_words, outcome_words, verdict_of

BAR_ORDER = ("endorse", "support", "accept", "object")


@dataclass(frozen=True)
class Result:
    """A call with its state by the clock and, once it has closed, its tally and what came of it."""

    call: Call
    state: CallState
    tally: dict[str, Any] | None
    verdict: Verdict | None

    @property
    def outcome(self) -> str:
        """The outcome that counts: as determined, else by the count; of a straw poll what it found; else nothing."""
        if self.verdict is None:
            return ""
        return self.verdict.label or "" if self.call.is_poll else self.verdict.outcome

    @property
    def word(self) -> str:
        """What people call the outcome."""
        return self.verdict.word if self.verdict else ""

    @property
    def beside(self) -> str:
        """What the rule alone gave, where the chair determined the outcome."""
        return self.verdict.beside if self.verdict else ""


def result(call: Call, at: datetime) -> Result:
    """What came of a call so far."""
    state = queries.state_at(call, at)
    if state in UNDECIDED or queries.is_under_seal(call):
        return Result(call, state, None, None)
    determined: Determination | None = getattr(call, "determination", None)
    tally = determined.tally if determined else queries.tally_of(call)
    return Result(call, state, tally, verdict_of(tally, determined.outcome if determined else None))


def heading(found: Result) -> str:
    """The outcome in one sentence that begins with what was decided on; the question while nothing is decided."""
    if found.tally is None or found.call.is_poll:
        return found.call.question
    text = found.call.clause_text
    what = f"Clause {text.number}" if text else f"Version {found.call.version.number}"
    if found.outcome in {"adopted", "not_adopted"}:
        return f"{what} was {outcome_words(found.outcome)}"
    if found.outcome == "no_quorum":
        return f"{what} was not decided: there was no quorum"
    return f"{what} is {outcome_words(found.outcome)}"


def deck(found: Result, all_of_them: queries.Standing, seats: int) -> str:
    """What led to the heading, in one or two sentences."""
    if found.state == CallState.OPENED:
        sealed = " What they said is sealed until it closes." if found.call.is_sealed else ""
        return f"{all_of_them.answered} of {asked_words(all_of_them.asked, seats)} have answered so far.{sealed}"
    if found.tally is None:
        return _without_result(found)
    if found.call.is_poll:
        return " ".join(found.tally["explanation"][:2])
    chairs = "The rule left the outcome to the chair, who determined it in writing." if found.beside else ""
    return " ".join(filter(None, [chairs, found.beside, *found.tally["explanation"][1:3]]))


def _without_result(found: Result) -> str:
    """Why a call that is not open has no result."""
    if found.state == CallState.VOID:
        return "The call is void: nothing was decided by it. The chair’s reason is below."
    if found.state == CallState.CLOSED:
        return "The call has closed, and its sealed positions are being opened."
    if queries.find_new_text(found.call) is not None:
        return (
            "The call is suspended: the text changed while it was open. What was cast until then stays readable below."
        )
    return f"The chair has suspended the call: {found.call.suspended_reason.strip()}"


def counts(found: Result, positions: list[Position]) -> list[dict[str, Any]]:
    """The count that decides and, where somebody withdrew, the other one beside it; none before the call closes."""
    tally = found.tally
    if tally is None:
        return []
    seats = list(queries.roll(found.call))
    gone = {seat.organization_id for seat in seats if _left(seat, found.call)}
    held = {seat.voice_id for seat in seats if seat.organization_id not in gone}
    staying = [each for each in positions if each.voice_id in held]
    excluded = tally["other_treatment"]["treatment"] != "exclude"
    if not gone:
        return [_count("As cast", tally, positions)]
    without = f"Without the {in_words(len(gone))} that withdrew"
    if excluded:
        return [
            _count(f"{without}: this count decides", tally, staying),
            _count("As cast: for comparison", tally["other_treatment"], positions, would=True),
        ]
    return [
        _count("As cast: this count decides", tally, positions),
        _count(f"{without}: for comparison", tally["other_treatment"], staying, would=True),
    ]


def _left(seat: Any, call: Call) -> bool:
    left_at = seat.participation.withdrawn_at
    return left_at is not None and left_at < call.closes_at


def _count(heading: str, tally: dict[str, Any], positions: list[Position], *, would: bool = False) -> dict[str, Any]:
    stances = [each.stance for each in positions]
    approval = next((test for test in tally["tests"] if test["name"] == "approval"), None)
    outcome = tally["outcome"] or tally["label"]
    shown = {
        "id": "count-compared" if would else "count-deciding",
        "heading": heading,
        "parts": [(stance, stances.count(stance)) for stance in BAR_ORDER],
        "state": outcome,
        "state_word": _verdict(outcome, would=would),
    }
    if approval is None:
        standing = sum(stance != "object" for stance in stances if stance in BAR_ORDER)
        against = stances.count("object")
        return {**shown, "sum": f"{standing} for, {against} against", "sentence": f"{standing} for, {against} against."}
    have, base, needed = approval["have"], approval["base"], approval["needed"]
    return {
        **shown,
        "sum": f"{have} of {base} for, {percent(have, base)}",
        "sentence": f"{have} of {base} for; {needed} needed.",
        "needed": needed,
        "need_label": f"{needed} needed",
    }


def _verdict(outcome: str, *, would: bool) -> str:
    if not would:
        return "Left to the chair by the rule" if outcome == LEFT_OPEN else outcome_words(outcome).capitalize()
    if outcome not in OUTCOME_WORDS:
        return f"Would have been: {outcome_words(outcome)}"
    return {
        "adopted": "Would have been adopted",
        "not_adopted": "Would not have been adopted",
        "blocked": "Would have been blocked",
        "no_quorum": "Would have had no quorum",
        "chair_determines": "Would have been left to the chair",
    }[outcome]
