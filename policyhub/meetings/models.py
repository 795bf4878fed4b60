"""Meetings with their notice, agenda and attendance."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from policyhub.drafting.models import Version
from policyhub.meetings.rules import HELD_STATES, OVER_STATES, Coming, MeetingKind, MeetingState, Sitting, days_ahead
from policyhub.participation.models import Group, Participation, Process, choices


class Meeting(models.Model):
    """A session of a process; its number counts meetings noticed, held or not."""

    process = models.ForeignKey(Process, models.PROTECT, related_name="meetings")
    group = models.ForeignKey(Group, models.PROTECT, null=True, related_name="meetings")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=choices(MeetingKind))
    state = models.CharField(max_length=20, choices=choices(MeetingState), default=MeetingState.NOTICED)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    timezone = models.CharField(max_length=60)
    opened_at = models.DateTimeField(null=True)
    adjourned_at = models.DateTimeField(null=True)
    presiding = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    secretary = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    cancelled_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["process", "number"], name="meeting_number_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="meeting_ends_later"),
            models.CheckConstraint(
                condition=~Q(state=MeetingState.CANCELLED) | ~Q(cancelled_reason=""),
                name="meeting_cancelled_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=HELD_STATES)
                | Q(opened_at__isnull=False, presiding__isnull=False, secretary__isnull=False),
                name="meeting_held_was_opened",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=OVER_STATES) | Q(adjourned_at__gte=F("opened_at")), name="meeting_over_has_time"
            ),
        ]

    def __str__(self) -> str:
        return f"Meeting {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("meeting", args=[self.process.slug, self.number])

    @property
    def subject(self) -> str:
        return f"meeting/{self.process.slug}/{self.number}"


class ReportedMeeting(models.Model):
    """A meeting of an archive's process, as its sources have it: the day, and whether it was held."""

    process = models.ForeignKey(Process, models.PROTECT, related_name="reported_meetings")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=choices(MeetingKind))
    on = models.DateField()
    sitting = models.CharField(max_length=12, choices=choices(Sitting))
    noticed_on = models.DateField(null=True)
    note = models.TextField(blank=True)
    sources = models.JSONField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["process", "number"], name="reported_meeting_once"),
            models.CheckConstraint(
                condition=Q(noticed_on__isnull=True) | Q(noticed_on__lte=F("on")), name="reported_noticed_before"
            ),
        ]

    @property
    def days_ahead(self) -> int | None:
        """How many days lie between the notice and the meeting; None where no notice is known."""
        return (self.on - self.noticed_on).days if self.noticed_on is not None else None


class Notice(models.Model):
    """The dated announcement of a meeting (the fields of 41 CFR 102-3.150 and ours)."""

    meeting = models.OneToOneField(Meeting, models.PROTECT, related_name="notice")
    purpose = models.TextField()
    place = models.TextField(blank=True)
    connection = models.TextField(blank=True)
    registration = models.TextField(blank=True)
    is_open = models.BooleanField(default=True)
    decides = models.BooleanField(help_text="Whether any decision may be taken.")
    how_to_comment = models.TextField()
    accessibility = models.TextField(blank=True)
    contact = models.TextField()
    short_notice_reason = models.TextField(blank=True)
    days_required = models.PositiveSmallIntegerField()
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(place="") | ~Q(connection=""), name="notice_says_where"),
        ]

    @property
    def days_ahead(self) -> int:
        """How many days of notice it gave, counted as dates in the zone of the process."""
        return days_ahead(self.published_at, self.meeting.starts_at, self.meeting.process.timezone)


class AgendaItem(models.Model):
    """One matter on the agenda, with the exact version it is about where there is one."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="agenda")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    note = models.TextField(blank=True)
    version = models.ForeignKey(Version, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "position"], name="agenda_position_once")]


class Attendance(models.Model):
    """A coming or going of an organization's delegates, in the order of the room."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attendance")
    participation = models.ForeignKey(Participation, models.PROTECT, related_name="attendance")
    event = models.CharField(max_length=10, choices=choices(Coming))
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()


class Recess(models.Model):
    """A break of a meeting; while it lasts nothing is decided."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="recesses")
    reason = models.TextField()
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting"], condition=Q(ended_at__isnull=True), name="recess_open_once"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("began_at")), name="recess_ends_later"
            ),
        ]
