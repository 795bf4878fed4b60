"""Three ways of asking, which are three acts, and the answers that each of them offers."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from .rule import Labels, Rule, Stance


class Asking(StrEnum):
    """How a text is put to the table; only the last two decide anything."""

    STRAW_POLL = "straw_poll"
    CONSENSUS = "consensus"
    BALLOT = "ballot"


OPTIONS: Mapping[Asking, tuple[Stance, ...]] = {
    Asking.STRAW_POLL: (Stance.SUPPORT, Stance.DEFER, Stance.OBJECT),
    Asking.CONSENSUS: tuple(Stance),
    Asking.BALLOT: (Stance.SUPPORT, Stance.OBJECT, Stance.ABSTAIN, Stance.RECUSE),
}


def leaves_to_chair(rule: Rule) -> bool:
    """Whether an outcome by this rule can be the chair's to determine: a ballot is counted, and needs another rule."""
    return rule.dissent or rule.issues or rule.labels is Labels.W3C
