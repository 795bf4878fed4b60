"""Processes, seats, mandates, requirements and withdrawal over the API."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from rest_framework import serializers

from policyhub.accounts.models import User
from policyhub.api.acting import ActRequest, ActView, StrictSerializer
from policyhub.api.reading import ListOf, OneOf, Out, one
from policyhub.participation import acts, queries
from policyhub.participation.acts.charters import MOST_CALL_HOURS, Terms
from policyhub.participation.importing import read_list
from policyhub.participation.models import (
    CharterProposal,
    Claim,
    InterestCategory,
    Participation,
    Process,
    Representative,
    Requirement,
    choices,
)
from policyhub.participation.permissions import can_end_representative
from policyhub.participation.rules import Importance, Mandate, StaffFunction, Standing, Treatment, Visibility
from policyhub.record.models import Entry
from policyhub.record.queries import now


def process_of(slug: str) -> Process:
    """The process at this address, or 404."""
    return one(Process.objects.filter(slug=slug))


def seat_at(process: str, organization: str) -> Participation:
    """An organization's newest seat in a process, or 404."""
    rows = Participation.objects.filter(process__slug=process, organization__slug=organization)
    return one(rows.select_related("organization", "category", "process").order_by("-asked_at", "-pk"))


class ProcessOut(Out):
    url = serializers.CharField(source="get_absolute_url")

    class Meta:
        model = Process
        fields = (
            *("slug", "title", "summary", "convener", "timezone", "state", "opened_at", "told_until", "reported_by"),
            *("concluded_at", "concluded_reason", "url"),
        )


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


class RequirementOut(Out):
    organization = serializers.CharField(source="participation.organization.slug")
    point = serializers.CharField(source="point.proposition")
    sponsors = serializers.SerializerMethodField()

    class Meta:
        model = Requirement
        fields = (
            *("number", "organization", "point", "holds", "importance", "otherwise_leaves", "text", "declared_at"),
            *("visibility", "released_at", "dropped_at", "dropped_reason", "sponsors"),
        )

    def get_sponsors(self, requirement: Requirement) -> list[str]:
        """The organizations that stand behind it now."""
        behind = queries.sponsors().filter(requirement=requirement)
        return list(behind.values_list("participation__organization__slug", flat=True))


class ClaimOut(Out):
    class Meta:
        model = Claim
        fields = ("number", "topic", "says", "on", "mark", "sources")


class Claims(ListOf):
    """What sources say of an archive's process."""

    serializer_class = ClaimOut

    def get_queryset(self) -> QuerySet[Claim]:
        return process_of(self.kwargs["process"]).claims.order_by("number")


class Processes(ListOf):
    """Every process, newest first."""

    serializer_class = ProcessOut

    def get_queryset(self) -> QuerySet[Process]:
        return queries.processes()


class OneProcess(OneOf):
    """One process."""

    serializer_class = ProcessOut

    def get_object(self) -> Process:
        return process_of(self.kwargs["process"])


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


class Requirements(ListOf):
    """Every declared minimum that the caller can read: the public ones, their own, for the convener all."""

    serializer_class = RequirementOut

    def get_queryset(self) -> QuerySet[Requirement]:
        process, user = process_of(self.kwargs["process"]), self.request.user
        if isinstance(user, User):
            return queries.requirements_visible_to(user, process)
        return queries.requirements(process)


class OpenProcessIn(StrictSerializer):
    slug = serializers.SlugField(max_length=60)
    title = serializers.CharField(max_length=200)
    summary = serializers.CharField()
    convener = serializers.CharField(max_length=200)
    timezone = serializers.CharField(default="UTC")


class OpenProcess(ActView):
    """Open a process."""

    In = OpenProcessIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        return acts.open_process(actor=request.user, at=now(), **data)


class GrantRoleIn(StrictSerializer):
    function = serializers.ChoiceField(choices=[each.value for each in StaffFunction])
    email = serializers.EmailField()


class GrantRole(ActView):
    """Name somebody to a function in the process."""

    In = GrantRoleIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        return acts.grant_role(
            actor=request.user,
            process=process_of(names["process"]),
            function=StaffFunction(data["function"]),
            email=data["email"],
            at=now(),
        )


class EndRole(ActView):
    """End somebody's function in the process."""

    In = GrantRoleIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        held = process_of(names["process"]).staff.filter(function=data["function"], user__email__iexact=data["email"])
        return acts.end_role(actor=request.user, role=one(held.order_by("-since")), at=now())


class CategoryIn(StrictSerializer):
    slug = serializers.SlugField(max_length=40)
    name = serializers.CharField(max_length=80)


class AdoptCharterIn(StrictSerializer):
    scope = serializers.CharField()
    categories = CategoryIn(many=True)
    rule = serializers.JSONField(help_text="A preset's name or an object in the rule language.")
    notice_days = serializers.IntegerField(min_value=0, max_value=365)
    treatment = serializers.ChoiceField(choices=choices(Treatment), default="count_as_cast")
    balance = serializers.RegexField(r"^\d{1,3}/[1-9]\d{0,2}$", required=False, allow_null=True, default=None)
    chair_may_be_party = serializers.BooleanField(default=False)
    two_persons_admit = serializers.BooleanField(default=False)
    call_hours = serializers.IntegerField(
        min_value=0, max_value=MOST_CALL_HOURS, default=168, help_text="How long a call is open at least; 0: any time."
    )


