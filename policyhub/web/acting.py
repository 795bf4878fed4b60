"""How a form performs an act: shape, nonce, one call, then a page with an address that says what is now true."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from policyhub.core.errors import NotAllowed, NotPossible, Reason
from policyhub.record.idempotency import KEY_REUSED, perform_once
from policyhub.record.models import Entry

if TYPE_CHECKING:
    from django.http import QueryDict

Done = TypeVar("Done")

_UNCHOSEN = "Nothing is chosen. Choose one, then send it again."
MISSING: dict[type[forms.Field], str] = {
    forms.Field: "This is empty. Write something, then send it again.",
    forms.BooleanField: "This is not ticked. Tick it if it is so, then send it again.",
    forms.ChoiceField: _UNCHOSEN,
    forms.TypedChoiceField: _UNCHOSEN,
    forms.ModelChoiceField: _UNCHOSEN,
    forms.ModelMultipleChoiceField: _UNCHOSEN,
    forms.FileField: "No file is chosen. Choose one, then send it again.",
}

SENT_BEFORE = (
    "This page was sent before, and what it said then stands. What you wrote now is kept below and was not sent: "
    "read it again, and send it if you mean it as another act."
)


class ActForm(forms.Form):
    """A form that performs an act: it carries a nonce, so that a doubled click is one act."""

    nonce = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, data: Any = None, *arguments: Any, **named: Any) -> None:
        super().__init__(data, *arguments, **named)
        self.fields["nonce"].initial = secrets.token_urlsafe(18)
        for field in self.fields.values():
            field.error_messages["required"] = MISSING.get(type(field), MISSING[forms.Field])

    @property
    def said(self) -> dict[str, Any]:
        """What the person said, without the nonce: the act's own arguments."""
        return {name: value for name, value in self.cleaned_data.items() if name != "nonce"}

    def refuse(self, refusal: NotPossible) -> None:
        """Show each reason beside the field it is about, or above the form."""
        if refusal.reasons[0].code == KEY_REUSED:
            self._ask_again()
            return
        for reason in refusal.reasons:
            self.add_error(reason.field if reason.field in self.fields else None, reason.sentence)

    def _ask_again(self) -> None:
        """Somebody went back and sent other words from a page that has done its work: take them as a new act."""
        self.add_error(None, SENT_BEFORE)
        data = cast("QueryDict", self.data).copy()
        data["nonce"] = self.fields["nonce"].initial
        self.data = data


def perform(request: HttpRequest, form: ActForm, act: Callable[[], Entry]) -> Entry | None:
    """The act's entry, however often the form is sent; None when form or act was refused, and the form says why."""
    return attempt(
        request,
        form,
        lambda: perform_once(
            principal=f"user/{request.user.pk}",
            key=f"form:{form.cleaned_data['nonce']}",
            request_hash=_request_hash(request),
            act=act,
        ),
    )


def attempt(request: HttpRequest, form: ActForm, act: Callable[[], Done]) -> Done | None:
    """What the act did, also one that leaves no entry; None when it was refused, and then the form says why."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        return act()
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
    status = 409 if request.method == "POST" else 200
    return render(request, template, {**context, "form": form}, status=status)


def refused(request: HttpRequest, *reasons: Reason, back: str) -> HttpResponse:
    """The page that says why this could not be done, for what was not sent from a form that can say it."""
    return render(request, "409.html", {"reasons": reasons, "back": back}, status=409)


def _request_hash(request: HttpRequest) -> str:
    data = {name: request.POST.getlist(name) for name in request.POST if name != "csrfmiddlewaretoken"}
    return hashlib.sha256(f"{request.path}\n{json.dumps(data, sort_keys=True)}".encode()).hexdigest()
