"""Whether the tables still say what the record says: every field, every text, every commitment, every row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice

from django.db import connection, transaction

from policyhub.insight.agreement import leaves, mandates
from policyhub.insight.agreement.comparing import CLAIMS, UNCOMPARED, Disagreement, Pass, differs
from policyhub.insight.places import ODD
from policyhub.record.models import Entry
from policyhub.record.queries import replacements, size

__all__ = ["CLAIMS", "UNCOMPARED", "Comparison", "Disagreement", "compare"]

AT_ONCE = 500
# More than anybody reads; the number of all of them is told beside.
LISTED = 200


@dataclass(frozen=True)
class Comparison:
    """What came of comparing: over how many entries, how many disagreements, and the first of them."""

    entries: int
    disagreements: int
    listed: tuple[Disagreement, ...]

    @property
    def agrees(self) -> bool:
        return not self.disagreements


def compare() -> Comparison:
    """The tables compared with the record as both stood at one moment, whatever people do meanwhile."""
    with _one_moment():
        entries, count, listed = size(), 0, list[Disagreement]()
        for found in disagreements():
            count += 1
            if len(listed) < LISTED:
                listed.append(found)
    return Comparison(entries, count, tuple(sorted(listed, key=lambda each: (each.index is None, each.index or 0))))


def disagreements() -> Iterator[Disagreement]:
    """Everything in which the tables and the record differ, entries newest first."""
    erased = leaves.erased_commitments(Entry.objects.of_kinds("person.erased").iterator(chunk_size=AT_ONCE))
    under_way, secrets = Pass(replacements()), 0
    for batch in _batches():
        whole = list(_readable(batch))
        said, problems, opened = leaves.open_all(whole, erased)
        secrets += opened
        yield from problems
        for entry in whole:
            yield from leaves.columns(entry)
        for entry in (each for each in batch if each not in whole):
            yield differs(entry, "leaf", "something else than an entry does", "nothing")
        yield from mandates.roles(said)
        yield from under_way.compare(said)
    yield from under_way.planted()
    yield from leaves.stray_secrets(secrets)
    yield from leaves.subtrees(size())


def _batches() -> Iterator[list[Entry]]:
    rows = Entry.objects.order_by("-index").iterator(chunk_size=AT_ONCE)
    while batch := list(islice(rows, AT_ONCE)):
        yield batch


def _readable(batch: list[Entry]) -> Iterator[Entry]:
    """The entries that have the parts of one; what else may be on the record is told and compared with nothing."""
    for entry in batch:
        try:
            _ = entry.content["at"], entry.content["id"], entry.content["n"], entry.actor["org"], entry.actor["person"]
            _ = entry.content["subject"], entry.content["type"], entry.body.get("process")
        except ODD:
            continue
        yield entry


@contextmanager
def _one_moment() -> Iterator[None]:
    """One snapshot of the database; part of the transaction around it where there is one."""
    is_first = not connection.in_atomic_block
    with transaction.atomic():
        if is_first:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