class AdoptCharter(ActView):
    """Adopt the charter."""

    In = AdoptCharterIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        process = process_of(names["process"])
        return acts.adopt_charter(actor=request.user, process=process, terms=_terms(data), at=now())


class ProposeCharterIn(AdoptCharterIn):
    reason = serializers.CharField()


class ProposeCharter(ActView):
    """Give notice of the charter's next version."""

    In = ProposeCharterIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        process, reason = process_of(names["process"]), data["reason"]
        return acts.propose_charter(actor=request.user, process=process, terms=_terms(data), reason=reason, at=now())


class AdoptProposal(ActView):
    """Adopt the charter that was noticed."""

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        return acts.adopt_proposal(actor=request.user, proposal=_proposal(names["process"]), at=now())


class DropProposalIn(StrictSerializer):
    reason = serializers.CharField()


class DropProposal(ActView):
    """Drop the charter that was noticed."""

    In = DropProposalIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        return acts.drop_proposal(actor=request.user, proposal=_proposal(names["process"]), at=now(), **data)


def _proposal(process: str) -> CharterProposal:
    return one(CharterProposal.objects.filter(process__slug=process, adopted_at=None, dropped_at=None))


def _terms(data: dict[str, Any]) -> Terms:
    return Terms(
        scope=data["scope"],
        categories=[(each["slug"], each["name"]) for each in data["categories"]],
        rule=data["rule"],
        notice_days=data["notice_days"],
        treatment=Treatment(data["treatment"]),
        balance=Fraction(data["balance"]) if data["balance"] else None,
        chair_may_be_party=data["chair_may_be_party"],
        two_persons_admit=data["two_persons_admit"],
        call_hours=data["call_hours"],
    )


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


class PointIn(StrictSerializer):
    proposition = serializers.CharField(max_length=200)


class AddPoint(ActView):
    """Add a point to the process's list."""

    In = PointIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        return acts.add_point(actor=request.user, process=process_of(names["process"]), at=now(), **data)


class RequirementIn(StrictSerializer):
    point = serializers.IntegerField()
    holds = serializers.BooleanField()
    importance = serializers.ChoiceField(choices=[each.value for each in Importance])
    otherwise_leaves = serializers.BooleanField(default=False)
    text = serializers.CharField()
    visibility = serializers.ChoiceField(
        choices=choices(Visibility), default="public", help_text="convener: the record holds a commitment alone."
    )


class DeclareRequirement(ActView):
    """Declare a minimum of the organization that the caller speaks for."""

    In = RequirementIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        seat = seat_at(**names)
        data["point"] = one(seat.process.points.filter(number=data["point"]))
        data["importance"], data["visibility"] = Importance(data["importance"]), Visibility(data["visibility"])
        return acts.declare_requirement(actor=request.user, participation=seat, at=now(), **data)


ROUTES = [
    path("processes/", Processes.as_view()),
    path("processes/open/", OpenProcess.as_view()),
    path("processes/<slug:process>/", OneProcess.as_view()),
    path("processes/<slug:process>/roles/grant/", GrantRole.as_view()),
    path("processes/<slug:process>/roles/end/", EndRole.as_view()),
    path("processes/<slug:process>/charter/adopt/", AdoptCharter.as_view()),
    path("processes/<slug:process>/charter/propose/", ProposeCharter.as_view()),
    path("processes/<slug:process>/charter/proposal/adopt/", AdoptProposal.as_view()),
    path("processes/<slug:process>/charter/proposal/drop/", DropProposal.as_view()),
    path("processes/<slug:process>/organizations/", Roster.as_view()),
    path("processes/<slug:process>/organizations/declined/", Declined.as_view()),
    path("processes/<slug:process>/organizations/invite/", InviteOrganization.as_view()),
    path("processes/<slug:process>/organizations/invite-list/", InviteOrganizations.as_view()),
    path("processes/<slug:process>/organizations/apply/", ApplyForSeat.as_view()),
    path("processes/<slug:process>/organizations/<slug:organization>/accept/", AcceptInvitation.as_view()),
    path("processes/<slug:process>/organizations/<slug:organization>/approve/", ApproveAdmission.as_view()),
    path("processes/<slug:process>/organizations/<slug:organization>/admit/", AdmitOrganization.as_view()),
    path("processes/<slug:process>/organizations/<slug:organization>/decline/", DeclineOrganization.as_view()),
    path(
        "processes/<slug:process>/organizations/<slug:organization>/representatives/name/",
        NameRepresentative.as_view(),
    ),
    path(
        "processes/<slug:process>/organizations/<slug:organization>/representatives/end/",
        EndRepresentative.as_view(),
    ),
    path("processes/<slug:process>/points/add/", AddPoint.as_view()),
    path("processes/<slug:process>/requirements/", Requirements.as_view()),
    path("processes/<slug:process>/claims/", Claims.as_view()),
    path(
        "processes/<slug:process>/organizations/<slug:organization>/requirements/declare/",
        DeclareRequirement.as_view(),
    ),
]
