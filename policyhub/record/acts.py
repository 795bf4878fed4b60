"""Appending to the record: the last thing every act does."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Protocol

from django.contrib.auth.models import AbstractBaseUser
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from policyhub.celery import app
from policyhub.core.canonical import canonical, moment
from policyhub.core.errors import refuse
from policyhub.core.ids import uuid7
from policyhub.record.commitments import Commitment, commit, too_large_to_reveal
from policyhub.record.idempotency import use_key
from policyhub.record.kinds import Kind, misfits
from policyhub.record.models import Cursor, Entry, NamedDigest, Secret
from policyhub.record.queries import DIGESTS, digests_in, find_last_told, now, size, tiles, unread_by
from policyhub.record.tiles import HEIGHT

logger = logging.getLogger(__name__)

PAST_CLOSING, STRANGE_CLOCK = "PH001", "PH004"
WAKE = "record.wake"
# Of 256 leaves, 65,536, … up to as many as a record can have.
TALLEST = 7
MOST_AT_ONCE = 4096


class InProcess(Protocol):
    """What the record needs to know of a process."""

    slug: str

    @property
    def is_being_told(self) -> bool: ...


def commit_person(person: AbstractBaseUser) -> str:
    """A fresh commitment to a person, kept so that it can be opened or erased."""
    made = _person(person)
    Secret.objects.create(commit=made.text, salt=made.salt, payload=made.payload, person=person.pk)
    return made.text


def commit_payload(payload: dict[str, Any], *, person: AbstractBaseUser | None = None) -> str:
    """A fresh commitment to the payload, kept so that `queries.reveal` can open it.

    With a person it is theirs: it is erased with them. ValueError when no entry could ever hold what opens it.
    """
    if problem := too_large_to_reveal(payload):
        raise ValueError(problem)
    made = commit(payload)
    owner = person.pk if person is not None else None
    Secret.objects.create(commit=made.text, salt=made.salt, payload=made.payload, person=owner)
    return made.text


def append(
    kind: Kind,
    *,
    actor: AbstractBaseUser | None,
    role: str,
    organization: str | None = None,
    process: InProcess | None,
    subject: str,
    body: dict[str, Any],
    at: datetime,
    not_after: datetime | None = None,
    reported: dict[str, list[str]] | None = None,
) -> Entry:
    """The entry now on the record; followers hear of it when the transaction commits.

    `actor` is None for what the clock does. Past `not_after`, by the database's clock, nothing is appended
    and NotPossible is raised. In a process that is being told, `at` becomes the entry's told time. `reported` names
    the sources of what an archivist tells, and what is unknown of it.
    """
    if problem := misfits(kind, body):
        raise ValueError(problem)
    told = process is not None and process.is_being_told
    full = _full_body(body, subject, process, at if told else None)
    if reported is not None:
        full["reported"] = reported
    person = commit_person(actor) if actor is not None else None
    who = canonical({"org": organization, "person": person, "role": role}, depth=2).decode()
    event_id = uuid7()
    use_key(event_id)
    entry = _append(who, canonical(full, depth=2).decode(), event_id, subject, kind, None if told else not_after)
    _nudge_once()
    return entry


def nudge_followers() -> None:
    """Tell the followers that there is something to read; a lost nudge only delays them until their next sweep."""
    try:
        with app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=0)
            app.send_task(WAKE, connection=broker, retry=False)
    except Exception as error:  # any broker, any transport: whatever it says, the act is done
        logger.warning("Followers were not nudged (%s); they will read at their next sweep.", error)


@transaction.atomic
def follow(follower: str, read: Callable[[Entry], None], *, limit: int = 500) -> int:
    """Read the next entries in order and move the cursor, all in one transaction; how many were read."""
    Cursor.objects.get_or_create(follower=follower)
    Cursor.objects.select_for_update().get(follower=follower)
    unread = unread_by(follower, limit)
    for entry in unread:
        read(entry)
    if unread:
        Cursor.objects.filter(follower=follower).update(position=F("position") + len(unread))
    return len(unread)


@transaction.atomic
def keep_subtrees() -> int:
    """The root of every full subtree is kept, so that proofs read few rows; how many were added."""
    added, held, known = 0, size(), tiles()
    for height in range(1, TALLEST + 1):
        full = held >> HEIGHT * height
        if not full:
            break
        first = _count_subtrees(height)
        missing = range(first, min(full, first + MOST_AT_ONCE))
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO record_subtree (height, idx, root) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
                [(height, index, known.node(HEIGHT * height, index)) for index in missing],
            )
        added += len(missing)
    return added


def keep_digests() -> int:
    """What the next entries name is kept with their indexes; how many entries were read."""
    return follow(DIGESTS, _keep_digests)


def _keep_digests(entry: Entry) -> None:
    rows = [NamedDigest(digest=each, index=entry.index) for each in digests_in(bytes(entry.leaf))]
    NamedDigest.objects.bulk_create(rows, ignore_conflicts=True)


def _count_subtrees(height: int) -> int:
    """How many are kept of a height: they are kept in order, so the next one has this index."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(idx) + 1, 0) FROM record_subtree WHERE height = %s", [height])
        return int(cursor.fetchone()[0])


def _nudge_once() -> None:
    if not any(waiting[1] is nudge_followers for waiting in connection.run_on_commit):
        transaction.on_commit(nudge_followers)


def _person(person: AbstractBaseUser) -> Commitment:
    return commit({"person": str(person.pk)})


def _full_body(
    body: dict[str, Any], subject: str, process: InProcess | None, told_at: datetime | None
) -> dict[str, Any]:
    full = dict(body)
    if process is not None and subject != f"process/{process.slug}":
        full["process"] = process.slug
    if told_at is not None and process is not None:
        _check_told(process.slug, told_at)
        full["told_at"] = moment(told_at)
    return full


def _check_told(process: str, told_at: datetime) -> None:
    last = find_last_told(process)
    if last is not None and last.told_at is not None and told_at < last.told_at:
        raise refuse(
            "told_backwards",
            f"This is told at {moment(told_at)}, before the act told last ({moment(last.told_at)}). "
            "Put the acts in the order in which they happened.",
        )
    if told_at > now():
        raise refuse("told_future", f"{moment(told_at)} has not come yet. Only what happened can be told.")


def _append(actor: str, body: str, event_id: uuid.UUID, subject: str, kind: Kind, not_after: datetime | None) -> Entry:
    with _refused_in_words(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM record_append(%s, %s, %s, %s, %s, %s)",
            [actor, body, event_id, subject, kind.value, not_after],
        )
        index, n, at, leaf, hashed = cursor.fetchone()
    entry = Entry(
        index=index, n=n, leaf=leaf, leaf_hash=hashed, subject=subject, event_id=event_id, kind=kind, recorded_at=at
    )
    entry.process = subject.removeprefix("process/") if subject.startswith("process/") else entry.body.get("process")
    entry.told_at = datetime.fromisoformat(entry.body["told_at"]) if "told_at" in entry.body else None
    return entry


@contextmanager
def _refused_in_words() -> Iterator[None]:
    try:
        yield
    except DatabaseError as error:
        said = _REFUSALS.get(getattr(error.__cause__, "sqlstate", None) or "")
        if said is None:
            raise
        raise refuse(*said) from None


_REFUSALS = {
    PAST_CLOSING: ("closed", "Not recorded: the closing time passed while this was on its way. Nothing was changed."),
    STRANGE_CLOCK: (
        "clock",
        "Not recorded: the clocks of the site and of its database are more than a day apart. "
        "Nothing was changed; tell the operator to set them right.",
    ),
}
