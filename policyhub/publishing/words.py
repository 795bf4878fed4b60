"""How an edition says what was decided. "Consensus" is said only where the rule computed it. Pure."""

from __future__ import annotations

from policyhub.decisions.verdicts import Verdict

VERDICTS = {
    "adopted": "Adopted",
    "not_adopted": "Not adopted",
    "blocked": "Blocked",
    "no_quorum": "No quorum",
    "chair_determines": "Left to the chair",
}
LABELS = {
    "consensus": "by consensus",
    "unanimity": "unanimously",
    "agreed_by_remaining_participants": "by the remaining participants",
}


def verdict_words(verdict: Verdict) -> str:
    """The outcome in words, with the label that the rule computed, if any."""
    if verdict.is_the_chairs:
        return f"{VERDICTS[verdict.outcome]} by the chair"
    if verdict.outcome == "adopted" and verdict.label in LABELS:
        return f"{VERDICTS[verdict.outcome]} {LABELS[verdict.label]}"
    return VERDICTS[verdict.outcome]


def outcome_sentence(verdict: Verdict, determined_on: str) -> str:
    """The outcome of a call with the day of the chair's determination; what the rule alone gave stands behind it."""
    if not determined_on:
        return verdict_words(verdict)
    said = f"{VERDICTS[verdict.outcome]}, as" if verdict.is_the_chairs else f"{verdict_words(verdict)}, as"
    return f"{said} determined by the chair on {determined_on}. {verdict.beside}".strip(". ")


def status_sentence(verdict: Verdict | None) -> str:
    """What was decided about the text, by the call on it; None while none has closed."""
    if verdict is None:
        return "A draft: no call on this text has closed."
    if verdict.is_the_chairs:
        return f"{verdict_words(verdict)}. {verdict.beside} It is not called consensus."
    if verdict.outcome == "adopted" and verdict.label not in LABELS:
        return "Adopted under the charter’s rule. The rule gives no more than that: it is not called consensus."
    return f"{verdict_words(verdict)}."
