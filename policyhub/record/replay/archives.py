"""Archives: what others did, told by the archivist with its sources; nothing is decided in them."""

from __future__ import annotations

from collections.abc import Iterator

from policyhub.record.replay.state import (
    ACTIVE,
    Line,
    ProcessHeld,
    SeatHeld,
    StoryHeld,
    StoryRule,
    not_next,
    without_archivist,
)

MARKS = {"confirmed", "partly", "disputed"}
SITTINGS = {"held", "cancelled", "unheard_of"}


def organization_reported(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """An organization is said to have taken part, once."""
    yield from without_archivist(process, line)
    name = line.subject.removeprefix("organization/")
    if process.seat(name) is not None:
        yield f"{line.subject} was reported before"
    process.seats.setdefault(name, []).append(SeatHeld(line.body["category"], ACTIVE))


def meeting_reported(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """A meeting of others is listed with whether it was held, in a row of numbers."""
    yield from without_archivist(process, line)
    body = line.body
    if body["number"] != process.reported_meetings + 1 or body["sitting"] not in SITTINGS:
        yield f"it must be meeting {process.reported_meetings + 1}, held or not"
    if body["noticed_on"] is not None and body["noticed_on"] > body["on"]:
        yield "it was noticed after it was held"
    process.reported_meetings += 1


def claim_recorded(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """What sources say is put beside what others say."""
    yield from without_archivist(process, line)
    yield from not_next(line, "claim", process.claims)
    if line.body["mark"] not in MARKS:
        yield f"{line.body['mark']} is no mark of a claim"
    process.claims += 1


def process_concluded(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """An archive is concluded where its process stood: without a charter."""
    yield from without_archivist(process, line)
    if process.charter is not None:
        yield "a process with a charter is concluded by its own people"
    process.is_concluded = True


ARCHIVE_RULES: dict[str, StoryRule] = {
    "organization.reported": organization_reported,
    "meeting.reported": meeting_reported,
    "claim.recorded": claim_recorded,
    "process.concluded": process_concluded,
}
