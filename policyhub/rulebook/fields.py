"""Typed reading of JSON from outside: each function returns the value or raises BallotError with one sentence."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import TypeVar

from .errors import BallotError
from .words import shown

Choice = TypeVar("Choice", bound=StrEnum)


def an_object(
    value: object, what: str, *, required: Collection[str], optional: Collection[str]
) -> Mapping[str, object]:
    """The value, known to be an object that has every required key and no unknown one."""
    if not isinstance(value, dict):
        raise BallotError(f"{what} must be an object, not {shown(value)}.")
    for key in required:
        if key not in value:
            raise BallotError(f'{what} lacks "{key}".')
    for key in value:
        if key not in required and key not in optional:
            raise BallotError(f"{what} has {shown(key)}, which means nothing here.")
    return value


def a_list(value: object, what: str) -> list[object]:
    """The value, known to be a list."""
    if not isinstance(value, list):
        raise BallotError(f"{what} must be a list, not {shown(value)}.")
    return value


def a_name(value: object, what: str) -> str:
    """The value, known to be a name that fits on one line."""
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise BallotError(f"{what} must be a name on one line, not {shown(value)}.")
    return value


def names(value: object, what: str) -> tuple[str, ...]:
    """The value, known to be a list of names."""
    return tuple(a_name(item, f"Each of {what}") for item in a_list(value, what))


def a_text(value: object, what: str) -> str:
    """The value, known to be a string."""
    if not isinstance(value, str):
        raise BallotError(f"{what} must be a text, not {shown(value)}.")
    return value


def a_flag(value: object, what: str) -> bool:
    """The value, known to be true or false."""
    if not isinstance(value, bool):
        raise BallotError(f"{what} must be true or false, not {shown(value)}.")
    return value


def a_choice(value: object, what: str, kind: type[Choice]) -> Choice:
    """The member of the enumeration that the value names."""
    if not isinstance(value, str) or value not in set(kind):
        raise BallotError(f"{what} must be one of {', '.join(kind)}, not {shown(value)}.")
    return kind(value)
