"""Writing minutes and sending them round."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from policyhub.accounts.models import User
from policyhub.core.canonical import moment
from policyhub.core.errors import check, require
from policyhub.core.locks import hold, hold_rows
from policyhub.core.text import optional_text
from policyhub.core.text import text_hash as hash_of
from policyhub.meetings.models import Meeting
from policyhub.meetings.rules import MeetingState
from policyhub.meetings.rules import step_refused as meeting_refused
from policyhub.minutes.acts.texts import stale, unchanged, write_text
from policyhub.minutes.models import Minutes, MinutesVersion
from policyhub.minutes.permissions import can_draft_minutes
from policyhub.minutes.queries import get_text
from policyhub.minutes.rules import MinutesState, edit_refused, gaps, step_refused, time_refused
from policyhub.participation.queries import roles_of
from policyhub.record.acts import append
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry


@transaction.atomic
def draft_minutes(*, actor: User, meeting: Meeting, text: str, at: datetime) -> Entry:
    """The secretary's notes of an adjourned meeting exist, and the meeting is closed."""
    meeting = hold(meeting, for_change=True)
    hold_rows(roles_of(actor, meeting.process))
    require(can_draft_minutes(actor, meeting))
    check(meeting_refused(meeting.state, MeetingState.CLOSED, noun=str(meeting)))
    minutes = Minutes.objects.create(meeting=meeting)
    entry = _append(Kind.MINUTES_DRAFTED, actor, write_text(minutes, text, writer=actor, at=at), at)
    meeting.state = MeetingState.CLOSED
    meeting.save(update_fields=["state"])
    append(
        Kind.MEETING_CLOSED,
        actor=actor,
        role="secretary",
        process=meeting.process,
        subject=meeting.subject,
        body={},
        at=at,
    )
    return entry


@transaction.atomic
def revise_minutes_draft(*, actor: User, minutes: Minutes, text: str, text_hash: str, at: datetime) -> Entry:
    """The notes read as told from now on; `text_hash` names the text they replace."""
    minutes = hold(minutes, for_change=True)
    hold_rows(roles_of(actor, minutes.meeting.process))
    require(can_draft_minutes(actor, minutes.meeting))
    check(edit_refused(minutes.state) or stale(minutes, text_hash) or unchanged(minutes, text))
    return _append(Kind.MINUTES_DRAFTED, actor, write_text(minutes, text, writer=actor, at=at), at)


@transaction.atomic
def circulate_minutes(
    *,
    actor: User,
    minutes: Minutes,
    text_hash: str,
    corrections_until: datetime | None,
    short_time_reason: str = "",
    at: datetime,
) -> Entry:
    """The table can read the complete minutes and propose corrections; nothing is approved before `corrections_until`.

    That is at least a day ahead, or sooner with a reason that everybody can read. A told circulation is taken as told.
    """
    minutes = hold(minutes, for_change=True)
    hold_rows(roles_of(actor, minutes.meeting.process))
    require(can_draft_minutes(actor, minutes.meeting))
    version = get_text(minutes)
    check(
        step_refused(minutes.state, MinutesState.CIRCULATED),
        stale(minutes, text_hash),
        None if minutes.meeting.process.is_being_told else time_refused(corrections_until, short_time_reason, at),
        *gaps(version.text),
    )
    minutes.state, minutes.circulated_at, minutes.corrections_until = MinutesState.CIRCULATED, at, corrections_until
    minutes.short_time_reason = optional_text(short_time_reason, what="reason", field="short_time_reason")
    minutes.save(update_fields=["state", "circulated_at", "corrections_until", "short_time_reason"])
    return _append(Kind.MINUTES_CIRCULATED, actor, version, at, **_time_given(minutes))


def _time_given(minutes: Minutes) -> dict[str, str | None]:
    until, reason = minutes.corrections_until, minutes.short_time_reason
    return {"corrections_until": moment(until) if until else None, "reason_hash": hash_of(reason) if reason else None}


def _append(kind: Kind, actor: User, version: MinutesVersion, at: datetime, **said: str | None) -> Entry:
    return append(
        kind,
        actor=actor,
        role="secretary",
        process=version.minutes.meeting.process,
        subject=version.minutes.subject,
        body={"version": version.number, "text_hash": version.text_hash, **said},
        at=at,
    )
