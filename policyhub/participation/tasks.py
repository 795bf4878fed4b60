"""What happens by itself: an announced withdrawal takes effect, a mandate given until a day ends."""

from __future__ import annotations

from celery import shared_task

from policyhub.participation.acts.representatives import settle_mandates
from policyhub.participation.acts.withdrawal import settle_withdrawals
from policyhub.record.queries import now


@shared_task(name="participation.settle_due")
def settle_due() -> None:
    """Write down the withdrawals and the ends of mandates whose time has come."""
    at = now()
    settle_withdrawals(at=at)
    settle_mandates(at=at)
