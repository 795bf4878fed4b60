"""Seats and mandates over the API: invited, applied for, approved, given, declined; who is sent, and their programs."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from policyhub.api.acting import REFUSALS, ActRequest, ActView, StrictSerializer
from policyhub.api.finding import process_of, seat_at
from policyhub.api.reading import ListOf, Out, one
from policyhub.participation import acts, queries
from policyhub.participation.importing import read_list
from policyhub.participation.models import InterestCategory, Participation, Process, Representative
from policyhub.participation.permissions import can_end_representative
from policyhub.participation.rules import Mandate, Standing
from policyhub.record.models import Entry
from policyhub.record.queries import now


class ParticipationOut(Out):
    organization = serializers.CharField(source="organization.slug")
    name = serializers.CharField(source="organization.name")
    category = serializers.CharField(source="category.slug")

    class Meta:
        model = Participation
        fields = ("organization", "name", "category", "standing", "state", "asked_at", "admitted_at", "withdrawn_at")


class DeclinedOut(Out):
    organization = serializers.CharField(source="organization.slug")
    name = serializers.CharField(source="organization.name")
    category = serializers.CharField(source="category.slug")

    class Meta:
        model = Participation
        fields = ("organization", "name", "category", "asked_at", "declined_at", "declined_reason")


class Roster(ListOf):
    """Everybody who was ever admitted, with or without a vote; those who left stay listed."""

    serializer_class = ParticipationOut

    def get_queryset(self) -> QuerySet[Participation]:
        return queries.admitted(process_of(self.kwargs["process"]))


class Declined(ListOf):
    """Every application that was declined, with the convener's reason."""

    serializer_class = DeclinedOut

    def get_queryset(self) -> QuerySet[Participation]:
        return queries.declined(process_of(self.kwargs["process"]))


class ApplyIn(StrictSerializer):
    name = serializers.CharField(max_length=200)
    category = serializers.SlugField()
    standing = serializers.ChoiceField(choices=[each.value for each in Standing], default=Standing.VOTING.value)


class InviteIn(ApplyIn):
    lead_email = serializers.EmailField()


def category_of(process: Process, slug: str) -> InterestCategory:
    """The interest category, or 404."""
    return one(process.categories.filter(slug=slug))


class InviteOrganization(ActView):
    """Invite an organization."""

    In = InviteIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        process = process_of(names["process"])
        data["category"], data["standing"] = category_of(process, data["category"]), Standing(data["standing"])
        return acts.invite_organization(actor=request.user, process=process, at=now(), **data)


class InviteListIn(StrictSerializer):
    csv = serializers.CharField(help_text="The first line names the columns: name, category, email, about, standing.")


class InviteOrganizations(ActView):
    """Invite all organizations of a list, or none."""

    In = InviteListIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        process = process_of(names["process"])
        listed = read_list(data["csv"], list(queries.categories(process)))
        return acts.invite_organizations(actor=request.user, process=process, listed=listed, at=now())


class ApplyForSeat(ActView):
    """Ask for a seat."""

    In = ApplyIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        process = process_of(names["process"])
        data["category"], data["standing"] = category_of(process, data["category"]), Standing(data["standing"])
        return acts.apply_for_seat(actor=request.user, process=process, at=now(), **data)


class AcceptInvitation(ActView):
    """Take the seat that the organization was invited to."""

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        return acts.accept_invitation(actor=request.user, participation=seat_at(**names), at=now())


class ApproveAdmission(ActView):
    """Approve a seat as the second person, where the charter asks for two."""

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        return acts.approve_admission(actor=request.user, participation=seat_at(**names), at=now())


class AdmitOrganization(ActView):
    """Admit an organization that applied."""

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        return acts.admit_organization(actor=request.user, participation=seat_at(**names), at=now())


class DeclineOrganizationIn(StrictSerializer):
    reason = serializers.CharField()


class DeclineOrganization(ActView):
    """Decline an application."""

    In = DeclineOrganizationIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        return acts.decline_organization(actor=request.user, participation=seat_at(**names), at=now(), **data)


class NameRepresentativeIn(StrictSerializer):
    email = serializers.EmailField()
    mandate = serializers.ChoiceField(choices=[each.value for each in Mandate])
    authority = serializers.CharField(default="", allow_blank=True)
    ends_at = serializers.DateTimeField(default=None, allow_null=True)


class NameRepresentative(ActView):
    """Name a representative of an organization."""

    In = NameRepresentativeIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        return acts.name_representative(
            actor=request.user,
            participation=seat_at(**names),
            email=data["email"],
            mandate=Mandate(data["mandate"]),
            authority=data["authority"],
            ends_at=data["ends_at"],
            at=now(),
        )


class EmailIn(StrictSerializer):
    email = serializers.EmailField()


class EndRepresentative(ActView):
    """End somebody's mandate for an organization."""

    In = EmailIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        seat = seat_at(**names)
        rows = Representative.objects.filter(participation=seat, user__email__iexact=data["email"])
        if not can_end_representative(request.user, seat):
            rows = rows.none()
        return acts.end_representative(actor=request.user, representative=one(rows.order_by("-since")), at=now())


class IssueServiceTokenIn(StrictSerializer):
    name = serializers.CharField(max_length=80)
    expires_at = serializers.DateTimeField(default=None, allow_null=True)


class ServiceTokenOut(serializers.Serializer[Any]):
    """A new token's secret, shown this once."""

    secret = serializers.CharField()


class IssueServiceToken(APIView):
    """Make a token with which the organization's programs read in this process; it leaves no entry."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(request=IssueServiceTokenIn, responses={(201, "application/json"): ServiceTokenOut, **REFUSALS})
    def post(self, request: ActRequest, **names: Any) -> Response:
        shaped = IssueServiceTokenIn(data=request.data)
        shaped.is_valid(raise_exception=True)
        seat, said = seat_at(**names), shaped.validated_data
        secret = acts.issue_service_token(actor=request.user, participation=seat, at=now(), **said)
        return Response({"secret": secret}, status=status.HTTP_201_CREATED, headers={"Cache-Control": "no-store"})


_ALL = "processes/<slug:process>/organizations/"
_ONE = f"{_ALL}<slug:organization>/"
ROUTES = [
    path(_ALL, Roster.as_view()),
    path(f"{_ALL}declined/", Declined.as_view()),
    path(f"{_ALL}invite/", InviteOrganization.as_view()),
    path(f"{_ALL}invite-list/", InviteOrganizations.as_view()),
    path(f"{_ALL}apply/", ApplyForSeat.as_view()),
    path(f"{_ONE}accept/", AcceptInvitation.as_view()),
    path(f"{_ONE}approve/", ApproveAdmission.as_view()),
    path(f"{_ONE}admit/", AdmitOrganization.as_view()),
    path(f"{_ONE}decline/", DeclineOrganization.as_view()),
    path(f"{_ONE}representatives/name/", NameRepresentative.as_view()),
    path(f"{_ONE}representatives/end/", EndRepresentative.as_view()),
    path(f"{_ONE}service-tokens/issue/", IssueServiceToken.as_view()),
]
