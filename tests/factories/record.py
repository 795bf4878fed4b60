"""Entries and signatures, for tests about the record itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection

from policyhub.accounts.acts import allow_convening
from policyhub.core import env
from policyhub.record.queries import now, size
from policyhub.record.signing import Keeping, Signer
from tests.factories.participation import make_person


@contextmanager
def connected(role: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection to the test's own database as the signer or the owner."""
    here = connection.settings_dict
    who = env.database("DATABASE_SIGN_URL") if role == "signer" else settings.DATABASE_OWNER
    with psycopg.connect(
        host=here["HOST"],
        port=here["PORT"],
        dbname=here["NAME"],
        user=who["USER"],
        password=who["PASSWORD"],
        autocommit=True,
    ) as opened:
        yield opened


def write(count: int) -> None:
    """So many more entries are on the record."""
    operator = make_person(f"operator-{size()}@example.org", is_operator=True)
    for number in range(count):
        allow_convening(actor=operator, email=f"convener-{size()}-{number}@example.org", at=now())


def started(keeping: Keeping, database: psycopg.Connection[Any]) -> Signer:
    signer = Signer(keeping, database)
    signer.check()
    return signer
