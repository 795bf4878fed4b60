"""Writing minutes and sending them round."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from policyhub.accounts.models import User
from policyhub.core.errors import check, require
from policyhub.core.locks import hold, hold_rows
from policyhub.core.moves import check_move, move_refused
from policyhub.meetings.models import Meeting
from policyhub.meetings.rules import MEETING_MOVES, MeetingState
from policyhub.minutes.acts.texts import stale, unchanged, write_text
from policyhub.minutes.models import Minutes, MinutesVersion
from policyhub.minutes.permissions import can_draft_minutes
from policyhub.minutes.queries import get_text
from policyhub.minutes.rules import MINUTES_MOVES, MinutesState, edit_refused, gaps
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
    check_move(MEETING_MOVES, meeting.state, MeetingState.CLOSED, noun=str(meeting))
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
def circulate_minutes(*, actor: User, minutes: Minutes, text_hash: str, at: datetime) -> Entry:
    """The table can read the complete minutes and propose corrections."""
    minutes = hold(minutes, for_change=True)
    hold_rows(roles_of(actor, minutes.meeting.process))
    require(can_draft_minutes(actor, minutes.meeting))
    version = get_text(minutes)
    check(
        move_refused(MINUTES_MOVES, minutes.state, MinutesState.CIRCULATED, noun="This draft of minutes"),
        stale(minutes, text_hash),
        *gaps(version.text),
    )
    minutes.state, minutes.circulated_at = MinutesState.CIRCULATED, at
    minutes.save(update_fields=["state", "circulated_at"])
    return _append(Kind.MINUTES_CIRCULATED, actor, version, at)


def _append(kind: Kind, actor: User, version: MinutesVersion, at: datetime) -> Entry:
    return append(
        kind,
        actor=actor,
        role="secretary",
        process=version.minutes.meeting.process,
        subject=version.minutes.subject,
        body={"version": version.number, "text_hash": version.text_hash},
        at=at,
    )
