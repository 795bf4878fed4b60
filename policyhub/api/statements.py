"""Statements and withdrawal over the API."""

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
from policyhub.api.participation import process_of, seat_at
from policyhub.api.reading import ListOf, OneOf, Out, one
from policyhub.participation import acts, queries
from policyhub.participation.models import Participation, Signature, Statement, Withdrawal
from policyhub.participation.rules import StatementKind
from policyhub.record.models import Entry
from policyhub.record.queries import now


class StatementOut(Out):
    author = serializers.CharField(source="author.organization.slug")
    signing_hash = serializers.CharField(help_text="What a signer names: it covers the text and the terms.")
    signatories = serializers.SerializerMethodField()

    class Meta:
        model = Statement
        fields = (
            "number",
            "kind",
            "title",
            "text",
            "text_hash",
            "is_permanent",
            "return_condition",
            "signing_hash",
            "author",
            "published_at",
            "signatories",
        )

    def get_signatories(self, statement: Statement) -> list[str]:
        """Who stands under it: as published, or of a draft whoever would if it were published now."""
        is_public = statement.published_at is not None
        signed = statement.signatures.filter(signed_at__isnull=False) if is_public else queries.signatories(statement)
        return list(signed.order_by("signed_at", "pk").values_list("participation__organization__slug", flat=True))


class WithdrawalOut(Out):
    organization = serializers.CharField(source="participation.organization.slug")
    category = serializers.CharField(source="participation.category.slug")
    statement = serializers.IntegerField(source="statement.number", default=None)
    requirements: serializers.SlugRelatedField[Any] = serializers.SlugRelatedField(
        many=True, read_only=True, slug_field="number"
    )

    class Meta:
        model = Withdrawal
        fields = (
            "organization",
            "category",
            "effective_at",
            "is_permanent",
            "reason",
            "return_condition",
            "statement",
            "requirements",
        )


class Statements(ListOf):
    """The statements that are public."""

    serializer_class = StatementOut

    def get_queryset(self) -> QuerySet[Statement]:
        return queries.published_statements(process_of(self.kwargs["process"]))


class OneStatement(OneOf):
    """One statement: public, or one that the caller's organization began or was asked to sign."""

    serializer_class = StatementOut

    def get_object(self) -> Statement:
        process, user = process_of(self.kwargs["process"]), self.request.user
        visible = (
            queries.statements_visible_to(user, process)
            if user.is_authenticated
            else queries.published_statements(process)
        )
        return one(visible.filter(number=self.kwargs["number"]))


class Withdrawals(ListOf):
    """Who left, when and why."""

    serializer_class = WithdrawalOut

    def get_queryset(self) -> QuerySet[Withdrawal]:
        process = process_of(self.kwargs["process"])
        return Withdrawal.objects.filter(participation__process=process).order_by("effective_at", "pk")


class DraftIn(StrictSerializer):
    kind = serializers.ChoiceField(choices=[each.value for each in StatementKind])
    title = serializers.CharField(max_length=200)
    text = serializers.CharField()
    is_permanent = serializers.BooleanField(default=True)
    return_condition = serializers.CharField(default="", allow_blank=True)


class AskIn(StrictSerializer):
    organizations = serializers.ListField(child=serializers.SlugField(), allow_empty=False)


class SignIn(StrictSerializer):
    signing_hash = serializers.CharField()


PREPARED = {(200, "application/json"): StatementOut, **REFUSALS}


class Preparing(APIView):
    """What is prepared in private and leaves no entry: it answers with the statement as it stands."""

    permission_classes = (IsAuthenticated,)
    serializer_class = StatementOut

    def answer(self, statement: Statement, code: int = status.HTTP_200_OK) -> Response:
        return Response(StatementOut(statement).data, status=code)

    def visible(self, request: ActRequest, process: str, number: int) -> Statement:
        return one(queries.statements_visible_to(request.user, process_of(process)).filter(number=number))

    def asked(self, request: ActRequest, process: str, number: int) -> Signature:
        """What the caller's organization was asked, or 404."""
        statement = self.visible(request, process, number)
        seat = queries.find_seat_of(request.user, statement.process)
        return one(statement.signatures.filter(participation=seat).select_related("statement"))


class DraftStatement(Preparing):
    """Draft a statement of the organization that the caller leads."""

    @extend_schema(request=DraftIn, responses={(201, "application/json"): StatementOut, **REFUSALS})
    def post(self, request: ActRequest, process: str, organization: str) -> Response:
        shaped = DraftIn(data=request.data)
        shaped.is_valid(raise_exception=True)
        said = {**shaped.validated_data, "kind": StatementKind(shaped.validated_data["kind"])}
        seat = seat_at(process, organization)
        drafted = acts.draft_statement(actor=request.user, participation=seat, at=now(), **said)
        return self.answer(drafted, status.HTTP_201_CREATED)


