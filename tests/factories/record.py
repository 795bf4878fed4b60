"""Entries and signatures, for tests about the record itself."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import connection

from policyhub.accounts.acts import allow_convening, appoint_operator, make_set_up_link
from policyhub.accounts.models import User
from policyhub.core import env
from policyhub.core.canonical import moment
from policyhub.record.keeping import Keeping
from policyhub.record.keyring import handing_over, lines_of
from policyhub.record.notes import Checkpoint, Key, Note, sign
from policyhub.record.queries import now, size
from policyhub.record.signing import Signer


@contextmanager
def connected(role: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection to the test's own database as the signer, the reader or the owner."""
    here = connection.settings_dict
    urls = {"signer": "DATABASE_SIGN_URL", "reader": "DATABASE_READ_URL"}
    who = env.database(urls[role]) if role in urls else settings.DATABASE_OWNER
    with psycopg.connect(
        host=here["HOST"],
        port=here["PORT"],
        dbname=here["NAME"],
        user=who["USER"],
        password=who["PASSWORD"],
        autocommit=True,
    ) as opened:
        yield opened


def handed_over(at: datetime, *, name: str = "another.example/record") -> dict[str, str]:
    """The body of an entry by which one key hands over to another, well signed."""
    old, new = (Ed25519PrivateKey.generate() for _ in range(2))
    previous, vkey = (str(Key(name, each.public_key().public_bytes_raw())) for each in (old, new))
    signature = base64.b64encode(old.sign(handing_over(vkey))).decode()
    return {"vkey": vkey, "previous": previous, "signature": signature, "until": moment(at + timedelta(days=30))}


def started_anew(*, name: str = "another.example/record") -> dict[str, Any]:
    """The body of an entry by which a record is started anew where a key was lost."""
    old, new = (Ed25519PrivateKey.generate() for _ in range(2))
    previous, ended = Key(name, old.public_key().public_bytes_raw()), Checkpoint(name, 1, b"\0" * 32)
    return {
        "vkey": str(Key(f"{name}/2", new.public_key().public_bytes_raw())),
        "previous": str(previous),
        "checkpoint": lines_of(Note(ended, (sign(ended, previous, old.sign),))),
        "reason": "key_lost",
    }


def write(count: int) -> None:
    """So many more entries are on the record."""
    operator = User.objects.filter(is_operator=True).first() or _appointed()
    for number in range(count - (size() == 1)):
        allow_convening(actor=operator, email=f"convener-{size()}-{number}@example.org", at=now())


def _appointed() -> User:
    secret = make_set_up_link(run="", at=now())
    appoint_operator(secret=str(secret), email="operator@example.org", run="", at=now())
    return User.objects.get(is_operator=True)


def started(keeping: Keeping, database: psycopg.Connection[Any]) -> Signer:
    signer = Signer(keeping, database)
    signer.check()
    return signer
