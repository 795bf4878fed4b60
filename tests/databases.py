"""Test databases: migrated once as the owner into a template, cloned for each worker, served as the serving role."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg import sql

PACKAGE = Path(settings.BASE_DIR) / "policyhub"
TEMPLATE_LOCK = 20_150_616
DROP_ATTEMPTS = 100


def owner(database: str) -> dict[str, Any]:
    """The owner's connection settings for a database of the test server."""
    return {**connection.settings_dict, **settings.DATABASE_OWNER, "NAME": database}


@contextmanager
def as_owner() -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """The owner's connection to the maintenance database."""
    to = owner("postgres")
    with psycopg.connect(
        host=to["HOST"], port=to["PORT"], user=to["USER"], password=to["PASSWORD"], dbname="postgres", autocommit=True
    ) as opened:
        yield opened


def template() -> str:
    """The name of a database with the present migrations applied, made now if there is none."""
    name = f"policyhub_template_{_fingerprint()}"
    with as_owner() as server:
        server.execute("SELECT pg_advisory_lock(%s)", [TEMPLATE_LOCK])
        if not _exists(server, name):
            _drop(server, f"{name}_part")
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(f"{name}_part")))
            _migrate(f"{name}_part")
            server.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(f"{name}_part"), sql.Identifier(name))
            )
    return name


@contextmanager
def cloned(name: str) -> Iterator[str]:
    """A fresh copy of the template under this name, dropped afterwards; Django's connection leads there meanwhile."""
    source, before = template(), connection.settings_dict["NAME"]
    connection.close()
    with as_owner() as server:
        _drop(server, name)
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(source)))
    connection.settings_dict["NAME"] = name
    try:
        yield name
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
        with as_owner() as server:
            _drop(server, name)


def _migrate(database: str) -> None:
    before = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(owner(database))
    try:
        call_command("migrate", verbosity=0)
    finally:
        connection.close()
        connection.settings_dict.update(before)


def _fingerprint() -> str:
    found = hashlib.sha256()
    for path in sorted(PACKAGE.glob("*/migrations/*.py")) + [PACKAGE / "record" / "roles.py"]:
        found.update(path.read_bytes())
    return found.hexdigest()[:12]


def _exists(server: psycopg.Connection[tuple[Any, ...]], name: str) -> bool:
    return server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def _drop(server: psycopg.Connection[tuple[Any, ...]], name: str) -> None:
    """Drop the database; a backend of the serving role that is still closing is waited for, not terminated."""
    for attempt in range(DROP_ATTEMPTS):
        try:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        except psycopg.errors.ObjectInUse:
            if attempt == DROP_ATTEMPTS - 1:
                raise
            server.execute("SELECT pg_sleep(0.1)")
        else:
            return
