"""The shapes of what people say about requirements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from policyhub.drafting.models import ClauseText
from policyhub.insight.subjects import find_thing
from policyhub.participation.models import Participation, Point, Process
from policyhub.participation.queries import at_the_table
from policyhub.participation.rules import Importance, Visibility
from policyhub.web.acting import ActForm
from policyhub.web.forms.participation import LONG, options


class DeclareRequirement(ActForm):
    point = forms.ModelChoiceField(queryset=Point.objects.none(), empty_label=None, label="Point")
    holds = forms.TypedChoiceField(
        choices=[("yes", "It must hold"), ("no", "It must not hold")],
        coerce=lambda value: value == "yes",
        label="Our minimum",
    )
    importance = forms.TypedChoiceField(choices=options(Importance), coerce=Importance, label="Weight")
    otherwise_leaves = forms.BooleanField(required=False, label="Without it we will leave the process")
    text = forms.CharField(widget=forms.Textarea(attrs=LONG), label="In your own words")
    visibility = forms.TypedChoiceField(
        choices=[
            ("public", "Everybody"),
            ("convener", "The convener alone, until we make it public; the record holds a commitment to it"),
        ],
        coerce=Visibility,
        required=False,
        empty_value=Visibility.PUBLIC,
        initial="public",
        label="Who can read it",
    )

    def __init__(self, *arguments: Any, process: Process, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["point"].queryset = process.points.order_by("number")  # type: ignore[attr-defined]


class LinkRequirement(ActForm):
    clause = forms.ChoiceField(choices=[], label="Clause")

    def __init__(self, *arguments: Any, clauses: Sequence[ClauseText], **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["clause"].choices = [  # type: ignore[attr-defined]
            (text.clause.subject, f"{text.version.document}: {text.number} {text.heading}".strip()) for text in clauses
        ]

    @property
    def said(self) -> dict[str, Any]:
        return {"clause": find_thing(super().said["clause"])}


class AskToSponsor(ActForm):
    participations = forms.ModelMultipleChoiceField(
        queryset=Participation.objects.none(), widget=forms.CheckboxSelectMultiple, label="Organizations to ask"
    )

    def __init__(self, *arguments: Any, holder: Participation, **named: Any) -> None:
        super().__init__(*arguments, **named)
        others = at_the_table(holder.process).exclude(pk=holder.pk)
        self.fields["participations"].queryset = others  # type: ignore[attr-defined]
