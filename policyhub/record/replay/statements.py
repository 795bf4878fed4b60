"""Statements: published by who sits or sat at the table, signed by name, answered where they ask for something."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policyhub.record.replay.state import (
    ACTIVE,
    ARCHIVIST,
    BY_THE_CLOCK,
    LEAD,
    WITHDRAWN,
    Line,
    ProcessHeld,
    StatementHeld,
    StoryHeld,
    StoryRule,
    numbered,
    without_archivist,
    without_mandate,
    without_office,
)

# Who signs for an organization that takes no part.
SIGNATORY = "signatory"
# What organizations that left, or never sat, may stand under; what asks for an answer; every kind; every answer.
OPEN_KINDS = {"joint", "minority", "complaint"}
ANSWERED_KINDS = {"complaint", "scope_request", "parking"}
STATEMENT_KINDS = {"withdrawal"} | OPEN_KINDS | ANSWERED_KINDS
ANSWERS = {"granted", "granted_in_part", "refused"}


def statement_published(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The lead of who began it publishes a statement, with as many signatures as it says."""
    number, body = numbered(line, "statement"), line.body
    if line.role == ARCHIVIST:
        yield from without_archivist(process, line)
    else:
        yield from without_voice(process, line, body["kind"])
    yield from _other_matter(story, process, body)
    if number < 1 or number in process.statements or line.role not in {LEAD, ARCHIVIST}:
        yield f"{line.subject} was published before, or not by a lead"
    if body["signatories"] < 1:
        yield "nobody signed it"
    process.statements[number] = StatementHeld(
        body["kind"], body["text_hash"], body["signatories"], body["effective_at"]
    )
    story.expected.extend([("statement.signed", line.subject)] * body["signatories"])


def statement_signed(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """An organization stands under a statement, once, by its lead or from outside; who leaves by it leaves next."""
    statement = process.statements.get(numbered(line, "statement"))
    if statement is None or line.org is None or line.role not in {LEAD, SIGNATORY, ARCHIVIST}:
        yield f"{line.subject} was not published, or is not signed by a lead"
        return
    if line.role == ARCHIVIST:
        yield from without_archivist(process, line, organization=line.org)
    elif line.role == LEAD:
        yield from without_voice(process, line, statement.kind)
    elif statement.kind not in OPEN_KINDS or process.seat(line.org) is not None:
        yield f"{line.org} has a place in the process, or none but those at the table sign this"
    if line.org in statement.signed or len(statement.signed) == statement.signatories:
        yield f"{line.org} signed it before, or more sign than it says"
    if line.body["text_hash"] != statement.text_hash:
        yield "another text was signed than the one published"
    if line.body["signed_at"] > line.at:
        yield f"{BY_THE_CLOCK} it was signed after it was published"
    statement.signed.add(line.org)
    if statement.kind == "withdrawal":
        later = statement.effective_at is not None and statement.effective_at > line.at
        kind = "withdrawal.announced" if later else "organization.withdrawn"
        story.expected.append((kind, f"organization/{line.org}"))


def statement_answered(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The chair or the convener answers once what asks for an answer."""
    yield from without_office(process, line, "chair", "convener")
    statement = process.statements.get(numbered(line, "statement"))
    if statement is None or statement.kind not in ANSWERED_KINDS or statement.is_answered:
        yield f"{line.subject} asked for nothing, or had its answer"
        return
    if line.body["answer"] not in ANSWERS or line.body["reason_hash"] is None:
        yield "an answer grants or refuses, with a reason"
    statement.is_answered = True


def without_voice(process: ProcessHeld, line: Line, kind: str) -> Iterator[str]:
    """Who stands under a statement of this kind sits at the table; a dissent also who sat there."""
    yield from without_mandate(process, line)
    seat = process.seat(line.org)
    if kind not in STATEMENT_KINDS:
        yield f"{kind} is no kind of statement"
    if seat is None or not (seat.sits(line.at) or (seat.state in {ACTIVE, WITHDRAWN} and kind in OPEN_KINDS)):
        yield f"{line.org} did not sit at the table then"


def _other_matter(story: StoryHeld, process: ProcessHeld, body: dict[str, Any]) -> Iterator[str]:
    """A minority may name a call of the process, a proposal to park names a clause of one of its texts."""
    noun, _, rest = (body["about"] or "").partition("/")
    slug, _, last = rest.rpartition("/")
    if noun == "call" and body["kind"] == "minority":
        fits = slug == process.slug and last.isdecimal() and int(last) in process.calls
    elif noun == "clause" and body["kind"] == "parking":
        fits = (found := story.documents.get(slug)) is not None and found.process == process.slug
    else:
        fits = not noun and body["kind"] != "parking"
    if not fits:
        yield f"a statement of this kind is not about {body['about'] or 'nothing'}"


STATEMENT_RULES: dict[str, StoryRule] = {
    "statement.published": statement_published,
    "statement.signed": statement_signed,
    "statement.answered": statement_answered,
}
