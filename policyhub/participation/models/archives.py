"""What sources say of a process that others held."""

from __future__ import annotations

from django.db import models

from policyhub.participation.models.choices import choices
from policyhub.participation.models.processes import Process
from policyhub.participation.rules import (
    ClaimMark,
)


class Claim(models.Model):
    """What sources say of one question about an archive's process. Others may say otherwise; both are shown."""

    process = models.ForeignKey(Process, models.PROTECT, related_name="claims")
    number = models.PositiveSmallIntegerField()
    topic = models.CharField(max_length=200)
    says = models.TextField()
    on = models.DateField(null=True, help_text="The day that it is about, where it is about one.")
    mark = models.CharField(max_length=12, choices=choices(ClaimMark))
    sources = models.JSONField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["process", "number"], name="claim_number_once")]

    def __str__(self) -> str:
        return f"Claim {self.number}"

    @property
    def subject(self) -> str:
        return f"claim/{self.process.slug}/{self.number}"
