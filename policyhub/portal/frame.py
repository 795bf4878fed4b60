"""What every public page shows around its content: tabs, colophon, the things at an address."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, TypeVar

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from policyhub.participation.models import Process
from policyhub.record.queries import find_entry, root_at, size

Found = TypeVar("Found", bound=Model)

TABS = (
    ("Overview", "process"),
    ("Drafts", "process-drafts"),
    ("Meetings", "process-meetings"),
    ("Decisions", "process-decisions"),
    ("At the table", "process-table"),
    ("Record", "process-record"),
)

# An archive has no drafts and no decisions of its own.
ARCHIVE_TABS = (
    ("Overview", "process"),
    ("Claims and sources", "process-claims"),
    ("Meetings", "process-meetings"),
    ("Who took part", "process-table"),
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


def page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """The drawn page, which names its own lasting address."""
    return render(request, template, {"canonical": settings.SITE_URL + request.path, **context})


def leaf_through(request: HttpRequest, rows: QuerySet[Found], size: int) -> dict[str, Any]:
    """The page of rows that the address asks for, with what its pagination shows and its own lasting address."""
    shown = Paginator(rows, size).get_page(request.GET.get("page"))
    first = settings.SITE_URL + request.path
    return {
        "page": shown,
        "numbers": shown.paginator.get_elided_page_range(shown.number),
        "base": "?page=",
        "canonical": first if shown.number == 1 else f"{first}?page={shown.number}",
    }


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
            for word, name in (ARCHIVE_TABS if process.is_archive else TABS)
        ],
        **colophon(process.timezone),
    }


def colophon(timezone: str = "UTC") -> dict[str, Any]:
    """From how much of the record the page is drawn, and the root that proves it."""
    entries, root = checkpoint()
    return {
        "proof": {
            "sentence": f"This page is drawn from {first_entries(entries)} of the record, with the root",
            "hash": root,
            "links": [{"href": reverse("record"), "word": "How to check it"}],
            "zone": f"Times are those of {timezone.replace('_', ' ')} unless another zone is named.",
        }
    }


def first_entries(number: int) -> str:
    """So many entries from the beginning, inside a sentence."""
    return "the first entry" if number == 1 else f"the first {number:,} entries"


def checkpoint() -> tuple[int, str]:
    """The record's size and the root over that many entries."""
    entries = size()
    last = find_entry(entries - 1)
    return entries, _root(entries, last.hash_text if last else "")


@lru_cache(maxsize=4)
def _root(entries: int, last: str) -> str:
    """The root, kept for the pages drawn until the next entry: a record is told by its size and its last leaf."""
    return f"sha256:{root_at(entries).hex()}"
