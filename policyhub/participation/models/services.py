"""What lets an organization's own programs read."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from policyhub.participation.models.seats import Participation


class ServiceToken(models.Model):
    """An organization's token: a program reads with it what the organization reads in the process, and does nothing.

    Only its SHA-256 is kept. It ends with the mandate of whoever made it, who may have the secret still.
    """

    participation = models.ForeignKey(Participation, models.PROTECT, related_name="service_tokens")
    digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=80)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True) | Q(expires_at__gt=F("created_at")), name="service_token_lasts"
            )
        ]
