"""What stands beside the leaves: the columns that were read from them, the secrets, the roots of full subtrees."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from policyhub.core.canonical import moment
from policyhub.insight.agreement.claims import Said
from policyhub.insight.agreement.comparing import Disagreement, differs
from policyhub.insight.places import ODD
from policyhub.record.commitments import opened
from policyhub.record.models import Entry, Secret
from policyhub.record.tiles import WIDTH
from policyhub.record.tree import leaf_hash, root_of

PREFIX = "commit:"


def columns(entry: Entry) -> Iterator[Disagreement]:
    """Where the row of an entry says something else than its bytes."""
    content, body = entry.content, entry.body
    subject = str(content["subject"])
    own = subject.removeprefix("process/") if subject.startswith("process/") else body.get("process")
    pairs = (
        ("subject", subject, entry.subject),
        ("type", content["type"], entry.kind),
        ("process", own, entry.process),
        ("told_at", body.get("told_at"), _moment(entry.told_at)),
        ("at", content["at"], _moment(entry.recorded_at)),
        ("id", content["id"], str(entry.event_id)),
        ("n", content["n"], entry.n),
        ("leaf_hash", leaf_hash(bytes(entry.leaf)).hex(), bytes(entry.leaf_hash).hex()),
    )
    for name, said, found in pairs:
        if said != found:
            yield differs(entry, name, said, found)


def commitments(entry: Entry) -> dict[str, str]:
    """What an entry commits to, by the field that does."""
    actor, body = entry.actor, entry.body
    named = {"actor.person": actor.get("person"), **{name: body[name] for name in body}}
    return {name: value for name, value in named.items() if isinstance(value, str) and value.startswith(PREFIX)}


def open_all(entries: Sequence[Entry], erased: frozenset[str]) -> tuple[list[Said], list[Disagreement], int]:
    """The entries with the people they commit to, what does not open, and how many secrets they name."""
    named = {commitment for entry in entries for commitment in commitments(entry).values()}
    secrets = {each.commit: each for each in Secret.objects.filter(commit__in=named)}
    people = {commit: person for commit, each in secrets.items() if (person := _person(each)) is not None}
    problems = [
        problem
        for entry in entries
        for name, commitment in commitments(entry).items()
        for problem in _unopened(entry, name, commitment, secrets.get(commitment), erased)
    ]
    return [Said(entry, people) for entry in entries], problems, len(secrets)


def stray_secrets(opened_by_entries: int) -> Iterator[Disagreement]:
    """Whether there are secrets that open no commitment of any entry."""
    strays = Secret.objects.count() - opened_by_entries
    if strays:
        sentence = f"The tables hold {strays} secrets that open no commitment of an entry."
        yield Disagreement(None, "secret", "nothing", str(strays), sentence)


def subtrees(size: int) -> Iterator[Disagreement]:
    """The kept roots that are not those of their leaves, or of a part that is not full."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT height, idx, root FROM record_subtree ORDER BY height, idx")
        kept = cursor.fetchall()
    for height, index, root in kept:
        span = WIDTH ** int(height)
        if (index + 1) * span > size or bytes(root) != _root(int(height), int(index)):
            sentence = f"The kept root over the entries {index * span} to {(index + 1) * span - 1} is not theirs."
            yield Disagreement(index * span, "subtree", "another root", bytes(root).hex(), sentence)


def _root(height: int, index: int) -> bytes:
    first = index * WIDTH
    if height == 1:
        rows = Entry.objects.filter(index__gte=first, index__lt=first + WIDTH).order_by("index")
        return root_of(bytes(hashed) for hashed in rows.values_list("leaf_hash", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT root FROM record_subtree WHERE height = %s AND idx >= %s AND idx < %s ORDER BY idx",
            [height - 1, first, first + WIDTH],
        )
        return root_of(bytes(root) for (root,) in cursor.fetchall())


def _unopened(
    entry: Entry, name: str, commitment: str, secret: Secret | None, erased: frozenset[str]
) -> Iterator[Disagreement]:
    if secret is None:
        if commitment not in erased:
            yield differs(entry, name, commitment, "no secret that opens it, and no erasure is on the record")
    elif commitment in erased:
        yield differs(entry, name, "erased", "a secret that still opens it")
    elif opened(bytes(secret.salt), bytes(secret.payload)) != commitment or _names_another(secret):
        yield differs(entry, name, commitment, "a secret that does not open it")


def _names_another(secret: Secret) -> bool:
    """Whether a secret about a person says another one inside than beside; not all secrets are about people."""
    return b'"person":' in bytes(secret.payload) and _person(secret) is None


def _person(secret: Secret) -> int | None:
    """Whom the secret names, in its payload and beside it; None when these are two."""
    try:
        person = int(json.loads(bytes(secret.payload))["person"])
    except ODD:
        return None
    return person if person == secret.person else None


def _moment(value: datetime | None) -> str | None:
    return moment(value) if value is not None else None


def erased_commitments(entries: Any) -> frozenset[str]:
    """The commitments whose secrets were erased on the record."""
    found = (each for entry in entries for each in entry.body.get("commitments", ()))
    return frozenset(each for each in found if isinstance(each, str))
