"""How a form performs an act: shape, nonce, one call, then a page with an address that says what is now true."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from policyhub.core.errors import NotAllowed, NotPossible
from policyhub.record.idempotency import perform_once
from policyhub.record.models import Entry


class ActForm(forms.Form):
    """A form that performs an act: it carries a nonce, so that a doubled click is one act."""

    nonce = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, data: Any = None, *arguments: Any, **named: Any) -> None:
        super().__init__(data, *arguments, **named)
        self.fields["nonce"].initial = secrets.token_urlsafe(18)

    @property
    def said(self) -> dict[str, Any]:
        """What the person said, without the nonce: the act's own arguments."""
        return {name: value for name, value in self.cleaned_data.items() if name != "nonce"}

    def refuse(self, refusal: NotPossible) -> None:
        """Show each reason beside the field it is about, or above the form."""
        for reason in refusal.reasons:
            self.add_error(reason.field if reason.field in self.fields else None, reason.sentence)


def perform(request: HttpRequest, form: ActForm, act: Callable[[], Entry]) -> Entry | None:
    """The act's entry; None when the form or the act was refused, and then the form says why."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        return perform_once(
            principal=f"user/{request.user.pk}",
            key=f"form:{form.cleaned_data['nonce']}",
            request_hash=_request_hash(request),
            act=act,
        )
    except NotAllowed:
        raise Http404 from None
    except NotPossible as refusal:
        form.refuse(refusal)
        return None


def act_page(
    request: HttpRequest,
    form: ActForm,
    act: Callable[[], Entry],
    *,
    template: str,
    context: dict[str, Any],
) -> HttpResponse:
    """The form's page, or after the act the page that says what is now true. Refused: 409, everything typed kept."""
    entry = perform(request, form, act)
    if entry is not None:
        return redirect("done", entry.index)
    status = 200 if request.method == "GET" else 409
    return render(request, template, {**context, "form": form}, status=status)


def _request_hash(request: HttpRequest) -> str:
    data = {name: request.POST.getlist(name) for name in request.POST if name != "csrfmiddlewaretoken"}
    return hashlib.sha256(f"{request.path}\n{json.dumps(data, sort_keys=True)}".encode()).hexdigest()
