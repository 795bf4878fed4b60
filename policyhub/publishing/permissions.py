"""Who orders an edition."""

from __future__ import annotations

from policyhub.participation.models import Process
from policyhub.participation.permissions import can_chair, can_convene
from policyhub.participation.queries import Person


def can_order_edition(user: Person, process: Process) -> bool:
    """The convener or the chair."""
    return can_convene(user, process) or can_chair(user, process)
