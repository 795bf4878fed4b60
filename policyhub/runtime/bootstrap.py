"""Makes and enters the project's own .venv. Standard library only: it runs before anything is installed."""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections import deque
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from policyhub.runtime.refusal import Refusal, disk_full, of_os_error, says_disk_full

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BASE = Path(__file__).resolve().parents[2]
OLDEST = (3, 11)
RUNTIME, DEVELOPMENT = "requirements.txt", "requirements-dev.txt"
_OFFLINE_SAID = (
    "name resolution",
    "Name or service not known",
    "nodename nor servname",
    "dns error",
    "NewConnectionError",
    "Failed to establish",
    "Connection refused",
    "Network is unreachable",
    "ConnectTimeout",
    "Read timed out",
    "ProxyError",
    "Failed to fetch",
    "error sending request",
)


def enter(argv: Sequence[str]) -> None:
    """Return in a Python that can run the command, or replace this process by the same command in .venv."""
    try:
        _enter(argv, Environment(BASE, BASE / ".venv"))
    except Refusal as refusal:
        sys.exit(_told(refusal))
    except OSError as error:
        sys.exit(_told(of_os_error(error)))
    except KeyboardInterrupt:
        sys.exit(130)


def _enter(argv: Sequence[str], environment: Environment) -> None:
    if sys.version_info < OLDEST:
        wanted, found = (".".join(map(str, version[:2])) for version in (OLDEST, sys.version_info))
        raise Refusal(f"PolicyHub needs Python {wanted} or newer, and this is {found}: run manage.py with a newer one.")
    testing = argv[1:2] == ["test"]
    needed = ("django", "pytest") if testing else ("django",)
    if not environment.is_ours(sys.prefix) and all(map(importable, needed)):
        return
    installed = environment.ensure(DEVELOPMENT if testing else RUNTIME)
    if installed or not environment.is_ours(sys.prefix):
        sys.stdout.flush()
        os.execv(environment.python, [str(environment.python), *argv])  # noqa: S606 - ourselves, in .venv


def importable(name: str) -> bool:
    """Whether this Python finds a package, without importing it."""
    return importlib.util.find_spec(name) is not None


def installs_elsewhere() -> bool:
    """Whether this Python's pip can install into another environment (`--python`, pip 22.3)."""
    try:
        return importable("pip") and tuple(map(int, version("pip").split(".")[:2])) >= (22, 3)
    except (PackageNotFoundError, ValueError):
        return False


def _told(refusal: Refusal) -> int:
    print(refusal, file=sys.stderr)
    return refusal.status


