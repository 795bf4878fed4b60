"""The shapes of what people say about minutes."""

from __future__ import annotations

from typing import Any

from django import forms

from policyhub.core.errors import NotPossible
from policyhub.minutes.models import Minutes
from policyhub.minutes.queries import approving_meetings, get_text
from policyhub.web.acting import ActForm
from policyhub.web.forms.meetings import Words
from policyhub.web.forms.participation import LONG
from policyhub.web.forms.times import LocalTime

CHAIR = "chair"


class Prose(forms.CharField):
    """The whole of the minutes in Markdown, as it was written: leading spaces mean something."""

    def __init__(self, **named: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 40}), strip=False, label="Text", **named)


class DraftMinutes(ActForm):
    text = Prose(help_text="Markdown. What the record knows is filled in; the places [to be written] are yours.")


class OnText(ActForm):
    """A form about the minutes as they stand; whoever is shown a newer text may act on that with the next click."""

    text_hash = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *arguments: Any, minutes: Minutes, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.minutes = minutes
        self.fields["text_hash"].initial = get_text(minutes).text_hash

    def refuse(self, refusal: NotPossible) -> None:
        super().refuse(refusal)
        if any(reason.code == "text_changed" for reason in refusal.reasons):
            self.data = {**self.data.dict(), "text_hash": get_text(self.minutes).text_hash}  # type: ignore[attr-defined]


class ReviseMinutes(OnText):
    text = Prose(help_text="Markdown. The text before stays listed as an earlier version.")

    def __init__(self, *arguments: Any, minutes: Minutes, **named: Any) -> None:
        super().__init__(*arguments, minutes=minutes, **named)
        self.fields["text"].initial = get_text(minutes).text


class CirculateMinutes(OnText):
    corrections_until = LocalTime(label="Corrections are taken until", help_text="Nothing is approved before.")
    short_time_reason = Words(
        required=False, label="Why so soon", help_text="Only when that is less than 24 hours ahead. Everybody reads it."
    )

    def __init__(self, *arguments: Any, minutes: Minutes, **named: Any) -> None:
        super().__init__(*arguments, minutes=minutes, **named)
        self.fields["corrections_until"].read_in(minutes.meeting.timezone)  # type: ignore[attr-defined]


class ApproveMinutes(OnText):
    by = forms.ChoiceField(widget=forms.RadioSelect, label="Who approves them")

    def __init__(self, *arguments: Any, minutes: Minutes, **named: Any) -> None:
        super().__init__(*arguments, minutes=minutes, **named)
        self.meetings = {str(each.number): each for each in approving_meetings(minutes)}
        choices = [(number, f"The body, at meeting {number}: {each.title}") for number, each in self.meetings.items()]
        if not minutes.is_only_certified:
            choices.append((CHAIR, "You as the chair, by certification; the body has not approved them yet"))
        self.fields["by"].choices = choices  # type: ignore[attr-defined]

    @property
    def said(self) -> dict[str, Any]:
        said = dict(super().said)
        by = said.pop("by")
        return {**said, "meeting": None if by == CHAIR else self.meetings[by]}


class ProposeCorrection(ActForm):
    what = forms.CharField(
        widget=forms.Textarea(attrs=LONG),
        label="What should be changed",
        help_text="Quote the words and write better ones.",
    )
    why = forms.CharField(widget=forms.Textarea(attrs=LONG), label="Why")
