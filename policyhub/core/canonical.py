"""Canonical bytes: a restricted profile of RFC 8785 that any language's plain JSON writer reproduces."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

MAX_BYTES = 16_384
MAX_DEPTH = 8
MAX_INTEGER = 2**53 - 1

_KEY = re.compile(r"[a-z][a-z0-9_]{0,30}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
_REFUSED_CHARACTERS = re.compile("[\x00-\x1f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class NotCanonical(ValueError):
    """The value has no canonical bytes; the message names the broken rule."""


def canonical(value: Any, *, depth: int = 1) -> bytes:
    """The canonical UTF-8 bytes of a JSON object, or NotCanonical when it breaks a rule of the profile.

    `depth` is where the object will stand: 1 by itself, 2 inside another.
    """
    if not isinstance(value, dict):
        raise NotCanonical("the outermost value must be an object")
    for problem in _problems(value, depth=depth):
        raise NotCanonical(problem)
    data = dump(value)
    if len(data) > MAX_BYTES:
        raise NotCanonical(f"{len(data)} bytes are more than the {MAX_BYTES} allowed; name long texts by their hash")
    return data


def dump(value: Any) -> bytes:
    """The bytes of a value known to obey the profile, without checking it."""
    return _ENCODER.encode(value).encode()


def parse(data: bytes) -> dict[str, Any]:
    """The object behind canonical bytes; NotCanonical when the bytes are anything else."""
    plain = _parse_plain(data)
    return _parse_long(data) if plain is None else plain


def _parse_long(data: bytes) -> dict[str, Any]:
    """As `parse`, by writing the content anew and comparing the bytes: for all bytes, at some price."""
    try:
        value = json.loads(data, object_pairs_hook=_without_duplicates)
    except (ValueError, RecursionError) as error:
        raise NotCanonical(f"not JSON: {error}") from None
    if canonical(value) != data:
        raise NotCanonical("the bytes are not the canonical form of their content")
    return value  # type: ignore[no-any-return]


def _parse_plain(data: bytes) -> dict[str, Any] | None:
    """The object behind bytes in which nothing can be hidden; None where only the long way can tell.

    In ASCII without an escape every string is clean and ends at the next quotation mark; without any space, with keys
    in order and none twice, and with numbers in their one form, there is no other way to write the same.
    """
    if len(data) > MAX_BYTES or len(data.translate(None, _HIDING)) != len(data):
        return None
    try:
        value, end = _scan(data.decode("ascii"), 0)
        if end != len(data) or not isinstance(value, dict) or _count_keys(value, 1) != data.count(b'":'):
            return None
    except (ValueError, RecursionError, StopIteration):
        return None
    return value


def _count_keys(value: dict[str, Any], depth: int) -> int:
    """How many keys an object and those in it have; ValueError where they are not in their form and order."""
    keys = tuple(value)
    if keys not in _GOOD_KEYS:
        _learn(keys)
    count = len(keys)
    for item in value.values():
        kind = type(item)
        if kind is dict or kind is list:
            count += _count_keys_in(item, depth + 1)
    return count


def _count_keys_in(value: dict[str, Any] | list[Any], depth: int) -> int:
    if depth > MAX_DEPTH:
        raise ValueError("nested too deep")
    if isinstance(value, dict):
        return _count_keys(value, depth)
    return sum(_count_keys_in(item, depth + 1) for item in value if isinstance(item, (dict, list)))


def _learn(keys: tuple[str, ...]) -> None:
    """Remember that these keys are in their form and order; only so many kinds of objects are remembered."""
    if list(keys) != sorted(keys) or not all(_KEY.fullmatch(key) for key in keys):
        raise ValueError("keys that only the long way can judge")
    if len(_GOOD_KEYS) < MOST_GOOD_KEYS:
        _GOOD_KEYS.add(keys)


def _plain_integer(text: str) -> int:
    if len(text) > _PLAIN_DIGITS or text == "-0":
        raise ValueError(f"{text} is a number that only the long way can judge")
    return int(text)


_scan = json.JSONDecoder(parse_int=_plain_integer, parse_float=_plain_integer, parse_constant=_plain_integer).scan_once  # type: ignore[attr-defined]  # what its decode() calls, without looking for spaces around
_PLAIN_DIGITS = 15
# Space, control characters, the backslash, and whatever is not ASCII.
_HIDING = bytes(each for each in range(256) if each <= 0x20 or each >= 0x7F or each == ord("\\"))
_GOOD_KEYS: set[tuple[str, ...]] = set()
MOST_GOOD_KEYS = 1_000


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _problems(value: Any, *, depth: int) -> Iterator[str]:
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, str):
        yield from _string_problems(value)
    elif isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            yield f"the integer {value} is beyond 2^53-1"
    elif isinstance(value, (dict, list)):
        yield from _container_problems(value, depth)
    else:
        yield f"a {type(value).__name__} is not allowed; use integers, strings, arrays and objects"


def _container_problems(value: dict[str, Any] | list[Any], depth: int) -> Iterator[str]:
    if depth > MAX_DEPTH:
        yield f"nested deeper than {MAX_DEPTH} levels"
        return
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str) or not _KEY.fullmatch(key):
                yield f"the key {key!r} is not of the form [a-z][a-z0-9_]{{0,30}}"
    for item in value.values() if isinstance(value, dict) else value:
        yield from _problems(item, depth=depth + 1)


def _string_problems(value: str) -> Iterator[str]:
    if _REFUSED_CHARACTERS.search(value):
        yield "a string holds a control character, a bidi control or a lone surrogate"
    elif not unicodedata.is_normalized("NFC", value):
        yield "a string is not in Unicode's NFC form"


def moment(value: datetime) -> str:
    """A time as it stands in a leaf: UTC, always six digits, `2026-06-16T13:00:00.000000Z`."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse_moment(value: str) -> datetime:
    """The aware time behind a string of a leaf; ValueError when it is written in any other way."""
    if not _MOMENT.fullmatch(value):
        raise ValueError(f"{value} is not written as a time of the record")
    return datetime.fromisoformat(value)
