"""The shapes of what organizations declare of themselves."""

from __future__ import annotations

from django import forms

from policyhub.participation.rules import Relation
from policyhub.web.acting import ActForm
from policyhub.web.forms.participation import LONG


class DeclareAffiliation(ActForm):
    to = forms.CharField(max_length=200, label="Name of the other organization", help_text="At the table or not.")
    relation = forms.TypedChoiceField(
        choices=[
            (Relation.RELATED.value, "We belong to it, or it to us: once confirmed the two have one voice"),
            (Relation.MEMBER.value, "We are a member of it: each keeps its own voice"),
        ],
        coerce=Relation,
        label="How you belong together",
    )


class FindAffiliation(ActForm):
    to = forms.CharField(max_length=200, label="Name of the organization that it belongs to")
    reason = forms.CharField(
        widget=forms.Textarea(attrs=LONG), label="What shows it", help_text="Everybody can read it."
    )


class ConfirmAffiliation(ActForm):
    reason = forms.CharField(
        widget=forms.Textarea(attrs=LONG),
        required=False,
        label="Reason",
        help_text="Everybody can read it. The convener needs one; the other organization does not.",
    )


class DeclareProfile(ActForm):
    about = forms.CharField(widget=forms.Textarea(attrs=LONG), required=False, label="What the organization is")
    funding = forms.CharField(widget=forms.Textarea(attrs=LONG), required=False, label="Who funds it")
    interests = forms.CharField(widget=forms.Textarea(attrs=LONG), required=False, label="What it has at stake here")
