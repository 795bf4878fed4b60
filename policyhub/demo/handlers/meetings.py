"""Meetings: noticed, held or cancelled, and who was there."""

from __future__ import annotations

from datetime import datetime

from policyhub.accounts.models import User
from policyhub.demo.handlers.finding import group_of, meeting_of, somebody, version_of
from policyhub.demo.said import Said
from policyhub.demo.telling import Handler, Telling
from policyhub.meetings import acts
from policyhub.meetings.acts import Matter, NoticeTerms
from policyhub.meetings.rules import Coming, MeetingKind
from policyhub.record.models import Entry


def give_notice(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.give_notice(
        actor=somebody(actor),
        process=telling.process,
        title=said.text("title"),
        kind=said.choice("kind", MeetingKind, MeetingKind.IN_PERSON),
        starts_at=telling.moment(said.text("starts")),
        ends_at=telling.moment(said.text("ends")),
        timezone=said.text("timezone", ""),
        terms=_terms(said),
        group=group_of(telling, said) if said.has("group") else None,
        at=at,
    )


def publish_agenda(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    items = [_matter(telling, each) for each in said.parts("items")]
    return acts.publish_agenda(actor=somebody(actor), meeting=meeting_of(telling, said), items=items, at=at)


def cancel_meeting(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.cancel_meeting(
        actor=somebody(actor), meeting=meeting_of(telling, said), reason=said.text("reason"), at=at
    )


def open_meeting(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.open_meeting(
        actor=somebody(actor),
        meeting=meeting_of(telling, said),
        presiding=telling.person(said.text("presiding", "chair")),
        secretary=telling.person(said.text("secretary", "secretary")),
        at=at,
    )


def record_attendance(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    occurred = said.find_text("occurred")
    return acts.record_attendance(
        actor=somebody(actor),
        meeting=meeting_of(telling, said),
        participation=telling.seat(said.text("organization")),
        event=said.choice("event", Coming),
        occurred_at=telling.moment(occurred) if occurred else None,
        at=at,
    )


def recess_meeting(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.recess_meeting(
        actor=somebody(actor), meeting=meeting_of(telling, said), reason=said.text("reason"), at=at
    )


def resume_meeting(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.resume_meeting(actor=somebody(actor), meeting=meeting_of(telling, said), at=at)


def adjourn_meeting(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.adjourn_meeting(actor=somebody(actor), meeting=meeting_of(telling, said), at=at)


def _terms(said: Said) -> NoticeTerms:
    return NoticeTerms(
        purpose=said.text("purpose"),
        how_to_comment=said.text("how_to_comment"),
        contact=said.text("contact"),
        decides=said.flag("decides", False),
        is_open=said.flag("open", True),
        place=said.text("place", ""),
        connection=said.text("connection", ""),
        registration=said.text("registration", ""),
        accessibility=said.text("accessibility", ""),
        short_notice_reason=said.text("short_notice_reason", ""),
    )


def _matter(telling: Telling, said: Said) -> Matter:
    version = version_of(telling, said) if said.has("document") else None
    matter = Matter(title=said.text("title"), note=said.text("note", ""), version=version)
    said.check_empty()
    return matter


HANDLERS: dict[str, Handler] = {
    "give_notice": give_notice,
    "publish_agenda": publish_agenda,
    "cancel_meeting": cancel_meeting,
    "open_meeting": open_meeting,
    "record_attendance": record_attendance,
    "recess_meeting": recess_meeting,
    "resume_meeting": resume_meeting,
    "adjourn_meeting": adjourn_meeting,
}
