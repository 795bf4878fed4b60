"""How a public page is served: a function of its URL, the record and the deadlines that have passed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from functools import cache, wraps
from pathlib import Path
from typing import Any, TypeVar, cast

from django.conf import settings
from django.core.cache import cache as django_cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from policyhub.decisions.models import Call
from policyhub.meetings.models import Meeting
from policyhub.record.queries import Trouble, find_trouble, newest_checkpoint, now, size

T = TypeVar("T")
View = Callable[..., HttpResponseBase]
MAX_AGE = 5
A_DAY = 24 * 60 * 60
# The record is signed within a minute; readers are told when it has not been for so long.
WORTH_TELLING = timedelta(minutes=10)


@cache
def build() -> str:
    """A hash over the code and the templates that draw the pages."""
    found = hashlib.sha256()
    base = Path(settings.BASE_DIR)
    for path in sorted([*base.glob("policyhub/**/*.py"), *base.glob("templates/**/*.html")]):
        found.update(path.read_bytes())
    return found.hexdigest()[:16]


def public(view: View, *, also: Callable[[], object] = lambda: None) -> View:
    """The view with an ETag; whoever has that page already is told so before anything is drawn.

    `also` is what the page is a function of beside its URL, the record and the deadlines.
    """

    @wraps(view)
    def served(request: HttpRequest, *arguments: Any, **names: Any) -> HttpResponseBase:
        if request.method not in {"GET", "HEAD"}:
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
        trouble = find_trouble(patience=WORTH_TELLING)
        # The frame of every page shows it.
        request.trouble = trouble  # type: ignore[attr-defined]
        etag = _etag(request, trouble, also())
        response = get_conditional_response(request, etag=etag) or view(request, *arguments, **names)
        if response.status_code in {200, 304}:
            response["ETag"] = etag
            response["Cache-Control"] = f"public, max-age={MAX_AGE}"
        return response

    # Nothing is written here, so a form sent here by mistake is told that, not that its token is missing.
    served.csrf_exempt = True  # type: ignore[attr-defined]
    return served


def kept(key: str, compute: Callable[[], T]) -> T:
    """What this build computes for the key, computed once a day at most: for what never changes once it is written."""
    return cast("T", django_cache.get_or_set(f"{build()}|{hashlib.sha256(key.encode()).hexdigest()}", compute, A_DAY))


def signed() -> int:
    """How many entries are signed: what a page that shows checkpoints is a function of as well."""
    newest = newest_checkpoint()
    return newest.size if newest else 0


def _etag(request: HttpRequest, trouble: Trouble | None, also: object) -> str:
    at = now()
    passed = Call.objects.filter(closes_at__lte=at).count(), Meeting.objects.filter(starts_at__lte=at).count()
    parts = f"{build()}|{request.get_full_path()}|{size()}|{passed}|{at.date()}|{trouble}|{also}"
    return quote_etag(hashlib.sha256(parts.encode()).hexdigest()[:32])
