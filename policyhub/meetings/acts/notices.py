"""Announcing a meeting, and cancelling one; either way it stays in the list."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from zoneinfo import available_timezones

from django.db import transaction

from policyhub.accounts.models import User
from policyhub.core.canonical import moment
from policyhub.core.errors import Reason, check, require
from policyhub.core.locks import hold, hold_rows
from policyhub.core.numbers import next_number
from policyhub.core.text import canonical_line, canonical_text, text_hash
from policyhub.meetings.models import Meeting, Notice
from policyhub.meetings.permissions import can_cancel_meeting, can_give_notice
from policyhub.meetings.queries import days_required, notice_hash
from policyhub.meetings.rules import (
    MeetingKind,
    MeetingState,
    days_ahead,
    notice_refused,
    place_refused,
    step_refused,
    times_refused,
)
from policyhub.participation.acts.groups import over
from policyhub.participation.models import Group, Process
from policyhub.participation.queries import roles_of
from policyhub.record.acts import append
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry

REQUIRED = frozenset({"purpose", "how_to_comment", "contact"})


@dataclass(frozen=True)
class NoticeTerms:
    """What a notice says beside the meeting's title, kind and times (41 CFR 102-3.150, and whether it decides)."""

    purpose: str
    how_to_comment: str
    contact: str
    decides: bool
    is_open: bool = True
    place: str = ""
    connection: str = ""
    registration: str = ""
    accessibility: str = ""
    short_notice_reason: str = ""

    def canonical(self) -> NoticeTerms:
        """The same with every text in canonical form; TextRefused for one that cannot be taken or is missing."""
        said = {each.name: getattr(self, each.name) for each in fields(self)}
        texts = {name: _text(name, value) for name, value in said.items() if isinstance(value, str)}
        return NoticeTerms(**{**said, **texts})


@transaction.atomic
def give_notice(
    *,
    actor: User,
    process: Process,
    title: str,
    kind: MeetingKind,
    starts_at: datetime,
    ends_at: datetime,
    terms: NoticeTerms,
    timezone: str = "",
    group: Group | None = None,
    at: datetime,
) -> Entry:
    """The meeting, of all or of a group, is announced, or refused when it comes too soon without a stated reason.

    Days are counted in the process's zone; `timezone` is that of the place, the process's own unless told.
    """
    process = hold(process, for_change=True)
    hold_rows(roles_of(actor, process))
    require(can_give_notice(actor, process))
    required, timezone = days_required(process), timezone or process.timezone
    check(
        times_refused(starts_at, ends_at, at) or _comes_too_late(process, starts_at, terms, at),
        place_refused(kind, terms.place, terms.connection),
        _zone_unknown(timezone),
        _not_of_this_group(process, group),
    )
    meeting = Meeting(
        process=process,
        group=group,
        number=next_number(process.meetings.all()),
        title=canonical_line(title, limit=200, field="title"),
        kind=kind,
        starts_at=starts_at,
        ends_at=ends_at,
        timezone=timezone,
    )
    notice = _save(meeting, terms.canonical(), required, at)
    return _append_notice(actor, notice, at)


@transaction.atomic
def cancel_meeting(*, actor: User, meeting: Meeting, reason: str, at: datetime) -> Entry:
    """The meeting will not be held; it stays in the list with the reason."""
    meeting = hold(meeting, for_change=True)
    hold_rows(roles_of(actor, meeting.process))
    require(can_cancel_meeting(actor, meeting))
    check(step_refused(meeting.state, MeetingState.CANCELLED, noun=str(meeting)))
    meeting.cancelled_reason = canonical_text(reason, what="reason", field="reason")
    meeting.state = MeetingState.CANCELLED
    meeting.save(update_fields=["state", "cancelled_reason"])
    return append(
        Kind.MEETING_CANCELLED,
        actor=actor,
        role="convener",
        process=meeting.process,
        subject=meeting.subject,
        body={"reason_hash": text_hash(meeting.cancelled_reason)},
        at=at,
    )


def _save(meeting: Meeting, terms: NoticeTerms, required: int, at: datetime) -> Notice:
    meeting.save(force_insert=True)
    said = {each.name: getattr(terms, each.name) for each in fields(terms)}
    return Notice.objects.create(meeting=meeting, days_required=required, published_at=at, **said)


def _comes_too_late(process: Process, starts_at: datetime, terms: NoticeTerms, at: datetime) -> Reason | None:
    ahead = days_ahead(at, starts_at, process.timezone)
    return notice_refused(ahead, days_required(process), terms.short_notice_reason)


def _append_notice(actor: User, notice: Notice, at: datetime) -> Entry:
    meeting = notice.meeting
    return append(
        Kind.MEETING_NOTICED,
        actor=actor,
        role="convener",
        process=meeting.process,
        subject=meeting.subject,
        body={
            "kind": meeting.kind,
            "title": meeting.title,
            "starts_at": moment(meeting.starts_at),
            "ends_at": moment(meeting.ends_at),
            "timezone": meeting.timezone,
            "notice_hash": notice_hash(notice),
            "days_ahead": notice.days_ahead,
            "days_required": notice.days_required,
            "group": meeting.group.number if meeting.group is not None else None,
        },
        at=at,
    )


def _not_of_this_group(process: Process, group: Group | None) -> Reason | None:
    if group is None:
        return None
    if group.process_id != process.pk:
        return Reason("foreign", "Choose a group of this process.", "group")
    return over(group)


def _text(name: str, value: str) -> str:
    if not value.strip() and name not in REQUIRED:
        return ""
    return canonical_text(value, what=name.replace("_", " "), field=name)


def _zone_unknown(timezone: str) -> Reason | None:
    if timezone in available_timezones():
        return None
    return Reason("zone", f"{timezone} is no time zone. Write one like America/New_York.", "timezone")
