"""The workspace's pages about whom organizations belong to, and what they declare of themselves."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path

from policyhub.participation import acts
from policyhub.participation.models import Affiliation
from policyhub.participation.permissions import (
    can_confirm_affiliation,
    can_convene,
    can_declare_affiliation,
    can_declare_profile,
    can_end_affiliation,
)
from policyhub.participation.queries import affiliations, find_profile, find_seat_of
from policyhub.participation.rules import Relation
from policyhub.record.queries import now
from policyhub.web.access import SignedInRequest, one, permitted, process_of, seat_at, signed_in
from policyhub.web.acting import act_page
from policyhub.web.forms import belonging as forms
from policyhub.web.forms.participation import GiveReason


@signed_in
def belonging(request: SignedInRequest, process: str) -> HttpResponse:
    """Who belongs to whom, each with what this person can do about it."""
    found = process_of(process)
    seat, convenes = find_seat_of(request.user, found), can_convene(request.user, found)
    permitted(seat is not None or convenes)
    context = {
        "process": found,
        "seat": seat,
        "can_declare": seat is not None and can_declare_affiliation(request.user, seat),
        "listed": [_shown(request, each) for each in affiliations(found)],
        "seated": found.participations.active().select_related("organization").order_by("organization__name")
        if convenes
        else [],
    }
    return render(request, "web/participation/belonging.html", context)


def _shown(request: SignedInRequest, affiliation: Affiliation) -> dict[str, object]:
    is_open = affiliation.ended_at is None
    waits = is_open and affiliation.relation == Relation.RELATED and affiliation.confirmed_at is None
    parts = can_convene(request.user, affiliation.process) or not affiliation.gives_one_voice
    return {
        "affiliation": affiliation,
        "can_confirm": waits and can_confirm_affiliation(request.user, affiliation),
        "can_end": is_open and parts and can_end_affiliation(request.user, affiliation),
    }


@signed_in
def declare_affiliation(request: SignedInRequest, process: str, organization: str) -> HttpResponse:
    """The organization says whom it belongs to."""
    seat = seat_at(process_of(process), organization)
    permitted(can_declare_affiliation(request.user, seat))
    form = forms.DeclareAffiliation(request.POST or None)
    return act_page(
        request,
        form,
        lambda: acts.declare_affiliation(actor=request.user, participation=seat, at=now(), **form.said),
        template="web/act.html",
        context={
            "process": seat.process,
            "title": f"Whom {seat.organization} belongs to",
            "deck": "Everybody reads it at once. It changes no count before the other, or the convener, confirms it.",
            "button": "Declare it",
        },
    )


@signed_in
def find_affiliation(request: SignedInRequest, process: str, organization: str) -> HttpResponse:
    """The convener finds that an organization belongs to another."""
    seat = seat_at(process_of(process), organization)
    permitted(can_convene(request.user, seat.process))
    form = forms.FindAffiliation(request.POST or None)
    return act_page(
        request,
        form,
        lambda: acts.find_affiliation(actor=request.user, participation=seat, at=now(), **form.said),
        template="web/act.html",
        context={
            "process": seat.process,
            "title": f"Find that {seat.organization} belongs to another",
            "deck": "On calls that open from now on the two have one voice. Both are told by mail and can complain.",
            "button": "Find it so",
            "grave": True,
        },
    )


@signed_in
def confirm_affiliation(request: SignedInRequest, process: str, affiliation: int) -> HttpResponse:
    """What one organization declared is confirmed."""
    declared = _affiliation(process, affiliation)
    permitted(can_confirm_affiliation(request.user, declared))
    form = forms.ConfirmAffiliation(request.POST or None)
    return act_page(
        request,
        form,
        lambda: acts.confirm_affiliation(actor=request.user, affiliation=declared, at=now(), **form.said),
        template="web/act.html",
        context={
            "process": declared.process,
            "title": f"Confirm: {declared}",
            "deck": "On calls that open from now on the two have one voice: whichever answers first answers for both.",
            "button": "Confirm it",
        },
    )


@signed_in
def end_affiliation(request: SignedInRequest, process: str, affiliation: int) -> HttpResponse:
    """The two belong together no longer."""
    declared = _affiliation(process, affiliation)
    permitted(can_end_affiliation(request.user, declared))
    form = GiveReason(request.POST or None)
    return act_page(
        request,
        form,
        lambda: acts.end_affiliation(actor=request.user, affiliation=declared, at=now(), **form.said),
        template="web/act.html",
        context={
            "process": declared.process,
            "title": f"No longer: {declared}",
            "deck": "It stays listed with your reason. Calls that are open keep the voices they were opened with.",
            "button": "End it",
            "grave": True,
        },
    )


@signed_in
def declare_profile(request: SignedInRequest, process: str, organization: str) -> HttpResponse:
    """The organization says what it is, who funds it and what it has at stake."""
    seat = seat_at(process_of(process), organization)
    permitted(can_declare_profile(request.user, seat))
    said = find_profile(seat)
    initial = {name: getattr(said, name) for name in ("about", "funding", "interests")} if said else {}
    form = forms.DeclareProfile(request.POST or None, initial=initial)
    return act_page(
        request,
        form,
        lambda: acts.declare_profile(actor=request.user, participation=seat, at=now(), **form.said),
        template="web/act.html",
        context={
            "process": seat.process,
            "title": f"What {seat.organization} declares of itself",
            "deck": "Everybody can read it. Name no person here.",
            "button": "Declare it",
        },
    )


def _affiliation(process: str, number: int) -> Affiliation:
    return one(affiliations(process_of(process)).filter(pk=number))


_SEAT = "processes/<slug:process>/organizations/<slug:organization>/"
ROUTES: list[URLPattern] = [
    path("processes/<slug:process>/belonging/", belonging, name="belonging"),
    path(
        "processes/<slug:process>/belonging/<int:affiliation>/confirm/", confirm_affiliation, name="confirm-affiliation"
    ),
    path("processes/<slug:process>/belonging/<int:affiliation>/end/", end_affiliation, name="end-affiliation"),
    path(f"{_SEAT}belonging/declare/", declare_affiliation, name="declare-affiliation"),
    path(f"{_SEAT}belonging/find/", find_affiliation, name="find-affiliation"),
    path(f"{_SEAT}profile/", declare_profile, name="declare-profile"),
]
