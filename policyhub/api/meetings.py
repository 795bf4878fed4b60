"""Meetings over the API: notices, agendas, attendance, sessions."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from rest_framework import serializers

from policyhub.accounts.models import User
from policyhub.api.acting import ActRequest, ActView, StrictSerializer
from policyhub.api.finding import process_of, seat_at
from policyhub.api.parsing import Moment
from policyhub.api.reading import ListOf, OneOf, Out, one
from policyhub.drafting.models import Version
from policyhub.meetings import acts, queries
from policyhub.meetings.models import AgendaItem, Attendance, Meeting, Notice, ReportedMeeting
from policyhub.meetings.rules import Coming, MeetingKind
from policyhub.participation.models import Process
from policyhub.record.models import Entry
from policyhub.record.queries import now


def meeting_at(process: str, number: int) -> Meeting:
    """A meeting by its number, or 404."""
    return one(queries.meetings(process_of(process)).filter(number=number))


class NoticeOut(Out):
    class Meta:
        model = Notice
        fields = (
            "purpose",
            "place",
            "connection",
            "registration",
            "is_open",
            "decides",
            "how_to_comment",
            "accessibility",
            "contact",
            "short_notice_reason",
            "days_required",
            "published_at",
        )


class AgendaItemOut(Out):
    document = serializers.CharField(source="version.document.slug", default=None)
    version = serializers.IntegerField(source="version.number", default=None)
    text_hash = serializers.CharField(source="version.text_hash", default=None)

    class Meta:
        model = AgendaItem
        fields = ("position", "title", "note", "document", "version", "text_hash")


class AttendanceOut(Out):
    organization = serializers.CharField(source="participation.organization.slug")
    category = serializers.CharField(source="participation.category.slug")

    class Meta:
        model = Attendance
        fields = ("organization", "category", "event", "occurred_at", "recorded_at")


class MeetingOut(Out):
    group = serializers.IntegerField(source="group.number", default=None, allow_null=True)
    url = serializers.CharField(source="get_absolute_url")

    class Meta:
        model = Meeting
        fields = (
            "number",
            "title",
            "kind",
            "group",
            "state",
            "starts_at",
            "ends_at",
            "timezone",
            "opened_at",
            "adjourned_at",
            "cancelled_reason",
            "url",
        )


class WholeMeetingOut(MeetingOut):
    notice = NoticeOut()
    agenda = serializers.SerializerMethodField()

    class Meta(MeetingOut.Meta):
        fields = (*MeetingOut.Meta.fields, "notice", "agenda")  # type: ignore[assignment]

    def get_agenda(self, meeting: Meeting) -> list[dict[str, Any]]:
        return AgendaItemOut(queries.agenda(meeting), many=True).data  # type: ignore[return-value]


class Meetings(ListOf):
    """Every meeting of a process, newest number first; cancelled ones stay listed."""

    serializer_class = MeetingOut

    def get_queryset(self) -> QuerySet[Meeting]:
        return queries.meetings(process_of(self.kwargs["process"]))


class OneMeeting(OneOf):
    """One meeting with its notice and its agenda."""

    serializer_class = WholeMeetingOut

    def get_object(self) -> Meeting:
        return meeting_at(**self.kwargs)


class AttendanceOf(ListOf):
    """Who came and went, in the order of the room."""

    serializer_class = AttendanceOut

    def get_queryset(self) -> QuerySet[Attendance]:
        return queries.attendance(meeting_at(**self.kwargs))


class GiveNoticeIn(StrictSerializer):
    title = serializers.CharField(max_length=200)
    kind = serializers.ChoiceField(choices=[each.value for each in MeetingKind])
    starts_at = Moment()
    ends_at = Moment()
    timezone = serializers.CharField(default="", allow_blank=True, help_text="Of the place; the process's unless told.")
    group = serializers.IntegerField(default=None, allow_null=True, help_text="The number of the group that meets.")
    purpose = serializers.CharField()
    how_to_comment = serializers.CharField()
    contact = serializers.CharField()
    decides = serializers.BooleanField()
    is_open = serializers.BooleanField(default=True)
    place = serializers.CharField(default="", allow_blank=True)
    connection = serializers.CharField(default="", allow_blank=True)
    registration = serializers.CharField(default="", allow_blank=True)
    accessibility = serializers.CharField(default="", allow_blank=True)
    short_notice_reason = serializers.CharField(default="", allow_blank=True)


class GiveNotice(ActView):
    """Announce a meeting."""

    In = GiveNoticeIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        process, number = process_of(names["process"]), data.pop("group")
        meeting = {name: data.pop(name) for name in ("title", "starts_at", "ends_at", "timezone")}
        return acts.give_notice(
            actor=request.user,
            process=process,
            group=one(process.groups.filter(number=number)) if number is not None else None,
            kind=MeetingKind(data.pop("kind")),
            terms=acts.NoticeTerms(**data),
            at=now(),
            **meeting,
        )


class MatterIn(StrictSerializer):
    title = serializers.CharField(max_length=200)
    note = serializers.CharField(default="", allow_blank=True)
    document = serializers.SlugField(default=None, allow_null=True)
    version = serializers.IntegerField(default=None, allow_null=True)


class PublishAgendaIn(StrictSerializer):
    items = MatterIn(many=True)


class PublishAgenda(ActView):
    """Publish the agenda."""

    In = PublishAgendaIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        meeting = meeting_at(**names)
        items = [_matter(meeting.process, each) for each in data["items"]]
        return acts.publish_agenda(actor=request.user, meeting=meeting, items=items, at=now())


class OpenMeetingIn(StrictSerializer):
    presiding = serializers.EmailField()
    secretary = serializers.EmailField()


class OpenMeeting(ActView):
    """Open a meeting, with its presiding officer and its secretary."""

    In = OpenMeetingIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        meeting = meeting_at(**names)
        people = {name: _staff(meeting.process, email) for name, email in data.items()}
        return acts.open_meeting(actor=request.user, meeting=meeting, at=now(), **people)


class RecordAttendanceIn(StrictSerializer):
    organization = serializers.SlugField(max_length=60)
    event = serializers.ChoiceField(choices=[each.value for each in Coming])
    occurred_at = Moment(default=None, allow_null=True, help_text="Now unless told.")


class RecordAttendance(ActView):
    """Record that an organization came or went."""

    In = RecordAttendanceIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        return acts.record_attendance(
            actor=request.user,
            meeting=meeting_at(**names),
            participation=seat_at(names["process"], data["organization"]),
            event=Coming(data["event"]),
            occurred_at=data["occurred_at"],
            at=now(),
        )


class ReasonIn(StrictSerializer):
    reason = serializers.CharField()


class RecessMeeting(ActView):
    """Begin a recess."""

    In = ReasonIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        return acts.recess_meeting(actor=request.user, meeting=meeting_at(**names), at=now(), **data)


class ResumeMeeting(ActView):
    """End a recess."""

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        return acts.resume_meeting(actor=request.user, meeting=meeting_at(**names), at=now())


class AdjournMeeting(ActView):
    """Adjourn a meeting."""

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        return acts.adjourn_meeting(actor=request.user, meeting=meeting_at(**names), at=now())


class CancelMeeting(ActView):
    """Cancel a meeting; it stays listed with the reason."""

    In = ReasonIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        return acts.cancel_meeting(actor=request.user, meeting=meeting_at(**names), at=now(), **data)


def _matter(process: Process, said: dict[str, Any]) -> acts.Matter:
    version = None
    if said["document"] is not None:
        rows = Version.objects.filter(document__slug=said["document"], document__process=process)
        version = one(rows.filter(number=said["version"]).select_related("document"))
    return acts.Matter(said["title"], said["note"], version)


def _staff(process: Process, email: str) -> User:
    return one(queries.staff(process).filter(email__iexact=email))


MEETING = "processes/<slug:process>/meetings/<int:number>/"


class ReportedMeetingOut(Out):
    class Meta:
        model = ReportedMeeting
        fields = ("number", "title", "kind", "on", "sitting", "noticed_on", "note", "sources")


class ReportedMeetings(ListOf):
    """The meetings of an archive's process, as sources have them."""

    serializer_class = ReportedMeetingOut

    def get_queryset(self) -> QuerySet[ReportedMeeting]:
        return process_of(self.kwargs["process"]).reported_meetings.order_by("number")


ROUTES = [
    path("processes/<slug:process>/meetings/reported/", ReportedMeetings.as_view()),
    path("processes/<slug:process>/meetings/", Meetings.as_view()),
    path("processes/<slug:process>/meetings/announce/", GiveNotice.as_view()),
    path(MEETING, OneMeeting.as_view()),
    path(f"{MEETING}agenda/publish/", PublishAgenda.as_view()),
    path(f"{MEETING}open/", OpenMeeting.as_view()),
    path(f"{MEETING}attendance/", AttendanceOf.as_view()),
    path(f"{MEETING}attendance/record/", RecordAttendance.as_view()),
    path(f"{MEETING}recess/", RecessMeeting.as_view()),
    path(f"{MEETING}resume/", ResumeMeeting.as_view()),
    path(f"{MEETING}adjourn/", AdjournMeeting.as_view()),
    path(f"{MEETING}cancel/", CancelMeeting.as_view()),
]
