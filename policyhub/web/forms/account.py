"""The shapes of what people say about their account, and what the operator says."""

from __future__ import annotations

from typing import Any

from django import forms

from policyhub.participation.models import Process
from policyhub.web.acting import ActForm


class SetUp(forms.Form):
    email = forms.EmailField(
        label="Your e-mail address",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text="Later you sign in with a code sent there.",
    )


class AllowConvening(ActForm):
    email = forms.EmailField(
        label="E-mail address", help_text="If nobody has signed in with it yet, it waits for its owner."
    )


class IssueToken(forms.Form):
    name = forms.CharField(max_length=80, label="What it is for", help_text="Such as: nightly export. Only you see it.")


class AnnounceKey(ActForm):
    announcement = forms.CharField(
        label="Announcement",
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "class": "code"}),
        help_text="All that sign_record --new-key, or --start-anew, printed where the signer’s directory is.",
    )


class ErasePerson(ActForm):
    email = forms.EmailField(
        label="E-mail address of the person", help_text="As they sign in with it; they asked for it themselves."
    )


class FindWords(forms.Form):
    process = forms.ModelChoiceField(Process.objects.order_by("title"), to_field_name="slug", label="In the texts of")
    words = forms.CharField(min_length=3, max_length=200, label="Words", help_text="Exactly as they are written.")


class RedactWords(ActForm):
    process = forms.ModelChoiceField(Process.objects.all(), to_field_name="slug", widget=forms.HiddenInput)
    words = forms.CharField(max_length=200, widget=forms.HiddenInput)
    reason = forms.ChoiceField(
        choices=[("personal", "They name a person who does not want it"), ("unlawful", "A law or a court asks for it")],
        widget=forms.RadioSelect,
        label="Why they are removed",
        help_text="This stands on the record, and nothing else about it.",
    )


class Erase(ActForm):
    address = forms.CharField(
        label="Your e-mail address", help_text="Type it once more, so that nobody is erased by a stray click."
    )

    def __init__(self, *arguments: Any, address: str, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._address = address

    def clean_address(self) -> str:
        """The address, when it is the person's own."""
        typed: str = self.cleaned_data["address"].strip()
        if typed.lower() != self._address.lower():
            raise forms.ValidationError("This is not the address that you sign in with. Nothing was erased.")
        return typed
