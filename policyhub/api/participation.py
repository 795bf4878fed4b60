"""Processes, their functions and charters, and the claims of archives over the API."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from rest_framework import serializers

from policyhub.api.acting import ActRequest, ActView, StrictSerializer
from policyhub.api.finding import process_of
from policyhub.api.reading import ListOf, OneOf, Out, one
from policyhub.participation import acts, queries
from policyhub.participation.acts.charters import MOST_APPEAL, MOST_CALL_HOURS, USUAL_APPEAL, Terms
from policyhub.participation.models import CharterProposal, Claim, Process, choices
from policyhub.participation.rules import StaffFunction, Treatment
from policyhub.record.models import Entry
from policyhub.record.queries import now


class ProcessOut(Out):
    url = serializers.CharField(source="get_absolute_url")

    class Meta:
        model = Process
        fields = (
            *("slug", "title", "summary", "convener", "timezone", "state", "opened_at", "told_until", "reported_by"),
            *("concluded_at", "concluded_reason", "url"),
        )


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
    ballot_rule = serializers.JSONField(
        required=False, allow_null=True, default=None, help_text="What counts ballots; null: the rule of calls."
    )
    sealed_calls = serializers.BooleanField(
        default=False, help_text="Nobody knows what was answered before a call closes."
    )
    appeal_days = serializers.IntegerField(
        min_value=0,
        max_value=MOST_APPEAL,
        default=USUAL_APPEAL,
        help_text="For how long a determination can be appealed.",
    )
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
        ballot_rule=data["ballot_rule"],
        sealed_calls=data["sealed_calls"],
        appeal_days=data["appeal_days"],
    )


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
    path("processes/<slug:process>/claims/", Claims.as_view()),
]
