"""Meetings: the list with those that were cancelled, a meeting, its minutes."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from policyhub.core.html import to_html
from policyhub.meetings import queries
from policyhub.meetings.models import Meeting, ReportedMeeting
from policyhub.minutes.changes import changes
from policyhub.minutes.models import Minutes
from policyhub.minutes.queries import corrections, published_minutes
from policyhub.minutes.rules import MinutesState
from policyhub.participation.models import Process
from policyhub.portal.frame import frame, one, page, process_of
from policyhub.portal.serving import public


@public
def meetings(request: HttpRequest, process: str) -> HttpResponse:
    """Every meeting that was noticed, newest first; cancelled ones stay listed."""
    found = process_of(process)
    listed = queries.meetings(found).select_related("minutes").order_by("-starts_at", "-number")
    context = {**frame(found, "process-meetings"), "meetings": listed}
    if found.is_archive:
        return page(request, "portal/reported_meetings.html", {**context, "reported": _reported(found)})
    return page(request, "portal/meetings.html", context)


def _reported(process: Process) -> list[ReportedMeeting]:
    return list(process.reported_meetings.order_by("-on", "-number"))


@public
def meeting(request: HttpRequest, process: str, number: int) -> HttpResponse:
    """A meeting: notice, agenda, who came and went."""
    found = _meeting(process, number)
    room = queries.room_of(found) if found.attendance.exists() else None
    context = {
        **frame(found.process, "process-meetings"),
        "meeting": found,
        "notice": found.notice,
        "agenda": queries.agenda(found),
        "room": room,
        "absent": [each for each in room.presences if not each.stays] if room else [],
        "minutes": Minutes.objects.filter(meeting=found, state=MinutesState.PUBLISHED).first(),
    }
    return page(request, "portal/meeting.html", context)


@public
def minutes(request: HttpRequest, process: str, number: int) -> HttpResponse:
    """The published minutes, with every version and correction; until then they are for those at the table."""
    meeting = _meeting(process, number)
    found = one(published_minutes(meeting.process).filter(meeting=meeting))
    made = changes(found)
    context = {
        **frame(meeting.process, "process-meetings"),
        "meeting": meeting,
        "minutes": found,
        "version": made[0].version,
        "changes": made,
        "html": to_html(made[0].version.tree),
        "corrections": corrections(found),
    }
    return page(request, "portal/minutes.html", context)


def _meeting(process: str, number: int) -> Meeting:
    return one(Meeting.objects.filter(process__slug=process, number=number).select_related("process", "notice"))
