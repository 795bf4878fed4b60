"""The workspace's pages on which the chair puts texts to the table and keeps the calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse

from policyhub.decisions import acts, queries
from policyhub.decisions.models import Call
from policyhub.decisions.permissions import can_enter_position, can_open_call, can_suspend_call
from policyhub.decisions.rules import CallState
from policyhub.participation.models import Process
from policyhub.participation.permissions import can_chair
from policyhub.record.models import Entry
from policyhub.record.queries import now
from policyhub.web.access import SignedInRequest, one, permitted, process_of, signed_in
from policyhub.web.acting import act_page
from policyhub.web.forms import decisions as forms

FIXED = "The text, the rule and the roll are fixed from here on: nobody changes them while it is open."


def call_of(process: str, number: int) -> Call:
    """A call by its number, or 404."""
    return one(queries.calls(process_of(process)).filter(number=number))


@signed_in
def open_straw_poll(request: SignedInRequest, process: str) -> HttpResponse:
    """The table is asked which way it leans."""
    deck = "Nothing is decided by a straw poll: all that comes of it is a label, with its threshold stated."
    return _asking(
        request, process, forms.OpenStrawPoll, acts.open_straw_poll, "Take a straw poll", "Open the poll", deck
    )


@signed_in
def open_call(request: SignedInRequest, process: str) -> HttpResponse:
    """An exact text is put to the table."""
    return _asking(
        request, process, forms.OpenCall, acts.open_call, "Open a call for consensus", "Open the call", FIXED
    )


@signed_in
def open_ballot(request: SignedInRequest, process: str) -> HttpResponse:
    """The table votes on an exact text."""
    deck = f"Yes or no, counted by the charter’s rule: the chair chooses nothing. {FIXED}"
    return _asking(request, process, forms.OpenBallot, acts.open_ballot, "Open a ballot", "Open the ballot", deck)


def _asking(
    request: SignedInRequest,
    process: str,
    shape: type[forms.OpenStrawPoll],
    act: Callable[..., Entry],
    title: str,
    button: str,
    deck: str,
) -> HttpResponse:
    chaired = process_of(process)
    permitted(can_open_call(request.user, chaired))
    form = shape(request.POST or None, process=chaired)
    return act_page(
        request,
        form,
        lambda: act(actor=request.user, process=chaired, at=now(), **form.said),
        template="web/act.html",
        context={"process": chaired, "title": title, "deck": deck, "button": button},
    )


@signed_in
def recirculate_call(request: SignedInRequest, process: str, number: int) -> HttpResponse:
    """A determined call is put to the table again, on the newest text."""
    call = call_of(process, number)
    permitted(can_open_call(request.user, call.process))
    form = forms.RecirculateCall(request.POST or None, process=call.process)
    return act_page(
        request,
        form,
        lambda: acts.recirculate_call(actor=request.user, call=call, at=now(), **form.said),
        template="web/act.html",
        context={
            "process": call.process,
            "title": f"Recirculate {call}",
            "deck": "The newest text is put to the table again, beside the objections that stand and what was changed. "
            "Everybody answers anew.",
            "button": "Recirculate it",
        },
    )


@signed_in
def enter_position(request: SignedInRequest, process: str, number: int) -> HttpResponse:
    """The chair enters what an organization said on paper or in a roll call."""
    call = call_of(process, number)
    permitted(can_enter_position(request.user, call))
    form = forms.EnterPosition(request.POST or None, call=call, initial={"text_hash": call.text_hash})
    return act_page(
        request,
        form,
        lambda: acts.enter_position(actor=request.user, call=call, at=now(), **form.said),
        template="web/act.html",
        context={
            "process": call.process,
            "title": f"Enter an answer to {call}",
            "deck": "Given on paper or in a roll call, and marked so. Whoever speaks for the organization is told by "
            "mail and can change it.",
            "button": "Enter this answer",
        },
    )


@signed_in
def suspend_call(request: SignedInRequest, process: str, number: int) -> HttpResponse:
    """The chair interrupts an open call."""
    deck = "Nobody answers it until you let it go on. Its closing time stays as it is."
    return _moving(request, process, number, acts.suspend_call, "Suspend {}", deck, "Suspend it")


@signed_in
def resume_call(request: SignedInRequest, process: str, number: int) -> HttpResponse:
    """A call that the chair interrupted goes on."""
    deck = "Everything is as it was when it opened, its closing time too."
    return _moving(request, process, number, acts.resume_call, "Let {} go on", deck, "Let it go on")


@signed_in
def void_call(request: SignedInRequest, process: str, number: int) -> HttpResponse:
    """A suspended call ends without anything being decided."""
    deck = "Nothing is decided by it. What was cast openly stays readable; what was sealed stays sealed."
    return _moving(request, process, number, acts.void_call, "Declare {} void", deck, "Declare it void", grave=True)


def _moving(
    request: SignedInRequest,
    process: str,
    number: int,
    act: Callable[..., Entry],
    title: str,
    deck: str,
    button: str,
    *,
    grave: bool = False,
) -> HttpResponse:
    call = call_of(process, number)
    permitted(can_suspend_call(request.user, call))
    form = forms.WithReason(request.POST or None)
    return act_page(
        request,
        form,
        lambda: act(actor=request.user, call=call, at=now(), **form.said),
        template="web/act.html",
        context={
            "process": call.process,
            "title": title.format(str(call)),
            "deck": deck,
            "button": button,
            "grave": grave,
        },
    )


@signed_in
def calls_page(request: SignedInRequest, process: str) -> HttpResponse:
    """Every call with what the chair can do about it now."""
    chaired = process_of(process)
    permitted(can_chair(request.user, chaired))
    listed = [_kept(chaired, call) for call in queries.calls(chaired)]
    return render(request, "web/decisions/calls.html", {"process": chaired, "listed": listed})


def _kept(process: Process, call: Call) -> dict[str, Any]:
    state, standing = queries.state_at(call, now()), queries.counts_by_category(call)[-1]
    routes = [(name, what) for name, what, is_offered in POSSIBLE if is_offered(call, state)]
    possible = [(reverse(name, args=[process.slug, call.number]), what) for name, what in routes]
    return {"call": call, "state": state, "standing": standing, "acts": possible, "silent": _silent(call, state)}


def _silent(call: Call, state: CallState) -> list[str]:
    """Who has not answered an open call."""
    return [str(seat.organization) for seat in queries.unanswered(call)] if state is CallState.OPENED else []


def _is_recirculable(call: Call, state: CallState) -> bool:
    return state is CallState.DETERMINED and not call.recirculated_by.exists()


# Of each page where it leads, what it does, and when it is offered.
POSSIBLE: tuple[tuple[str, str, Callable[[Call, CallState], bool]], ...] = (
    ("enter-position", "Enter an answer", lambda call, state: state is CallState.OPENED and not call.is_sealed),
    ("suspend-call", "Suspend it", lambda call, state: state is CallState.OPENED),
    ("resume-call", "Let it go on", lambda call, state: call.state == CallState.SUSPENDED and now() < call.closes_at),
    ("void-call", "Declare it void", lambda call, state: call.state == CallState.SUSPENDED),
    ("determine-call", "Determine it", lambda call, state: state is CallState.CLOSED and not call.is_poll),
    ("recirculate-call", "Recirculate it", _is_recirculable),
)

ROUTES: list[URLPattern] = [
    path("processes/<slug:process>/calls/", calls_page, name="desk-calls"),
    path("processes/<slug:process>/calls/new/", open_call, name="open-call"),
    path("processes/<slug:process>/ballots/new/", open_ballot, name="open-ballot"),
    path("processes/<slug:process>/polls/new/", open_straw_poll, name="open-straw-poll"),
    path("processes/<slug:process>/calls/<int:number>/enter/", enter_position, name="enter-position"),
    path("processes/<slug:process>/calls/<int:number>/suspend/", suspend_call, name="suspend-call"),
    path("processes/<slug:process>/calls/<int:number>/resume/", resume_call, name="resume-call"),
    path("processes/<slug:process>/calls/<int:number>/void/", void_call, name="void-call"),
    path("processes/<slug:process>/calls/<int:number>/recirculate/", recirculate_call, name="recirculate-call"),
]
