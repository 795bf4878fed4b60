"""Every refusal as problem+json (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpResponse, JsonResponse
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

from policyhub.core.errors import NotAllowed, NotPossible
from policyhub.core.locks import BUSY, is_lock_timeout

MEDIA_TYPE = "application/problem+json"
ABSENT = "There is nothing at this address that you may see or change."


def problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to a refusal; None for what is a bug."""
    set_rollback()
    if isinstance(error, (Http404, NotAllowed)):
        return _answer(status.HTTP_404_NOT_FOUND, ABSENT)
    if isinstance(error, NotPossible):
        return _answer(status.HTTP_409_CONFLICT, str(error), reasons=_reasons(error), code=error.reasons[0].code)
    if isinstance(error, OperationalError) and is_lock_timeout(error):
        return _answer(status.HTTP_503_SERVICE_UNAVAILABLE, BUSY, headers={"Retry-After": "5"})
    if isinstance(error, PermissionDenied):
        return _answer(status.HTTP_403_FORBIDDEN, "You may not do this.")
    if isinstance(error, exceptions.ValidationError):
        return _answer(status.HTTP_400_BAD_REQUEST, "Some fields cannot be used as sent.", errors=error.detail)
    if isinstance(error, exceptions.APIException):
        return _answer(error.status_code, str(error.detail), headers=_headers(error))
    return None


def not_found() -> HttpResponse:
    """The answer for an address below /api/ that is no resource's."""
    return _plain(status.HTTP_404_NOT_FOUND, ABSENT)


def failed() -> HttpResponse:
    """The answer when something broke that is not the caller's fault."""
    return _plain(status.HTTP_500_INTERNAL_SERVER_ERROR, "Something failed here; nothing was done. Try again later.")


def _plain(status_code: int, detail: str) -> HttpResponse:
    return JsonResponse(_body(status_code, detail), status=status_code, content_type=MEDIA_TYPE)


def _reasons(error: NotPossible) -> list[dict[str, str | None]]:
    return [{"code": each.code, "sentence": each.sentence, "field": each.field} for each in error.reasons]


def _headers(error: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait))
    return headers


def _answer(status_code: int, detail: str, headers: dict[str, str] | None = None, **more: Any) -> Response:
    body = {**_body(status_code, detail), **more}
    return Response(body, status=status_code, headers=headers, content_type=MEDIA_TYPE)


def _body(status_code: int, detail: str) -> dict[str, Any]:
    title = HTTPStatus(status_code).phrase
    return {"type": "about:blank", "title": title, "status": status_code, "detail": detail}
