"""Working and drafting groups: part of the table, preparing what the whole table decides."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse

from policyhub.participation.models.choices import choices
from policyhub.participation.models.processes import Process
from policyhub.participation.models.seats import Participation
from policyhub.participation.rules import GroupKind


class Group(models.Model):
    """Organizations of a process that work on something together and report to all; it decides nothing."""

    process = models.ForeignKey(Process, models.PROTECT, related_name="groups")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=choices(GroupKind))
    name = models.CharField(max_length=120)
    purpose = models.TextField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["process", "number"], name="group_number_once"),
            models.UniqueConstraint(
                fields=["process", "name"], condition=Q(closed_at__isnull=True), name="group_name_once"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_reason="")
                | (Q(closed_at__isnull=False) & ~Q(closed_reason="")),
                name="group_closed_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('process-groups', args=[self.process.slug])}#group-{self.number}"

    @property
    def subject(self) -> str:
        return f"group/{self.process.slug}/{self.number}"


class GroupSeat(models.Model):
    """That an organization joined a group. Stepping out of it, and coming back, are rows of their own."""

    group = models.ForeignKey(Group, models.PROTECT, related_name="seats")
    participation = models.ForeignKey(Participation, models.PROTECT, related_name="group_seats")
    joined_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "participation"], name="group_joined_once")]
