"""Minutes: drafted, circulated, corrected, approved, published; each act on the newest text."""

from __future__ import annotations

from datetime import datetime

from policyhub.accounts.models import User
from policyhub.demo.handlers.finding import correction_of, meeting_of, minutes_of, somebody
from policyhub.demo.said import Said
from policyhub.demo.telling import Handler, Telling
from policyhub.meetings.models import Meeting
from policyhub.minutes import acts
from policyhub.minutes.models import Minutes
from policyhub.minutes.queries import get_text
from policyhub.record.models import Entry


def draft_minutes(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.draft_minutes(actor=somebody(actor), meeting=meeting_of(telling, said), text=said.text("text"), at=at)


def revise_minutes_draft(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    minutes = minutes_of(telling, said)
    return acts.revise_minutes_draft(
        actor=somebody(actor), minutes=minutes, text=said.text("text"), text_hash=_newest(minutes), at=at
    )


def circulate_minutes(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    minutes = minutes_of(telling, said)
    until = said.find_text("corrections_until")
    return acts.circulate_minutes(
        actor=somebody(actor),
        minutes=minutes,
        text_hash=_newest(minutes),
        corrections_until=telling.moment(until) if until else None,
        short_time_reason=said.text("short_time_reason", ""),
        at=at,
    )


def propose_correction(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.propose_correction(
        actor=somebody(actor),
        minutes=minutes_of(telling, said),
        what=said.text("what"),
        why=said.text("why"),
        at=at,
    )


def accept_correction(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    correction = correction_of(telling, said)
    return acts.accept_correction(
        actor=somebody(actor),
        correction=correction,
        text=said.text("text"),
        text_hash=_newest(correction.minutes),
        at=at,
    )


def decline_correction(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.decline_correction(
        actor=somebody(actor), correction=correction_of(telling, said), reason=said.text("reason"), at=at
    )


def approve_minutes(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    minutes = minutes_of(telling, said)
    return acts.approve_minutes(
        actor=somebody(actor),
        minutes=minutes,
        meeting=_approving(telling, said),
        text_hash=_newest(minutes),
        at=at,
    )


def publish_minutes(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    minutes = minutes_of(telling, said)
    return acts.publish_minutes(actor=somebody(actor), minutes=minutes, text_hash=_newest(minutes), at=at)


def _approving(telling: Telling, said: Said) -> Meeting | None:
    number = said.find_number("approving_meeting")
    if number is None:
        return None
    return telling.one(Meeting.objects.filter(process=telling.process, number=number), f"Meeting {number}")


def _newest(minutes: Minutes) -> str:
    return get_text(minutes).text_hash


HANDLERS: dict[str, Handler] = {
    "draft_minutes": draft_minutes,
    "revise_minutes_draft": revise_minutes_draft,
    "circulate_minutes": circulate_minutes,
    "propose_correction": propose_correction,
    "accept_correction": accept_correction,
    "decline_correction": decline_correction,
    "approve_minutes": approve_minutes,
    "publish_minutes": publish_minutes,
}
