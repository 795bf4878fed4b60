"""Minutes over the API: the text as it stands, its versions, its corrections."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from rest_framework import serializers

from policyhub.api.acting import ActRequest, ActView, StrictSerializer
from policyhub.api.finding import process_of
from policyhub.api.meetings import MEETING, ReasonIn, meeting_at
from policyhub.api.parsing import Moment
from policyhub.api.reading import ListOf, OneOf, Out, one
from policyhub.meetings.models import Meeting
from policyhub.meetings.queries import find_meeting
from policyhub.minutes import acts, queries
from policyhub.minutes.models import Correction, Minutes, MinutesVersion
from policyhub.participation.queries import Person
from policyhub.record.models import Entry
from policyhub.record.queries import now


def minutes_at(user: Person, process: str, number: int) -> Minutes:
    """The minutes of a meeting, or 404 when there are none that this person may read."""
    return one(queries.minutes_visible_to(user, process_of(process)).filter(meeting__number=number))


def correction_at(user: Person, process: str, number: int, correction: int) -> Correction:
    """A correction by its number, or 404."""
    return one(queries.corrections(minutes_at(user, process, number)).filter(number=correction))


class TextOut(Out):
    class Meta:
        model = MinutesVersion
        fields = ("number", "text", "text_hash", "written_at")


class CorrectionOut(Out):
    organization = serializers.CharField(source="participation.organization.slug")
    version = serializers.IntegerField(source="version.number", default=None)

    class Meta:
        model = Correction
        fields = ("number", "organization", "what", "why", "state", "answer", "version", "proposed_at", "answered_at")


class MinutesOut(Out):
    meeting = serializers.IntegerField(source="meeting.number")
    text = serializers.SerializerMethodField(help_text="The newest version.")
    url = serializers.CharField(source="get_absolute_url")
    approval = serializers.CharField(help_text="Who stands behind the text, in words; empty while nobody does.")
    approving_meeting = serializers.IntegerField(
        source="approving_meeting.number", default=None, help_text="Where the body approved them; null: nowhere yet."
    )

    class Meta:
        model = Minutes
        fields = (
            "meeting",
            "state",
            "circulated_at",
            "corrections_until",
            "short_time_reason",
            "approved_at",
            "approval",
            "approving_meeting",
            "published_at",
            "text",
            "url",
        )

    def get_text(self, minutes: Minutes) -> dict[str, Any]:
        return TextOut(queries.get_text(minutes)).data  # type: ignore[return-value]


class OneMinutes(OneOf):
    """The minutes of a meeting: published ones for everybody, others for those who may read them."""

    serializer_class = MinutesOut

    def get_object(self) -> Minutes:
        return minutes_at(self.request.user, **self.kwargs)


class Versions(ListOf):
    """Every text that was circulated or made by a correction, newest first; of a draft, every text it had."""

    serializer_class = TextOut

    def get_queryset(self) -> QuerySet[MinutesVersion]:
        return queries.versions(minutes_at(self.request.user, **self.kwargs))


class Corrections(ListOf):
    """Every proposed correction, with its answer."""

    serializer_class = CorrectionOut

    def get_queryset(self) -> QuerySet[Correction]:
        return queries.corrections(minutes_at(self.request.user, **self.kwargs))


class TextIn(StrictSerializer):
    text = serializers.CharField(trim_whitespace=False)


class HashIn(StrictSerializer):
    text_hash = serializers.CharField(help_text="Of the text that was read: another one is answered with 409.")


class NewTextIn(TextIn, HashIn):
    """A text, and the hash of the one it replaces."""


class DraftMinutes(ActView):
    """Draft the minutes of an adjourned meeting."""

    In = TextIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        return acts.draft_minutes(actor=request.user, meeting=meeting_at(**names), at=now(), **data)


class ReviseMinutesDraft(ActView):
    """Give a draft a new text."""

    In = NewTextIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        minutes = minutes_at(request.user, **names)
        return acts.revise_minutes_draft(actor=request.user, minutes=minutes, at=now(), **data)


class CirculateMinutesIn(HashIn):
    corrections_until = Moment(help_text="Nothing is approved before. At least 24 hours ahead, or say why not.")
    short_time_reason = serializers.CharField(default="", allow_blank=True)


class CirculateMinutes(ActView):
    """Circulate a draft to the table."""

    In = CirculateMinutesIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        minutes = minutes_at(request.user, **names)
        return acts.circulate_minutes(actor=request.user, minutes=minutes, at=now(), **data)


class ProposeCorrectionIn(StrictSerializer):
    what = serializers.CharField()
    why = serializers.CharField()


class ProposeCorrection(ActView):
    """Propose a correction of circulated minutes."""

    In = ProposeCorrectionIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        minutes = minutes_at(request.user, **names)
        return acts.propose_correction(actor=request.user, minutes=minutes, at=now(), **data)


class AcceptCorrection(ActView):
    """Take a correction in: the minutes get a new text."""

    In = NewTextIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        correction = correction_at(request.user, **names)
        return acts.accept_correction(actor=request.user, correction=correction, at=now(), **data)


class DeclineCorrection(ActView):
    """Decline a correction with a reason."""

    In = ReasonIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        correction = correction_at(request.user, **names)
        return acts.decline_correction(actor=request.user, correction=correction, at=now(), **data)


class ApproveMinutesIn(HashIn):
    meeting = serializers.IntegerField(
        allow_null=True, help_text="The later meeting at which the body approved them; null: the chair certifies them."
    )


class ApproveMinutes(ActView):
    """Record that the body approved the minutes at a later meeting, or certify them as chair."""

    In = ApproveMinutesIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        minutes = minutes_at(request.user, **names)
        meeting = _find_meeting(minutes, data.pop("meeting"))
        return acts.approve_minutes(actor=request.user, minutes=minutes, meeting=meeting, at=now(), **data)


class PublishMinutes(ActView):
    """Publish approved minutes."""

    In = HashIn

    def perform(self, request: ActRequest, data: dict[str, Any], **names: Any) -> Entry:
        minutes = minutes_at(request.user, **names)
        return acts.publish_minutes(actor=request.user, minutes=minutes, at=now(), **data)


def _find_meeting(minutes: Minutes, number: int | None) -> Meeting | None:
    if number is None:
        return None
    found = find_meeting(minutes.meeting.process, number)
    if found is None:
        raise serializers.ValidationError({"meeting": ["This process has no meeting of that number."]})
    return found


MINUTES = f"{MEETING}minutes/"
ROUTES = [
    path(MINUTES, OneMinutes.as_view()),
    path(f"{MINUTES}versions/", Versions.as_view()),
    path(f"{MINUTES}draft/", DraftMinutes.as_view()),
    path(f"{MINUTES}revise/", ReviseMinutesDraft.as_view()),
    path(f"{MINUTES}circulate/", CirculateMinutes.as_view()),
    path(f"{MINUTES}corrections/", Corrections.as_view()),
    path(f"{MINUTES}corrections/propose/", ProposeCorrection.as_view()),
    path(f"{MINUTES}corrections/<int:correction>/accept/", AcceptCorrection.as_view()),
    path(f"{MINUTES}corrections/<int:correction>/decline/", DeclineCorrection.as_view()),
    path(f"{MINUTES}approve/", ApproveMinutes.as_view()),
    path(f"{MINUTES}publish/", PublishMinutes.as_view()),
]
