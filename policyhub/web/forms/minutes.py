"""The shapes of what people say about minutes."""

from __future__ import annotations

from typing import Any

from django import forms

from policyhub.core.errors import NotPossible
from policyhub.minutes.models import Minutes
from policyhub.minutes.queries import get_text
from policyhub.web.acting import ActForm
from policyhub.web.forms.participation import LONG

CERTIFIED = "The chair, by certification"


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


class ApproveMinutes(OnText):
    approved_by = forms.CharField(
        max_length=200,
        initial=CERTIFIED,
        label="Who approved them",
        help_text="The body at its next meeting, or you by certification. It stands on the record as you write it.",
    )


class ProposeCorrection(ActForm):
    what = forms.CharField(
        widget=forms.Textarea(attrs=LONG),
        label="What should be changed",
        help_text="Quote the words and write better ones.",
    )
    why = forms.CharField(widget=forms.Textarea(attrs=LONG), label="Why")
