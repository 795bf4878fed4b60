"""The shapes of what people say about processes, seats, requirements, statements and withdrawals."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.text import slugify

from policyhub import rulebook
from policyhub.core.errors import NotPossible
from policyhub.core.text import text_hash
from policyhub.participation.acts.charters import MOST_APPEAL, MOST_CALL_HOURS, USUAL_APPEAL, Terms
from policyhub.participation.importing import Invited, read_list
from policyhub.participation.models import Charter, InterestCategory, Process
from policyhub.participation.queries import categories
from policyhub.participation.rules import (
    Mandate,
    StaffFunction,
    Standing,
    Treatment,
)
from policyhub.web.acting import ActForm
from policyhub.web.forms.times import LocalTime

LONG = {"rows": 6}


def words(value: str) -> str:
    return value.replace("_", " ").replace("-", " ").capitalize()


def options(values: Any) -> list[tuple[str, str]]:
    """Choices for an enumeration, in words."""
    return [(str(value), words(str(value))) for value in values]


def decision_rules() -> list[tuple[str, str]]:
    """Every rule by which a call can be decided: what it is called, and what it counts."""
    rules = [(name, rulebook.preset(name)) for name in rulebook.PRESETS]
    return [
        (name, format_html("<b>{}.</b> {}{}", rule.title, rulebook.describe(rule), _classes_needed(rule)))
        for name, rule in rules
        if rulebook.unusable(rule, [each.lower() for each, _ in rule.classes]) is None
    ]


def ballot_rules() -> list[tuple[str, str]]:
    """Every rule that a ballot can be counted by; first of all that of calls."""
    rules = [(name, rulebook.preset(name)) for name in rulebook.PRESETS]
    counting = [
        (name, rule.title)
        for name, rule in rules
        if not rulebook.leaves_to_chair(rule)
        and rulebook.unusable(rule, [each.lower() for each, _ in rule.classes]) is None
    ]
    return [("", "The same as for calls"), *counting]


def _classes_needed(rule: rulebook.Rule) -> str:
    named = ", ".join(name for name, _ in rule.classes)
    return f" List these among the interest categories: {named}." if named else ""


class OpenProcess(ActForm):
    title = forms.CharField(max_length=200, label="Title")
    slug = forms.SlugField(max_length=60, label="Address", help_text="Part of every link to it; it never changes.")
    summary = forms.CharField(
        widget=forms.Textarea(attrs=LONG), label="What it is for", help_text="Two or three sentences for everybody."
    )
    convener = forms.CharField(max_length=200, label="Who convenes", help_text="The body that calls and hosts.")
    timezone = forms.CharField(
        initial="America/New_York", label="Time zone", help_text="Meetings and deadlines are shown in it."
    )


class GrantRole(ActForm):
    function = forms.TypedChoiceField(choices=options(StaffFunction), coerce=StaffFunction, label="Function")
    email = forms.EmailField(label="E-mail address of the person")


class AdoptCharter(ActForm):
    scope = forms.CharField(
        widget=forms.Textarea(attrs=LONG), label="Scope", help_text="What it is about, and what not."
    )
    categories = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 5}), label="Interest categories", help_text="One a line."
    )
    rule = forms.ChoiceField(
        choices=decision_rules,
        widget=forms.RadioSelect,
        label="Decision rule",
        help_text="Computes every outcome and the word consensus.",
    )
    ballot_rule = forms.ChoiceField(
        choices=ballot_rules,
        required=False,
        label="Rule for ballots",
        help_text="A ballot is counted: the chair chooses nothing.",
    )
    sealed_calls = forms.BooleanField(
        required=False, label="Positions are sealed until a call closes: only who has answered is shown before"
    )
    notice_days = forms.IntegerField(min_value=0, max_value=365, initial=15, label="Days of notice for a meeting")
    call_hours = forms.IntegerField(
        min_value=0,
        max_value=MOST_CALL_HOURS,
        initial=168,
        label="Hours that a call stays open at least",
        help_text="168 hours are a week. 0: no minimum.",
    )
    appeal_days = forms.IntegerField(
        min_value=0,
        max_value=MOST_APPEAL,
        initial=USUAL_APPEAL,
        label="Days in which a determination can be appealed",
        help_text="Other persons than the chair hear an appeal. 0: none can be made.",
    )
    treatment = forms.TypedChoiceField(
        choices=[
            (Treatment.COUNT_AS_CAST.value, "What it cast counts as cast"),
            (Treatment.EXCLUDE.value, "It is left out of the count"),
        ],
        coerce=Treatment,
        label="If an organization withdraws while a call is open",
    )
    balance = forms.RegexField(
        r"^\s*\d{1,3}\s*/\s*[1-9]\d{0,2}\s*$",
        required=False,
        label="Limit of balance",
        help_text="The largest share of seats for one category, such as 1/2. Empty: no limit.",
        error_messages={"invalid": "Write a fraction such as 1/2."},
    )
    chair_may_be_party = forms.BooleanField(required=False, label="The chair may also speak for an organization")
    two_persons_admit = forms.BooleanField(
        required=False,
        label="Two persons admit each organization: the chair or the secretary approves it beside the convener",
    )

    def clean_categories(self) -> list[tuple[str, str]]:
        """Each category's part of addresses and its name, in the order of the lines."""
        names = [line.strip() for line in self.cleaned_data["categories"].splitlines() if line.strip()]
        if long := next((name for name in names if len(name) > 80), None):
            raise forms.ValidationError(f"“{long}” is too long: a category's name has at most 80 characters.")
        if nameless := next((name for name in names if not slugify(name)), None):
            raise forms.ValidationError(f"“{nameless}” needs a letter from a to z or a digit, for its address.")
        return [(slugify(name)[:40], name) for name in names]

    @property
    def terms(self) -> Terms:
        """The charter that the person wrote."""
        said = dict(self.said)
        balance = said.pop("balance").replace(" ", "")
        said["ballot_rule"] = said["ballot_rule"] or None
        return Terms(
            balance=Fraction(balance) if balance else None,
            **said,
        )


