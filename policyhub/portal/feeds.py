"""Feeds and calendars: what happens, for readers' own programs, without an account."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.utils.text import Truncator
from icalendar import Calendar, Event, Timezone

from policyhub.decisions.models import Call
from policyhub.decisions.queries import calls, state_at
from policyhub.decisions.rules import CallState
from policyhub.insight.story import tell
from policyhub.meetings.models import Meeting
from policyhub.meetings.queries import meetings
from policyhub.meetings.rules import MeetingState
from policyhub.portal.frame import process_of
from policyhub.portal.serving import public, signed
from policyhub.record.models import Entry
from policyhub.record.queries import now, stand

NEWEST = 60


@partial(public, also=signed)
def feed(request: HttpRequest, process: str) -> HttpResponse:
    """The newest entries of a process as an Atom feed; each carries the record's size and root."""
    found = process_of(process)
    link = settings.SITE_URL + found.get_absolute_url()
    atom = Atom1Feed(
        title=found.title,
        link=link,
        description=Truncator(found.summary).chars(300),
        feed_url=f"{link}feed.atom",
        author_name=found.convener,
        language="en",
    )
    checkpoint = stand()
    for told in tell(Entry.objects.of_process(found.slug).order_by("-index")[:NEWEST]):
        atom.add_item(
            title=told.sentence,
            link=settings.SITE_URL + (told.href or f"/record/{told.entry.index}/"),
            description=escape(f"{told.sentence} Record entry {told.entry.index}. Checkpoint: {checkpoint}."),
            unique_id=f"urn:uuid:{told.entry.event_id}",
            updateddate=told.entry.occurred_at,
            pubdate=told.entry.occurred_at,
        )
    return HttpResponse(atom.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


@public
def calendar(request: HttpRequest, process: str) -> HttpResponse:
    """Meetings, cancelled ones marked so, and the closing times of calls, in UTC."""
    found, at = process_of(process), now()
    made = Calendar()
    made.add("prodid", "-//PolicyHub//EN")
    made.add("version", "2.0")
    made.add("x-wr-calname", found.title)
    made.add_component(Timezone.from_tzid(found.timezone, first_date=found.opened_at.date()))
    for meeting in meetings(found).order_by("starts_at", "number"):
        made.add_component(_meeting(meeting))
    for call in calls(found).order_by("closes_at", "number"):
        made.add_component(_closing(call, is_off=state_at(call, at) in {CallState.SUSPENDED, CallState.VOID}))
    return HttpResponse(made.to_ical(), content_type="text/calendar; charset=utf-8")


def _meeting(meeting: Meeting) -> Event:
    event = Event()
    event.add("uid", f"{meeting.subject.replace('/', '-')}@{settings.SITE_HOST}")
    event.add("summary", f"{meeting.process.title}: {meeting.title}")
    event.add("dtstamp", meeting.notice.published_at)
    event.add("dtstart", meeting.starts_at)
    event.add("dtend", meeting.ends_at)
    event.add("location", " ".join((meeting.notice.place or meeting.notice.connection).split()))
    event.add("url", settings.SITE_URL + meeting.get_absolute_url())
    event.add("status", "CANCELLED" if meeting.state == MeetingState.CANCELLED else "CONFIRMED")
    return event


def _closing(call: Call, *, is_off: bool) -> Event:
    event = Event()
    event.add("uid", f"{call.subject.replace('/', '-')}@{settings.SITE_HOST}")
    event.add("summary", f"{call.process.title}: call {call.number} closes")
    event.add("dtstamp", call.opens_at)
    event.add("dtstart", call.closes_at)
    event.add("dtend", call.closes_at + timedelta(minutes=1))
    event.add("url", settings.SITE_URL + call.get_absolute_url())
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    return event
