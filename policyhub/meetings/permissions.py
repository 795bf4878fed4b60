"""Who may do what about meetings. Never when: that is a rule."""

from __future__ import annotations

from policyhub.meetings.models import Meeting
from policyhub.participation.models import Process
from policyhub.participation.permissions import can_adopt_charter, can_chair, can_convene
from policyhub.participation.queries import Person, roles_of
from policyhub.participation.rules import StaffFunction


def can_give_notice(user: Person, process: Process) -> bool:
    """The convener, who calls and hosts."""
    return can_convene(user, process)


def can_cancel_meeting(user: Person, meeting: Meeting) -> bool:
    """The convener."""
    return can_convene(user, meeting.process)


def can_publish_agenda(user: Person, meeting: Meeting) -> bool:
    """The convener or the chair."""
    return can_adopt_charter(user, meeting.process)


def can_preside(user: Person, meeting: Meeting) -> bool:
    """The chair, who opens, recesses, resumes and adjourns."""
    return can_chair(user, meeting.process)


def can_record_attendance(user: Person, meeting: Meeting) -> bool:
    """The secretary or the chair."""
    return roles_of(user, meeting.process, [StaffFunction.SECRETARY, StaffFunction.CHAIR]).exists()
