"""The only way from a URL to a thing in the workspace: found and permitted, or 404 as if it were absent."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.decorators import login_required
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse

from policyhub.accounts.models import User
from policyhub.participation.models import Participation, Process
from policyhub.participation.queries import find_last_seat_of, find_seat_of, get_participation

Found = TypeVar("Found", bound=Model)
View = Callable[..., HttpResponse]


class SignedInRequest(HttpRequest):
    """A request whose person is known."""

    user: User


def signed_in(view: View) -> View:
    """The view, for people who are signed in; others are asked to sign in first."""

    @wraps(view)
    def guarded(request: HttpRequest, *arguments: Any, **names: Any) -> HttpResponse:
        return view(request, *arguments, **names)

    return login_required(guarded)


def one(rows: QuerySet[Found]) -> Found:
    """The one row, or 404."""
    found = rows.first()
    if found is None:
        raise Http404
    return found


def permitted(allowed: bool) -> None:
    """Return when the person may; otherwise the thing is as good as absent."""
    if not allowed:
        raise Http404


def process_of(slug: str) -> Process:
    """The process at this address, or 404."""
    return one(Process.objects.filter(slug=slug))


def seat_at(process: Process, organization: str) -> Participation:
    """An organization's newest seat in the process, or 404."""
    try:
        return get_participation(process, organization)
    except Participation.DoesNotExist:
        raise Http404 from None


def last_seat(user: User, process: Process) -> Participation:
    """The seat that the person speaks for, or spoke for until it was left, or 404."""
    seat = find_last_seat_of(user, process)
    if seat is None:
        raise Http404
    return seat


def own_seat(user: User, process: Process) -> Participation:
    """The seat that the person speaks for, or 404."""
    seat = find_seat_of(user, process)
    if seat is None:
        raise Http404
    return seat
