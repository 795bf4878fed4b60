"""What happens to calls by themselves: the clock closes them, a newer text stops them."""

from __future__ import annotations

from celery import shared_task

from policyhub.decisions.acts import settle_calls
from policyhub.record.acts import follow
from policyhub.record.kinds import Kind
from policyhub.record.queries import now

FOLLOWER = "decisions"


@shared_task(name="decisions.follow")
def follow_record() -> None:
    """Read on; a version published meanwhile stops the open calls on the text before it."""
    seen: set[str] = set()
    while follow(FOLLOWER, lambda entry: seen.add(entry.kind)):
        continue
    if Kind.VERSION_PUBLISHED in seen:
        settle_calls(at=now())


@shared_task(name="decisions.close_due")
def close_due() -> None:
    """Write down what the clock has closed."""
    settle_calls(at=now())
