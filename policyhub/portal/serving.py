"""How a public page is served: a function of its URL, the record and the deadlines that have passed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from policyhub.decisions.models import Call
from policyhub.meetings.models import Meeting
from policyhub.record.queries import now, size

View = Callable[..., HttpResponseBase]
MAX_AGE = 5


@cache
def build() -> str:
    """A hash over the code and the templates that draw the pages."""
    found = hashlib.sha256()
    base = Path(settings.BASE_DIR)
    for path in sorted([*base.glob("policyhub/**/*.py"), *base.glob("templates/**/*.html")]):
        found.update(path.read_bytes())
    return found.hexdigest()[:16]


def public(view: View) -> View:
    """The view with an ETag; whoever has that page already is told so before anything is drawn."""

    @wraps(view)
    def served(request: HttpRequest, *arguments: Any, **names: Any) -> HttpResponseBase:
        if request.method not in {"GET", "HEAD"}:
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
        etag = _etag(request)
        response = get_conditional_response(request, etag=etag) or view(request, *arguments, **names)
        if response.status_code in {200, 304}:
            response["ETag"] = etag
            response["Cache-Control"] = f"public, max-age={MAX_AGE}"
        return response

    # Nothing is written here, so a form sent here by mistake is told that, not that its token is missing.
    served.csrf_exempt = True  # type: ignore[attr-defined]
    return served


def _etag(request: HttpRequest) -> str:
    at = now()
    passed = Call.objects.filter(closes_at__lte=at).count(), Meeting.objects.filter(starts_at__lte=at).count()
    parts = f"{build()}|{request.get_full_path()}|{size()}|{passed}|{at.date()}"
    return quote_etag(hashlib.sha256(parts.encode()).hexdigest()[:32])