class Environment:
    """The project's .venv: complete when the stamp of a requirements file, written last, matches its text."""

    def __init__(self, base: Path, home: Path) -> None:
        self.base = base
        self.home = home
        self.python = home / "bin" / "python"
        self._unfinished = home / "unfinished"

    def is_ours(self, prefix: str) -> bool:
        """Whether a Python's prefix is this environment."""
        return self.home.exists() and os.path.samefile(prefix, self.home)

    def is_complete(self, requirements: str) -> bool:
        """Whether this file was installed to the end and has not changed since."""
        stamp = self._stamp(requirements)
        return self._has("django") and stamp.exists() and stamp.read_text() == self._hash(requirements)

    def ensure(self, requirements: str) -> bool:
        """The environment holds what the file asks for; returns whether anything was installed meanwhile."""
        if self.is_complete(requirements):
            return False
        with alone(self.base):
            if not self.is_complete(requirements):
                self._install(requirements)
        return True

    def _install(self, requirements: str) -> None:
        print(f"Installing what PolicyHub needs into {self.home} (about 100 MB to fetch, once).", flush=True)
        self._clear_what_was_cut_off()
        install = self._installer()
        for stamp in self.home.glob("*.stamp"):
            stamp.unlink()
        self._unfinished.touch()
        _run([*install, "-r", str(self.base / requirements)])
        if not self._has("django"):
            raise Refusal(f"The installation into {self.home} is incomplete: remove that directory and run this again.")
        for name in {RUNTIME, requirements}:
            self._stamp(name).write_text(self._hash(name))
        self._unfinished.unlink()
        print("Everything is installed.", flush=True)

    def _clear_what_was_cut_off(self) -> None:
        """Nothing is left of an installation that was cut off: half a package would pass for a whole one."""
        if self._unfinished.exists() or (self.home.exists() and not self.python.exists()):
            shutil.rmtree(self.home)

    def _installer(self) -> list[str]:
        """Make the environment where it is missing; the command that installs into it."""
        uv = shutil.which("uv")
        if uv:
            self._make("--without-pip")
            return [uv, "pip", "install", "--python", str(self.python)]
        # What is used is compiled when it is first used; most of what is fetched never is.
        quietly = ["--disable-pip-version-check", "--no-input", "--progress-bar=off"]
        options = ["install", "--no-compile", "--retries=2", *quietly]
        if not self._has("pip") and installs_elsewhere():
            self._make("--without-pip")
            return [sys.executable, "-m", "pip", "--python", str(self.python), *options]
        if self._has("pip") or importable("ensurepip"):
            self._make()
            return [str(self.python), "-m", "pip", *options]
        raise Refusal(
            "This Python has neither ensurepip nor pip, and uv is not on the PATH: install one of them "
            "(on Debian and Ubuntu: apt install python3-venv) and run the same command again."
        )

    def _make(self, *options: str) -> None:
        if self.python.exists() and (options or self._has("pip")):
            return
        self.home.mkdir(exist_ok=True)
        self._unfinished.touch()
        _run([os.path.realpath(sys.executable), "-m", "venv", *options, str(self.home)])

    def _has(self, package: str) -> bool:
        return self.python.exists() and any(self.home.glob(f"lib/python*/site-packages/{package}/__init__.py"))

    def _stamp(self, requirements: str) -> Path:
        return self.home / f"{requirements}.stamp"

    def _hash(self, requirements: str) -> str:
        names = {RUNTIME, requirements}
        return hashlib.sha256(b"\0".join((self.base / name).read_bytes() for name in sorted(names))).hexdigest()


@contextmanager
def alone(directory: Path) -> Iterator[None]:
    """Only one process at a time: the directory itself is the lock, so nothing is left behind."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _run(command: Sequence[str]) -> None:
    """The command has succeeded and its progress was shown; its failure becomes one sentence."""
    tail: deque[str] = deque(maxlen=200)
    fetched = 0
    pipe, together = subprocess.PIPE, subprocess.STDOUT
    with subprocess.Popen(command, stdout=pipe, stderr=together, text=True, errors="replace") as run:
        for line in map(str.strip, run.stdout or ()):
            tail.append(line)
            fetched += line.startswith(("Collecting ", "Processing "))
            _show(line, fetched)
    if run.returncode:
        raise refusal_of("\n".join(tail))


def _show(line: str, fetched: int) -> None:
    """Progress a person can follow: each package as it is fetched, then the installer's own milestones."""
    word, _, rest = line.partition(" ")
    if word in {"Collecting", "Processing"}:
        print(f"  {fetched:3}  {rest.partition(' (from ')[0].rpartition('/')[2]}", flush=True)
    elif word in {"Resolved", "Prepared", "Installed"}:
        print(f"  {line}", flush=True)
    elif line.startswith("Installing collected packages"):
        print("  Putting them in place …", flush=True)


def refusal_of(output: str) -> Refusal:
    """The one sentence for an installer's failure."""
    if says_disk_full(output):
        return disk_full()
    if any(words in output for words in _OFFLINE_SAID):
        return Refusal(
            "The packages could not be fetched: the package index cannot be reached from here. "
            "Connect to the network and run the same command again; what was fetched is kept."
        )
    said = [line for line in output.splitlines() if line] or ["the installer said nothing"]
    errors = [line for line in said if line.lower().startswith("error")] or said
    return Refusal(f"The packages could not be installed: {errors[-1]}")
