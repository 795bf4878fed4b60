"""Requirements: declared or kept back under a commitment, sponsored, linked, marked, dropped by their holder alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policyhub.record.commitments import check_revealed
from policyhub.record.replay.state import (
    Line,
    ProcessHeld,
    SeatHeld,
    StoryHeld,
    StoryRule,
    not_next,
    numbered,
    without_mandate,
    without_vote,
)

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
