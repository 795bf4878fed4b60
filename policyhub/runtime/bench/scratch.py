"""A database for a benchmark alone, on the server at hand: nobody's data is read or written."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, LiteralString

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection

from policyhub.runtime.migrations import as_owner, require_two_roles

if TYPE_CHECKING:
    from collections.abc import Iterator


ATTEMPTS = 100


@contextmanager
def scratch_database() -> Iterator[None]:
    """Django's connection leads to an empty, migrated database meanwhile, as the serving role."""
    require_two_roles()
    name, before = f"policyhub_bench_{os.getpid()}", connection.settings_dict["NAME"]
    _as_owner(f"CREATE DATABASE {name}")
    connection.settings_dict["NAME"] = name
    try:
        call_command("migrate", verbosity=0, interactive=False)
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
        _drop(name)


@contextmanager
def scratch_owner() -> Iterator[psycopg.Connection[Any]]:
    """The owner's connection to the scratch database."""
    here = {**connection.settings_dict, **settings.DATABASE_OWNER}
    with psycopg.connect(
        host=here["HOST"], port=here["PORT"], dbname=here["NAME"], user=here["USER"], password=here["PASSWORD"]
    ) as opened:
        yield opened


def as_scratch_owner(*statements: LiteralString) -> None:
    """The owner has done this in the scratch database."""
    with scratch_owner() as owner:
        for statement in statements:
            owner.execute(statement)


def _drop(name: str) -> None:
    """The database is gone; connections that were closed just now need a moment to end."""
    for attempt in range(ATTEMPTS):
        try:
            _as_owner(f"DROP DATABASE {name}")
        except DatabaseError:
            if attempt == ATTEMPTS - 1:
                raise
            time.sleep(0.1)
        else:
            return


def _as_owner(statement: str) -> None:
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute(statement)
