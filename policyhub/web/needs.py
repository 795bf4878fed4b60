"""The workspace's pages about requirements: declared, kept back, released, sponsored, linked, dropped."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse

from policyhub.core.errors import NotAllowed, NotPossible
from policyhub.drafting import acts as drafting
from policyhub.drafting.models import Link
from policyhub.drafting.queries import clauses_of, links_of
from policyhub.participation import acts
from policyhub.participation.models import Requirement, Sponsor
from policyhub.participation.permissions import can_convene, can_represent
from policyhub.participation.queries import find_seat_of, requirements_visible_to, sponsors, sponsorships_asked
from policyhub.record.queries import now
from policyhub.web.access import SignedInRequest, one, own_seat, permitted, process_of, signed_in
from policyhub.web.acting import ActForm, act_page, attempt, refused
from policyhub.web.forms import needs as forms
from policyhub.web.forms.participation import GiveReason


@signed_in
def declare_requirement(request: SignedInRequest, process: str) -> HttpResponse:
    """The organization says what it needs."""
    seat = own_seat(request.user, process_of(process))
    permitted(can_represent(request.user, seat))
    form = forms.DeclareRequirement(request.POST or None, process=seat.process)
    return act_page(
        request,
        form,
        lambda: acts.declare_requirement(actor=request.user, participation=seat, at=now(), **form.said),
        template="web/act.html",
        context={
            "process": seat.process,
            "title": f"What {seat.organization} needs at least",
            "deck": "You alone say, version by version, whether it is met.",
            "button": "Declare this requirement",
        },
    )


@signed_in
def my_needs(request: SignedInRequest, process: str) -> HttpResponse:
    """The requirements of this person's organization; for the convener all, with those that are kept back."""
    found = process_of(process)
    seat, convenes = find_seat_of(request.user, found), can_convene(request.user, found)
    permitted(seat is not None or convenes)
    shown = requirements_visible_to(request.user, found)
    if not convenes:
        shown = shown.filter(participation=seat)
    context = {
        "process": found,
        "listed": [_shown(each, is_own=seat is not None and each.participation_id == seat.pk) for each in shown],
    }
    return render(request, "web/participation/needs.html", context)


def _shown(requirement: Requirement, *, is_own: bool) -> dict[str, object]:
    asked = requirement.sponsors.select_related("participation__organization").order_by("asked_at", "pk")
    return {
        "requirement": requirement,
        "is_own": is_own and requirement.dropped_at is None,
        "asked": asked if is_own else asked.filter(pk__in=sponsors().values("pk")),
        "links": links_of(requirement),
    }


@signed_in
def release_requirement(request: SignedInRequest, process: str, number: int) -> HttpResponse:
    """A requirement that was kept back becomes public."""
    held = _own(request, process, number)
    form = ActForm(request.POST or None)
    return act_page(
        request,
        form,
        lambda: acts.release_requirement(actor=request.user, requirement=held, at=now()),
        template="web/act.html",
        context={
            "process": held.process,
            "title": f"Make requirement {held.number} public",
            "deck": f"{held.point}: {held.text}",
            "button": "Make it public",
        },
    )


@signed_in
def drop_requirement(request: SignedInRequest, process: str, number: int) -> HttpResponse:
    """The organization no longer needs it."""
    held = _own(request, process, number)
    form = GiveReason(request.POST or None)
    return act_page(
        request,
        form,
        lambda: acts.drop_requirement(actor=request.user, requirement=held, at=now(), **form.said),
        template="web/act.html",
        context={
            "process": held.process,
            "title": f"Drop requirement {held.number}",
            "deck": "It stays listed, with your reason. You can declare another on the same point.",
            "button": "Drop it",
            "grave": True,
        },
    )


@signed_in
def link_requirement(request: SignedInRequest, process: str, number: int) -> HttpResponse:
    """The organization says which clause a requirement is about."""
    held = _own(request, process, number)
    form = forms.LinkRequirement(request.POST or None, clauses=clauses_of(held.process))
    return act_page(
        request,
        form,
        lambda: drafting.link_requirement(actor=request.user, requirement=held, at=now(), **form.said),
        template="web/act.html",
        context={
            "process": held.process,
            "title": f"Link requirement {held.number} to a clause",
            "deck": "When a version changes the clause you are asked again whether the requirement is met; not before.",
            "button": "Link them",
        },
    )


