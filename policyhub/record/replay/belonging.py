"""Whom organizations belong to, and what they declare of themselves: by their leads, or found by the convener."""

from __future__ import annotations

from collections.abc import Iterator

from policyhub.record.replay.state import (
    APPLIED,
    INVITED,
    LEAD,
    Line,
    ProcessHeld,
    StoryHeld,
    StoryRule,
    without_mandate,
    without_office,
    without_seat,
)

RELATED, MEMBER = "related", "member"


def affiliation_declared(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The lead says whom the organization belongs to; that gives one voice only once it is confirmed."""
    yield from _without_own_lead(process, line)
    yield from _listed_already(process, line)
    if line.body["relation"] not in {RELATED, MEMBER}:
        yield f"there is no relation {line.body['relation']}"
    process.affiliations[_pair(line)] = False
    if line.body["relation"] == MEMBER:
        process.members.add(_pair(line))


def affiliation_found(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The convener finds with a reason that two have one voice."""
    yield from without_office(process, line, "convener")
    yield from _listed_already(process, line)
    yield from _without_open_seat(process, line)
    if line.body["reason_hash"] is None:
        yield "the convener says why two have one voice"
    process.affiliations[_pair(line)] = True


def affiliation_confirmed(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The other one's lead agrees, or the convener finds it so with a reason."""
    pair = _pair(line)
    if line.role == LEAD:
        yield from without_seat(process, line)
        if line.org != pair[1]:
            yield f"{pair[1]} alone says that {pair[0]} belongs to it, or the convener does"
    else:
        yield from without_office(process, line, "convener")
        if line.body["reason_hash"] is None:
            yield "the convener says why two have one voice"
    if process.affiliations.get(pair) is not False or pair in process.members:
        yield f"nothing was declared of {' and '.join(pair)} that waits to be confirmed"
    process.affiliations[pair] = True


def affiliation_ended(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The convener parts two, with a reason; what gives no one voice its own lead ends too."""
    pair = _pair(line)
    if pair not in process.affiliations:
        yield f"{' and '.join(pair)} were not listed as belonging together"
        return
    if line.role == LEAD:
        yield from without_seat(process, line)
        if line.org != pair[0] or process.affiliations[pair]:
            yield "the convener alone parts what has one voice"
    else:
        yield from without_office(process, line, "convener")
    del process.affiliations[pair]
    process.members.discard(pair)


def profile_declared(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The lead says what the organization is, who funds it and what it has at stake."""
    yield from _without_own_lead(process, line)
    if not any(line.body[name] for name in ("about_hash", "funding_hash", "interests_hash")):
        yield "it declares nothing"


def _pair(line: Line) -> tuple[str, str]:
    return line.subject.removeprefix("organization/"), line.body["to"]


def _listed_already(process: ProcessHeld, line: Line) -> Iterator[str]:
    pair = _pair(line)
    if pair in process.affiliations or pair[0] == pair[1]:
        yield f"{' and '.join(pair)} were listed already, or are one"


def _without_own_lead(process: ProcessHeld, line: Line) -> Iterator[str]:
    yield from without_mandate(process, line)
    yield from _without_open_seat(process, line)
    if line.role != LEAD or line.subject != f"organization/{line.org}":
        yield "an organization declares this of itself, by its lead"


def _without_open_seat(process: ProcessHeld, line: Line) -> Iterator[str]:
    seat = process.seat(line.subject.removeprefix("organization/"))
    if seat is None or not (seat.state in {INVITED, APPLIED} or seat.sits(line.at)):
        yield f"{line.subject} held no seat then, and asked for none"


BELONGING_RULES: dict[str, StoryRule] = {
    "affiliation.declared": affiliation_declared,
    "affiliation.found": affiliation_found,
    "affiliation.confirmed": affiliation_confirmed,
    "affiliation.ended": affiliation_ended,
    "profile.declared": profile_declared,
}
