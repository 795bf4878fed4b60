"""PostgreSQL and Redis for a machine that has neither: whoever comes first starts them, the last stops them."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from policyhub.runtime.services.account import account_for, place_for_servers
from policyhub.runtime.services.broker import Broker
from policyhub.runtime.services.home import MARK, Home, data_directory, locked
from policyhub.runtime.services.postgres import APP, OWNER, READ, SIGN, Postgres

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policyhub.runtime.services.server import Server

__all__ = ["MARK", "Home", "Services", "data_directory", "locked", "running"]

ADDRESSES = {Postgres.name: "DATABASE_URL", Broker.name: "REDIS_URL"}
# Which of the addresses in the environment lead to embedded servers: a command below `up` joins these.
EMBEDDED = "POLICYHUB_EMBEDDED"


class Services:
    """The embedded servers that this environment needs: one for each address that nobody gave."""

    def __init__(self, home: Home, *, durable: bool = True) -> None:
        self.home = home
        self.postgres: Postgres | None = None
        self.broker: Broker | None = None
        if wanted := _wanted():
            servers = place_for_servers(home)
            account = account_for(servers / Postgres.name)
            if Postgres.name in wanted:
                self.postgres = Postgres(home, servers, account, durable=durable)
            if Broker.name in wanted:
                self.broker = Broker(home, servers, account)

    @property
    def servers(self) -> list[Server]:
        return [server for server in (self.postgres, self.broker) if server is not None]

    def environment(self) -> dict[str, str]:
        """What the product must find in its environment to use these servers."""
        addresses = {EMBEDDED: " ".join(server.name for server in self.servers)}
        if self.postgres is not None:
            addresses |= {
                "DATABASE_URL": self.postgres.url(APP),
                "DATABASE_OWNER_URL": self.postgres.url(OWNER),
                "DATABASE_SIGN_URL": self.postgres.url(SIGN),
                "DATABASE_READ_URL": self.postgres.url(READ),
            }
        if self.broker is not None:
            addresses |= {"REDIS_URL": self.broker.url}
        return addresses

    def start(self) -> None:
        """Every server answers and the database has its roles."""
        for server in self.servers:
            if not server.answers():
                server.start()
        if self.postgres is not None:
            self.postgres.make_roles()

    def revive(self) -> list[str]:
        """Every server answers on the port it had; returns the names of those that had to be started again."""
        dead = [server for server in self.servers if not server.answers()]
        for server in dead:
            server.start(same_port=True)
        return [server.label for server in dead]

    def stop(self) -> None:
        """No process of the embedded servers is left."""
        for server in self.servers:
            server.ask_to_stop()
        for server in self.servers:
            server.stop()


def _wanted() -> set[str]:
    """The servers that have no address yet, and those whose address came from us."""
    ours = set(os.environ.get(EMBEDDED, "").split())
    return ours | {name for name, variable in ADDRESSES.items() if not os.environ.get(variable)}


@contextmanager
def running(home: Home, *, durable: bool = True) -> Iterator[Services]:
    """The servers answer meanwhile, whoever else uses them; the last one to leave stops them.

    Locks, not process ids, tell who is there: they end with the process that holds them, however it dies.
    """
    services = Services(home, durable=durable)
    with ExitStack() as presence:
        try:
            with locked(home.root, "start"):
                presence.enter_context(locked(home.root, "users", shared=True))
                services.start()
            yield services
        finally:
            with locked(home.root, "start"):
                presence.close()
                with locked(home.root, "users", wait=False) as is_last:
                    if is_last:
                        services.stop()
