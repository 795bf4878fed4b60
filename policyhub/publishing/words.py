"""How an edition says what was decided. "Consensus" is said only where the rule computed it. Pure."""

from __future__ import annotations

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


def verdict_of(outcome: str, label: str | None) -> str:
    """The outcome in words, with the label that the rule computed, if any."""
    if outcome == "adopted" and label in LABELS:
        return f"{VERDICTS[outcome]} {LABELS[label]}"
    return VERDICTS[outcome]


def status_sentence(outcome: tuple[str, str | None] | None) -> str:
    """What was decided about the text, from the outcome and label of the call on it; None while none has closed."""
    if outcome is None:
        return "A draft: no call on this text has closed."
    verdict, label = outcome
    if verdict == "adopted" and label not in LABELS:
        return "Adopted under the charter’s rule. The rule gives no more than that: it is not called consensus."
    return f"{verdict_of(verdict, label)}."
