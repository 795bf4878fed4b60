"""Characters that no font has are named in their place, as [U+1F44D]: one of them would stop a publication.

PDF/A and PDF/UA refuse a text with a missing glyph, and characters that are no text. Typst itself is asked what it can
show, all at once and by halves, so there is no table of fonts to keep.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from policyhub.core.text import find_hidden

_BEYOND_ASCII = re.compile(r"[^\x20-\x7e\n\t]")


def fitted(value: Any, shows: Callable[[str], bool]) -> Any:
    """The JSON value with each character that cannot be shown named in all its strings."""
    missing = without_glyph(set("".join(_beyond_ascii(value))), shows)
    table = {ord(character): f"[U+{ord(character):04X}]" for character in missing}
    return _mapped(value, lambda text: text.translate(table)) if table else value


def without_glyph(characters: Iterable[str], shows: Callable[[str], bool]) -> set[str]:
    """Those of the characters that cannot be shown; `shows` says whether all of a text can be."""
    hidden = {character for character in characters if find_hidden(character)}
    return hidden | _searched(sorted(set(characters) - hidden), shows)


def _searched(characters: list[str], shows: Callable[[str], bool]) -> set[str]:
    if not characters or shows("".join(characters)):
        return set()
    if len(characters) == 1:
        return set(characters)
    half = len(characters) // 2
    return _searched(characters[:half], shows) | _searched(characters[half:], shows)


def _beyond_ascii(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield from set(_BEYOND_ASCII.findall(value))
    elif isinstance(value, dict):
        for each in value.values():
            yield from _beyond_ascii(each)
    elif isinstance(value, list):
        for each in value:
            yield from _beyond_ascii(each)


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {name: _mapped(each, change) for name, each in value.items()}
    if isinstance(value, list):
        return [_mapped(each, change) for each in value]
    return value
