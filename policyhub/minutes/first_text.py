"""The text that a secretary starts from: what the record knows of a meeting, in the order that minutes have."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from policyhub.meetings.rules import Stay
from policyhub.minutes.rules import BLANK, SECTIONS


@dataclass(frozen=True)
class Attendant:
    """An organization with its stays; it was not present when there are none."""

    name: str
    category: str
    stays: tuple[Stay, ...]


@dataclass(frozen=True)
class Break:
    """A recess; `ended_at` is None when the meeting was adjourned from it."""

    began_at: datetime
    ended_at: datetime
    reason: str


@dataclass(frozen=True)
class Matter:
    """A matter of the agenda, with the name of the text it is about."""

    title: str
    paper: str | None


@dataclass(frozen=True)
class Earlier:
    """The minutes of a meeting before; without a time not approved yet, without a meeting certified by the chair."""

    number: int
    approved_at: datetime | None
    approving_meeting: int | None = None


@dataclass(frozen=True)
class Facts:
    """What is known of a meeting when it has been adjourned."""

    number: int
    title: str
    process: str
    convener: str
    held: str
    timezone: str
    opened_at: datetime
    adjourned_at: datetime
    presiding: str
    secretary: str
    breaks: tuple[Break, ...] = ()
    attendants: tuple[Attendant, ...] = ()
    voices: int = 0
    seats: int = 0
    quorum: int = 1
    earlier: tuple[Earlier, ...] = ()
    matters: tuple[Matter, ...] = ()
    happened: tuple[tuple[datetime, str], ...] = ()
    papers: tuple[str, ...] = ()
    objections: tuple[str, ...] = ()
    next_meeting: tuple[str, datetime] | None = None


def first_text(facts: Facts) -> str:
    """Markdown with every section that minutes have; what nobody but the secretary knows is left to be written."""
    bodies = (
        _meeting(facts),
        _present(facts),
        _items(_earlier(each, facts) for each in facts.earlier) or "There were no earlier minutes.",
        _matters(facts),
        _items(f"{_hour(at, facts)}: {what}" for at, what in facts.happened) or "Nothing was put to a call.",
        f"Motions and who made them, points of order, appeals, rulings and their reasons: {BLANK}",
        _items(facts.papers) or "No papers were before the meeting.",
        _carried(facts),
        _adjournment(facts),
    )
    parts = [f"# Meeting {facts.number}: {facts.title}"]
    parts += [f"## {section}\n\n{body}" for section, body in zip(SECTIONS, bodies, strict=True)]
    return "\n\n".join(parts) + "\n"


def _meeting(facts: Facts) -> str:
    lines = [
        f"{facts.process}, convened by {facts.convener}",
        f"{_day(facts.opened_at, facts)}, {_hour(facts.opened_at, facts)} to {_hour(facts.adjourned_at, facts)} "
        f"{_zone(facts.adjourned_at, facts)}",
        facts.held,
        f"Presiding: {facts.presiding}",
        f"Secretary: {facts.secretary}",
    ]
    lines += [
        f"Recess from {_hour(each.began_at, facts)} to {_hour(each.ended_at, facts)}: {_line(each.reason)}"
        for each in facts.breaks
    ]
    return _items(lines)


def _present(facts: Facts) -> str:
    came = [each for each in facts.attendants if each.stays]
    absent = [each.name for each in facts.attendants if not each.stays]
    blocks = [
        f"### {category}\n\n" + _items(_attendant(each, facts) for each in came if each.category == category)
        for category in dict.fromkeys(each.category for each in came)
    ]
    blocks.append(f"Not present: {', '.join(absent)}." if absent else "Every organization at the table came.")
    blocks.append(
        f"At the adjournment {facts.voices} of {facts.seats} organizations with a vote were in the room; "
        f"{facts.quorum} make a quorum."
    )
    blocks.append(f"Staff, officials and members of the public who spoke or filed something: {BLANK}")
    return "\n\n".join(blocks)


def _attendant(each: Attendant, facts: Facts) -> str:
    spans = [
        f"{_hour(stay.arrived_at, facts)} to {_hour(stay.left_at, facts)}"
        if stay.left_at
        else f"from {_hour(stay.arrived_at, facts)} until the adjournment"
        for stay in each.stays
    ]
    departed = ", left and did not return" if each.stays[-1].left_at else ""
    return f"{each.name}: {', '.join(spans)}{departed}"


def _earlier(minutes: Earlier, facts: Facts) -> str:
    if minutes.approved_at is None:
        return f"The minutes of meeting {minutes.number} are not approved yet"
    on = _day(minutes.approved_at, facts)
    if minutes.approving_meeting is None:
        return (
            f"The minutes of meeting {minutes.number} were certified by the chair on {on}; "
            "the body has not approved them yet"
        )
    return f"The minutes of meeting {minutes.number} were approved by the body at meeting {minutes.approving_meeting}"


def _matters(facts: Facts) -> str:
    if not facts.matters:
        return f"Each matter that was discussed, and what was resolved: {BLANK}"
    return "\n\n".join(
        f"### {number}. {matter.title}\n\n"
        + (f"Text: {matter.paper}.\n\n" if matter.paper else "")
        + f"Resolved: {BLANK}"
        for number, matter in enumerate(facts.matters, 1)
    )


def _carried(facts: Facts) -> str:
    lines = [*facts.objections, f"Requirements touched, open items and the next step: {BLANK}"]
    if facts.next_meeting:
        title, starts_at = facts.next_meeting
        lines.append(f"Next meeting: {title}, {_moment(starts_at, facts)}")
    return _items(lines)


def _adjournment(facts: Facts) -> str:
    return (
        f"The meeting was adjourned on {_day(facts.adjourned_at, facts)} at {_hour(facts.adjourned_at, facts)} "
        f"{_zone(facts.adjourned_at, facts)}.\n\nKept by: {facts.secretary}."
    )


def _items(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _line(text: str) -> str:
    return " ".join(text.split())


def _local(at: datetime, facts: Facts) -> datetime:
    return at.astimezone(ZoneInfo(facts.timezone))


def _day(at: datetime, facts: Facts) -> str:
    local = _local(at, facts)
    return f"{local.day} {local:%B %Y}"


def _hour(at: datetime, facts: Facts) -> str:
    return f"{_local(at, facts):%H:%M}"


def _zone(at: datetime, facts: Facts) -> str:
    return _local(at, facts).tzname() or "UTC"


def _moment(at: datetime, facts: Facts) -> str:
    return f"{_day(at, facts)}, {_hour(at, facts)} {_zone(at, facts)}"
