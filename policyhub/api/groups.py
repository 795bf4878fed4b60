"""Working and drafting groups over the API."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.urls import path
from rest_framework import serializers

from policyhub.api.acting import ActRequest, ActView, StrictSerializer
from policyhub.api.finding import process_of
from policyhub.api.reading import ListOf, Out, one
from policyhub.drafting import acts as drafting
from policyhub.drafting.models import Report, Version
from policyhub.participation import acts, queries
from policyhub.participation.models import Group, Participation
from policyhub.participation.rules import GroupKind
from policyhub.record.models import Entry
from policyhub.record.queries import now


class GroupReportOut(Out):
    document = serializers.CharField(source="version.document.slug", default=None)
    version = serializers.IntegerField(source="version.number", default=None)

    class Meta:
        model = Report
        fields = ("number", "text", "document", "version", "reported_at")


class GroupOut(Out):
    members = serializers.SerializerMethodField()
    documents = serializers.SerializerMethodField()
    reports = GroupReportOut(many=True, read_only=True)
    url = serializers.CharField(source="get_absolute_url")

    class Meta:
        model = Group
        fields = (
            *("number", "kind", "name", "purpose", "opened_at", "closed_at", "closed_reason"),
            *("members", "documents", "reports", "url"),
        )

    def get_documents(self, group: Group) -> list[str]:
        """The texts that it writes."""
        return [document.slug for document in group.documents.all()]

    def get_members(self, group: Group) -> list[str]:
        """The organizations that are in it now."""
        return list(queries.members(group).values_list("organization__slug", flat=True))


class Groups(ListOf):
    """Every group of a process; closed ones stay."""

    serializer_class = GroupOut

    def get_queryset(self) -> QuerySet[Group]:
        return queries.groups(process_of(self.kwargs["process"])).prefetch_related(
            "documents", "reports__version__document"
        )


class OpenGroupIn(StrictSerializer):
    kind = serializers.ChoiceField(choices=[each.value for each in GroupKind])
    name = serializers.CharField(max_length=120)
    purpose = serializers.CharField()


class OpenGroup(ActView):
    """Open a group for part of the table."""

    In = OpenGroupIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        said = {**data, "kind": GroupKind(data["kind"])}
        return acts.open_group(actor=request.user, process=process_of(names["process"]), at=now(), **said)


class CloseGroupIn(StrictSerializer):
    reason = serializers.CharField()


class CloseGroup(ActView):
    """Close a group."""

    In = CloseGroupIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        return acts.close_group(actor=request.user, group=_group(**names), at=now(), **data)


class JoinGroup(ActView):
    """Join a group for the organization that the caller speaks for."""

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        group = _group(**names)
        return acts.join_group(actor=request.user, participation=_seat(request, group), group=group, at=now())


class ReportGroupIn(StrictSerializer):
    text = serializers.CharField()
    document = serializers.SlugField(required=False, allow_null=True, default=None)
    version = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=1)


class ReportGroup(ActView):
    """Report to all what a group came to, with a version that it wrote if it wrote one."""

    In = ReportGroupIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        group, version = _group(**names), None
        if data["document"] is not None or data["version"] is not None:
            version = one(Version.objects.filter(document__slug=data["document"], number=data["version"]))
        return drafting.report_group(actor=request.user, group=group, text=data["text"], version=version, at=now())


def _group(process: str, number: int) -> Group:
    return one(queries.groups(process_of(process)).filter(number=number))


def _seat(request: ActRequest, group: Group) -> Participation:
    seat = queries.find_seat_of(request.user, group.process)
    if seat is None:
        raise Http404
    return seat


_ALL = "processes/<slug:process>/groups/"
ROUTES = [
    path(_ALL, Groups.as_view()),
    path(f"{_ALL}open/", OpenGroup.as_view()),
    path(f"{_ALL}<int:number>/close/", CloseGroup.as_view()),
    path(f"{_ALL}<int:number>/join/", JoinGroup.as_view()),
    path(f"{_ALL}<int:number>/report/", ReportGroup.as_view()),
]
