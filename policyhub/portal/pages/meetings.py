"""Meetings: the list with those that were cancelled, a meeting, its minutes."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from policyhub.core.html import to_html
from policyhub.meetings.models import Meeting
from policyhub.minutes.models import Minutes
from policyhub.minutes.rules import MinutesState
from policyhub.portal.frame import frame, one, process_of
from policyhub.portal.serving import public


@public
def meetings(request: HttpRequest, process: str) -> HttpResponse:
    """Every meeting that was noticed, newest first; cancelled ones stay listed."""
    found = process_of(process)
    listed = found.meetings.select_related("minutes", "notice").order_by("-starts_at")
    return render(request, "portal/meetings.html", {**frame(found, "process-meetings"), "meetings": listed})


@public
def meeting(request: HttpRequest, process: str, number: int) -> HttpResponse:
    """A meeting: notice, agenda, who came and went."""
    found = _meeting(process, number)
    context = {
        **frame(found.process, "process-meetings"),
        "meeting": found,
        "notice": found.notice,
        "agenda": found.agenda.select_related("version__document").order_by("position"),
        "attendance": found.attendance.select_related(
            "participation__organization", "participation__category"
        ).order_by("occurred_at", "pk"),
        "minutes": Minutes.objects.filter(meeting=found).filter(state=MinutesState.PUBLISHED).first(),
    }
    return render(request, "portal/meeting.html", context)


@public
def minutes(request: HttpRequest, process: str, number: int) -> HttpResponse:
    """The published minutes, with every version and correction; until then they are for those at the table."""
    found = one(Minutes.objects.filter(meeting=_meeting(process, number)).filter(state=MinutesState.PUBLISHED))
    versions = list(found.versions.order_by("-number"))
    context = {
        **frame(found.meeting.process, "process-meetings"),
        "meeting": found.meeting,
        "minutes": found,
        "version": versions[0],
        "versions": versions,
        "html": to_html(versions[0].tree),
        "corrections": found.corrections.select_related("participation__organization", "version").order_by("pk"),
    }
    return render(request, "portal/minutes.html", context)


def _meeting(process: str, number: int) -> Meeting:
    return one(Meeting.objects.filter(process__slug=process, number=number).select_related("process", "notice"))
