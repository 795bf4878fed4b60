"""Headers that are the same on every answer, and the wall between public pages and the workspace."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    Answer = Callable[[HttpRequest], HttpResponseBase]

# Under these, pages vary by person and may never be stored by anybody between us and them.
PERSONAL = ("/desk/", "/accounts/", "/api/", "/admin/")
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"


class FixedHeaders:
    """Adds the headers that Django has no setting for."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response["Permissions-Policy"] = PERMISSIONS
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        return response


class WorkspaceOnly:
    """Takes the cookies off requests for public pages and forbids storing personal ones.

    A public page is a function of its URL and the record: with no cookie to read it cannot vary by person.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        personal = request.path_info.startswith(PERSONAL)
        if not personal:
            request.META.pop("HTTP_COOKIE", None)
            _forget(request)
        response = self.get_response(request)
        if personal:
            response["Cache-Control"] = "private, no-store"
        return response


def _forget(request: Any) -> None:
    request.__dict__.pop("COOKIES", None)