class ProposeCharter(AdoptCharter):
    """The charter's next version: what it says now, to be changed, and why."""

    why = forms.CharField(
        widget=forms.Textarea(attrs=LONG), label="Why the charter changes", help_text="Everybody can read it."
    )

    def __init__(self, *arguments: Any, charter: Charter, **named: Any) -> None:
        balance = charter.balance
        said = {name: getattr(charter, name) for name in ("scope", "notice_days", "call_hours", "treatment")}
        said |= {"chair_may_be_party": charter.chair_may_be_party, "rule": charter.rule}
        said["two_persons_admit"] = charter.two_persons_admit
        said |= {name: getattr(charter, name) for name in ("ballot_rule", "sealed_calls", "appeal_days")}
        said["categories"] = "\n".join(each["name"] for each in charter.categories)
        said["balance"] = f"{balance['num']}/{balance['den']}" if balance is not None else ""
        super().__init__(*arguments, initial=said, **named)
        self.charter = charter

    def clean_categories(self) -> list[tuple[str, str]]:
        """The lines as categories; those that the charter lists keep their part of addresses."""
        known = {each["name"]: each["slug"] for each in self.charter.categories}
        return [(known.get(name, slug), name) for slug, name in super().clean_categories()]

    @property
    def said(self) -> dict[str, Any]:
        return {name: value for name, value in super().said.items() if name != "why"}

    @property
    def reason(self) -> str:
        return str(self.cleaned_data["why"])


STANDINGS = [
    (Standing.VOTING.value, "With a vote"),
    (Standing.OBSERVER.value, "As observer: it comes, reads and comments, without a vote"),
    (Standing.LIAISON.value, "As liaison of another body, without a vote"),
]


