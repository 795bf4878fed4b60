"""`up` from nothing, until it is ready, beside installing the same packages and nothing else."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from policyhub.runtime.bench.measuring import Bench, Go
from policyhub.runtime.bootstrap import BASE, RUNTIME
from policyhub.runtime.installing import refusal_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PIP, UP = "pip install", "up"
READY = "PolicyHub is ready at "
PYTHON = os.path.realpath(sys.executable)
NOT_COPIED = shutil.ignore_patterns(".git", ".venv", ".data*", "__pycache__", "node_modules")
# What would spare one of them work, or lead `up` to servers that run already.
FORGOTTEN = (
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "DATABASE_SIGN_URL",
    "DATABASE_READ_URL",
    "REDIS_URL",
    "EMAIL_URL",
    "PIP_CACHE_DIR",
    "VIRTUAL_ENV",
    "PYTHONPATH",
)
FORGOTTEN_PREFIXES = ("POLICYHUB_", "DJANGO_", "XDG_", "UV_")


@contextmanager
def contestants() -> Iterator[Mapping[str, Go]]:
    """Each go has a directory and an empty home of its own, so that nothing was fetched before."""
    yield {PIP: install, UP: start}


BENCH = Bench(
    name="up",
    what="`up` on a machine that has nothing yet, until it is ready, beside `pip install -r requirements.txt` alone",
    peer=PIP,
    rounds=3,
    contestants=contestants,
    goals={UP: 1.6},
)


def install() -> float:
    """The seconds that pip takes to install the requirements into a new environment."""
    with _empty_home() as home:
        subprocess.run([PYTHON, "-m", "venv", str(home / "venv")], env=environment(home), check=True)
        started = time.perf_counter()
        command = [str(home / "venv/bin/python"), "-m", "pip", "install", "-r", str(BASE / RUNTIME)]
        done = subprocess.run(command, env=environment(home), capture_output=True, text=True)
        if done.returncode:
            raise refusal_of(done.stdout + done.stderr)
        return time.perf_counter() - started


def start() -> float:
    """The seconds from the command, given in a fresh copy, until it says that it is ready; then it is stopped."""
    with _empty_home() as home:
        copy = home / "policyhub"
        shutil.copytree(BASE, copy, ignore=NOT_COPIED)
        started = time.perf_counter()
        with _up(copy, environment(home)) as process:
            said = []
            for line in process.stdout or ():
                if line.startswith(READY):
                    return time.perf_counter() - started
                said.append(line)
            raise refusal_of("".join(said))


def environment(home: Path) -> dict[str, str]:
    """A person's environment on a machine that has nothing yet.

    Without uv, which would win the race for `up` by its own merit.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in FORGOTTEN and not name.startswith(FORGOTTEN_PREFIXES)
    }
    folders = [each for each in kept.get("PATH", "").split(os.pathsep) if not shutil.which("uv", path=each)]
    return kept | {"HOME": str(home), "PATH": os.pathsep.join(folders)}


@contextmanager
def _empty_home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="policyhub-bench-") as home:
        # A database server that may not be root must be able to pass through.
        os.chmod(home, 0o711)  # noqa: S103
        yield Path(home)


@contextmanager
def _up(copy: Path, environ: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """`up` runs meanwhile; afterwards nothing of it does."""
    pipe, together = subprocess.PIPE, subprocess.STDOUT
    command = [PYTHON, "manage.py", "up", "--port", "0"]
    with subprocess.Popen(command, cwd=copy, env=environ, stdout=pipe, stderr=together, text=True) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate()
