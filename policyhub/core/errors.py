"""Refusals: who may not (NotAllowed) and what cannot be done now (NotPossible)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    """Why something was not done: a stable code, one sentence for people, and the field it is about, if any."""

    code: str
    sentence: str
    field: str | None = None


class NotAllowed(Exception):
    """The actor is not someone who may do this; doors answer as if the thing were absent."""


class NotPossible(Exception):
    """The act cannot be done in this state or with this input; nothing was changed."""

    def __init__(self, *reasons: Reason) -> None:
        super().__init__(" ".join(reason.sentence for reason in reasons))
        self.reasons = reasons


def require(allowed: bool) -> None:
    """Return when the actor may act, raise NotAllowed otherwise."""
    if not allowed:
        raise NotAllowed


def refuse(code: str, sentence: str, field: str | None = None) -> NotPossible:
    """A refusal with one reason, to be raised."""
    return NotPossible(Reason(code, sentence, field))


def check(*reasons: Reason | None) -> None:
    """Return when no reason stands in the way, raise NotPossible with all of them otherwise."""
    found = tuple(reason for reason in reasons if reason is not None)
    if found:
        raise NotPossible(*found)
