"""Publishing the agenda: the matters in their order, each with the exact text it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from policyhub.accounts.models import User
from policyhub.core.errors import Reason, check, require
from policyhub.core.locks import hold, hold_rows
from policyhub.core.text import canonical_line, optional_text
from policyhub.drafting.models import Version
from policyhub.meetings.models import AgendaItem, Meeting
from policyhub.meetings.permissions import can_publish_agenda
from policyhub.meetings.queries import acting_as, items_hash
from policyhub.meetings.rules import MeetingState, step_refused
from policyhub.participation.models import Process
from policyhub.participation.queries import roles_of
from policyhub.participation.rules import StaffFunction
from policyhub.record.acts import append
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry

MOST = 60


@dataclass(frozen=True)
class Matter:
    """One matter that the meeting will take up, with the version it is about where there is one."""

    title: str
    note: str = ""
    version: Version | None = None


@transaction.atomic
def publish_agenda(*, actor: User, meeting: Meeting, items: Sequence[Matter], at: datetime) -> Entry:
    """The agenda is public, and pinned to the exact versions it names."""
    meeting = hold(meeting, for_change=True)
    hold_rows(roles_of(actor, meeting.process))
    require(can_publish_agenda(actor, meeting))
    check(step_refused(meeting.state, MeetingState.AGENDA_PUBLISHED, noun=str(meeting)))
    check(_count_refused(items), *(_foreign_version(meeting.process, each.version) for each in items))
    written = [_write(meeting, position, matter) for position, matter in enumerate(items, 1)]
    meeting.state = MeetingState.AGENDA_PUBLISHED
    meeting.save(update_fields=["state"])
    return append(
        Kind.AGENDA_PUBLISHED,
        actor=actor,
        role=acting_as(actor, meeting.process, StaffFunction.CONVENER, StaffFunction.CHAIR),
        process=meeting.process,
        subject=meeting.subject,
        body={"items": len(written), "items_hash": items_hash(written)},
        at=at,
    )


def _write(meeting: Meeting, position: int, matter: Matter) -> AgendaItem:
    return AgendaItem.objects.create(
        meeting=meeting,
        position=position,
        title=canonical_line(matter.title, limit=200, field="items"),
        note=optional_text(matter.note, what="note", field="items"),
        version=matter.version,
    )


def _count_refused(items: Sequence[Matter]) -> Reason | None:
    if not items:
        return Reason("empty", "List at least one matter, so that everybody can prepare.", "items")
    if len(items) > MOST:
        return Reason("too_many", f"An agenda takes at most {MOST} matters. Join some of them.", "items")
    return None


def _foreign_version(process: Process, version: Version | None) -> Reason | None:
    if version is None or version.document.process_id == process.pk:
        return None
    return Reason("version", "Name only versions of this process's documents.", "items")
