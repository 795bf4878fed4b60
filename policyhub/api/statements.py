"""Statements and withdrawal over the API."""

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

from policyhub.api.acting import REFUSALS, ActRequest, ActView, StrictSerializer
from policyhub.api.finding import process_of, seat_at
from policyhub.api.parsing import Moment
from policyhub.api.reading import ListOf, OneOf, Out, one
from policyhub.decisions.models import Call
from policyhub.drafting.models import Clause, Document
from policyhub.insight.subjects import find_thing
from policyhub.participation import acts, queries
from policyhub.participation.models import (
    Announcement,
    PartialWithdrawal,
    Participation,
    Requirement,
    Signature,
    Statement,
    Withdrawal,
    choices,
)
from policyhub.participation.rules import AnswerCode, StatementKind
from policyhub.record.models import Entry
from policyhub.record.queries import now


class StatementOut(Out):
    author = serializers.CharField(source="author.organization.slug")
    signing_hash = serializers.CharField(help_text="What a signer names: it covers the text and the terms.")
    signatories = serializers.SerializerMethodField()
    about = serializers.CharField(help_text="The subject of the call or the clause that it is about; empty for none.")
    answer = serializers.CharField(source="answer.code", default=None)
    answer_reason = serializers.CharField(source="answer.reason", default=None)

    class Meta:
        model = Statement
        fields = (
            "number",
            "kind",
            "about",
            "title",
            "text",
            "text_hash",
            "is_permanent",
            "return_condition",
            "effective_at",
            "signing_hash",
            "author",
            "published_at",
            "signatories",
            "answer",
            "answer_reason",
        )

    def get_signatories(self, statement: Statement) -> list[str]:
        """Who stands under it: as published, or of a draft whoever would if it were published now."""
        is_public = statement.published_at is not None
        signed = statement.signatures.filter(signed_at__isnull=False) if is_public else queries.signatories(statement)
        return list(signed.order_by("signed_at", "pk").values_list("organization__slug", flat=True))


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
            "claimed_on",
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


class AnnouncementOut(Out):
    organization = serializers.CharField(source="participation.organization.slug")
    statement = serializers.IntegerField(source="statement.number", default=None)

    class Meta:
        model = Announcement
        fields = (
            *("organization", "announced_at", "effective_at", "is_permanent", "reason", "return_condition"),
            *("claimed_on", "statement"),
        )


class PartialWithdrawalOut(Out):
    organization = serializers.CharField(source="participation.organization.slug")

    class Meta:
        model = PartialWithdrawal
        fields = (
            *("organization", "scope", "effective_at", "returned_at", "is_permanent", "reason", "return_condition"),
            "claimed_on",
        )


class Announced(ListOf):
    """The withdrawals that are announced and still to come."""

    serializer_class = AnnouncementOut

    def get_queryset(self) -> QuerySet[Announcement]:
        return queries.announced(process_of(self.kwargs["process"]))


class PartialWithdrawals(ListOf):
    """Who stepped out of one text or group, and who came back to it."""

    serializer_class = PartialWithdrawalOut

    def get_queryset(self) -> QuerySet[PartialWithdrawal]:
        return queries.steps_out(process_of(self.kwargs["process"]))


class DraftIn(StrictSerializer):
    kind = serializers.ChoiceField(choices=[each.value for each in StatementKind])
    title = serializers.CharField(max_length=200)
    text = serializers.CharField()
    is_permanent = serializers.BooleanField(default=True)
    return_condition = serializers.CharField(default="", allow_blank=True)
    effective_at = Moment(default=None, allow_null=True, help_text="When those who sign leave; null: at publication.")
    about = serializers.CharField(default="", allow_blank=True, help_text="call/PROCESS/N or clause/DOCUMENT/KEY")


class AskOutsideIn(StrictSerializer):
    name = serializers.CharField(max_length=200)
    email = serializers.EmailField()


class RemoveIn(StrictSerializer):
    organization = serializers.SlugField()


class AnswerIn(StrictSerializer):
    code = serializers.ChoiceField(choices=choices(AnswerCode))
    reason = serializers.CharField()


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
        found = queries.find_request_to(request.user, self.visible(request, process, number))
        if found is None:
            raise Http404
        return found


class DraftStatement(Preparing):
    """Draft a statement of the organization that the caller leads."""

    @extend_schema(request=DraftIn, responses={(201, "application/json"): StatementOut, **REFUSALS})
    def post(self, request: ActRequest, process: str, organization: str) -> Response:
        shaped = DraftIn(data=request.data)
        shaped.is_valid(raise_exception=True)
        said = {**shaped.validated_data, "kind": StatementKind(shaped.validated_data["kind"])}
        said["about"] = _matter(said["about"])
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
        asked = [_askable(statement, slug) for slug in shaped.validated_data["organizations"]]
        acts.ask_to_sign(actor=request.user, statement=statement, participations=asked, at=now())
        return self.answer(statement)


class AskOutsideToSign(Preparing):
    """Ask an organization that does not take part to sign the draft."""

    @extend_schema(request=AskOutsideIn, responses=PREPARED)
    def post(self, request: ActRequest, process: str, number: int) -> Response:
        shaped = AskOutsideIn(data=request.data)
        shaped.is_valid(raise_exception=True)
        statement = self.visible(request, process, number)
        acts.ask_outside_to_sign(actor=request.user, statement=statement, at=now(), **shaped.validated_data)
        return self.answer(statement)