@signed_in
def unlink_requirement(request: SignedInRequest, process: str, number: int, link: int) -> HttpResponse:
    """The requirement is no longer about the clause."""
    held = _own(request, process, number)
    found = one(Link.objects.filter(requirement=held, pk=link).select_related("clause__document"))
    form = ActForm(request.POST or None)
    return act_page(
        request,
        form,
        lambda: drafting.unlink_requirement(actor=request.user, link=found, at=now()),
        template="web/act.html",
        context={
            "process": held.process,
            "title": f"Unlink requirement {held.number} from {found.clause}",
            "button": "Unlink them",
        },
    )


@signed_in
def ask_to_sponsor(request: SignedInRequest, process: str, number: int) -> HttpResponse:
    """Other organizations are asked to stand behind the requirement."""
    held = _own(request, process, number)
    form = forms.AskToSponsor(request.POST or None, holder=held.participation)
    asked = attempt(
        request, form, lambda: acts.ask_to_sponsor(actor=request.user, requirement=held, at=now(), **form.said)
    )
    if asked is not None:
        return redirect("my-needs", process)
    context = {
        "process": held.process,
        "form": form,
        "title": f"Ask others to stand behind requirement {held.number}",
        "deck": "They can read it, accept or decline. Whoever declines is not named.",
        "button": "Ask them",
    }
    return render(request, "web/act.html", context, status=409 if request.method == "POST" else 200)


@signed_in
def answer_sponsorship(request: SignedInRequest, process: str, number: int) -> HttpResponse:
    """The organization stands behind another's requirement."""
    asked = _asked(request, process, number)
    held = asked.requirement
    form = ActForm(request.POST or None)
    return act_page(
        request,
        form,
        lambda: acts.accept_sponsorship(actor=request.user, sponsor=asked, at=now()),
        template="web/participation/sponsor.html",
        context={"process": held.process, "requirement": held, "sponsor": asked},
    )


@signed_in
def decline_sponsorship(request: SignedInRequest, process: str, number: int) -> HttpResponse:
    """The organization declines; only a POST does it."""
    asked = _asked(request, process, number)
    if request.method == "POST":
        try:
            acts.decline_sponsorship(actor=request.user, sponsor=asked, at=now())
        except NotAllowed:
            raise Http404 from None
        except NotPossible as refusal:
            return refused(request, *refusal.reasons, back=reverse("desk-process", args=[process]))
    return redirect("desk-process", process)


@signed_in
def end_sponsorship(request: SignedInRequest, process: str, number: int) -> HttpResponse:
    """The organization stands behind it no longer."""
    seat = own_seat(request.user, process_of(process))
    behind = one(sponsors().filter(participation=seat, requirement__number=number).select_related("requirement"))
    form = ActForm(request.POST or None)
    return act_page(
        request,
        form,
        lambda: acts.end_sponsorship(actor=request.user, sponsor=behind, at=now()),
        template="web/act.html",
        context={
            "process": seat.process,
            "title": f"Stand behind requirement {number} no longer",
            "deck": "Its holder still needs it. That you stood behind it stays on the record.",
            "button": "End it",
            "grave": True,
        },
    )


def _own(request: SignedInRequest, process: str, number: int) -> Requirement:
    """The requirement of the organization that the person speaks for, or 404."""
    seat = own_seat(request.user, process_of(process))
    rows = Requirement.objects.filter(participation=seat, number=number)
    return one(rows.select_related("process", "point", "participation__organization"))


def _asked(request: SignedInRequest, process: str, number: int) -> Sponsor:
    """What the person's organization was asked to stand behind, or 404."""
    seat = own_seat(request.user, process_of(process))
    return one(sponsorships_asked(seat).filter(requirement__number=number))


_ONE = "processes/<slug:process>/requirements/<int:number>/"
ROUTES: list[URLPattern] = [
    path("processes/<slug:process>/requirements/", my_needs, name="my-needs"),
    path("processes/<slug:process>/requirements/new/", declare_requirement, name="declare-requirement"),
    path(f"{_ONE}release/", release_requirement, name="release-requirement"),
    path(f"{_ONE}drop/", drop_requirement, name="drop-requirement"),
    path(f"{_ONE}link/", link_requirement, name="link-requirement"),
    path(
        f"{_ONE}links/<int:link>/end/",
        unlink_requirement,
        name="unlink-requirement",
    ),
    path(f"{_ONE}ask/", ask_to_sponsor, name="ask-to-sponsor"),
    path(f"{_ONE}sponsor/", answer_sponsorship, name="answer-sponsorship"),
    path(
        f"{_ONE}sponsor/decline/",
        decline_sponsorship,
        name="decline-sponsorship",
    ),
    path(f"{_ONE}sponsor/end/", end_sponsorship, name="end-sponsorship"),
]
