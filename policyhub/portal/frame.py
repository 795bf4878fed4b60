"""What every public page shows around its content: tabs, colophon, the things at an address."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404
from django.urls import reverse

from policyhub.participation.models import Process
from policyhub.record.queries import root_at, size

Found = TypeVar("Found", bound=Model)

TABS = (
    ("Overview", "process"),
    ("Drafts", "process-drafts"),
    ("Meetings", "process-meetings"),
    ("Decisions", "process-decisions"),
    ("At the table", "process-table"),
    ("Record", "process-record"),
)


def one(rows: QuerySet[Found]) -> Found:
    """The one row, or 404."""
    found = rows.first()
    if found is None:
        raise Http404
    return found


def process_of(slug: str) -> Process:
    """The process at this address, or 404."""
    return one(Process.objects.filter(slug=slug))


def frame(process: Process, current: str) -> dict[str, Any]:
    """The context that a page of a process has: the process, its tabs, the colophon."""
    own = current == "process"
    return {
        "site": "processes",
        "process": process,
        "tz": process.timezone,
        "process_name": "" if own else process.title,
        "process_href": process.get_absolute_url(),
        "tabs": [
            {"word": word, "href": reverse(name, args=[process.slug]), "current": name == current}
            for word, name in TABS
        ],
        **colophon(process.timezone),
    }


def colophon(timezone: str = "UTC") -> dict[str, Any]:
    """From how much of the record the page is drawn, and the root that proves it."""
    entries = size()
    return {
        "proof": {
            "sentence": f"This page is drawn from the first {entries:,} entries of the record. Their root is",
            "hash": f"sha256:{root_at(entries).hex()}",
            "links": [{"href": reverse("record"), "word": "How to check"}],
            "zone": f"Times are those of {timezone} unless another zone is named.",
        }
    }
