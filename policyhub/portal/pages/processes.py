"""The list of processes, and a process at a glance."""

from __future__ import annotations

from typing import Any

from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.utils.text import Truncator

from policyhub.decisions.queries import calls
from policyhub.drafting.models import Document, Version
from policyhub.drafting.queries import documents_of
from policyhub.insight import table
from policyhub.insight.story import tell
from policyhub.meetings.queries import meetings
from policyhub.participation.models import Process
from policyhub.participation.queries import find_charter, processes, roster
from policyhub.portal import glance
from policyhub.portal.frame import colophon, frame, leaf_through, page, process_of
from policyhub.portal.results import result
from policyhub.portal.serving import public
from policyhub.publishing.queries import editions
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry, EntryQuerySet
from policyhub.record.queries import now

# What a process's story leaves out: the comings and goings of people and of the room.
QUIET = (
    Kind.ROLE_GRANTED,
    Kind.ROLE_ENDED,
    Kind.REPRESENTATIVE_NAMED,
    Kind.REPRESENTATIVE_ENDED,
    Kind.STATEMENT_SIGNED,
    Kind.ATTENDANCE_RECORDED,
    Kind.MINUTES_DRAFTED,
)
RECENT = 8
PAGE = 20


@public
def index(request: HttpRequest) -> HttpResponse:
    """Every process, newest first, with where it stands."""
    at, leafed = now(), leaf_through(request, processes(), PAGE)
    listed = [
        {"process": process, "rows": table.rows(process, list(roster(process))), "next": glance.coming(process, at)[:1]}
        for process in leafed["page"]
    ]
    return page(request, "portal/index.html", {"site": "processes", "listed": listed, **leafed, **colophon()})


@public
def process(request: HttpRequest, process: str) -> HttpResponse:
    """A process at a glance: where it stands, what comes next, who is at the table, what changed."""
    found, at = process_of(process), now()
    charter, seats = find_charter(found), list(roster(found))
    rows = table.rows(found, seats)
    context = {
        **frame(found, "process"),
        "description": Truncator(found.summary).chars(300),
        "charter": charter,
        "standing": glance.standing(found, at),
        "steps": glance.steps(found),
        "coming": glance.coming(found, at),
        "rows": rows,
        "left": table.left_sentence(rows, table.figures(seats)),
        "chart": table.chart(found, seats, found.concluded_at or at),
        "balance": table.balance_sentence(charter, table.balance(found)),
        "recent": _ledger(Entry.objects.of_process(found.slug).exclude(kind__in=QUIET), found.timezone),
        "documents": _newest(found),
        "meetings": meetings(found).select_related("minutes")[:6],
        "calls": [result(call, at) for call in calls(found).select_related("determination")[:5]],
        "editions": editions().filter(document__process=found, published_at__isnull=False)[:3],
    }
    return page(request, "portal/process.html", context)


def _newest(process: Process) -> list[tuple[Document, Version | None]]:
    listed = documents_of(process).annotate(last=Max("versions__number"))
    rows = Version.objects.filter(document__in=listed).select_related("document")
    versions = {(version.document_id, version.number): version for version in rows}
    return [(document, versions.get((document.pk, document.last))) for document in listed]


def _ledger(entries: EntryQuerySet, timezone: str) -> list[dict[str, Any]]:
    return [
        {"at": told.entry.occurred_at, "tz": timezone, "what": told.sentence, "href": told.href}
        for told in tell(entries.order_by("-index")[:RECENT])
    ]
