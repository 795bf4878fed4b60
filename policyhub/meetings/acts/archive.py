"""Telling of meetings that others held, from sources: held, cancelled, or announced and never heard of again."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from policyhub.core.errors import Reason, check
from policyhub.core.numbers import next_number
from policyhub.core.text import canonical_line, optional_text, text_hash
from policyhub.meetings.models import ReportedMeeting
from policyhub.meetings.rules import MeetingKind, Sitting
from policyhub.participation.acts.archive import ROLE, Report, hold_archive
from policyhub.participation.models import Process
from policyhub.record.acts import append
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry


@transaction.atomic
def report_meeting(
    *,
    process: Process,
    title: str,
    kind: MeetingKind,
    on: date,
    sitting: Sitting,
    noticed_on: date | None = None,
    note: str = "",
    report: Report,
    at: datetime,
) -> Entry:
    """The meeting is listed with its day, whether it was held, and how many days ahead it was noticed, if known."""
    process = hold_archive(process)
    check(_noticed_late(noticed_on, on))
    meeting = ReportedMeeting.objects.create(
        process=process,
        number=next_number(process.reported_meetings.all()),
        title=canonical_line(title, limit=200, field="title"),
        kind=kind,
        on=on,
        sitting=sitting,
        noticed_on=noticed_on,
        note=optional_text(note, what="note", field="note"),
        sources=list(report.body["sources"]),
        recorded_at=at,
    )
    return append(
        Kind.MEETING_REPORTED,
        actor=None,
        role=ROLE,
        process=process,
        subject=process.subject,
        body={
            "number": meeting.number,
            "title": meeting.title,
            "kind": kind.value,
            "on": on.isoformat(),
            "sitting": sitting.value,
            "noticed_on": noticed_on.isoformat() if noticed_on is not None else None,
            "note_hash": text_hash(meeting.note) if meeting.note else None,
        },
        reported=report.body,
        at=at,
    )


def _noticed_late(noticed_on: date | None, on: date) -> Reason | None:
    if noticed_on is None or noticed_on <= on:
        return None
    return Reason("noticed_late", f"A meeting of {on} was noticed after it was held. Check the two days.", "noticed_on")
