"""What a version's text is: its clauses, their numbers, its bytes, and what stands in the way of publishing it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from policyhub.core.errors import Reason

MAX_CLAUSES = 400
MAX_LEVEL = 6
MAX_HEADING = 300

_KEY = re.compile(r"c([1-9][0-9]*)")


class ClauseDraft(NamedTuple):
    """A clause as somebody wrote it; `key` is None for one that is new in the document."""

    key: str | None
    level: int
    heading: str
    markdown: str


def number_clauses(levels: Sequence[int]) -> list[str]:
    """The number of each clause, such as 1, 1.1, 1.2, 2, counted from the levels."""
    counts: list[int] = []
    numbers = []
    for level in levels:
        counts = [*counts[:level], *[0] * (level - len(counts))]
        counts[-1] += 1
        numbers.append(".".join(str(count) for count in counts))
    return numbers


def close_up(levels: Sequence[int]) -> list[int]:
    """The levels with no step skipped: the first is 1, and none is more than one below the clause before it."""
    above: list[int] = []
    closed = []
    for level in levels:
        while above and above[-1] >= level:
            above.pop()
        above.append(level)
        closed.append(min(len(above), MAX_LEVEL))
    return closed


def clause_text(heading: str, markdown: str) -> str:
    """The text that a clause's hash is taken over: its heading, an empty line, its Markdown."""
    return f"{heading}\n\n{markdown}" if markdown else f"{heading}\n"


def whole_text(clauses: Sequence[ClauseDraft]) -> str:
    """The text that a version's hash is taken over, and the file that readers download.

    Each clause is its heading behind as many # as its level and, after an empty line, its Markdown; an empty line
    stands between two clauses. Anybody can take SHA-256 over these bytes and compare.
    """
    return "\n".join(f"{'#' * each.level} {clause_text(each.heading, each.markdown)}" for each in clauses)


def next_key(keys: Sequence[str]) -> int:
    """The number of the next new clause's key: one past the highest ever given in the document."""
    return max((int(found[1]) for key in keys if (found := _KEY.fullmatch(key))), default=0) + 1


def name_of(clause: ClauseDraft, index: int) -> str:
    """How a refusal names a clause: by its place, and its heading if it has one."""
    heading = " ".join(clause.heading.split())
    return f"Clause {index + 1} ({heading[:60]})" if heading else f"Clause {index + 1}"


def problems(clauses: Sequence[ClauseDraft], known: Sequence[str]) -> list[Reason]:
    """Everything that keeps these clauses from being a version of a document with the known keys."""
    if not clauses:
        return [Reason("no_clauses", "A version needs at least one clause. Write one, then publish.")]
    if len(clauses) > MAX_CLAUSES:
        return [
            Reason(
                "too_many",
                f"A version has at most {MAX_CLAUSES} clauses; this one has {len(clauses)}. Join some of them.",
            )
        ]
    return [*_key_problems(clauses, known), *_shape_problems(clauses)]


def _key_problems(clauses: Sequence[ClauseDraft], known: Sequence[str]) -> Iterator[Reason]:
    counted = Counter(each.key for each in clauses if each.key is not None)
    for key in sorted(set(counted) - set(known)):
        yield Reason(
            "foreign_clause", f"This document has no clause with the key {key}. Leave the key of a new one out."
        )
    for key in sorted(key for key, count in counted.items() if count > 1):
        yield Reason("doubled_clause", f"The clause with the key {key} stands twice. Keep it in one place.")


def _shape_problems(clauses: Sequence[ClauseDraft]) -> Iterator[Reason]:
    above = 0
    for index, clause in enumerate(clauses):
        name = name_of(clause, index)
        if not clause.heading.strip():
            yield Reason("no_heading", f"{name} has no heading. Give it one.", f"{index}-heading")
        elif len(clause.heading) > MAX_HEADING:
            sentence = f"The heading of {name} is longer than {MAX_HEADING} characters. Move some of it into the text."
            yield Reason("long_heading", sentence, f"{index}-heading")
        if not 1 <= clause.level <= min(above + 1, MAX_LEVEL):
            yield Reason(
                "level", f"{name} is too deep below the clause before it. Move it up a level.", f"{index}-level"
            )
        if not clause.markdown.strip() and not _has_below(clauses, index):
            yield Reason("empty_clause", f"{name} is empty. Write its text, or remove it.", f"{index}-markdown")
        above = clause.level


def _has_below(clauses: Sequence[ClauseDraft], index: int) -> bool:
    return index + 1 < len(clauses) and clauses[index + 1].level > clauses[index].level
