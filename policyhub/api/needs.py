"""Requirements over the API: declared, released, sponsored, linked, dropped."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from policyhub.accounts.models import User
from policyhub.api.acting import REFUSALS, ActRequest, ActView, StrictSerializer
from policyhub.api.finding import process_of, seat_at
from policyhub.api.reading import ListOf, Out, one
from policyhub.drafting import acts as drafting
from policyhub.drafting.models import Clause
from policyhub.drafting.queries import links_of
from policyhub.insight.subjects import find_thing
from policyhub.participation import acts, queries
from policyhub.participation.models import Participation, Requirement, Sponsor, choices
from policyhub.participation.rules import Importance, Visibility
from policyhub.record.models import Entry
from policyhub.record.queries import now


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


class Requirements(ListOf):
    """Every declared minimum that the caller can read: the public ones, their own, for the convener all."""

    serializer_class = RequirementOut

    def get_queryset(self) -> QuerySet[Requirement]:
        process, user = process_of(self.kwargs["process"]), self.request.user
        if isinstance(user, User):
            return queries.requirements_visible_to(user, process)
        return queries.requirements(process)


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


class DropRequirementIn(StrictSerializer):
    reason = serializers.CharField()


class LinkedClauseIn(StrictSerializer):
    clause = serializers.CharField(help_text="clause/DOCUMENT/KEY")


class SponsorsIn(StrictSerializer):
    organizations = serializers.ListField(child=serializers.SlugField(), allow_empty=False)


class ReleaseRequirement(ActView):
    """Make a requirement public that was kept back."""

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        return acts.release_requirement(actor=request.user, requirement=_visible(request, **names), at=now())


class DropRequirement(ActView):
    """Drop a requirement of the organization that the caller speaks for."""

    In = DropRequirementIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        return acts.drop_requirement(actor=request.user, requirement=_visible(request, **names), at=now(), **data)


class LinkRequirement(ActView):
    """Link a requirement to a clause."""

    In = LinkedClauseIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        held, clause = _visible(request, **names), _clause(data["clause"])
        return drafting.link_requirement(actor=request.user, requirement=held, clause=clause, at=now())


class UnlinkRequirement(ActView):
    """Unlink a requirement from a clause."""

    In = LinkedClauseIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        link = one(links_of(_visible(request, **names)).filter(clause=_clause(data["clause"])))
        return drafting.unlink_requirement(actor=request.user, link=link, at=now())


class AskToSponsor(APIView):
    """Ask organizations to stand behind a requirement; it leaves no entry."""

    permission_classes = (IsAuthenticated,)
    serializer_class = RequirementOut

    @extend_schema(request=SponsorsIn, responses={(200, "application/json"): RequirementOut, **REFUSALS})
    def post(self, request: ActRequest, process: str, number: int) -> Response:
        shaped = SponsorsIn(data=request.data)
        shaped.is_valid(raise_exception=True)
        held = _visible(request, process, number)
        seats = Participation.objects.active().filter(process=held.process)
        asked = [one(seats.filter(organization__slug=each)) for each in shaped.validated_data["organizations"]]
        acts.ask_to_sponsor(actor=request.user, requirement=held, participations=asked, at=now())
        return Response(RequirementOut(held).data)


class AcceptSponsorship(ActView):
    """Stand behind a requirement, as asked."""

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        return acts.accept_sponsorship(actor=request.user, sponsor=_asked(request, **names), at=now())


class DeclineSponsorship(APIView):
    """Decline to stand behind a requirement; it leaves no entry."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(request=None, responses={204: None, **REFUSALS})
    def post(self, request: ActRequest, process: str, number: int) -> Response:
        acts.decline_sponsorship(actor=request.user, sponsor=_asked(request, process, number), at=now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class EndSponsorship(ActView):
    """Stand behind a requirement no longer."""

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        seat = queries.find_seat_of(request.user, process_of(names["process"]))
        behind = queries.sponsors().filter(participation=seat, requirement__number=names["number"])
        return acts.end_sponsorship(actor=request.user, sponsor=one(behind), at=now())


def _visible(request: ActRequest, process: str, number: int) -> Requirement:
    return one(queries.requirements_visible_to(request.user, process_of(process)).filter(number=number))


def _asked(request: ActRequest, process: str, number: int) -> Sponsor:
    seat = queries.find_seat_of(request.user, process_of(process))
    if seat is None:
        raise Http404
    return one(queries.sponsorships_asked(seat).filter(requirement__number=number))


def _clause(subject: str) -> Clause:
    found = find_thing(subject)
    if not isinstance(found, Clause):
        raise Http404
    return found


_ONE = "processes/<slug:process>/requirements/<int:number>/"
ROUTES = [
    path("processes/<slug:process>/points/add/", AddPoint.as_view()),
    path("processes/<slug:process>/requirements/", Requirements.as_view()),
    path(
        "processes/<slug:process>/organizations/<slug:organization>/requirements/declare/",
        DeclareRequirement.as_view(),
    ),
    path(f"{_ONE}release/", ReleaseRequirement.as_view()),
    path(f"{_ONE}drop/", DropRequirement.as_view()),
    path(f"{_ONE}links/add/", LinkRequirement.as_view()),
    path(f"{_ONE}links/end/", UnlinkRequirement.as_view()),
    path(f"{_ONE}sponsors/ask/", AskToSponsor.as_view()),
    path(f"{_ONE}sponsors/accept/", AcceptSponsorship.as_view()),
    path(f"{_ONE}sponsors/decline/", DeclineSponsorship.as_view()),
    path(f"{_ONE}sponsors/end/", EndSponsorship.as_view()),
]
