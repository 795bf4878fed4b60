from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.management.commands import migrate
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from policyhub.core import env
from policyhub.record import roles
from policyhub.runtime.migrations import as_owner, require_two_roles

OTHERS = {"DATABASE_SIGN_URL": roles.grant_signing, "DATABASE_READ_URL": roles.grant_reading}


class Command(migrate.Command):
    help = f"{migrate.Command.help} Connects as the owner and then gives the serving role its rights."

    def handle(self, *args: Any, **options: Any) -> None:
        require_two_roles()
        database = connections[options["database"]]
        with as_owner(database):
            super().handle(*args, **options)
            if not (options["plan"] or options["check_unapplied"]):
                roles.grant(database, env.database("DATABASE_URL")["USER"])
                for variable, give in OTHERS.items():
                    self._grant(database, variable, give)

    def _grant(self, database: BaseDatabaseWrapper, variable: str, give: Callable[..., None]) -> None:
        """The role that the variable names has its rights; one that an earlier version did not make is told."""
        role = env.database(variable).get("USER")
        if role and roles.exists(database, role):
            give(database, role)
        elif role:
            self.stderr.write(
                f"There is no role {role} ({variable}): make it as docs/operations.md says, then migrate."
            )
