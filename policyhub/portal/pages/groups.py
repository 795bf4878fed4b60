"""Working and drafting groups: who is in them, what they write, when they meet, what they reported."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from policyhub.core.html import to_html
from policyhub.core.tree import to_tree
from policyhub.participation.models import Group
from policyhub.participation.queries import groups, members, stepped_out_of
from policyhub.portal.frame import frame, page, process_of
from policyhub.portal.serving import public


@public
def listed_groups(request: HttpRequest, process: str) -> HttpResponse:
    """Every group of a process; closed ones stay."""
    found = process_of(process)
    listed = [_shown(each) for each in groups(found)]
    return page(request, "portal/groups.html", {**frame(found, "process-table"), "listed": listed})


def _shown(group: Group) -> dict[str, Any]:
    reports = group.reports.select_related("version__document").order_by("number")
    return {
        "group": group,
        "members": members(group),
        "out": stepped_out_of(group.subject).select_related("participation__organization").order_by("effective_at"),
        "documents": group.documents.order_by("title"),
        "meetings": group.meetings.select_related("process").order_by("number"),
        "reports": [
            {
                "report": each,
                "html": to_html(to_tree(each.text), level=4, prefix=f"report-{group.number}-{each.number}"),
            }
            for each in reports
        ],
    }
