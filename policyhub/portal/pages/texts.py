"""A text or a file by its hash: the exact bytes that entries name, so that anybody can hash them."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from policyhub.insight.texts import PLAIN, find_public
from policyhub.record.queries import is_redacted

# The bytes under a hash never change, but they can be taken away: then they leave every cache within a day.
A_DAY = "public, max-age=86400, immutable"
REDACTED = "This text was removed, and the record says so. Its hash stays, and the entries that name it.\n"


@require_safe
def text(request: HttpRequest, digest: str) -> HttpResponse:
    """The bytes of a public text or file; what is not public is not there, and what was removed is gone."""
    hashed = f"sha256:{digest}"
    if is_redacted(hashed):
        return HttpResponse(REDACTED, status=410, content_type=PLAIN)
    kept = find_public(hashed)
    if kept is None:
        raise Http404
    ending = "txt" if kept.media_type == PLAIN else "pdf"
    return HttpResponse(
        kept.content,
        content_type=kept.media_type,
        headers={
            "Cache-Control": A_DAY,
            "Access-Control-Allow-Origin": "*",
            "Content-Disposition": f'attachment; filename="{digest}.{ending}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
