"""Checking every leaf: bytes, hashes, order, times, fields. Pure: it takes rows and gives the first fault."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from policyhub.core.canonical import NotCanonical, parse, parse_moment
from policyhub.record.kinds import FIELDS, Kind, misfits
from policyhub.record.tree import Frontier, leaf_hash

PARTS = {"actor", "at", "body", "id", "n", "subject", "type", "v"}
ACTOR_PARTS = {"org", "person", "role"}
ADDED = ("process", "told_at")


@dataclass(frozen=True)
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


@dataclass
class Reader:
    """What must be remembered of the leaves so far to judge the next one; grows with subjects and ids."""

    size: int = 0
    kind: str = ""
    counters: dict[str, int] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)
    last_at: str = ""
    told: dict[str, str] = field(default_factory=dict)

    def problem(self, row: Row) -> str | None:
        """What is wrong with the next leaf, or None; then it counts as read."""
        found = _problem(self, row)
        if found is None:
            self.size += 1
        return found


def verify(rows: Iterable[Row]) -> Verified:
    """Read the leaves in order and stop at the first that is not as it must be."""
    reader, frontier = Reader(), Frontier()
    for row in rows:
        problem = reader.problem(row)
        if problem is not None:
            return Verified(frontier.size, frontier.root(), Fault(row.index, problem))
        frontier.add(row.leaf_hash)
    return Verified(frontier.size, frontier.root(), None)


def _problem(reader: Reader, row: Row) -> str | None:
    if row.index != reader.size:
        return f"entry {reader.size} is missing: entry {row.index} stands in its place"
    if leaf_hash(row.leaf) != row.leaf_hash:
        return "the bytes do not hash to the hash kept beside them"
    try:
        leaf = parse(row.leaf)
    except NotCanonical as error:
        return str(error)
    if set(leaf) != PARTS or leaf["v"] != 1 or not isinstance(leaf["actor"], dict):
        return "the leaf does not have exactly the parts of an entry"
    if set(leaf["actor"]) != ACTOR_PARTS:
        return "the actor does not have exactly org, person and role"
    reader.kind = str(leaf["type"])
    return _body_problem(leaf) or _order_problem(reader, leaf)


def _body_problem(leaf: dict[str, object]) -> str | None:
    kind, body, subject = leaf["type"], leaf["body"], str(leaf["subject"])
    if kind not in {each.value for each in FIELDS}:
        return f"there is no kind {kind}"
    if not isinstance(body, dict):
        return "the body is not an object"
    if subject.startswith("process/") and "process" in body:
        return "an entry about a process does not name a process again"
    return misfits(Kind(str(kind)), {name: value for name, value in body.items() if name not in ADDED})


def _order_problem(reader: Reader, leaf: dict[str, object]) -> str | None:
    subject, at = str(leaf["subject"]), str(leaf["at"])
    expected = reader.counters.get(subject, 0) + 1
    if leaf["n"] != expected:
        return f"entry {expected} about {subject} is missing: {leaf['n']} stands in its place"
    if str(leaf["id"]) in reader.ids:
        return f"the id {leaf['id']} stands twice"
    if _time(at) is None or at < reader.last_at:
        return "the time of writing is malformed or goes backwards"
    reader.counters[subject], reader.last_at = expected, at
    reader.ids.add(str(leaf["id"]))
    return _told_problem(reader, leaf, at)


def _told_problem(reader: Reader, leaf: dict[str, object], at: str) -> str | None:
    body, subject = leaf["body"], str(leaf["subject"])
    told = body.get("told_at") if isinstance(body, dict) else None
    if told is None or not isinstance(body, dict):
        return None
    process = subject.removeprefix("process/") if subject.startswith("process/") else str(body.get("process"))
    if _time(str(told)) is None or str(told) > at:
        return "the told time is malformed or later than the time of writing"
    if str(told) < reader.told.get(process, ""):
        return f"what is told of {process} goes backwards"
    reader.told[process] = str(told)
    return None


def _time(value: str) -> datetime | None:
    try:
        return parse_moment(value)
    except ValueError:
        return None
