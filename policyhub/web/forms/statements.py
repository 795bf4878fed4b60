"""The shapes of statements, of signatures and answers to them, and of withdrawals."""

from __future__ import annotations

from typing import Any

from django import forms

from policyhub.decisions.queries import calls
from policyhub.drafting.queries import clauses_of
from policyhub.insight.parts import parts_to_leave
from policyhub.insight.subjects import find_thing
from policyhub.participation.models import Participation, Process, Requirement
from policyhub.participation.queries import askable
from policyhub.participation.rules import OPEN_KINDS, AnswerCode, ParticipationState, StatementKind
from policyhub.web.acting import ActForm
from policyhub.web.forms.participation import LONG, options
from policyhub.web.forms.times import LocalTime

AT_ONCE = "Empty: when it is recorded."


def how_long(label: str) -> forms.TypedChoiceField:
    """The choice between leaving for good and for the time being."""
    return forms.TypedChoiceField(
        choices=[("yes", "For good"), ("no", "For the time being")], coerce=lambda value: value == "yes", label=label
    )


def condition(label: str) -> forms.CharField:
    """What would bring an organization back, in its own words."""
    return forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3}), label=label)


KINDS = [
    (StatementKind.WITHDRAWAL, "those who sign leave together"),
    (StatementKind.JOINT, "what those who sign want everybody to know"),
    (StatementKind.MINORITY, "a dissent, printed with the text"),
    (StatementKind.COMPLAINT, "about how the process is run; it gets an answer"),
    (StatementKind.SCOPE_REQUEST, "something should be in scope, or out of it; it gets an answer"),
    (StatementKind.PARKING, "leave a clause aside for now; it gets an answer"),
]


class DraftStatement(ActForm):
    title = forms.CharField(max_length=200, label="Title")
    text = forms.CharField(widget=forms.Textarea(attrs={"rows": 12}), label="Text", help_text="Markdown.")
    kind = forms.TypedChoiceField(choices=[], coerce=StatementKind, label="What it is")
    about = forms.ChoiceField(
        choices=[],
        required=False,
        label="What it is about",
        help_text="The clause that you propose to park, or the call that you dissent from. Nothing for the others.",
    )
    is_permanent = how_long("For how long those who sign leave")
    return_condition = condition("What would bring those back who leave")
    effective_at = LocalTime(required=False, label="When those who sign leave", help_text=AT_ONCE)

    def __init__(self, *arguments: Any, seat: Participation, **named: Any) -> None:
        super().__init__(*arguments, **named)
        is_seated = seat.state == ParticipationState.ACTIVE
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (kind.value, f"{kind.word}: {does}") for kind, does in KINDS if is_seated or kind in OPEN_KINDS
        ]
        self.fields["effective_at"].read_in(seat.process.timezone)  # type: ignore[attr-defined]
        self.fields["about"].choices = _matters(seat.process)  # type: ignore[attr-defined]

    @property
    def said(self) -> dict[str, Any]:
        said = super().said
        return {**said, "about": find_thing(said["about"]) if said["about"] else None}


def _matters(process: Process) -> list[tuple[str, Any]]:
    """The calls and the clauses of a process, each by its subject."""
    clauses = [(text.clause.subject, f"{text.number} {text.heading}".strip()) for text in clauses_of(process)]
    asked = [(call.subject, f"{call}: {call.question}") for call in calls(process)]
    return [
        ("", "Nothing in particular"),
        *([("Clauses", clauses)] if clauses else []),
        *([("Calls", asked)] if asked else []),
    ]


class AskOutside(ActForm):
    name = forms.CharField(max_length=200, label="Name of the organization")
    email = forms.EmailField(
        label="E-mail address of who signs for it",
        help_text="This person signs in with that address. Tell them: nothing is sent before publication.",
    )


class AnswerStatement(ActForm):
    code = forms.TypedChoiceField(choices=options(AnswerCode), coerce=AnswerCode, label="Answer")
    reason = forms.CharField(widget=forms.Textarea(attrs=LONG), label="Reason", help_text="Everybody can read it.")


class AskToSign(ActForm):
    participations = forms.ModelMultipleChoiceField(
        queryset=Participation.objects.none(), widget=forms.CheckboxSelectMultiple, label="Organizations to ask"
    )

    def __init__(self, *arguments: Any, asked_by: Participation, kind: StatementKind, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["participations"].queryset = askable(asked_by, kind)  # type: ignore[attr-defined]


class SayWhy(ActForm):
    """Why an organization leaves the process, one text or one group, for how long, and since when by its own word."""

    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 10}),
        label="Why you leave",
        help_text="Published as you write it. Markdown.",
    )
    requirements = forms.ModelMultipleChoiceField(
        queryset=Requirement.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Requirements that were not met",
    )
    is_permanent = how_long("For how long")
    return_condition = condition("What would bring you back")
    claimed_on = forms.DateField(
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        label="The day on which you say you left",
        help_text="Shown as your claim. What counts is the time at which this is recorded.",
    )

    def __init__(self, *arguments: Any, participation: Participation, **named: Any) -> None:
        super().__init__(*arguments, **named)
        declared = participation.requirements.select_related("point").order_by("number")
        self.fields["requirements"].queryset = declared  # type: ignore[attr-defined]

    @property
    def said(self) -> dict[str, Any]:
        return {name: value for name, value in super().said.items() if name != "confirm"}


class Withdraw(SayWhy):
    effective_at = LocalTime(required=False, label="When it takes effect", help_text=AT_ONCE)
    confirm = forms.BooleanField(label="I am entitled to withdraw this organization, and mean to do it")

    def __init__(self, *arguments: Any, participation: Participation, **named: Any) -> None:
        super().__init__(*arguments, participation=participation, **named)
        self.fields["effective_at"].read_in(participation.process.timezone)  # type: ignore[attr-defined]


class StepOut(SayWhy):
    matter = forms.ChoiceField(choices=[], label="What you step out of")
    confirm = forms.BooleanField(label="I am entitled to do this for the organization")
    field_order = ("nonce", "matter")

    def __init__(self, *arguments: Any, participation: Participation, **named: Any) -> None:
        super().__init__(*arguments, participation=participation, **named)
        self.fields["matter"].choices = [  # type: ignore[attr-defined]
            (each.subject, str(each)) for each in parts_to_leave(participation)
        ]

    @property
    def said(self) -> dict[str, Any]:
        said = super().said
        return {**said, "matter": find_thing(said["matter"])}


class TakeBack(ActForm):
    reason = forms.CharField(
        required=False, widget=forms.Textarea(attrs=LONG), label="Why you stay", help_text="Everybody can read it."
    )


class WithdrawJointly(ActForm):
    confirm = forms.BooleanField(
        label="Everybody who signed knows that this publishes the statement and that they leave by it"
    )

    @property
    def said(self) -> dict[str, Any]:
        return {}
