"""Positions, objections and determinations over the API."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from rest_framework import serializers

from policyhub.api.acting import ActRequest, ActView, StrictSerializer
from policyhub.api.calls import call_at
from policyhub.api.finding import process_of
from policyhub.api.reading import ListOf, Out, one
from policyhub.decisions import acts, queries
from policyhub.decisions.models import Objection, Position
from policyhub.decisions.rules import Designation, Means, Stance
from policyhub.participation.models import Organization
from policyhub.record.models import Entry
from policyhub.record.queries import now


def objection_at(process: str, number: int) -> Objection:
    """An objection by its number, or 404."""
    return one(queries.objections(process_of(process)).filter(number=number))


class PositionOut(Out):
    organization = serializers.CharField(source="organization.slug")
    position = serializers.CharField(source="stance")
    has_left = serializers.BooleanField(help_text="Whether the organization withdrew from the process since.")
    entry = serializers.IntegerField(source="entry_index")

    class Meta:
        model = Position
        fields = ("organization", "position", "reason", "cure", "means", "note", "cast_at", "has_left", "entry")


class ObjectionOut(Out):
    holder = serializers.CharField(source="holder.slug")
    holder_departed = serializers.BooleanField()
    call = serializers.IntegerField(source="call.number")
    clause = serializers.CharField(source="clause.key", default=None)

    class Meta:
        model = Objection
        fields = (
            "number",
            "call",
            "clause",
            "holder",
            "holder_departed",
            "state",
            "reason",
            "cure",
            "answer",
            "raised_at",
            "answered_at",
            "lifted_at",
        )


class Positions(ListOf):
    """Every position on a call as it stands; earlier ones are on the record."""

    serializer_class = PositionOut

    def get_queryset(self) -> QuerySet[Position]:
        return queries.positions(call_at(**self.kwargs))


class Objections(ListOf):
    """Every objection of a process, lifted ones too."""

    serializer_class = ObjectionOut

    def get_queryset(self) -> QuerySet[Objection]:
        return queries.objections(process_of(self.kwargs["process"]))


class CastPositionIn(StrictSerializer):
    position = serializers.ChoiceField(choices=[each.value for each in Stance])
    reason = serializers.CharField(required=False, allow_blank=True, default="")
    cure = serializers.CharField(required=False, allow_blank=True, default="")
    text_hash = serializers.CharField(help_text="The hash of the text that was read; 409 when it is another.")


class CastPosition(ActView):
    """Take a position for the organization that the caller speaks for."""

    In = CastPositionIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        stance = Stance(data.pop("position"))
        return acts.cast_position(actor=request.user, call=call_at(**names), stance=stance, at=now(), **data)


class EnterPositionIn(CastPositionIn):
    organization = serializers.SlugField(help_text="Which organization on the roll answered so.")
    means = serializers.ChoiceField(choices=[Means.PAPER.value, Means.ROLL_CALL.value])
    note = serializers.CharField(help_text="Which paper, or which roll call, so that anybody can ask for it.")


class EnterPosition(ActView):
    """Enter what an organization answered on paper or in a roll call; for the chair."""

    In = EnterPositionIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        call, stance, means = call_at(**names), Stance(data.pop("position")), Means(data.pop("means"))
        organization = one(Organization.objects.filter(slug=data.pop("organization"), participations__seats__call=call))
        return acts.enter_position(
            actor=request.user, call=call, organization=organization, means=means, stance=stance, at=now(), **data
        )


class DetermineCallIn(StrictSerializer):
    reasons = serializers.CharField(required=False, allow_blank=True, default="")
    designation = serializers.ChoiceField(
        choices=[each.value for each in Designation], required=False, allow_null=True, default=None
    )


class DetermineCall(ActView):
    """Determine a call in writing; the outcome is computed by its rule."""

    In = DetermineCallIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        chosen = data["designation"]
        return acts.determine_call(
            actor=request.user,
            call=call_at(**names),
            reasons=data["reasons"],
            designation=Designation(chosen) if chosen is not None else None,
            at=now(),
        )


class AnswerObjectionIn(StrictSerializer):
    accommodated = serializers.BooleanField()
    answer = serializers.CharField()


class AnswerObjection(ActView):
    """Answer an objection in writing."""

    In = AnswerObjectionIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        return acts.answer_objection(actor=request.user, objection=objection_at(**names), at=now(), **data)


class LiftObjection(ActView):
    """Lift an objection that the caller's organization holds."""

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        return acts.lift_objection(actor=request.user, objection=objection_at(**names), at=now())


ROUTES = [
    path("processes/<slug:process>/calls/<int:number>/positions/", Positions.as_view()),
    path("processes/<slug:process>/calls/<int:number>/positions/cast/", CastPosition.as_view()),
    path("processes/<slug:process>/calls/<int:number>/positions/enter/", EnterPosition.as_view()),
    path("processes/<slug:process>/calls/<int:number>/determine/", DetermineCall.as_view()),
    path("processes/<slug:process>/objections/", Objections.as_view()),
    path("processes/<slug:process>/objections/<int:number>/answer/", AnswerObjection.as_view()),
    path("processes/<slug:process>/objections/<int:number>/lift/", LiftObjection.as_view()),
]
