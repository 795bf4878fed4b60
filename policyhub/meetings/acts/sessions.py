"""Holding a meeting: opened, interrupted, resumed, adjourned."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from policyhub.accounts.models import User
from policyhub.core.errors import Reason, check, require
from policyhub.core.locks import hold, hold_rows
from policyhub.core.text import canonical_text, text_hash
from policyhub.meetings.models import Meeting, Recess
from policyhub.meetings.permissions import can_preside
from policyhub.meetings.queries import holds_office, may_preside
from policyhub.meetings.rules import MeetingState, opening_refused, step_refused
from policyhub.participation.queries import roles_of
from policyhub.record.acts import append, commit_person
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry


@transaction.atomic
def open_meeting(*, actor: User, meeting: Meeting, presiding: User, secretary: User, at: datetime) -> Entry:
    """The meeting sits, with its presiding officer and its secretary named."""
    meeting = _hold_for_chair(actor, meeting)
    check(
        step_refused(meeting.state, MeetingState.IN_SESSION, noun=str(meeting)),
        None if meeting.state != MeetingState.RECESS else Reason("recess", "This meeting is in recess: resume it."),
        opening_refused(meeting.starts_at, at),
        _cannot_preside(presiding, meeting),
        _cannot_keep(secretary, meeting),
    )
    meeting.state, meeting.opened_at = MeetingState.IN_SESSION, at
    meeting.presiding, meeting.secretary = presiding, secretary
    meeting.save(update_fields=["state", "opened_at", "presiding", "secretary"])
    body = {"presiding": commit_person(presiding), "secretary": commit_person(secretary)}
    return _append(Kind.MEETING_OPENED, actor, meeting, body, at)


@transaction.atomic
def recess_meeting(*, actor: User, meeting: Meeting, reason: str, at: datetime) -> Entry:
    """The meeting is interrupted; whoever leaves the room now has left a meeting, not the process."""
    meeting = _hold_for_chair(actor, meeting)
    check(step_refused(meeting.state, MeetingState.RECESS, noun=str(meeting)))
    recess = Recess.objects.create(
        meeting=meeting, reason=canonical_text(reason, what="reason", field="reason"), began_at=at
    )
    _move(meeting, MeetingState.RECESS)
    return _append(Kind.MEETING_RECESSED, actor, meeting, {"reason_hash": text_hash(recess.reason)}, at)


@transaction.atomic
def resume_meeting(*, actor: User, meeting: Meeting, at: datetime) -> Entry:
    """The meeting sits again."""
    meeting = _hold_for_chair(actor, meeting)
    if meeting.state != MeetingState.RECESS:
        check(Reason("not_in_recess", f"{meeting} is not in recess. Nothing was changed."))
    _end_recess(meeting, at)
    _move(meeting, MeetingState.IN_SESSION)
    return _append(Kind.MEETING_RESUMED, actor, meeting, {}, at)


@transaction.atomic
def adjourn_meeting(*, actor: User, meeting: Meeting, at: datetime) -> Entry:
    """The meeting is over; its minutes can be drafted."""
    meeting = _hold_for_chair(actor, meeting)
    check(step_refused(meeting.state, MeetingState.ADJOURNED, noun=str(meeting)))
    _end_recess(meeting, at)
    meeting.state, meeting.adjourned_at = MeetingState.ADJOURNED, at
    meeting.save(update_fields=["state", "adjourned_at"])
    return _append(Kind.MEETING_ADJOURNED, actor, meeting, {}, at)


def _hold_for_chair(actor: User, meeting: Meeting) -> Meeting:
    meeting = hold(meeting, for_change=True)
    hold_rows(roles_of(actor, meeting.process))
    require(can_preside(actor, meeting))
    return meeting


def _move(meeting: Meeting, state: MeetingState) -> None:
    meeting.state = state
    meeting.save(update_fields=["state"])


def _end_recess(meeting: Meeting, at: datetime) -> None:
    meeting.recesses.filter(ended_at__isnull=True).update(ended_at=at)


def _append(kind: Kind, actor: User, meeting: Meeting, body: dict[str, str], at: datetime) -> Entry:
    return append(kind, actor=actor, role="chair", process=meeting.process, subject=meeting.subject, body=body, at=at)


def _cannot_preside(person: User, meeting: Meeting) -> Reason | None:
    if may_preside(person, meeting.process):
        return None
    return Reason("presiding", "A chair, facilitator or convener of this process presides.", "presiding")


def _cannot_keep(person: User, meeting: Meeting) -> Reason | None:
    if holds_office(person, meeting.process):
        return None
    return Reason("secretary", "Name somebody with a function in this process to keep the minutes.", "secretary")
