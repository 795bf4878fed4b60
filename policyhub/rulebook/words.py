"""Numbers and names as sentences say them; exact, so that a reader can count again."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from fractions import Fraction

_NUMERATORS = {1: "one", 2: "two", 3: "three", 4: "four"}
_DENOMINATORS = {3: "third", 4: "quarter", 5: "fifth", 10: "tenth"}
_LONGEST_SHOWN = 80


def shown(value: object) -> str:
    """A value from outside, fit to stand on one line of an error sentence."""
    text = json.dumps(value, default=str)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def fraction(value: Fraction) -> str:
    """A share between 0 and 1 in words where there are some: "two thirds", else "5/7"."""
    if value == 1:
        return "all"
    if value == Fraction(1, 2):
        return "half"
    if value.numerator in _NUMERATORS and value.denominator in _DENOMINATORS:
        plural = "" if value.numerator == 1 else "s"
        return f"{_NUMERATORS[value.numerator]} {_DENOMINATORS[value.denominator]}{plural}"
    return f"{value.numerator}/{value.denominator}"


def mixed(value: Fraction) -> str:
    """A number of any size, written as a whole and a proper fraction: "20 2/3"."""
    whole, rest = divmod(value.numerator, value.denominator)
    if rest == 0:
        return str(whole)
    return f"{whole} {rest}/{value.denominator}" if whole else f"{rest}/{value.denominator}"


def percent(value: Fraction) -> str:
    """A share in percent with two decimals, halves rounded up: "78.95 %"."""
    hundredths = (value * 20_000 + 1) // 2
    return f"{hundredths // 100}.{hundredths % 100:02} %"


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """A number with its noun in the right number: "1 position", "3 positions", "2 categories"."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def was(number: int) -> str:
    """The verb that goes with a number."""
    return "was" if number == 1 else "were"


def listing(items: Iterable[str]) -> str:
    """Items as a sentence lists them: "a", "a and b", "a, b and c"; "none" where there are none."""
    *front, last = [*items] or ["none"]
    return f"{', '.join(front)} and {last}" if front else last


def sentence(text: str) -> str:
    """The text with a capital letter in front and a full stop at its end."""
    return f"{text[:1].upper()}{text[1:]}."


def in_favor(stances: Collection[str]) -> str:
    """How a sentence calls those who took one of the positions that a rule counts as favorable."""
    usual = {"endorse", "support", "accept"}
    return "in favor" if set(stances) == usual else f"in favor ({' or '.join(sorted(stances))})"
