"""Once, whatever is retried: the first entry of an act stands for its idempotency key."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from policyhub.core.errors import NotAllowed, NotPossible, refuse
from policyhub.record.models import Entry, Key

KEY_REUSED = "key_reused"


@dataclass
class Carried:
    """A key on its way from the door to the act's first entry."""

    principal: str
    key: str
    request_hash: str
    used: bool = False


_carried: ContextVar[Carried | None] = ContextVar("carried_key", default=None)


class UsedMeanwhile(Exception):
    """Another request with the same key committed first."""


def perform_once(*, principal: str, key: str, request_hash: str, act: Callable[[], Entry]) -> Entry:
    """The entry of the act, done now or, when this key was used before for the same request, then.

    The same key with another request is refused. A refused act leaves the key unused.
    """
    earlier = _answer(principal, key, request_hash)
    if earlier is not None:
        return earlier
    token = _carried.set(Carried(principal, key, request_hash))
    try:
        with transaction.atomic():
            return act()
    except (UsedMeanwhile, NotPossible, NotAllowed):
        # A request that ran beside this one may have done it first; then its refusal of the second is no news.
        answered = _answer(principal, key, request_hash)
        if answered is None:
            raise
        return answered
    finally:
        _carried.reset(token)


def use_key(event_id: uuid.UUID) -> None:
    """Tie the carried key, if there is one, to the act's first entry; called before the head is locked."""
    carried = _carried.get()
    if carried is None or carried.used:
        return
    try:
        with transaction.atomic():
            Key.objects.create(
                principal=carried.principal, key=carried.key, request_hash=carried.request_hash, event_id=event_id
            )
    except IntegrityError:
        raise UsedMeanwhile from None
    carried.used = True


def _answer(principal: str, key: str, request_hash: str) -> Entry | None:
    found = Key.objects.filter(principal=principal, key=key).first()
    if found is None:
        return None
    if found.request_hash != request_hash:
        raise refuse(
            KEY_REUSED,
            "This Idempotency-Key was used for another request. Nothing was done; send a new key with a new request.",
        )
    return Entry.objects.get(event_id=found.event_id)
