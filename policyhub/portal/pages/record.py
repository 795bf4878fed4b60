"""The record itself: entries to read, one entry whole, how to check it."""

from __future__ import annotations

import json

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from policyhub.insight.story import tell
from policyhub.portal.frame import colophon, frame, one, process_of
from policyhub.portal.serving import public
from policyhub.record.models import Entry, EntryQuerySet
from policyhub.record.queries import root_at, size

PAGE = 50


@public
def record(request: HttpRequest) -> HttpResponse:
    """The whole record, newest first, with its size and root and how to check them."""
    entries = size()
    context = {"site": "record", "size": entries, "root": f"sha256:{root_at(entries).hex()}", **colophon()}
    return render(request, "portal/record.html", {**context, **_page(request, Entry.objects.all())})


@public
def process_record(request: HttpRequest, process: str) -> HttpResponse:
    """What happened in one process, newest first."""
    found = process_of(process)
    context = {**frame(found, "process-record"), **_page(request, Entry.objects.of_process(found.slug))}
    return render(request, "portal/process_record.html", context)


@public
def entry(request: HttpRequest, index: int) -> HttpResponse:
    """One entry: what it says in words, and its exact bytes."""
    found = one(Entry.objects.filter(index=index))
    context = {
        "site": "record",
        "entry": found,
        "told": tell([found])[0],
        "pretty": json.dumps(found.content, indent=2, ensure_ascii=False),
        "exact": bytes(found.leaf).decode(),
        **colophon(),
    }
    return render(request, "portal/entry.html", context)


def _page(request: HttpRequest, entries: EntryQuerySet) -> dict[str, object]:
    page = Paginator(entries.order_by("-index"), PAGE).get_page(request.GET.get("page"))
    return {
        "page": page,
        "numbers": page.paginator.get_elided_page_range(page.number),
        "told": tell(page.object_list),
        "base": "?page=",
    }
