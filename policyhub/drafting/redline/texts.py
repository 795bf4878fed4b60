"""The exact redline of two texts: operations that, joined, give both texts back to the last space."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from policyhub.drafting.redline.alignment import Kind, Step, steps
from policyhub.drafting.redline.words import Words, hunks

_UNIT = re.compile(r"\n*[^\n]+\n(?:[ \t]*\n)*|.+", re.DOTALL)


class Op(StrEnum):
    """What an operation does to the old text."""

    EQUAL = "equal"
    INSERT = "insert"
    DELETE = "delete"
    MOVE = "move"


@dataclass(frozen=True)
class Operation:
    """A stretch of both texts. A moved stretch stands twice: `old` at its old place, `new` at its new one."""

    op: Op
    old: str
    new: str

    def as_json(self) -> dict[str, str]:
        """The operation as machines read it."""
        return {"op": self.op.value, "old": self.old, "new": self.new}


def redline(old: str, new: str) -> list[Operation]:
    """The redline of two texts, aligned line by line, changed lines word by word, moved lines named as moved.

    Joining every `old` gives the old text exactly, joining every `new` the new one.
    """
    old_units, new_units = _units(old), _units(new)
    keys = [[" ".join(unit.split()) for unit in units] for units in (old_units, new_units)]
    walked = steps(*keys)
    return list(_merged(operation for step in walked for operation in _of_step(step, old_units, new_units)))


def word_redline(old: str, new: str) -> list[Operation]:
    """The redline of two texts word by word in their order, without looking for moves."""
    return list(_merged(_word_operations(old, new)))


def _units(text: str) -> list[str]:
    """The lines of a text, each with the empty lines after it."""
    return _UNIT.findall(text)


def _of_step(step: Step, old: list[str], new: list[str]) -> Iterator[Operation]:
    match step.kind:
        case Kind.KEPT:
            yield from _word_operations(old[step.old], new[step.new])
        case Kind.DELETED:
            yield Operation(Op.DELETE, old[step.old], "")
        case Kind.INSERTED:
            yield Operation(Op.INSERT, "", new[step.new])
        case Kind.MOVED_AWAY:
            for each in _word_operations(old[step.old], new[step.new]):
                yield Operation(Op.MOVE, each.old, "") if each.op is Op.EQUAL else Operation(each.op, each.old, "")
        case Kind.MOVED_HERE:
            for each in _word_operations(old[step.old], new[step.new]):
                yield Operation(Op.MOVE, "", each.new) if each.op is Op.EQUAL else Operation(each.op, "", each.new)


def _word_operations(old: str, new: str) -> Iterator[Operation]:
    """The words of both texts; space between equal words is compared too, as it may tell lines apart."""
    if old == new:
        yield Operation(Op.EQUAL, old, new)
        return
    before, after = Words.of(old), Words.of(new)
    old_at = new_at = 0
    texts = [word.text for word in before.words], [word.text for word in after.words]
    for hunk in hunks(*texts, before.words, after.words):
        yield from _equal_words(before, after, old_at, hunk.old_from, new_at)
        removed = "".join(map("".join, before.words[hunk.old_from : hunk.old_to]))
        added = "".join(map("".join, after.words[hunk.new_from : hunk.new_to]))
        yield from _replaced(removed, added)
        old_at, new_at = hunk.old_to, hunk.new_to
    yield from _equal_words(before, after, old_at, len(before.words), new_at)
    yield from _replaced(before.tail, after.tail)


def _equal_words(before: Words, after: Words, start: int, end: int, new_start: int) -> Iterator[Operation]:
    for old_word, new_word in zip(before.words[start:end], after.words[new_start:], strict=False):
        yield from _replaced(old_word.space, new_word.space)
        yield Operation(Op.EQUAL, old_word.text, new_word.text)


def _replaced(removed: str, added: str) -> Iterator[Operation]:
    """One stretch in place of another; the space that both begin with is kept."""
    if removed == added:
        yield Operation(Op.EQUAL, removed, added)
        return
    shared = _shared_space(removed, added)
    yield Operation(Op.EQUAL, removed[:shared], added[:shared])
    yield Operation(Op.DELETE, removed[shared:], "")
    yield Operation(Op.INSERT, "", added[shared:])


def _shared_space(removed: str, added: str) -> int:
    if not removed.strip() or not added.strip():
        return 0
    size = 0
    while removed[size] == added[size] and removed[size].isspace():
        size += 1
    return size


def _merged(operations: Iterable[Operation]) -> Iterator[Operation]:
    """The operations with neighbours that do the same made one and empty ones left out."""
    last: Operation | None = None
    for each in operations:
        if not each.old and not each.new:
            continue
        if last and last.op is each.op and bool(last.old) == bool(each.old):
            last = Operation(each.op, last.old + each.old, last.new + each.new)
            continue
        if last:
            yield last
        last = each
    if last:
        yield last
