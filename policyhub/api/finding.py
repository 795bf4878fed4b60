"""From the parts of an address to the thing, or 404."""

from __future__ import annotations

from policyhub.api.reading import one
from policyhub.participation.models import Participation, Process


def process_of(slug: str) -> Process:
    """The process at this address, or 404."""
    return one(Process.objects.filter(slug=slug))


def seat_at(process: str, organization: str) -> Participation:
    """An organization's newest seat in a process, or 404."""
    rows = Participation.objects.filter(process__slug=process, organization__slug=organization)
    return one(rows.select_related("organization", "category", "process").order_by("-asked_at", "-pk"))
