"""What every embedded server has in common: a port that is remembered, a patient start, a log, an orderly stop."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING

from policyhub.runtime.refusal import Refusal, disk_full, says_disk_full

if TYPE_CHECKING:
    from collections.abc import Callable

    from policyhub.runtime.services.account import Account
    from policyhub.runtime.services.home import Home

HOST = "127.0.0.1"
ATTEMPTS = 4
SECONDS_TO_START = 120.0
SECONDS_TO_STOP = 60.0
PAUSE = 0.05


class Server(ABC):
    """A server on loopback, recognized by its data directory, never by its port or process id alone."""

    name: str
    label: str

    def __init__(self, home: Home, servers: Path, account: Account) -> None:
        self.home = home
        self.servers = servers
        self.account = account
        self.data = servers / self.name
        self.log = servers / f"{self.name}.log"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def port(self) -> int:
        """The port it was last seen on; 0 before its first start."""
        return int(self.home.find(f"{self.name}_port") or 0)

    @abstractmethod
    def answers(self) -> bool:
        """Whether a server on our port serves our data directory."""

    @abstractmethod
    def launch(self, port: int) -> subprocess.Popen[bytes]:
        """The process of a server told to listen on a port."""

    @abstractmethod
    def ask_to_stop(self) -> None:
        """The server has been asked to finish; without one, nothing happened."""

    @abstractmethod
    def is_gone(self) -> bool:
        """Whether no process of this server is left."""

    def prepare(self) -> None:
        """The data directory is fit for a start; a subclass says how."""
        self.account.give(self.data)

    def start(self, *, same_port: bool = False) -> None:
        """The server answers, on the remembered port where that is free or nothing else will do."""
        self.prepare()
        size = self.log.stat().st_size if self.log.exists() else 0
        for attempt in range(ATTEMPTS):
            if self.answers():
                return
            keeps = self.port and (same_port or (attempt == 0 and is_free(self.port)))
            port = self.port if keeps else free_port()
            if port != self.port:
                self.home.remember(**{f"{self.name}_port": str(port)})
            self.process = self.launch(port)
            if self._came_up(self.process):
                return
            time.sleep(0.3 * attempt)
        raise self._refusal(size)

    def stop(self) -> None:
        """No process of this server is left."""
        self.ask_to_stop()
        if not waited_for(self.is_gone, SECONDS_TO_STOP):
            raise Refusal(f"{self.label} did not stop within {SECONDS_TO_STOP:.0f} seconds; its log is {self.log}.")

    def spawn(self, command: list[str]) -> subprocess.Popen[bytes]:
        """A process of its own session, so that Ctrl-C reaches us alone and we stop things in order."""
        with open(os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as log:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=os.environ | {"LC_ALL": "C", "TZ": "UTC"},
                start_new_session=True,
                **self.account.options(),
            )

    def _came_up(self, process: subprocess.Popen[bytes]) -> bool:
        waited_for(lambda: process.poll() is not None or self.answers(), SECONDS_TO_START)
        return process.poll() is None

    def _refusal(self, log_size: int) -> Refusal:
        with open(self.log, "rb") as log:
            log.seek(log_size)
            said = log.read().decode(errors="replace")
        if says_disk_full(said):
            return disk_full()
        last = next((line for line in reversed(said.splitlines()) if line.strip()), "it said nothing")
        return Refusal(f"{self.label} did not start ({last.strip()}); its log is {self.log}.")


def waited_for(condition: Callable[[], bool], seconds: float) -> bool:
    """Whether the condition came true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(PAUSE)
    return False


def free_port() -> int:
    """A port of the loopback address that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    """Whether a server could listen on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def command_of(pid: int) -> str:
    """The command line of a live process; empty for none, for a zombie and for one that is not a program."""
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    listed = subprocess.run(["ps", "-ww", "-o", "stat=,args=", "-p", str(pid)], capture_output=True, text=True).stdout
    state, _, command = listed.strip().partition(" ")
    return "" if state.startswith("Z") else command
