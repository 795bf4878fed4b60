"""The workspace's pages about statements and withdrawal. Leaving the process never shares a button with anything."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse

from policyhub.core.errors import NotAllowed, NotPossible, Reason
from policyhub.core.html import to_html
from policyhub.core.templatetags.typeset import moment_text
from policyhub.insight.report import impact_of
from policyhub.insight.reported import impact_for_page
from policyhub.insight.subjects import describe
from policyhub.participation import acts
from policyhub.participation.models import PartialWithdrawal, Participation, Statement
from policyhub.participation.permissions import (
    can_answer_statement,
    can_lead,
    can_publish_statement,
    can_sign,
    can_withdraw_organization,
)
from policyhub.participation.queries import (
    find_announcement,
    find_request_to,
    lapsed_signatures,
    published_statements,
    signatories,
    signatures_of,
    statements_visible_to,
)
from policyhub.participation.rules import OPEN_KINDS, StatementKind
from policyhub.record.queries import now
from policyhub.web.access import SignedInRequest, last_seat, one, permitted, process_of, seat_at, signed_in
from policyhub.web.acting import ActForm, act_page, attempt, refused
from policyhub.web.forms import statements as forms


@signed_in
def draft_statement(request: SignedInRequest, process: str) -> HttpResponse:
    """A text for others to sign; nobody but those asked can see it until it is published."""
    seat = last_seat(request.user, process_of(process))
    permitted(can_lead(request.user, seat))
    form = forms.DraftStatement(request.POST or None, seat=seat)
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
    is_draft, mine = found.published_at is None, find_request_to(request.user, found)
    context = {
        "process": found.process,
        "statement": found,
        "about": describe(found.about, found.process) if found.about else None,
        "signatures": signatures_of(found),
        "mine": mine,
        "can_answer": mine is not None and is_draft and can_sign(request.user, mine),
        "can_publish": is_draft and can_publish_statement(request.user, found),
        "takes_outsiders": found.kind in OPEN_KINDS,
        "html": to_html(found.tree),
    }
    return render(request, "web/statements/statement.html", context)


@signed_in
def ask_to_sign(request: SignedInRequest, process: str, number: int) -> HttpResponse:
    """Organizations are asked to stand under the draft."""
    found = _visible(request, process, number)
    permitted(can_publish_statement(request.user, found))
    form = forms.AskToSign(request.POST or None, asked_by=found.author, kind=StatementKind(found.kind))
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
def ask_outside_to_sign(request: SignedInRequest, process: str, number: int) -> HttpResponse:
    """An organization that does not take part is asked to stand under the draft."""
    found = _visible(request, process, number)
    permitted(can_publish_statement(request.user, found))
    form = forms.AskOutside(request.POST or None)
    asked = attempt(
        request, form, lambda: acts.ask_outside_to_sign(actor=request.user, statement=found, at=now(), **form.said)
    )
    if asked is not None:
        return redirect("desk-statement", process, number)
    context = {
        "process": found.process,
        "form": form,
        "title": f"Ask an organization from outside: {found.title}",
        "deck": "It can read the draft and sign. The public page says that its signer vouches for speaking for it.",
        "button": "Ask it",
    }
    return render(request, "web/act.html", context, status=409 if request.method == "POST" else 200)


@signed_in
def remove_signatory(request: SignedInRequest, process: str, number: int, organization: str) -> HttpResponse:
    """The author no longer asks this organization; only a POST does it."""
    found = _visible(request, process, number)
    permitted(can_publish_statement(request.user, found))
    signature = one(found.signatures.filter(organization__slug=organization))
    if request.method == "POST":
        try:
            acts.remove_signatory(actor=request.user, signature=signature)
        except NotAllowed:
            raise Http404 from None
        except NotPossible as refusal:
            return refused(request, *refusal.reasons, back=reverse("desk-statement", args=[process, number]))
    return redirect("desk-statement", process, number)


@signed_in
def answer_statement(request: SignedInRequest, process: str, number: int) -> HttpResponse:
    """The chair or the convener answers what a statement asks for."""
    found = one(published_statements(process_of(process)).filter(number=number))
    permitted(can_answer_statement(request.user, found.process))
    form = forms.AnswerStatement(request.POST or None)
    return act_page(
        request,
        form,
        lambda: acts.answer_statement(actor=request.user, statement=found, at=now(), **form.said),
        template="web/statements/answer.html",
        context={"process": found.process, "statement": found, "html": to_html(found.tree)},
    )


@signed_in
def answer_signature(request: SignedInRequest, process: str, number: int, answer: str) -> HttpResponse:
    """The organization signs, takes its signature back or declines; only a POST does it."""
    permitted(answer in {"sign", "take-back", "decline"})
    found = _visible(request, process, number)
    signature = find_request_to(request.user, found)
    if signature is None:
        raise Http404
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
    leaving = [each.participation for each in signatories(found) if each.participation is not None]
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
            "impact": _impact(leaving),
        },
    )


@signed_in
def withdraw_organization(request: SignedInRequest, process: str, organization: str) -> HttpResponse:
    """The organization leaves the process. The page says what follows before anything is done."""
    seat = seat_at(process_of(process), organization)
    permitted(can_withdraw_organization(request.user, seat))
    if request.method != "POST" and not seat.sits_at(now()):
        return refused(request, _no_seat(seat), back=reverse("desk-process", args=[process]))
    form = forms.Withdraw(request.POST or None, participation=seat)
    return act_page(
        request,
        form,
        lambda: acts.withdraw_organization(actor=request.user, participation=seat, at=now(), **form.said),
        template="web/statements/withdraw_organization.html",
        context={"process": seat.process, "seat": seat, "impact": _impact([seat])},
    )


@signed_in
def revoke_withdrawal(request: SignedInRequest, process: str, organization: str) -> HttpResponse:
    """The organization takes back the withdrawal that it announced."""
    seat = seat_at(process_of(process), organization)
    permitted(can_withdraw_organization(request.user, seat))
    announcement = find_announcement(seat)
    if announcement is None and request.method != "POST":
        return refused(request, _nothing_announced(seat), back=reverse("desk-process", args=[process]))
    form = forms.TakeBack(request.POST or None)
    when = moment_text(announcement.effective_at, seat.process.timezone) if announcement else ""
    return act_page(
        request,
        form,
        lambda: acts.revoke_withdrawal(actor=request.user, participation=seat, at=now(), **form.said),
        template="web/act.html",
        context={
            "process": seat.process,
            "title": f"Take back the withdrawal of {seat.organization}",
            "deck": f"It was to take effect on {when}. What was announced stays listed, as taken back." if when else "",
            "button": "Stay in the process",
        },
    )


@signed_in
def step_out(request: SignedInRequest, process: str, organization: str) -> HttpResponse:
    """The organization steps out of one text or group, and stays in the process."""
    seat = seat_at(process_of(process), organization)
    permitted(can_withdraw_organization(request.user, seat))
    form = forms.StepOut(request.POST or None, participation=seat)
    return act_page(
        request,
        form,
        lambda: acts.step_out(actor=request.user, participation=seat, at=now(), **form.said),
        template="web/act.html",
        context={
            "process": seat.process,
            "title": f"Step out of one part of the work of {seat.process}",
            "deck": "Your organization stays in the process. It is on no later roll about what it steps out of; what "
            "it said and cast stays, and its objections stay open.",
            "button": "Step out",
        },
    )


@signed_in
def come_back(request: SignedInRequest, process: str, organization: str, stepped: int) -> HttpResponse:
    """The organization comes back to what it stepped out of."""
    seat = seat_at(process_of(process), organization)
    permitted(can_withdraw_organization(request.user, seat))
    found = one(PartialWithdrawal.objects.filter(participation=seat, pk=stepped))
    form = ActForm(request.POST or None)
    return act_page(
        request,
        form,
        lambda: acts.come_back(actor=request.user, stepped=found, at=now()),
        template="web/act.html",
        context={
            "process": seat.process,
            "title": f"Come back to {describe(found.scope, seat.process).name}",
            "deck": f"{seat.organization} is on the roll of every later call about it; not of those that are open.",
            "button": "Come back",
        },
    )


def _impact(leaving: list[Participation]) -> dict[str, Any] | None:
    """What follows if these seats are left now, as the page shows it; None when nobody leaves."""
    found = impact_of(leaving, now())
    return impact_for_page(found, leaving[0].process) if found is not None else None


def _nothing_announced(seat: Participation) -> Reason:
    return Reason("not_announced", f"{seat.organization} has announced no withdrawal: there is nothing to take back.")


def _no_seat(seat: Participation) -> Reason:
    return Reason("not_seated", f"{seat.organization} does not sit at this table now: there is nothing to leave.")


def _visible(request: SignedInRequest, process: str, number: int) -> Statement:
    return one(statements_visible_to(request.user, process_of(process)).filter(number=number))


ROUTES: list[URLPattern] = [
    path("processes/<slug:process>/statements/new/", draft_statement, name="draft-statement"),
    path("processes/<slug:process>/statements/<int:number>/", statement, name="desk-statement"),
    path("processes/<slug:process>/statements/<int:number>/ask/", ask_to_sign, name="ask-to-sign"),
    path("processes/<slug:process>/statements/<int:number>/ask-outside/", ask_outside_to_sign, name="ask-outside"),
    path("processes/<slug:process>/statements/<int:number>/answer/", answer_statement, name="answer-statement"),
    path(
        "processes/<slug:process>/statements/<int:number>/signatures/<slug:organization>/remove/",
        remove_signatory,
        name="remove-signatory",
    ),
    path("processes/<slug:process>/statements/<int:number>/publish/", publish_statement, name="publish-statement"),
    path("processes/<slug:process>/statements/<int:number>/withdraw/", withdraw_jointly, name="withdraw-jointly"),
    path("processes/<slug:process>/statements/<int:number>/<slug:answer>/", answer_signature, name="answer-signature"),
    path(
        "processes/<slug:process>/organizations/<slug:organization>/withdraw/",
        withdraw_organization,
        name="withdraw-organization",
    ),
    path(
        "processes/<slug:process>/organizations/<slug:organization>/withdraw/take-back/",
        revoke_withdrawal,
        name="revoke-withdrawal",
    ),
    path("processes/<slug:process>/organizations/<slug:organization>/step-out/", step_out, name="step-out"),
    path(
        "processes/<slug:process>/organizations/<slug:organization>/step-out/<int:stepped>/back/",
        come_back,
        name="come-back",
    ),
]
