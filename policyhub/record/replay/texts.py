"""Documents, versions, comments, marks, editions: nobody answers a text that was not there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from policyhub.record.kinds import REDACTION_REASONS
from policyhub.record.replay.state import (
    DocumentHeld,
    Line,
    ProcessHeld,
    StoryHeld,
    StoryRule,
    not_next,
    numbered,
    without_clock,
    without_mandate,
    without_office,
    without_seat,
    without_vote,
)


def document_opened(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The editor opens the process's own line, an organization a competing one."""
    number = line.body["group"]
    group = f"group/{process.slug}/{number}" if number is not None else None
    if group is not None and group not in process.groups:
        yield f"the process has no {group}"
    yield from _without_pen(process, line, line.body["owner"], group)
    slug = line.subject.removeprefix("document/")
    if slug in story.documents or slug == line.subject:
        yield f"{line.subject} was opened before"
    story.documents[slug] = DocumentHeld(process.slug, line.body["owner"], group)


def version_published(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The line's owner publishes the next version, which differs from the one before."""
    document = story.documents.get(line.subject.removeprefix("document/"))
    if document is None or document.process != process.slug:
        yield f"{line.subject} was not opened in the process"
        return
    yield from _without_pen(process, line, document.owner, document.group)
    number, hashed = line.body["version"], line.body["text_hash"]
    if number != len(document.hashes) + 1:
        yield f"it must be version {len(document.hashes) + 1}"
    if document.hashes and document.hashes[-1] == hashed:
        yield "it is the same text as the version before"
    document.hashes.append(hashed)
    document.publishers.append(line.org)


def _without_pen(process: ProcessHeld, line: Line, owner: str | None, group: str | None) -> Iterator[str]:
    if group is not None:
        held = process.groups.get(group)
        if owner is not None or held is None or not held.is_open:
            yield "an open group has no other owner"
        if line.org is not None and not process.is_in(line.org, group):
            yield f"{line.org} is not in {group}"
    elif owner != line.org:
        yield "a line is written by its owner"
    if line.org is None:
        yield from without_office(process, line, "editor")
    else:
        yield from without_vote(process, line)


def _other_version(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The version that an entry names is one of the process's, with this text where it states the text."""
    document = story.documents.get(line.body["document"])
    number = line.body["version"]
    if document is None or document.process != process.slug or not 1 <= number <= len(document.hashes):
        yield f"there was no version {number} of {line.body['document']} in the process"


def _other_text(story: StoryHeld, line: Line) -> Iterator[str]:
    if story.documents[line.body["document"]].hashes[line.body["version"] - 1] != line.body["text_hash"]:
        yield f"version {line.body['version']} of {line.body['document']} has another hash"


def comment_made(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """Somebody of the public, or an organization at the table, comments on a clause of a version."""
    yield from not_next(line, "comment", len(process.comments))
    yield from _other_version(story, process, line)
    if line.role == "public":
        if line.org is not None:
            yield "one of the public speaks for no organization"
    else:
        yield from without_seat(process, line)
    process.comments.append(False)


def comment_answered(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The editor or the chair answers a comment once."""
    yield from without_office(process, line, "editor", "chair")
    number = numbered(line, "comment")
    if not 1 <= number <= len(process.comments):
        yield f"{line.subject} was not made"
        return
    if process.comments[number - 1]:
        yield f"{line.subject} had its answer"
    process.comments[number - 1] = True


def requirement_marked(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The holder alone says of a version whether its minimum is met."""
    yield from without_mandate(process, line)
    seat = process.requirements.get(numbered(line, "requirement"))
    if seat is None or not seat.sits(line.at) or process.seat(line.org) is not seat:
        yield f"{line.org} did not hold {line.subject} at the table then"
    if numbered(line, "requirement") in process.lodged or numbered(line, "requirement") in process.dropped:
        yield f"{line.subject} is kept back, or was dropped"
    for problem in _other_version(story, process, line):
        yield problem
        return
    yield from _other_text(story, line)


def edition_pinned(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The convener or the chair orders an edition of a version, as the record stood."""
    yield from without_office(process, line, "convener", "chair")
    for problem in _other_version(story, process, line):
        yield problem
        return
    yield from _other_text(story, line)
    document, body = story.documents[line.body["document"]], line.body
    against = body["against"]
    if against is not None and (against == body["version"] or not 1 <= against <= len(document.hashes)):
        yield f"it cannot be compared with version {against}"
    if body["size"] > line.index:
        yield "it was pinned to more of the record than there was"
    document.editions += 1
    story.editions[line.subject] = (body["document"], body["version"], document.editions)


def edition_published(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """What was pinned is rendered, once."""
    yield from without_clock(line)
    said = line.body["document"], line.body["version"], line.body["number"]
    if story.editions.pop(line.subject, None) != said:
        yield "no edition like this was ordered and is still to come"


def text_redacted(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The operator has words taken out of a text that entries name; the subject is what the first of them was about."""
    if (line.role, line.org) != ("operator", None) or not story.operators:
        yield "the operator alone has texts redacted"
    text, replaced, reason = line.body["text_hash"], line.body["replaced_hash"], line.body["reason"]
    if not _is_hash(text) or not (replaced is None or _is_hash(replaced)) or text == replaced:
        yield "it does not name one text and another one in its place, or none"
    if reason not in REDACTION_REASONS:
        yield f"a text is not redacted because of {reason}"


def _is_hash(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch("sha256:[0-9a-f]{64}", value) is not None


TEXT_RULES: dict[str, StoryRule] = {
    "document.opened": document_opened,
    "version.published": version_published,
    "comment.made": comment_made,
    "comment.answered": comment_answered,
    "requirement.marked": requirement_marked,
    "edition.pinned": edition_pinned,
    "edition.published": edition_published,
    "text.redacted": text_redacted,
}
