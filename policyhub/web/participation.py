"""The workspace's pages about processes, their functions, charters and points."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse

from policyhub.core.templatetags.typeset import moment_text
from policyhub.participation import acts
from policyhub.participation.acts.charters import find_refusal
from policyhub.participation.models import CharterProposal, StaffRole
from policyhub.participation.permissions import (
    can_add_point,
    can_adopt_charter,
    can_convene,
    can_open_process,
)
from policyhub.participation.queries import find_charter, find_proposal
from policyhub.record.queries import now
from policyhub.web.access import SignedInRequest, one, permitted, process_of, signed_in
from policyhub.web.acting import ActForm, act_page, refused
from policyhub.web.forms import participation as forms


@signed_in
def open_process(request: SignedInRequest) -> HttpResponse:
    """A new process, convened by whoever opens it."""
    permitted(can_open_process(request.user))
    form = forms.OpenProcess(request.POST or None)
    return act_page(
        request,
        form,
        lambda: acts.open_process(actor=request.user, at=now(), **form.said),
        template="web/act.html",
        context={"title": "Open a process", "button": "Open the process"},
    )


@signed_in
def grant_role(request: SignedInRequest, process: str) -> HttpResponse:
    """Somebody gets a function in the process."""
    convened = process_of(process)
    permitted(can_convene(request.user, convened))
    form = forms.GrantRole(request.POST or None)
    return act_page(
        request,
        form,
        lambda: acts.grant_role(actor=request.user, process=convened, at=now(), **form.said),
        template="web/act.html",
        context={"process": convened, "title": "Name somebody to a function", "button": "Name this person"},
    )


@signed_in
def end_role(request: SignedInRequest, process: str, role: int) -> HttpResponse:
    """Somebody's function ends."""
    convened = process_of(process)
    permitted(can_convene(request.user, convened))
    held = one(StaffRole.objects.filter(process=convened, pk=role).select_related("user", "process"))
    form = ActForm(request.POST or None)
    return act_page(
        request,
        form,
        lambda: acts.end_role(actor=request.user, role=held, at=now()),
        template="web/act.html",
        context={
            "process": convened,
            "title": f"End the function of {held.user} as {held.function}",
            "button": "End it now",
            "grave": True,
        },
    )


@signed_in
def adopt_charter(request: SignedInRequest, process: str) -> HttpResponse:
    """The process gets its rules."""
    convened = process_of(process)
    permitted(can_adopt_charter(request.user, convened))
    refusal = find_refusal(convened)
    if refusal is not None and request.method != "POST":
        return refused(request, refusal, back=reverse("desk-process", args=[process]))
    form = forms.AdoptCharter(request.POST or None)
    return act_page(
        request,
        form,
        lambda: acts.adopt_charter(actor=request.user, process=convened, terms=form.terms, at=now()),
        template="web/act.html",
        context={
            "process": convened,
            "title": "Adopt the charter",
            "deck": "Until it is adopted nobody is seated and no call can open. Its rule computes every outcome.",
            "button": "Adopt this charter",
        },
    )


@signed_in
def propose_charter(request: SignedInRequest, process: str) -> HttpResponse:
    """Everybody gets notice of the charter's next version."""
    convened = process_of(process)
    permitted(can_adopt_charter(request.user, convened))
    charter = find_charter(convened)
    if charter is None:
        return redirect("adopt-charter", process)
    form = forms.ProposeCharter(request.POST or None, charter=charter)
    return act_page(
        request,
        form,
        lambda: acts.propose_charter(
            actor=request.user, process=convened, terms=form.terms, reason=form.reason, at=now()
        ),
        template="web/act.html",
        context={
            "process": convened,
            "title": f"Propose version {charter.version + 1} of the charter",
            "deck": f"It can be adopted {charter.notice_days} days after this notice, as it stands here. Calls that "
            "are open keep the rule they were opened with.",
            "button": "Give notice of it",
        },
    )


@signed_in
def adopt_proposal(request: SignedInRequest, process: str) -> HttpResponse:
    """The proposed charter is adopted."""
    proposal = _proposal(request, process)
    form = ActForm(request.POST or None)
    return act_page(
        request,
        form,
        lambda: acts.adopt_proposal(actor=request.user, proposal=proposal, at=now()),
        template="web/act.html",
        context={
            "process": proposal.process,
            "title": f"Adopt version {proposal.version} of the charter",
            "deck": f"As it was noticed, from {moment_text(proposal.not_before, proposal.process.timezone)} on.",
            "button": "Adopt it",
        },
    )


@signed_in
def drop_proposal(request: SignedInRequest, process: str) -> HttpResponse:
    """The proposed charter is dropped."""
    proposal = _proposal(request, process)
    form = forms.GiveReason(request.POST or None)
    return act_page(
        request,
        form,
        lambda: acts.drop_proposal(actor=request.user, proposal=proposal, at=now(), **form.said),
        template="web/act.html",
        context={
            "process": proposal.process,
            "title": f"Drop version {proposal.version} of the charter",
            "button": "Drop it",
            "grave": True,
        },
    )


def _proposal(request: SignedInRequest, process: str) -> CharterProposal:
    """The charter that is proposed, for those who can adopt it, or 404."""
    convened = process_of(process)
    permitted(can_adopt_charter(request.user, convened))
    found = find_proposal(convened)
    if found is None:
        raise Http404
    return found


@signed_in
def add_point(request: SignedInRequest, process: str) -> HttpResponse:
    """A proposition that requirements can be about."""
    wanted = process_of(process)
    permitted(can_add_point(request.user, wanted))
    form = forms.AddPoint(request.POST or None)
    return act_page(
        request,
        form,
        lambda: acts.add_point(actor=request.user, process=wanted, at=now(), **form.said),
        template="web/act.html",
        context={"process": wanted, "title": "Add a point to the list", "button": "Add this point"},
    )


ROUTES: list[URLPattern] = [
    path("processes/new/", open_process, name="open-process"),
    path("processes/<slug:process>/roles/new/", grant_role, name="grant-role"),
    path("processes/<slug:process>/roles/<int:role>/end/", end_role, name="end-role"),
    path("processes/<slug:process>/charter/", adopt_charter, name="adopt-charter"),
    path("processes/<slug:process>/charter/propose/", propose_charter, name="propose-charter"),
    path("processes/<slug:process>/charter/proposal/adopt/", adopt_proposal, name="adopt-proposal"),
    path("processes/<slug:process>/charter/proposal/drop/", drop_proposal, name="drop-proposal"),
    path("processes/<slug:process>/points/new/", add_point, name="add-point"),
]
