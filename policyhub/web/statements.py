"""The workspace's pages about statements and withdrawal. Leaving the process never shares a button with anything."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse

from policyhub.core.errors import NotAllowed, NotPossible, Reason
from policyhub.core.html import to_html
from policyhub.insight.impact import impact_of
from policyhub.participation import acts
from policyhub.participation.models import Participation, Signature, Statement
from policyhub.participation.permissions import (
    can_lead,
    can_publish_statement,
    can_sign,
    can_withdraw_organization,
)
from policyhub.participation.queries import (
    find_seat_of,
    lapsed_signatures,
    signatories,
    signatures_of,
    statements_visible_to,
)
from policyhub.participation.rules import ParticipationState, StatementKind
from policyhub.record.queries import now
from policyhub.web.access import SignedInRequest, one, own_seat, permitted, process_of, seat_at, signed_in
from policyhub.web.acting import ActForm, act_page, attempt, refused
from policyhub.web.forms import participation as forms


@signed_in
def draft_statement(request: SignedInRequest, process: str) -> HttpResponse:
    """A text for others to sign; nobody but those asked can see it until it is published."""
    seat = own_seat(request.user, process_of(process))
    permitted(can_lead(request.user, seat))
    form = forms.DraftStatement(request.POST or None)
    drafted = attempt(
        request, form, lambda: acts.draft_statement(actor=request.user, participation=seat, at=now(), **form.said)
    )
    if drafted is not None:
        return redirect("desk-statement", process, drafted.number)
    context = {
        "process": seat.process,
        "form": form,
        "title": "Draft a statement",
        "deck": "Only your organization, and those you ask to sign, can read it before it is published.",
        "button": "Keep this draft",
    }
    return render(request, "web/act.html", context, status=409 if request.method == "POST" else 200)


@signed_in
def statement(request: SignedInRequest, process: str, number: int) -> HttpResponse:
    """A statement as its author, or somebody asked to sign, sees it."""
    found = _visible(request, process, number)
    seat, is_draft = find_seat_of(request.user, found.process), found.published_at is None
    signatures = signatures_of(found)
    mine = signatures.filter(participation=seat).first() if seat else None
    context = {
        "process": found.process,
        "statement": found,
        "signatures": signatures,
        "mine": mine,
        "can_answer": mine is not None and is_draft and can_sign(request.user, mine),
        "can_publish": is_draft and can_publish_statement(request.user, found),
        "html": to_html(found.tree),
    }
    return render(request, "web/statements/statement.html", context)


@signed_in
def ask_to_sign(request: SignedInRequest, process: str, number: int) -> HttpResponse:
    """Organizations are asked to stand under the draft."""
    found = _visible(request, process, number)
    permitted(can_publish_statement(request.user, found))
    form = forms.AskToSign(request.POST or None, asked_by=found.author)
    asked = attempt(request, form, lambda: acts.ask_to_sign(actor=request.user, statement=found, at=now(), **form.said))
    if asked is not None:
        return redirect("desk-statement", process, number)
    context = {
        "process": found.process,
        "form": form,
        "title": f"Ask others to sign: {found.title}",
        "deck": "They can read the draft, and sign or decline. Whoever declines is not named.",
        "button": "Ask them",
    }
    return render(request, "web/act.html", context, status=409 if request.method == "POST" else 200)


@signed_in
def answer_signature(request: SignedInRequest, process: str, number: int, answer: str) -> HttpResponse:
    """The organization signs, takes its signature back or declines; only a POST does it."""
    permitted(answer in {"sign", "take-back", "decline"})
    found = _visible(request, process, number)
    seat = own_seat(request.user, found.process)
    signature = one(Signature.objects.filter(statement=found, participation=seat))
    if request.method != "POST":
        return redirect("desk-statement", process, number)
    try:
        if answer == "sign":
            read = request.POST.get("signing_hash", "")
            acts.sign_statement(actor=request.user, signature=signature, signing_hash=read, at=now())
        elif answer == "take-back":
            acts.take_back_signature(actor=request.user, signature=signature, at=now())
        else:
            acts.decline_to_sign(actor=request.user, signature=signature, at=now())
    except NotAllowed:
        raise Http404 from None
    except NotPossible as refusal:
        return refused(request, *refusal.reasons, back=reverse("desk-statement", args=[process, number]))
    return redirect("desk-statement", process, number)


@signed_in
def publish_statement(request: SignedInRequest, process: str, number: int) -> HttpResponse:
    """The statement becomes public with those who signed."""
    found = _visible(request, process, number)
    permitted(can_publish_statement(request.user, found))
    form = ActForm(request.POST or None)
    return act_page(
        request,
        form,
        lambda: acts.publish_statement(actor=request.user, statement=found, at=now()),
        template="web/act.html",
        context={
            "process": found.process,
            "title": f"Publish: {found.title}",
            "deck": "The text and its signatories are fixed from then on. Missing or lapsed signatures are dropped.",
            "button": "Publish this statement",
        },
    )


@signed_in
def withdraw_jointly(request: SignedInRequest, process: str, number: int) -> HttpResponse:
    """Everybody who signed leaves together."""
    found = _visible(request, process, number)
    permitted(can_publish_statement(request.user, found) and found.kind == StatementKind.WITHDRAWAL)
    form = forms.WithdrawJointly(request.POST or None)
    leaving = [each.participation for each in signatories(found)]
    return act_page(
        request,
        form,
        lambda: acts.withdraw_jointly(actor=request.user, statement=found, at=now(), **form.said),
        template="web/statements/withdraw_jointly.html",
        context={
            "process": found.process,
            "statement": found,
            "leaving": leaving,
            "lapsed": lapsed_signatures(found),
            "impact": impact_of(leaving, now()),
        },
    )


@signed_in
def withdraw_organization(request: SignedInRequest, process: str, organization: str) -> HttpResponse:
    """The organization leaves the process. The page says what follows before anything is done."""
    seat = seat_at(process_of(process), organization)
    permitted(can_withdraw_organization(request.user, seat))
    if request.method != "POST" and seat.state != ParticipationState.ACTIVE:
        return refused(request, _no_seat(seat), back=reverse("desk-process", args=[process]))
    form = forms.Withdraw(request.POST or None, participation=seat)
    return act_page(
        request,
        form,
        lambda: acts.withdraw_organization(actor=request.user, participation=seat, at=now(), **form.said),
        template="web/statements/withdraw_organization.html",
        context={"process": seat.process, "seat": seat, "impact": impact_of([seat], now())},
    )


def _no_seat(seat: Participation) -> Reason:
    return Reason("not_seated", f"{seat.organization} does not sit at this table now: there is nothing to leave.")


def _visible(request: SignedInRequest, process: str, number: int) -> Statement:
    return one(statements_visible_to(request.user, process_of(process)).filter(number=number))


ROUTES: list[URLPattern] = [
    path("processes/<slug:process>/statements/new/", draft_statement, name="draft-statement"),
    path("processes/<slug:process>/statements/<int:number>/", statement, name="desk-statement"),
    path("processes/<slug:process>/statements/<int:number>/ask/", ask_to_sign, name="ask-to-sign"),
    path("processes/<slug:process>/statements/<int:number>/publish/", publish_statement, name="publish-statement"),
    path("processes/<slug:process>/statements/<int:number>/withdraw/", withdraw_jointly, name="withdraw-jointly"),
    path("processes/<slug:process>/statements/<int:number>/<slug:answer>/", answer_signature, name="answer-signature"),
    path(
        "processes/<slug:process>/organizations/<slug:organization>/withdraw/",
        withdraw_organization,
        name="withdraw-organization",
    ),
]
