"""The pages that let people and their scripts in, and out of mail."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables

from policyhub.accounts import acts
from policyhub.accounts.models import User
from policyhub.accounts.queries import find_persona, find_set_up_link, find_user, has_operator, tokens_of
from policyhub.core.errors import NotPossible
from policyhub.notifications.acts import unfollow_process
from policyhub.notifications.erasing import erase_person
from policyhub.notifications.queries import find_subscription
from policyhub.record.queries import now
from policyhub.web.access import SignedInRequest, one, permitted, signed_in
from policyhub.web.acting import attempt
from policyhub.web.forms import account as forms

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@sensitive_variables("secret")
def set_up(request: HttpRequest, secret: str) -> HttpResponse:
    """The bearer of the printed link becomes the operator, once, and is signed in."""
    permitted(not has_operator() and find_set_up_link(secret, run=settings.RUN_ID, at=now()) is not None)
    form = forms.SetUp(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            entry = acts.appoint_operator(secret=secret, run=settings.RUN_ID, at=now(), **form.cleaned_data)
            login(request, find_user(form.cleaned_data["email"]), backend=BACKEND)
            return redirect("done", entry.index)
        except NotPossible as refusal:
            for reason in refusal.reasons:
                form.add_error(reason.field, reason.sentence)
    context = {"form": form}
    return render(request, "web/account/set_up.html", context, status=409 if form.errors else 200)


@sensitive_variables("secret")
def sign_in_persona(request: HttpRequest, secret: str) -> HttpResponse:
    """A demo persona comes in by one click, while this run lasts and only on this machine."""
    persona = find_persona(secret)
    permitted(persona is not None)
    login(request, persona, backend=BACKEND)
    return redirect("desk")


@signed_in
@sensitive_variables("secret")
def tokens(request: SignedInRequest) -> HttpResponse:
    """The person's API tokens; a new one's secret is shown in this answer and never again."""
    form, secret = forms.IssueToken(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            secret = acts.issue_token(user=request.user, name=form.cleaned_data["name"], at=now())
            form = forms.IssueToken()
        except NotPossible as refusal:
            form.add_error("name", str(refusal))
    context = {"form": form, "secret": secret, "tokens": tokens_of(request.user)}
    return render(request, "web/account/tokens.html", context)


@signed_in
def end_token(request: SignedInRequest, token: int) -> HttpResponse:
    """One of the person's own tokens ends; only a POST does it."""
    mine = one(tokens_of(request.user).filter(pk=token))
    if request.method == "POST":
        acts.end_token(token=mine, at=now())
    return redirect("tokens")


@signed_in
def erase(request: SignedInRequest) -> HttpResponse:
    """The person is erased at their own word, and nobody is signed in here any more."""
    form = forms.Erase(request.POST or None, address=request.user.email)
    user = User.objects.get(pk=request.user.pk)
    entry = attempt(request, form, lambda: erase_person(actor=user, person=user, at=now()))
    if entry is None:
        return render(
            request, "web/account/erase.html", {"form": form}, status=409 if request.method == "POST" else 200
        )
    logout(request)
    return render(request, "web/account/erased.html", {"entry": entry})


def absent(request: HttpRequest) -> HttpResponse:
    """Nothing: an address that allauth knows by name and this product does not use."""
    raise Http404


@csrf_exempt
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Mail about a process ends (RFC 8058): the signed token is the authority, so that one click of a mail
    program is enough. A GET, such as a link checker's, changes nothing."""
    found = find_subscription(token)
    if found is None:
        raise Http404
    person, followed = found
    if request.method == "POST":
        unfollow_process(user=person, process=followed)
    context = {"followed": followed, "ended": request.method == "POST"}
    return render(request, "web/account/unsubscribe.html", context)
