"""Who may do what about minutes. Never when: that is a rule."""

from __future__ import annotations

from policyhub.accounts.models import User
from policyhub.meetings.models import Meeting
from policyhub.minutes.models import Minutes
from policyhub.minutes.queries import find_seat_at
from policyhub.participation.permissions import can_chair, can_convene, can_keep_minutes
from policyhub.participation.queries import Person, roles_of
from policyhub.participation.rules import StaffFunction


def can_draft_minutes(user: Person, meeting: Meeting) -> bool:
    """The process's secretary, and whoever kept this meeting as a substitute while they hold a function."""
    substitutes = isinstance(user, User) and meeting.secretary_id == user.pk
    return can_keep_minutes(user, meeting.process) or (substitutes and roles_of(user, meeting.process).exists())


def can_propose_correction(user: Person, minutes: Minutes) -> bool:
    """Whoever speaks for a seat that was held while the meeting was open, also for one that was left since."""
    return find_seat_at(user, minutes.meeting) is not None


def can_answer_correction(user: Person, minutes: Minutes) -> bool:
    """The secretary or the chair."""
    return roles_of(user, minutes.meeting.process, [StaffFunction.SECRETARY, StaffFunction.CHAIR]).exists()


def can_approve_minutes(user: Person, minutes: Minutes) -> bool:
    """The chair, who certifies them or records that the body approved them."""
    return can_chair(user, minutes.meeting.process)


def can_publish_minutes(user: Person, minutes: Minutes) -> bool:
    """The convener."""
    return can_convene(user, minutes.meeting.process)
