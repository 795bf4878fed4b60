"""A process in one look: where it stands, the way behind it, what comes next."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count

from policyhub.core.templatetags.typeset import in_words, moment_text
from policyhub.decisions.models import Call
from policyhub.decisions.queries import open_calls
from policyhub.decisions.rules import CallState
from policyhub.decisions.verdicts import asked_words
from policyhub.meetings.rules import AWAITED_STATES
from policyhub.participation.models import Process
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry

STEPS = (
    ("Announced", Kind.PROCESS_OPENED),
    ("Rules adopted", Kind.CHARTER_ADOPTED),
    ("First draft", Kind.VERSION_PUBLISHED),
    ("First call", Kind.CALL_OPENED),
    ("Edition published", Kind.EDITION_PUBLISHED),
)


def standing(process: Process, at: datetime) -> str:
    """Where the process stands: its newest text, the call that closes first, what was determined."""
    return " ".join(filter(None, [_text(process), _open(process, at), _determined(process)]))


def steps(process: Process) -> list[dict[str, Any]]:
    """The way from the announcement to an edition: each step with its day, or still to come."""
    if process.is_archive:
        return _told_steps(process)
    entries = Entry.objects.of_process(process.slug).filter(kind__in=[kind for _, kind in STEPS]).order_by("-index")
    first = {entry.kind: entry.occurred_at for entry in entries}
    reached = max((place for place, (_, kind) in enumerate(STEPS) if kind in first), default=0)
    found = []
    for place, (word, kind) in enumerate(STEPS):
        state = "to_come" if kind not in first else "now" if place == reached else "done"
        found.append({"state": state, "word": word, "at": first.get(kind), "tz": process.timezone})
    return found


def _told_steps(process: Process) -> list[dict[str, Any]]:
    """What sources tell: the announcement and the end. No charter was found, so nothing lay between."""
    ended = process.concluded_at
    told = [{"state": "done", "word": "Announced", "at": process.opened_at, "tz": process.timezone}]
    if ended is not None:
        told.append({"state": "now", "word": "Told to its end", "at": ended, "tz": process.timezone})
    return told


def coming(process: Process, at: datetime) -> list[dict[str, Any]]:
    """Open calls by when they close and meetings by when they begin, soonest first; nothing comes in an archive."""
    if process.is_archive:
        return []
    calls = open_calls(at).filter(process=process)
    counted = calls.annotate(
        said=Count("positions", distinct=True) + Count("sealed", distinct=True),
        voices=Count("roll__voice", distinct=True),
        seats=Count("roll", distinct=True),
    )
    held = process.meetings.filter(starts_at__gt=at, state__in=AWAITED_STATES)
    return sorted(
        [*(_closing(process, call) for call in counted), *(_meeting(meeting) for meeting in held)],
        key=lambda item: item["at"],
    )


def _closing(process: Process, call: Any) -> dict[str, Any]:
    return {
        "at": call.closes_at,
        "tz": process.timezone,
        "lead": "Closes",
        "what": f"Call {call.number}, a {call.noun}: {call.question}",
        "href": call.get_absolute_url(),
        "note": f"{call.said} of {asked_words(call.voices, call.seats)} have answered.",
    }


def _meeting(meeting: Any) -> dict[str, Any]:
    return {
        "at": meeting.starts_at,
        "tz": meeting.timezone,
        "lead": "Meeting",
        "what": f"Meeting {meeting.number}: {meeting.title}",
        "href": meeting.get_absolute_url(),
    }


def _text(process: Process) -> str:
    own = process.documents.filter(owner__isnull=True, versions__isnull=False)
    newest = own.order_by("-versions__published_at").values_list("versions__number", flat=True).first()
    return f"Version {newest} is the newest text." if newest else ""


def _open(process: Process, at: datetime) -> str:
    open_now = list(open_calls(at).filter(process=process))
    if not open_now:
        return ""
    closes = moment_text(open_now[0].closes_at, process.timezone)
    if len(open_now) == 1:
        return f"One call is open, until {closes}."
    return f"{in_words(len(open_now)).capitalize()} calls are open; the first closes on {closes}."


def _determined(process: Process) -> str:
    outcomes = list(
        Call.objects.filter(process=process, state=CallState.DETERMINED).values_list(
            "determination__outcome", flat=True
        )
    )
    if not outcomes:
        return ""
    adopted = outcomes.count("adopted")
    if len(outcomes) == 1:
        return f"One call has been determined: {'adopted' if adopted else 'not adopted'}."
    return f"{in_words(len(outcomes)).capitalize()} calls have been determined, {in_words(adopted)} of them adopted."
