"""The shapes of what people say about groups."""

from __future__ import annotations

from typing import Any

from django import forms

from policyhub.drafting.models import Version
from policyhub.participation.models import Group
from policyhub.participation.rules import GroupKind
from policyhub.web.acting import ActForm
from policyhub.web.forms.participation import LONG


class OpenGroup(ActForm):
    kind = forms.TypedChoiceField(
        choices=[
            (GroupKind.WORKING.value, "Working group: works something out"),
            (GroupKind.DRAFTING.value, "Drafting group: writes a text"),
        ],
        coerce=GroupKind,
        label="Kind",
    )
    name = forms.CharField(max_length=120, label="Name")
    purpose = forms.CharField(
        widget=forms.Textarea(attrs=LONG),
        label="What it is for",
        help_text="And by when it reports. Everybody reads it.",
    )


class ReportGroup(ActForm):
    version = forms.ModelChoiceField(
        queryset=Version.objects.none(), required=False, empty_label="No text", label="Version that it wrote"
    )
    text = forms.CharField(widget=forms.Textarea(attrs=LONG), label="What the group came to")

    def __init__(self, *arguments: Any, group: Group, **named: Any) -> None:
        super().__init__(*arguments, **named)
        wrote = Version.objects.filter(document__group=group).select_related("document")
        self.fields["version"].queryset = wrote.order_by("document__title", "-number")  # type: ignore[attr-defined]
