"""An installation in a data directory of its own, driven through manage.py as a person would drive it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policyhub.runtime.bootstrap import BASE

SECONDS = 60.0
READY = "PolicyHub is ready at "
GREETED = "Ctrl-C stops it.\n"
GIVEN = (
    *("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_SIGN_URL", "DATABASE_READ_URL"),
    *("REDIS_URL", "EMAIL_URL"),
)


@dataclass
class Up:
    """A running `up`."""

    process: subprocess.Popen[bytes]
    output: Path

    @property
    def said(self) -> str:
        return self.output.read_text()

    @property
    def url(self) -> str:
        return next(line.removeprefix(READY) for line in self.said.splitlines() if line.startswith(READY))

    def stop(self, number: int = signal.SIGTERM) -> int:
        """The status it ended with after a signal."""
        self.process.send_signal(number)
        return self.process.wait(SECONDS)


class Installation:
    """One data directory and the commands given on it."""

    def __init__(self, data: Path) -> None:
        self.data = data

    def environment(self, **extra: str) -> dict[str, str]:
        """A person's environment: nothing of the test run's own servers."""
        kept = {k: v for k, v in os.environ.items() if k not in GIVEN and not k.startswith(("POLICYHUB_", "DJANGO_"))}
        return kept | {"POLICYHUB_DATA": str(self.data)} | extra

    def run(self, *arguments: str, **extra: str) -> subprocess.CompletedProcess[str]:
        """A command that ends by itself."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=BASE,
            env=self.environment(**extra),
            capture_output=True,
            text=True,
            timeout=2 * SECONDS,
        )

    @contextmanager
    def up(self, *arguments: str, **extra: str) -> Iterator[Up]:
        """`up` on a free port, ready; stopped afterwards where the test has not done so."""
        self.data.parent.mkdir(parents=True, exist_ok=True)
        output = self.data.parent / f"up-{time.monotonic_ns()}.txt"
        with open(output, "wb") as stream:
            process = subprocess.Popen(
                [sys.executable, "manage.py", "up", "--port", "0", "--no-demo", *arguments],
                cwd=BASE,
                env=self.environment(**extra),
                stdout=stream,
                stderr=subprocess.STDOUT,
            )
        up = Up(process, output)
        try:
            eventually(lambda: GREETED in up.said or process.poll() is not None)
            assert READY in up.said, up.said
            yield up
        finally:
            if process.poll() is None:
                up.stop()

    def remembered(self) -> dict[str, str]:
        """What the data directory's mark holds; nothing before there is one."""
        mark = self.data / "policyhub.json"
        values: dict[str, str] = json.loads(mark.read_text()) if mark.exists() else {}
        return values

    def processes(self) -> list[int]:
        """Every live process that was started for this data directory, by its environment or its command line."""
        mark = str(self.data).encode()
        return [
            int(entry.name)
            for entry in Path("/proc").iterdir()
            if entry.name.isdecimal()
            and int(entry.name) != os.getpid()
            and any(mark in _read(entry / name) for name in ("cmdline", "environ"))
        ]

    def kill_everything(self) -> None:
        """Nothing of this installation is alive, and nothing could tidy up."""
        while processes := self.processes():
            for pid in processes:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.05)

    def remove(self) -> None:
        """Nothing of this installation is left, on disk either."""
        self.kill_everything()
        if elsewhere := self.remembered().get("servers"):
            shutil.rmtree(elsewhere, ignore_errors=True)


def ask(url: str) -> tuple[int, Any]:
    """The status and the JSON of an answer; 0 when there was none."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)
    except OSError:
        return 0, None


def eventually(condition: Callable[[], object], seconds: float = SECONDS) -> None:
    """The condition has come true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.05)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
