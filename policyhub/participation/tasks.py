"""What happens to seats by themselves: an announced withdrawal takes effect."""

from __future__ import annotations

from celery import shared_task

from policyhub.participation.acts.withdrawal import settle_withdrawals
from policyhub.record.queries import now


@shared_task(name="participation.settle_due")
def settle_due() -> None:
    """Write down the withdrawals whose announced time has come."""
    settle_withdrawals(at=now())
