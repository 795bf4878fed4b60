"""What waits for a person and what comes next, across the processes they take part in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from policyhub.accounts.models import User
from policyhub.decisions.models import Call
from policyhub.decisions.queries import find_voice, find_voiced, open_calls
from policyhub.insight.subjects import describe
from policyhub.insight.waiting import FOR_STAFF, Waiting, for_outsider, for_seat, for_seat_left
from policyhub.meetings.models import Meeting
from policyhub.meetings.rules import AWAITED_STATES
from policyhub.participation.models import Participation, Process, held_now
from policyhub.participation.queries import find_seat_left_by, may_take_part, seats_of, staffed_by
from policyhub.participation.rules import ParticipationState, StaffFunction


@dataclass(frozen=True)
class Deadline:
    """A moment ahead in one of the person's processes, what they can do until then, and the page for it."""

    process: Process
    at: datetime
    what: str
    path: str | None
    note: str = ""


def waiting_for(user: User, at: datetime) -> list[Waiting]:
    """What needs a person, soonest deadline first, what has none last; nothing stands twice."""
    found = [each for seat in _seats(user) for each in for_seat(user, seat, at)]
    found += [each for seat in _seats_left(user) for each in for_seat_left(user, seat)]
    found += for_outsider(user)
    for role in staffed_by(user):
        if may_take_part(user, role.process):
            found += [each for look in FOR_STAFF[StaffFunction(role.function)] for each in look(role.process, at)]
    return sorted(dict.fromkeys(found), key=lambda each: (each.due_at is None, each.due_at or at))


def processes_of(user: User) -> list[Process]:
    """The processes in which a person has, or has left, a seat or has a function, newest first."""
    mine = {seat.process for seat in _seats(user)} | {role.process for role in staffed_by(user)}
    left = {seat.process for seat in _seats_left(user)}
    return sorted(mine | left, key=lambda process: process.opened_at, reverse=True)


def deadlines(user: User, at: datetime) -> list[Deadline]:
    """The closings and meetings ahead in a person's processes, soonest first."""
    mine = processes_of(user)
    meetings = Meeting.objects.filter(process__in=mine, starts_at__gt=at, state__in=AWAITED_STATES).select_related(
        "process"
    )
    found = [_closing(user, call, at) for call in open_calls(at).filter(process__in=mine)]
    found += [
        Deadline(each.process, each.starts_at, f"{each} begins", describe(each.subject, each.process).path)
        for each in meetings
    ]
    return sorted(found, key=lambda each: each.at)


def _closing(user: User, call: Call, at: datetime) -> Deadline:
    """The closing of a call: for whoever has a voice in it with the page where a position is taken or changed."""
    voice, what = find_voice(user, call), f"{call} closes"
    if voice is None or not voice.participation.sits_at(at):
        return Deadline(call.process, call.closes_at, what, call.get_absolute_url())
    has_said = find_voiced(call, voice) is not None
    note = f"{voice.organization} {'has answered, and can change its position' if has_said else 'has not answered'}."
    path = reverse("cast-position", args=[call.process.slug, call.number])
    return Deadline(call.process, call.closes_at, what, path, note)


def _seats(user: User) -> list[Participation]:
    return [seat for seat in seats_of(user) if may_take_part(user, seat.process)]


def _seats_left(user: User) -> list[Participation]:
    """Of each process that an organization left, the seat that this person spoke for."""
    processes = Process.objects.filter(
        held_now("participations__representatives__"),
        participations__state=ParticipationState.WITHDRAWN,
        participations__representatives__user=user,
    )
    found = [find_seat_left_by(user, process) for process in processes.distinct()]
    return [seat for seat in found if seat is not None]
