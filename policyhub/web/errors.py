"""Pages for what went wrong: each says what was not done and what to do."""

from __future__ import annotations

from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from policyhub.core.locks import BUSY, is_lock_timeout


class Busy:
    """Answers 503 where the database gave up waiting for a lock: nothing was done, and it can be sent again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page that says so, or None for any other error."""
        if not isinstance(error, OperationalError) or not is_lock_timeout(error):
            return None
        response = render(request, "409.html", {"reasons": [{"sentence": BUSY}]}, status=503)
        response["Retry-After"] = "5"
        return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token is missing or old, or the form was sent from another site."""
    return render(
        request,
        "403.html",
        {"sentence": "This form was open for too long or was sent from another site. Go back, reload, send it again."},
        status=403,
    )


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def failed(request: HttpRequest) -> HttpResponse:
    return render(request, "500.html", status=500)
