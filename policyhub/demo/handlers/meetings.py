"""Meetings and their minutes."""

from __future__ import annotations

from datetime import datetime

from policyhub.accounts.models import User
from policyhub.demo.handlers.participation import somebody
from policyhub.demo.telling import Handler, Said, Telling
from policyhub.drafting.models import Version
from policyhub.meetings import acts
from policyhub.meetings.acts.agenda import Matter
from policyhub.meetings.acts.notices import NoticeTerms
from policyhub.meetings.models import Meeting
from policyhub.meetings.rules import Coming, MeetingKind
from policyhub.minutes import acts as minutes_acts
from policyhub.minutes.models import Minutes
from policyhub.record.models import Entry


def give_notice(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    terms = NoticeTerms(
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
    return acts.give_notice(
        actor=somebody(actor),
        process=telling.process,
        title=said.text("title"),
        kind=said.choice("kind", MeetingKind, "in_person"),
        starts_at=telling.moment(said.take("starts")),
        ends_at=telling.moment(said.take("ends")),
        terms=terms,
        at=at,
    )


def publish_agenda(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    items = [_matter(telling, Said(each)) for each in said.take("items")]
    return acts.publish_agenda(actor=somebody(actor), meeting=_meeting(telling, said), items=items, at=at)


def open_meeting(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.open_meeting(
        actor=somebody(actor),
        meeting=_meeting(telling, said),
        presiding=telling.person(said.take("presiding", "chair")),
        secretary=telling.person(said.take("secretary", "secretary")),
        at=at,
    )


def record_attendance(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.record_attendance(
        actor=somebody(actor),
        meeting=_meeting(telling, said),
        participation=telling.seat(said.take("organization")),
        event=said.choice("event", Coming),
        at=at,
    )


def recess_meeting(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.recess_meeting(
        actor=somebody(actor), meeting=_meeting(telling, said), reason=said.text("reason", ""), at=at
    )


def resume_meeting(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.resume_meeting(actor=somebody(actor), meeting=_meeting(telling, said), at=at)


def adjourn_meeting(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.adjourn_meeting(actor=somebody(actor), meeting=_meeting(telling, said), at=at)


def cancel_meeting(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.cancel_meeting(
        actor=somebody(actor), meeting=_meeting(telling, said), reason=said.text("reason"), at=at
    )


def draft_minutes(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return minutes_acts.draft_minutes(
        actor=somebody(actor), meeting=_meeting(telling, said), text=said.text("text"), at=at
    )


def circulate_minutes(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    kept, text_hash = _kept(telling, said)
    return minutes_acts.circulate_minutes(actor=somebody(actor), minutes=kept, text_hash=text_hash, at=at)


def approve_minutes(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    kept, text_hash = _kept(telling, said)
    return minutes_acts.approve_minutes(
        actor=somebody(actor), minutes=kept, approved_by=said.text("approved_by"), text_hash=text_hash, at=at
    )


def publish_minutes(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    kept, text_hash = _kept(telling, said)
    return minutes_acts.publish_minutes(actor=somebody(actor), minutes=kept, text_hash=text_hash, at=at)


def _meeting(telling: Telling, said: Said) -> Meeting:
    number = said.take("meeting")
    rows = Meeting.objects.filter(process=telling.process, number=number).select_related("process")
    return telling.one(rows, f"Meeting {number}")


def _kept(telling: Telling, said: Said) -> tuple[Minutes, str]:
    meeting = _meeting(telling, said)
    kept = telling.one(Minutes.objects.filter(meeting=meeting), f"The minutes of meeting {meeting.number}")
    return kept, kept.versions.latest("number").text_hash


def _matter(telling: Telling, said: Said) -> Matter:
    document, number = said.take("document", None), said.take("version", None)
    rows = Version.objects.filter(document__slug=document, number=number, document__process=telling.process)
    version = telling.one(rows, f"Version {number} of {document}") if document else None
    return Matter(title=said.text("title"), note=said.text("note", ""), version=version)


HANDLERS: dict[str, Handler] = {
    "give_notice": give_notice,
    "publish_agenda": publish_agenda,
    "open_meeting": open_meeting,
    "record_attendance": record_attendance,
    "recess_meeting": recess_meeting,
    "resume_meeting": resume_meeting,
    "adjourn_meeting": adjourn_meeting,
    "cancel_meeting": cancel_meeting,
    "draft_minutes": draft_minutes,
    "circulate_minutes": circulate_minutes,
    "approve_minutes": approve_minutes,
    "publish_minutes": publish_minutes,
}
