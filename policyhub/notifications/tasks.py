"""The follower that writes letters, and the sender."""

from __future__ import annotations

from celery import shared_task

from policyhub.notifications import acts


@shared_task(name="notifications.follow")
def follow() -> None:
    """Write the letters that new entries ask for, and nudge the sender; its own sweep is what it relies on."""
    if acts.follow_record():
        send_due.apply_async(retry=False)


@shared_task(name="notifications.send_due")
def send_due() -> None:
    """Send what is due, batch by batch; a letter that failed has a later time, so this ends."""
    while acts.send_due():
        continue
