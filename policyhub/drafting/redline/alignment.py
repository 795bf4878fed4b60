"""Which unit of the old text became which unit of the new one: clauses, paragraphs, list items, rows."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from policyhub.drafting.redline.words import Hunk, differing

RARE = 8
NEARBY = 30
ALIKE = 0.4
MOVED_ALIKE = 0.6
MOVED_WORDS = 4

_WORD = re.compile(r"\w+")
Bags = dict[int, Counter[str]]


class Match(NamedTuple):
    """An old unit, the new unit it became, and how alike they are, 0 to 1."""

    old: int
    new: int
    likeness: float


class Kind(StrEnum):
    """What became of a unit."""

    KEPT = "kept"
    DELETED = "deleted"
    INSERTED = "inserted"
    MOVED_AWAY = "moved_away"
    MOVED_HERE = "moved_here"


@dataclass(frozen=True)
class Step:
    """One step through both texts: where the unit stands in each; -1 where it does not."""

    kind: Kind
    old: int
    new: int


def steps(old: Sequence[str], new: Sequence[str]) -> list[Step]:
    """Both texts walked at once: each old and each new unit in its order, changed units beside what they became.

    A unit that is kept takes one step; one that moved takes two, at its old and at its new place.
    """
    matches = _equal(old, new)
    matches += _alike(matches, old, new)
    matches.sort()
    in_order = set(heaviest_rising([found.new for found in matches], [_weight(found, old) for found in matches]))
    kept = [found for place, found in enumerate(matches) if place in in_order]
    moved = [found for place, found in enumerate(matches) if place not in in_order and _is_move(found, old)]
    return list(walk(kept, moved, len(old), len(new)))


def walk(kept: Sequence[Match], moved: Sequence[Match], old_size: int, new_size: int) -> Iterator[Step]:
    """The steps, given which units kept their order and which moved."""
    away = {found.old: found.new for found in moved}
    here = {found.new: found.old for found in moved}
    old_at = new_at = 0
    for old_stop, new_stop, _ in [*kept, Match(old_size, new_size, 1)]:
        for place in range(old_at, old_stop):
            yield Step(Kind.MOVED_AWAY if place in away else Kind.DELETED, place, away.get(place, -1))
        for place in range(new_at, new_stop):
            yield Step(Kind.MOVED_HERE if place in here else Kind.INSERTED, here.get(place, -1), place)
        if old_stop < old_size:
            yield Step(Kind.KEPT, old_stop, new_stop)
        old_at, new_at = old_stop + 1, new_stop + 1


def heaviest_rising(values: Sequence[int], weights: Sequence[float]) -> list[int]:
    """The places of the strictly rising subsequence that weighs most; no value stands twice."""
    best: list[tuple[float, int]] = [(0.0, -1)] * (max(values, default=-1) + 2)
    before: list[int] = []
    for place, value in enumerate(values):
        weight, previous = _best_below(best, value)
        before.append(previous)
        _raise(best, value, (weight + weights[place], place))
    kept = []
    place = _best_below(best, len(best) - 1)[1]
    while place >= 0:
        kept.append(place)
        place = before[place]
    return kept[::-1]


def _best_below(best: list[tuple[float, int]], value: int) -> tuple[float, int]:
    """The heaviest end of a subsequence whose last value is less, out of a Fenwick tree."""
    found = best[0]
    while value > 0:
        found = max(found, best[value])
        value -= value & -value
    return found


def _raise(best: list[tuple[float, int]], value: int, entry: tuple[float, int]) -> None:
    value += 1
    while value < len(best):
        best[value] = max(best[value], entry)
        value += value & -value


def _weight(found: Match, old: Sequence[str]) -> float:
    return found.likeness * (1 + len(old[found.old]))


def _is_move(found: Match, old: Sequence[str]) -> bool:
    """Whether a unit out of order is called moved: one that also lost most of its words is simply gone."""
    return found.likeness >= MOVED_ALIKE and len(_WORD.findall(old[found.old])) >= MOVED_WORDS


def _equal(old: Sequence[str], new: Sequence[str]) -> list[Match]:
    """Units that stand on both sides unchanged: in the same order where possible, then those that moved whole."""
    found: dict[int, int] = {}
    old_at = new_at = 0
    for hunk in [*differing(old, new), Hunk(len(old), len(old), len(new), len(new))]:
        found |= zip(range(old_at, hunk.old_from), range(new_at, hunk.new_from), strict=True)
        old_at, new_at = hunk.old_to, hunk.new_to
    taken = set(found.values())
    left: dict[str, list[int]] = defaultdict(list)
    for j in reversed(range(len(new))):
        if j not in taken:
            left[new[j]].append(j)
    for i, text in enumerate(old):
        if i not in found and left[text]:
            found[i] = left[text].pop()
    return [Match(i, j, 1) for i, j in found.items()]


def _alike(equal: Sequence[Match], old: Sequence[str], new: Sequence[str]) -> list[Match]:
    """Pairs among the units left over by the equal ones, the most alike first; each unit in one pair at most."""
    taken_old, taken_new = {found.old for found in equal}, {found.new for found in equal}
    bags_old = {i: _bag(text) for i, text in enumerate(old) if i not in taken_old}
    bags_new = {j: _bag(text) for j, text in enumerate(new) if j not in taken_new}
    candidates = _nearby(equal, bags_old, bags_new) | _sharing_rare_words(bags_old, bags_new)
    ranked = sorted(((_likeness(bags_old[i], bags_new[j]), -abs(i - j), i, j) for i, j in candidates), reverse=True)
    pairs: list[Match] = []
    for likeness, _, i, j in ranked:
        if likeness >= ALIKE and i not in taken_old and j not in taken_new:
            pairs.append(Match(i, j, likeness))
            taken_old.add(i)
            taken_new.add(j)
    return pairs


def _nearby(equal: Sequence[Match], old: Bags, new: Bags) -> set[tuple[int, int]]:
    """Units left over between the same two equal neighbours, where they are few."""
    before_old, before_new = _places_by_gap(old, equal, 0), _places_by_gap(new, equal, 1)
    return {
        (i, j)
        for gap, olds in before_old.items()
        if len(olds) * len(before_new[gap]) <= NEARBY * NEARBY
        for i in olds
        for j in before_new[gap]
    }


def _places_by_gap(bags: Bags, equal: Sequence[Match], side: int) -> dict[int, list[int]]:
    """Units left over, by how many equal units stand before them."""
    stops = sorted(int(found[side]) for found in equal)
    places: dict[int, list[int]] = defaultdict(list)
    for place in bags:
        places[bisect_left(stops, place)].append(place)
    return places


def _sharing_rare_words(old: Bags, new: Bags) -> set[tuple[int, int]]:
    """Pairs that share words which few new units hold: the three that share most with each old unit."""
    holders: dict[str, list[int]] = defaultdict(list)
    for j, bag in new.items():
        for word in bag:
            holders[word].append(j)
    rare = {word: places for word, places in holders.items() if len(places) <= RARE}
    found: set[tuple[int, int]] = set()
    for i, bag in old.items():
        shared = Counter(j for word in bag if word in rare for j in rare[word])
        found |= {(i, j) for j, _ in shared.most_common(3)}
    return found


def _bag(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text.casefold()))


def _likeness(old: Counter[str], new: Counter[str]) -> float:
    """The share of words in common, 0 to 1; texts without words are not alike."""
    total = old.total() + new.total()
    return 2 * (old & new).total() / total if total else 0
