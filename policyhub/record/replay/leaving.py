"""Leaving the process, announced or at once, and stepping out of one text or group: by the lead, or the clock."""

from __future__ import annotations

from collections.abc import Iterator

from policyhub.record.replay.state import (
    ACTIVE,
    ARCHIVIST,
    BY_THE_CLOCK,
    LEAD,
    WITHDRAWN,
    Line,
    ProcessHeld,
    SeatHeld,
    StoryHeld,
    StoryRule,
    without_archivist,
    without_clock,
    without_seat,
)


def organization_withdrawn(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """An organization leaves by its lead, or by the clock when it had announced it."""
    if line.role == "system":
        yield from without_clock(line)
        seat = process.seat(line.subject.removeprefix("organization/"))
        if seat is None or seat.state != ACTIVE or not seat.leaves_at:
            yield f"{line.subject} had not announced that it would leave"
            return
        if line.body["effective_at"] != seat.leaves_at or line.at < seat.leaves_at:
            yield f"{BY_THE_CLOCK} it leaves at {seat.leaves_at}"
    else:
        seat = process.seat(line.subject.removeprefix("organization/"))
        if line.role == ARCHIVIST:
            yield from without_archivist(process, line)
            if seat is None or seat.state != ACTIVE:
                yield f"{line.subject} was not reported, or had left"
        else:
            yield from without_seat(process, line)
            yield from _without_lead(process, line)
        if line.body["effective_at"] > line.at:
            yield f"{BY_THE_CLOCK} it has effect later than it was written"
    if seat is None:
        return
    yield from _other_terms(process, line, seat, "process")
    yield from _other_statement(process, line)
    seat.state, seat.left_at, seat.leaves_at = WITHDRAWN, line.body["effective_at"], ""
    process.forget_parts(line.subject.removeprefix("organization/"))


def withdrawal_announced(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """An organization says once by its lead that it will leave at a time to come."""
    yield from without_seat(process, line)
    yield from _without_lead(process, line)
    seat = process.seat(line.org)
    if seat is None:
        return
    yield from _other_terms(process, line, seat, "process")
    yield from _other_statement(process, line)
    if seat.leaves_at or process.is_told:
        yield f"{line.org} had announced it before, or the process was told from a file"
    if line.body["effective_at"] <= line.at:
        yield f"{BY_THE_CLOCK} it has effect at once, and is no announcement"
    seat.leaves_at = line.body["effective_at"]


def withdrawal_revoked(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """Until its time the lead takes an announced withdrawal back."""
    yield from without_seat(process, line)
    yield from _without_lead(process, line)
    seat = process.seat(line.org)
    if seat is None or not seat.leaves_at:
        yield f"{line.subject} had not announced that it would leave"
        return
    seat.leaves_at = ""


def part_left(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """An organization at the table steps out of one text or group of the process."""
    yield from without_seat(process, line)
    yield from _without_lead(process, line)
    scope, seat = line.body["scope"], process.seat(line.org)
    noun, _, rest = scope.partition("/")
    document = story.documents.get(rest) if noun == "document" else None
    is_here = process.is_in(line.org, scope) or (document is not None and document.process == process.slug)
    if line.org in process.out.get(scope, ()):
        yield f"{line.org} had stepped out of {scope} before"
    if not is_here or seat is None:
        yield f"the process has no {scope}, or {line.org} is not in it"
        return
    if line.body["effective_at"] > line.at:
        yield f"{BY_THE_CLOCK} it has effect later than it was written"
    yield from _other_terms(process, line, seat, scope)
    process.out.setdefault(scope, set()).add(line.org or "")


def part_resumed(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """An organization comes back to what it stepped out of."""
    yield from without_seat(process, line)
    yield from _without_lead(process, line)
    out = process.out.get(line.body["scope"], set())
    if line.org not in out:
        yield f"{line.org} had not stepped out of {line.body['scope']}"
    out.discard(line.org or "")


def _without_lead(process: ProcessHeld, line: Line) -> Iterator[str]:
    if line.role != LEAD or line.subject != f"organization/{line.org}" or process.seat(line.org) is None:
        yield "an organization leaves by its own lead"


def _other_terms(process: ProcessHeld, line: Line, seat: SeatHeld, scope: str) -> Iterator[str]:
    body, name = line.body, line.subject.removeprefix("organization/")
    if (body["category"], body["scope"]) != (seat.category, scope):
        yield f"{name} held a seat in the category {seat.category} of the process"
    if any(process.requirements.get(number) is not seat for number in body["requirements"]):
        yield f"it names a requirement that {name} did not declare"


def _other_statement(process: ProcessHeld, line: Line) -> Iterator[str]:
    number, name = line.body["statement"], line.subject.removeprefix("organization/")
    statement = process.statements.get(number) if number is not None else None
    if number is not None and (statement is None or statement.kind != "withdrawal" or name not in statement.signed):
        yield f"{name} did not sign a withdrawal of that number"


LEAVING_RULES: dict[str, StoryRule] = {
    "organization.withdrawn": organization_withdrawn,
    "withdrawal.announced": withdrawal_announced,
    "withdrawal.revoked": withdrawal_revoked,
    "part.left": part_left,
    "part.resumed": part_resumed,
}
