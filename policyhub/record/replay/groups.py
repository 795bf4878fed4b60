"""Working and drafting groups: opened by chair or convener, joined by organizations, reporting to all."""

from __future__ import annotations

from collections.abc import Iterator

from policyhub.record.replay.state import (
    GroupHeld,
    Line,
    ProcessHeld,
    StoryHeld,
    StoryRule,
    not_next,
    without_office,
    without_seat,
)

KINDS = {"working", "drafting"}


def group_opened(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The chair or the convener opens a group, once there is a table."""
    yield from not_next(line, "group", len(process.groups))
    yield from without_office(process, line, "chair", "convener")
    if process.charter is None or line.body["kind"] not in KINDS:
        yield f"no charter was adopted, or {line.body['kind']} is no kind of group"
    process.groups[line.subject] = GroupHeld()


def group_closed(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The chair or the convener closes it, once, with a reason."""
    yield from without_office(process, line, "chair", "convener")
    held = process.groups.get(line.subject)
    if held is None or not held.is_open or line.body["reason_hash"] is None:
        yield f"{line.subject} was not open, or nobody says why it closes"
        return
    held.is_open = False


def group_joined(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """An organization at the table joins once."""
    yield from without_seat(process, line)
    held = process.groups.get(line.subject)
    if held is None or not held.is_open or line.org in held.joined:
        yield f"{line.subject} was not open, or {line.org} had joined it"
        return
    held.joined.add(line.org or "")


def group_reported(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The chair or the convener tells all what an open group came to, with a version that it wrote."""
    yield from without_office(process, line, "chair", "convener")
    held, body = process.groups.get(line.subject), line.body
    if held is None or not held.is_open:
        yield f"{line.subject} was not open"
        return
    held.reports += 1
    if body["number"] != held.reports:
        yield f"it is report {held.reports}"
    if body["document"] is None:
        if body["version"] is not None or body["text_hash"] is not None:
            yield "it names a version of no text"
        return
    document = story.documents.get(body["document"])
    if document is None or document.group != line.subject:
        yield f"{line.subject} did not write {body['document']}"
    elif not 1 <= body["version"] <= len(document.hashes):
        yield f"there was no version {body['version']} of {body['document']}"
    elif document.hashes[body["version"] - 1] != body["text_hash"]:
        yield f"version {body['version']} of {body['document']} has another hash"


GROUP_RULES: dict[str, StoryRule] = {
    "group.opened": group_opened,
    "group.closed": group_closed,
    "group.joined": group_joined,
    "group.reported": group_reported,
}
