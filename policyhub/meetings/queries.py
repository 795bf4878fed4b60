"""Reading meetings: what comes, what was, who is in the room."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from policyhub.accounts.models import User
from policyhub.core.canonical import dump, moment
from policyhub.core.text import normal_text, text_hash
from policyhub.meetings.models import AgendaItem, Attendance, Meeting, Notice
from policyhub.meetings.rules import AWAITED_STATES, SITTING_STATES, Coming, MeetingState, Stay, quorum_of, stays
from policyhub.participation.models import Participation, Process
from policyhub.participation.queries import admitted, find_charter, members, roles_of
from policyhub.participation.rules import ParticipationState, StaffFunction, Standing

PRESIDING = (StaffFunction.CHAIR, StaffFunction.FACILITATOR, StaffFunction.CONVENER)


@dataclass(frozen=True)
class Presence:
    """A seat with its stays at one meeting, in order; none for a seat that did not come.

    `is_seated` says whether it was held when the meeting ended, or is held now while the meeting is not over.
    """

    participation: Participation
    stays: tuple[Stay, ...]
    is_seated: bool

    is_asked: bool = True

    @property
    def counts(self) -> bool:
        """Whether it counts for the quorum: a seat that is held, with a vote, in the group where a group meets."""
        return self.is_seated and self.is_asked and self.participation.standing == Standing.VOTING

    @property
    def is_inside(self) -> bool:
        """Whether it came and did not leave."""
        return bool(self.stays) and self.stays[-1].left_at is None

    @property
    def has_left(self) -> bool:
        """Whether it came, left and did not come back."""
        return bool(self.stays) and not self.is_inside


@dataclass(frozen=True)
class Room:
    """Who came to a meeting, and whether more than half of the table is in the room."""

    presences: tuple[Presence, ...]

    @property
    def inside(self) -> list[Presence]:
        return [each for each in self.presences if each.is_inside]

    @property
    def seats(self) -> int:
        """How many organizations hold a seat with a vote."""
        return sum(each.counts for each in self.presences)

    @property
    def voices(self) -> int:
        """How many organizations that hold a seat with a vote are in the room."""
        return sum(each.counts for each in self.inside)

    @property
    def quorum(self) -> int:
        return quorum_of(self.seats)

    @property
    def has_quorum(self) -> bool:
        return self.voices >= self.quorum


def meetings(process: Process) -> QuerySet[Meeting]:
    """Every meeting of a process with its notice, newest number first; cancelled ones stay."""
    return process.meetings.select_related("process", "notice").order_by("-number")


def meetings_upcoming(process: Process, at: datetime) -> QuerySet[Meeting]:
    """Meetings that sit, and announced ones whose time has not passed, cancelled ones among them; soonest first."""
    return meetings(process).filter(_upcoming(at)).order_by("starts_at", "number")


def meetings_past(process: Process, at: datetime) -> QuerySet[Meeting]:
    """Every other meeting, held or not, newest first."""
    return meetings(process).exclude(_upcoming(at)).order_by("-starts_at", "-number")


def find_meeting(process: Process, number: int) -> Meeting | None:
    """The meeting with this number, or None."""
    return meetings(process).filter(number=number).first()


def agenda(meeting: Meeting) -> QuerySet[AgendaItem]:
    """The matters in their order, with the exact versions they are about."""
    return meeting.agenda.select_related("version__document").order_by("position")


def attendance(meeting: Meeting) -> QuerySet[Attendance]:
    """Every coming and going in the order of the room."""
    rows = meeting.attendance.select_related("participation__organization", "participation__category")
    return rows.order_by("occurred_at", "pk")


def comings_of(meeting: Meeting, participation: Participation) -> list[tuple[Coming, datetime]]:
    """One organization's comings and goings at a meeting, in order."""
    rows = meeting.attendance.filter(participation=participation).order_by("occurred_at", "pk")
    return [(Coming(event), occurred_at) for event, occurred_at in rows.values_list("event", "occurred_at")]


