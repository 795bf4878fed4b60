"""Keeps the product's processes running until it is told to stop, and then leaves none behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from policyhub.core import env
from policyhub.runtime import lifeline
from policyhub.runtime.bootstrap import BASE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LABELS = {"web": "The web server", "worker": "The task worker", "beat": "The scheduler", "signer": "The signer"}
SIGNER = "signer"
# No role but the one that serves has business in a process that serves; the signer knows no other than its own.
WITHHELD = {"DATABASE_OWNER_URL", "DATABASE_SIGN_URL", "DATABASE_READ_URL"}
WITHHELD_FROM_SIGNER = {"DATABASE_OWNER_URL", "DATABASE_READ_URL", "DATABASE_URL", "REDIS_URL", "EMAIL_URL"}
# Static files are found where they are written, and one machine's root may run everything: neither is news here.
UNREMARKABLE = "ignore:No directory at:UserWarning,ignore::UserWarning:celery.platforms"
PAUSE = 0.2
LONGEST_PAUSE = 30.0
STEADY_AFTER = 60.0
SECONDS_TO_STOP = 30.0


@dataclass
class Child:
    """One process of the product, in a session of its own: Ctrl-C reaches us alone, and we stop things in order."""

    name: str
    lifeline: int
    process: subprocess.Popen[bytes] = field(init=False)
    started: float = field(init=False)
    falls: int = 0

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """The process was started, and ends when we do."""
        withheld = WITHHELD_FROM_SIGNER if self.name == SIGNER else WITHHELD
        environment = {name: value for name, value in os.environ.items() if name not in withheld}
        command = ["sign_record"] if self.name == SIGNER else ["serve", self.name]
        self.process = subprocess.Popen(
            [sys.executable, str(BASE / "manage.py"), *command],
            env=environment | {lifeline.VARIABLE: str(self.lifeline), "PYTHONWARNINGS": UNREMARKABLE},
            pass_fds=(self.lifeline,),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.started = time.monotonic()

    def tend(self) -> str | None:
        """A sentence when the process had ended and was started again."""
        status = self.process.poll()
        if status is None:
            return None
        lived = time.monotonic() - self.started
        self.falls = 0 if lived > STEADY_AFTER else self.falls
        if lived < min(2.0**self.falls, LONGEST_PAUSE):
            return None
        self.falls += 1
        self.kill()
        self.start()
        return f"{LABELS[self.name]} ended ({_how(status)}) and was started again."

    def ask_to_stop(self) -> None:
        """The process was asked to finish what it is doing."""
        self.process.terminate()

    def wait(self, deadline: float) -> None:
        """The process has ended, with all that it had started."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.0, deadline - time.monotonic()))
        self.kill()

    def kill(self) -> None:
        """Nothing is left of the process's session."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Supervisor:
    """The processes of one run."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.stopping = threading.Event()
        self._say = say
        self._children: list[Child] = []

    @contextmanager
    def running(self) -> Iterator[None]:
        """The processes run meanwhile; afterwards none is left."""
        end, ours = os.pipe()
        try:
            self._children = [Child(name, end) for name in self._wanted()]
            yield
        finally:
            self._stop()
            os.close(ours)
            os.close(end)

    def _wanted(self) -> list[str]:
        if env.text("DATABASE_SIGN_URL"):
            return list(LABELS)
        self._say("Nothing signs the record: set DATABASE_SIGN_URL to a role that may (docs/operations.md).")
        return [name for name in LABELS if name != SIGNER]

    def tend(self) -> None:
        """What had ended runs again, and was told of."""
        for child in self._children:
            if sentence := child.tend():
                self._say(sentence)

    def _stop(self) -> None:
        for child in self._children:
            child.ask_to_stop()
        deadline = time.monotonic() + SECONDS_TO_STOP
        for child in self._children:
            child.wait(deadline)


def stop_on_signals(stopping: threading.Event) -> None:
    """From now on Ctrl-C, SIGTERM and a closed terminal only set the event."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stopping.set())


def _how(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"status {status}"
