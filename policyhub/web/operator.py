"""What the operator does: saying who may convene and who no longer, and reading the mail that no server took."""

from __future__ import annotations

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path

from policyhub.accounts.acts import allow_convening, end_convening
from policyhub.accounts.models import User
from policyhub.accounts.permissions import can_allow_convening
from policyhub.accounts.queries import conveners
from policyhub.notifications.queries import kept_mail
from policyhub.record.queries import now
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


ROUTES: list[URLPattern] = [
    path("operator/", operate, name="allow-convening"),
    path("operator/end/<int:person>/", end, name="end-convening"),
    path("outbox/", outbox, name="outbox"),
    path("outbox/<int:mail>/", kept, name="kept-mail"),
]
