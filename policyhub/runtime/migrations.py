"""What the database lacks, and connecting as the role that may change it."""

from __future__ import annotations

from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from policyhub.core import env
from policyhub.runtime.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

TWO_ROLES = """PolicyHub uses two database roles; DATABASE_OWNER_URL, for the one that migrates, is not set. To make it:

    CREATE ROLE {owner} LOGIN CREATEDB PASSWORD 'choose one';
    ALTER DATABASE {database} OWNER TO {owner};
    ALTER ROLE {app} SET lock_timeout = '5s';

and set DATABASE_OWNER_URL=postgresql://{owner}:…@{host}:{port}/{database}; {app} must own nothing."""


@lru_cache(maxsize=1)
def known_migrations() -> frozenset[tuple[str, str]]:
    """Every migration that this version of the product brings."""
    return frozenset(MigrationLoader(None).graph.nodes)


def missing_migrations() -> set[tuple[str, str]]:
    """Those that the database has not been through."""
    return set(known_migrations()) - set(MigrationRecorder(connection).applied_migrations())


def require_two_roles() -> None:
    """There is a role that migrates, apart from the one that serves; else the refusal shows how to make it."""
    serving, owner = env.database("DATABASE_URL"), env.database("DATABASE_OWNER_URL")
    if not serving:
        raise Refusal("DATABASE_URL is not set.")
    if not owner:
        words = {"app": serving["USER"], "database": serving["NAME"], "host": serving["HOST"], "port": serving["PORT"]}
        raise Refusal(TWO_ROLES.format(owner=f"{serving['NAME']}_owner", **words))
    if owner["USER"] == serving["USER"]:
        raise Refusal("DATABASE_URL and DATABASE_OWNER_URL name the same role: the one that serves must own nothing.")


@contextmanager
def as_owner(database: BaseDatabaseWrapper) -> Iterator[None]:
    """The connection is the owner's meanwhile."""
    serving = {name: database.settings_dict[name] for name in ("USER", "PASSWORD")}
    database.close()
    database.settings_dict.update(settings.DATABASE_OWNER)
    try:
        yield
    finally:
        database.close()
        database.settings_dict.update(serving)
