"""State machines as tables: from each state, the states that may follow."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from policyhub.core.errors import Reason, refuse

Moves = Mapping[StrEnum, frozenset[StrEnum]]


def may_move(moves: Moves, state: str, target: StrEnum) -> bool:
    """Whether the table allows the step."""
    return any(target in targets for origin, targets in moves.items() if origin == state)


def move_refused(moves: Moves, state: str, target: StrEnum, *, noun: str) -> Reason | None:
    """The reason why the step cannot be made, or None when it can."""
    if may_move(moves, state, target):
        return None
    if state == target:
        return Reason("wrong_state", f"{noun} is {_words(state)} already. Nothing was changed.")
    return Reason("wrong_state", f"{noun} is {_words(state)} and cannot become {_words(target)}. Nothing was changed.")


def check_move(moves: Moves, state: str, target: StrEnum, *, noun: str) -> None:
    """Return when the table allows the step, raise NotPossible otherwise."""
    reason = move_refused(moves, state, target, noun=noun)
    if reason is not None:
        raise refuse(reason.code, reason.sentence)


def _words(state: str) -> str:
    return str(state).replace("_", " ")
