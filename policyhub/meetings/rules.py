"""Meetings: states, moves, the notice that a charter asks for, who is in the room."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from policyhub.core.errors import Reason
from policyhub.core.moves import Moves, may_move

EARLIEST_OPENING = timedelta(minutes=30)
FARTHEST = timedelta(days=5 * 365 + 2)
LONGEST = timedelta(days=31)


class MeetingState(StrEnum):
    """Where a meeting stands; a cancelled one stays in the list."""

    NOTICED = "noticed"
    AGENDA_PUBLISHED = "agenda_published"
    IN_SESSION = "in_session"
    RECESS = "recess"
    ADJOURNED = "adjourned"
    CLOSED = "closed"
    CANCELLED = "cancelled"


MEETING_MOVES: Moves = {
    MeetingState.NOTICED: frozenset({MeetingState.AGENDA_PUBLISHED, MeetingState.IN_SESSION, MeetingState.CANCELLED}),
    MeetingState.AGENDA_PUBLISHED: frozenset({MeetingState.IN_SESSION, MeetingState.CANCELLED}),
    MeetingState.IN_SESSION: frozenset({MeetingState.RECESS, MeetingState.ADJOURNED}),
    MeetingState.RECESS: frozenset({MeetingState.IN_SESSION, MeetingState.ADJOURNED}),
    MeetingState.ADJOURNED: frozenset({MeetingState.CLOSED}),
    MeetingState.CLOSED: frozenset(),
    MeetingState.CANCELLED: frozenset(),
}
AWAITED_STATES = (MeetingState.NOTICED, MeetingState.AGENDA_PUBLISHED)
SITTING_STATES = (MeetingState.IN_SESSION, MeetingState.RECESS)
OVER_STATES = (MeetingState.ADJOURNED, MeetingState.CLOSED)
HELD_STATES = SITTING_STATES + OVER_STATES

STANDS = {
    MeetingState.NOTICED: "is announced",
    MeetingState.AGENDA_PUBLISHED: "has its agenda",
    MeetingState.IN_SESSION: "is in session",
    MeetingState.RECESS: "is in recess",
    MeetingState.ADJOURNED: "is adjourned",
    MeetingState.CLOSED: "is closed",
    MeetingState.CANCELLED: "is cancelled",
}
CANNOT = {
    MeetingState.AGENDA_PUBLISHED: "No agenda can be published for it now",
    MeetingState.IN_SESSION: "It cannot be opened now",
    MeetingState.RECESS: "No recess can begin now",
    MeetingState.ADJOURNED: "It cannot be adjourned now",
    MeetingState.CLOSED: "Its minutes cannot be drafted now",
    MeetingState.CANCELLED: "It cannot be cancelled now",
}


class MeetingKind(StrEnum):
    """How people meet."""

    IN_PERSON = "in_person"
    CALL = "call"
    VIRTUAL = "virtual"


class Sitting(StrEnum):
    """What sources say of a meeting that others called."""

    HELD = "held"
    CANCELLED = "cancelled"
    UNHEARD_OF = "unheard_of"


class Coming(StrEnum):
    """What attendance records: who came, who went, who came back. Leaving a meeting is never a withdrawal."""

    ARRIVED = "arrived"
    LEFT = "left"


@dataclass(frozen=True)
class Stay:
    """From an arrival until the next departure; `left_at` is None for whoever did not leave."""

    arrived_at: datetime
    left_at: datetime | None = None


def step_refused(state: str, target: MeetingState, *, noun: str) -> Reason | None:
    """The reason why a meeting in this state cannot come to the other one, or None when it can."""
    if may_move(MEETING_MOVES, state, target):
        return None
    return Reason("wrong_state", f"{noun} {STANDS[MeetingState(state)]}. {CANNOT[target]}; nothing was changed.")


def days_ahead(published_at: datetime, starts_at: datetime, timezone: str) -> int:
    """Calendar days from the notice to the meeting, both dates taken in the zone (41 CFR 102-3.150: calendar days)."""
    zone = ZoneInfo(timezone)
    return (starts_at.astimezone(zone).date() - published_at.astimezone(zone).date()).days


def notice_refused(ahead: int, required: int, short_notice_reason: str) -> Reason | None:
    """The reason why a notice comes too late, or None when it is early enough or says why it could not be."""
    if ahead >= required or short_notice_reason.strip():
        return None
    return Reason(
        "short_notice",
        f"The charter asks for {_days(required)} of notice and this gives {_days(ahead)}. "
        "Choose a later date, or say why this meeting cannot wait.",
        "short_notice_reason",
    )


def times_refused(starts_at: datetime, ends_at: datetime, at: datetime) -> Reason | None:
    """The reason why a meeting cannot be held at these times, or None."""
    if starts_at <= at:
        return Reason("past", "A meeting is noticed before it starts. Choose a time still to come.", "starts_at")
    if ends_at <= starts_at:
        return Reason("ends_first", "The meeting would end before it starts. Choose a later end.", "ends_at")
    if starts_at > at + FARTHEST:
        return Reason("too_far", "A meeting is noticed at most five years ahead. Choose an earlier time.", "starts_at")
    if ends_at > starts_at + LONGEST:
        return Reason("too_long", "A meeting lasts at most a month. Choose an earlier end.", "ends_at")
    return None


def place_refused(kind: MeetingKind, place: str, connection: str) -> Reason | None:
    """The reason why a notice does not say how to come, or None."""
    if kind == MeetingKind.IN_PERSON and not place.strip():
        return Reason("place", "Say where people meet, so that everybody can come.", "place")
    if kind != MeetingKind.IN_PERSON and not connection.strip():
        return Reason("connection", "Say how to connect, so that everybody can take part.", "connection")
    return None


def opens_from(starts_at: datetime) -> datetime:
    """The earliest moment at which a meeting can be opened: people rely on the time in the notice."""
    return starts_at - EARLIEST_OPENING


def opening_refused(starts_at: datetime, at: datetime) -> Reason | None:
    """The reason why it is too early to open a meeting, or None."""
    if at >= opens_from(starts_at):
        return None
    return Reason("too_early", "A meeting is opened at most 30 minutes before the time in its notice. Wait until then.")


def moment_refused(occurred_at: datetime, opened_at: datetime, until: datetime) -> Reason | None:
    """The reason why nobody can have come or gone at that moment of the meeting, or None.

    People write times to the minute, so the whole minute of the opening counts.
    """
    if occurred_at < opened_at.replace(second=0, microsecond=0):
        return Reason("before_opening", "Attendance is counted from the opening of the meeting on.", "occurred_at")
    if occurred_at > until:
        return Reason("not_yet", "Only what has happened, and before the adjournment, can be recorded.", "occurred_at")
    return None


def coming_refused(event: Coming, occurred_at: datetime, earlier: Sequence[tuple[Coming, datetime]]) -> Reason | None:
    """The reason why a coming or going cannot follow the earlier ones of the same organization, or None."""
    if earlier and occurred_at < earlier[-1][1]:
        return Reason("order", "Something later is recorded for this organization already.", "occurred_at")
    inside = bool(earlier) and earlier[-1][0] == Coming.ARRIVED
    if inside and event == Coming.ARRIVED:
        return Reason("inside", "This organization is in the room already. Nothing was recorded.", "event")
    if not inside and event == Coming.LEFT:
        return Reason("outside", "This organization is not in the room. Record its arrival first.", "event")
    return None


def stays(events: Iterable[tuple[Coming, datetime]]) -> list[Stay]:
    """One organization's comings and goings, in order, as its stays in the room."""
    found: list[Stay] = []
    for event, at in events:
        if event == Coming.ARRIVED:
            found.append(Stay(at))
        elif found and found[-1].left_at is None:
            found[-1] = Stay(found[-1].arrived_at, at)
    return found


def quorum_of(seats: int) -> int:
    """How many organizations must be in the room: more than half of those at the table (RONR's default)."""
    return seats // 2 + 1


def _days(number: int) -> str:
    return f"{number} day" if number == 1 else f"{number} days"
