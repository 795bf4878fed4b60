"""Reading the record for people, sending what they are told, following a process. None of it is on the record."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from smtplib import (
    SMTPConnectError,
    SMTPException,
    SMTPHeloError,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPServerDisconnected,
)
from traceback import format_tb

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F

from policyhub.accounts.models import User
from policyhub.insight.story import ODD
from policyhub.notifications.letters import compose
from policyhub.notifications.models import Message, Subscription
from policyhub.notifications.queries import audience, due_messages
from policyhub.notifications.rules import LEASE, audience_of, retry_at
from policyhub.participation.models import Process
from policyhub.record.acts import follow
from policyhub.record.models import Entry
from policyhub.record.queries import Stand, now, stand

logger = logging.getLogger(__name__)

FOLLOWER = "notifications"
BATCH = 50
NO_SERVER = (SMTPConnectError, SMTPHeloError, SMTPServerDisconnected)


def follow_record() -> int:
    """Each entry not seen yet has a letter waiting for each person it concerns; how many entries were read."""
    total = 0
    while read := follow(FOLLOWER, _write_messages):
        total += read
    return total


def send_due() -> int:
    """A batch of due letters has been tried once over one connection; how many, 0 when none is due.

    Letters are claimed in a transaction of their own by moving their due time past the lease, so that no lock is
    held while the network is slow; a sender that dies before settling one leaves it to be sent again.
    """
    batch = _claim(now())
    if batch:
        _deliver(batch)
    return len(batch)


def follow_process(*, user: User, process: Process, at: datetime) -> None:
    """The person is told by mail what happens in the process."""
    Subscription.objects.get_or_create(user=user, process=process, defaults={"since": at})


def unfollow_process(*, user: User, process: Process) -> None:
    """The person follows the process no longer; what concerns them as a party still reaches them."""
    Subscription.objects.filter(user=user, process=process).delete()


def _write_messages(entry: Entry) -> None:
    """What is told from a file happened before: nobody gets a letter about it."""
    if entry.told_at is not None or audience_of(entry.kind) is None:
        return
    try:
        letters = [_message(entry, person) for person in audience(entry)]
    except ODD:
        logger.exception("Nobody is told of %s: it was not written by an act", entry)
        return
    Message.objects.bulk_create(letters, ignore_conflicts=True)


def _message(entry: Entry, person: User) -> Message:
    mark = hashlib.sha256(person.email.encode()).hexdigest()[:16]
    return Message(
        entry_index=entry.index,
        template=entry.kind,
        recipient=person,
        address=person.email,
        message_id=f"<{entry.event_id}.{mark}@{settings.SITE_HOST}>",
        due_at=entry.recorded_at,
    )


@transaction.atomic
def _claim(at: datetime) -> list[Message]:
    batch = list(due_messages(at).select_related("recipient").select_for_update(skip_locked=True, of=("self",))[:BATCH])
    Message.objects.filter(pk__in=[each.pk for each in batch]).update(due_at=at + LEASE, attempts=F("attempts") + 1)
    for message in batch:
        message.attempts += 1
    return batch


def _deliver(batch: list[Message]) -> None:
    proof, server = stand(), get_connection()
    unreachable = _trouble(server.open)
    for message in batch:
        trouble = unreachable or _trouble(partial(_send, message, proof, server))
        _settle(message, trouble)
        if trouble is not None and _is_without_server(trouble):
            unreachable = trouble
    _trouble(server.close)


def _send(message: Message, proof: Stand, server: BaseEmailBackend) -> None:
    compose(message, proof, server).send()


def _trouble(do: Callable[[], object]) -> Exception | None:
    """What went wrong, or None. One letter that cannot be written or sent never keeps the others waiting."""
    try:
        do()
    except Exception as error:
        where = "" if isinstance(error, OSError) else "\n" + "".join(format_tb(error.__traceback__)).rstrip()
        logger.warning("A letter was not sent: %s%s", _without_address(error), where)
        return error
    return None


def _without_address(error: Exception) -> str:
    """What went wrong, for a log that outlives the people in it: what servers say often repeats the address."""
    codes = []
    if isinstance(error, SMTPRecipientsRefused):
        codes = sorted({str(code) for code, _ in error.recipients.values()})
    elif isinstance(error, SMTPResponseException):
        codes = [str(error.smtp_code)]
    elif not isinstance(error, SMTPException) and isinstance(error, OSError):
        codes = [error.strerror or str(error)]
    return " ".join([type(error).__name__, *codes])


def _is_without_server(trouble: Exception) -> bool:
    return isinstance(trouble, NO_SERVER) or (isinstance(trouble, OSError) and not isinstance(trouble, SMTPException))


def _settle(message: Message, trouble: Exception | None) -> None:
    at = now()
    if trouble is None:
        changes: dict[str, object] = {"state": Message.State.SENT, "sent_at": at, "last_error": ""}
    elif (again := retry_at(message.attempts, at)) is not None:
        changes = {"due_at": again, "last_error": str(trouble)[:2000]}
    else:
        changes = {"state": Message.State.FAILED, "last_error": str(trouble)[:2000]}
    Message.objects.filter(pk=message.pk).update(**changes)
