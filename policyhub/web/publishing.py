"""The workspace's page about editions."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.urls import URLPattern, path

from policyhub.drafting.models import Document, Version
from policyhub.drafting.queries import documents
from policyhub.publishing import acts
from policyhub.publishing.permissions import can_order_edition
from policyhub.record.queries import now
from policyhub.web.access import SignedInRequest, one, permitted, signed_in
from policyhub.web.acting import ActForm, act_page


class OrderEdition(ActForm):
    """Which version, and against which it shows its changes."""

    version = forms.ModelChoiceField(queryset=Version.objects.none(), empty_label=None, label="Version")
    against = forms.ModelChoiceField(
        queryset=Version.objects.none(),
        required=False,
        empty_label="No comparison",
        label="Show the changes since",
        help_text="The PDF then ends with the redline.",
    )

    def __init__(self, *arguments: object, document: Document, **named: object) -> None:
        super().__init__(*arguments, **named)
        for name in ("version", "against"):
            self.fields[name].queryset = document.versions.order_by("-number")  # type: ignore[attr-defined]


@signed_in
def order_edition(request: SignedInRequest, document: str) -> HttpResponse:
    """An edition is ordered; the renderer makes it."""
    found = one(documents().filter(slug=document))
    permitted(can_order_edition(request.user, found.process))
    form = OrderEdition(request.POST or None, document=found)
    return act_page(
        request,
        form,
        lambda: acts.pin_edition(actor=request.user, at=now(), **form.said),
        template="web/act.html",
        context={
            "process": found.process,
            "title": f"Publish an edition of {found.title}",
            "deck": "It pins the text and the record's root; who agreed, who objected and who left is bound in.",
            "button": "Publish this edition",
        },
    )


ROUTES: list[URLPattern] = [path("documents/<slug:document>/editions/new/", order_edition, name="order-edition")]
