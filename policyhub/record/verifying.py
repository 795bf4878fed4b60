"""Checking every leaf: bytes, order, times, fields, and with a judge the story. Pure: rows in, first fault out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from policyhub.core.canonical import NotCanonical, parse, parse_moment
from policyhub.record.kinds import FIELDS, Kind, misfits
from policyhub.record.tree import Frontier, leaf_hash

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
