"""The workspace's pages about seats and whom organizations send."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.views.decorators.debug import sensitive_variables

from policyhub.participation import acts
from policyhub.participation.models import Participation, Representative
from policyhub.participation.permissions import (
    can_apply,
    can_approve_admission,
    can_convene,
    can_end_representative,
    can_issue_service_token,
    can_lead,
    can_name_representative,
)
from policyhub.participation.queries import representatives_of, service_tokens
from policyhub.record.queries import now
from policyhub.web.access import SignedInRequest, one, permitted, process_of, seat_at, signed_in
from policyhub.web.acting import ActForm, act_page, attempt, perform
from policyhub.web.forms import participation as forms


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
        "can_issue": can_issue_service_token(request.user, seat),
    }
    return render(request, "web/participation/representatives.html", context)


@signed_in
@sensitive_variables("secret")
def organization_tokens(request: SignedInRequest, process: str, organization: str) -> HttpResponse:
    """The organization's tokens; a new one's secret is shown in this answer and never again."""
    seat = seat_at(process_of(process), organization)
    permitted(can_issue_service_token(request.user, seat))
    form = forms.IssueServiceToken(request.POST or None, process=seat.process)
    secret = attempt(
        request,
        form,
        lambda: acts.issue_service_token(actor=request.user, participation=seat, at=now(), **form.said),
    )
    refused = form.is_bound and secret is None
    if secret is not None:
        form = forms.IssueServiceToken(process=seat.process)
    context = {"process": seat.process, "seat": seat, "form": form, "secret": secret, "tokens": service_tokens(seat)}
    return render(request, "web/participation/tokens.html", context, status=409 if refused else 200)


@signed_in
def end_organization_token(request: SignedInRequest, process: str, organization: str, service: int) -> HttpResponse:
    """One of the organization's tokens ends; only a POST does it."""
    seat = seat_at(process_of(process), organization)
    permitted(can_issue_service_token(request.user, seat))
    token = one(service_tokens(seat).filter(pk=service))
    if request.method == "POST":
        acts.end_service_token(actor=request.user, token=token, at=now())
    return redirect("organization-tokens", process, organization)


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


ROUTES: list[URLPattern] = [
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
        "processes/<slug:process>/organizations/<slug:organization>/tokens/",
        organization_tokens,
        name="organization-tokens",
    ),
    path(
        "processes/<slug:process>/organizations/<slug:organization>/tokens/<int:service>/end/",
        end_organization_token,
        name="end-organization-token",
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
]
