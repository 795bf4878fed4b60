"""What came of a call, in one place: the chair's determination where there is one, else what the rule gave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from policyhub import rulebook
from policyhub.decisions.models import Call
from policyhub.decisions.queries import find_determination, tally_of

OUTCOME_WORDS = {
    "adopted": "adopted",
    "not_adopted": "not adopted",
    "blocked": "blocked",
    "no_quorum": "without a quorum",
    "chair_determines": "for the chair to determine",
    "polled": "polled",
    "sealed": "sealed until it closes",
}
MEANS_WORDS = {"itself": "", "paper": "on paper", "roll_call": "in a roll call"}
LEFT_OPEN = "chair_determines"
# What stands for the outcome of a straw poll, which has none but its label.
POLLED = "polled"


@dataclass(frozen=True)
class Verdict:
    """The outcome that counts; beside it what the rule alone gave, and the label that it computed."""

    outcome: str
    by_rule: str
    label: str | None

    @property
    def is_the_chairs(self) -> bool:
        """Whether the rule left the outcome to the chair, and the chair has determined it."""
        return self.by_rule == LEFT_OPEN and self.outcome != LEFT_OPEN

    @property
    def word(self) -> str:
        """What people call the outcome: the rule's label where the rule decided, else the chair's word."""
        if self.is_the_chairs:
            return f"{outcome_words(self.outcome)} by the chair".capitalize()
        if self.label is not None and self.by_rule == LEFT_OPEN:
            return f"{self.label_words}, {outcome_words(self.outcome)}".capitalize()
        return (self.label_words or outcome_words(self.outcome)).capitalize()

    @property
    def beside(self) -> str:
        """What the rule alone gave, said wherever the chair determined otherwise than by the rule; else nothing."""
        if not self.is_the_chairs:
            return ""
        return f"By the rule alone: {self.label_words or 'left to the chair'}."

    @property
    def label_words(self) -> str:
        return (self.label or "").replace("_", " ")


def rule_words(call: Call) -> str:
    """By what a call is decided, in sentences."""
    return rulebook.POLL_RULE if call.is_poll else rulebook.describe(rulebook.preset(call.rule))


def asked_words(voices: int, seats: int) -> str:
    """How many were asked: organizations, or fewer voices where some are related."""
    return f"{seats} organizations" if voices == seats else f"{voices} voices of {seats} organizations"


def outcome_words(outcome: str) -> str:
    """An outcome inside a sentence."""
    return OUTCOME_WORDS.get(outcome, outcome.replace("_", " "))


def verdict_of(tally: dict[str, Any], determined: str | None) -> Verdict:
    """The verdict from a tally, and from what was determined where something was."""
    by_rule = str(tally["outcome"] or POLLED)
    return Verdict(determined or by_rule, by_rule, tally["label"])


def verdict_at(call: Call, at: datetime) -> Verdict:
    """The verdict on a closed call as it stood at that time."""
    found = find_determination(call)
    stood = found is not None and found.determined_at <= at
    return verdict_of(tally_of(call), found.outcome if found is not None and stood else None)
