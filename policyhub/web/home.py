"""The desk: what waits for a person, one process at a time or all of them, and what an act has made true."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse

from policyhub.accounts.models import User
from policyhub.accounts.queries import was_made_by
from policyhub.core.templatetags.typeset import moment_text
from policyhub.insight.beginnings import Beginning, beginnings, under_way
from policyhub.insight.desk import deadlines, processes_of, waiting_for
from policyhub.insight.outcomes import outcome_of
from policyhub.insight.receipts import receipts_of
from policyhub.insight.story import tell
from policyhub.insight.waiting import Waiting
from policyhub.notifications.acts import follow_process as begin_following
from policyhub.notifications.acts import unfollow_process
from policyhub.notifications.queries import is_following
from policyhub.participation.models import Process
from policyhub.participation.permissions import can_open_process
from policyhub.participation.queries import find_seat_left_by, find_seat_of, roles_of
from policyhub.record.models import Entry
from policyhub.record.queries import newest_checkpoint, now
from policyhub.web import operator
from policyhub.web.access import SignedInRequest, one, permitted, process_of, signed_in

RECEIPTS_A_PAGE = 30


@signed_in
def desk(request: SignedInRequest) -> HttpResponse:
    """What waits for this person across processes, one act each."""
    at = now()
    waiting = waiting_for(request.user, at)
    context = {
        "heading": _heading(len(waiting)),
        "waiting": _linked(waiting),
        "deadlines": deadlines(request.user, at),
        "places": [_place(request.user, process) for process in processes_of(request.user)],
        "can_open_process": can_open_process(request.user),
    }
    return render(request, "web/home/desk.html", context)


@signed_in
def desk_process(request: SignedInRequest, process: str) -> HttpResponse:
    """What this person is in a process, what waits for them there, and everything they can begin."""
    found, at, user = process_of(process), now(), request.user
    waiting = [each for each in waiting_for(user, at) if each.process == found]
    roles = [role.function for role in roles_of(user, found).order_by("function")]
    context = {
        "process": found,
        "here": True,
        "heading": _heading(len(waiting)),
        "place": f"You are {', '.join(roles)} here" if roles else "",
        "roles": roles,
        "seat": find_seat_of(user, found),
        "left": find_seat_left_by(user, found),
        "waiting": _linked(waiting),
        "begin": _linked(beginnings(user, found)),
        "ongoing": _linked(under_way(user, found)),
        "deadlines": [each for each in deadlines(user, at) if each.process == found],
        "is_following": is_following(user, found),
    }
    return render(request, "web/home/process.html", context)


@signed_in
def done(request: SignedInRequest, index: int) -> HttpResponse:
    """What an act made true and what follows; only whoever did it finds this page."""
    entry = one(Entry.objects.filter(index=index))
    permitted(was_made_by(entry, request.user))
    process = Process.objects.filter(slug=entry.process).first()
    receipt = [
        {"term": "Record entry", "value": str(entry.index), "href": reverse("entry", args=[entry.index])},
        {"term": "Recorded", "value": moment_text(entry.recorded_at, process.timezone if process else UTC)},
        {"term": "Hash", "hash": entry.hash_text},
    ]
    actions = [{"href": reverse("receipt", args=[entry.index]), "word": "Download the receipt"}]
    context = {"entry": entry, "outcome": outcome_of(entry), "process": process, "receipt": receipt, "actions": actions}
    return render(request, "web/done.html", context)


@signed_in
def receipts(request: SignedInRequest) -> HttpResponse:
    """What was recorded in this person's name, or for organizations while they spoke for them."""
    shown = Paginator(receipts_of(request.user), RECEIPTS_A_PAGE).get_page(request.GET.get("page"))
    newest = newest_checkpoint()
    context = {
        "told": tell(shown.object_list),
        "page": shown,
        "numbers": shown.paginator.get_elided_page_range(shown.number),
        "base": "?page=",
        "signed": newest.size if newest else 0,
    }
    return render(request, "web/home/receipts.html", context)


@signed_in
def follow_process(request: SignedInRequest, process: str) -> HttpResponse:
    """The person begins or ends following a process by mail; only a POST does it."""
    followed = process_of(process)
    if request.method == "POST":
        if request.POST.get("follow") == "no":
            unfollow_process(user=request.user, process=followed)
        else:
            begin_following(user=request.user, process=followed, at=now())
        return redirect("follow-process", process)
    context = {"process": followed, "is_following": is_following(request.user, followed)}
    return render(request, "web/home/follow.html", context)


def _linked(items: Iterable[Waiting | Beginning]) -> list[dict[str, Any]]:
    return [{**vars(each), "href": reverse(each.route, args=each.names)} for each in items]


def _place(user: User, process: Process) -> dict[str, Any]:
    href = reverse("desk-process", args=[process.slug])
    left = find_seat_left_by(user, process)
    return {"process": process, "href": href, "left": left, "begin": _linked(beginnings(user, process))}


def _heading(count: int) -> str:
    words = ["Nothing", "One thing", "Two things", "Three things", "Four things", "Five things", "Six things"]
    said = words[count] if count < len(words) else f"{count} things"
    return f"{said} wait{'s' if count < 2 else ''} for you"


ROUTES: list[URLPattern] = [
    path("", desk, name="desk"),
    path("processes/<slug:process>/", desk_process, name="desk-process"),
    path("processes/<slug:process>/follow/", follow_process, name="follow-process"),
    path("done/<int:index>/", done, name="done"),
    path("receipts/", receipts, name="receipts"),
    *operator.ROUTES,
]
