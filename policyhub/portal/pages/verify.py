"""Checking what one holds against the record: a receipt, a file, a text."""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from policyhub.insight.story import tell
from policyhub.portal.frame import colophon, page
from policyhub.portal.serving import public, signed
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry, SignedCheckpoint
from policyhub.record.queries import naming as entries_naming
from policyhub.record.queries import newest_checkpoint

LATEST = 5
MOST_NAMED = 100


@partial(public, also=signed)
def verify(request: HttpRequest) -> HttpResponse:
    """What the record promises, how to check a receipt or a file against it, and the latest checkpoints."""
    context = {
        "site": "record",
        "checkpoints": SignedCheckpoint.objects.order_by("-size")[:LATEST],
        "newest": newest_checkpoint(),
        "changes": Entry.objects.of_kinds(Kind.KEY_ROTATED, Kind.LOG_STARTED).order_by("-index"),
        "site_url": f"{settings.SITE_URL}/",
        **colophon(),
    }
    return page(request, "portal/verify.html", context)


@public
def naming(request: HttpRequest, digest: str) -> HttpResponse:
    """The entries that name a text or file by its hash, oldest first; none where nobody published it here."""
    found = list(entries_naming(f"sha256:{digest}")[:MOST_NAMED])
    context = {"site": "record", "hash": f"sha256:{digest}", "told": tell(found), **colophon()}
    return page(request, "portal/naming.html", context)
