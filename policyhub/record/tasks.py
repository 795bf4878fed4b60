"""One message wakes every follower; Celery's registry finds them, so that nothing here knows them."""

from __future__ import annotations

from celery import current_app, shared_task
from django.conf import settings

from policyhub.record.acts import WAKE, keep_digests, keep_subtrees


@shared_task(name=WAKE)
def wake() -> None:
    """Let each follower read on; one that fails does not keep the others from reading."""
    for name in settings.RECORD_FOLLOWERS:
        current_app.tasks[name].apply()


@shared_task(name="record.keep_subtrees")
def keep() -> None:
    """Whatever became full since is kept, so that proofs stay quick."""
    while keep_subtrees():
        continue


@shared_task(name="record.keep_digests")
def keep_named() -> None:
    """Whatever the newest entries name can be found by its digest."""
    while keep_digests():
        continue
