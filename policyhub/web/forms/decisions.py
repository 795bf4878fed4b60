"""The shapes of what people say about calls, positions and objections."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import F, Max

from policyhub.decisions.rules import Designation, Stance
from policyhub.drafting.models import ClauseText, Version
from policyhub.participation.models import Process
from policyhub.participation.queries import find_charter
from policyhub.web.acting import ActForm
from policyhub.web.forms.participation import LONG, options


class ClauseChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Clauses by document, number and heading."""

    def label_from_instance(self, obj: ClauseText) -> str:  # type: ignore[override]
        return f"{obj.version.document}: {obj.number} {obj.heading}"


class OpenCall(ActForm):
    question = forms.CharField(
        max_length=300,
        label="Question",
        help_text="Answered from “endorse” to “object”, so ask whether one can accept.",
    )
    version = forms.ModelChoiceField(  # type: ignore[var-annotated]
        queryset=None, empty_label=None, label="Text"
    )
    clause_text = ClauseChoice(
        queryset=None,
        required=False,
        empty_label="The whole text",
        label="Clause",
        help_text="Of the text chosen above.",
    )
    closes_at = forms.DateTimeField(
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"), label="Closes at"
    )
    reason = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs=LONG),
        label="Why this text is asked about again",
        help_text="Needed when a call on the same text has closed. Everybody reads it; leave it empty otherwise.",
    )

    def __init__(self, *arguments: Any, process: Process, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.zone = ZoneInfo(process.timezone)
        newest = Version.objects.filter(document__process=process).annotate(last=Max("document__versions__number"))
        newest = newest.filter(number=F("last")).select_related("document").order_by("document__opened_at", "pk")
        clauses = ClauseText.objects.filter(version__in=newest).select_related("version__document")
        self.fields["version"].queryset = newest  # type: ignore[attr-defined]
        self.fields["clause_text"].queryset = clauses.order_by("version", "position")  # type: ignore[attr-defined]
        self.fields["closes_at"].help_text = f"In the time of the process, {process.timezone}. {_least(process)}"

    def clean_closes_at(self) -> datetime:
        """What was typed is a time on the process's own clocks."""
        typed: datetime = self.cleaned_data["closes_at"]
        return typed.replace(tzinfo=self.zone)


def _least(process: Process) -> str:
    charter = find_charter(process)
    if charter is None or not charter.call_hours:
        return "The charter says nothing of how long a call stays open."
    return f"The charter says: at least {charter.call_hours} hours from now."


class CastPosition(ActForm):
    stance = forms.TypedChoiceField(
        choices=options(Stance), coerce=Stance, widget=forms.RadioSelect, label="Your organization’s position"
    )
    reason = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs=LONG),
        label="Your reason",
        help_text="Published with your organization’s name. Who objects says why; else it can stay empty.",
    )
    cure = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs=LONG),
        label="What change would lift the objection",
        help_text="The surest way to an agreement. The objection stands, whoever leaves, until you lift it.",
    )
    text_hash = forms.CharField(widget=forms.HiddenInput)

    @property
    def said(self) -> dict[str, Any]:
        """The position; what would lift an objection folds away under every other rung."""
        said = super().said
        return said if said["stance"] is Stance.OBJECT else {**said, "cure": ""}


class AnswerObjection(ActForm):
    accommodated = forms.TypedChoiceField(
        choices=[("yes", "The text was changed for it"), ("no", "The text was not changed for it")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        label="What was done",
    )
    answer = forms.CharField(
        widget=forms.Textarea(attrs=LONG), label="Answer", help_text="Everybody can read it. The objection stands on."
    )


class DetermineCall(ActForm):
    designation = forms.TypedChoiceField(
        choices=[("", "As the rule computes it"), *options(Designation)],
        coerce=Designation,
        empty_value=None,
        required=False,
        label="Designation",
        help_text="Yours to choose only where the rule leaves the outcome to the chair.",
    )
    reasons = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        label="Reasons",
        help_text="Due when an objection stands or a withdrawal decides the outcome. Name each objection.",
    )
