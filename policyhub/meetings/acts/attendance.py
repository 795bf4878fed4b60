"""Recording who comes and goes. Leaving the room is a fact of attendance, never a withdrawal."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from policyhub.accounts.models import User
from policyhub.core.canonical import moment
from policyhub.core.errors import Reason, check, refuse, require
from policyhub.core.locks import hold, hold_rows
from policyhub.meetings.models import Attendance, Meeting
from policyhub.meetings.permissions import can_record_attendance
from policyhub.meetings.queries import acting_as, comings_of
from policyhub.meetings.rules import SITTING_STATES, Coming, MeetingState, coming_refused, moment_refused
from policyhub.participation.models import Participation
from policyhub.participation.queries import roles_of
from policyhub.participation.rules import StaffFunction
from policyhub.record.acts import append
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry


@transaction.atomic
def record_attendance(
    *,
    actor: User,
    meeting: Meeting,
    participation: Participation,
    event: Coming,
    occurred_at: datetime | None = None,
    at: datetime,
) -> Entry:
    """The organization came or went at that time, now unless told; an adjourned meeting can still be completed."""
    meeting = hold(meeting, for_change=True)
    hold_rows(roles_of(actor, meeting.process))
    require(can_record_attendance(actor, meeting))
    participation, occurred_at = hold(participation), occurred_at or at
    until = min(at, meeting.adjourned_at or at)
    check(
        moment_refused(occurred_at, _opening_of(meeting), until),
        coming_refused(event, occurred_at, comings_of(meeting, participation)),
        _had_no_seat(meeting, participation, event, occurred_at),
    )
    Attendance.objects.create(
        meeting=meeting, participation=participation, event=event, occurred_at=occurred_at, recorded_at=at
    )
    return append(
        Kind.ATTENDANCE_RECORDED,
        actor=actor,
        role=acting_as(actor, meeting.process, StaffFunction.SECRETARY, StaffFunction.CHAIR),
        process=meeting.process,
        subject=meeting.subject,
        body={
            "organization": participation.organization.slug,
            "event": event.value,
            "occurred_at": moment(occurred_at),
        },
        at=at,
    )


def _opening_of(meeting: Meeting) -> datetime:
    if meeting.opened_at is None or meeting.state not in {*SITTING_STATES, MeetingState.ADJOURNED}:
        raise refuse(
            "not_sitting", "Attendance is recorded from the opening of a meeting until its minutes are drafted."
        )
    return meeting.opened_at


def _had_no_seat(meeting: Meeting, seat: Participation, event: Coming, occurred_at: datetime) -> Reason | None:
    if seat.process_id != meeting.process_id or seat.admitted_at is None or occurred_at < seat.admitted_at:
        return Reason("no_seat", f"{seat.organization} held no seat in this process then.", "participation")
    # Whoever withdraws in the room leaves it afterwards; only an arrival needs a seat.
    if event == Coming.ARRIVED and seat.withdrawn_at is not None and occurred_at > seat.withdrawn_at:
        return Reason("withdrawn", f"{seat.organization} had withdrawn from the process by then.", "participation")
    return None
