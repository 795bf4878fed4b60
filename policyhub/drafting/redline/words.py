"""Two sequences of words and what differs between them, in runs that a person can read."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from cydifflib import SequenceMatcher

MAX_EFFORT = 4_000_000
MAX_JOINED = 2
SENTENCE_ENDS = frozenset(".!?")
PAUSES = frozenset(",;:)")

PIECE = re.compile(r"\s+|\w+(?:[.,'’-]\w+)*|[^\w\s]")


class Word(NamedTuple):
    """A word or sign with the space before it."""

    space: str
    text: str


class Hunk(NamedTuple):
    """A stretch that differs: `old[old_from:old_to]` stands where `new[new_from:new_to]` stands now."""

    old_from: int
    old_to: int
    new_from: int
    new_to: int

    def shifted(self, by: int) -> Hunk:
        return Hunk(*(place + by for place in self))


@dataclass(frozen=True)
class Words:
    """A text as words; `tail` is the space after the last one, so that joining all gives the text."""

    words: tuple[Word, ...]
    tail: str

    @classmethod
    def of(cls, text: str) -> Words:
        """The words of a text."""
        words: list[Word] = []
        space = ""
        for piece in PIECE.findall(text):
            if piece.isspace():
                space = piece
            else:
                words.append(Word(space, piece))
                space = ""
        return cls(tuple(words), space)


def hunks(
    old: Sequence[Hashable], new: Sequence[Hashable], old_words: Sequence[Word], new_words: Sequence[Word]
) -> list[Hunk]:
    """Where the two sequences differ, in order; stretches that only a word or two hold apart are one.

    Equality is that of `old` and `new`; the words beside them decide only where a stretch may begin and what is joined.
    """
    found = list(differing(old, new))
    return _joined(_slid(found, old, new, old_words, new_words), old_words, new_words)


def differing(old: Sequence[Hashable], new: Sequence[Hashable], old_at: int = 0, new_at: int = 0) -> Iterator[Hunk]:
    """Where two sequences differ, in order, found at bounded cost; the places given are those of their beginnings."""
    start, end = _common_ends(old, new)
    old, new = old[start : len(old) - end], new[start : len(new) - end]
    old_at, new_at = old_at + start, new_at + start
    if not old or not new:
        if old or new:
            yield Hunk(old_at, old_at + len(old), new_at, new_at + len(new))
    elif _effort(old, new) <= MAX_EFFORT:
        yield from _matched(old, new, old_at, new_at)
    else:
        yield from _anchored(old, new, old_at, new_at)


def _common_ends(old: Sequence[Hashable], new: Sequence[Hashable]) -> tuple[int, int]:
    shorter = min(len(old), len(new))
    start = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    room = shorter - start
    return start, next((at for at in range(room) if old[-1 - at] != new[-1 - at]), room)


def _effort(old: Sequence[Hashable], new: Sequence[Hashable]) -> int:
    counts = Counter(new)
    return sum(counts[word] for word in old)


def _matched(old: Sequence[Hashable], new: Sequence[Hashable], old_at: int, new_at: int) -> Iterator[Hunk]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if tag != "equal":
            yield Hunk(old_at + old_from, old_at + old_to, new_at + new_from, new_at + new_to)


def _anchored(old: Sequence[Hashable], new: Sequence[Hashable], old_at: int, new_at: int) -> Iterator[Hunk]:
    """Hunks between words that stand once on each side; where there is no such word, the whole stretch is one."""
    anchors = _unique_in_both(old, new)
    if not anchors:
        yield Hunk(old_at, old_at + len(old), new_at, new_at + len(new))
        return
    old_done = new_done = 0
    for old_place, new_place in [*anchors, (len(old), len(new))]:
        stretch = old[old_done:old_place], new[new_done:new_place]
        yield from differing(*stretch, old_at + old_done, new_at + new_done)
        old_done, new_done = old_place + 1, new_place + 1


def _unique_in_both(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    once = {word for word, count in Counter(old).items() if count == 1}
    once &= {word for word, count in Counter(new).items() if count == 1}
    places = {word: place for place, word in enumerate(new) if word in once}
    pairs = [(place, places[word]) for place, word in enumerate(old) if word in once]
    return [pairs[kept] for kept in rising([new_place for _, new_place in pairs])]


def rising(values: Sequence[int]) -> list[int]:
    """The places of a longest strictly rising subsequence."""
    tails: list[int] = []
    tail_places: list[int] = []
    before: list[int] = []
    for place, value in enumerate(values):
        length = bisect_left(tails, value)
        before.append(tail_places[length - 1] if length else -1)
        tails[length : length + 1] = [value]
        tail_places[length : length + 1] = [place]
    kept = []
    place = tail_places[-1] if tail_places else -1
    while place >= 0:
        kept.append(place)
        place = before[place]
    return kept[::-1]


def _slid(
    found: list[Hunk],
    old: Sequence[Hashable],
    new: Sequence[Hashable],
    old_words: Sequence[Word],
    new_words: Sequence[Word],
) -> list[Hunk]:
    """The hunks with each pure insertion or deletion at the most natural of the places where it says the same."""
    slid: list[Hunk] = []
    for place, hunk in enumerate(found):
        room_left = hunk.new_from - (slid[-1].new_to if slid else 0)
        room_right = (found[place + 1].new_from if place + 1 < len(found) else len(new)) - hunk.new_to
        if hunk.old_from == hunk.old_to:
            shift = _best_shift(new, new_words, hunk.new_from, hunk.new_to, room_left, room_right)
        elif hunk.new_from == hunk.new_to:
            shift = _best_shift(old, old_words, hunk.old_from, hunk.old_to, room_left, room_right)
        else:
            shift = 0
        slid.append(hunk.shifted(shift))
    return slid


def _best_shift(
    keys: Sequence[Hashable], words: Sequence[Word], start: int, end: int, room_left: int, room_right: int
) -> int:
    left = next((by for by in range(room_left) if keys[start - 1 - by] != keys[end - 1 - by]), room_left)
    right = next((by for by in range(room_right) if keys[start + by] != keys[end + by]), room_right)
    return max(range(-left, right + 1), key=lambda by: (_ease(words, start + by), -abs(by)))


def _ease(words: Sequence[Word], place: int) -> int:
    """How naturally a stretch begins at this place: at a paragraph, a line or sentence, a pause, or within."""
    if place == 0 or place == len(words) or words[place].space.count("\n") > 1:
        return 3
    if "\n" in words[place].space or words[place - 1].text in SENTENCE_ENDS:
        return 2
    return 1 if words[place - 1].text in PAUSES else 0


def _joined(found: list[Hunk], old_words: Sequence[Word], new_words: Sequence[Word]) -> list[Hunk]:
    """The hunks, those made one that only a word or two hold apart: a replaced phrase reads better than confetti."""
    joined: list[Hunk] = []
    for hunk in found:
        if joined and _belong_together(joined[-1], hunk, old_words, new_words):
            last = joined.pop()
            hunk = Hunk(last.old_from, hunk.old_to, last.new_from, hunk.new_to)
        joined.append(hunk)
    return joined


def _belong_together(first: Hunk, second: Hunk, old_words: Sequence[Word], new_words: Sequence[Word]) -> bool:
    between = old_words[first.old_to : second.old_from]
    if len(between) > 2 * MAX_JOINED or any("\n" in word.space for word in between):
        return False
    held = _spoken(between)
    least = min(_changed(hunk, old_words, new_words) for hunk in (first, second))
    return held <= min(MAX_JOINED, least)


def _changed(hunk: Hunk, old_words: Sequence[Word], new_words: Sequence[Word]) -> int:
    """How many words were replaced: none where only some were added or only some removed."""
    return min(_spoken(old_words[hunk.old_from : hunk.old_to]), _spoken(new_words[hunk.new_from : hunk.new_to]))


def _spoken(words: Sequence[Word]) -> int:
    return sum(word.text[0].isalnum() for word in words)
