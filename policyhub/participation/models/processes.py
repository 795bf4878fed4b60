"""Processes, their charters and categories, and who serves in them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from policyhub.participation.models.choices import choices
from policyhub.participation.rules import (
    ProcessState,
    StaffFunction,
    Treatment,
)


class Process(models.Model):
    """A convened effort with one stated goal, scope and charter."""

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    summary = models.TextField()
    convener = models.CharField(max_length=200)
    timezone = models.CharField(max_length=60, default="UTC")
    state = models.CharField(max_length=20, choices=choices(ProcessState), default=ProcessState.ANNOUNCED)
    opened_at = models.DateTimeField()
    source_hash = models.CharField(max_length=71, null=True)
    told_until = models.DateTimeField(null=True)
    is_demo = models.BooleanField(default=False)
    reported_by = models.CharField(max_length=200, blank=True, help_text="Who tells of it, where others held it.")
    concluded_at = models.DateTimeField(null=True)
    concluded_reason = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "processes"
        constraints = [
            models.CheckConstraint(
                condition=Q(told_until__isnull=True) | Q(source_hash__isnull=False), name="process_told_from_a_source"
            ),
            models.CheckConstraint(
                condition=Q(reported_by="") | Q(source_hash__isnull=False), name="archive_told_from_a_source"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("process", args=[self.slug])

    @property
    def subject(self) -> str:
        return f"process/{self.slug}"

    @property
    def is_being_told(self) -> bool:
        """Whether acts in it are told from a file: from its opening until the file's last line."""
        return self.source_hash is not None and self.told_until is None

    @property
    def is_told(self) -> bool:
        return self.source_hash is not None

    @property
    def is_archive(self) -> bool:
        """Whether others held it and it is only told of here."""
        return bool(self.reported_by)


class InterestCategory(models.Model):
    """A class of similar viewpoint or effect (5 USC 562(5), "interest")."""

    process = models.ForeignKey(Process, models.PROTECT, related_name="categories")
    slug = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name_plural = "interest categories"
        constraints = [models.UniqueConstraint(fields=["process", "slug"], name="category_once_in_process")]

    def __str__(self) -> str:
        return self.name


class Charter(models.Model):
    """The written rules of a process, adopted once for each version."""

    process = models.ForeignKey(Process, models.PROTECT, related_name="charters")
    version = models.PositiveSmallIntegerField()
    scope = models.TextField()
    rule = models.JSONField()
    notice_days = models.PositiveSmallIntegerField()
    call_hours = models.PositiveSmallIntegerField(default=0)
    treatment = models.CharField(max_length=20, choices=choices(Treatment), default=Treatment.COUNT_AS_CAST)
    balance = models.JSONField(null=True)
    chair_may_be_party = models.BooleanField(default=False)
    two_persons_admit = models.BooleanField(default=False)
    ballot_rule = models.JSONField(null=True, help_text="By what ballots are counted; null: by the rule of calls.")
    sealed_calls = models.BooleanField(default=False)
    appeal_days = models.PositiveSmallIntegerField(default=21)
    categories = models.JSONField(default=list, help_text="The interest categories as this version lists them.")
    adopted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["process", "version"], name="charter_version_once")]


class CharterProposal(models.Model):
    """The terms of the charter's next version, noticed before they can be adopted."""

    process = models.ForeignKey(Process, models.PROTECT, related_name="charter_proposals")
    version = models.PositiveSmallIntegerField()
    terms = models.JSONField(help_text="What the adopted charter will say, as on the record.")
    scope = models.TextField()
    reason = models.TextField()
    proposed_at = models.DateTimeField()
    not_before = models.DateTimeField()
    adopted_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)
    dropped_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["process"],
                condition=Q(adopted_at__isnull=True, dropped_at__isnull=True),
                name="one_charter_proposal_at_a_time",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="charter_proposal_has_reason"),
        ]


class StaffRole(models.Model):
    """A person's function in a process, from one time until another."""

    process = models.ForeignKey(Process, models.PROTECT, related_name="staff")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="staff_roles")
    function = models.CharField(max_length=20, choices=choices(StaffFunction))
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["process", "user", "function"], condition=Q(until__isnull=True), name="role_held_once"
            ),
            models.CheckConstraint(condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="role_ends_later"),
        ]
