"""Editing a list of clauses: moved, removed, added; what stands below a clause goes with it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from policyhub.drafting.rules import ClauseDraft


class Edit(StrEnum):
    """What can be done with a clause in the list."""

    UP = "up"
    DOWN = "down"
    REMOVE = "remove"
    ADD = "add"


def rearrange(clauses: Sequence[ClauseDraft], edit: Edit, index: int) -> list[ClauseDraft]:
    """The list after the edit; as it was when the index is none of its places or there is nowhere to go.

    A new clause comes behind the one at the index and all that stands below it, on the same level.
    """
    if not 0 <= index < len(clauses):
        return list(clauses)
    end = _end(clauses, index)
    before, block, after = list(clauses[:index]), list(clauses[index:end]), list(clauses[end:])
    if edit is Edit.REMOVE:
        return before + list(clauses[index + 1 :])
    if edit is Edit.ADD:
        return [*before, *block, ClauseDraft(None, clauses[index].level, "", ""), *after]
    if edit is Edit.UP:
        place = _start_before(clauses, index)
        return before[:place] + block + before[place:] + after
    place = _end(clauses, end) - end if end < len(clauses) and clauses[end].level == clauses[index].level else 0
    return before + after[:place] + block + after[place:]


def _end(clauses: Sequence[ClauseDraft], index: int) -> int:
    """The place behind a clause and everything below it."""
    for place in range(index + 1, len(clauses)):
        if clauses[place].level <= clauses[index].level:
            return place
    return len(clauses)


def _start_before(clauses: Sequence[ClauseDraft], index: int) -> int:
    """The place of the clause before on the same level; the clause's own place when none is."""
    for place in range(index - 1, -1, -1):
        if clauses[place].level <= clauses[index].level:
            return place if clauses[place].level == clauses[index].level else index
    return index
