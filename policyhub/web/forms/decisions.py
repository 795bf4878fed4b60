"""The shapes of what people say about calls, positions and objections."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import F, Max

from policyhub.core.templatetags.marks import word
from policyhub.decisions import queries
from policyhub.decisions.models import Call
from policyhub.decisions.rules import LONGEST_MEANING, MEANINGS, Asking, Designation, Means, Stance
from policyhub.drafting.models import ClauseText, Version
from policyhub.participation.models import Organization, Process
from policyhub.participation.queries import find_charter
from policyhub.web.acting import ActForm
from policyhub.web.forms.participation import LONG, options


class ClauseChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Clauses by document, number and heading."""

    def label_from_instance(self, obj: ClauseText) -> str:  # type: ignore[override]
        return f"{obj.version.document}: {obj.number} {obj.heading}"


class OpenStrawPoll(ActForm):
    """What every way of asking takes; the other two ask more."""

    asking = Asking.STRAW_POLL
    question = forms.CharField(max_length=300, label="Question")
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

    def __init__(self, *arguments: Any, process: Process, **named: Any) -> None:
        super().__init__(*arguments, **named)
        for stance, usual in MEANINGS[self.asking].items():
            self.fields[f"means_{stance}"] = forms.CharField(
                required=False, max_length=LONGEST_MEANING, initial=usual, label=f"What “{word(stance)}” means"
            )
        self.zone = ZoneInfo(process.timezone)
        newest = Version.objects.filter(document__process=process).annotate(last=Max("document__versions__number"))
        newest = newest.filter(number=F("last")).select_related("document").order_by("document__opened_at", "pk")
        clauses = ClauseText.objects.filter(version__in=newest).select_related("version__document")
        self.fields["version"].queryset = newest  # type: ignore[attr-defined]
        self.fields["clause_text"].queryset = clauses.order_by("version", "position")  # type: ignore[attr-defined]
        least = "" if self.asking is Asking.STRAW_POLL else _least(process)
        self.fields["closes_at"].help_text = f"In the time of the process, {process.timezone}. {least}".strip()

    def clean_closes_at(self) -> datetime:
        """What was typed is a time on the process's own clocks."""
        typed: datetime = self.cleaned_data["closes_at"]
        return typed.replace(tzinfo=self.zone)

    @property
    def said(self) -> dict[str, Any]:
        """The question; what an answer means where the chair wrote something else than the usual."""
        usual = MEANINGS[self.asking]
        said = {name: value for name, value in super().said.items() if not name.startswith("means_")}
        written = {stance: self.cleaned_data[f"means_{stance}"] for stance in usual}
        return {**said, "meanings": {stance: text for stance, text in written.items() if text}}


class OpenCall(OpenStrawPoll):
    asking = Asking.CONSENSUS
    question = forms.CharField(
        max_length=300,
        label="Question",
        help_text="Answered from “endorse” to “object”, so ask whether one can accept.",
    )
    reason = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs=LONG),
        label="Why this text is asked about again",
        help_text="Needed when a call on the same text has closed. Everybody reads it; leave it empty otherwise.",
    )


class OpenBallot(OpenCall):
    asking = Asking.BALLOT
    question = forms.CharField(max_length=300, label="Question", help_text="Answered with yes or no.")


class RecirculateCall(ActForm):
    closes_at = forms.DateTimeField(
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"), label="Closes at"
    )
    reason = forms.CharField(
        widget=forms.Textarea(attrs=LONG), label="Why it is recirculated", help_text="Everybody reads it."
    )

    def __init__(self, *arguments: Any, process: Process, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.zone = ZoneInfo(process.timezone)
        self.fields["closes_at"].help_text = f"In the time of the process, {process.timezone}. {_least(process)}"

    def clean_closes_at(self) -> datetime:
        """What was typed is a time on the process's own clocks."""
        typed: datetime = self.cleaned_data["closes_at"]
        return typed.replace(tzinfo=self.zone)


class WithReason(ActForm):
    reason = forms.CharField(
        widget=forms.Textarea(attrs=LONG), label="Reason", help_text="Everybody reads it, on the page and by mail."
    )


def _least(process: Process) -> str:
    charter = find_charter(process)
    if charter is None or not charter.call_hours:
        return "The charter says nothing of how long a call stays open."
    return f"The charter says: at least {charter.call_hours} hours from now."


class CastPosition(ActForm):
    """A position; each answer on offer stands with what it means in this call."""

    stance = forms.TypedChoiceField(
        choices=[], coerce=Stance, widget=forms.RadioSelect, label="Your organization’s position"
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

    def __init__(self, *arguments: Any, call: Call, **named: Any) -> None:
        super().__init__(*arguments, **named)
        offered = [(each.stance, each.meaning) for each in queries.options(call)]
        self.fields["stance"].choices = offered  # type: ignore[attr-defined]
        if call.is_poll:
            self.fields["reason"].help_text = "Published with your organization’s name. It can stay empty."
            self.fields["cure"].label = "What would change your mind"
            self.fields["cure"].help_text = ""

    @property
    def said(self) -> dict[str, Any]:
        """The position; what would lift an objection folds away under every other rung."""
        said = super().said
        return said if said["stance"] is Stance.OBJECT else {**said, "cure": ""}


class EnterPosition(CastPosition):
    """What an organization said on paper or in a roll call, as the chair has it before them."""

    organization = forms.ModelChoiceField(  # type: ignore[var-annotated]
        queryset=None, empty_label=None, label="Organization"
    )
    means = forms.TypedChoiceField(
        choices=[("paper", "On paper"), ("roll_call", "In a roll call")],
        coerce=Means,
        widget=forms.RadioSelect,
        label="How it answered",
    )
    note = forms.CharField(
        widget=forms.Textarea(attrs=LONG),
        label="Which paper, or which roll call",
        help_text="So that anybody can ask for it: its date, where it is kept, who read the roll.",
    )
    field_order = ("organization", "means", "note", "stance", "reason", "cure", "text_hash")

    def __init__(self, *arguments: Any, call: Call, **named: Any) -> None:
        super().__init__(*arguments, call=call, **named)
        asked = Organization.objects.filter(pk__in=call.roll.values("organization")).order_by("name")
        self.fields["organization"].queryset = asked  # type: ignore[attr-defined]
        self.fields["stance"].label = "Its answer"
        self.fields["reason"].label = "Its reason"
        self.fields["reason"].help_text = "In its own words. Who objects says why; else it can stay empty."
        offered = [(each.stance, f"{word(each.stance)}: {each.meaning}") for each in queries.options(call)]
        self.fields["stance"].choices = offered  # type: ignore[attr-defined]


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