class RemoveSignatory(Preparing):
    """No longer ask an organization to sign the draft."""

    @extend_schema(request=RemoveIn, responses=PREPARED)
    def post(self, request: ActRequest, process: str, number: int) -> Response:
        shaped = RemoveIn(data=request.data)
        shaped.is_valid(raise_exception=True)
        statement = self.visible(request, process, number)
        asked = statement.signatures.filter(organization__slug=shaped.validated_data["organization"])
        acts.remove_signatory(actor=request.user, signature=one(asked))
        return self.answer(statement)


class AnswerStatement(ActView):
    """Answer what a published statement asks for."""

    In = AnswerIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        statement = one(queries.published_statements(process_of(names["process"])).filter(number=names["number"]))
        code = AnswerCode(data["code"])
        return acts.answer_statement(
            actor=request.user, statement=statement, code=code, reason=data["reason"], at=now()
        )


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
    claimed_on = serializers.DateField(default=None, allow_null=True, help_text="The day it says it left: a claim.")


class WithdrawProcessIn(WithdrawIn):
    effective_at = Moment(default=None, allow_null=True, help_text="When it takes effect; null: now.")


class StepOutIn(WithdrawIn):
    scope = serializers.CharField(help_text="document/SLUG or group/PROCESS/N")


class ComeBackIn(StrictSerializer):
    scope = serializers.CharField()


class TakeBackIn(StrictSerializer):
    reason = serializers.CharField(default="", allow_blank=True)


class WithdrawOrganization(ActView):
    """Withdraw the organization from the process."""

    In = WithdrawProcessIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        seat = seat_at(**names)
        data["requirements"] = _requirements(seat, data["requirements"])
        return acts.withdraw_organization(actor=request.user, participation=seat, at=now(), **data)


class RevokeWithdrawal(ActView):
    """Take back the withdrawal that the organization announced."""

    In = TakeBackIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        return acts.revoke_withdrawal(actor=request.user, participation=seat_at(**names), at=now(), **data)


class StepOut(ActView):
    """Step out of one text or group; the organization stays in the process."""

    In = StepOutIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        seat, matter = seat_at(**names), find_thing(data.pop("scope"))
        if not isinstance(matter, Document):
            raise Http404
        data["requirements"] = _requirements(seat, data["requirements"])
        return acts.step_out(actor=request.user, participation=seat, matter=matter, at=now(), **data)


class ComeBack(ActView):
    """Come back to what the organization stepped out of."""

    In = ComeBackIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        out = queries.stepped_out_of(data["scope"]).filter(participation=seat_at(**names))
        return acts.come_back(actor=request.user, stepped=one(out), at=now())


def _requirements(seat: Participation, numbers: list[int]) -> list[Requirement]:
    return [one(seat.process.requirements.filter(number=each)) for each in numbers]


def _askable(statement: Statement, slug: str) -> Participation:
    return one(queries.askable(statement.author, StatementKind(statement.kind)).filter(organization__slug=slug))


def _matter(subject: str) -> Call | Clause | None:
    """The call or the clause of that subject; None for no subject, 404 for one that is nothing's."""
    if not subject:
        return None
    found = find_thing(subject)
    if not isinstance(found, Call | Clause):
        raise Http404
    return found


ROUTES = [
    path("processes/<slug:process>/statements/", Statements.as_view()),
    path("processes/<slug:process>/statements/<int:number>/", OneStatement.as_view()),
    path("processes/<slug:process>/organizations/<slug:organization>/statements/draft/", DraftStatement.as_view()),
    path("processes/<slug:process>/statements/<int:number>/ask/", AskToSign.as_view()),
    path("processes/<slug:process>/statements/<int:number>/ask-outside/", AskOutsideToSign.as_view()),
    path("processes/<slug:process>/statements/<int:number>/signature/remove/", RemoveSignatory.as_view()),
    path("processes/<slug:process>/statements/<int:number>/answer/", AnswerStatement.as_view()),
    path("processes/<slug:process>/statements/<int:number>/publish/", PublishStatement.as_view()),
    path("processes/<slug:process>/statements/<int:number>/withdraw/", WithdrawJointly.as_view()),
    path("processes/<slug:process>/statements/<int:number>/signature/sign/", SignStatement.as_view()),
    path("processes/<slug:process>/statements/<int:number>/signature/take-back/", TakeBackSignature.as_view()),
    path("processes/<slug:process>/statements/<int:number>/signature/decline/", DeclineToSign.as_view()),
    path("processes/<slug:process>/withdrawals/", Withdrawals.as_view()),
    path("processes/<slug:process>/withdrawals/announced/", Announced.as_view()),
    path("processes/<slug:process>/withdrawals/partial/", PartialWithdrawals.as_view()),
    path("processes/<slug:process>/organizations/<slug:organization>/withdraw/", WithdrawOrganization.as_view()),
    path("processes/<slug:process>/organizations/<slug:organization>/withdraw/take-back/", RevokeWithdrawal.as_view()),
    path("processes/<slug:process>/organizations/<slug:organization>/step-out/", StepOut.as_view()),
    path("processes/<slug:process>/organizations/<slug:organization>/come-back/", ComeBack.as_view()),
]
