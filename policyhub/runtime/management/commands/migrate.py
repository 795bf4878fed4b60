from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from policyhub.core import env
from policyhub.record import roles
from policyhub.runtime.migrations import as_owner, require_two_roles


class Command(migrate.Command):
    help = f"{migrate.Command.help} Connects as the owner and then gives the serving role its rights."

    def handle(self, *args: Any, **options: Any) -> None:
        require_two_roles()
        database = connections[options["database"]]
        with as_owner(database):
            super().handle(*args, **options)
            if not (options["plan"] or options["check_unapplied"]):
                roles.grant(database, env.database("DATABASE_URL")["USER"])
                if signer := env.database("DATABASE_SIGN_URL"):
                    roles.grant_signing(database, signer["USER"])
