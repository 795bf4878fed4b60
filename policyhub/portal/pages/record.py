"""The record itself: entries to read, one entry whole, how to check it."""

from __future__ import annotations

import json
from functools import partial

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from policyhub.insight.queries import last_comparison
from policyhub.insight.story import tell
from policyhub.portal.frame import checkpoint, colophon, frame, leaf_through, one, page, process_of
from policyhub.portal.serving import public
from policyhub.record.models import Entry, EntryQuerySet

PAGE = 50


def _compared() -> object:
    last = last_comparison()
    return last and (last.compared_at, last.disagreements)


@partial(public, also=_compared)
def record(request: HttpRequest) -> HttpResponse:
    """The whole record, newest first, with its size and root and how to check them."""
    entries, root = checkpoint()
    context = {
        "site": "record",
        "size": entries,
        "root": root,
        "site_url": f"{settings.SITE_URL}/",
        "signer_apart": not settings.RUN_ID,
        "compared": last_comparison(),
        **colophon(),
    }
    return page(request, "portal/record.html", {**context, **_page(request, Entry.objects.all())})


@public
def process_record(request: HttpRequest, process: str) -> HttpResponse:
    """What happened in one process, newest first."""
    found = process_of(process)
    context = {**frame(found, "process-record"), **_page(request, Entry.objects.of_process(found.slug))}
    return page(request, "portal/process_record.html", context)


@public
def entry(request: HttpRequest, index: int) -> HttpResponse:
    """One entry: what it says in words, and its exact bytes."""
    found = one(Entry.objects.filter(index=index))
    told = tell([found])[0]
    context = {
        "site": "record",
        "entry": found,
        "told": told,
        "heading": told.sentence.removesuffix("."),
        "pretty": json.dumps(found.content, indent=2, ensure_ascii=False),
        "exact": bytes(found.leaf).decode(),
        **colophon(),
    }
    return page(request, "portal/entry.html", context)


def _page(request: HttpRequest, entries: EntryQuerySet) -> dict[str, object]:
    leafed = leaf_through(request, entries.order_by("-index"), PAGE)
    return {**leafed, "told": tell(leafed["page"].object_list)}
