"""What the operator does: saying who may convene and who no longer, announcing the key that signs, erasing people
and words that name them, reading the mail that no server took, and seeing where the tables disagree with the record.
"""

from __future__ import annotations

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path

from policyhub.accounts.acts import allow_convening, end_convening
from policyhub.accounts.announcing import announce
from policyhub.accounts.models import User
from policyhub.accounts.permissions import can_allow_convening, can_announce_keys
from policyhub.accounts.queries import conveners
from policyhub.insight.queries import last_comparison
from policyhub.insight.story import tell
from policyhub.notifications.erasing import erase_address
from policyhub.notifications.permissions import can_redact
from policyhub.notifications.queries import kept_mail
from policyhub.notifications.redacting import entries_with, find_words, redact_words
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry
from policyhub.record.queries import keys, now
from policyhub.web.access import SignedInRequest, one, permitted, signed_in
from policyhub.web.acting import ActForm, act_page
from policyhub.web.forms import account as forms


@signed_in
def operate(request: SignedInRequest) -> HttpResponse:
    """Who may open processes, and one more."""
    permitted(can_allow_convening(request.user))
    form = forms.AllowConvening(request.POST or None)
    return act_page(
        request,
        form,
        lambda: allow_convening(actor=request.user, at=now(), **form.said),
        template="web/operator/operate.html",
        context={"conveners": conveners(), "keeps_mail": _keeps_mail()},
    )


@signed_in
def end(request: SignedInRequest, person: int) -> HttpResponse:
    """Somebody opens no more processes."""
    permitted(can_allow_convening(request.user))
    convener = one(User.objects.filter(pk=person))
    form = ActForm(request.POST or None)
    return act_page(
        request,
        form,
        lambda: end_convening(actor=request.user, person=convener, at=now()),
        template="web/act.html",
        context={
            "title": f"End the leave of {convener.email} to convene",
            "deck": "This person opens no more processes. Functions held in processes that are open already stay.",
            "button": "End it now",
            "grave": True,
        },
    )


@signed_in
def outbox(request: SignedInRequest) -> HttpResponse:
    """The mail kept because no server is set."""
    _permit_reading(request)
    page = Paginator(kept_mail(), 50).get_page(request.GET.get("page"))
    numbers = page.paginator.get_elided_page_range(page.number)
    context = {"page": page, "numbers": numbers, "base": "?page="}
    return render(request, "web/operator/outbox.html", context)


@signed_in
def kept(request: SignedInRequest, mail: int) -> HttpResponse:
    """One kept mail."""
    _permit_reading(request)
    context = {"mail": one(kept_mail().filter(pk=mail))}
    return render(request, "web/operator/kept.html", context)


def _permit_reading(request: SignedInRequest) -> None:
    """Kept mail holds sign-in codes of others: nobody but the operator, at this machine, may see it."""
    permitted(_keeps_mail() and can_allow_convening(request.user))


def _keeps_mail() -> bool:
    return bool(settings.LISTENS_ON_LOOPBACK and settings.KEEPS_MAIL)


@signed_in
def agreement(request: SignedInRequest) -> HttpResponse:
    """Where the tables disagree with the record, as the last comparison found."""
    permitted(can_allow_convening(request.user))
    return render(request, "web/operator/agreement.html", {"compared": last_comparison()})


@signed_in
def announce_key(request: SignedInRequest) -> HttpResponse:
    """The record says by which key it is signed."""
    permitted(can_announce_keys(request.user))
    form = forms.AnnounceKey(request.POST or None)
    return act_page(
        request,
        form,
        lambda: announce(actor=request.user, at=now(), **form.said),
        template="web/operator/keys.html",
        context={
            "keys": keys(),
            "changes": Entry.objects.of_kinds(Kind.KEY_ROTATED, Kind.LOG_STARTED).order_by("-index"),
        },
    )


@signed_in
def erase(request: SignedInRequest) -> HttpResponse:
    """Somebody is erased at their request."""
    permitted(can_allow_convening(request.user))
    form = forms.ErasePerson(request.POST or None)
    return act_page(
        request,
        form,
        lambda: erase_address(actor=request.user, at=now(), **form.said),
        template="web/act.html",
        context={
            "title": "Erase a person at their request",
            "deck": "Their address leaves the database, with their sign-ins, tokens and letters. What they did for an "
            "organization stays on the record and names nobody. It cannot be undone, and the record says that "
            "somebody was erased. Who still acts for an organization or a process ends that first.",
            "button": "Erase this person",
            "grave": True,
        },
    )


@signed_in
def redact(request: SignedInRequest) -> HttpResponse:
    """Words leave every text of a process; before, what would change is listed."""
    permitted(can_redact(request.user))
    asked = request.POST or request.GET or None
    looking = forms.FindWords(asked, auto_id="look-%s")
    context: dict[str, object] = {"looking": looking}
    form = forms.RedactWords(request.POST or None)
    if looking.is_valid():
        process, words = looking.cleaned_data["process"], looking.cleaned_data["words"]
        found = find_words(process, words)
        context |= {"where": process, "words": words, "told": tell([each.entry for each in found])}
        context["fixed"] = entries_with(process, words)
        form.initial = {"process": process.slug, "words": words}
    return act_page(
        request,
        form,
        lambda: redact_words(actor=request.user, at=now(), **form.said),
        template="web/operator/redact.html",
        context=context,
    )


ROUTES: list[URLPattern] = [
    path("operator/", operate, name="allow-convening"),
    path("operator/end/<int:person>/", end, name="end-convening"),
    path("operator/keys/", announce_key, name="announce-key"),
    path("operator/erase/", erase, name="erase-person"),
    path("operator/redact/", redact, name="redact-words"),
    path("operator/agreement/", agreement, name="agreement"),
    path("outbox/", outbox, name="outbox"),
    path("outbox/<int:mail>/", kept, name="kept-mail"),
]
