"""Numbers that people cite: 1, 2, 3 within a process."""

from __future__ import annotations

from typing import Any

from django.db.models import Max, QuerySet


def next_number(rows: QuerySet[Any]) -> int:
    """The number after the highest; the caller holds the row that the numbers belong to."""
    return (rows.aggregate(highest=Max("number"))["highest"] or 0) + 1
