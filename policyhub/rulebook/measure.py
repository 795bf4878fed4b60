"""Exact measures: a share of a base or a fixed count, to be reached (a minimum) or not to be exceeded (a limit)."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction

from .errors import RuleError
from .words import shown

_SHARE = re.compile(r"(?:(?P<sign>[<>]) ?)?(?P<part>[0-9]{1,6})/(?P<whole>[0-9]{1,6})")
_LARGEST_COUNT = 1_000_000


@dataclass(frozen=True)
class Measure:
    """A share of a base, or a count of its own; strict means that meeting it exactly is not enough."""

    amount: Fraction
    is_share: bool = True
    is_strict: bool = False

    def of(self, base: int) -> Fraction:
        """The exact number that a count is compared with."""
        return self.amount * base if self.is_share else self.amount

    def least(self, base: int) -> int:
        """The smallest whole number that passes when the measure is a minimum."""
        exact = self.of(base)
        return math.floor(exact) + 1 if self.is_strict else math.ceil(exact)

    def most(self, base: int) -> int:
        """The largest whole number that passes when the measure is a limit; 0 where none does."""
        exact = self.of(base)
        return max(0, math.ceil(exact) - 1) if self.is_strict else math.floor(exact)


def needed(base: int, share: Fraction, *, more_than: bool = False) -> int:
    """The smallest whole number that is at least (or, on demand, more than) the share of the base."""
    return Measure(share, is_strict=more_than).least(base)


def read_minimum(parameter: str, value: object) -> Measure:
    """The minimum written as "2/3" (at least), "> 1/2" (more than) or 11 (a count)."""
    measure = _read(parameter, value, strict_sign=">")
    if measure.is_share and not (0 <= measure.amount < 1 if measure.is_strict else 0 < measure.amount <= 1):
        raise RuleError(f'The rule\'s "{parameter}" {shown(value)} is a share that nothing or everything reaches.')
    if not measure.is_share and measure.amount < 1:
        raise RuleError(f'The rule\'s "{parameter}" must be at least 1.')
    return measure


def read_limit(parameter: str, value: object) -> Measure:
    """The limit written as "1/4" (at most), "< 3/10" (less than) or 2 (a count)."""
    measure = _read(parameter, value, strict_sign="<")
    if measure.is_share and (measure.amount > 1 or (measure.is_strict and measure.amount == 0)):
        raise RuleError(f'The rule\'s "{parameter}" {shown(value)} is a share that nothing or everything keeps to.')
    return measure


def _read(parameter: str, value: object, strict_sign: str) -> Measure:
    if isinstance(value, int) and not isinstance(value, bool):
        return _count(parameter, value)
    found = _SHARE.fullmatch(value) if isinstance(value, str) else None
    if found is None or found["sign"] not in (None, strict_sign) or int(found["whole"]) == 0:
        raise RuleError(
            f'The rule\'s "{parameter}" must be a fraction such as "2/3", "{strict_sign} 1/2" or a whole number, '
            f"not {shown(value)}."
        )
    return Measure(Fraction(int(found["part"]), int(found["whole"])), is_strict=found["sign"] is not None)


def _count(parameter: str, value: int) -> Measure:
    if not 0 <= value <= _LARGEST_COUNT:
        raise RuleError(f'The rule\'s "{parameter}" must lie between 0 and {_LARGEST_COUNT}.')
    return Measure(Fraction(value), is_share=False)
