"""What is refused before parsing, because reading it would cost more than any honest text does.

Python-Markdown's effort grows with the square of some signs in one paragraph (its maintainers do not count that as a
fault), and it calls itself once a level. The limits keep the worst text of 64 KiB near one second.
"""

from __future__ import annotations

import re

from policyhub.core.text import TextRefused

MAX_DEPTH = 16
MAX_WORD = 2_000
MAX_LEADING_MARKS = 32
MAX_FENCES = 200
MAX_ABBREVIATIONS = 100
EFFORT = 1_000_000

_PARAGRAPHS = re.compile(r"\n[ \t]*\n")
_COSTLY = (
    ("opening brackets", re.compile(r"\[")),
    ("backquotes", re.compile(r"`")),
    ("lines that begin with a sign", re.compile(r"^[ \t>]*(?:[#=~:_*+`-]|\d+[.)])", re.MULTILINE)),
)
_LONG_WORD = re.compile(rf"\S{{{MAX_WORD + 1}}}")
_LEADING_MARKS = re.compile(rf"^(?:[ \t]*(?:[>*+-]|\d+[.)])){{{MAX_LEADING_MARKS + 1}}}", re.MULTILINE)
_FENCE = re.compile(r"^[ \t>]*(?:```|~~~)", re.MULTILINE)
_ABBREVIATION = re.compile(r"^[ ]{0,3}\*\[", re.MULTILINE)


def check_cost(source: str) -> None:
    """Return when the text can be read at bounded cost; TextRefused with a sentence otherwise."""
    if _LONG_WORD.search(source):
        raise TextRefused(f"This text holds more than {MAX_WORD:,} characters without a space. Break them up.")
    if _LEADING_MARKS.search(source):
        raise too_deep()
    if len(_FENCE.findall(source)) > MAX_FENCES or len(_ABBREVIATION.findall(source)) > MAX_ABBREVIATIONS:
        raise TextRefused("This text holds more code blocks or abbreviations than can be read. Split it in two.")
    paragraphs = _PARAGRAPHS.split(source)
    for name, sign in _COSTLY:
        if sum(len(sign.findall(paragraph)) ** 2 for paragraph in paragraphs) > EFFORT:
            raise TextRefused(f"This text holds too many {name} close together. Split it with blank lines, or in two.")


def too_deep() -> TextRefused:
    """The refusal of a text whose lists, quotes or emphasis stand too deep within one another."""
    return TextRefused("Lists, quotes or emphasis in this text stand too deep within one another. Make it flatter.")
