"""Minutes of a meeting, version by version, and the corrections between them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from policyhub.meetings.models import Meeting
from policyhub.minutes.rules import MinutesState
from policyhub.participation.models import Participation, choices

CERTIFIED = "Certified by the chair; not yet approved by the body"


class Minutes(models.Model):
    """The record of what was done at a meeting; its text is the newest version's."""

    meeting = models.OneToOneField(Meeting, models.PROTECT, related_name="minutes")
    state = models.CharField(max_length=12, choices=choices(MinutesState), default=MinutesState.DRAFT)
    circulated_at = models.DateTimeField(null=True)
    corrections_until = models.DateTimeField(null=True)
    short_time_reason = models.TextField(blank=True)
    approved_at = models.DateTimeField(null=True)
    approving_meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, related_name="approved_minutes")
    published_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "minutes"
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=[MinutesState.APPROVED, MinutesState.PUBLISHED]) | Q(approved_at__isnull=False),
                name="minutes_approved_has_time",
            ),
            models.CheckConstraint(
                condition=Q(approving_meeting__isnull=True) | Q(approved_at__isnull=False),
                name="minutes_approving_meeting_approved",
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("minutes", args=[self.meeting.process.slug, self.meeting.number])

    @property
    def subject(self) -> str:
        return f"minutes/{self.meeting.process.slug}/{self.meeting.number}"

    @property
    def is_only_certified(self) -> bool:
        """Whether the chair certified them and the body has not approved them at a meeting."""
        return self.approved_at is not None and self.approving_meeting_id is None

    @property
    def approval(self) -> str:
        """Who stands behind the text, in words; empty while nobody does."""
        if self.approving_meeting is not None:
            return f"Approved by the body at meeting {self.approving_meeting.number}"
        return CERTIFIED if self.approved_at else ""


class MinutesVersion(models.Model):
    """One immutable text of the minutes."""

    minutes = models.ForeignKey(Minutes, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    tree = models.JSONField()
    text_hash = models.CharField(max_length=71)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["minutes", "number"], name="minutes_version_once")]


class Correction(models.Model):
    """A change that somebody proposes to circulated minutes; the secretary takes it in or says why not."""

    class State(models.TextChoices):
        PROPOSED = "proposed"
        ACCEPTED = "accepted"
        DECLINED = "declined"

    minutes = models.ForeignKey(Minutes, models.PROTECT, related_name="corrections")
    number = models.PositiveSmallIntegerField()
    participation = models.ForeignKey(Participation, models.PROTECT, related_name="corrections")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    what = models.TextField()
    why = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    answer = models.TextField(blank=True)
    version = models.ForeignKey(MinutesVersion, models.PROTECT, null=True, related_name="corrections")
    proposed_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["minutes", "number"], name="correction_number_once"),
            models.CheckConstraint(condition=~Q(what="") & ~Q(why=""), name="correction_says_what_and_why"),
            models.CheckConstraint(
                condition=Q(state="proposed", answered_at__isnull=True, version__isnull=True)
                | Q(state="accepted", answered_at__isnull=False, version__isnull=False)
                | (Q(state="declined", answered_at__isnull=False, version__isnull=True) & ~Q(answer="")),
                name="correction_answered_with_text_or_reason",
            ),
        ]
