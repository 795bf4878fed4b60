"""Points, requirements, and who stands behind them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from policyhub.participation.models.choices import choices
from policyhub.participation.models.processes import Process
from policyhub.participation.models.seats import Participation
from policyhub.participation.rules import (
    Importance,
    Visibility,
)


class Point(models.Model):
    """One short proposition in a process's list: what requirements are about."""

    process = models.ForeignKey(Process, models.PROTECT, related_name="points")
    number = models.PositiveSmallIntegerField()
    proposition = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["process", "number"], name="point_number_once"),
            models.UniqueConstraint(fields=["process", "proposition"], name="point_once"),
        ]

    def __str__(self) -> str:
        return self.proposition

    @property
    def subject(self) -> str:
        return f"point/{self.process.slug}/{self.number}"


class Requirement(models.Model):
    """A declared minimum: without it the holder will not support the text, or will leave."""

    participation = models.ForeignKey(Participation, models.PROTECT, related_name="requirements")
    process = models.ForeignKey(Process, models.PROTECT, related_name="requirements")
    number = models.PositiveSmallIntegerField()
    point = models.ForeignKey(Point, models.PROTECT, related_name="requirements")
    holds = models.BooleanField(help_text="Whether the proposition must hold, or must not.")
    importance = models.CharField(max_length=12, choices=choices(Importance))
    otherwise_leaves = models.BooleanField(default=False)
    text = models.TextField()
    declared_at = models.DateTimeField()
    visibility = models.CharField(max_length=10, choices=choices(Visibility), default=Visibility.PUBLIC)
    commitment = models.CharField(max_length=71, blank=True)
    released_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)
    dropped_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["process", "number"], name="requirement_number_once"),
            models.UniqueConstraint(
                fields=["participation", "point"], condition=Q(dropped_at__isnull=True), name="requirement_point_once"
            ),
            models.CheckConstraint(
                condition=Q(visibility=Visibility.PUBLIC, commitment="", released_at__isnull=True)
                | (Q(visibility=Visibility.CONVENER) & ~Q(commitment="")),
                name="requirement_kept_back_is_committed_to",
            ),
        ]

    def __str__(self) -> str:
        return f"R{self.number}: {self.point} {'must' if self.holds else 'must not'} hold"

    @property
    def subject(self) -> str:
        return f"requirement/{self.process.slug}/{self.number}"

    @property
    def is_public(self) -> bool:
        return self.visibility == Visibility.PUBLIC or self.released_at is not None


class Sponsor(models.Model):
    """Another organization that stands behind a requirement, once it accepted."""

    requirement = models.ForeignKey(Requirement, models.PROTECT, related_name="sponsors")
    participation = models.ForeignKey(Participation, models.PROTECT, related_name="sponsorships")
    asked_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["requirement", "participation"],
                condition=Q(ended_at__isnull=True, declined_at__isnull=True),
                name="sponsor_once",
            )
        ]
