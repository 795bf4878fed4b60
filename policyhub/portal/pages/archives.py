"""Archives: processes that others held, told of with their sources, and why they are here."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from policyhub.insight.claims import questions
from policyhub.participation.queries import archives
from policyhub.portal.frame import colophon, frame, one, page, process_of
from policyhub.portal.serving import public


@public
def archive(request: HttpRequest) -> HttpResponse:
    """Why processes that others held are told of here, what that shows, and where."""
    listed = [{"process": process, "counted": _counted(process)} for process in archives()]
    return page(request, "portal/archive.html", {"site": "processes", "listed": listed, **colophon()})


@public
def claims(request: HttpRequest, process: str) -> HttpResponse:
    """What sources say of an archive's process, question by question; where they disagree, side by side."""
    found = one(archives().filter(slug=process_of(process).slug))
    asked = questions(found)
    context = {
        **frame(found, "process-claims"),
        "questions": asked,
        "disputed": sum(each.is_disputed for each in asked),
    }
    return page(request, "portal/claims.html", context)


def _counted(process: Any) -> dict[str, int]:
    asked = questions(process)
    return {
        "meetings": process.reported_meetings.filter(sitting="held").count(),
        "organizations": process.participations.count(),
        "questions": len(asked),
        "disputed": sum(each.is_disputed for each in asked),
    }
