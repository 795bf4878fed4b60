"""Meetings in a small world, made through the acts that people use."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from policyhub.meetings import acts
from policyhub.meetings.models import Meeting
from policyhub.meetings.rules import Coming, MeetingKind
from tests.factories.participation import World

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def make_notice(**changes: Any) -> acts.NoticeTerms:
    """What a notice says: a hall, open to everybody, where something may be decided."""
    said: dict[str, Any] = {
        "purpose": "To compare the two drafts on consent.",
        "place": "Hall of Records, Room 2",
        "how_to_comment": "In writing to the secretary until the day before.",
        "contact": "secretary@example.org",
        "decides": True,
    }
    return acts.NoticeTerms(**{**said, **changes})


def announce(world: World, *, in_days: int = 10, **changes: Any) -> Meeting:
    """A meeting of three hours, noticed at the world's time to start in so many days."""
    starts_at = world.at + in_days * DAY
    said: dict[str, Any] = {
        "title": "Consent and notice",
        "kind": MeetingKind.IN_PERSON,
        "starts_at": starts_at,
        "ends_at": starts_at + 3 * HOUR,
        "terms": make_notice(),
        "at": world.at,
    }
    acts.give_notice(actor=world.convener, process=world.process, **{**said, **changes})
    return Meeting.objects.filter(process=world.process).latest("number")


def open_now(world: World, meeting: Meeting | None = None) -> Meeting:
    """The meeting, a new one unless told, sits from its noticed start on: chair and secretary at their places."""
    meeting = meeting or announce(world)
    acts.open_meeting(
        actor=world.chair, meeting=meeting, presiding=world.chair, secretary=world.secretary, at=meeting.starts_at
    )
    meeting.refresh_from_db()
    return meeting


def comes(world: World, meeting: Meeting, organization: str, at: datetime) -> None:
    """The organization is in the room from then on."""
    _record(world, meeting, organization, Coming.ARRIVED, at)


def goes(world: World, meeting: Meeting, organization: str, at: datetime) -> None:
    """The organization is not in the room any more."""
    _record(world, meeting, organization, Coming.LEFT, at)


def adjourn(world: World, meeting: Meeting, at: datetime | None = None) -> Meeting:
    """The meeting is over, at its noticed end unless told."""
    acts.adjourn_meeting(actor=world.chair, meeting=meeting, at=at or meeting.ends_at)
    meeting.refresh_from_db()
    return meeting


def _record(world: World, meeting: Meeting, organization: str, event: Coming, at: datetime) -> None:
    acts.record_attendance(
        actor=world.secretary, meeting=meeting, participation=world.seat(organization), event=event, at=at
    )
