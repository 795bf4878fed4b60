"""Keeping what a comparison found. It is no act of a person and leaves no entry."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from policyhub.insight.agreement import Comparison
from policyhub.insight.models import ONLY, LastComparison


@transaction.atomic
def keep_comparison(found: Comparison, *, at: datetime) -> LastComparison:
    """The comparison is the last one; while the tables go on disagreeing, the time since when stays."""
    before = LastComparison.objects.select_for_update().filter(pk=ONLY).first()
    since = before.since if before is not None and before.since is not None else at
    kept, _ = LastComparison.objects.update_or_create(
        pk=ONLY,
        defaults={
            "compared_at": at,
            "entries": found.entries,
            "disagreements": found.disagreements,
            "listed": [each.as_json() for each in found.listed],
            "since": None if found.agrees else since,
        },
    )
    return kept