class AskToSign(Preparing):
    """Ask organizations to sign the draft."""

    @extend_schema(request=AskIn, responses=PREPARED)
    def post(self, request: ActRequest, process: str, number: int) -> Response:
        shaped = AskIn(data=request.data)
        shaped.is_valid(raise_exception=True)
        statement = self.visible(request, process, number)
        asked = [_active(process, slug) for slug in shaped.validated_data["organizations"]]
        acts.ask_to_sign(actor=request.user, statement=statement, participations=asked, at=now())
        return self.answer(statement)


class SignStatement(Preparing):
    """Sign the statement for the organization that the caller leads."""

    @extend_schema(request=SignIn, responses=PREPARED)
    def post(self, request: ActRequest, process: str, number: int) -> Response:
        shaped = SignIn(data=request.data)
        shaped.is_valid(raise_exception=True)
        signature = self.asked(request, process, number)
        acts.sign_statement(actor=request.user, signature=signature, at=now(), **shaped.validated_data)
        return self.answer(signature.statement)


class DeclineToSign(Preparing):
    """Decline to sign the statement for the organization that the caller leads."""

    @extend_schema(request=None, responses=PREPARED)
    def post(self, request: ActRequest, process: str, number: int) -> Response:
        signature = self.asked(request, process, number)
        acts.decline_to_sign(actor=request.user, signature=signature, at=now())
        return self.answer(signature.statement)


class TakeBackSignature(Preparing):
    """Take back the signature of the organization that the caller leads, until the statement is published."""

    @extend_schema(request=None, responses=PREPARED)
    def post(self, request: ActRequest, process: str, number: int) -> Response:
        signature = self.asked(request, process, number)
        acts.take_back_signature(actor=request.user, signature=signature, at=now())
        return self.answer(signature.statement)


class PublishStatement(ActView):
    """Publish a statement with those who signed."""

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        statement = one(
            queries.statements_visible_to(request.user, process_of(names["process"])).filter(number=names["number"])
        )
        return acts.publish_statement(actor=request.user, statement=statement, at=now())


class WithdrawJointly(ActView):
    """Withdraw everybody whose signature under the statement counts."""

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        statement = one(
            queries.statements_visible_to(request.user, process_of(names["process"])).filter(number=names["number"])
        )
        return acts.withdraw_jointly(actor=request.user, statement=statement, at=now())


class WithdrawIn(StrictSerializer):
    reason = serializers.CharField()
    is_permanent = serializers.BooleanField(default=True)
    return_condition = serializers.CharField(default="", allow_blank=True)
    requirements = serializers.ListField(child=serializers.IntegerField(), default=list)


class WithdrawOrganization(ActView):
    """Withdraw the organization from the process."""

    In = WithdrawIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        seat = seat_at(**names)
        data["requirements"] = [one(seat.process.requirements.filter(number=each)) for each in data["requirements"]]
        return acts.withdraw_organization(actor=request.user, participation=seat, at=now(), **data)


def _active(process: str, slug: str) -> Participation:
    return one(Participation.objects.active().filter(process__slug=process, organization__slug=slug))


ROUTES = [
    path("processes/<slug:process>/statements/", Statements.as_view()),
    path("processes/<slug:process>/statements/<int:number>/", OneStatement.as_view()),
    path("processes/<slug:process>/organizations/<slug:organization>/statements/draft/", DraftStatement.as_view()),
    path("processes/<slug:process>/statements/<int:number>/ask/", AskToSign.as_view()),
    path("processes/<slug:process>/statements/<int:number>/publish/", PublishStatement.as_view()),
    path("processes/<slug:process>/statements/<int:number>/withdraw/", WithdrawJointly.as_view()),
    path("processes/<slug:process>/statements/<int:number>/signature/sign/", SignStatement.as_view()),
    path("processes/<slug:process>/statements/<int:number>/signature/take-back/", TakeBackSignature.as_view()),
    path("processes/<slug:process>/statements/<int:number>/signature/decline/", DeclineToSign.as_view()),
    path("processes/<slug:process>/withdrawals/", Withdrawals.as_view()),
    path("processes/<slug:process>/organizations/<slug:organization>/withdraw/", WithdrawOrganization.as_view()),
]
