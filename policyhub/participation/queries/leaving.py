"""Reading withdrawals: announced, due, and from one part of the work."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from policyhub.participation.models import (
    Announcement,
    PartialWithdrawal,
    Participation,
    Process,
)
from policyhub.participation.rules import (
    ParticipationState,
)


def find_announcement(participation: Participation) -> Announcement | None:
    """The withdrawal that a seat has announced and not taken back, or None."""
    if participation.state != ParticipationState.ACTIVE:
        return None
    return participation.announcements.filter(revoked_at__isnull=True).first()


def announced(process: Process) -> QuerySet[Announcement]:
    """The withdrawals that are announced and still to come, the next one first."""
    rows = Announcement.objects.filter(
        participation__process=process, participation__state=ParticipationState.ACTIVE, revoked_at__isnull=True
    )
    return rows.select_related("participation__organization", "statement").order_by("effective_at", "pk")


def due_withdrawals(at: datetime) -> QuerySet[Announcement]:
    """The announced withdrawals that have taken effect and are not written down."""
    rows = Announcement.objects.filter(
        effective_at__lte=at, revoked_at__isnull=True, participation__state=ParticipationState.ACTIVE
    )
    return rows.select_related("participation__process", "participation__organization").order_by("effective_at", "pk")


def steps_out(process: Process) -> QuerySet[PartialWithdrawal]:
    """Every time an organization stepped out of one text or group, oldest first."""
    rows = PartialWithdrawal.objects.filter(participation__process=process)
    return rows.select_related("participation__organization", "participation__category").order_by("effective_at", "pk")


def stepped_out_of(scope: str) -> QuerySet[PartialWithdrawal]:
    """Who is out of this text or group now."""
    return PartialWithdrawal.objects.filter(scope=scope, returned_at__isnull=True)


def stepped_out(participation: Participation) -> QuerySet[PartialWithdrawal]:
    """What this seat is out of now."""
    return participation.partial_withdrawals.filter(returned_at__isnull=True)
