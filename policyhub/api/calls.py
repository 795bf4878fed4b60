"""Straw polls, calls and ballots over the API: reading them, putting them to the table, keeping them."""

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
from policyhub.core.errors import refuse
from policyhub.decisions import acts, queries
from policyhub.decisions.models import Call
from policyhub.decisions.rules import LONGEST_MEANING, Stance
from policyhub.drafting.models import Version
from policyhub.record.models import Entry
from policyhub.record.queries import now


def call_at(process: str, number: int) -> Call:
    """A call by its number, or 404."""
    return one(queries.calls(process_of(process)).filter(number=number))


class CallOut(Out):
    document = serializers.CharField(source="version.document.slug")
    version = serializers.IntegerField(source="version.number")
    clause = serializers.CharField(source="clause_text.clause.key", default=None)
    options = serializers.SerializerMethodField(help_text="The answers on offer, each with what it means here.")
    answered = serializers.SerializerMethodField(help_text="Who has answered; of a sealed call never what.")
    rule = serializers.JSONField(
        help_text="The name of a preset or an object in the rule language; null of a straw poll, which decides nothing."
    )
    state = serializers.SerializerMethodField(help_text="By the clock, at the moment of reading.")
    roll = serializers.SerializerMethodField()
    repeats = serializers.IntegerField(
        source="repeats.number", default=None, help_text="The call on the same text that had closed before."
    )
    recirculates = serializers.IntegerField(
        source="recirculates.number", default=None, help_text="The determined call that this one puts again."
    )
    url = serializers.CharField(source="get_absolute_url")

    class Meta:
        model = Call
        fields = (
            "number",
            "asking",
            "question",
            "options",
            "document",
            "version",
            "clause",
            "text_hash",
            "rule",
            "is_sealed",
            "answered",
            "treatment",
            "roll",
            "roll_hash",
            "opens_at",
            "closes_at",
            "state",
            "suspended_reason",
            "void_reason",
            "repeats",
            "recirculates",
            "reason",
            "url",
        )

    def get_state(self, call: Call) -> str:
        return queries.state_at(call, now()).value

    def get_options(self, call: Call) -> dict[str, str]:
        return {each.stance: each.meaning for each in queries.options(call)}

    def get_answered(self, call: Call) -> list[str]:
        """The organizations that answered, by themselves or through the chair."""
        silent = queries.unanswered(call).values("organization")
        return list(
            call.roll.exclude(organization__in=silent)
            .order_by("organization__slug")
            .values_list("organization__slug", flat=True)
        )

    def get_roll(self, call: Call) -> list[dict[str, str]]:
        """Each organization asked, and the one that its voice is named after: itself, where it stands alone."""
        return [
            {"organization": each.organization.slug, "voice": each.voice.slug}
            for each in call.roll.select_related("organization", "voice").order_by("organization__slug")
        ]


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


class Tally(Reading, APIView):
    """The count of a call by its rule, both ways."""

    permission_classes = (AllowAny,)

    @extend_schema(responses=OpenApiTypes.OBJECT, summary="The count of a call, in the shape of the tally command")
    def get(self, request: ActRequest, **names: Any) -> Response:
        return Response(queries.tally_of(call_at(**names)))


class OpenStrawPollIn(StrictSerializer):
    question = serializers.CharField(max_length=300)
    document = serializers.SlugField()
    version = serializers.IntegerField(min_value=1)
    clause = serializers.CharField(required=False, allow_null=True, default=None)
    closes_at = Moment()
    meanings = serializers.DictField(
        child=serializers.CharField(max_length=LONGEST_MEANING),
        required=False,
        default=dict,
        help_text="What an answer means in this call, where it is not the usual: answers to sentences.",
    )


class OpenCallIn(OpenStrawPollIn):
    reason = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        help_text="Why a text is asked about again on which a call has closed; then it is needed.",
    )


def _asked(names: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    """The exact text and the meanings that were named."""
    process = process_of(names["process"])
    named = Version.objects.filter(document__process=process, document__slug=data.pop("document"))
    version, clause = one(named.filter(number=data.pop("version"))), data.pop("clause")
    text = one(version.texts.filter(clause__key=clause)) if clause is not None else None
    return {**data, "process": process, "version": version, "clause_text": text, "meanings": _meanings(data)}


def _meanings(data: dict[str, Any]) -> dict[Stance, str]:
    if strange := sorted(set(data["meanings"]) - set(Stance)):
        raise refuse("not_offered", f"{strange[0]} is no answer. Choose among {', '.join(Stance)}.", "meanings")
    return {Stance(stance): said for stance, said in data["meanings"].items()}


class OpenStrawPoll(ActView):
    """Ask which way the table leans on an exact text; nothing is decided by it."""

    In = OpenStrawPollIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        return acts.open_straw_poll(actor=request.user, at=now(), **_asked(names, data))


class OpenCall(ActView):
    """Put an exact text to the table, for consensus by the charter's rule."""

    In = OpenCallIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        return acts.open_call(actor=request.user, at=now(), **_asked(names, data))


class OpenBallot(ActView):
    """Put an exact text to a vote by organization."""

    In = OpenCallIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        return acts.open_ballot(actor=request.user, at=now(), **_asked(names, data))


class RecirculateCallIn(StrictSerializer):
    closes_at = Moment()
    reason = serializers.CharField()


class RecirculateCall(ActView):
    """Put the newest text to the table again, with the objections that stand."""

    In = RecirculateCallIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        return acts.recirculate_call(actor=request.user, call=call_at(**names), at=now(), **data)


class CallReasonIn(StrictSerializer):
    reason = serializers.CharField(help_text="Everybody reads it.")


class SuspendCall(ActView):
    """Interrupt an open call."""

    In = CallReasonIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        return acts.suspend_call(actor=request.user, call=call_at(**names), at=now(), **data)


class ResumeCall(ActView):
    """Let a call go on that the chair suspended."""

    In = CallReasonIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        return acts.resume_call(actor=request.user, call=call_at(**names), at=now(), **data)


class VoidCall(ActView):
    """Declare a suspended call void."""

    In = CallReasonIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        return acts.void_call(actor=request.user, call=call_at(**names), at=now(), **data)


ROUTES = [
    path("processes/<slug:process>/calls/", Calls.as_view()),
    path("processes/<slug:process>/calls/open/", OpenCall.as_view()),
    path("processes/<slug:process>/calls/open-ballot/", OpenBallot.as_view()),
    path("processes/<slug:process>/calls/open-straw-poll/", OpenStrawPoll.as_view()),
    path("processes/<slug:process>/calls/<int:number>/", OneCall.as_view()),
    path("processes/<slug:process>/calls/<int:number>/tally/", Tally.as_view()),
    path("processes/<slug:process>/calls/<int:number>/suspend/", SuspendCall.as_view()),
    path("processes/<slug:process>/calls/<int:number>/resume/", ResumeCall.as_view()),
    path("processes/<slug:process>/calls/<int:number>/void/", VoidCall.as_view()),
    path("processes/<slug:process>/calls/<int:number>/recirculate/", RecirculateCall.as_view()),
]
