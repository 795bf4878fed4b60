"""Which clause of an imported text is which clause of the document, so that keys last and redlines align."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence

from policyhub.drafting.rules import ClauseDraft

ALIKE = 0.6

_ENUMERATOR = re.compile(r"^(?:(?:section|article|clause)\s+)?(?:\(?[0-9ivx]+(?:\.[0-9]+)*[.):]?|\(?[a-z][.):])\s+")
_WORD = re.compile(r"\w+")

Matches = dict[int, str]


def match_keys(old: Sequence[ClauseDraft], new: Sequence[ClauseDraft]) -> list[str | None]:
    """For each new clause the key of the old one it continues, or None; no key is given twice.

    The surest sign comes first: the same heading below the same headings, then the same text, then a heading that
    occurs once, then mostly the same words.
    """
    old_paths, new_paths = _paths(old), _paths(new)
    found: Matches = {}
    _match_by(found, old, new, lambda side, index: (old_paths if side is old else new_paths)[index])
    _match_by(found, old, new, lambda side, index: side[index].markdown.strip())
    _match_by(found, old, new, lambda side, index: plain_heading(side[index].heading))
    _match_alike(found, old, new)
    return [found.get(index) for index in range(len(new))]


def plain_heading(heading: str) -> str:
    """The heading in lower case without the number or letter in front of it."""
    folded = " ".join(heading.casefold().split())
    return _ENUMERATOR.sub("", folded) or folded


def _paths(clauses: Sequence[ClauseDraft]) -> list[tuple[str, ...]]:
    above: list[str] = []
    paths = []
    for clause in clauses:
        above = [*above[: clause.level - 1], plain_heading(clause.heading)]
        paths.append(tuple(above))
    return paths


def _match_by(
    found: Matches,
    old: Sequence[ClauseDraft],
    new: Sequence[ClauseDraft],
    sign: Callable[[Sequence[ClauseDraft], int], Hashable],
) -> None:
    """Match the clauses whose sign occurs exactly once among those left on either side."""
    olds = _once((sign(old, index), index) for index in _left_old(found, old))
    news = _once((sign(new, index), index) for index in _left_new(found, new))
    for value in olds.keys() & news.keys():
        key = old[olds[value]].key
        if value and key is not None:
            found[news[value]] = key


def _match_alike(found: Matches, old: Sequence[ClauseDraft], new: Sequence[ClauseDraft]) -> None:
    olds = {index: _words(old[index]) for index in _left_old(found, old)}
    news = {index: _words(new[index]) for index in _left_new(found, new)}
    pairs = sorted(
        (-_likeness(words, others), there, here) for there, words in olds.items() for here, others in news.items()
    )
    for less, there, here in pairs:
        key = old[there].key
        if -less >= ALIKE and here not in found and key is not None and key not in found.values():
            found[here] = key


def _left_old(found: Matches, old: Sequence[ClauseDraft]) -> list[int]:
    taken = set(found.values())
    return [index for index, clause in enumerate(old) if clause.key not in taken]


def _left_new(found: Matches, new: Sequence[ClauseDraft]) -> list[int]:
    return [index for index in range(len(new)) if index not in found]


def _once(pairs: Iterator[tuple[Hashable, int]]) -> dict[Hashable, int]:
    listed = list(pairs)
    counted = Counter(value for value, _ in listed)
    return {value: index for value, index in listed if counted[value] == 1}


def _words(clause: ClauseDraft) -> Counter[str]:
    return Counter(_WORD.findall(f"{clause.heading} {clause.markdown}".casefold()))


def _likeness(words: Counter[str], others: Counter[str]) -> float:
    both = words.total() + others.total()
    return 2 * (words & others).total() / both if both else 0.0
