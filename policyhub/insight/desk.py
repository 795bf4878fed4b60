"""What waits for a person, what they can begin, and what comes next, across the processes they take part in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from policyhub.accounts.models import User
from policyhub.decisions.queries import open_calls
from policyhub.insight.subjects import describe
from policyhub.insight.waiting import FOR_STAFF, Waiting, for_seat
from policyhub.meetings.models import Meeting
from policyhub.meetings.rules import AWAITED_STATES, SITTING_STATES
from policyhub.minutes.models import Minutes
from policyhub.minutes.rules import MinutesState
from policyhub.participation.models import Participation, Process
from policyhub.participation.permissions import can_lead
from policyhub.participation.queries import (
    find_seat_of,
    may_take_part,
    roles_of,
    seats_of,
    staffed_by,
    statements_visible_to,
)
from policyhub.participation.rules import StaffFunction

RUNS_MEETINGS = (StaffFunction.CONVENER, StaffFunction.CHAIR, StaffFunction.SECRETARY)


@dataclass(frozen=True)
class Beginning:
    """Something that this person may begin."""

    act: str
    note: str
    route: str
    names: tuple[str | int, ...]


@dataclass(frozen=True)
class Deadline:
    """A moment ahead in one of the person's processes, and the public page about it."""

    process: Process
    at: datetime
    what: str
    path: str | None


def waiting_for(user: User, at: datetime) -> list[Waiting]:
    """What needs a person, soonest deadline first, what has none last; nothing stands twice."""
    found = [each for seat in _seats(user) for each in for_seat(user, seat, at)]
    for role in staffed_by(user):
        if may_take_part(user, role.process):
            found += [each for look in FOR_STAFF[StaffFunction(role.function)] for each in look(role.process, at)]
    return sorted(dict.fromkeys(found), key=lambda each: (each.due_at is None, each.due_at or at))


def beginnings(user: User, process: Process) -> list[Beginning]:
    """What a person may begin in a process, by function first, then for their organization."""
    held = roles_of(user, process).values_list("function", flat=True)
    found = [Beginning(*words, (process.slug,)) for function in held for words in BEGINNINGS[StaffFunction(function)]]
    seat = find_seat_of(user, process)
    return found + (_for_organization(user, seat) if seat else [])


def under_way(user: User, process: Process) -> list[Beginning]:
    """What goes on in a process, and where a person works on it."""
    here = process.slug
    found = [
        Beginning(f"Work on {each}", "", "desk-document", (each.slug,)) for each in process.documents.order_by("title")
    ]
    if roles_of(user, process, RUNS_MEETINGS).exists():
        going = process.meetings.filter(state__in=AWAITED_STATES + SITTING_STATES).order_by("number")
        found += [Beginning(f"Run {each}", each.title, "run-meeting", (here, each.number)) for each in going]
    circulated = Minutes.objects.filter(meeting__process=process, state=MinutesState.CIRCULATED).select_related(
        "meeting"
    )
    for minutes in circulated.order_by("meeting__number"):
        words = f"Read the minutes of {minutes.meeting}"
        found.append(Beginning(words, "They can still be corrected.", "desk-minutes", (here, minutes.meeting.number)))
    for statement in statements_visible_to(user, process).filter(published_at=None):
        found.append(Beginning(statement.title, "Not published.", "desk-statement", (here, statement.number)))
    return found


def processes_of(user: User) -> list[Process]:
    """The processes in which a person has a seat or a function, newest first."""
    mine = {seat.process for seat in _seats(user)} | {role.process for role in staffed_by(user)}
    return sorted(mine, key=lambda process: process.opened_at, reverse=True)


def deadlines(user: User, at: datetime) -> list[Deadline]:
    """The closings and meetings ahead in a person's processes, soonest first."""
    mine = processes_of(user)
    meetings = Meeting.objects.filter(process__in=mine, starts_at__gt=at, state__in=AWAITED_STATES).select_related(
        "process"
    )
    found = [
        _deadline(call.process, call.closes_at, f"{call} closes", call.subject)
        for call in open_calls(at)
        if call.process in mine
    ]
    found += [_deadline(each.process, each.starts_at, f"{each} begins", each.subject) for each in meetings]
    return sorted(found, key=lambda each: each.at)


def _deadline(process: Process, at: datetime, what: str, subject: str) -> Deadline:
    return Deadline(process, at, what, describe(subject, process).path)


def _seats(user: User) -> list[Participation]:
    return [seat for seat in seats_of(user) if may_take_part(user, seat.process)]


def _for_organization(user: User, seat: Participation) -> list[Beginning]:
    here, there = (seat.process.slug,), (seat.process.slug, seat.organization.slug)
    found = [
        Beginning("Declare a requirement", "What your organization needs at least.", "declare-requirement", here),
        Beginning("Open a competing draft", "Owned by your organization.", "open-document", here),
    ]
    if can_lead(user, seat):
        found += [
            Beginning("Write a statement", "Others can be asked to sign it.", "draft-statement", here),
            Beginning("Name a representative", "", "name-representative", there),
            Beginning(
                "Leave this process", "Explained first; nothing you said is lost.", "withdraw-organization", there
            ),
        ]
    return found


BEGINNINGS: dict[StaffFunction, list[tuple[str, str, str]]] = {
    StaffFunction.CONVENER: [
        ("Give notice of a meeting", "The charter says how many days ahead.", "give-notice"),
        ("Invite an organization", "", "invite-organization"),
        ("Name somebody to a function", "", "grant-role"),
        ("Add a point to the list", "What requirements can be about.", "add-point"),
    ],
    StaffFunction.CHAIR: [("Open a call for consensus", "On one exact text.", "open-call")],
    StaffFunction.SECRETARY: [],
    StaffFunction.EDITOR: [("Open a document", "", "open-document")],
    StaffFunction.FACILITATOR: [],
}
