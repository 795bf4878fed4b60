"""Calls, positions, objections and tallies over the API."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from policyhub.api.acting import ActRequest, ActView, StrictSerializer
from policyhub.api.finding import process_of
from policyhub.api.parsing import Moment
from policyhub.api.reading import ListOf, OneOf, Out, Reading, one
from policyhub.decisions import acts, queries
from policyhub.decisions.models import Call, Objection, Position
from policyhub.decisions.rules import Designation, Stance
from policyhub.drafting.models import Version
from policyhub.record.models import Entry
from policyhub.record.queries import now


def call_at(process: str, number: int) -> Call:
    """A call by its number, or 404."""
    return one(queries.calls(process_of(process)).filter(number=number))


def objection_at(process: str, number: int) -> Objection:
    """An objection by its number, or 404."""
    return one(queries.objections(process_of(process)).filter(number=number))


class CallOut(Out):
    document = serializers.CharField(source="version.document.slug")
    version = serializers.IntegerField(source="version.number")
    clause = serializers.CharField(source="clause_text.clause.key", default=None)
    rule = serializers.JSONField(help_text="The name of a preset or an object in the rule language.")
    state = serializers.SerializerMethodField(help_text="By the clock, at the moment of reading.")
    roll = serializers.SerializerMethodField()
    repeats = serializers.IntegerField(
        source="repeats.number", default=None, help_text="The call on the same text that had closed before."
    )
    url = serializers.CharField(source="get_absolute_url")

    class Meta:
        model = Call
        fields = (
            "number",
            "question",
            "document",
            "version",
            "clause",
            "text_hash",
            "rule",
            "treatment",
            "roll",
            "roll_hash",
            "opens_at",
            "closes_at",
            "state",
            "suspended_reason",
            "repeats",
            "reason",
            "url",
        )

    def get_state(self, call: Call) -> str:
        return queries.state_at(call, now()).value

    def get_roll(self, call: Call) -> list[dict[str, str]]:
        """Each organization asked, and the one that its voice is named after: itself, where it stands alone."""
        return [
            {"organization": each.organization.slug, "voice": each.voice.slug}
            for each in call.roll.select_related("organization", "voice").order_by("organization__slug")
        ]


class PositionOut(Out):
    organization = serializers.CharField(source="organization.slug")
    position = serializers.CharField(source="stance")
    has_left = serializers.BooleanField(help_text="Whether the organization withdrew from the process since.")
    entry = serializers.IntegerField(source="entry_index")

    class Meta:
        model = Position
        fields = ("organization", "position", "reason", "cure", "cast_at", "has_left", "entry")


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


class Calls(ListOf):
    """Every call of a process, newest first."""

    serializer_class = CallOut

    def get_queryset(self) -> QuerySet[Call]:
        return queries.calls(process_of(self.kwargs["process"]))


class OneCall(OneOf):
    """One call."""

    serializer_class = CallOut

    def get_object(self) -> Call:
        return call_at(**self.kwargs)


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


class Tally(Reading, APIView):
    """The count of a call by its rule, both ways."""

    permission_classes = (AllowAny,)

    @extend_schema(responses=OpenApiTypes.OBJECT, summary="The count of a call, in the shape of the tally command")
    def get(self, request: ActRequest, **names: Any) -> Response:
        return Response(queries.tally_of(call_at(**names)))


class OpenCallIn(StrictSerializer):
    question = serializers.CharField(max_length=300)
    document = serializers.SlugField()
    version = serializers.IntegerField(min_value=1)
    clause = serializers.CharField(required=False, allow_null=True, default=None)
    closes_at = Moment()
    reason = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        help_text="Why a text is asked about again on which a call has closed; then it is needed.",
    )


class OpenCall(ActView):
    """Put an exact text to the table."""

    In = OpenCallIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        process = process_of(names["process"])
        named = Version.objects.filter(document__process=process, document__slug=data.pop("document"))
        version, clause = one(named.filter(number=data.pop("version"))), data.pop("clause")
        text = one(version.texts.filter(clause__key=clause)) if clause is not None else None
        return acts.open_call(actor=request.user, process=process, version=version, clause_text=text, at=now(), **data)


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
    path("processes/<slug:process>/calls/", Calls.as_view()),
    path("processes/<slug:process>/calls/open/", OpenCall.as_view()),
    path("processes/<slug:process>/calls/<int:number>/", OneCall.as_view()),
    path("processes/<slug:process>/calls/<int:number>/tally/", Tally.as_view()),
    path("processes/<slug:process>/calls/<int:number>/positions/", Positions.as_view()),
    path("processes/<slug:process>/calls/<int:number>/positions/cast/", CastPosition.as_view()),
    path("processes/<slug:process>/calls/<int:number>/determine/", DetermineCall.as_view()),
    path("processes/<slug:process>/objections/", Objections.as_view()),
    path("processes/<slug:process>/objections/<int:number>/answer/", AnswerObjection.as_view()),
    path("processes/<slug:process>/objections/<int:number>/lift/", LiftObjection.as_view()),
]
