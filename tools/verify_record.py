#!/usr/bin/env python3
"""Checks a PolicyHub record without PolicyHub: one file, Python 3.11 or newer, nothing to install.

    python3 verify_record.py DIRECTORY        a record written by `manage.py export_record`
    python3 verify_record.py https://SITE/    the record of a site, over the network
    python3 verify_record.py LEAF --proof FILE.tlog-proof --key VKEY

Written by tools/build_verifier.py from the modules named below; a test compares the two.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import http.client
import json
import math
import os
import re
import sys
import time
import tomllib
import unicodedata
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, TypeVar


# --- policyhub/core/canonical.py

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


# --- policyhub/rulebook/errors.py

class RulebookError(ValueError):
    """What was given cannot be judged; the message says why in one sentence."""


class RuleError(RulebookError):
    """The rule is unknown or says something the rule language cannot express."""


class BallotError(RulebookError):
    """The roster, the positions or what goes with them contradict each other or the rule."""


# --- policyhub/rulebook/words.py

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


# --- policyhub/rulebook/fields.py

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


# --- policyhub/rulebook/measure.py

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


# --- policyhub/rulebook/rule.py

class Stance(StrEnum):
    """The ladder of positions, one per organization."""

    ENDORSE = "endorse"
    SUPPORT = "support"
    ACCEPT = "accept"
    DEFER = "defer"
    OBJECT = "object"
    ABSTAIN = "abstain"
    RECUSE = "recuse"


class Base(StrEnum):
    """What a share is taken of."""

    CAST = "cast"
    RETURNED = "returned"
    PRESENT = "present"
    ROSTER = "roster"
    ROSTER_LESS_ABSTAINERS = "roster_less_abstainers"
    ROSTER_LESS_RECUSED = "roster_less_recused"
    CATEGORIES = "categories"


class LeftOut(StrEnum):
    """Positions that a rule may leave out before it counts."""

    ABSTENTIONS = "abstentions"
    UNREASONED_OBJECTIONS = "unreasoned_objections"


class Labels(StrEnum):
    """Which words a rule may put beside its outcome."""

    NONE = "none"
    CONSENSUS = "consensus"
    W3C = "w3c"


FOR = frozenset({Stance.ENDORSE, Stance.SUPPORT, Stance.ACCEPT})
CAST = FOR | {Stance.OBJECT}
EVERYONE = "all"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One decision rule; a condition that is None, empty or False is not asked for."""

    name: str | None = None
    title: str
    sources: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    labels: Labels = Labels.NONE
    balance_decides: bool = False

    base: Base = Base.CAST
    minimum: Measure | None = None
    classes: tuple[tuple[str, Measure], ...] = ()
    approving: frozenset[Stance] = FOR
    minimum_support: int | None = None
    supporting: frozenset[Stance] = FOR
    needs_outside_support: bool = False
    quorum: Measure | None = None
    abstention: Measure | None = None
    opposition: Measure | None = None
    blocking: bool = False
    dissent: bool = False
    balance: Measure | None = None
    vacancy: bool = False
    issues: bool = False
    leave_out: frozenset[LeftOut] = frozenset()
    # Judged by whoever closes a call, never by the tally: a ballot knows no time.
    open_days: int | None = None

    @property
    def judges_categories(self) -> bool:
        """Whether a test of this rule needs the category of every organization."""
        return self.vacancy or self.balance is not None or self.base is Base.CATEGORIES


# --- policyhub/rulebook/roster.py

class Seat(NamedTuple):
    """One organization on the roster."""

    organization: str
    category: str | None = None
    classes: frozenset[str] = frozenset()
    affiliate_of: str | None = None

    @classmethod
    def from_json(cls, data: object) -> Seat:
        """The seat that one entry of a ballot's roster describes."""
        given = an_object(
            data, "An entry of the roster", required=["organization"], optional=["category", "classes", "affiliate_of"]
        )
        organization = a_name(given["organization"], "The organization of an entry of the roster")
        category, affiliate_of = given.get("category"), given.get("affiliate_of")
        return cls(
            organization,
            None if category is None else a_name(category, f"The category of {shown(organization)}"),
            frozenset(names(given.get("classes", []), f"the classes of {shown(organization)}")),
            None if affiliate_of is None else a_name(affiliate_of, f"The affiliation of {shown(organization)}"),
        )


class Position(NamedTuple):
    """What one organization said, whether it keeps an objection after the answer to it, and why."""

    organization: str
    stance: Stance
    sustained: bool = False
    reason: str = ""

    @classmethod
    def from_json(cls, data: object) -> Position:
        """The position that one entry of a ballot's positions describes."""
        given = an_object(data, "A position", required=["organization", "position"], optional=["sustained", "reason"])
        organization = a_name(given["organization"], "The organization of a position")
        whose = f"of {shown(organization)}"
        return cls(
            organization,
            a_choice(given["position"], f"The position {whose}", Stance),
            a_flag(given.get("sustained", False), f'"sustained" in the position {whose}'),
            a_text(given.get("reason", ""), f"The reason {whose}"),
        )


class Group(NamedTuple):
    """Affiliated organizations, or one that stands alone: one voice in every count."""

    members: tuple[str, ...]
    category: str | None
    classes: frozenset[str]
    stance: Stance | None = None
    is_sustained: bool = False
    has_reason: bool = False
    is_withdrawn: bool = False
    is_present: bool = False
    is_author: bool = False


def merge(
    roster: Sequence[Seat],
    positions: Collection[Position] = (),
    *,
    withdrawn: Collection[str] = (),
    present: Collection[str] = (),
    authors: Collection[str] = (),
) -> tuple[Group, ...]:
    """The groups of the roster in its order, each with its one voice; BallotError where a group has two."""
    members: dict[str, list[str]] = {}
    for seat, root in zip(roster, _roots(roster), strict=True):
        members.setdefault(root, []).append(seat.organization)
    by_name = {seat.organization: seat for seat in roster}
    said = {position.organization: position for position in positions}
    named = frozenset(withdrawn), frozenset(present), frozenset(authors)
    return tuple(_group(by_name[root], tuple(names), said, *named) for root, names in members.items())


def _group(
    root: Seat,
    members: tuple[str, ...],
    said: Mapping[str, Position],
    withdrawn: frozenset[str],
    present: frozenset[str],
    authors: frozenset[str],
) -> Group:
    if len(members) == 1:
        return _alone(root, said.get(root.organization), withdrawn, present, authors)
    voices = [said[member] for member in members if member in said]
    return Group(
        members=members,
        category=root.category,
        classes=root.classes,
        stance=_one_stance(root, voices),
        is_sustained=any(voice.sustained for voice in voices),
        has_reason=any(voice.reason.strip() for voice in voices),
        is_withdrawn=withdrawn.issuperset(members),
        is_present=not present.isdisjoint(members),
        is_author=not authors.isdisjoint(members),
    )


def _alone(
    seat: Seat, said: Position | None, withdrawn: frozenset[str], present: frozenset[str], authors: frozenset[str]
) -> Group:
    """The voice of one that is related to nobody: most are, and a roll of thousands is counted one by one."""
    name = seat.organization
    return Group(
        (name,),
        seat.category,
        seat.classes,
        said.stance if said is not None else None,
        said is not None and said.sustained,
        said is not None and bool(said.reason.strip()),
        name in withdrawn,
        name in present,
        name in authors,
    )


def _one_stance(root: Seat, voices: Sequence[Position]) -> Stance | None:
    if len(voices) == 1:
        return voices[0].stance
    stances = {voice.stance for voice in voices}
    if len(stances) > 1:
        raise BallotError(
            f"The affiliates around {shown(root.organization)} have one voice but took different positions: "
            f"{', '.join(sorted(stances))}."
        )
    return stances.pop() if stances else None


def _roots(roster: Sequence[Seat]) -> list[str]:
    """The organization at the end of each seat's chain of affiliations, in the roster's order."""
    parents = {seat.organization: seat.affiliate_of for seat in roster}
    known: dict[str, str] = {}
    return [_root(seat.organization, parents, known) for seat in roster]


def _root(organization: str, parents: Mapping[str, str | None], known: dict[str, str]) -> str:
    # What was walked once is remembered, so that a long chain costs its length and not its square.
    walked: dict[str, None] = {}
    at = organization
    while at not in known and (parent := parents.get(at)) is not None:
        if at in walked:
            raise BallotError(f"The affiliations of {shown(organization)} go round in a circle.")
        if parent not in parents:
            raise BallotError(f"{shown(at)} is an affiliate of {shown(parent)}, which is not on the roster.")
        walked[at] = None
        at = parent
    root = known.get(at, at)
    known.update(dict.fromkeys(walked, root))
    return root


# --- policyhub/rulebook/language.py

PRESETS: Mapping[str, Mapping[str, Any]] = tomllib.loads(
    """
# The decision rules that a charter can adopt by name. Data, in the rule language that language.py reads:
#
#   minimum          share in favor that approves: "2/3" at least, "> 1/2" more than, 11 a count
#   base             of what: cast, returned, present, roster, roster_less_abstainers, roster_less_recused, categories
#   classes          the minimum of each class of organizations, each judged alone
#   approving        the positions that count as approval; supporting: those that count for minimum_support
#   minimum_support  how many must support at least, in each class where there are classes
#   needs_outside_support  the authors' own support is not enough
#   quorum           share (of the roster) or count of positions returned
#   abstention       limit on abstentions among the positions returned: "< 3/10" less than
#   opposition       limit on objections: "1/4" at most, 2 a count
#   blocking         one objection blocks
#   dissent          one sustained objection leaves the decision to the chair
#   balance          limit on each interest category's share of the roster
#   vacancy          a listed interest category without a member blocks
#   issues           an open issue blocks, and the chair's written determination is needed
#   leave_out        positions not counted: abstentions, unreasoned_objections
#   open_days        whole days that the call must have been open, unless everybody answered; judged when it closes
#
# Only presets have title, sources, labels (which words may stand beside the outcome), balance_decides and
# assumes: what is said when a charter leaves a parameter at the value written here.

[majority-cast]
title = "Majority of the positions cast"
sources = ["Robert's Rules of Order (roberts-rules.com, part 17): more than half of the votes cast, blanks ignored; a tie fails"]
minimum = "> 1/2"
base = "cast"

[majority-returned]
title = "Majority of the positions returned"
sources = ["IEEE Board of Governors ruling reported at suo.ieee.org, message 09270: abstentions stay in the base"]
minimum = "> 1/2"
base = "returned"

[majority-roster-less-abstainers]
title = "Majority of the roster, less those who abstain"
sources = ["Defined here, for charters that measure against the whole roster without making an abstention a no"]
minimum = "> 1/2"
base = "roster_less_abstainers"

[two-thirds-cast]
title = "Two thirds of the positions cast"
sources = ["Robert's Rules of Order Newly Revised, section 44: two thirds of the votes cast"]
minimum = "2/3"
base = "cast"

[two-thirds-present]
title = "Two thirds of those present"
sources = ["Robert's Rules of Order Newly Revised, section 44: two thirds of the members present"]
minimum = "2/3"
base = "present"

[two-thirds-roster]
title = "Two thirds of the roster"
sources = ["Robert's Rules of Order Newly Revised, section 44: two thirds of the entire membership"]
minimum = "2/3"
base = "roster"

[iso-dual]
title = "ISO: two thirds of the P-members, at most a quarter of all against"
sources = ["ISO/IEC Directives, Part 1, 2.6.3"]
labels = "consensus"
base = "cast"
classes = { P = "2/3" }
opposition = "1/4"
leave_out = ["abstentions", "unreasoned_objections"]

[iesg]
title = "IESG: standards track"
sources = [
    "IETF Datatracker, needed_ballot_positions: two thirds of the members who are not recused",
    "IETF wiki, InfoExpProcedures: at least one Yes and no Discuss",
]
minimum = "2/3"
base = "roster_less_recused"
approving = ["endorse", "support", "accept"]
supporting = ["endorse", "support"]
minimum_support = 1
blocking = true

[iesg-alternate]
title = "IESG: alternate procedure"
sources = ["IESG statement in ietf@ietf.org, message 29470: two thirds say Yes and at most two say No"]
minimum = "2/3"
base = "roster_less_recused"
approving = ["endorse", "support"]
opposition = 2

[ca-browser-forum]
title = "CA/Browser Forum: issuers and consumers, each by itself"
sources = ["CA/Browser Forum, Bylaws 2.3(f) and (g), as applied to ballots SC31, SC54 and SC62"]
base = "cast"
classes = { issuer = "2/3", consumer = "> 1/2" }
minimum_support = 1
quorum = "> 1/2"
assumes = { quorum = "The rule names no quorum, so more than half of the roster is used" }

[ieee-sa]
title = "IEEE Standards Association: 75 % return, under 30 % abstention, 75 % approval"
sources = ["IEEE Standards Association, Balloting the Standard (standards.ieee.org)"]
minimum = "3/4"
base = "cast"
quorum = "3/4"
abstention = "< 3/10"
assumes = { base = "The source can be read two ways; approval is measured against the positions cast" }

[w3c]
title = "W3C: consensus"
sources = ["W3C Process Document, on consensus: a sustained objection is dissent; the charter may set a minimum of support"]
labels = "w3c"
minimum = "1/2"
base = "roster"
dissent = true
assumes = { minimum = "The rule names no minimum, so half of the roster is used" }

[w3c-short-circuit]
title = "W3C: short circuit, four fifths of the roster and nobody against"
sources = ["W3C Process Document, on closing a review early; that it was open long enough is judged by whoever closes it"]
minimum = "4/5"
base = "roster"
opposition = 0
open_days = 14

[rough-consensus]
title = "Rough consensus"
sources = ["RFC 2418, 3.3", "RFC 7282, sections 3, 6 and 7"]
labels = "consensus"
issues = true
minimum_support = 1
needs_outside_support = true

[interest-unanimity]
title = "Every interest concurs"
sources = ["5 U.S.C. 562(2): unanimous concurrence among the interests represented"]
labels = "consensus"
minimum = "1/1"
base = "categories"
vacancy = true

[balance-third]
title = "Balance: no interest above one third"
sources = ["IEEE Standards Association, balance of balloting groups", "42 U.S.C. 5403(a)(3): three equal thirds"]
balance = "1/3"
balance_decides = true

[balance-half]
title = "Balance: no interest above one half"
sources = ["IEEE Standards Association, earlier page on the balance of balloting groups"]
balance = "1/2"
balance_decides = true
"""
)
_OF_PRESETS_ALONE = {"title", "sources", "labels", "balance_decides", "assumes"}
_OWN_TITLE = "A rule of the charter's own"


def preset(given: object) -> Rule:
    """The rule behind a preset's name or an object of the rule language; RuleError says what is wrong with it."""
    if isinstance(given, str):
        return _from_preset(given, {})
    if not isinstance(given, dict):
        raise RuleError(f"The rule must be the name of a preset or an object, not {shown(given)}.")
    parameters = {key: value for key, value in given.items() if key != "preset"}
    if "preset" in given:
        return _from_preset(given["preset"], parameters)
    return _checked(Rule(title=_OWN_TITLE, **_read_parameters(parameters)))


def _from_preset(name: object, parameters: Mapping[str, object]) -> Rule:
    if not isinstance(name, str) or name not in PRESETS:
        raise RuleError(f"The rule {shown(name)} is unknown; the presets are {', '.join(PRESETS)}.")
    written = PRESETS[name]
    language = {key: value for key, value in written.items() if key not in _OF_PRESETS_ALONE}
    rule = Rule(
        name=name,
        title=written["title"],
        sources=tuple(written["sources"]),
        assumed=tuple(said for key, said in written.get("assumes", {}).items() if key not in parameters),
        labels=Labels(written.get("labels", Labels.NONE)),
        balance_decides=written.get("balance_decides", False),
        **_read_parameters({**language, **parameters}),
    )
    return _checked(rule)


def _read_parameters(parameters: Mapping[str, object]) -> dict[str, Any]:
    for parameter in parameters:
        if parameter not in _PARAMETERS:
            raise RuleError(f"The rule language has no {shown(parameter)}; it has {', '.join(_PARAMETERS)}.")
    return {parameter: _PARAMETERS[parameter](parameter, value) for parameter, value in parameters.items()}


def _checked(rule: Rule) -> Rule:
    if rule.minimum is None and not (rule.classes or rule.issues or rule.balance_decides):
        raise RuleError('The rule says nothing that could adopt a text: it needs a "minimum", "classes" or "issues".')
    if rule.base is Base.CATEGORIES and rule.classes:
        raise RuleError("A rule that counts interest categories cannot judge classes of organizations as well.")
    return rule


