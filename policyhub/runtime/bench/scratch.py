"""A database for a benchmark alone, on the server at hand: nobody's data is read or written."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.core.management import call_command
from django.db import connection

from policyhub.runtime.migrations import as_owner, require_two_roles

if TYPE_CHECKING:
    from collections.abc import Iterator


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
        _as_owner(f"DROP DATABASE {name} WITH (FORCE)")


def _as_owner(statement: str) -> None:
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute(statement)
