"""Reading what insight keeps."""

from __future__ import annotations

from policyhub.insight.models import LastComparison


def last_comparison() -> LastComparison | None:
    """What came of comparing the tables with the record last, or None before the first time."""
    return LastComparison.objects.first()