def _flag(parameter: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise RuleError(f'The rule\'s "{parameter}" must be true or false, not {shown(value)}.')
    return value


def _number(parameter: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise RuleError(f'The rule\'s "{parameter}" must be a whole number, not {shown(value)}.')
    return int(read_minimum(parameter, value).amount)


def _classes(parameter: str, value: object) -> tuple[tuple[str, Measure], ...]:
    if not isinstance(value, dict) or not value or EVERYONE in value:
        raise RuleError(f'The rule\'s "{parameter}" must give each class its minimum, not {shown(value)}.')
    return tuple((str(name), read_minimum(f"{parameter}.{name}", minimum)) for name, minimum in value.items())


def _one_of(kind: type[StrEnum]) -> Callable[[str, object], StrEnum]:
    def read(parameter: str, value: object) -> StrEnum:
        if not isinstance(value, str) or value not in set(kind):
            raise RuleError(f'The rule\'s "{parameter}" must be one of {", ".join(kind)}, not {shown(value)}.')
        return kind(value)

    return read


def _some_of(kind: type[StrEnum]) -> Callable[[str, object], frozenset[StrEnum]]:
    def read(parameter: str, value: object) -> frozenset[StrEnum]:
        if not isinstance(value, list):
            raise RuleError(f'The rule\'s "{parameter}" must be a list, not {shown(value)}.')
        return frozenset(_one_of(kind)(parameter, item) for item in value)

    return read


_PARAMETERS: Mapping[str, Callable[[str, object], Any]] = {
    "minimum": read_minimum,
    "base": _one_of(Base),
    "classes": _classes,
    "approving": _some_of(Stance),
    "minimum_support": _number,
    "supporting": _some_of(Stance),
    "needs_outside_support": _flag,
    "quorum": read_minimum,
    "abstention": read_limit,
    "opposition": read_limit,
    "blocking": _flag,
    "dissent": _flag,
    "balance": read_limit,
    "vacancy": _flag,
    "issues": _flag,
    "leave_out": _some_of(LeftOut),
    "open_days": _number,
}


# --- policyhub/rulebook/ballot.py

_REQUIRED = ("rule", "roster", "positions")
_OPTIONAL = ("categories", "present", "withdrawn", "treatment", "authors", "issues", "determination")


class Treatment(StrEnum):
    """What becomes of organizations that withdrew: their positions stand as cast, or they leave every count."""

    COUNT_AS_CAST = "count_as_cast"
    EXCLUDE = "exclude"

    @property
    def other(self) -> Treatment:
        """The treatment that was not asked for."""
        return Treatment.EXCLUDE if self is Treatment.COUNT_AS_CAST else Treatment.COUNT_AS_CAST


class IssueStatus(StrEnum):
    """Whether an issue was met, answered with a reason, or neither."""

    OPEN = "open"
    ACCOMMODATED = "accommodated"
    ANSWERED = "answered"


@dataclass(frozen=True)
class Issue:
    """One issue raised against the text."""

    id: str
    status: IssueStatus

    @classmethod
    def from_json(cls, data: object) -> Issue:
        """The issue that one entry of a ballot's issues describes."""
        given = an_object(data, "An issue", required=["id", "status"], optional=[])
        identifier = a_name(given["id"], "The id of an issue")
        return cls(identifier, a_choice(given["status"], f"The status of issue {shown(identifier)}", IssueStatus))


@dataclass(frozen=True, kw_only=True)
class Ballot:
    """A rule, a roster, positions and what goes with them; one that contradicts itself raises BallotError."""

    rule: Rule
    roster: tuple[Seat, ...]
    positions: tuple[Position, ...]
    categories: tuple[str, ...] | None = None
    present: frozenset[str] | None = None
    withdrawn: frozenset[str] = frozenset()
    treatment: Treatment = Treatment.COUNT_AS_CAST
    authors: frozenset[str] = frozenset()
    issues: tuple[Issue, ...] = ()
    determination: str | None = None

    def __post_init__(self) -> None:
        for problem in _contradictions(self):
            raise BallotError(problem)

    @classmethod
    def from_text(cls, text: str) -> Ballot:
        """The ballot that a JSON text describes; RulebookError says what is wrong with it."""
        try:
            data = json.loads(text, object_pairs_hook=_without_repeated_keys)
        except BallotError:
            raise
        except (ValueError, RecursionError) as error:
            raise BallotError(f"The ballot is not JSON: {error}.") from None
        return cls.from_json(data)

    @classmethod
    def from_json(cls, data: object) -> Ballot:
        """The ballot in the shape of the `tally` command; RulebookError says what is wrong with it."""
        given = an_object(data, "The ballot", required=_REQUIRED, optional=_OPTIONAL)
        optional: dict[str, Any] = {key: _READERS[key](given[key]) for key in _READERS if given.get(key) is not None}
        return cls(
            rule=preset(given["rule"]),
            roster=tuple(Seat.from_json(item) for item in a_list(given["roster"], "The roster")),
            positions=tuple(Position.from_json(item) for item in a_list(given["positions"], "The positions")),
            **optional,
        )

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The voices of the roster, affiliates merged, withdrawn ones included."""
        return merge(
            self.roster,
            self.positions,
            withdrawn=self.withdrawn,
            present=self.present or (),
            authors=self.authors,
        )

    @cached_property
    def listed_categories(self) -> tuple[str, ...]:
        """The interest categories the charter lists, or else those of the groups in alphabetical order."""
        if self.categories is not None:
            return self.categories
        return tuple(sorted({group.category for group in self.groups if group.category is not None}))


_READERS: Mapping[str, Callable[[object], object]] = {
    "categories": lambda value: names(value, "the categories"),
    "present": lambda value: frozenset(names(value, "those present")),
    "withdrawn": lambda value: frozenset(names(value, "those withdrawn")),
    "treatment": lambda value: a_choice(value, "The treatment of those withdrawn", Treatment),
    "authors": lambda value: frozenset(names(value, "the authors")),
    "issues": lambda value: tuple(Issue.from_json(item) for item in a_list(value, "The issues")),
    "determination": lambda value: a_text(value, "The determination"),
}


def _without_repeated_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    for key, times in Counter(key for key, _ in pairs).items():
        if times > 1:
            raise BallotError(f"The ballot says {shown(key)} twice in one object.")
    return dict(pairs)


def _contradictions(ballot: Ballot) -> Iterable[str]:
    organizations = [seat.organization for seat in ballot.roster]
    yield from (f"{name} stands twice on the roster." for name in _twice(organizations))
    yield from _stray_organizations(ballot, set(organizations))
    voices = (position.organization for position in ballot.positions)
    yield from (f"There are two positions of {name}; only one can be counted." for name in _twice(voices))
    yield from (f"The issue {identifier} stands twice." for identifier in _twice(issue.id for issue in ballot.issues))
    yield from _category_problems(ballot)
    yield from _presence_problems(ballot)


def _twice(items: Iterable[str]) -> Iterable[str]:
    return (shown(item) for item, times in Counter(items).items() if times > 1)


def _stray_organizations(ballot: Ballot, organizations: set[str]) -> Iterable[str]:
    for position in ballot.positions:
        if position.organization not in organizations:
            yield f"There is a position of {shown(position.organization)}, which is not on the roster."
    for what, named in (("withdrawn", ballot.withdrawn), ("present", ballot.present), ("authors", ballot.authors)):
        for name in sorted((named or frozenset()) - organizations):
            yield f'"{what}" names {shown(name)}, which is not on the roster.'


def _category_problems(ballot: Ballot) -> Iterable[str]:
    if ballot.categories is not None:
        yield from (f"The category {name} is listed twice." for name in _twice(ballot.categories))
        for seat in ballot.roster:
            if seat.category is not None and seat.category not in ballot.categories:
                yield f"{shown(seat.organization)} is in the category {shown(seat.category)}, which is not listed."
    for group in ballot.groups:
        if group.category is None and ballot.rule.judges_categories:
            yield f"{shown(group.members[0])} has no category, and the rule judges categories."


def _presence_problems(ballot: Ballot) -> Iterable[str]:
    if ballot.rule.base is not Base.PRESENT:
        return
    if ballot.present is None:
        yield 'The rule is measured against those present, and the ballot does not say who is: it lacks "present".'
    for group in ballot.groups:
        if group.stance is not None and not group.is_present:
            yield f"There is a position of {shown(group.members[0])}, which is not present."


# --- policyhub/rulebook/judging.py

class Condition(StrEnum):
    """What a test is about, in the order in which tests are listed."""

    QUORUM = "quorum"
    ABSTENTION = "abstention"
    APPROVAL = "approval"
    OPPOSITION = "opposition"
    BLOCKING = "blocking"
    MINIMUM_SUPPORT = "minimum_support"
    BALANCE = "balance"
    VACANCY = "vacancy"
    ISSUES = "issues"


@dataclass(frozen=True)
class RuleTest:
    """One condition of a rule with its numbers, so that anyone can count again."""

    name: Condition
    scope: str
    base: int
    needed: int
    have: int
    passed: bool

    @property
    def share(self) -> str | None:
        """What was counted over what it was counted among, not reduced; None where there was nobody to count."""
        return f"{self.have}/{self.base}" if self.base else None

    def as_json(self) -> dict[str, Any]:
        """The test in the shape of the `tally` command."""
        return {
            "name": str(self.name),
            "scope": self.scope,
            "base": self.base,
            "needed": self.needed,
            "have": self.have,
            "share": self.share,
            "passed": self.passed,
        }


@dataclass(frozen=True)
class Roll:
    """The voices that count under one treatment of those who withdrew, and those whose seats are still taken."""

    ballot: Ballot
    treatment: Treatment

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The voices entitled to count."""
        if self.treatment is Treatment.EXCLUDE:
            return remaining(self.ballot.groups)
        return self.ballot.groups

    @cached_property
    def seated(self) -> tuple[Group, ...]:
        """The groups that did not withdraw: vacancy is judged on them whatever the treatment."""
        return remaining(self.ballot.groups)

    @cached_property
    def voices(self) -> tuple[Group, ...]:
        """The heads that the rule counts: groups, or interest categories; positions it leaves out are taken off."""
        rule = self.ballot.rule
        if rule.base is Base.CATEGORIES:
            return tuple(_as_voice(category, self.groups) for category in self.ballot.listed_categories)
        return tuple(group._replace(stance=None) if _is_left_out(group, rule) else group for group in self.groups)

    @property
    def vacant_categories(self) -> tuple[str, ...]:
        """The listed categories without anyone still at the table."""
        taken = {group.category for group in self.seated}
        return tuple(category for category in self.ballot.listed_categories if category not in taken)

    @property
    def dissenters(self) -> tuple[Group, ...]:
        """The voices that sustain an objection."""
        return tuple(voice for voice in self.voices if voice.stance is Stance.OBJECT and voice.is_sustained)


def remaining(groups: Sequence[Group]) -> tuple[Group, ...]:
    """The groups that did not withdraw."""
    return tuple(group for group in groups if not group.is_withdrawn)


def tests(roll: Roll) -> tuple[RuleTest, ...]:
    """Every test that the ballot's rule asks for, in the order of their names."""
    return (
        *_participation(roll),
        *_approval(roll),
        *_opposition(roll),
        *_minimum_support(roll),
        *_composition(roll),
        *_issues(roll),
    )


def balance_tests(groups: Sequence[Group], categories: Sequence[str], limit: Measure) -> Iterator[RuleTest]:
    """One test per category: its share of the groups keeps to the limit."""
    for category in categories:
        have = sum(group.category == category for group in groups)
        yield _limited(Condition.BALANCE, category, len(groups), limit, have)


def balance(
    roster: Sequence[Seat], categories: Sequence[str], limit: Measure, *, withdrawn: Collection[str] = ()
) -> tuple[RuleTest, ...]:
    """The balance of a roster less the withdrawn: one test per category, affiliates merged."""
    return tuple(balance_tests(remaining(merge(roster, withdrawn=withdrawn)), categories, limit))


def count(voices: Sequence[Group], stances: Collection[Stance | None]) -> int:
    """How many voices took one of the positions."""
    return sum(voice.stance in stances for voice in voices)


def returned(voices: Sequence[Group]) -> int:
    """How many voices returned a position; a recusal is none."""
    return sum(voice.stance is not None and voice.stance is not Stance.RECUSE for voice in voices)


def _participation(roll: Roll) -> Iterator[RuleTest]:
    rule, answers = roll.ballot.rule, returned(roll.groups)
    if rule.quorum is not None:
        needed = rule.quorum.least(len(roll.groups))
        yield RuleTest(Condition.QUORUM, EVERYONE, len(roll.groups), needed, answers, answers >= needed)
    if rule.abstention is not None:
        abstentions = count(roll.groups, {Stance.ABSTAIN})
        yield _limited(Condition.ABSTENTION, EVERYONE, answers, rule.abstention, abstentions)


def _approval(roll: Roll) -> Iterator[RuleTest]:
    rule = roll.ballot.rule
    everyone = () if rule.minimum is None else ((EVERYONE, rule.minimum),)
    for scope, minimum in (*everyone, *rule.classes):
        voices = _in_scope(roll.voices, scope)
        base, have = _base(rule.base, voices), count(voices, rule.approving)
        needed = minimum.least(base) if base else 0
        yield RuleTest(Condition.APPROVAL, scope, base, needed, have, base > 0 and have >= needed)


def _opposition(roll: Roll) -> Iterator[RuleTest]:
    rule = roll.ballot.rule
    base, objections = _base(rule.base, roll.voices), count(roll.voices, {Stance.OBJECT})
    if rule.opposition is not None:
        yield _limited(Condition.OPPOSITION, EVERYONE, base, rule.opposition, objections)
    if rule.blocking:
        yield _obstacles(Condition.BLOCKING, base, objections)


def _minimum_support(roll: Roll) -> Iterator[RuleTest]:
    rule = roll.ballot.rule
    if rule.minimum_support is None:
        return
    for scope in [name for name, _ in rule.classes] or [EVERYONE]:
        voices = _in_scope(roll.voices, scope)
        have = sum(
            voice.stance in rule.supporting and not (rule.needs_outside_support and voice.is_author) for voice in voices
        )
        base, needed = _base(rule.base, voices), rule.minimum_support
        yield RuleTest(Condition.MINIMUM_SUPPORT, scope, base, needed, have, have >= needed)


def _composition(roll: Roll) -> Iterator[RuleTest]:
    rule, categories = roll.ballot.rule, roll.ballot.listed_categories
    if rule.balance is not None:
        # Only a rule about balance itself looks at the whole roster too, to show what the withdrawal changed.
        groups = roll.groups if rule.balance_decides else roll.seated
        yield from balance_tests(groups, categories, rule.balance)
    if rule.vacancy:
        yield _obstacles(Condition.VACANCY, len(categories), len(roll.vacant_categories))


def _issues(roll: Roll) -> Iterator[RuleTest]:
    issues = roll.ballot.issues
    if roll.ballot.rule.issues:
        unsettled = sum(issue.status is IssueStatus.OPEN for issue in issues)
        yield _obstacles(Condition.ISSUES, len(issues), unsettled)


def _limited(name: Condition, scope: str, base: int, limit: Measure, have: int) -> RuleTest:
    largest = limit.most(base) if base else 0
    return RuleTest(name, scope, base, largest, have, base > 0 and have <= largest)


def _obstacles(name: Condition, base: int, found: int) -> RuleTest:
    return RuleTest(name, EVERYONE, base, 0, found, found == 0)


def _in_scope(voices: Sequence[Group], scope: str) -> tuple[Group, ...]:
    return tuple(voice for voice in voices if scope == EVERYONE or scope in voice.classes)


def _base(base: Base, voices: Sequence[Group]) -> int:
    match base:
        case Base.CAST:
            return count(voices, CAST)
        case Base.RETURNED:
            return returned(voices)
        case Base.PRESENT:
            return sum(voice.is_present for voice in voices)
        case Base.ROSTER | Base.CATEGORIES:
            return len(voices)
        case Base.ROSTER_LESS_ABSTAINERS:
            return len(voices) - count(voices, {Stance.ABSTAIN})
        case Base.ROSTER_LESS_RECUSED:
            return len(voices) - count(voices, {Stance.RECUSE})


def _is_left_out(group: Group, rule: Rule) -> bool:
    if group.stance is Stance.ABSTAIN:
        return LeftOut.ABSTENTIONS in rule.leave_out
    return group.stance is Stance.OBJECT and not group.has_reason and LeftOut.UNREASONED_OBJECTIONS in rule.leave_out


def _as_voice(category: str, groups: Sequence[Group]) -> Group:
    """The category as one voice: it concurs when one of its groups is for and none is against."""
    voices = [group for group in groups if group.category == category]
    stances = {group.stance for group in voices}
    stance = Stance.OBJECT if Stance.OBJECT in stances else Stance.SUPPORT if stances & FOR else None
    return Group(
        members=(category,),
        category=category,
        classes=frozenset(),
        stance=stance,
        is_sustained=any(group.is_sustained and group.stance is Stance.OBJECT for group in voices),
    )


# --- policyhub/rulebook/judgement.py

_TAKING_PART = {Condition.QUORUM, Condition.ABSTENTION}
_IN_THE_WAY = {Condition.BLOCKING, Condition.VACANCY, Condition.ISSUES}
_NEEDING_A_BASE = {Condition.APPROVAL, Condition.OPPOSITION}


class Verdict(StrEnum):
    """What a rule makes of a ballot; the first that applies."""

    NO_QUORUM = "no_quorum"
    BLOCKED = "blocked"
    CHAIR_DETERMINES = "chair_determines"
    NOT_ADOPTED = "not_adopted"
    ADOPTED = "adopted"


class Label(StrEnum):
    """The words that some rules put beside their outcome; computed, never typed."""

    CONSENSUS = "consensus"
    AGREED_BY_REMAINING_PARTICIPANTS = "agreed_by_remaining_participants"
    UNANIMITY = "unanimity"
    DISSENT = "dissent"
    INSUFFICIENT_SUPPORT = "insufficient_support"


@dataclass(frozen=True)
class Judgement:
    """What the rule makes of one roll. `alike` is a judgement of the same voices, so that nothing is counted twice."""

    roll: Roll
    alike: Judgement | None = None

    @property
    def rule(self) -> Rule:
        """The rule that judges."""
        return self.roll.ballot.rule

    @cached_property
    def tests(self) -> tuple[RuleTest, ...]:
        """Every test of the rule."""
        return tests(self.roll) if self.alike is None else self.alike.tests

    @cached_property
    def verdict(self) -> Verdict:
        """The first outcome that applies."""
        if self.alike is not None:
            return self.alike.verdict
        failed = {test.name for test in self.tests if not test.passed}
        if not self.rule.balance_decides:
            failed.discard(Condition.BALANCE)
        if failed & _TAKING_PART or self._lacks_a_base():
            return Verdict.NO_QUORUM
        if failed & _IN_THE_WAY:
            return Verdict.BLOCKED
        if self.is_dissent or self.lacks_determination:
            return Verdict.CHAIR_DETERMINES
        return Verdict.NOT_ADOPTED if failed else Verdict.ADOPTED

    @property
    def is_dissent(self) -> bool:
        """Whether the rule minds sustained objections and there is one."""
        return self.rule.dissent and bool(self.roll.dissenters)

    @property
    def lacks_determination(self) -> bool:
        """Whether the rule asks for the chair's written reasons and there are none."""
        return self.rule.issues and not (self.roll.ballot.determination or "").strip()

    @property
    def label(self) -> Label | None:
        """The word that the rule puts beside the outcome, if it has any."""
        match self.rule.labels:
            case Labels.W3C:
                return self._w3c_label()
            case Labels.CONSENSUS if self.verdict is Verdict.ADOPTED:
                is_whole = not self.roll.vacant_categories and not self.breaks_balance
                return Label.CONSENSUS if is_whole else Label.AGREED_BY_REMAINING_PARTICIPANTS
            case _:
                return None

    @property
    def breaks_balance(self) -> bool:
        """Whether a category exceeds the rule's limit on its share."""
        return any(test.name is Condition.BALANCE and not test.passed for test in self.tests)

    def _w3c_label(self) -> Label | None:
        if self.is_dissent:
            return Label.DISSENT
        approval = next(test for test in self.tests if test.name is Condition.APPROVAL)
        if not approval.passed:
            return Label.INSUFFICIENT_SUPPORT
        if self.verdict is not Verdict.ADOPTED:
            return None
        if approval.have == len(self.roll.groups):
            return Label.UNANIMITY
        return None if self.breaks_balance else Label.CONSENSUS

    def _lacks_a_base(self) -> bool:
        """Whether nobody was there to be counted; one class in which nobody cast fails by itself instead."""
        if self.rule.balance_decides and not self.roll.groups:
            return True
        return any(test.name in _NEEDING_A_BASE and test.scope == EVERYONE and not test.base for test in self.tests)


# --- policyhub/rulebook/counting.py

@dataclass(frozen=True)
class Counts:
    """How many groups took which side, as positioned."""

    in_favor: int
    against: int
    abstain: int
    defer: int
    recuse: int
    not_returned: int

    @property
    def answered(self) -> int:
        """How many said anything."""
        return self.in_favor + self.against + self.abstain + self.defer + self.recuse

    def as_json(self) -> dict[str, int]:
        """The counts in the shape of the `tally` command."""
        return {
            "for": self.in_favor,
            "against": self.against,
            "abstain": self.abstain,
            "defer": self.defer,
            "recuse": self.recuse,
            "not_returned": self.not_returned,
        }


@dataclass(frozen=True)
class Tallied:
    """A ballot counted: the judgement asked for, the other one for comparison, and how many took which side."""

    ballot: Ballot
    asked: Judgement
    other: Judgement

    @property
    def verdict(self) -> Verdict:
        """The outcome under the treatment asked for."""
        return self.asked.verdict

    @property
    def label(self) -> Label | None:
        """The word beside the outcome, if the rule has any."""
        return self.asked.label

    @property
    def tests(self) -> tuple[RuleTest, ...]:
        """Every test of the rule under the treatment asked for."""
        return self.asked.tests

    @property
    def depends_on_withdrawal(self) -> bool:
        """Whether the two treatments of those who withdrew lead to different outcomes."""
        return self.asked.verdict is not self.other.verdict

    @cached_property
    def counts(self) -> Counts:
        """The sides the groups took, those of the treatment asked for."""
        return counts_of(Roll(self.ballot, self.ballot.treatment).groups)

    def figures(self) -> dict[str, Any]:
        """The tally in the shape of the `tally` command, without its explanation."""
        return {
            "outcome": str(self.verdict),
            "label": None if self.label is None else str(self.label),
            "tests": [test.as_json() for test in self.tests],
            "counts": self.counts.as_json(),
            "other_treatment": {
                "treatment": str(self.other.roll.treatment),
                "outcome": str(self.other.verdict),
                "tests": [test.as_json() for test in self.other.tests],
            },
            "depends_on_withdrawal": self.depends_on_withdrawal,
        }


def counts_of(groups: Sequence[Group]) -> Counts:
    """The sides that these voices took."""
    return Counts(
        in_favor=count(groups, FOR),
        against=count(groups, {Stance.OBJECT}),
        abstain=count(groups, {Stance.ABSTAIN}),
        defer=count(groups, {Stance.DEFER}),
        recuse=count(groups, {Stance.RECUSE}),
        not_returned=count(groups, {None}),
    )


def count_ballot(ballot: Ballot) -> Tallied:
    """The ballot judged by its rule; a pure function of the ballot."""
    return Tallied(ballot, *judge(ballot))


def judge(ballot: Ballot) -> tuple[Judgement, Judgement]:
    """What the rule makes of the ballot under the treatment asked for, and under the other one."""
    # Balance is a property of who is at the table now; the whole roster is only ever the comparison.
    asked = Treatment.EXCLUDE if ballot.rule.balance_decides else ballot.treatment
    judged = Judgement(Roll(ballot, asked))
    # Where nobody withdrew, both treatments count the same voices.
    return judged, Judgement(Roll(ballot, asked.other), None if ballot.withdrawn else judged)


# --- policyhub/rulebook/asking.py

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


# --- policyhub/rulebook/straw.py

GENERAL = Fraction(3, 4)


POLL_RULE = (
    "A straw poll decides nothing. It is called general support, or general opposition, from three quarters of the "
    "voices that answered on; else it is mixed."
)


class Temperature(StrEnum):
    """What a straw poll found."""

    GENERAL_SUPPORT = "general_support"
    MIXED = "mixed"
    GENERAL_OPPOSITION = "general_opposition"
    NO_ANSWER = "no_answer"


_WORDS = {
    Temperature.GENERAL_SUPPORT: "General support",
    Temperature.MIXED: "Mixed",
    Temperature.GENERAL_OPPOSITION: "General opposition",
    Temperature.NO_ANSWER: "Nobody answered",
}


@dataclass(frozen=True)
class StrawPoll:
    """A straw poll taken: the voices counted, and those that would be left without who withdrew."""

    voices: tuple[Group, ...]
    treatment: Treatment

    @property
    def asked(self) -> Counts:
        """The sides under the treatment asked for."""
        return counts_of(self._counted(self.treatment))

    @property
    def other(self) -> Counts:
        """The sides under the other treatment."""
        return counts_of(self._counted(self.treatment.other))

    def _counted(self, treatment: Treatment) -> list[Group]:
        return [each for each in self.voices if treatment is Treatment.COUNT_AS_CAST or not each.is_withdrawn]

    def figures(self) -> dict[str, Any]:
        """The poll in the shape of the `tally` command, without an outcome: it has none."""
        label, other = temperature(self.asked), temperature(self.other)
        return {
            "outcome": None,
            "label": label.value,
            "tests": [],
            "counts": self.asked.as_json(),
            "other_treatment": {
                "treatment": self.treatment.other.value,
                "outcome": None,
                "label": other.value,
                "tests": [],
            },
            "depends_on_withdrawal": label is not other,
        }

    def as_json(self) -> dict[str, Any]:
        """The same with its explanation."""
        return {**self.figures(), "explanation": list(self.explanation())}

    def explanation(self) -> tuple[str, ...]:
        """The poll in plain sentences, its label first."""
        label, counts = temperature(self.asked), self.asked
        answered = counts.answered
        said = [
            f"{_WORDS[label]}. A straw poll decides nothing.",
            f"Of {counted(counts.answered + counts.not_returned, 'voice')} asked, {answered} answered: "
            f"{counts.in_favor} in favor, {counts.defer} undecided, {counts.against} against.",
        ]
        if answered:
            said.append(
                f"It is called general support, or general opposition, from {fraction(GENERAL)} of those that "
                f"answered on: here from {least(answered)} of {answered}."
            )
        if any(each.is_withdrawn for each in self.voices):
            other = _WORDS[temperature(self.other)].lower()
            without = "Without" if self.treatment is Treatment.COUNT_AS_CAST else "Counting"
            said.append(f"{without} those that withdrew it would be: {other}.")
        return tuple(said)


def straw_poll(
    roster: Sequence[Seat],
    positions: Collection[Position],
    *,
    withdrawn: Collection[str] = (),
    treatment: Treatment = Treatment.COUNT_AS_CAST,
) -> StrawPoll:
    """The poll of these voices; BallotError where related organizations took different positions."""
    return StrawPoll(merge(roster, positions, withdrawn=withdrawn), treatment)


def temperature(counts: Counts) -> Temperature:
    """The label of these sides."""
    if not counts.answered:
        return Temperature.NO_ANSWER
    if counts.in_favor >= least(counts.answered):
        return Temperature.GENERAL_SUPPORT
    return Temperature.GENERAL_OPPOSITION if counts.against >= least(counts.answered) else Temperature.MIXED


def least(answered: int) -> int:
    """The smallest number of voices that is general."""
    return -(-answered * GENERAL.numerator // GENERAL.denominator)


# --- policyhub/rulebook/usable.py

def classes_of(rule: Rule, category: str) -> frozenset[str]:
    """The rule's classes that an organization of this interest category is in: those called like its address."""
    return frozenset(name for name, _ in rule.classes if name.lower() == category)


def unusable(rule: Rule, categories: Collection[str]) -> str | None:
    """Why no call at a table of these interest categories could be decided by the rule, and what helps; or None."""
    if rule.base is Base.PRESENT:
        return (
            "This rule counts those present in a room, and a call is answered from anywhere: no call could be decided "
            "by it. Choose one that counts the positions cast, the positions returned or the whole roster."
        )
    if rule.balance_decides:
        return (
            "This rule judges who sits at the table and not what they say of a text. Set its share as the limit of "
            "balance, and choose a rule that counts positions."
        )
    if missing := [name for name, _ in rule.classes if name.lower() not in categories]:
        return (
            f"This rule judges each of its classes by itself, and no interest category is called "
            f"{listing([shown(name) for name in missing])}. List them as categories, or choose another rule."
        )
    return None


# --- policyhub/rulebook/binding.py

def with_balance(rule: str | dict[str, Any], balance: Mapping[str, int] | None) -> str | dict[str, Any]:
    """The rule with the limit of balance (`{"num", "den"}`) written in, where it has none of its own."""
    if balance is None or preset(rule).balance is not None:
        return rule
    written = {"preset": rule} if isinstance(rule, str) else rule
    return {**written, "balance": f"{balance['num']}/{balance['den']}"}


def judged_by_time(rule: Rule, tally: dict[str, Any], open_for: timedelta) -> dict[str, Any]:
    """The tally, not adopted where the rule asks for a time in which the call was neither open nor fully answered."""
    days, adopted = rule.open_days, str(Verdict.ADOPTED)
    if days is None or open_for >= timedelta(days=days) or not tally["counts"]["not_returned"]:
        return tally
    other, missed = tally["other_treatment"], str(Verdict.NOT_ADOPTED)
    if adopted not in {tally["outcome"], other["outcome"]}:
        return tally
    outcome, beside = (missed if each["outcome"] == adopted else each["outcome"] for each in (tally, other))
    said = (
        f"The rule asks that the call was open for {days} days or that everybody answered; neither is so, and "
        "therefore the text is not adopted."
    )
    explained = {"explanation": [said, *tally["explanation"][1:]]} if "explanation" in tally else {}
    return {
        **tally,
        **explained,
        "outcome": outcome,
        "label": None if outcome != tally["outcome"] else tally["label"],
        "other_treatment": {**other, "outcome": beside},
        "depends_on_withdrawal": outcome != beside,
    }


# --- policyhub/rulebook/voices.py

# An organization, and the one that it belongs to.
Link = tuple[str, str]


def voices_of(seated: Iterable[str], links: Collection[Link]) -> dict[str, str]:
    """For each organization at the table the one that its voice is named after: itself, where it stands alone.

    A voice is named after a member at the table that belongs to no other, and of several after the first by address.
    """
    names = list(seated)
    if not links:
        return {name: name for name in names}
    joined = _joined(links)
    belonging = {member for member, _ in links}
    first: dict[str, str] = {}
    for name in sorted(names, key=lambda name: (name in belonging, name)):
        first.setdefault(joined.get(name, name), name)
    return {name: first[joined.get(name, name)] for name in names}


def _joined(links: Collection[Link]) -> dict[str, str]:
    """For each linked organization one name that it shares with all it is linked to, however far."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while (above := parent.setdefault(name, name)) != name:
            parent[name] = name = parent[above]
        return name

    for member, other in links:
        parent[root(member)] = root(other)
    return {name: root(name) for name in list(parent)}


# --- policyhub/record/tree.py

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    """SHA-256 over 0x00 and the leaf's bytes."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256 over 0x01 and the two children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: enough to add leaves and to name the root, in log(size) hashes."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def add(self, hashed: bytes) -> None:
        """Append one leaf by its hash."""
        position, self.size = self.size, self.size + 1
        while position & 1:
            hashed = node_hash(self._peaks.pop(), hashed)
            position >>= 1
        self._peaks.append(hashed)

    def add_full(self, height: int, root: bytes) -> None:
        """Append a full subtree of `1 << height` leaves by its root; the size so far must be a multiple of that."""
        if self.size & ((1 << height) - 1):
            raise ValueError(f"a subtree of height {height} does not begin at {self.size}")
        position, self.size = self.size >> height, self.size + (1 << height)
        while position & 1:
            root = node_hash(self._peaks.pop(), root)
            position >>= 1
        self._peaks.append(root)

    def root(self) -> bytes:
        """The tree's root: 32 bytes; of no leaves, SHA-256 of nothing."""
        if not self._peaks:
            return EMPTY_ROOT
        root = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            root = node_hash(peak, root)
        return root


def root_of(hashes: Iterable[bytes]) -> bytes:
    """The root over leaf hashes in order."""
    frontier = Frontier()
    for hashed in hashes:
        frontier.add(hashed)
    return frontier.root()


def fold(hashes: Sequence[bytes]) -> bytes:
    """The root over neighbors whose number is a power of two."""
    while len(hashes) > 1:
        hashes = [node_hash(hashes[place], hashes[place + 1]) for place in range(0, len(hashes), 2)]
    return hashes[0]


# --- policyhub/record/proofs.py

Node = Callable[[int, int], bytes]
HASH_BYTES = 32


class ProofRefused(ValueError):
    """The proof does not show what it should; the message says in a few words why."""


def root_of_range(first: int, end: int, node: Node) -> bytes:
    """The root over the leaves `first` to `end - 1`, where `first` is a multiple of the range's next power of two."""
    count = end - first
    if count == 0:
        return EMPTY_ROOT
    level = count.bit_length() - 1
    if count == 1 << level:
        return node(level, first >> level)
    middle = first + _split(count)
    return node_hash(root_of_range(first, middle, node), root_of_range(middle, end, node))


def inclusion_proof(index: int, size: int, node: Node) -> list[bytes]:
    """The hashes that lead from the leaf at `index` to the root over `size` leaves; ValueError where there is none."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} is among {size}")
    path, first, end = [], 0, size
    while end - first > 1:
        middle = first + _split(end - first)
        if index < middle:
            path.append(root_of_range(middle, end, node))
            end = middle
        else:
            path.append(root_of_range(first, middle, node))
            first = middle
    return path[::-1]


def consistency_proof(old: int, new: int, node: Node) -> list[bytes]:
    """The hashes that show how the tree of `old` leaves is the beginning of the one of `new`."""
    if not 1 <= old <= new:
        raise ValueError(f"the tree of {new} leaves does not continue one of {old}")
    path, first, end, whole = [], 0, new, True
    while old != end:
        middle = first + _split(end - first)
        if old <= middle:
            path.append(root_of_range(middle, end, node))
            end = middle
        else:
            path.append(root_of_range(first, middle, node))
            first, whole = middle, False
    if not whole:
        path.append(root_of_range(first, end, node))
    return path[::-1]


def check_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Return when the leaf's hash stands at `index` under the root over `size` leaves; ProofRefused otherwise."""
    _check_hashes(leaf, root, *proof)
    if not 0 <= index < size:
        raise ProofRefused(f"there is no place {index} in a tree of {size}")
    place, last, hashed = index, size - 1, leaf
    for other in proof:
        if last == 0:
            raise ProofRefused("the proof has hashes left over")
        if place & 1 or place == last:
            hashed = node_hash(other, hashed)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            hashed = node_hash(hashed, other)
        place, last = place >> 1, last >> 1
    if last:
        raise ProofRefused("the proof ends too early")
    if hashed != root:
        raise ProofRefused("the proof leads to another root")


def check_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Return when the tree of `new` leaves begins with the one of `old`; ProofRefused otherwise."""
    _check_hashes(old_root, new_root, *proof)
    if not 1 <= old <= new:
        raise ProofRefused(f"a tree of {new} cannot continue one of {old}")
    if old == new:
        if proof:
            raise ProofRefused("equal sizes need no proof")
        if old_root != new_root:
            raise ProofRefused("equal sizes have different roots")
        return
    hashes = list(proof) if old & (old - 1) else [old_root, *proof]
    if not hashes:
        raise ProofRefused("the proof is empty")
    _climb(old - 1, new - 1, hashes, old_root, new_root)


def _climb(place: int, last: int, hashes: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    while place & 1:
        place, last = place >> 1, last >> 1
    older = newer = hashes[0]
    for other in hashes[1:]:
        if last == 0:
            raise ProofRefused("the proof has hashes left over")
        if place & 1 or place == last:
            older, newer = node_hash(other, older), node_hash(other, newer)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            newer = node_hash(newer, other)
        place, last = place >> 1, last >> 1
    if last:
        raise ProofRefused("the proof ends too early")
    if older != old_root:
        raise ProofRefused("the proof leads to another old root")
    if newer != new_root:
        raise ProofRefused("the proof leads to another new root")


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1


def _check_hashes(*hashes: bytes) -> None:
    if any(len(hashed) != HASH_BYTES for hashed in hashes):
        raise ProofRefused(f"a hash is not {HASH_BYTES} bytes long")


# --- policyhub/record/kinds.py

# The subject of what concerns the record as a whole.
LOG = "log"


class Kind(StrEnum):
    """The type of an entry, as `noun.verbed`."""

    OPERATOR_APPOINTED = "operator.appointed"
    CONVENING_ALLOWED = "convening.allowed"
    CONVENING_ENDED = "convening.ended"
    PROCESS_OPENED = "process.opened"
    PROCESS_TOLD = "process.told"
    PROCESS_CONCLUDED = "process.concluded"
    ORGANIZATION_REPORTED = "organization.reported"
    MEETING_REPORTED = "meeting.reported"
    CLAIM_RECORDED = "claim.recorded"
    ROLE_GRANTED = "role.granted"
    ROLE_ENDED = "role.ended"
    CHARTER_ADOPTED = "charter.adopted"
    CHARTER_PROPOSED = "charter.proposed"
    CHARTER_PROPOSAL_DROPPED = "charter.dropped"
    ORGANIZATION_INVITED = "organization.invited"
    ORGANIZATION_APPLIED = "organization.applied"
    ADMISSION_APPROVED = "admission.approved"
    ORGANIZATION_ADMITTED = "organization.admitted"
    ORGANIZATION_DECLINED = "organization.declined"
    ORGANIZATION_WITHDRAWN = "organization.withdrawn"
    WITHDRAWAL_ANNOUNCED = "withdrawal.announced"
    WITHDRAWAL_REVOKED = "withdrawal.revoked"
    GROUP_OPENED = "group.opened"
    GROUP_CLOSED = "group.closed"
    GROUP_JOINED = "group.joined"
    GROUP_REPORTED = "group.reported"
    PART_LEFT = "part.left"
    PART_RESUMED = "part.resumed"
    AFFILIATION_DECLARED = "affiliation.declared"
    AFFILIATION_FOUND = "affiliation.found"
    AFFILIATION_CONFIRMED = "affiliation.confirmed"
    AFFILIATION_ENDED = "affiliation.ended"
    PROFILE_DECLARED = "profile.declared"
    REPRESENTATIVE_NAMED = "representative.named"
    REPRESENTATIVE_ENDED = "representative.ended"
    POINT_ADDED = "point.added"
    REQUIREMENT_DECLARED = "requirement.declared"
    REQUIREMENT_LODGED = "requirement.lodged"
    REQUIREMENT_RELEASED = "requirement.released"
    REQUIREMENT_SPONSORED = "requirement.sponsored"
    REQUIREMENT_UNSPONSORED = "requirement.unsponsored"
    REQUIREMENT_DROPPED = "requirement.dropped"
    REQUIREMENT_LINKED = "requirement.linked"
    REQUIREMENT_UNLINKED = "requirement.unlinked"
    REQUIREMENT_MARKED = "requirement.marked"
    STATEMENT_PUBLISHED = "statement.published"
    STATEMENT_SIGNED = "statement.signed"
    STATEMENT_ANSWERED = "statement.answered"
    DOCUMENT_OPENED = "document.opened"
    VERSION_PUBLISHED = "version.published"
    COMMENT_MADE = "comment.made"
    COMMENT_ANSWERED = "comment.answered"
    MEETING_NOTICED = "meeting.noticed"
    AGENDA_PUBLISHED = "agenda.published"
    MEETING_OPENED = "meeting.opened"
    MEETING_RECESSED = "meeting.recessed"
    MEETING_RESUMED = "meeting.resumed"
    MEETING_ADJOURNED = "meeting.adjourned"
    MEETING_CLOSED = "meeting.closed"
    MEETING_CANCELLED = "meeting.cancelled"
    ATTENDANCE_RECORDED = "attendance.recorded"
    MINUTES_DRAFTED = "minutes.drafted"
    MINUTES_CIRCULATED = "minutes.circulated"
    CORRECTION_PROPOSED = "correction.proposed"
    CORRECTION_DECLINED = "correction.declined"
    MINUTES_CORRECTED = "minutes.corrected"
    MINUTES_APPROVED = "minutes.approved"
    MINUTES_PUBLISHED = "minutes.published"
    CALL_OPENED = "call.opened"
    CALL_SUSPENDED = "call.suspended"
    CALL_RESUMED = "call.resumed"
    CALL_VOIDED = "call.voided"
    CALL_CLOSED = "call.closed"
    CALL_DETERMINED = "call.determined"
    POSITION_CAST = "position.cast"
    POSITION_SEALED = "position.sealed"
    POSITION_UNSEALED = "position.unsealed"
    POSITION_ENTERED = "position.entered"
    OBJECTION_ANSWERED = "objection.answered"
    OBJECTION_LIFTED = "objection.lifted"
    EDITION_PINNED = "edition.pinned"
    EDITION_PUBLISHED = "edition.published"
    KEY_ROTATED = "key.rotated"
    LOG_STARTED = "log.started"
    PERSON_ERASED = "person.erased"
    TEXT_REDACTED = "text.redacted"


# Why words are taken out of texts: they name a person who does not want it, or a law or a court asks for it.
REDACTION_REASONS = ("personal", "unlawful")

# What a version of the charter says.
CHARTER = frozenset(
    {
        "version",
        "scope_hash",
        "categories",
        "rule",
        "notice_days",
        "call_hours",
        "treatment",
        "balance",
        "chair_may_be_party",
        "two_persons_admit",
        "ballot_rule",
        "sealed_calls",
        "appeal_days",
    }
)
# What an organization says when it leaves the process, one text or one group.
LEAVING = frozenset(
    {
        "category",
        "scope",
        "effective_at",
        "permanent",
        "reason_hash",
        "return_condition_hash",
        "requirements",
        "claimed_on",
    }
)

FIELDS: dict[Kind, frozenset[str]] = {
    Kind.OPERATOR_APPOINTED: frozenset({"person"}),
    Kind.CONVENING_ALLOWED: frozenset({"person"}),
    Kind.CONVENING_ENDED: frozenset({"person"}),
    Kind.PROCESS_OPENED: frozenset({"title", "convener", "summary_hash", "timezone", "source_hash", "reported_by"}),
    Kind.PROCESS_TOLD: frozenset({"until"}),
    Kind.PROCESS_CONCLUDED: frozenset({"reason_hash"}),
    Kind.ORGANIZATION_REPORTED: frozenset({"name", "category", "category_name"}),
    Kind.MEETING_REPORTED: frozenset({"number", "title", "kind", "on", "sitting", "noticed_on", "note_hash"}),
    Kind.CLAIM_RECORDED: frozenset({"topic", "says_hash", "on", "mark"}),
    Kind.ROLE_GRANTED: frozenset({"role", "person"}),
    Kind.ROLE_ENDED: frozenset({"role", "person"}),
    Kind.CHARTER_ADOPTED: CHARTER,
    Kind.CHARTER_PROPOSED: CHARTER | {"reason_hash", "not_before"},
    Kind.CHARTER_PROPOSAL_DROPPED: frozenset({"version", "reason_hash"}),
    Kind.ORGANIZATION_INVITED: frozenset({"name", "category", "standing"}),
    Kind.ORGANIZATION_APPLIED: frozenset({"name", "category", "standing"}),
    Kind.ADMISSION_APPROVED: frozenset(),
    Kind.ORGANIZATION_ADMITTED: frozenset({"category", "standing"}),
    Kind.ORGANIZATION_DECLINED: frozenset({"reason_hash"}),
    Kind.ORGANIZATION_WITHDRAWN: LEAVING | {"statement"},
    Kind.WITHDRAWAL_ANNOUNCED: LEAVING | {"statement"},
    Kind.WITHDRAWAL_REVOKED: frozenset({"reason_hash"}),
    Kind.GROUP_OPENED: frozenset({"kind", "name", "purpose_hash"}),
    Kind.GROUP_CLOSED: frozenset({"reason_hash"}),
    Kind.GROUP_JOINED: frozenset(),
    Kind.GROUP_REPORTED: frozenset({"number", "document", "version", "text_hash", "report_hash"}),
    Kind.PART_LEFT: LEAVING,
    Kind.PART_RESUMED: frozenset({"scope"}),
    Kind.AFFILIATION_DECLARED: frozenset({"to", "to_name", "relation"}),
    Kind.AFFILIATION_FOUND: frozenset({"to", "to_name", "reason_hash"}),
    Kind.AFFILIATION_CONFIRMED: frozenset({"to", "reason_hash"}),
    Kind.AFFILIATION_ENDED: frozenset({"to", "reason_hash"}),
    Kind.PROFILE_DECLARED: frozenset({"about_hash", "funding_hash", "interests_hash"}),
    Kind.REPRESENTATIVE_NAMED: frozenset({"role", "person", "authority_hash", "ends_at"}),
    Kind.REPRESENTATIVE_ENDED: frozenset({"role", "person"}),
    Kind.POINT_ADDED: frozenset({"proposition"}),
    Kind.REQUIREMENT_DECLARED: frozenset({"point", "holds", "importance", "otherwise_leaves", "text_hash"}),
    Kind.REQUIREMENT_LODGED: frozenset({"commitment"}),
    Kind.REQUIREMENT_RELEASED: frozenset({"opening"}),
    Kind.REQUIREMENT_SPONSORED: frozenset(),
    Kind.REQUIREMENT_UNSPONSORED: frozenset(),
    Kind.REQUIREMENT_DROPPED: frozenset({"reason_hash"}),
    Kind.REQUIREMENT_LINKED: frozenset({"document", "clause"}),
    Kind.REQUIREMENT_UNLINKED: frozenset({"document", "clause"}),
    Kind.REQUIREMENT_MARKED: frozenset({"document", "version", "text_hash", "mark", "note_hash"}),
    Kind.STATEMENT_PUBLISHED: frozenset({"kind", "about", "title", "text_hash", "signatories", "effective_at"}),
    Kind.STATEMENT_SIGNED: frozenset({"text_hash", "signed_at"}),
    Kind.STATEMENT_ANSWERED: frozenset({"answer", "reason_hash"}),
    Kind.DOCUMENT_OPENED: frozenset({"title", "owner", "group"}),
    Kind.VERSION_PUBLISHED: frozenset({"version", "text_hash", "clauses", "note_hash"}),
    Kind.COMMENT_MADE: frozenset(
        {"document", "version", "clause", "clause_hash", "type", "text_hash", "proposed_hash"}
    ),
    Kind.COMMENT_ANSWERED: frozenset({"disposition", "reason_hash"}),
    Kind.MEETING_NOTICED: frozenset(
        {"kind", "title", "starts_at", "ends_at", "timezone", "notice_hash", "days_ahead", "days_required", "group"}
    ),
    Kind.AGENDA_PUBLISHED: frozenset({"items_hash", "items"}),
    Kind.MEETING_OPENED: frozenset({"presiding", "secretary"}),
    Kind.MEETING_RECESSED: frozenset({"reason_hash"}),
    Kind.MEETING_RESUMED: frozenset(),
    Kind.MEETING_ADJOURNED: frozenset(),
    Kind.MEETING_CLOSED: frozenset(),
    Kind.MEETING_CANCELLED: frozenset({"reason_hash"}),
    Kind.ATTENDANCE_RECORDED: frozenset({"organization", "event", "occurred_at"}),
    Kind.MINUTES_DRAFTED: frozenset({"version", "text_hash"}),
    Kind.MINUTES_CIRCULATED: frozenset({"version", "text_hash", "corrections_until", "reason_hash"}),
    Kind.CORRECTION_PROPOSED: frozenset({"number", "what_hash", "why_hash"}),
    Kind.CORRECTION_DECLINED: frozenset({"number", "reason_hash"}),
    Kind.MINUTES_CORRECTED: frozenset({"version", "text_hash", "previous_hash", "reason_hash"}),
    Kind.MINUTES_APPROVED: frozenset({"version", "text_hash", "approved_by"}),
    Kind.MINUTES_PUBLISHED: frozenset({"version", "text_hash"}),
    Kind.CALL_OPENED: frozenset(
        {
            "asking",
            "question",
            "options",
            "document",
            "version",
            "clause",
            "text_hash",
            "rule",
            "sealed",
            "treatment",
            "roll_hash",
            "roll_size",
            "opens_at",
            "closes_at",
            "repeats",
            "recirculates",
            "reason_hash",
        }
    ),
    Kind.CALL_SUSPENDED: frozenset({"reason", "version", "reason_hash"}),
    Kind.CALL_RESUMED: frozenset({"reason_hash"}),
    Kind.CALL_VOIDED: frozenset({"reason_hash"}),
    Kind.CALL_CLOSED: frozenset({"positions", "roll_hash", "counts", "outcome", "label", "depends_on_withdrawal"}),
    Kind.CALL_DETERMINED: frozenset({"outcome", "label", "designation", "reasons_hash", "objections"}),
    Kind.POSITION_CAST: frozenset({"position", "text_hash", "reason_hash", "cure_hash", "replaces"}),
    Kind.POSITION_SEALED: frozenset({"commitment", "text_hash", "replaces"}),
    Kind.POSITION_UNSEALED: frozenset({"organization", "position", "reason_hash", "cure_hash", "salt"}),
    Kind.POSITION_ENTERED: frozenset(
        {
            "organization",
            "means",
            "note_hash",
            "position",
            "text_hash",
            "reason_hash",
            "cure_hash",
            "replaces",
        }
    ),
    Kind.OBJECTION_ANSWERED: frozenset({"accommodated", "reason_hash"}),
    Kind.OBJECTION_LIFTED: frozenset({"by"}),
    Kind.EDITION_PINNED: frozenset(
        {"document", "version", "against", "language", "text_hash", "size", "root", "engine", "template"}
    ),
    Kind.EDITION_PUBLISHED: frozenset({"document", "version", "number", "file_hash", "bytes"}),
    Kind.PERSON_ERASED: frozenset({"commitments"}),
    Kind.TEXT_REDACTED: frozenset({"text_hash", "replaced_hash", "reason"}),
    Kind.KEY_ROTATED: frozenset({"vkey", "previous", "signature", "until"}),
    Kind.LOG_STARTED: frozenset({"vkey", "previous", "checkpoint", "reason"}),
}


def misfits(kind: Kind, body: dict[str, object]) -> str | None:
    """What is wrong with a body's fields, or None when they are exactly those of the kind."""
    wanted, found = FIELDS[kind], frozenset(body)
    if missing := sorted(wanted - found):
        return f"{kind} lacks {', '.join(missing)}"
    if extra := sorted(found - wanted):
        return f"{kind} has no {', '.join(extra)}"
    return None


def find_kind(word: str) -> Kind | None:
    """The kind of that name, or None: an entry may have been written past the acts."""
    return next((kind for kind in Kind if kind == word), None)


# --- policyhub/record/commitments.py

PREFIX = b"policyhub/commit/v1\n"
# What is committed to must fit into the entry that reveals it, beside the entry's other parts.
MOST_REVEALED = 12_000
_COMMITMENT, _SALT = re.compile("commit:[0-9a-f]{64}"), re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class Commitment:
    """A commitment and what opens it: 32 bytes of salt and the payload's canonical bytes."""

    text: str
    salt: bytes
    payload: bytes


def commit(payload: dict[str, Any]) -> Commitment:
    """A fresh commitment to the payload; without salt and payload it tells nothing."""
    salt, data = os.urandom(32), canonical(payload)
    return Commitment(opened(salt, data), salt, data)


def opened(salt: bytes, payload: bytes) -> str:
    """The commitment that this salt and these canonical bytes open, `commit:` and 64 hexadecimal digits."""
    return f"commit:{hashlib.sha256(PREFIX + salt + payload).hexdigest()}"


def opening(salt: bytes, payload: bytes) -> dict[str, Any]:
    """What opens a commitment, as it stands in the body of an entry: the salt in hexadecimal digits, the payload."""
    return {"payload": parse(payload), "salt": salt.hex()}


def too_large_to_reveal(payload: dict[str, Any]) -> str | None:
    """Why no entry could hold this payload's opening, or None: what is committed to can always be revealed."""
    try:
        data = canonical({"body": {"opening": {"payload": payload}}})
    except NotCanonical as broken:
        return str(broken)
    if len(data) > MOST_REVEALED:
        return f"{len(data)} bytes are more than the {MOST_REVEALED} that an entry can reveal"
    return None


def check_revealed(commitment: object, salt: object, payload: object) -> str | None:
    """Why this salt and payload, as they stand in a leaf, do not open the commitment; None when they do."""
    if not isinstance(commitment, str) or not _COMMITMENT.fullmatch(commitment):
        return "the commitment is not `commit:` and 64 hexadecimal digits"
    if not isinstance(salt, str) or not _SALT.fullmatch(salt):
        return "the salt is not 64 hexadecimal digits"
    if not isinstance(payload, dict):
        return "the payload is not an object"
    try:
        data = canonical(payload)
    except NotCanonical as broken:
        return f"the payload is not canonical: {broken}"
    if opened(bytes.fromhex(salt), data) != commitment:
        return "the salt and the payload do not open the commitment"
    return None


# --- policyhub/record/replay/state.py

INVITED, APPLIED, ACTIVE, DECLINED, WITHDRAWN = "invited", "applied", "active", "declined", "withdrawn"
OPENED, SUSPENDED, CLOSED, DETERMINED, VOID = "opened", "suspended", "closed", "determined", "void"
STRAW_POLL, BALLOT = "straw_poll", "ballot"
RAISED, LIFTED = "raised", "withdrawn_by_holder"
ACCOMMODATED, NOT_ACCOMMODATED = "addressed_accommodated", "addressed_not_accommodated"
LEAD = "lead"
# Who says something for an organization; its observers come and read.
SPEAKING = {LEAD, "alternate"}
ARCHIVIST = "archivist"
# How a sentence begins that compares times.
BY_THE_CLOCK = "by the clock"


@dataclass(slots=True)
class Line:
    """One entry as the story reads it. Times are the strings of the leaf: their one form sorts as time does."""

    index: int
    kind: str
    subject: str
    process: str | None
    org: str | None
    role: str
    person: str | None
    body: dict[str, Any]
    at: str


@dataclass(slots=True)
class CharterHeld:
    """What a charter fixed for the calls and notices after it."""

    categories: tuple[str, ...]
    rule: Any
    treatment: str
    balance: Any
    notice_days: int
    call_hours: int
    two_persons_admit: bool
    ballot_rule: Any
    sealed_calls: bool
    appeal_days: int


@dataclass(slots=True, eq=False)
class SeatHeld:
    """One organization's seat, asked for or held; a return is another one."""

    category: str
    state: str
    has_vote: bool = True
    is_approved: bool = False
    left_at: str = ""
    leaves_at: str = ""
    points: set[int] = field(default_factory=set)

    def sits(self, at: str) -> bool:
        """Whether it is held then: an announced withdrawal has effect at its time, written down or not."""
        return self.state == ACTIVE and (not self.leaves_at or at < self.leaves_at)

    def left_by(self, at: str) -> bool:
        """Whether it was left before then, or announced to be."""
        return self.left_at < at if self.state == WITHDRAWN else bool(self.leaves_at) and self.leaves_at < at


@dataclass(slots=True)
class PositionHeld:
    """What an organization said last on a call; entered by the chair for it, or by itself."""

    stance: str
    index: int
    has_reason: bool
    is_entered: bool = False


@dataclass(slots=True)
class ObjectionHeld:
    """An objection, from being raised until its holder lifts it."""

    call: int
    holder: str
    words: tuple[str | None, str | None]
    state: str = RAISED


@dataclass(slots=True)
class CallHeld:
    """A call with everything that was bound when it opened."""

    number: int
    asking: str
    document: str
    version: int
    clause: str | None
    text_hash: str
    rule: Any
    sealed: bool
    treatment: str
    roll_hash: str
    opens_at: str
    closes_at: str
    roll: dict[str, SeatHeld]
    # The voice of each organization that shares one.
    voices: dict[str, str]
    categories: tuple[str, ...]
    options: frozenset[str]
    state: str = OPENED
    # What stopped it cannot be taken back: its text was changed.
    is_stopped: bool = False
    is_recirculated: bool = False
    positions: dict[str, PositionHeld] = field(default_factory=dict)
    # Of what was said under seal, by organization: the entry and its commitment.
    under_seal: dict[str, tuple[int, str]] = field(default_factory=dict)
    objections: dict[str, int] = field(default_factory=dict)

    @property
    def is_poll(self) -> bool:
        """Whether nothing is decided by it."""
        return self.asking == STRAW_POLL


@dataclass(slots=True)
class MeetingHeld:
    """A meeting, and who is in the room."""

    starts_at: str
    state: str = "noticed"
    opened_at: str = ""
    comings: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(slots=True)
class MinutesHeld:
    """The newest text of the minutes of a meeting, and the corrections that were proposed."""

    version: int = 0
    text_hash: str = ""
    state: str = "draft"
    is_certified: bool = False
    circulated_at: str = ""
    corrections_until: str = ""
    proposed: int = 0
    taken: int = 0
    declined: set[int] = field(default_factory=set)

    @property
    def waiting(self) -> int:
        """How many corrections have no answer."""
        return self.proposed - self.taken - len(self.declined)


@dataclass(slots=True)
class StatementHeld:
    """A published statement and who signed it."""

    kind: str
    text_hash: str
    signatories: int
    effective_at: str | None = None
    is_answered: bool = False
    signed: set[str] = field(default_factory=set)


@dataclass(slots=True)
class DocumentHeld:
    """A line of a text: the hash of each version, and for whom each was published."""

    process: str
    owner: str | None
    group: str | None = None
    hashes: list[str] = field(default_factory=list)
    publishers: list[str | None] = field(default_factory=list)
    editions: int = 0


@dataclass(slots=True)
class GroupHeld:
    """A group, who joined it, and how often it reported."""

    joined: set[str] = field(default_factory=set)
    is_open: bool = True
    reports: int = 0


@dataclass(slots=True)
class ProcessHeld:
    """A process and all that is numbered in it."""

    slug: str
    is_told: bool
    is_archive: bool = False
    is_concluded: bool = False
    reported_meetings: int = 0
    claims: int = 0
    staff: Counter[str] = field(default_factory=Counter)
    charter: CharterHeld | None = None
    charter_version: int = 1
    proposed: dict[str, Any] | None = None
    seats: dict[str, list[SeatHeld]] = field(default_factory=dict)
    mandates: Counter[tuple[str, str]] = field(default_factory=Counter)
    # When mandates end by themselves, by organization and mandate.
    ending: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    # Who stepped out of a text or a group, by its subject.
    out: dict[str, set[str]] = field(default_factory=dict)
    # Of each organization and the one that it belongs to, whether they have one voice; members keep their own.
    affiliations: dict[tuple[str, str], bool] = field(default_factory=dict)
    members: set[tuple[str, str]] = field(default_factory=set)
    points: int = 0
    # By subject: who joined a group, and whether it works still.
    groups: dict[str, GroupHeld] = field(default_factory=dict)
    requirements: dict[int, SeatHeld] = field(default_factory=dict)
    essential: set[int] = field(default_factory=set)
    point_of: dict[int, int] = field(default_factory=dict)
    lodged: dict[int, str] = field(default_factory=dict)
    dropped: set[int] = field(default_factory=set)
    sponsors: dict[int, set[str]] = field(default_factory=dict)
    links: set[tuple[int, str, str]] = field(default_factory=set)
    comments: list[bool] = field(default_factory=list)
    statements: dict[int, StatementHeld] = field(default_factory=dict)
    meetings: dict[int, MeetingHeld] = field(default_factory=dict)
    minutes: dict[int, MinutesHeld] = field(default_factory=dict)
    calls: dict[int, CallHeld] = field(default_factory=dict)
    # The same by subject: most entries are positions, and looking up theirs is half of reading them.
    call_about: dict[str, CallHeld] = field(default_factory=dict)
    objections: dict[int, ObjectionHeld] = field(default_factory=dict)

    def seat(self, organization: str | None) -> SeatHeld | None:
        """The newest seat of an organization, or None."""
        held = self.seats.get(organization or "")
        return held[-1] if held else None

    def is_in(self, organization: str | None, group: str) -> bool:
        """Whether an organization is in a group of this subject now."""
        held = self.groups.get(group)
        return held is not None and organization in held.joined and organization not in self.out.get(group, ())

    def forget_parts(self, organization: str) -> None:
        """Who left the process is in no group and out of no text: should it return, it returns to all."""
        for held in self.groups.values():
            held.joined.discard(organization)
        for out in self.out.values():
            out.discard(organization)

    def voice_links(self) -> list[tuple[str, str]]:
        """The pairs of organizations that have one voice now."""
        return [pair for pair, has_one_voice in self.affiliations.items() if has_one_voice]

    def roll(self, at: str, scope: str = "") -> dict[str, SeatHeld]:
        """Who sits at the table with a vote then, with the seat, but for those who stepped out of this scope."""
        out = self.out.get(scope, ())
        last = ((name, held[-1]) for name, held in self.seats.items())
        return {name: seat for name, seat in last if seat.has_vote and seat.sits(at) and name not in out}


@dataclass
class StoryHeld:
    """Everything told so far. `expected` are the entries that must come next: one act wrote them together."""

    processes: dict[str, ProcessHeld] = field(default_factory=dict)
    documents: dict[str, DocumentHeld] = field(default_factory=dict)
    editions: dict[str, tuple[str, int, int]] = field(default_factory=dict)
    operators: int = 0
    conveners: int = 0
    key: str = ""
    expected: deque[tuple[str, str]] = field(default_factory=deque)


# Yields what cannot be; an entry in which nothing is wrong is taken into the story at the end.
StoryRule = Callable[[StoryHeld, ProcessHeld, Line], Iterator[str]]


def numbered(line: Line, noun: str) -> int:
    """The number in a subject such as `call/process/3`; 0 when the subject is not one of the noun in the process."""
    head = f"{noun}/{line.process}/"
    number = line.subject[len(head) :]
    return int(number) if line.subject.startswith(head) and number.isdecimal() else 0


def not_next(line: Line, noun: str, held: int) -> Iterator[str]:
    """Whatever is numbered in a process is numbered 1, 2, 3 …"""
    if numbered(line, noun) != held + 1:
        yield f"its subject must be {noun}/{line.process}/{held + 1}"


def without_office(process: ProcessHeld, line: Line, *functions: str) -> Iterator[str]:
    """Who acts in a function acts for no organization, and somebody holds it then."""
    if line.role not in functions:
        yield f"a {line.role} cannot do this"
    if line.org is not None:
        yield f"a {line.role} acts for no organization"
    if not process.staff[line.role]:
        yield f"nobody was {line.role} of the process then"


def without_mandate(process: ProcessHeld, line: Line) -> Iterator[str]:
    """Who acts for an organization has a mandate that was given and has not ended."""
    if line.org is None:
        yield "it names no organization for which it was done"
    elif line.role not in SPEAKING or process.mandates[line.org, line.role] < 1:
        yield f"nobody was {line.role} representative of {line.org} then"


def without_seat(process: ProcessHeld, line: Line) -> Iterator[str]:
    """Who acts for an organization at the table has a mandate, and the organization a seat."""
    yield from without_mandate(process, line)
    seat = process.seat(line.org)
    if seat is None or not seat.sits(line.at):
        yield f"{line.org} did not sit at the table then"


def without_vote(process: ProcessHeld, line: Line) -> Iterator[str]:
    """Who acts for an organization with a vote has a mandate, and the organization a seat that has one."""
    yield from without_seat(process, line)
    seat = process.seat(line.org)
    if seat is not None and not seat.has_vote:
        yield f"{line.org} took part without a vote"


def without_archivist(process: ProcessHeld, line: Line, *, organization: str | None = None) -> Iterator[str]:
    """What others did is told by the archivist of an archive while its file is told, for nobody, with sources."""
    if (line.role, line.person, line.org) != (ARCHIVIST, None, organization) or not process.is_archive:
        yield "the archivist alone tells of this, for nobody, in an archive"
    if process.is_concluded or not process.is_told:
        yield "nothing more is told of this process"


def without_clock(line: Line) -> Iterator[str]:
    """What the clock does no person and no organization did."""
    if (line.role, line.org, line.person) != ("system", None, None):
        yield "the clock alone does this, for nobody"


def standing_of(process: ProcessHeld, call: CallHeld) -> dict[int, ObjectionHeld]:
    """The objections on a call that their holders have not lifted, by number."""
    held = {number: process.objections[number] for number in sorted(call.objections.values())}
    return {number: each for number, each in held.items() if each.state != LIFTED}


# --- policyhub/record/replay/table.py

# What stands in every body beside what its kind says.
BESIDE = {"process", "told_at", "reported"}
FUNCTIONS = {"convener", "chair", "secretary", "editor", "facilitator"}
MANDATES = {"lead", "alternate", "observer"}
VOTING = "voting"
STANDINGS = {VOTING, "observer", "liaison"}


def operator_appointed(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """Somebody operates the installation, and may convene."""
    if (line.subject, line.role, line.org) != ("site", "operator", None):
        yield "an operator is appointed to the site, by themself"
    story.operators += 1
    story.conveners += 1


def convening_allowed(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The operator lets somebody open processes."""
    yield from _without_operator(story, line)
    story.conveners += 1


def convening_ended(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The operator ends what was allowed."""
    yield from _without_operator(story, line)
    if story.conveners < 1:
        yield "nobody was allowed to convene"
    story.conveners -= 1


def _without_operator(story: StoryHeld, line: Line) -> Iterator[str]:
    if (line.subject, line.role, line.org) != ("site", "operator", None):
        yield "the operator alone says who may convene"
    if not story.operators:
        yield "there was no operator then"


def process_opened(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """A process begins with its convener. One that is told from a file needs nobody's leave."""
    process.is_archive = line.body["reported_by"] is not None
    opener = (ARCHIVIST, None) if process.is_archive else ("convener", line.person)
    if (line.role, line.person, line.org) != (*opener, None) or line.subject != f"process/{line.process}":
        yield "a process is opened by its convener, an archive by the archivist"
    if process.is_archive and line.body["source_hash"] is None:
        yield "an archive is told from a file"
    if line.process in story.processes:
        yield f"{line.subject} was opened before"
    if line.body["source_hash"] is None and story.conveners < 1:
        yield "nobody was allowed to convene then"
    process.staff["convener"] = 0 if process.is_archive else 1
    story.processes[process.slug] = process


def process_told(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The file has been told; the process goes on live."""
    yield from without_clock(line)
    if line.body["until"] != line.at:
        yield f"{BY_THE_CLOCK} the told part ends at another time than it says"
    process.is_told = False


def role_granted(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The convener gives somebody a function."""
    yield from without_office(process, line, "convener")
    if line.body["role"] not in FUNCTIONS:
        yield f"there is no function {line.body['role']}"
    process.staff[line.body["role"]] += 1


def role_ended(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """A function ends; a process is never without a convener."""
    yield from without_office(process, line, "convener")
    function = line.body["role"]
    if process.staff[function] <= (function == "convener"):
        yield f"nobody was {function} whose function could end"
    process.staff[function] -= 1


def charter_adopted(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The rules come before substance, once, with a chair to apply them."""
    yield from without_office(process, line, "convener", "chair")
    body = line.body
    yield from _other_version_of_charter(process, line)
    if not process.staff["chair"]:
        yield "no chair was named then"
    try:
        preset(body["rule"])
        counted = preset(body["ballot_rule"] or body["rule"])
        treatment = Treatment(body["treatment"])
        categories = tuple(each["slug"] for each in body["categories"])
    except (RuleError, ValueError, KeyError, TypeError) as error:
        yield f"the charter cannot be applied: {error}"
        return
    if body["ballot_rule"] is not None and leaves_to_chair(counted):
        yield "a ballot is counted, and its rule leaves the outcome to the chair"
    if not categories or len(set(categories)) != len(categories):
        yield "the charter lists no interest category, or one twice"
    process.charter = CharterHeld(
        categories,
        body["rule"],
        treatment,
        body["balance"],
        body["notice_days"],
        body["call_hours"],
        body["two_persons_admit"],
        body["ballot_rule"],
        body["sealed_calls"],
        body["appeal_days"],
    )


def _other_version_of_charter(process: ProcessHeld, line: Line) -> Iterator[str]:
    """The first version is adopted once; a later one as it was noticed, after as many days as were asked."""
    if process.charter is None:
        if line.body["version"] != 1:
            yield "the first charter is version 1"
        return
    noticed, process.proposed = process.proposed, None
    said = {name: value for name, value in line.body.items() if name not in BESIDE}
    if noticed is None or said != {name: noticed[name] for name in said}:
        yield "the charter was adopted before, and nobody had notice of this version"
    elif line.at < noticed["not_before"]:
        yield f"{BY_THE_CLOCK} it could be adopted from {noticed['not_before']} on"


def charter_proposed(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """Everybody has notice of the next version, as many days ahead as the charter asks."""
    yield from without_office(process, line, "convener", "chair")
    charter, body = process.charter, line.body
    if charter is None or process.proposed is not None:
        yield "there was no charter to amend, or another version was proposed already"
        return
    process.charter_version += 1
    if body["version"] != process.charter_version:
        yield f"the next version is {process.charter_version}"
    if body["not_before"] < str(moment(parse_moment(line.at) + timedelta(days=charter.notice_days))):
        yield f"{BY_THE_CLOCK} the charter asks for {charter.notice_days} days of notice"
    if tuple(each["slug"] for each in body["categories"])[: len(charter.categories)] != charter.categories:
        yield "a category that the charter lists was dropped"
    process.proposed = body


def charter_dropped(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """What was proposed is dropped, with a reason."""
    yield from without_office(process, line, "convener", "chair")
    if process.proposed is None or line.body["version"] != process.proposed["version"]:
        yield "no such version was proposed"
    process.charter_version -= 1
    process.proposed = None


def organization_invited(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The convener asks an organization to the table; its lead is named with it."""
    yield from without_office(process, line, "convener")
    yield from _without_place(process, line)
    _ask_for_seat(story, process, line, INVITED)


def organization_applied(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """An organization asks for a seat; its lead is named with it."""
    if line.role != LEAD or line.subject != f"organization/{line.org}":
        yield "an organization applies by its own lead"
    yield from _without_place(process, line)
    _ask_for_seat(story, process, line, APPLIED)


def _without_place(process: ProcessHeld, line: Line) -> Iterator[str]:
    if process.charter is None:
        yield "no charter said then who sits at the table"
    elif line.body["category"] not in process.charter.categories:
        yield f"the charter lists no interest category {line.body['category']}"
    if line.body["standing"] not in STANDINGS:
        yield f"nobody takes part as {line.body['standing']}"
    seat = process.seat(_organization(line))
    if seat is not None and seat.state in {INVITED, APPLIED, ACTIVE}:
        yield f"{line.subject} sat at the table, or waited for an answer, already"


def _ask_for_seat(story: StoryHeld, process: ProcessHeld, line: Line, state: str) -> None:
    has_vote = line.body["standing"] == VOTING
    process.seats.setdefault(_organization(line), []).append(SeatHeld(line.body["category"], state, has_vote))
    story.expected.append(("representative.named", line.subject))


def organization_admitted(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The invited lead accepts, or the convener admits who applied."""
    seat = process.seat(_organization(line))
    if line.role == LEAD:
        yield from without_mandate(process, line)
    else:
        yield from without_office(process, line, "convener")
    wanted = INVITED if line.role == LEAD else APPLIED
    if seat is None or seat.state != wanted or line.org not in {None, _organization(line)}:
        yield f"{line.subject} was not {wanted} then"
        return
    if seat.category != line.body["category"]:
        yield f"{line.subject} asked for a seat in the category {seat.category}"
    if seat.has_vote != (line.body["standing"] == VOTING):
        yield f"{line.subject} asked for another standing"
    if process.charter is not None and process.charter.two_persons_admit and not seat.is_approved:
        yield f"no second person had approved the seat of {line.subject}"
    seat.state = ACTIVE


def admission_approved(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """Where two admit, the chair or the secretary approves who waits for a seat, once."""
    yield from without_office(process, line, "chair", "secretary")
    if process.charter is None or not process.charter.two_persons_admit:
        yield "by the charter the convener alone admits organizations"
    seat = process.seat(_organization(line))
    if seat is None or seat.state not in {INVITED, APPLIED} or seat.is_approved:
        yield f"{line.subject} did not wait for an approval"
        return
    seat.is_approved = True


def organization_declined(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The convener declines who asked, with a reason."""
    yield from without_office(process, line, "convener")
    seat = process.seat(_organization(line))
    if seat is None or seat.state not in {INVITED, APPLIED}:
        yield f"{line.subject} did not wait for an answer"
        return
    seat.state = DECLINED


def representative_named(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The lead, or for an invitation the convener, says who speaks for an organization."""
    organization, mandate = _organization(line), line.body["role"]
    seat = process.seat(organization)
    if seat is None or mandate not in MANDATES:
        yield f"{line.subject} had no seat to speak for, or {mandate} is no mandate"
    if line.role == "convener":
        yield from without_office(process, line, "convener")
        if mandate != LEAD or (seat is not None and seat.state != INVITED):
            yield "the convener names nobody but the lead whom an invitation reaches"
    elif seat is None or seat.state != APPLIED or process.mandates[organization, LEAD]:
        yield from without_mandate(process, line)
    if line.role != "convener" and (line.role, line.org) != (LEAD, organization):
        yield "the lead names who speaks for an organization"
    if (ends_at := line.body["ends_at"]) is not None:
        if mandate == LEAD or ends_at <= line.at or process.is_told:
            yield f"{BY_THE_CLOCK} such a mandate does not end by itself then"
        process.ending.setdefault((organization, mandate), []).append(ends_at)
    process.mandates[organization, mandate] += 1


def representative_ended(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """A mandate ends, by the lead or as it was said to; an organization at the table keeps a lead."""
    organization, mandate = _organization(line), line.body["role"]
    if line.role == "system":
        yield from without_clock(line)
        yield from _not_over(process, line, organization, mandate)
    elif line.role == "convener":
        yield from without_office(process, line, "convener")
    else:
        yield from without_mandate(process, line)
        if (line.role, line.org) != (LEAD, organization):
            yield "the lead ends the mandates of an organization"
    if process.mandates[organization, mandate] <= (mandate == LEAD):
        yield f"nobody was {mandate} representative of {organization} whose mandate could end"
    process.mandates[organization, mandate] -= 1


def _not_over(process: ProcessHeld, line: Line, organization: str, mandate: str) -> Iterator[str]:
    ends = process.ending.get((organization, mandate), [])
    over = min((each for each in ends if each <= line.at), default=None)
    if over is None:
        yield f"{BY_THE_CLOCK} no mandate of {organization} as {mandate} was over"
    else:
        ends.remove(over)


def point_added(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """A proposition joins the process's list."""
    yield from not_next(line, "point", process.points)
    if line.role == "representative":
        if line.org is None or (seat := process.seat(line.org)) is None or not seat.sits(line.at):
            yield f"{line.org} did not sit at the table then"
        elif not seat.has_vote:
            yield f"{line.org} took part without a vote"
    elif not process.staff["convener"] and not process.staff["chair"]:
        yield "nobody was convener or chair then"
    process.points += 1


def key_rotated(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The operator announces the key that signs from now on; the one before goes on beside it for a time."""
    if (line.subject, line.role, line.org) != (LOG, "operator", None) or not story.operators:
        yield "the operator alone announces another key"
    if line.body["previous"] == line.body["vkey"] or story.key not in {"", line.body["previous"]}:
        yield "it hands over from a key that was not the newest"
    if line.body["until"] <= line.at:
        yield f"{BY_THE_CLOCK} the key before goes on for no time"
    story.key = line.body["vkey"]


def log_started(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The operator says that nobody can hand over: another key signs the same entries, or what is left of them."""
    if (line.subject, line.role, line.org) != (LOG, "operator", None) or not story.operators:
        yield "the operator alone starts the record anew"
    if (problem := start_problem(line.body)) is not None:
        yield problem
    elif line.body["reason"] == KEY_LOST and signed_last(line.body).checkpoint.size > line.index:
        yield "the key is said to be lost, but so are entries that it signed"
    story.key = line.body["vkey"]


def person_erased(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """Somebody, or the operator for them, is erased: the commitments that meant them open no more."""
    if line.subject != LOG or line.org is not None or line.role not in {"operator", "person"}:
        yield "a person erases themself, or the operator does at their request"
    if any(not each.startswith("commit:") for each in line.body["commitments"]):
        yield "it names what is no commitment"


def _organization(line: Line) -> str:
    return line.subject.removeprefix("organization/")


TABLE_RULES: dict[str, StoryRule] = {
    "operator.appointed": operator_appointed,
    "convening.allowed": convening_allowed,
    "convening.ended": convening_ended,
    "process.opened": process_opened,
    "process.told": process_told,
    "role.granted": role_granted,
    "role.ended": role_ended,
    "charter.adopted": charter_adopted,
    "charter.proposed": charter_proposed,
    "charter.dropped": charter_dropped,
    "organization.invited": organization_invited,
    "organization.applied": organization_applied,
    "admission.approved": admission_approved,
    "organization.admitted": organization_admitted,
    "organization.declined": organization_declined,
    "representative.named": representative_named,
    "representative.ended": representative_ended,
    "point.added": point_added,
    "key.rotated": key_rotated,
    "log.started": log_started,
    "person.erased": person_erased,
}


# --- policyhub/record/replay/texts.py

def document_opened(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The editor opens the process's own line, an organization a competing one."""
    number = line.body["group"]
    group = f"group/{process.slug}/{number}" if number is not None else None
    if group is not None and group not in process.groups:
        yield f"the process has no {group}"
    yield from _without_pen(process, line, line.body["owner"], group)
    slug = line.subject.removeprefix("document/")
    if slug in story.documents or slug == line.subject:
        yield f"{line.subject} was opened before"
    story.documents[slug] = DocumentHeld(process.slug, line.body["owner"], group)


def version_published(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The line's owner publishes the next version, which differs from the one before."""
    document = story.documents.get(line.subject.removeprefix("document/"))
    if document is None or document.process != process.slug:
        yield f"{line.subject} was not opened in the process"
        return
    yield from _without_pen(process, line, document.owner, document.group)
    number, hashed = line.body["version"], line.body["text_hash"]
    if number != len(document.hashes) + 1:
        yield f"it must be version {len(document.hashes) + 1}"
    if document.hashes and document.hashes[-1] == hashed:
        yield "it is the same text as the version before"
    document.hashes.append(hashed)
    document.publishers.append(line.org)


def _without_pen(process: ProcessHeld, line: Line, owner: str | None, group: str | None) -> Iterator[str]:
    if group is not None:
        held = process.groups.get(group)
        if owner is not None or held is None or not held.is_open:
            yield "an open group has no other owner"
        if line.org is not None and not process.is_in(line.org, group):
            yield f"{line.org} is not in {group}"
    elif owner != line.org:
        yield "a line is written by its owner"
    if line.org is None:
        yield from without_office(process, line, "editor")
    else:
        yield from without_vote(process, line)


def _other_version(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The version that an entry names is one of the process's, with this text where it states the text."""
    document = story.documents.get(line.body["document"])
    number = line.body["version"]
    if document is None or document.process != process.slug or not 1 <= number <= len(document.hashes):
        yield f"there was no version {number} of {line.body['document']} in the process"


def _other_text(story: StoryHeld, line: Line) -> Iterator[str]:
    if story.documents[line.body["document"]].hashes[line.body["version"] - 1] != line.body["text_hash"]:
        yield f"version {line.body['version']} of {line.body['document']} has another hash"


def comment_made(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """Somebody of the public, or an organization at the table, comments on a clause of a version."""
    yield from not_next(line, "comment", len(process.comments))
    yield from _other_version(story, process, line)
    if line.role == "public":
        if line.org is not None:
            yield "one of the public speaks for no organization"
    else:
        yield from without_seat(process, line)
    process.comments.append(False)


def comment_answered(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The editor or the chair answers a comment once."""
    yield from without_office(process, line, "editor", "chair")
    number = numbered(line, "comment")
    if not 1 <= number <= len(process.comments):
        yield f"{line.subject} was not made"
        return
    if process.comments[number - 1]:
        yield f"{line.subject} had its answer"
    process.comments[number - 1] = True


def requirement_marked(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The holder alone says of a version whether its minimum is met."""
    yield from without_mandate(process, line)
    seat = process.requirements.get(numbered(line, "requirement"))
    if seat is None or not seat.sits(line.at) or process.seat(line.org) is not seat:
        yield f"{line.org} did not hold {line.subject} at the table then"
    if numbered(line, "requirement") in process.lodged or numbered(line, "requirement") in process.dropped:
        yield f"{line.subject} is kept back, or was dropped"
    for problem in _other_version(story, process, line):
        yield problem
        return
    yield from _other_text(story, line)


def edition_pinned(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The convener or the chair orders an edition of a version, as the record stood."""
    yield from without_office(process, line, "convener", "chair")
    for problem in _other_version(story, process, line):
        yield problem
        return
    yield from _other_text(story, line)
    document, body = story.documents[line.body["document"]], line.body
    against = body["against"]
    if against is not None and (against == body["version"] or not 1 <= against <= len(document.hashes)):
        yield f"it cannot be compared with version {against}"
    if body["size"] > line.index:
        yield "it was pinned to more of the record than there was"
    document.editions += 1
    story.editions[line.subject] = (body["document"], body["version"], document.editions)


def edition_published(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """What was pinned is rendered, once."""
    yield from without_clock(line)
    said = line.body["document"], line.body["version"], line.body["number"]
    if story.editions.pop(line.subject, None) != said:
        yield "no edition like this was ordered and is still to come"


def text_redacted(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The operator has words taken out of a text that entries name; the subject is what the first of them was about."""
    if (line.role, line.org) != ("operator", None) or not story.operators:
        yield "the operator alone has texts redacted"
    text, replaced, reason = line.body["text_hash"], line.body["replaced_hash"], line.body["reason"]
    if not _is_hash(text) or not (replaced is None or _is_hash(replaced)) or text == replaced:
        yield "it does not name one text and another one in its place, or none"
    if reason not in REDACTION_REASONS:
        yield f"a text is not redacted because of {reason}"


def _is_hash(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch("sha256:[0-9a-f]{64}", value) is not None


TEXT_RULES: dict[str, StoryRule] = {
    "document.opened": document_opened,
    "version.published": version_published,
    "comment.made": comment_made,
    "comment.answered": comment_answered,
    "requirement.marked": requirement_marked,
    "edition.pinned": edition_pinned,
    "edition.published": edition_published,
    "text.redacted": text_redacted,
}


# --- policyhub/record/replay/archives.py

MARKS = {"confirmed", "partly", "disputed"}
SITTINGS = {"held", "cancelled", "unheard_of"}


def organization_reported(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """An organization is said to have taken part, once."""
    yield from without_archivist(process, line)
    name = line.subject.removeprefix("organization/")
    if process.seat(name) is not None:
        yield f"{line.subject} was reported before"
    process.seats.setdefault(name, []).append(SeatHeld(line.body["category"], ACTIVE))


def meeting_reported(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """A meeting of others is listed with whether it was held, in a row of numbers."""
    yield from without_archivist(process, line)
    body = line.body
    if body["number"] != process.reported_meetings + 1 or body["sitting"] not in SITTINGS:
        yield f"it must be meeting {process.reported_meetings + 1}, held or not"
    if body["noticed_on"] is not None and body["noticed_on"] > body["on"]:
        yield "it was noticed after it was held"
    process.reported_meetings += 1


def claim_recorded(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """What sources say is put beside what others say."""
    yield from without_archivist(process, line)
    yield from not_next(line, "claim", process.claims)
    if line.body["mark"] not in MARKS:
        yield f"{line.body['mark']} is no mark of a claim"
    process.claims += 1


def process_concluded(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """An archive is concluded where its process stood: without a charter."""
    yield from without_archivist(process, line)
    if process.charter is not None:
        yield "a process with a charter is concluded by its own people"
    process.is_concluded = True


ARCHIVE_RULES: dict[str, StoryRule] = {
    "organization.reported": organization_reported,
    "meeting.reported": meeting_reported,
    "claim.recorded": claim_recorded,
    "process.concluded": process_concluded,
}


# --- policyhub/record/replay/belonging.py

RELATED, MEMBER = "related", "member"


def affiliation_declared(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The lead says whom the organization belongs to; that gives one voice only once it is confirmed."""
    yield from _without_own_lead(process, line)
    yield from _listed_already(process, line)
    if line.body["relation"] not in {RELATED, MEMBER}:
        yield f"there is no relation {line.body['relation']}"
    process.affiliations[_pair(line)] = False
    if line.body["relation"] == MEMBER:
        process.members.add(_pair(line))


def affiliation_found(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The convener finds with a reason that two have one voice."""
    yield from without_office(process, line, "convener")
    yield from _listed_already(process, line)
    yield from _without_open_seat(process, line)
    if line.body["reason_hash"] is None:
        yield "the convener says why two have one voice"
    process.affiliations[_pair(line)] = True


def affiliation_confirmed(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The other one's lead agrees, or the convener finds it so with a reason."""
    pair = _pair(line)
    if line.role == LEAD:
        yield from without_seat(process, line)
        if line.org != pair[1]:
            yield f"{pair[1]} alone says that {pair[0]} belongs to it, or the convener does"
    else:
        yield from without_office(process, line, "convener")
        if line.body["reason_hash"] is None:
            yield "the convener says why two have one voice"
    if process.affiliations.get(pair) is not False or pair in process.members:
        yield f"nothing was declared of {' and '.join(pair)} that waits to be confirmed"
    process.affiliations[pair] = True


def affiliation_ended(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The convener parts two, with a reason; what gives no one voice its own lead ends too."""
    pair = _pair(line)
    if pair not in process.affiliations:
        yield f"{' and '.join(pair)} were not listed as belonging together"
        return
    if line.role == LEAD:
        yield from without_seat(process, line)
        if line.org != pair[0] or process.affiliations[pair]:
            yield "the convener alone parts what has one voice"
    else:
        yield from without_office(process, line, "convener")
    del process.affiliations[pair]
    process.members.discard(pair)


def profile_declared(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The lead says what the organization is, who funds it and what it has at stake."""
    yield from _without_own_lead(process, line)
    if not any(line.body[name] for name in ("about_hash", "funding_hash", "interests_hash")):
        yield "it declares nothing"


def _pair(line: Line) -> tuple[str, str]:
    return line.subject.removeprefix("organization/"), line.body["to"]


def _listed_already(process: ProcessHeld, line: Line) -> Iterator[str]:
    pair = _pair(line)
    if pair in process.affiliations or pair[0] == pair[1]:
        yield f"{' and '.join(pair)} were listed already, or are one"


def _without_own_lead(process: ProcessHeld, line: Line) -> Iterator[str]:
    yield from without_mandate(process, line)
    yield from _without_open_seat(process, line)
    if line.role != LEAD or line.subject != f"organization/{line.org}":
        yield "an organization declares this of itself, by its lead"


def _without_open_seat(process: ProcessHeld, line: Line) -> Iterator[str]:
    seat = process.seat(line.subject.removeprefix("organization/"))
    if seat is None or not (seat.state in {INVITED, APPLIED} or seat.sits(line.at)):
        yield f"{line.subject} held no seat then, and asked for none"


BELONGING_RULES: dict[str, StoryRule] = {
    "affiliation.declared": affiliation_declared,
    "affiliation.found": affiliation_found,
    "affiliation.confirmed": affiliation_confirmed,
    "affiliation.ended": affiliation_ended,
    "profile.declared": profile_declared,
}


# --- policyhub/record/replay/groups.py

KINDS = {"working", "drafting"}


def group_opened(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The chair or the convener opens a group, once there is a table."""
    yield from not_next(line, "group", len(process.groups))
    yield from without_office(process, line, "chair", "convener")
    if process.charter is None or line.body["kind"] not in KINDS:
        yield f"no charter was adopted, or {line.body['kind']} is no kind of group"
    process.groups[line.subject] = GroupHeld()


def group_closed(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The chair or the convener closes it, once, with a reason."""
    yield from without_office(process, line, "chair", "convener")
    held = process.groups.get(line.subject)
    if held is None or not held.is_open or line.body["reason_hash"] is None:
        yield f"{line.subject} was not open, or nobody says why it closes"
        return
    held.is_open = False


def group_joined(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """An organization at the table joins once."""
    yield from without_seat(process, line)
    held = process.groups.get(line.subject)
    if held is None or not held.is_open or line.org in held.joined:
        yield f"{line.subject} was not open, or {line.org} had joined it"
        return
    held.joined.add(line.org or "")


def group_reported(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The chair or the convener tells all what an open group came to, with a version that it wrote."""
    yield from without_office(process, line, "chair", "convener")
    held, body = process.groups.get(line.subject), line.body
    if held is None or not held.is_open:
        yield f"{line.subject} was not open"
        return
    held.reports += 1
    if body["number"] != held.reports:
        yield f"it is report {held.reports}"
    if body["document"] is None:
        if body["version"] is not None or body["text_hash"] is not None:
            yield "it names a version of no text"
        return
    document = story.documents.get(body["document"])
    if document is None or document.group != line.subject:
        yield f"{line.subject} did not write {body['document']}"
    elif not 1 <= body["version"] <= len(document.hashes):
        yield f"there was no version {body['version']} of {body['document']}"
    elif document.hashes[body["version"] - 1] != body["text_hash"]:
        yield f"version {body['version']} of {body['document']} has another hash"


GROUP_RULES: dict[str, StoryRule] = {
    "group.opened": group_opened,
    "group.closed": group_closed,
    "group.joined": group_joined,
    "group.reported": group_reported,
}


# --- policyhub/record/replay/leaving.py

def organization_withdrawn(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """An organization leaves by its lead, or by the clock when it had announced it."""
    if line.role == "system":
        yield from without_clock(line)
        seat = process.seat(line.subject.removeprefix("organization/"))
        if seat is None or seat.state != ACTIVE or not seat.leaves_at:
            yield f"{line.subject} had not announced that it would leave"
            return
        if line.body["effective_at"] != seat.leaves_at or line.at < seat.leaves_at:
            yield f"{BY_THE_CLOCK} it leaves at {seat.leaves_at}"
    else:
        seat = process.seat(line.subject.removeprefix("organization/"))
        if line.role == ARCHIVIST:
            yield from without_archivist(process, line)
            if seat is None or seat.state != ACTIVE:
                yield f"{line.subject} was not reported, or had left"
        else:
            yield from without_seat(process, line)
            yield from _without_lead(process, line)
        if line.body["effective_at"] > line.at:
            yield f"{BY_THE_CLOCK} it has effect later than it was written"
    if seat is None:
        return
    yield from _other_terms(process, line, seat, "process")
    yield from _other_statement(process, line)
    seat.state, seat.left_at, seat.leaves_at = WITHDRAWN, line.body["effective_at"], ""
    process.forget_parts(line.subject.removeprefix("organization/"))


def withdrawal_announced(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """An organization says once by its lead that it will leave at a time to come."""
    yield from without_seat(process, line)
    yield from _without_lead(process, line)
    seat = process.seat(line.org)
    if seat is None:
        return
    yield from _other_terms(process, line, seat, "process")
    yield from _other_statement(process, line)
    if seat.leaves_at or process.is_told:
        yield f"{line.org} had announced it before, or the process was told from a file"
    if line.body["effective_at"] <= line.at:
        yield f"{BY_THE_CLOCK} it has effect at once, and is no announcement"
    seat.leaves_at = line.body["effective_at"]


def withdrawal_revoked(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """Until its time the lead takes an announced withdrawal back."""
    yield from without_seat(process, line)
    yield from _without_lead(process, line)
    seat = process.seat(line.org)
    if seat is None or not seat.leaves_at:
        yield f"{line.subject} had not announced that it would leave"
        return
    seat.leaves_at = ""


def part_left(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """An organization at the table steps out of one text or group of the process."""
    yield from without_seat(process, line)
    yield from _without_lead(process, line)
    scope, seat = line.body["scope"], process.seat(line.org)
    noun, _, rest = scope.partition("/")
    document = story.documents.get(rest) if noun == "document" else None
    is_here = process.is_in(line.org, scope) or (document is not None and document.process == process.slug)
    if line.org in process.out.get(scope, ()):
        yield f"{line.org} had stepped out of {scope} before"
    if not is_here or seat is None:
        yield f"the process has no {scope}, or {line.org} is not in it"
        return
    if line.body["effective_at"] > line.at:
        yield f"{BY_THE_CLOCK} it has effect later than it was written"
    yield from _other_terms(process, line, seat, scope)
    process.out.setdefault(scope, set()).add(line.org or "")


def part_resumed(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """An organization comes back to what it stepped out of."""
    yield from without_seat(process, line)
    yield from _without_lead(process, line)
    out = process.out.get(line.body["scope"], set())
    if line.org not in out:
        yield f"{line.org} had not stepped out of {line.body['scope']}"
    out.discard(line.org or "")


def _without_lead(process: ProcessHeld, line: Line) -> Iterator[str]:
    if line.role != LEAD or line.subject != f"organization/{line.org}" or process.seat(line.org) is None:
        yield "an organization leaves by its own lead"


def _other_terms(process: ProcessHeld, line: Line, seat: SeatHeld, scope: str) -> Iterator[str]:
    body, name = line.body, line.subject.removeprefix("organization/")
    if (body["category"], body["scope"]) != (seat.category, scope):
        yield f"{name} held a seat in the category {seat.category} of the process"
    if any(process.requirements.get(number) is not seat for number in body["requirements"]):
        yield f"it names a requirement that {name} did not declare"


def _other_statement(process: ProcessHeld, line: Line) -> Iterator[str]:
    number, name = line.body["statement"], line.subject.removeprefix("organization/")
    statement = process.statements.get(number) if number is not None else None
    if number is not None and (statement is None or statement.kind != "withdrawal" or name not in statement.signed):
        yield f"{name} did not sign a withdrawal of that number"


LEAVING_RULES: dict[str, StoryRule] = {
    "organization.withdrawn": organization_withdrawn,
    "withdrawal.announced": withdrawal_announced,
    "withdrawal.revoked": withdrawal_revoked,
    "part.left": part_left,
    "part.resumed": part_resumed,
}


# --- policyhub/record/replay/needs.py

IMPORTANCE = {"essential", "important"}


def requirement_declared(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """An organization at the table says once of a point what it needs."""
    yield from not_next(line, "requirement", len(process.requirements))
    yield from without_vote(process, line)
    seat = process.seat(line.org)
    if seat is not None:
        yield from _taken_in(process, line, seat, line.body)


def requirement_lodged(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """An organization at the table keeps back what it needs, under a commitment."""
    yield from not_next(line, "requirement", len(process.requirements))
    yield from without_vote(process, line)
    if not line.body["commitment"].startswith("commit:"):
        yield "it is no commitment"
    seat = process.seat(line.org)
    if seat is not None:
        number = numbered(line, "requirement")
        process.requirements[number] = seat
        process.lodged[number] = line.body["commitment"]


def requirement_released(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """What was kept back is told, and is what was committed to."""
    yield from _not_its_holder(process, line)
    number, opening = numbered(line, "requirement"), line.body["opening"]
    if number in process.dropped:
        yield f"{line.subject} was dropped before"
    problem = check_revealed(process.lodged.pop(number, None), opening["salt"], opening["payload"])
    if problem is not None:
        yield problem
        return
    yield from _taken_in(process, line, process.requirements[number], opening["payload"])


def requirement_dropped(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The holder needs it no longer, once, with a reason."""
    yield from _not_its_holder(process, line)
    number = numbered(line, "requirement")
    if number in process.dropped or line.body["reason_hash"] is None:
        yield f"{line.subject} was dropped before, or nobody says why"
    process.dropped.add(number)
    process.essential.discard(number)
    seat = process.requirements.get(number)
    if seat is not None:
        seat.points.discard(process.point_of.get(number, 0))


def requirement_sponsored(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """Another organization at the table stands behind it, or no longer does."""
    yield from without_vote(process, line)
    number = numbered(line, "requirement")
    if number not in process.requirements or process.requirements[number] is process.seat(line.org):
        yield f"{line.subject} was not declared by another organization"
    behind = process.sponsors.setdefault(number, set())
    if (line.org in behind) == (line.kind == "requirement.sponsored") or number in process.dropped:
        yield f"{line.org} stood behind {line.subject} already, or did not, or it was dropped"
    behind.symmetric_difference_update({line.org or ""})


def requirement_linked(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The holder says which clauses of the process's texts it is about, or no longer is."""
    yield from without_vote(process, line)
    yield from _not_its_holder(process, line)
    document = story.documents.get(line.body["document"])
    if document is None or document.process != process.slug:
        yield f"the process has no text {line.body['document']}"
    link = (numbered(line, "requirement"), line.body["document"], line.body["clause"])
    if (link in process.links) == (line.kind == "requirement.linked") or link[0] in process.lodged:
        yield f"{line.subject} was linked to it already, or was not, or is kept back"
    process.links.symmetric_difference_update({link})


def _not_its_holder(process: ProcessHeld, line: Line) -> Iterator[str]:
    yield from without_mandate(process, line)
    seat = process.requirements.get(numbered(line, "requirement"))
    if seat is None or seat not in process.seats.get(line.org or "", ()):
        yield f"{line.org} did not declare {line.subject}"


def _taken_in(process: ProcessHeld, line: Line, seat: SeatHeld, said: dict[str, Any]) -> Iterator[str]:
    number, point = numbered(line, "requirement"), said["point"]
    if not 1 <= point <= process.points:
        yield f"there was no point {point}"
        return
    if point in seat.points or said["importance"] not in IMPORTANCE:
        yield f"{line.org} declared a requirement on point {point} before, or of a weight that none has"
        return
    seat.points.add(point)
    process.point_of[number] = point
    process.requirements[number] = seat
    if said["importance"] == "essential":
        process.essential.add(number)


NEED_RULES: dict[str, StoryRule] = {
    "requirement.declared": requirement_declared,
    "requirement.lodged": requirement_lodged,
    "requirement.released": requirement_released,
    "requirement.dropped": requirement_dropped,
    "requirement.sponsored": requirement_sponsored,
    "requirement.unsponsored": requirement_sponsored,
    "requirement.linked": requirement_linked,
    "requirement.unlinked": requirement_linked,
}


# --- policyhub/record/replay/statements.py

# Who signs for an organization that takes no part.
SIGNATORY = "signatory"
# What organizations that left, or never sat, may stand under; what asks for an answer; every kind; every answer.
OPEN_KINDS = {"joint", "minority", "complaint"}
ANSWERED_KINDS = {"complaint", "scope_request", "parking"}
STATEMENT_KINDS = {"withdrawal"} | OPEN_KINDS | ANSWERED_KINDS
ANSWERS = {"granted", "granted_in_part", "refused"}


def statement_published(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The lead of who began it publishes a statement, with as many signatures as it says."""
    number, body = numbered(line, "statement"), line.body
    if line.role == ARCHIVIST:
        yield from without_archivist(process, line)
    else:
        yield from without_voice(process, line, body["kind"])
    yield from _other_matter(story, process, body)
    if number < 1 or number in process.statements or line.role not in {LEAD, ARCHIVIST}:
        yield f"{line.subject} was published before, or not by a lead"
    if body["signatories"] < 1:
        yield "nobody signed it"
    process.statements[number] = StatementHeld(
        body["kind"], body["text_hash"], body["signatories"], body["effective_at"]
    )
    story.expected.extend([("statement.signed", line.subject)] * body["signatories"])


def statement_signed(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """An organization stands under a statement, once, by its lead or from outside; who leaves by it leaves next."""
    statement = process.statements.get(numbered(line, "statement"))
    if statement is None or line.org is None or line.role not in {LEAD, SIGNATORY, ARCHIVIST}:
        yield f"{line.subject} was not published, or is not signed by a lead"
        return
    if line.role == ARCHIVIST:
        yield from without_archivist(process, line, organization=line.org)
    elif line.role == LEAD:
        yield from without_voice(process, line, statement.kind)
    elif statement.kind not in OPEN_KINDS or process.seat(line.org) is not None:
        yield f"{line.org} has a place in the process, or none but those at the table sign this"
    if line.org in statement.signed or len(statement.signed) == statement.signatories:
        yield f"{line.org} signed it before, or more sign than it says"
    if line.body["text_hash"] != statement.text_hash:
        yield "another text was signed than the one published"
    if line.body["signed_at"] > line.at:
        yield f"{BY_THE_CLOCK} it was signed after it was published"
    statement.signed.add(line.org)
    if statement.kind == "withdrawal":
        later = statement.effective_at is not None and statement.effective_at > line.at
        kind = "withdrawal.announced" if later else "organization.withdrawn"
        story.expected.append((kind, f"organization/{line.org}"))


def statement_answered(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The chair or the convener answers once what asks for an answer."""
    yield from without_office(process, line, "chair", "convener")
    statement = process.statements.get(numbered(line, "statement"))
    if statement is None or statement.kind not in ANSWERED_KINDS or statement.is_answered:
        yield f"{line.subject} asked for nothing, or had its answer"
        return
    if line.body["answer"] not in ANSWERS or line.body["reason_hash"] is None:
        yield "an answer grants or refuses, with a reason"
    statement.is_answered = True


def without_voice(process: ProcessHeld, line: Line, kind: str) -> Iterator[str]:
    """Who stands under a statement of this kind sits at the table; a dissent also who sat there."""
    yield from without_mandate(process, line)
    seat = process.seat(line.org)
    if kind not in STATEMENT_KINDS:
        yield f"{kind} is no kind of statement"
    if seat is None or not (seat.sits(line.at) or (seat.state in {ACTIVE, WITHDRAWN} and kind in OPEN_KINDS)):
        yield f"{line.org} did not sit at the table then"


def _other_matter(story: StoryHeld, process: ProcessHeld, body: dict[str, Any]) -> Iterator[str]:
    """A minority may name a call of the process, a proposal to park names a clause of one of its texts."""
    noun, _, rest = (body["about"] or "").partition("/")
    slug, _, last = rest.rpartition("/")
    if noun == "call" and body["kind"] == "minority":
        fits = slug == process.slug and last.isdecimal() and int(last) in process.calls
    elif noun == "clause" and body["kind"] == "parking":
        fits = (found := story.documents.get(slug)) is not None and found.process == process.slug
    else:
        fits = not noun and body["kind"] != "parking"
    if not fits:
        yield f"a statement of this kind is not about {body['about'] or 'nothing'}"


STATEMENT_RULES: dict[str, StoryRule] = {
    "statement.published": statement_published,
    "statement.signed": statement_signed,
    "statement.answered": statement_answered,
}


# --- policyhub/record/replay/rooms.py

MEETING_STEPS = {
    "agenda.published": ({"noticed"}, "agenda_published", ("convener", "chair")),
    "meeting.opened": ({"noticed", "agenda_published"}, "in_session", ("chair",)),
    "meeting.recessed": ({"in_session"}, "recess", ("chair",)),
    "meeting.resumed": ({"recess"}, "in_session", ("chair",)),
    "meeting.adjourned": ({"in_session", "recess"}, "adjourned", ("chair",)),
    "meeting.cancelled": ({"noticed", "agenda_published"}, "cancelled", ("convener",)),
}
SITS_OR_SAT = {"in_session", "recess", "adjourned"}
OPENS_EARLY = timedelta(minutes=30)
# A date depends on the zone that it is taken in, which programs know differently well.
A_DAY_OR_SO = 2


def meeting_noticed(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The convener announces a meeting, and the notice says how many days ahead."""
    yield from not_next(line, "meeting", len(process.meetings))
    yield from without_office(process, line, "convener")
    body = line.body
    if body["ends_at"] <= body["starts_at"]:
        yield "the meeting would end before it starts"
    if body["group"] is not None and f"group/{process.slug}/{body['group']}" not in process.groups:
        yield f"the process has no group {body['group']}"
    if body["days_required"] != (process.charter.notice_days if process.charter else 0):
        yield "the charter asks for another number of days of notice"
    ahead = parse_moment(body["starts_at"]).date() - parse_moment(line.at).date()
    if abs(ahead.days - body["days_ahead"]) > A_DAY_OR_SO:
        yield f"{BY_THE_CLOCK} {body['days_ahead']} days do not lie between the notice and the meeting"
    process.meetings[numbered(line, "meeting")] = MeetingHeld(body["starts_at"])


def meeting_stepped(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """A meeting moves as meetings do: noticed, with an agenda, in session, in recess, adjourned; or cancelled."""
    states, state, functions = MEETING_STEPS[line.kind]
    yield from without_office(process, line, *functions)
    meeting = process.meetings.get(numbered(line, "meeting"))
    if meeting is None or meeting.state not in states:
        yield f"{line.subject} could not come to {state} then"
        return
    if line.kind == "meeting.opened":
        if parse_moment(line.at) < parse_moment(meeting.starts_at) - OPENS_EARLY:
            yield f"{BY_THE_CLOCK} it was opened long before the time in its notice"
        meeting.opened_at = line.at
    meeting.state = state


def meeting_closed(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The first draft of its minutes closes a meeting."""
    meeting = process.meetings.get(numbered(line, "meeting"))
    if meeting is None or meeting.state != "adjourned" or numbered(line, "meeting") not in process.minutes:
        yield f"{line.subject} was not adjourned, or its minutes were not drafted"
        return
    meeting.state = "closed"


def attendance_recorded(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """Who had a seat comes and goes in turn, while the meeting sits or until its minutes are drafted."""
    yield from without_office(process, line, "secretary", "chair")
    meeting = process.meetings.get(numbered(line, "meeting"))
    name, event, moment = line.body["organization"], line.body["event"], line.body["occurred_at"]
    if meeting is None or meeting.state not in SITS_OR_SAT:
        yield f"{line.subject} did not sit"
        return
    if not any(seat.state != DECLINED for seat in process.seats.get(name, ())):
        yield f"{name} held no seat in the process"
    before, then = meeting.comings.get(name, ("left", ""))
    if event == before or event not in {"arrived", "left"}:
        yield f"{name} had {before} already"
    if moment < then or moment > line.at:
        yield f"{BY_THE_CLOCK} the comings and goings of {name} are out of order"
    meeting.comings[name] = event, moment


def minutes_drafted(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The secretary's notes of an adjourned meeting; the first of them closes it."""
    yield from _without_secretary(process, line)
    number = numbered(line, "minutes")
    minutes, meeting = process.minutes.get(number), process.meetings.get(number)
    if minutes is None:
        if meeting is None or meeting.state != "adjourned":
            yield f"no meeting {number} was adjourned whose minutes could be drafted"
        minutes = MinutesHeld()
        story.expected.append(("meeting.closed", f"meeting/{line.process}/{number}"))
    elif minutes.state != "draft":
        yield f"the minutes were {minutes.state}: they change by corrections alone"
    yield from _not_the_next_text(minutes, line)
    process.minutes[number] = minutes


def minutes_circulated(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The table reads the draft as it stands, with a time for corrections."""
    yield from _without_secretary(process, line)
    minutes = process.minutes.get(numbered(line, "minutes"))
    if minutes is None or minutes.state != "draft":
        yield f"{line.subject} could not be circulated then"
        return
    yield from _another_text(minutes, line)
    minutes.state, minutes.circulated_at = "circulated", line.at
    minutes.corrections_until = line.body["corrections_until"] or ""


def correction_proposed(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """An organization that had a seat asks for a change of circulated minutes."""
    yield from without_mandate(process, line)
    minutes = process.minutes.get(numbered(line, "minutes"))
    if minutes is None or minutes.state != "circulated":
        yield f"{line.subject} took no corrections then"
        return
    if line.body["number"] != minutes.proposed + 1:
        yield f"it must be correction {minutes.proposed + 1}"
    minutes.proposed += 1


def correction_declined(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """A correction is declined once."""
    yield from without_office(process, line, "secretary", "chair")
    minutes, number = process.minutes.get(numbered(line, "minutes")), line.body["number"]
    if minutes is None or minutes.state != "circulated" or not 1 <= number <= minutes.proposed:
        yield f"there was no correction {number} to decline"
        return
    if number in minutes.declined or not minutes.waiting:
        yield f"correction {number} had its answer"
    minutes.declined.add(number)


def minutes_corrected(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """A proposed correction is taken in: the next text, which names the one before."""
    yield from without_office(process, line, "secretary", "chair")
    minutes = process.minutes.get(numbered(line, "minutes"))
    if minutes is None or minutes.state != "circulated" or not minutes.waiting:
        yield f"no correction of {line.subject} waited for an answer"
        return
    if line.body["previous_hash"] != minutes.text_hash:
        yield "it corrects another text than the one that stood"
    yield from _not_the_next_text(minutes, line)
    minutes.taken += 1


def minutes_approved(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The text as it stands is certified by the chair, or approved at a later meeting."""
    yield from without_office(process, line, "chair")
    minutes = process.minutes.get(numbered(line, "minutes"))
    by = line.body["approved_by"]
    certified = minutes is not None and minutes.is_certified and by != "chair"
    if minutes is None or not (minutes.state == "circulated" or certified):
        yield f"{line.subject} could not be approved then"
        return
    yield from _another_text(minutes, line)
    if minutes.waiting:
        yield "corrections waited for an answer"
    if line.at < minutes.corrections_until:
        yield f"{BY_THE_CLOCK} the time for corrections had not passed"
    yield from _not_a_later_meeting(process, minutes, line)
    minutes.state = minutes.state if certified else "approved"
    minutes.is_certified = by == "chair"


def _not_a_later_meeting(process: ProcessHeld, minutes: MinutesHeld, line: Line) -> Iterator[str]:
    by = line.body["approved_by"]
    if by == "chair":
        return
    head, _, number = by.rpartition("/")
    meeting = process.meetings.get(int(number)) if number.isdecimal() else None
    later = meeting is not None and int(number) > numbered(line, "minutes")
    if head != f"meeting/{line.process}" or meeting is None or not later:
        yield f"{by} is no later meeting of the process"
    elif meeting.opened_at <= minutes.circulated_at:
        yield f"{BY_THE_CLOCK} {by} was not opened after the minutes were circulated"


def minutes_published(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The convener publishes the approved text."""
    yield from without_office(process, line, "convener")
    minutes = process.minutes.get(numbered(line, "minutes"))
    if minutes is None or minutes.state != "approved":
        yield f"{line.subject} was not approved"
        return
    yield from _another_text(minutes, line)
    minutes.state = "published"


def _without_secretary(process: ProcessHeld, line: Line) -> Iterator[str]:
    """The secretary, or whoever kept the meeting as a substitute and holds some function."""
    if line.role != "secretary" or line.org is not None or not any(process.staff.values()):
        yield "nobody who keeps minutes could do this then"


def _not_the_next_text(minutes: MinutesHeld, line: Line) -> Iterator[str]:
    if line.body["version"] != minutes.version + 1:
        yield f"it must be text {minutes.version + 1} of the minutes"
    if line.body["text_hash"] == minutes.text_hash:
        yield "it is the same text as the one before"
    minutes.version, minutes.text_hash = line.body["version"], line.body["text_hash"]


def _another_text(minutes: MinutesHeld, line: Line) -> Iterator[str]:
    if (line.body["version"], line.body["text_hash"]) != (minutes.version, minutes.text_hash):
        yield "it names another text of the minutes than the newest"


ROOM_RULES: dict[str, StoryRule] = {
    "meeting.noticed": meeting_noticed,
    **dict.fromkeys(MEETING_STEPS, meeting_stepped),
    "meeting.closed": meeting_closed,
    "attendance.recorded": attendance_recorded,
    "minutes.drafted": minutes_drafted,
    "minutes.circulated": minutes_circulated,
    "correction.proposed": correction_proposed,
    "correction.declined": correction_declined,
    "minutes.corrected": minutes_corrected,
    "minutes.approved": minutes_approved,
    "minutes.published": minutes_published,
}


# --- policyhub/record/replay/asking.py

# What of a call never changes while it is open.
BOUND = (
    "asking",
    "document",
    "version",
    "clause",
    "text_hash",
    "rule",
    "sealed",
    "treatment",
    "roll_hash",
    "opens_at",
    "closes_at",
)
LONGEST_CALL = timedelta(days=366)


def call_opened(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The chair asks everybody at the table about the newest version, by the charter's rule or, in a poll, by none."""
    yield from not_next(line, "call", len(process.calls))
    yield from without_office(process, line, "chair")
    yield from _other_question(story, process, line)
    body = line.body
    roll = process.roll(line.at, f"document/{body['document']}")
    voices = voices_of(roll, process.voice_links())
    if (body["roll_hash"], body["roll_size"]) != (hash_of_roll(voices), len(roll)) or not roll:
        yield f"the roll is not that of the {len(roll)} organizations at the table"
    yield from _other_rule(process, body)
    yield from _other_options(body)
    yield from _other_hours(process, line)
    yield from _repeats_nothing(process, line)
    yield from _recirculates_nothing(process, line)
    fixed = {each: body[each] for each in BOUND}
    number = numbered(line, "call")
    listed = process.charter.categories if process.charter else ()
    kept = _kept_once(process, roll)
    offered = frozenset(body["options"])
    call = CallHeld(number=number, roll=kept, voices=_shared(voices), categories=listed, options=offered, **fixed)
    process.calls[number] = process.call_about[line.subject] = call


def hash_of_roll(voices: dict[str, str]) -> str:
    """SHA-256 over the canonical array of pairs, organization and voice, in order."""
    return f"sha256:{hashlib.sha256(dump(sorted(map(list, voices.items())))).hexdigest()}"


def _shared(voices: dict[str, str]) -> dict[str, str]:
    """The voices that several have."""
    several = {voice for name, voice in voices.items() if voice != name}
    return {name: voice for name, voice in voices.items() if voice in several}


def _other_question(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    body = line.body
    document = story.documents.get(body["document"])
    if document is None or document.process != process.slug or body["version"] != len(document.hashes):
        yield f"version {body['version']} was not the newest of {body['document']} in the process"
    elif body["clause"] is None and document.hashes[-1] != body["text_hash"]:
        yield f"version {body['version']} of {body['document']} has another hash"


def _other_rule(process: ProcessHeld, body: dict[str, Any]) -> Iterator[str]:
    charter = process.charter
    if charter is None:
        yield "no charter was adopted that could decide it"
        return
    if (body["rule"], body["treatment"]) != (_rule_for(charter, body["asking"]), charter.treatment):
        yield "the rule, or the treatment of those who leave, is not the charter's"
    if body["sealed"] is not charter.sealed_calls:
        yield "positions are sealed where the charter says so, and nowhere else"
    if body["asking"] == BALLOT and leaves_to_chair(preset(body["rule"])):
        yield "a ballot is counted, and its rule leaves the outcome to the chair"


def _rule_for(charter: CharterHeld, asking: str) -> Any:
    if asking == STRAW_POLL:
        return None
    return with_balance((asking == BALLOT and charter.ballot_rule) or charter.rule, charter.balance)


def _other_options(body: dict[str, Any]) -> Iterator[str]:
    """Each way of asking offers its own answers, and says of each what it means."""
    if body["asking"] not in set(Asking):
        yield f"{body['asking']} is no way of asking"
    elif set(body["options"]) != set(OPTIONS[Asking(body["asking"])]):
        yield f"a {body['asking']} offers other answers"


def _other_hours(process: ProcessHeld, line: Line) -> Iterator[str]:
    opens, closes = line.body["opens_at"], line.body["closes_at"]
    open_for = parse_moment(closes) - parse_moment(opens)
    is_bound = process.charter is not None and line.body["asking"] != STRAW_POLL
    least = timedelta(hours=process.charter.call_hours if process.charter and is_bound else 0)
    if not timedelta(0) < open_for <= LONGEST_CALL or open_for < least:
        yield "it is open for a shorter or a longer time than the charter says"
    if opens > line.at:
        yield f"{BY_THE_CLOCK} it was open before it was asked"


def _repeats_nothing(process: ProcessHeld, line: Line) -> Iterator[str]:
    body = line.body
    if (body["repeats"] is None and body["recirculates"] is None) != (body["reason_hash"] is None):
        yield "who asks again says why, and nobody else does"
    if body["repeats"] is None:
        return
    earlier = process.calls.get(body["repeats"])
    if earlier is not None and STRAW_POLL in {earlier.asking, body["asking"]}:
        yield "nothing was decided by a straw poll that could be asked about again"
    same = earlier is not None and (earlier.document, earlier.clause, earlier.text_hash) == (
        body["document"],
        body["clause"],
        body["text_hash"],
    )
    if earlier is None or not same:
        yield f"call {body['repeats']} was not one on the same text"
    elif earlier.state in {SUSPENDED, VOID}:
        yield f"call {body['repeats']} never closed"
    elif line.at < earlier.closes_at:
        yield f"{BY_THE_CLOCK} call {body['repeats']} had not closed"


def _recirculates_nothing(process: ProcessHeld, line: Line) -> Iterator[str]:
    """What is recirculated was determined, and there are objections or a changed text to think over."""
    body = line.body
    if body["recirculates"] is None:
        return
    earlier = process.calls.get(body["recirculates"])
    if earlier is None or earlier.state != DETERMINED or body["repeats"] is not None:
        yield f"call {body['recirculates']} was not determined, or asked about again otherwise"
        return
    if (earlier.asking, earlier.document, earlier.clause) != (body["asking"], body["document"], body["clause"]):
        yield f"call {body['recirculates']} asked otherwise, or about another text"
    if earlier.is_recirculated:
        yield f"call {body['recirculates']} was recirculated before"
    if earlier.text_hash == body["text_hash"] and not standing_of(process, earlier):
        yield "no objection stands and the text is unchanged"
    earlier.is_recirculated = True


def _kept_once(process: ProcessHeld, roll: dict[str, Any]) -> dict[str, Any]:
    """The roll; the one of the call before where the two are the same, so that many calls take little room."""
    last = process.calls.get(len(process.calls))
    before = last.roll if last is not None else {}
    return before if before.keys() == roll.keys() and all(before[each] is roll[each] for each in roll) else roll


def call_suspended(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """A newer version in which its text differs stops a call; the chair interrupts one, and says why."""
    call = process.calls.get(numbered(line, "call"))
    if call is None or call.state != OPENED:
        yield f"{line.subject} was not open"
        return
    call.state = SUSPENDED
    if line.body["reason"] == "chair":
        yield from without_office(process, line, "chair")
        yield from _interrupted_otherwise(call, line)
    else:
        yield from without_clock(line)
        yield from _stopped_by_nothing(story, call, line)
        call.is_stopped = True


def _interrupted_otherwise(call: CallHeld, line: Line) -> Iterator[str]:
    if line.body["version"] is not None or line.body["reason_hash"] is None:
        yield "a chair who interrupts a call says why, and names no version"
    if line.at >= call.closes_at:
        yield f"{BY_THE_CLOCK} it had closed"


def _stopped_by_nothing(story: StoryHeld, call: CallHeld, line: Line) -> Iterator[str]:
    hashes, number = story.documents[call.document].hashes, line.body["version"]
    said = line.body["reason"], line.body["reason_hash"]
    if said != ("new_version", None) or not call.version < number <= len(hashes):
        yield f"no version {number} was published that could stop it"
    elif call.clause is None and hashes[number - 1] == call.text_hash:
        yield f"version {number} is the text that it asks about"


def call_resumed(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The chair lets a call go on before its time is over, unless its text was changed."""
    yield from without_office(process, line, "chair")
    call = process.calls.get(numbered(line, "call"))
    if call is None or call.state != SUSPENDED or call.is_stopped:
        yield f"{line.subject} was not suspended by the chair"
        return
    if line.at >= call.closes_at:
        yield f"{BY_THE_CLOCK} its time was over"
    if line.body["reason_hash"] is None:
        yield "who lets it go on says why"
    call.state = OPENED


def call_voided(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The chair says that nothing was decided by a suspended call."""
    yield from without_office(process, line, "chair")
    call = process.calls.get(numbered(line, "call"))
    if call is None or call.state != SUSPENDED:
        yield f"{line.subject} was not suspended"
        return
    if line.body["reason_hash"] is None:
        yield "who declares it void says why"
    call.state = VOID
    call.positions.clear()
    call.under_seal.clear()


def has_changed(story: StoryHeld, call: CallHeld) -> bool:
    """Whether a newer version changed what a call asks about; of a clause the entries of the record do not say."""
    newer = story.documents[call.document].hashes[call.version :]
    return call.clause is None and any(each != call.text_hash for each in newer)


ASKING_RULES: dict[str, StoryRule] = {
    "call.opened": call_opened,
    "call.suspended": call_suspended,
    "call.resumed": call_resumed,
    "call.voided": call_voided,
}


# --- policyhub/record/replay/positions.py

def position_cast(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """An organization on the roll that has not left answers the exact text while the call is open."""
    call = process.call_about.get(line.subject)
    if call is None or call.state != OPENED:
        yield f"{line.subject} was not open"
        return
    if call.sealed:
        yield "positions on it are sealed until it closes"
    name, body = line.org or "", line.body
    if problem := _voiceless(process, line):
        yield problem
    if problem := _unanswerable(call, name, line):
        yield problem
    before = call.positions.get(name)
    if body["replaces"] != (before.index if before else None):
        yield f"it does not replace what {name} had said last"
    if problem := _other_answer(call, body):
        yield problem
    call.positions[name] = PositionHeld(body["position"], line.index, body["reason_hash"] is not None)
    _follow_objection(story, process, call, name, body)


def position_sealed(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """An organization on the roll answers, and the record holds a commitment to what it said."""
    call = process.call_about.get(line.subject)
    if call is None or call.state != OPENED or not call.sealed:
        yield f"{line.subject} was not open for sealed positions"
        return
    name, body = line.org or "", line.body
    if problem := _voiceless(process, line):
        yield problem
    if problem := _unanswerable(call, name, line):
        yield problem
    before = call.under_seal.get(name)
    if body["replaces"] != (before[0] if before else None):
        yield f"it does not replace what {name} had said last"
    call.under_seal[name] = line.index, body["commitment"]


def position_unsealed(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """After the call's time what was said under seal is opened: it is what was committed to, and could be said."""
    yield from without_clock(line)
    call = process.call_about.get(line.subject)
    if call is None or call.state != OPENED:
        yield f"{line.subject} was not open"
        return
    if line.at < call.closes_at:
        yield f"{BY_THE_CLOCK} it was open until {call.closes_at}"
    name, body = line.body["organization"], line.body
    sealed = call.under_seal.pop(name, None)
    if sealed is None:
        yield f"{name} had said nothing under seal, or it was opened before"
        return
    payload = {field: body[field] for field in ("position", "reason_hash", "cure_hash")}
    if problem := check_revealed(sealed[1], body["salt"], payload):
        yield problem
    if problem := _other_answer(call, body):
        yield problem
    call.positions[name] = PositionHeld(body["position"], line.index, body["reason_hash"] is not None)
    _follow_objection(story, process, call, name, body)


def position_entered(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The chair enters what an organization on the roll said on paper or in a roll call, unless it spoke itself."""
    yield from without_office(process, line, "chair")
    call = process.call_about.get(line.subject)
    if call is None or call.state != OPENED or call.sealed:
        yield f"{line.subject} was not open, or positions on it are sealed"
        return
    name, body = line.body["organization"], line.body
    if problem := _unanswerable(call, name, line):
        yield problem
    if body["means"] not in {"paper", "roll_call"} or body["note_hash"] is None:
        yield "an answer is entered from a paper or a roll call, which is named"
    before = call.positions.get(name)
    if before is not None and not before.is_entered:
        yield f"{name} had answered by itself"
    if body["replaces"] != (before.index if before else None):
        yield f"it does not replace what was entered for {name} last"
    if problem := _other_answer(call, body):
        yield problem
    held = process.objections.get(call.objections.get(name, 0))
    if body["position"] != "object" and held is not None and held.state != LIFTED:
        yield f"{name} alone lifts its objection"
    call.positions[name] = PositionHeld(body["position"], line.index, body["reason_hash"] is not None, is_entered=True)
    _follow_objection(story, process, call, name, body)


def _voiceless(process: ProcessHeld, line: Line) -> str | None:
    if line.role in SPEAKING and process.mandates[line.org or "", line.role] >= 1:
        return None
    return f"nobody was {line.role} representative of {line.org} then"


# Most entries are positions: what can be wrong with one is a plain function, not a generator for each.
def _unanswerable(call: CallHeld, name: str, line: Line) -> str | None:
    """The first reason why nothing can be said for this organization on the call then, or None."""
    seat = call.roll.get(name)
    if seat is None or not seat.sits(line.at):
        return f"{name} was not on the roll, or had left"
    if name in call.voices and (said := _second_voice(call, name)):
        return f"{said}, which has one voice with {name}, had answered"
    if not call.opens_at <= line.at < call.closes_at:
        return f"{BY_THE_CLOCK} it was cast outside the time from {call.opens_at} to {call.closes_at}"
    if line.body["text_hash"] != call.text_hash:
        return "it answers another text than the call asks about"
    return None


def _second_voice(call: CallHeld, name: str) -> str | None:
    """Another that answered with the same voice, or None."""
    others = (each for each, voice in call.voices.items() if voice == call.voices[name] and each != name)
    return next((each for each in others if each in call.positions or each in call.under_seal), None)


def _other_answer(call: CallHeld, body: dict[str, Any]) -> str | None:
    if body["position"] not in call.options:
        return f"{body['position']} is no position that it offers"
    if body["position"] == "object" and body["reason_hash"] is None and not call.is_poll:
        return "an objection says why"
    return None


def _follow_objection(story: StoryHeld, process: ProcessHeld, call: CallHeld, name: str, body: dict[str, Any]) -> None:
    """Objecting raises the objection, anew for other words; any other position lifts it, in the next entry."""
    if call.is_poll:
        return
    number = call.objections.get(name)
    held = process.objections[number] if number is not None else None
    words = body["reason_hash"], body["cure_hash"]
    if body["position"] != "object":
        if held is not None and held.state != LIFTED:
            story.expected.append(("objection.lifted", f"objection/{process.slug}/{number}"))
    elif held is None:
        call.objections[name] = len(process.objections) + 1
        process.objections[len(process.objections) + 1] = ObjectionHeld(call.number, name, words)
    elif held.state == LIFTED or held.words != words:
        held.state, held.words = RAISED, words


def objection_answered(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The chair or the editor answers an objection that stands; a changed text is there when it is said to be."""
    yield from without_office(process, line, "chair", "editor")
    held = process.objections.get(numbered(line, "objection"))
    if held is None or held.state == LIFTED:
        yield f"{line.subject} did not stand"
        return
    call = process.calls[held.call]
    if line.body["accommodated"] and len(story.documents[call.document].hashes) <= call.version:
        yield "no newer version was published that could accommodate it"
    held.state = ACCOMMODATED if line.body["accommodated"] else NOT_ACCOMMODATED


def objection_lifted(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """Nobody but its holder lifts an objection, also after leaving."""
    yield from without_mandate(process, line)
    held = process.objections.get(numbered(line, "objection"))
    if held is None or held.state == LIFTED:
        yield f"{line.subject} did not stand"
        return
    if not held.holder == line.org == line.body["by"]:
        yield f"{held.holder} alone lifts it"
    held.state = LIFTED


POSITION_RULES: dict[str, StoryRule] = {
    "position.cast": position_cast,
    "position.sealed": position_sealed,
    "position.unsealed": position_unsealed,
    "position.entered": position_entered,
    "objection.answered": objection_answered,
    "objection.lifted": objection_lifted,
}


# --- policyhub/record/replay/votes.py

STATUS_OF_ISSUE = {
    RAISED: IssueStatus.OPEN,
    ACCOMMODATED: IssueStatus.ACCOMMODATED,
    NOT_ACCOMMODATED: IssueStatus.ANSWERED,
}
# What an objection without a reason cannot have; the words themselves stand in the record by their hash alone.
SOME_REASON = "stated"


def call_closed(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The clock closes a call, with the count and the outcome that its rule gives."""
    yield from without_clock(line)
    call = process.calls.get(numbered(line, "call"))
    if call is None or call.state != OPENED:
        yield f"{line.subject} was not open"
        return
    if line.at < call.closes_at:
        yield f"{BY_THE_CLOCK} it was open until {call.closes_at}"
    if call.under_seal:
        yield f"{len(call.under_seal)} positions were not opened"
    body = line.body
    if (body["positions"], body["roll_hash"]) != (len(call.positions), call.roll_hash):
        yield f"{len(call.positions)} positions were cast, and the roll is the one it opened with"
    counted = outcome_of(story, process, call, has_reasons=False)
    for name in ("counts", "outcome", "label", "depends_on_withdrawal"):
        if body[name] != counted[name]:
            yield f"by its rule and its positions the {name} is {counted[name]}, not {body[name]}"
    call.state = CLOSED
    if call.is_poll:
        call.positions.clear()


def call_determined(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The chair determines a closed call: what the rule gives, or what the rule leaves to the chair."""
    yield from without_office(process, line, "chair")
    call = process.calls.get(numbered(line, "call"))
    if call is None or call.state != CLOSED or call.is_poll:
        yield f"{line.subject} was not closed, or decides nothing"
        return
    body = line.body
    counted = outcome_of(story, process, call, has_reasons=body["reasons_hash"] is not None)
    if (body["outcome"], body["label"]) != (counted["outcome"], counted["label"]):
        yield f"by its rule the outcome is {counted['outcome']}, labelled {counted['label']}"
    allowed = {"adopted", "not_adopted"} if counted["outcome"] == "chair_determines" else {counted["outcome"]}
    if body["designation"] not in allowed:
        yield f"the rule leaves {' or '.join(sorted(allowed))}, not {body['designation']}"
    standing = standing_of(process, call)
    yield from _other_objections(standing, body)
    if body["reasons_hash"] is None and (standing or counted["depends_on_withdrawal"]):
        yield "written reasons were due"
    call.state = DETERMINED
    call.positions.clear()


def _other_objections(standing: dict[int, ObjectionHeld], body: dict[str, Any]) -> Iterator[str]:
    listed = [{"holder": held.holder, "number": number, "state": held.state} for number, held in standing.items()]
    if body["objections"] != listed:
        yield f"the objections that stood are {', '.join(map(str, standing)) or 'none'}, as they stood"
    if any(held.state == RAISED for held in standing.values()):
        yield "an objection stood without an answer"


def outcome_of(story: StoryHeld, process: ProcessHeld, call: CallHeld, *, has_reasons: bool) -> dict[str, Any]:
    """The tally of a call from nothing but entries, in the shape of the `tally` command."""
    try:
        if call.is_poll:
            return poll_from(call).figures()
        ballot = ballot_from(story, process, call, SOME_REASON if has_reasons else None)
    except RulebookError as error:
        return dict.fromkeys(("counts", "outcome", "label", "depends_on_withdrawal"), f"nothing: {error}")
    open_for = parse_moment(call.closes_at) - parse_moment(call.opens_at)
    return judged_by_time(ballot.rule, count_ballot(ballot).figures(), open_for)


def ballot_from(story: StoryHeld, process: ProcessHeld, call: CallHeld, determination: str | None) -> Ballot:
    """Everything that the outcome of a call depends on, from entries alone."""
    rule, standing = preset(call.rule), standing_of(process, call)
    return Ballot(
        rule=rule,
        roster=_roster(call, rule),
        positions=_positions(call, {held.holder for held in standing.values()}),
        categories=call.categories or None,
        withdrawn=_left(call),
        treatment=Treatment(call.treatment),
        authors=_authors(story, call) if rule.needs_outside_support else frozenset(),
        issues=tuple(Issue(str(number), STATUS_OF_ISSUE[held.state]) for number, held in standing.items()),
        determination=determination,
    )


def poll_from(call: CallHeld) -> StrawPoll:
    """A straw poll from entries alone."""
    return straw_poll(
        _roster(call, None), _positions(call, set()), withdrawn=_left(call), treatment=Treatment(call.treatment)
    )


def _roster(call: CallHeld, rule: Rule | None) -> tuple[Seat, ...]:
    return tuple(
        Seat(
            name,
            seat.category,
            classes_of(rule, seat.category) if rule is not None else frozenset(),
            _affiliate_of(call, name),
        )
        for name, seat in sorted(call.roll.items())
    )


def _positions(call: CallHeld, dissenting: set[str]) -> tuple[Position, ...]:
    return tuple(
        Position(name, Stance(said.stance), name in dissenting, SOME_REASON if said.has_reason else "")
        for name, said in sorted(call.positions.items())
    )


def _left(call: CallHeld) -> frozenset[str]:
    return frozenset(name for name, seat in call.roll.items() if seat.left_by(call.closes_at))


def _affiliate_of(call: CallHeld, name: str) -> str | None:
    voice = call.voices.get(name, name)
    return voice if voice != name else None


def _authors(story: StoryHeld, call: CallHeld) -> frozenset[str]:
    """Who on the roll wrote the text: its owner, and for whom its versions up to this one were published."""
    document = story.documents[call.document]
    wrote = {document.owner, *document.publishers[: call.version]}
    return frozenset(name for name in call.roll if name in wrote)


VOTE_RULES: dict[str, StoryRule] = {"call.closed": call_closed, "call.determined": call_determined}


# --- policyhub/record/replay/story.py

STORY_RULES: dict[str, StoryRule] = {
    **TABLE_RULES,
    **ARCHIVE_RULES,
    **BELONGING_RULES,
    **GROUP_RULES,
    **LEAVING_RULES,
    **NEED_RULES,
    **TEXT_RULES,
    **STATEMENT_RULES,
    **ROOM_RULES,
    **ASKING_RULES,
    **POSITION_RULES,
    **VOTE_RULES,
}
NOWHERE = ProcessHeld("", is_told=False)
# What reading a field of the wrong shape raises.
ODD = (KeyError, TypeError, ValueError, AttributeError, IndexError)
UNTELLABLE = "a field of it holds what the field of its kind cannot hold"


class Story:
    """What was told so far, and the judge of the next entry."""

    def __init__(self) -> None:
        self.held = StoryHeld()

    def problem(self, index: int, leaf: dict[str, Any]) -> str | None:
        """Why the next entry could not have been written by an act, or None; then it belongs to the story."""
        try:
            line = read_line(index, leaf)
            process = self._process_of(line)
            for problem in self._before(line, process):
                return problem
            for problem in STORY_RULES[line.kind](self.held, process or NOWHERE, line):
                return problem
        except ODD:
            return UNTELLABLE
        return None

    def problems(self, index: int, leaf: dict[str, Any]) -> Iterator[str]:
        """Everything that could not be; what follows the first may follow from it."""
        try:
            line = read_line(index, leaf)
            process = self._process_of(line)
            yield from self._before(line, process)
            if process is not None:
                yield from STORY_RULES[line.kind](self.held, process, line)
        except ODD:
            yield UNTELLABLE

    def _before(self, line: Line, process: ProcessHeld | None) -> Sequence[str]:
        """What cannot be whatever the kind of the entry."""
        expected = self.held.expected
        is_reported = "reported" in line.body or line.role == ARCHIVIST
        if not expected and not is_reported and process is not None and process.is_told == ("told_at" in line.body):
            return ()
        found = []
        if expected and expected.popleft() != (line.kind, line.subject):
            found.append("it stands where another entry of the act before must stand")
        if process is None:
            found.append(f"the process {line.process} was not opened")
        elif process.is_told != ("told_at" in line.body):
            found.append("a told time stands in all entries of a process that is told, and in no others")
        if ("reported" in line.body) != (line.role == ARCHIVIST):
            found.append("what an archivist tells names its sources, and nothing else does")
        return found

    def _process_of(self, line: Line) -> ProcessHeld | None:
        if line.process is None:
            return NOWHERE
        found = self.held.processes.get(line.process)
        if found is None and line.kind == "process.opened":
            return ProcessHeld(line.process, is_told=line.body["source_hash"] is not None)
        return found


def read_line(index: int, leaf: dict[str, Any]) -> Line:
    """An entry as the story reads it."""
    subject, body, actor = leaf["subject"], leaf["body"], leaf["actor"]
    process = subject[len("process/") :] if subject.startswith("process/") else body.get("process")
    at = body.get("told_at") or leaf["at"]
    return Line(index, leaf["type"], subject, process, actor["org"], actor["role"], actor["person"], body, at)


# --- policyhub/record/verifying.py

PARTS = {"actor", "at", "body", "id", "n", "subject", "type", "v"}
ACTOR_PARTS = {"org", "person", "role"}
ADDED = {"process", "told_at", "reported"}
# Days between an id's own time and the time of writing; the database refuses more.
ID_DAYS = 2
MILLISECONDS_A_DAY = 86_400_000

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
# Whether the day is one of the calendar is asked once a day.
_TIME = re.compile(r"\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}Z")
_EPOCH = date(1970, 1, 1)

# What is wrong with the next leaf of the story, or None: (index, leaf) -> sentence.
Judge = Callable[[int, dict[str, Any]], str | None]


@dataclass(frozen=True, slots=True)
class Row:
    """A leaf as it is stored: its index, its bytes, the hash kept beside it."""

    index: int
    leaf: bytes
    leaf_hash: bytes


@dataclass(frozen=True)
class Fault:
    """The first thing that is wrong, and where."""

    index: int
    sentence: str


@dataclass
class Verified:
    """How many leaves were read, their root, and the first fault if there is one."""

    size: int
    root: bytes
    fault: Fault | None


class RecentIds:
    """The ids of the last days. Their own time keeps them near the time of writing, so older ones cannot come again."""

    def __init__(self) -> None:
        self._day, self._of_day = "", 0
        self._seen: dict[int, set[str]] = {}

    def problem(self, event_id: str, at: str) -> str | None:
        """What is wrong with an id under that time of writing, or None; then it is remembered."""
        if not _ID.fullmatch(event_id):
            return f"the id {event_id} is no UUID of version 7"
        if not (self._day and at.startswith(self._day)):
            try:
                self._begin_day(at[:10])
            except ValueError:
                return "the time of writing is malformed or goes backwards"
        day = int(event_id[:8] + event_id[9:13], 16) // MILLISECONDS_A_DAY
        if abs(day - self._of_day) > ID_DAYS:
            return f"the id {event_id} was not made near the time of writing"
        seen = self._seen.setdefault(day, set())
        if event_id in seen:
            return f"the id {event_id} stands twice"
        seen.add(event_id)
        return None

    def _begin_day(self, day: str) -> None:
        self._day, self._of_day = day, (date.fromisoformat(day) - _EPOCH).days
        for past in [each for each in self._seen if each < self._of_day - ID_DAYS]:
            del self._seen[past]


@dataclass
class Reader:
    """What must be remembered of the leaves so far to judge the next one; it grows with subjects, not with entries."""

    judge: Judge | None = None
    size: int = 0
    kind: str = ""
    counters: dict[str, int] = field(default_factory=dict)
    ids: RecentIds = field(default_factory=RecentIds)
    last_at: str = ""
    told: dict[str, str] = field(default_factory=dict)

    def problem(self, row: Row) -> str | None:
        """What is wrong with the next leaf, or None; then it counts as read."""
        if row.index != self.size:
            return f"entry {self.size} is missing: entry {row.index} stands in its place"
        if leaf_hash(row.leaf) != row.leaf_hash:
            return "the bytes do not hash to the hash kept beside them"
        return self.problem_of(row.leaf)

    def problem_of(self, data: bytes) -> str | None:
        """What is wrong with the bytes of the next leaf, or None; then they count as read."""
        try:
            leaf = parse(data)
        except NotCanonical as error:
            return str(error)
        found = _shape_problem(leaf) or _body_problem(leaf) or _order_problem(self, leaf)
        if found is None and self.judge is not None:
            found = self.judge(self.size, leaf)
        if found is None:
            self.kind = leaf["type"]
            self.size += 1
        return found


def verify(rows: Iterable[Row], judge: Judge | None = None) -> Verified:
    """Read the leaves in order and stop at the first that is not as it must be."""
    reader, frontier = Reader(judge), Frontier()
    for row in rows:
        problem = reader.problem(row)
        if problem is not None:
            return Verified(frontier.size, frontier.root(), Fault(reader.size, problem))
        frontier.add(row.leaf_hash)
    return Verified(frontier.size, frontier.root(), None)


def _shape_problem(leaf: dict[str, Any]) -> str | None:
    actor = leaf.get("actor")
    if leaf.keys() != PARTS or leaf["v"] != 1 or leaf["v"] is True or not isinstance(actor, dict):
        return "the leaf does not have exactly the parts of an entry"
    if actor.keys() != ACTOR_PARTS:
        return "the actor does not have exactly org, person and role"
    if type(leaf["at"]) is type(leaf["id"]) is type(leaf["subject"]) is type(leaf["type"]) is str:
        return None
    return "a part of the entry is no text"


def _body_problem(leaf: dict[str, Any]) -> str | None:
    kind, body = leaf["type"], leaf["body"]
    wanted = FIELDS.get(kind)
    if wanted is None:
        return f"there is no kind {kind}"
    if not isinstance(body, dict):
        return "the body is not an object"
    if "process" in body and leaf["subject"].startswith("process/"):
        return "an entry about a process does not name a process again"
    added = ("process" in body) + ("told_at" in body) + ("reported" in body)
    if len(body) == len(wanted) + added and wanted.issubset(body):
        return None
    return misfits(Kind(kind), dict.fromkeys(body.keys() - ADDED))


def _order_problem(reader: Reader, leaf: dict[str, Any]) -> str | None:
    subject, at = leaf["subject"], leaf["at"]
    expected = reader.counters.get(subject, 0) + 1
    if leaf["n"] != expected:
        return f"entry {expected} about {subject} is missing: {leaf['n']} stands in its place"
    if at < reader.last_at or not _TIME.fullmatch(at):
        return "the time of writing is malformed or goes backwards"
    if (problem := reader.ids.problem(leaf["id"], at)) is not None:
        return problem
    reader.counters[subject], reader.last_at = expected, at
    return _told_problem(reader, leaf, at) if "told_at" in leaf["body"] else None


def _told_problem(reader: Reader, leaf: dict[str, Any], at: str) -> str | None:
    told, subject = str(leaf["body"]["told_at"]), leaf["subject"]
    process = subject.removeprefix("process/") if subject.startswith("process/") else str(leaf["body"].get("process"))
    if not _is_time(told) or told > at:
        return "the told time is malformed or later than the time of writing"
    if told < reader.told.get(process, ""):
        return f"what is told of {process} goes backwards"
    reader.told[process] = told
    return None


def _is_time(value: str) -> bool:
    try:
        parse_moment(value)
    except ValueError:
        return False
    return True


# --- policyhub/record/notes.py

ED25519, COSIGNATURE = 0x01, 0x04
KEY_BYTES, SIGNATURE_BYTES, ID_BYTES, TIME_BYTES = 32, 64, 4, 8
MAX_SIZE = 2**63 - 1
# More lines than anybody signs; a note with more is not read.
MAX_SIGNATURES = 64

_NAME = re.compile(r"[^\s+]+")
_SIGNATURE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")

# (public key, message, signature) -> whether the signature is good.
Check = Callable[[bytes, bytes, bytes], bool]
# message -> signature.
Sign = Callable[[bytes], bytes]


class NoteRefused(ValueError):
    """The note is not a checkpoint, or nobody known signed it; the message says why."""


@dataclass(frozen=True)
class Key:
    """A verifier's key: a name, 32 bytes, and which kind of signature they check."""

    name: str
    public: bytes
    kind: int = ED25519

    @classmethod
    def parse(cls, text: str) -> Key:
        """The key written as `name+id+base64`; NoteRefused when id and key do not belong together."""
        name, _, rest = text.strip().partition("+")
        digits, _, encoded = rest.partition("+")
        material = _decoded(encoded)
        if not _NAME.fullmatch(name) or len(material) != 1 + KEY_BYTES or material[0] not in {ED25519, COSIGNATURE}:
            raise NoteRefused("this is no verifier key: one has the form name+id+key")
        key = cls(name, material[1:], material[0])
        if key.id.hex() != digits:
            raise NoteRefused(f"the key of {name} does not have the id {digits}")
        return key

    @property
    def id(self) -> bytes:
        """Four bytes that tell keys of one name apart."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:ID_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([self.kind]) + self.public).decode()}"


@dataclass(frozen=True)
class Checkpoint:
    """What the record was at a size."""

    origin: str
    size: int
    root: bytes

    def __str__(self) -> str:
        """The three lines that are signed, each with its line end."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """The checkpoint behind exactly these three lines; NoteRefused when they are anything else."""
        lines = text.split("\n")
        if len(lines) != 4 or lines[3]:
            raise NoteRefused("a checkpoint has three lines: origin, size, root")
        origin, size, root = lines[0], lines[1], _decoded(lines[2])
        if not _NAME.fullmatch(origin) or not re.fullmatch(r"0|[1-9]\d{0,18}", size) or len(root) != KEY_BYTES:
            raise NoteRefused("a checkpoint has three lines: origin, size, root")
        if int(size) > MAX_SIZE:
            raise NoteRefused(f"the size {size} is larger than any record")
        return cls(origin, int(size), root)


@dataclass(frozen=True)
class Signature:
    """One line below a note: whose, by which key, and what it holds besides the signature (a witness's time)."""

    name: str
    key_id: bytes
    blob: bytes

    def __str__(self) -> str:
        return f"— {self.name} {base64.b64encode(self.key_id + self.blob).decode()}\n"


@dataclass(frozen=True)
class Note:
    """A checkpoint with its signatures."""

    checkpoint: Checkpoint
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return f"{self.checkpoint}\n{''.join(map(str, self.signatures))}"

    @classmethod
    def parse(cls, text: str) -> Note:
        """The note behind a text; NoteRefused when it is malformed in any way."""
        head, gap, below = text.partition("\n\n")
        lines = below.split("\n")
        if not gap or lines.pop() or not 1 <= len(lines) <= MAX_SIGNATURES:
            raise NoteRefused("a signed note is three lines, an empty one, and at least one signature")
        return cls(Checkpoint.parse(f"{head}\n"), tuple(_signature(line) for line in lines))

    def signed_by(self, key: Key, check: Check) -> bool:
        """Whether this key signed the checkpoint; NoteRefused when a line says so and the signature is wrong."""
        lines = [each for each in self.signatures if (each.name, each.key_id) == (key.name, key.id)]
        for line in lines:
            if not check(key.public, signed_bytes(self.checkpoint, key, line), line.blob[-SIGNATURE_BYTES:]):
                raise NoteRefused(f"the signature of {key.name} under size {self.checkpoint.size} is wrong")
        return bool(lines)

    def require(self, keys: Sequence[Key], check: Check) -> Key:
        """The first of the keys that signed; NoteRefused when none did."""
        for key in keys:
            if self.signed_by(key, check):
                return key
        raise NoteRefused(f"none of the keys known for {self.checkpoint.origin} signed size {self.checkpoint.size}")


def sign(checkpoint: Checkpoint, key: Key, signer: Sign) -> Signature:
    """The key's line under the checkpoint."""
    return Signature(key.name, key.id, signer(str(checkpoint).encode()))


def cosign(checkpoint: Checkpoint, key: Key, signer: Sign, *, at: int) -> Signature:
    """A witness's line: it saw this checkpoint, consistent with all that it saw before, at this time (Unix seconds)."""
    time = at.to_bytes(TIME_BYTES, "big")
    return Signature(key.name, key.id, time + signer(_cosigned(checkpoint, at)))


def signed_bytes(checkpoint: Checkpoint, key: Key, line: Signature) -> bytes:
    """What the key of such a line has signed; NoteRefused when the line has another length than its kind."""
    extra = TIME_BYTES if key.kind == COSIGNATURE else 0
    if len(line.blob) != extra + SIGNATURE_BYTES:
        raise NoteRefused(f"the signature of {key.name} has another length than its kind")
    if key.kind == COSIGNATURE:
        return _cosigned(checkpoint, int.from_bytes(line.blob[:TIME_BYTES], "big"))
    return str(checkpoint).encode()


def _cosigned(checkpoint: Checkpoint, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{checkpoint}".encode()


def _signature(line: str) -> Signature:
    found = _SIGNATURE.fullmatch(line)
    blob = _decoded(found[2]) if found else b""
    if found is None or len(blob) <= ID_BYTES:
        raise NoteRefused("a line below the checkpoint is no signature")
    return Signature(found[1], blob[:ID_BYTES], blob[ID_BYTES:])


def _decoded(text: str) -> bytes:
    """The bytes of strict base64; another spelling of the same bytes is refused, so that a note has one form."""
    try:
        decoded = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise NoteRefused("this is not base64") from None
    if base64.b64encode(decoded).decode() != text:
        raise NoteRefused("this is not base64 in its one form")
    return decoded


# --- policyhub/record/ed25519.py

Point = tuple[int, int, int, int]

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, P) % P
_ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def check_ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature over the message is this key's; False for anything malformed."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, commitment = _decompress(public), _decompress(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or scalar >= ORDER:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    return _equal(_multiply(scalar, _BASE), _add(commitment, _multiply(challenge, key)))


def public_key(seed: bytes) -> bytes:
    """The 32 bytes that check what this seed of 32 bytes signs."""
    scalar, _ = _expanded(seed)
    return _compress(_multiply(scalar, _BASE))


def sign_ed25519(seed: bytes, message: bytes) -> bytes:
    """The 64 bytes of the signature over the message."""
    scalar, prefix = _expanded(seed)
    public = _compress(_multiply(scalar, _BASE))
    nonce = _reduced(prefix + message)
    commitment = _compress(_multiply(nonce, _BASE))
    answer = (nonce + _reduced(commitment + public + message) * scalar) % ORDER
    return commitment + answer.to_bytes(32, "little")


def _expanded(seed: bytes) -> tuple[int, bytes]:
    if len(seed) != 32:
        raise ValueError("a seed has 32 bytes")
    hashed = hashlib.sha512(seed).digest()
    scalar = int.from_bytes(hashed[:32], "little") & ((1 << 254) - 8) | 1 << 254
    return scalar, hashed[32:]


def _reduced(data: bytes) -> int:
    return int.from_bytes(hashlib.sha512(data).digest(), "little") % ORDER


def _compress(point: Point) -> bytes:
    inverse = pow(point[2], -1, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _add(one: Point, other: Point) -> Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * _D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _multiply(scalar: int, point: Point) -> Point:
    product: Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            product = _add(product, point)
        point = _add(point, point)
        scalar >>= 1
    return product


def _equal(one: Point, other: Point) -> bool:
    return (one[0] * other[2] - other[0] * one[2]) % P == 0 and (one[1] * other[2] - other[1] * one[2]) % P == 0


def _decompress(data: bytes) -> Point | None:
    """The point behind 32 bytes; None when there is none, or the bytes are not its one form."""
    encoded = int.from_bytes(data, "little")
    sign, y = encoded >> 255, encoded & ((1 << 255) - 1)
    x = _recover(y, sign) if y < P else None
    return None if x is None else (x, y, 1, x * y % P)


def _recover(y: int, sign: int) -> int | None:
    square = (y * y - 1) * pow(_D * y * y + 1, -1, P) % P
    if square == 0:
        return None if sign else 0
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * _ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P:
        return None
    return P - x if x & 1 != sign else x


def _base_point() -> Point:
    y = 4 * pow(5, -1, P) % P
    x = _recover(y, 0)
    if x is None:
        raise AssertionError("the base point is on the curve")
    return x, y, 1, x * y % P


_BASE = _base_point()


# --- policyhub/record/keyring.py

ROTATED, STARTED = "key.rotated", "log.started"
# How entries about keys show in their bytes, so that the others need not be read for them.
ABOUT_THE_LOG = b'"subject":"log"'
KEY_LOST, ENTRIES_LOST = "key_lost", "entries_lost"
REASONS = {KEY_LOST: "its key was lost", ENTRIES_LOST: "entries that were signed are lost"}
_NUMBERED = re.compile(r"(.*)/([2-9]|[1-9]\d{1,8})")


def handing_over(vkey: str) -> bytes:
    """What the old key signs to hand over to the new one."""
    return f"policyhub/key/v1\n{vkey}\n".encode()


def record_of(origin: str) -> str:
    """The record that an origin is of: the origins of one that was started anew differ by a number behind them."""
    numbered = _NUMBERED.fullmatch(origin)
    return numbered.group(1) if numbered else origin


def next_origin(origin: str) -> str:
    """The origin of the record when it is started anew after this one."""
    numbered = _NUMBERED.fullmatch(origin)
    return f"{numbered.group(1)}/{int(numbered.group(2)) + 1}" if numbered else f"{origin}/2"


@dataclass(frozen=True)
class Start:
    """Where a record was started anew: the entry, its key and why; what the key before had signed last."""

    index: int
    vkey: str
    previous: str
    size: int
    reason: str

    def __str__(self) -> str:
        return (
            f"Entry {self.index} starts the record anew as {Key.parse(self.vkey).name}, because "
            f"{REASONS.get(self.reason, self.reason)}: the key before had signed {self.size} entries"
        )


class Keyring:
    """The keys that are known so far; it grows with the entries that are read.

    One that believes takes the record's own word for its keys, because its reader knows none.
    """

    def __init__(self, keys: Sequence[Key], check: Check, *, believes: bool = False) -> None:
        self.keys = list(keys)
        self.starts: list[Start] = []
        self._check, self._believes = check, believes

    def read(self, index: int, kind: str, body: dict[str, Any]) -> str | None:
        """What is wrong with an entry about keys, or None; then what it says of them is known."""
        if kind == ROTATED:
            return self._hand_over(body)
        return self._start(index, body) if kind == STARTED else None

    def _hand_over(self, body: dict[str, Any]) -> str | None:
        problem = rotation_problem(body, self._check)
        if problem is None and (self._believes or Key.parse(body["previous"]) in self.keys):
            self._know(body["vkey"])
        if problem is None and self._believes:
            self._know(body["previous"])
        return problem

    def _start(self, index: int, body: dict[str, Any]) -> str | None:
        problem = start_problem(body) or self._unsigned_end(body)
        if problem is None:
            size = signed_last(body).checkpoint.size
            self.starts.append(Start(index, body["vkey"], body["previous"], size, body["reason"]))
            for each in (body["previous"], body["vkey"]) if self._believes else ():
                self._know(each)
        return problem

    def _unsigned_end(self, body: dict[str, Any]) -> str | None:
        try:
            is_signed = signed_last(body).signed_by(Key.parse(body["previous"]), self._check)
        except NoteRefused:
            is_signed = False
        return None if is_signed else "the key before did not sign the checkpoint that it names"

    def _know(self, vkey: str) -> None:
        """A key that is known already stays in its place: the newest one is last."""
        key = Key.parse(vkey)
        if key not in self.keys:
            self.keys.append(key)


def rotation_problem(body: dict[str, Any], check: Check) -> str | None:
    """Why one key does not hand over to the other, or None."""
    try:
        old, new = Key.parse(body["previous"]), Key.parse(body["vkey"])
        signature = base64.b64decode(body["signature"], validate=True)
    except (NoteRefused, binascii.Error, ValueError, TypeError, AttributeError):
        return "it names a key, or a signature, that is none"
    if old.name != new.name or old == new:
        return "a key hands over to another one of the same record"
    if not check(old.public, handing_over(str(new)), signature):
        return "the key that it names did not sign the new one"
    return None


def lines_of(note: Note) -> list[str]:
    """A checkpoint as it stands in an entry: its lines."""
    return str(note).removesuffix("\n").split("\n")


def signed_last(body: dict[str, Any]) -> Note:
    """What the key before had signed last, in an entry that starts a record anew; NoteRefused where it is none."""
    lines = body["checkpoint"]
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        raise NoteRefused("its checkpoint is not written as lines")
    return Note.parse("\n".join(lines) + "\n")


def start_problem(body: dict[str, Any]) -> str | None:
    """Why a record cannot be started anew by an entry with this body, or None; its signature is not looked at."""
    try:
        old, new = Key.parse(body["previous"]), Key.parse(body["vkey"])
        ended, reason = signed_last(body).checkpoint, body["reason"]
    except (NoteRefused, KeyError, ValueError, TypeError, AttributeError):
        return "it names a key, or a checkpoint, that is none"
    if new.name != next_origin(old.name) or new.public == old.public:
        return f"after {old.name} a record is started anew as {next_origin(old.name)}, under a key of its own"
    if ended.origin != old.name or not ended.size:
        return "the checkpoint that it names is not one of the record before"
    return None if reason in REASONS else f"a record is not started anew because of {reason}"


# --- policyhub/record/prooffile.py

HEADER = "c2sp.org/tlog-proof@v1"
# No tree is higher: a proof with more hashes is not read.
MOST_HASHES = 63


@dataclass(frozen=True)
class ProofFile:
    """Shows that a leaf stands at `index` under a signed checkpoint, to whoever has the leaf: it is not in it."""

    index: int
    hashes: tuple[bytes, ...]
    note: Note

    def __str__(self) -> str:
        hashes = "".join(f"{base64.b64encode(each).decode()}\n" for each in self.hashes)
        return f"{HEADER}\nindex {self.index}\n{hashes}\n{self.note}"

    @classmethod
    def parse(cls, text: str) -> ProofFile:
        """The proof behind a file's text; ProofRefused when it is malformed. An `extra` line is read over."""
        head, gap, note = text.partition("\n\n")
        lines = head.split("\n")
        if not gap or lines[0] != HEADER:
            raise ProofRefused(f"a proof file begins with the line {HEADER}")
        if len(lines) > 1 and lines[1].startswith("extra "):
            del lines[1]
        found = re.fullmatch(r"index (0|[1-9]\d{0,18})", lines[1]) if len(lines) > 1 else None
        if found is None or len(lines) > 2 + MOST_HASHES:
            raise ProofRefused("a proof file names its index, and then at most 63 hashes")
        try:
            return cls(int(found[1]), tuple(_hash(line) for line in lines[2:]), Note.parse(note))
        except NoteRefused as refusal:
            raise ProofRefused(str(refusal)) from None

    def check(self, leaf: bytes, keys: Sequence[Key], check: Check) -> Checkpoint:
        """The checkpoint that the leaf is under, signed by one of the keys; ProofRefused otherwise."""
        checkpoint = self.note.checkpoint
        try:
            self.note.require(keys, check)
        except NoteRefused as refusal:
            raise ProofRefused(str(refusal)) from None
        check_inclusion(leaf_hash(leaf), self.index, checkpoint.size, self.hashes, checkpoint.root)
        return checkpoint


def _hash(line: str) -> bytes:
    try:
        decoded = base64.b64decode(line, validate=True)
    except (binascii.Error, ValueError):
        decoded = b""
    if len(decoded) != HASH_BYTES or base64.b64encode(decoded).decode() != line:
        raise ProofRefused("a line of the proof is no hash in base64")
    return decoded


# --- policyhub/record/receipts.py

@dataclass(frozen=True)
class Receipt:
    """An entry's exact text with its place; `proof` is the text of its proof file, None while it is not signed."""

    origin: str
    index: int
    leaf: str
    proof: str | None

    @property
    def hash_text(self) -> str:
        return f"sha256:{leaf_hash(self.leaf.encode()).hex()}"

    def __str__(self) -> str:
        """The receipt as the JSON of a file."""
        said = {
            "origin": self.origin,
            "index": self.index,
            "leaf_hash": self.hash_text,
            "leaf": self.leaf,
            "proof": self.proof,
        }
        return json.dumps(said, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def parse(cls, text: str) -> Receipt:
        """The receipt behind a file's text; ProofRefused when it is none, or its hash is not that of its entry."""
        try:
            said = json.loads(text)
            found = cls(str(said["origin"]), said["index"], said["leaf"], said["proof"])
            stated = said["leaf_hash"]
        except (ValueError, KeyError, TypeError, RecursionError):
            raise ProofRefused(
                "a receipt is a JSON object with origin, index, leaf_hash, leaf and proof; this is none"
            ) from None
        if type(found.index) is not int or not isinstance(found.leaf, str) or found.index < 0:
            raise ProofRefused("a receipt names an entry by its index and its text")
        if not (found.proof is None or isinstance(found.proof, str)) or found.hash_text != stated:
            raise ProofRefused("the entry in the receipt does not have the hash that the receipt states")
        return found

    def check(self, keys: Sequence[Key], check: Check) -> Checkpoint | None:
        """The signed checkpoint that the entry is under, None where the receipt has no proof yet; else ProofRefused."""
        if self.proof is None:
            return None
        proof = ProofFile.parse(self.proof)
        if proof.index != self.index or proof.note.checkpoint.origin != self.origin:
            raise ProofRefused("the proof in the receipt is of another entry, or of another record")
        return proof.check(self.leaf.encode(), keys, check)


# --- policyhub/record/places.py

MOST_BYTES = 256 * (2 + 65_535)
SECONDS, MOST_SECONDS, PAUSE = 30, 120, 1
SERVER_ERROR = 500
CHUNK_BYTES = 65_536
GONE = {404, 410}
_SIZE = re.compile(r"[1-9]\d{0,18}")

# The bytes at a place of the bundle; None when nothing is there.
Read = Callable[[str], bytes | None]


class CannotTell(Exception):
    """The bundle does not hold what a check needs, or cannot be read; nothing is said about the record."""


class Directory:
    """Reads a bundle of files; can be sent to another process."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def __call__(self, name: str) -> bytes | None:
        """The bytes of the file of that name, or None when there is none."""
        file = self.root / name
        try:
            if not file.is_file():
                return None
            with file.open("rb") as stream:
                content = stream.read(MOST_BYTES + 1)
        except OSError as error:
            raise CannotTell(f"{name} cannot be read: {error.strerror}.") from None
        return _not_too_long(name, content)


def from_directory(root: Path) -> tuple[Directory, list[int]]:
    """How to read a bundle of files, and the sizes of its checkpoints."""
    if not root.is_dir():
        raise CannotTell(f"{root} is no directory.")
    kept = root / "checkpoints"
    names = sorted(each.name for each in kept.iterdir()) if kept.is_dir() else []
    return Directory(root), [int(name) for name in names if _SIZE.fullmatch(name)]


def from_site(url: str) -> tuple[Read, list[int]]:
    """How to read the record of a site; it lists no older checkpoints, those are the reader's to keep."""
    base = url.rstrip("/") + ("" if url.rstrip("/").endswith("/record") else "/record")
    if urllib.parse.urlsplit(base).scheme not in {"http", "https"}:
        raise CannotTell(f"{url} is neither a directory nor an address that begins with http.")

    def read(name: str) -> bytes | None:
        # A site serves one text at a time; in a bundle they lie together.
        name = f"text/{name.removeprefix('texts/')}" if name.startswith("texts/") else name
        return fetch(f"{base}/{name}")

    return read, []


def fetch(url: str) -> bytes | None:
    """What an address that begins with http answers; None when nothing is there, or nothing any more.

    A site that stumbles is asked once more. One that never ends is left after `MOST_SECONDS`.
    """
    try:
        return _not_too_long(url, _received(url))
    except urllib.error.HTTPError as error:
        if error.code in GONE:
            return None
        trouble = f"answers with status {error.code}"
        if error.code < SERVER_ERROR:
            raise CannotTell(f"{url} {trouble}.") from None
    except (OSError, ValueError, http.client.HTTPException) as error:
        trouble = f"cannot be read: {error or type(error).__name__}"
    time.sleep(PAUSE)
    try:
        return _not_too_long(url, _received(url))
    except (OSError, ValueError, http.client.HTTPException):
        raise CannotTell(f"{url} {trouble}.") from None


def _received(url: str) -> bytes:
    until, parts, length = time.monotonic() + MOST_SECONDS, list[bytes](), 0
    with urllib.request.urlopen(url, timeout=SECONDS) as answer:  # noqa: S310 - callers look at the scheme
        while length <= MOST_BYTES and (part := answer.read1(CHUNK_BYTES)):
            parts.append(part)
            length += len(part)
            if time.monotonic() > until:
                raise OSError(f"it did not end within {MOST_SECONDS} seconds")
        if length <= MOST_BYTES and answer.length:
            raise OSError("it was cut off")
    return b"".join(parts)


def required(read: Read, name: str) -> bytes:
    """The bytes of a part without which nothing can be said."""
    content = read(name)
    if not content:
        raise CannotTell(f"{name} is missing or empty: without it nothing can be said.")
    return content


def required_text(read: Read, name: str) -> str:
    """The same as text."""
    try:
        return required(read, name).decode("utf-8")
    except UnicodeDecodeError:
        raise CannotTell(f"{name} is not text in UTF-8.") from None


def _not_too_long(name: str, content: bytes) -> bytes:
    if len(content) > MOST_BYTES:
        raise CannotTell(f"{name} is larger than any part of a record.")
    return content


# --- policyhub/record/bundles.py

WIDTH = 256
TILE_HEIGHT = 8
# Tiles that one process folds at a time: their leaves make a subtree of their own.
CHUNK = 64
CHUNK_HEIGHT = TILE_HEIGHT + 6
HASHES, CHECKPOINTS, LEAVES, STORY, TEXTS = 1, 2, 3, 4, 5
MOST_REMEMBERED = 4_096


class Tampered(Exception):
    """The record is not what was signed; `index` is the first entry that is wrong, where that can be told."""

    def __init__(self, sentence: str, index: int | None = None) -> None:
        super().__init__(sentence)
        self.index = index


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What to check against what: the reader's keys (none: the record's own is believed), checkpoints, receipts."""

    level: int = LEAVES
    trusted: Sequence[Key] = ()
    held: Sequence[Checkpoint] = ()
    receipts: Sequence[Receipt] = ()
    judge: Callable[[], Judge] | None = None
    processes: int = 1


@dataclass
class Report:
    """What was checked and found to be in order."""

    origin: str
    size: int
    root: str
    signed_by: str
    level: int
    checkpoints: int
    kinds: dict[str, int] = field(default_factory=dict)
    texts: int = 0
    texts_not_there: int = 0
    started_anew: list[Start] = field(default_factory=list)


def check_bundle(read: Read, sizes: Sequence[int], wanted: Wanted, *, check: Check) -> Report:
    """The report over the whole record; Tampered or CannotTell otherwise. `sizes` are those of its checkpoints."""
    ring = Keyring(list(wanted.trusted) or [_own_key(read)], check, believes=not wanted.trusted)
    notes = {"checkpoint": _note(read, "checkpoint")}
    notes |= {f"checkpoints/{size}": _older(read, size) for size in (sizes if wanted.level >= CHECKPOINTS else ())}
    newest = notes["checkpoint"]
    # A signature that is wrong is told before anything else; one by a key that is not known yet may be handed over to.
    unsigned = {name: note for name, note in notes.items() if not _signed(name, note, ring, check)}
    waypoints = _waypoints([each.checkpoint for each in notes.values()], newest.checkpoint, wanted)
    walk = Walk(read, newest.checkpoint.size, waypoints, wanted, ring)
    walk.go()
    _require_signed(unsigned, newest, ring, check)
    if read("vkey") is not None and _own_key(read) not in ring.keys:
        raise Tampered("The key that came with the record is none of those that you know.")
    return Report(
        origin=newest.checkpoint.origin,
        size=walk.frontier.size,
        root=f"sha256:{walk.frontier.root().hex()}",
        signed_by=str(newest.require(ring.keys[::-1], check)),
        level=wanted.level,
        checkpoints=len(waypoints),
        kinds=dict(sorted(walk.kinds.items())),
        texts=walk.texts,
        texts_not_there=walk.texts_not_there,
        started_anew=ring.starts,
    )


class Walk:
    """One pass over the leaves, a tile at a time."""

    def __init__(
        self, read: Read, size: int, waypoints: dict[int, list[Checkpoint]], wanted: Wanted, ring: Keyring
    ) -> None:
        self._read, self._size, self._waypoints, self._wanted, self._ring = read, size, waypoints, wanted, ring
        self._reader = Reader(wanted.judge() if wanted.judge and wanted.level >= STORY else None)
        self._receipts = {each.index: each for each in wanted.receipts} if wanted.level >= CHECKPOINTS else {}
        self._remembered: dict[str, None] = {}
        self.frontier = Frontier()
        self.kinds: dict[str, int] = {}
        self.texts = self.texts_not_there = 0

    def go(self) -> None:
        """Every leaf was read and everything wanted was found in order; else Tampered or CannotTell."""
        if self._wanted.level == HASHES and self._wanted.processes > 1 and isinstance(self._read, Directory):
            self._fold_apart(self._read)
        while self.frontier.size < self._size:
            number = self.frontier.size // WIDTH
            self._tile(number, min(WIDTH, self._size - number * WIDTH))
        if missing := [index for index in self._receipts if index >= self._size]:
            said = f"Entry {missing[0]} of a receipt is not in a record of {self._size} entries."
            raise Tampered(said + self._anew(), self._size)
        if beyond := [size for size in self._waypoints if size > self._size]:
            raise Tampered(
                f"There is a checkpoint over {max(beyond)} entries, and the newest one given is over {self._size}: "
                f"the record was cut off.{self._anew()}",
                self._size,
            )

    def _anew(self) -> str:
        """What the record says of itself where it does not continue what somebody kept."""
        return "".join(f" {each}." for each in self._ring.starts)

    def _fold_apart(self, read: Directory) -> None:
        """The full chunks are folded by several processes; what is left is done here."""
        chunks = range(self._size // (WIDTH * CHUNK))
        with ProcessPoolExecutor(self._wanted.processes) as pool:
            for root, about in pool.map(_chunk_root, [read] * len(chunks), chunks, chunksize=4):
                self._read_keys(about)
                self.frontier.add_full(CHUNK_HEIGHT, root)

    def _tile(self, number: int, width: int) -> None:
        leaves = split(required(self._read, f"tile/entries/{place(number, width)}"), number, width)
        hashes = [leaf_hash(leaf) for leaf in leaves]
        _compare_hashes(self._read(f"tile/0/{place(number, width)}"), hashes, number)
        if self._wanted.level >= LEAVES:
            self._judge(leaves)
        self._read_keys([(number * WIDTH + at, leaf) for at, leaf in enumerate(leaves) if ABOUT_THE_LOG in leaf])
        self._compare_receipts(number * WIDTH, hashes)
        first = self.frontier.size
        inside = any(each in self._waypoints for each in range(first + 1, first + width))
        if width == WIDTH and not inside:
            self.frontier.add_full(TILE_HEIGHT, fold(hashes))
            self._compare()
        else:
            for hashed in hashes:
                self.frontier.add(hashed)
                self._compare()

    def _read_keys(self, about: Sequence[tuple[int, bytes]]) -> None:
        for index, leaf in about:
            try:
                said = parse(leaf)
                problem = self._ring.read(index, said["type"], said["body"])
            except (NotCanonical, KeyError, TypeError):
                problem = "it cannot be read"
            if problem is not None:
                raise Tampered(f"Entry {index}: {problem}.", index)

    def _judge(self, leaves: Sequence[bytes]) -> None:
        reader, kinds, reads_texts = self._reader, self.kinds, self._wanted.level >= TEXTS
        for leaf in leaves:
            problem = reader.problem_of(leaf)
            if problem is not None:
                raise Tampered(f"Entry {reader.size}: {problem}.", reader.size)
            kinds[reader.kind] = kinds.get(reader.kind, 0) + 1
            if reads_texts:
                self._read_texts(reader.size - 1, parse(leaf)["body"])

    def _read_texts(self, index: int, body: dict[str, Any]) -> None:
        for name, value in body.items():
            if name.endswith("_hash") and isinstance(value, str) and value.startswith("sha256:"):
                self._read_text(index, value.removeprefix("sha256:"))

    def _read_text(self, index: int, digits: str) -> None:
        if digits in self._remembered:
            return
        content = self._read(f"texts/{digits}")
        if content is None:
            self.texts_not_there += 1
        elif hashlib.sha256(content).hexdigest() != digits:
            raise Tampered(f"The text or file that entry {index} names by its hash {digits} is another.", index)
        else:
            self.texts += 1
        self._remembered[digits] = None
        if len(self._remembered) > MOST_REMEMBERED:
            del self._remembered[next(iter(self._remembered))]

    def _compare_receipts(self, first: int, hashes: Sequence[bytes]) -> None:
        for index, receipt in self._receipts.items():
            if first <= index < first + len(hashes) and receipt.hash_text != f"sha256:{hashes[index - first].hex()}":
                raise Tampered(f"Entry {index} is not the one of the receipt.{self._anew()}", index)

    def _compare(self) -> None:
        for checkpoint in self._waypoints.get(self.frontier.size, ()):
            if self.frontier.root() != checkpoint.root:
                raise Tampered(
                    f"The first {self.frontier.size} entries are not those under the checkpoint of that size: one of "
                    f"them was changed, removed or put in.{self._anew()}"
                )


def place(number: int, width: int = WIDTH) -> str:
    """Where a tile stands below its height: `x001/x234/067`, a part of one with `.p/` and its width."""
    groups = [f"{number % 1000:03}"]
    while number := number // 1000:
        groups.append(f"x{number % 1000:03}")
    return "/".join(reversed(groups)) + ("" if width == WIDTH else f".p/{width}")


def split(bundle: bytes, number: int, width: int) -> list[bytes]:
    """The leaves of a tile, each after its length in two bytes; Tampered when it holds more or fewer."""
    found: list[bytes] = []
    at, end = 0, len(bundle)
    while at + 2 <= end and len(found) < width:
        stop = at + 2 + (bundle[at] << 8 | bundle[at + 1])
        if stop > end:
            break
        found.append(bundle[at + 2 : stop])
        at = stop
    if at != end or len(found) != width:
        raise Tampered(
            f"The entries from {number * WIDTH} on are cut off or hold more than they should.",
            number * WIDTH + len(found),
        )
    return found


def _chunk_root(read: Directory, chunk: int) -> tuple[bytes, list[tuple[int, bytes]]]:
    """The root over a chunk, and the entries in it about the log and its keys."""
    roots, about = [], []
    for number in range(chunk * CHUNK, (chunk + 1) * CHUNK):
        leaves = split(required(read, f"tile/entries/{place(number)}"), number, WIDTH)
        hashes = [leaf_hash(leaf) for leaf in leaves]
        _compare_hashes(read(f"tile/0/{place(number)}"), hashes, number)
        roots.append(fold(hashes))
        about += [(number * WIDTH + at, leaf) for at, leaf in enumerate(leaves) if ABOUT_THE_LOG in leaf]
    return fold(roots), about


def _own_key(read: Read) -> Key:
    try:
        return Key.parse(required_text(read, "vkey"))
    except NoteRefused as refusal:
        raise CannotTell(f"vkey cannot be used: {refusal}.") from None


def _note(read: Read, name: str) -> Note:
    try:
        note = Note.parse(required_text(read, name))
    except NoteRefused as refusal:
        raise CannotTell(f"{name} cannot be read: {refusal}.") from None
    if not note.checkpoint.size:
        raise CannotTell(f"{name} is over an empty record: there is nothing to check.")
    return note


def _older(read: Read, size: int) -> Note:
    note = _note(read, f"checkpoints/{size}")
    if note.checkpoint.size != size:
        raise Tampered(f"checkpoints/{size} holds a checkpoint over {note.checkpoint.size} entries.")
    return note


def _signed(name: str, note: Note, ring: Keyring, check: Check) -> bool:
    try:
        return any(note.signed_by(key, check) for key in ring.keys)
    except NoteRefused as refusal:
        raise Tampered(f"{name}: {refusal}.") from None


def _require_signed(notes: dict[str, Note], newest: Note, ring: Keyring, check: Check) -> None:
    """Each of these notes is signed by a key that is known now, or is of the time before the record started anew."""
    ended = {Key.parse(each.previous).name for each in ring.starts}
    for name, note in notes.items():
        try:
            note.require(ring.keys, check)
        except NoteRefused as refusal:
            start = next((each for each in ring.starts[::-1] if _by(note, each, check)), None)
            if note is newest and start is not None:
                raise CannotTell(
                    f"{start}. Your key did not hand over to {start.vkey}, so nobody whom you know vouches for what "
                    "came after. Ask who keeps older checkpoints; if you believe the new key, give it with --key too."
                ) from None
            if note.checkpoint.origin not in ended - {key.name for key in ring.keys}:
                raise Tampered(f"{name}: {refusal}.{''.join(f' {each}.' for each in ring.starts)}") from None


def _by(note: Note, start: Start, check: Check) -> bool:
    key = Key.parse(start.vkey)
    try:
        return note.checkpoint.origin == key.name and note.signed_by(key, check)
    except NoteRefused:
        return False


def _waypoints(notes: Sequence[Checkpoint], newest: Checkpoint, wanted: Wanted) -> dict[int, list[Checkpoint]]:
    """The checkpoints that the record must pass through, by size."""
    found: dict[int, list[Checkpoint]] = {}
    for checkpoint in [*notes, *(wanted.held if wanted.level >= CHECKPOINTS else ())]:
        if record_of(checkpoint.origin) != record_of(newest.origin):
            raise CannotTell(f"A checkpoint of {checkpoint.origin} says nothing about {newest.origin}.")
        found.setdefault(checkpoint.size, []).append(checkpoint)
    return found


def _compare_hashes(tile: bytes | None, hashes: Sequence[bytes], number: int) -> None:
    """The leaves are those that the tile of hashes knows, where the bundle has one."""
    if tile is None or tile == b"".join(hashes):
        return
    for at, hashed in enumerate(hashes):
        if hashed != tile[at * 32 : (at + 1) * 32]:
            index = number * WIDTH + at
            raise Tampered(f"Entry {index} does not have the hash that is kept for it.", index)
    raise Tampered(f"The hashes kept for the entries from {number * WIDTH} on are more than they are.", number * WIDTH)


# --- policyhub/record/offline.py

IN_ORDER, CHANGED, UNKNOWN = 0, 1, 2
CHECKED = {
    1: "Their hashes lead to the root that was signed. What they say was not read.",
    2: "They continue every checkpoint and receipt that was given. What they say was not read.",
    3: "Each has its one form, its place, its time and its fields. The story that they tell was not judged.",
    4: "The story that they tell could have happened: mandates, rolls, times, positions, outcomes.",
    5: "The story that they tell could have happened: mandates, rolls, times, positions, outcomes.",
}


def main(argv: Sequence[str]) -> int:
    """0 when everything is in order, 1 when the record is not what was signed, 2 when that cannot be told."""
    options = arguments().parse_args(argv)
    try:
        keys = [Key.parse(text) for text in options.key]
        if options.proof is not None:
            return say_proof(options.record, options.proof, keys)
        if options.record.endswith(".json"):
            return say_receipt(Path(options.record), keys)
        return say_record(options, keys)
    except (CannotTell, NoteRefused, OSError, UnicodeDecodeError) as trouble:
        print(f"This cannot be told: {trouble}", file=sys.stderr)
        return UNKNOWN


def arguments() -> argparse.ArgumentParser:
    """What the program understands."""
    parser = argparse.ArgumentParser(
        prog="verify_record.py",
        description="Check a public record: hashes, signatures, order, whether its story could have happened, texts.",
        epilog="Exit status: 0 everything is in order, 1 the record is not what was signed, 2 this cannot be told.",
    )
    add = parser.add_argument
    add("record", help="a directory made by export_record, a site's address, a receipt, or with --proof a leaf")
    add("--key", action="append", default=[], metavar="VKEY", help="a verifier key that you know")
    add("--checkpoint", action="append", default=[], type=Path, metavar="FILE", help="a checkpoint kept from before")
    add("--receipt", action="append", default=[], type=Path, metavar="FILE", help="a receipt kept from before")
    add("--proof", type=Path, metavar="FILE", help="a .tlog-proof file for the entry's exact bytes")
    add(
        "--level",
        type=int,
        choices=range(1, 6),
        help="1 hashes and root, 2 kept checkpoints and receipts, 3 every byte, order and field, 4 the story (a site's "
        "default), 5 texts and files (a directory's)",
    )
    add("--processes", type=int, choices=range(1, 65), default=1, metavar="N", help="how many hash at once at level 1")
    add("--json", action="store_true", help="print for machines")
    return parser


def say_record(options: argparse.Namespace, keys: Sequence[Key]) -> int:
    """The status, after the record was checked and the outcome said."""
    is_site = options.record.startswith(("http://", "https://"))
    read, sizes = from_site(options.record) if is_site else from_directory(Path(options.record))
    wanted = Wanted(
        level=options.level or (STORY if is_site else TEXTS),
        trusted=keys,
        held=[held(path) for path in options.checkpoint],
        receipts=[receipt(path) for path in options.receipt],
        judge=lambda: Story().problem,
        processes=options.processes,
    )
    try:
        report = check_bundle(read, sizes, wanted, check=check_ed25519)
    except Tampered as found:
        said = {"in_order": False, "broken": found.index, "reason": str(found)}
        print(json.dumps(said) if options.json else f"The record is NOT what was signed. {found}")
        return CHANGED
    print(json.dumps({"in_order": True, **asdict(report)}) if options.json else _sentences(report, trusted=bool(keys)))
    return IN_ORDER


def say_receipt(path: Path, keys: Sequence[Key]) -> int:
    """The status, after a receipt was checked by itself: its hash, its proof, the signature over it."""
    if not keys:
        raise CannotTell("name the verifier key with --key: a receipt is worth what its key is worth.")
    try:
        kept = Receipt.parse(path.read_text(encoding="utf-8"))
        checkpoint = kept.check(keys, check_ed25519)
    except ProofRefused as refusal:
        print(f"The receipt does NOT hold: {refusal}.")
        return CHANGED
    if checkpoint is None:
        raise CannotTell("the receipt has no proof yet: fetch it again once its entry is under a checkpoint.")
    size = checkpoint.size
    print(f"The receipt is of entry {kept.index} of {kept.origin}, under its checkpoint of {size} entries.")
    return IN_ORDER


def say_proof(leaf: str, proof: Path, keys: Sequence[Key]) -> int:
    """The status, after one entry's exact bytes were checked against a proof file."""
    if not keys:
        raise CannotTell("name the verifier key with --key: a proof is worth what its key is worth.")
    try:
        read = ProofFile.parse(proof.read_text(encoding="utf-8"))
        checkpoint = read.check(Path(leaf).read_bytes(), keys, check_ed25519)
    except ProofRefused as refusal:
        print(f"The proof does NOT hold: {refusal}.")
        return CHANGED
    size, origin = checkpoint.size, checkpoint.origin
    print(f"These bytes are entry {read.index} of {origin}, under its checkpoint of {size} entries.")
    return IN_ORDER


def receipt(path: Path) -> Receipt:
    """A receipt that the reader kept."""
    try:
        return Receipt.parse(path.read_text(encoding="utf-8"))
    except ProofRefused as refusal:
        raise CannotTell(f"{path}: {refusal}.") from None


def held(path: Path) -> Checkpoint:
    """A checkpoint that the reader kept; its signature was theirs to check then."""
    return Note.parse(path.read_text(encoding="utf-8")).checkpoint


def _sentences(report: Report, *, trusted: bool) -> str:
    entries = "\n".join(f"  {count:7,}  {kind}" for kind, count in report.kinds.items())
    belief = "" if trusted else "\nThat key came with the record: compare it with one that you know from elsewhere."
    return (
        f"{report.size:,} entries of {report.origin} are what was signed, under {_under(report.checkpoints)}.\n"
        f"{CHECKED[report.level]}\n"
        f"Root {report.root}\nSigned by {report.signed_by}{belief}"
        + "".join(f"\n{each}; ask those who kept its checkpoints." for each in report.started_anew)
        + _texts(report)
        + (f"\n{entries}" if entries else "")
    )


def _texts(report: Report) -> str:
    if report.level < TEXTS:
        return ""
    gone = f"; {report.texts_not_there} more are named that are not public, or were redacted"
    return f"\n{report.texts} texts and files are those that entries name{gone if report.texts_not_there else ''}."


def _under(checkpoints: int) -> str:
    return "1 checkpoint" if checkpoints == 1 else f"{checkpoints} checkpoints"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
