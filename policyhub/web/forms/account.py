"""The shapes of what people say about their account, and what the operator says."""

from __future__ import annotations

from django import forms

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
