"""The list of processes, a process at a glance, its table, its statements."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from policyhub import rulebook
from policyhub.core.html import to_html
from policyhub.decisions.queries import calls, open_calls
from policyhub.drafting.models import Version
from policyhub.drafting.queries import documents_of
from policyhub.insight import table
from policyhub.insight.story import tell
from policyhub.meetings.models import Meeting
from policyhub.meetings.rules import MeetingState
from policyhub.participation.models import Process, Statement
from policyhub.participation.queries import find_charter, processes, published_statements, roster
from policyhub.portal.frame import colophon, frame, one, process_of
from policyhub.portal.serving import public
from policyhub.publishing.models import Edition
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry
from policyhub.record.queries import now

# What a process's story leaves out: the comings and goings of people and of the room.
QUIET = (
    Kind.ROLE_GRANTED,
    Kind.ROLE_ENDED,
    Kind.REPRESENTATIVE_NAMED,
    Kind.REPRESENTATIVE_ENDED,
    Kind.ATTENDANCE_RECORDED,
)


@public
def index(request: HttpRequest) -> HttpResponse:
    """Every process, newest first, with where it stands."""
    listed = [
        {"process": process, "rows": table.rows(process), "next": _next(process, now())[:1]} for process in processes()
    ]
    return render(request, "portal/index.html", {"site": "processes", "listed": listed, **colophon()})


@public
def process(request: HttpRequest, process: str) -> HttpResponse:
    """A process at a glance: where it stands, what comes next, who is at the table, what changed."""
    found, at = process_of(process), now()
    recent = Entry.objects.of_process(found.slug).exclude(kind__in=QUIET).order_by("-index")[:8]
    context = {
        **frame(found, "process"),
        "charter": find_charter(found),
        "steps": _steps(found),
        "coming": _next(found, at),
        "rows": table.rows(found),
        "chart": table.chart(found, at),
        "balance": table.balance_sentence(found),
        "withdrawals": _withdrawals(found),
        "recent": _ledger(recent, found.timezone),
        "documents": [(document, document.versions.order_by("-number").first()) for document in documents_of(found)],
        "meetings": found.meetings.select_related("minutes").order_by("-number")[:6],
        "calls": calls(found)[:5],
        "editions": Edition.objects.filter(document__process=found, published_at__isnull=False).order_by("-pk")[:3],
    }
    return render(request, "portal/process.html", context)


@public
def at_the_table(request: HttpRequest, process: str) -> HttpResponse:
    """Who sits, who left and why, what each needs, how the balance changed."""
    found = process_of(process)
    versions = list(_versions(found))
    context = {
        **frame(found, "process-table"),
        "charter": find_charter(found),
        "rule": _rule_text(found),
        "seats": roster(found),
        "rows": table.rows(found),
        "shares": table.balance(found),
        "balance": table.balance_sentence(found),
        "chart": table.chart(found, now()),
        "versions": versions,
        "needs": table.needs(found, versions),
        "statements": published_statements(found),
        "withdrawals": _withdrawals(found),
    }
    return render(request, "portal/table.html", context)


@public
def statement(request: HttpRequest, process: str, number: int) -> HttpResponse:
    """What organizations said together, in full, with their names."""
    found = one(published_statements(process_of(process)).filter(number=number))
    signed = found.signatures.filter(signed_at__isnull=False).select_related(
        "participation__organization", "participation__category"
    )
    context = {
        **frame(found.process, "process-table"),
        "statement": found,
        "html": to_html(found.tree),
        "signatures": signed.order_by("participation__organization__name"),
        "entry": _entry(found),
    }
    return render(request, "portal/statement.html", context)


def _entry(statement: Statement) -> Entry | None:
    return Entry.objects.of_subject(statement.subject).first()


def _versions(process: Process) -> list[Version]:
    newest = [document.versions.order_by("-number")[:3] for document in documents_of(process)[:1]]
    return sorted((version for versions in newest for version in versions), key=lambda version: version.number)


def _rule_text(process: Process) -> str:
    charter = find_charter(process)
    return rulebook.describe(rulebook.preset(charter.rule)) if charter else ""


def _withdrawals(process: Process) -> list[Any]:
    left = process.participations.filter(withdrawn_at__isnull=False, withdrawal__isnull=False)
    return list(
        left.select_related("organization", "category", "withdrawal__statement").order_by(
            "withdrawn_at", "organization__name"
        )
    )


def _ledger(entries: Any, timezone: str) -> list[dict[str, Any]]:
    return [
        {"at": told.entry.occurred_at, "tz": timezone, "what": told.sentence, "href": told.href}
        for told in tell(entries)
    ]


def _next(process: Process, at: datetime) -> list[dict[str, Any]]:
    calls_open = [
        {
            "at": call.closes_at,
            "tz": process.timezone,
            "lead": "Closes",
            "what": f"Call {call.number}: {call.question}",
            "href": call.get_absolute_url(),
            "note": f"{call.positions.count()} of {call.roll.count()} organizations have answered.",
        }
        for call in open_calls(at).filter(process=process)
    ]
    held = Meeting.objects.filter(process=process, starts_at__gt=at).exclude(state=MeetingState.CANCELLED)
    meetings = [
        {
            "at": meeting.starts_at,
            "tz": meeting.timezone,
            "lead": "Meeting",
            "what": f"Meeting {meeting.number}: {meeting.title}",
            "href": meeting.get_absolute_url(),
            "note": "",
        }
        for meeting in held
    ]
    return sorted([*calls_open, *meetings], key=lambda item: item["at"])


STEPS = (
    ("Announced", Kind.PROCESS_OPENED),
    ("Rules adopted", Kind.CHARTER_ADOPTED),
    ("First draft", Kind.VERSION_PUBLISHED),
    ("First call", Kind.CALL_OPENED),
    ("Edition published", Kind.EDITION_PUBLISHED),
)


def _steps(process: Process) -> list[dict[str, Any]]:
    entries = Entry.objects.of_process(process.slug).filter(kind__in=[kind for _, kind in STEPS]).order_by("-index")
    first = {entry.kind: entry.occurred_at for entry in entries}
    reached = max((place for place, (_, kind) in enumerate(STEPS) if kind in first), default=0)
    steps = []
    for place, (word, kind) in enumerate(STEPS):
        state = "to_come" if kind not in first else "now" if place == reached else "done"
        steps.append({"state": state, "word": word, "at": first.get(kind), "tz": process.timezone})
    return steps