def room_of(meeting: Meeting) -> Room:
    """Who is, was, or could be in the room, by category and name; seats left before the meeting only if they came."""
    asked = None if meeting.group is None else set(members(meeting.group).values_list("pk", flat=True))
    comings: dict[int, list[tuple[Coming, datetime]]] = {}
    for each in attendance(meeting):
        comings.setdefault(each.participation_id, []).append((Coming(each.event), each.occurred_at))
    return Room(
        tuple(
            Presence(
                seat,
                tuple(stays(comings.get(seat.pk, ()))),
                _is_seated(seat, meeting),
                asked is None or seat.pk in asked,
            )
            for seat in admitted(meeting.process)
            if seat.pk in comings or ((asked is None or seat.pk in asked) and _could_come(seat, meeting))
        )
    )


def days_required(process: Process) -> int:
    """How many days of notice the charter asks for; none while there is no charter."""
    charter = find_charter(process)
    return charter.notice_days if charter else 0


def may_preside(user: User, process: Process) -> bool:
    """Whether somebody has a function that presides over meetings."""
    return roles_of(user, process, PRESIDING).exists()


def holds_office(user: User, process: Process) -> bool:
    """Whether somebody has any function in the process."""
    return roles_of(user, process).exists()


def acting_as(user: User, process: Process, *functions: StaffFunction) -> str:
    """The first of these functions that a person holds now: what the record says they acted as."""
    held = set(roles_of(user, process, functions).values_list("function", flat=True))
    return next(function.value for function in functions if function.value in held)


def staff(process: Process, *functions: StaffFunction) -> QuerySet[User]:
    """The people who hold one of these functions now, or any when none is named."""
    wanted = functions or tuple(StaffFunction)
    held = Q(staff_roles__process=process, staff_roles__until=None, staff_roles__function__in=wanted)
    return User.objects.filter(held).distinct().order_by("label", "email")


def notice_hash(notice: Notice) -> str:
    """The hash of a notice."""
    return text_hash(notice_text(notice))


def notice_text(notice: Notice) -> str:
    """The text that a notice's hash is taken over: the canonical JSON object of everything it says, on one line."""
    return normal_text(dump(notice_content(notice)).decode())


def items_hash(items: Iterable[AgendaItem]) -> str:
    """The hash of an agenda."""
    return text_hash(agenda_text(items))


def agenda_text(items: Iterable[AgendaItem]) -> str:
    """The text that an agenda's hash is taken over: the canonical JSON array of its matters."""
    return normal_text(dump([_matter(each) for each in items]).decode())


def _matter(item: AgendaItem) -> dict[str, str | None]:
    return {"title": item.title, "note": item.note, "text_hash": item.version.text_hash if item.version else None}


def notice_content(notice: Notice) -> dict[str, Any]:
    """Everything a notice says, by field, with times as they stand in a leaf."""
    meeting = notice.meeting
    return {
        "title": meeting.title,
        "kind": meeting.kind,
        "starts_at": moment(meeting.starts_at),
        "ends_at": moment(meeting.ends_at),
        "timezone": meeting.timezone,
        "purpose": notice.purpose,
        "place": notice.place,
        "connection": notice.connection,
        "registration": notice.registration,
        "is_open": notice.is_open,
        "decides": notice.decides,
        "how_to_comment": notice.how_to_comment,
        "accessibility": notice.accessibility,
        "contact": notice.contact,
        "short_notice_reason": notice.short_notice_reason,
    }


def _upcoming(at: datetime) -> Q:
    announced = [*AWAITED_STATES, MeetingState.CANCELLED]
    return Q(state__in=SITTING_STATES) | Q(state__in=announced, ends_at__gt=at)


def _could_come(seat: Participation, meeting: Meeting) -> bool:
    if seat.withdrawn_at is not None and seat.withdrawn_at <= (meeting.opened_at or meeting.starts_at):
        return False
    return meeting.adjourned_at is None or (seat.admitted_at or meeting.adjourned_at) <= meeting.adjourned_at


def _is_seated(seat: Participation, meeting: Meeting) -> bool:
    if meeting.adjourned_at is None:
        return seat.state == ParticipationState.ACTIVE
    return seat.withdrawn_at is None or seat.withdrawn_at > meeting.adjourned_at
