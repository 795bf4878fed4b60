"""The workspace's pages about processes, seats, mandates and requirements."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse

from policyhub.core.templatetags.typeset import moment_text
from policyhub.participation import acts
from policyhub.participation.acts.charters import find_refusal
from policyhub.participation.models import CharterProposal, Participation, Representative, StaffRole
from policyhub.participation.permissions import (
    can_add_point,
    can_adopt_charter,
    can_apply,
    can_approve_admission,
    can_convene,
    can_end_representative,
    can_lead,
    can_name_representative,
    can_open_process,
)
from policyhub.participation.queries import find_charter, find_proposal, representatives_of
from policyhub.record.queries import now
from policyhub.web.access import SignedInRequest, one, permitted, process_of, seat_at, signed_in
from policyhub.web.acting import ActForm, act_page, perform, refused
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
def invite_organization(request: SignedInRequest, process: str) -> HttpResponse:
    """An organization is asked to the table."""
    convened = process_of(process)
    permitted(can_convene(request.user, convened))
    form = forms.InviteOrganization(request.POST or None, process=convened)
    return act_page(
        request,
        form,
        lambda: acts.invite_organization(actor=request.user, process=convened, at=now(), **form.said),
        template="web/act.html",
        context={"process": convened, "title": "Invite an organization", "button": "Invite it"},
    )


@signed_in
def invite_organizations(request: SignedInRequest, process: str) -> HttpResponse:
    """A list of organizations is asked to the table, after a page that shows what was read."""
    convened = process_of(process)
    permitted(can_convene(request.user, convened))
    form = forms.InviteOrganizations(request.POST or None, request.FILES or None, process=convened)
    if form.is_confirmed:
        entry = perform(
            request,
            form,
            lambda: acts.invite_organizations(actor=request.user, process=convened, at=now(), **form.said),
        )
        if entry is not None:
            return redirect("done", entry.index)
    refused = form.is_bound and not form.is_valid()
    form.show()
    context = {"process": convened, "form": form, "listed": form.listed}
    return render(request, "web/participation/invite_list.html", context, status=409 if refused else 200)


@signed_in
def apply_for_seat(request: SignedInRequest, process: str) -> HttpResponse:
    """An organization asks for a seat."""
    wanted = process_of(process)
    permitted(can_apply(request.user, wanted))
    form = forms.ApplyForSeat(request.POST or None, process=wanted)
    return act_page(
        request,
        form,
        lambda: acts.apply_for_seat(actor=request.user, process=wanted, at=now(), **form.said),
        template="web/act.html",
        context={"process": wanted, "title": "Ask for a seat", "button": "Ask for this seat"},
    )


@signed_in
def accept_invitation(request: SignedInRequest, process: str, organization: str) -> HttpResponse:
    """The invited organization takes its seat."""
    seat = seat_at(process_of(process), organization)
    permitted(can_lead(request.user, seat))
    form = ActForm(request.POST or None)
    return act_page(
        request,
        form,
        lambda: acts.accept_invitation(actor=request.user, participation=seat, at=now()),
        template="web/act.html",
        context={
            "process": seat.process,
            "title": f"Take the seat of {seat.organization}",
            "deck": f"Your organization is invited to the category {seat.category}.",
            "button": "Take the seat",
        },
    )


@signed_in
def admit_organization(request: SignedInRequest, process: str, organization: str) -> HttpResponse:
    """The applicant takes its seat."""
    seat = seat_at(process_of(process), organization)
    permitted(can_convene(request.user, seat.process))
    form = ActForm(request.POST or None)
    return act_page(
        request,
        form,
        lambda: acts.admit_organization(actor=request.user, participation=seat, at=now()),
        template="web/act.html",
        context={
            "process": seat.process,
            "title": f"Admit {seat.organization}",
            "deck": f"It asks for a seat in the category {seat.category}.",
            "button": "Admit it",
        },
    )


@signed_in
def approve_admission(request: SignedInRequest, process: str, organization: str) -> HttpResponse:
    """A second person approves a seat."""
    seat = seat_at(process_of(process), organization)
    permitted(can_approve_admission(request.user, seat.process))
    form = ActForm(request.POST or None)
    return act_page(
        request,
        form,
        lambda: acts.approve_admission(actor=request.user, participation=seat, at=now()),
        template="web/act.html",
        context={
            "process": seat.process,
            "title": f"Approve a seat for {seat.organization}",
            "deck": f"In the category {seat.category}, {seat.get_standing_display()}. By the charter two persons admit "
            "an organization: you, beside the convener.",
            "button": "Approve it",
        },
    )


@signed_in
def decline_organization(request: SignedInRequest, process: str, organization: str) -> HttpResponse:
    """The application is declined."""
    seat = seat_at(process_of(process), organization)
    permitted(can_convene(request.user, seat.process))
    form = forms.GiveReason(request.POST or None)
    return act_page(
        request,
        form,
        lambda: acts.decline_organization(actor=request.user, participation=seat, at=now(), **form.said),
        template="web/act.html",
        context={
            "process": seat.process,
            "title": f"Decline the application of {seat.organization}",
            "button": "Decline it",
            "grave": True,
        },
    )


@signed_in
def representatives(request: SignedInRequest, process: str, organization: str) -> HttpResponse:
    """Whom the organization sends, by what authority and until when; for its own people and the convener."""
    seat = seat_at(process_of(process), organization)
    sent = representatives_of(seat)
    permitted(sent.filter(user=request.user).exists() or can_convene(request.user, seat.process))
    context = {
        "process": seat.process,
        "seat": seat,
        "sent": sent,
        "can_name": can_name_representative(request.user, seat),
        "can_end": can_end_representative(request.user, seat),
    }
    return render(request, "web/participation/representatives.html", context)


@signed_in
def name_representative(request: SignedInRequest, process: str, organization: str) -> HttpResponse:
    """Somebody speaks for the organization from now on."""
    seat = seat_at(process_of(process), organization)
    permitted(can_name_representative(request.user, seat))
    form = forms.NameRepresentative(request.POST or None, process=seat.process)
    return act_page(
        request,
        form,
        lambda: acts.name_representative(actor=request.user, participation=seat, at=now(), **form.said),
        template="web/act.html",
        context={
            "process": seat.process,
            "title": f"Name a representative of {seat.organization}",
            "deck": f"{_speaking_for(seat)} Naming a lead ends the mandate of the lead before.",
            "button": "Name this person",
        },
    )


@signed_in
def end_representative(request: SignedInRequest, process: str, organization: str, representative: int) -> HttpResponse:
    """Somebody speaks for the organization no longer."""
    seat = seat_at(process_of(process), organization)
    permitted(can_end_representative(request.user, seat))
    sent = one(Representative.objects.filter(participation=seat, pk=representative).select_related("user"))
    form = ActForm(request.POST or None)
    return act_page(
        request,
        form,
        lambda: acts.end_representative(actor=request.user, representative=sent, at=now()),
        template="web/act.html",
        context={
            "process": seat.process,
            "title": f"End the mandate of {sent.user}",
            "deck": f"{_speaking_for(seat)} It ends at once, whatever this person has under way.",
            "button": "End it now",
            "grave": True,
        },
    )


def _speaking_for(seat: Participation) -> str:
    """Who is named for the seat now, in one sentence."""
    named = representatives_of(seat)
    return f"Named now: {', '.join(f'{each.user.email} ({each.mandate})' for each in named)}."


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
    path("processes/<slug:process>/invite/", invite_organization, name="invite-organization"),
    path("processes/<slug:process>/invite/list/", invite_organizations, name="invite-organizations"),
    path("processes/<slug:process>/apply/", apply_for_seat, name="apply-for-seat"),
    path(
        "processes/<slug:process>/organizations/<slug:organization>/accept/",
        accept_invitation,
        name="accept-invitation",
    ),
    path(
        "processes/<slug:process>/organizations/<slug:organization>/admit/",
        admit_organization,
        name="admit-organization",
    ),
    path(
        "processes/<slug:process>/organizations/<slug:organization>/approve/",
        approve_admission,
        name="approve-admission",
    ),
    path(
        "processes/<slug:process>/organizations/<slug:organization>/decline/",
        decline_organization,
        name="decline-organization",
    ),
    path(
        "processes/<slug:process>/organizations/<slug:organization>/representatives/",
        representatives,
        name="representatives",
    ),
    path(
        "processes/<slug:process>/organizations/<slug:organization>/representatives/new/",
        name_representative,
        name="name-representative",
    ),
    path(
        "processes/<slug:process>/organizations/<slug:organization>/representatives/<int:representative>/end/",
        end_representative,
        name="end-representative",
    ),
    path("processes/<slug:process>/points/new/", add_point, name="add-point"),
]
