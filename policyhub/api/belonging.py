"""Whom organizations belong to, and what they declare of themselves, over the API."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from rest_framework import serializers

from policyhub.api.acting import ActRequest, ActView, StrictSerializer
from policyhub.api.finding import process_of, seat_at
from policyhub.api.reading import ListOf, Out, one
from policyhub.participation import acts, queries
from policyhub.participation.models import Affiliation, Profile
from policyhub.participation.rules import Relation
from policyhub.record.models import Entry
from policyhub.record.queries import now


class AffiliationOut(Out):
    organization = serializers.CharField(source="organization.slug")
    to = serializers.CharField(source="to.slug")
    confirmed_by = serializers.CharField(source="confirmed_by.slug", default=None, help_text="None: the convener.")

    class Meta:
        model = Affiliation
        fields = (
            *("organization", "to", "relation", "is_found", "declared_at", "confirmed_at", "confirmed_by"),
            *("reason", "ended_at", "ended_reason", "gives_one_voice"),
        )


class ProfileOut(Out):
    organization = serializers.CharField(source="participation.organization.slug")

    class Meta:
        model = Profile
        fields = ("organization", "about", "funding", "interests", "declared_at")


class Affiliations(ListOf):
    """Who belongs to whom, as declared or found, ended ones too."""

    serializer_class = AffiliationOut

    def get_queryset(self) -> QuerySet[Affiliation]:
        return queries.affiliations(process_of(self.kwargs["process"]))


class Profiles(ListOf):
    """What each organization declared of itself last."""

    serializer_class = ProfileOut

    def get_queryset(self) -> QuerySet[Profile]:
        return queries.profiles(process_of(self.kwargs["process"]))


class DeclareAffiliationIn(StrictSerializer):
    to = serializers.CharField(max_length=200, help_text="The other organization's name.")
    relation = serializers.ChoiceField(choices=[each.value for each in Relation])


class DeclareAffiliation(ActView):
    """Declare whom the organization belongs to."""

    In = DeclareAffiliationIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        said = {**data, "relation": Relation(data["relation"])}
        return acts.declare_affiliation(actor=request.user, participation=seat_at(**names), at=now(), **said)


class FindAffiliationIn(StrictSerializer):
    to = serializers.CharField(max_length=200, help_text="The other organization's name.")
    reason = serializers.CharField()


class FindAffiliation(ActView):
    """Find, as the convener, that an organization belongs to another."""

    In = FindAffiliationIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        return acts.find_affiliation(actor=request.user, participation=seat_at(**names), at=now(), **data)


class ConfirmAffiliationIn(StrictSerializer):
    to = serializers.SlugField()
    reason = serializers.CharField(default="", allow_blank=True)


class ConfirmAffiliation(ActView):
    """Confirm that the organization belongs to another, as that one's lead or as the convener."""

    In = ConfirmAffiliationIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        declared, reason = _affiliation(data["to"], **names), data["reason"]
        return acts.confirm_affiliation(actor=request.user, affiliation=declared, reason=reason, at=now())


class EndAffiliationIn(StrictSerializer):
    to = serializers.SlugField()
    reason = serializers.CharField()


class EndAffiliation(ActView):
    """End that the organization belongs to another."""

    In = EndAffiliationIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        declared, reason = _affiliation(data["to"], **names), data["reason"]
        return acts.end_affiliation(actor=request.user, affiliation=declared, reason=reason, at=now())


class DeclareProfileIn(StrictSerializer):
    about = serializers.CharField(default="", allow_blank=True)
    funding = serializers.CharField(default="", allow_blank=True)
    interests = serializers.CharField(default="", allow_blank=True)


class DeclareProfile(ActView):
    """Declare what the organization is, who funds it and what it has at stake."""

    In = DeclareProfileIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        return acts.declare_profile(actor=request.user, participation=seat_at(**names), at=now(), **data)


def _affiliation(to: str, process: str, organization: str) -> Affiliation:
    """The newest affiliation of the two."""
    rows = queries.affiliations(process_of(process)).filter(organization__slug=organization, to__slug=to)
    return one(rows.order_by("-declared_at", "-pk"))


_SEAT = "processes/<slug:process>/organizations/<slug:organization>/"
ROUTES = [
    path("processes/<slug:process>/affiliations/", Affiliations.as_view()),
    path("processes/<slug:process>/profiles/", Profiles.as_view()),
    path(f"{_SEAT}affiliations/declare/", DeclareAffiliation.as_view()),
    path(f"{_SEAT}affiliations/find/", FindAffiliation.as_view()),
    path(f"{_SEAT}affiliations/confirm/", ConfirmAffiliation.as_view()),
    path(f"{_SEAT}affiliations/end/", EndAffiliation.as_view()),
    path(f"{_SEAT}profile/declare/", DeclareProfile.as_view()),
]
