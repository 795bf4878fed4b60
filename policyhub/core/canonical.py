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
_REFUSED_CHARACTERS = re.compile("[\x00-\x1f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class NotCanonical(ValueError):
    """The value has no canonical bytes; the message names the broken rule."""


def canonical(value: Any) -> bytes:
    """The canonical UTF-8 bytes of a JSON object, or NotCanonical when it breaks a rule of the profile."""
    if not isinstance(value, dict):
        raise NotCanonical("the outermost value must be an object")
    for problem in _problems(value, depth=1):
        raise NotCanonical(problem)
    data = dump(value)
    if len(data) > MAX_BYTES:
        raise NotCanonical(f"{len(data)} bytes are more than the {MAX_BYTES} allowed; name long texts by their hash")
    return data


def dump(value: Any) -> bytes:
    """The bytes of a value known to obey the profile, without checking it."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def parse(data: bytes) -> dict[str, Any]:
    """The object behind canonical bytes; NotCanonical when the bytes are anything else."""
    try:
        value = json.loads(data, object_pairs_hook=_without_duplicates)
    except (ValueError, RecursionError) as error:
        raise NotCanonical(f"not JSON: {error}") from None
    if canonical(value) != data:
        raise NotCanonical("the bytes are not the canonical form of their content")
    return value  # type: ignore[no-any-return]


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
    """The aware time behind a string of a leaf."""
    return datetime.strptime(value, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