class WithCategory(ActForm):
    """A form with a choice among the process's interest categories."""

    name = forms.CharField(max_length=200, label="Name of the organization")
    category = forms.ModelChoiceField(
        queryset=InterestCategory.objects.none(), empty_label=None, label="Interest category"
    )

    standing = forms.TypedChoiceField(
        choices=STANDINGS,
        coerce=Standing,
        required=False,
        empty_value=Standing.VOTING,
        initial=Standing.VOTING.value,
        label="Takes part",
    )

    def __init__(self, *arguments: Any, process: Process, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["category"].queryset = categories(process)  # type: ignore[attr-defined]


class InviteOrganization(WithCategory):
    lead_email = forms.EmailField(label="E-mail address of its lead representative")


class InviteOrganizations(ActForm):
    """A list of organizations, shown as it was read; they are invited only as they were shown."""

    file = forms.FileField(required=False, label="CSV file", help_text="Or put the list into the field below.")
    text = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 12}),
        required=False,
        strip=False,
        label="List",
        help_text="The first line names the columns: name, category, email; if wanted also about and standing.",
    )
    shown_hash = forms.CharField(widget=forms.HiddenInput, required=False)

    listed: list[Invited] | None = None

    def __init__(self, *arguments: Any, process: Process, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.process = process

    @property
    def said(self) -> dict[str, Any]:
        return {"listed": self.listed}

    @property
    def is_confirmed(self) -> bool:
        """Whether somebody who has seen what was read from exactly this list wants them invited."""
        shown = self.data.get("shown_hash")
        return "invite" in self.data and self.is_valid() and shown == text_hash(self.cleaned_data["text"])

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        try:
            content = said["file"].read() if said.get("file") else said.get("text", "")
            self.listed = read_list(content, list(categories(self.process)))
            said["text"] = content.decode("utf-8-sig") if isinstance(content, bytes) else content
        except NotPossible as refusal:
            self.refuse(refusal)
        return said

    def show(self) -> None:
        """The page about to be rendered shows this list and what was read from it."""
        if self.listed is not None:
            text = self.cleaned_data["text"]
            self.data = {**self.data.dict(), "text": text, "shown_hash": text_hash(text)}  # type: ignore[attr-defined]


class ApplyForSeat(WithCategory):
    confirm = forms.BooleanField(label="I am entitled to speak for this organization")

    @property
    def said(self) -> dict[str, Any]:
        return {name: value for name, value in super().said.items() if name != "confirm"}


class GiveReason(ActForm):
    reason = forms.CharField(widget=forms.Textarea(attrs=LONG), label="Reason", help_text="Everybody can read it.")


class NameRepresentative(ActForm):
    email = forms.EmailField(label="E-mail address")
    mandate = forms.TypedChoiceField(
        choices=[
            (Mandate.LEAD.value, "Lead: signs, withdraws, names others"),
            (Mandate.ALTERNATE.value, "Alternate: speaks and votes in the lead’s place"),
            (Mandate.OBSERVER.value, "Observer: comes and reads, says nothing for the organization"),
        ],
        coerce=Mandate,
        initial=Mandate.ALTERNATE.value,
        label="Mandate",
    )
    authority = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        label="Written authority",
        help_text="The letter or resolution that gives it, with its date. Your own people and the convener read it.",
    )
    ends_at = LocalTime(
        required=False,
        label="Ends by itself",
        help_text="Empty: it goes on until you end it. A lead stays until another is named.",
    )

    def __init__(self, *arguments: Any, process: Process, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["ends_at"].read_in(process.timezone)  # type: ignore[attr-defined]


class IssueServiceToken(ActForm):
    name = forms.CharField(max_length=80, label="What it is for", help_text="Such as: our archive of the minutes.")
    expires_at = LocalTime(required=False, label="Ends by itself", help_text="Empty: it goes on until you end it.")

    def __init__(self, *arguments: Any, process: Process, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["expires_at"].read_in(process.timezone)  # type: ignore[attr-defined]


class AddPoint(ActForm):
    proposition = forms.CharField(
        max_length=200, label="Point", help_text="One short proposition, such as: consent comes before identification."
    )
