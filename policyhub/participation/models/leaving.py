"""Withdrawals from a process, announced or in effect, and from one part of its work."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from policyhub.participation.models.needs import Requirement
from policyhub.participation.models.seats import Participation
from policyhub.participation.models.statements import Statement


class Withdrawal(models.Model):
    """An organization's exit: written, dated, with its reasons. The convener records it, nobody approves it."""

    participation = models.OneToOneField(Participation, models.PROTECT, related_name="withdrawal")
    statement = models.ForeignKey(Statement, models.PROTECT, null=True, related_name="withdrawals")
    reason = models.TextField()
    is_permanent = models.BooleanField(default=True)
    return_condition = models.TextField(blank=True)
    requirements = models.ManyToManyField(Requirement, related_name="withdrawals")
    claimed_on = models.DateField(null=True, help_text="The day it says it left: a claim, without effect.")
    effective_at = models.DateTimeField()


class Announcement(models.Model):
    """A withdrawal that was announced for a time to come; until then its organization can take it back."""

    participation = models.ForeignKey(Participation, models.PROTECT, related_name="announcements")
    statement = models.ForeignKey(Statement, models.PROTECT, null=True, related_name="announcements")
    reason = models.TextField()
    is_permanent = models.BooleanField(default=True)
    return_condition = models.TextField(blank=True)
    requirements = models.ManyToManyField(Requirement, related_name="announcements")
    claimed_on = models.DateField(null=True)
    announced_at = models.DateTimeField()
    effective_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(effective_at__gt=F("announced_at")), name="announced_before_it_has_effect"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | Q(revoked_at__lt=F("effective_at")), name="revoked_in_time"
            ),
        ]


class PartialWithdrawal(models.Model):
    """Stepping out of one text or one group while staying in the process, until coming back to it.

    `scope` is the subject of what was left.
    """

    participation = models.ForeignKey(Participation, models.PROTECT, related_name="partial_withdrawals")
    scope = models.CharField(max_length=160)
    reason = models.TextField()
    is_permanent = models.BooleanField(default=True)
    return_condition = models.TextField(blank=True)
    requirements = models.ManyToManyField(Requirement, related_name="partial_withdrawals")
    claimed_on = models.DateField(null=True)
    effective_at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participation", "scope"], condition=Q(returned_at__isnull=True), name="stepped_out_once"
            )
        ]
