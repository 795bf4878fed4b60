"""Makes and enters the project's own .venv. Standard library only: it runs before anything is installed."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from policyhub.runtime.installing import Installer, Pip, Uv, importable, installs_elsewhere, run
from policyhub.runtime.refusal import Refusal, of_os_error

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BASE = Path(__file__).resolve().parents[2]
OLDEST = (3, 11)
RUNTIME, DEVELOPMENT = "requirements.txt", "requirements-dev.txt"


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
        installer = self._installer()
        for stamp in self.home.glob("*.stamp"):
            stamp.unlink()
        self._unfinished.touch()
        installer.install(self.base / requirements)
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

    def _installer(self) -> Installer:
        """Make the environment where it is missing; what installs into it."""
        if uv := shutil.which("uv"):
            self._make("--without-pip")
            return Uv(uv, self.python)
        if not self._has("pip") and installs_elsewhere():
            self._make("--without-pip")
            return Pip([sys.executable, "-m", "pip", "--python", str(self.python)], self.python)
        if self._has("pip") or importable("ensurepip"):
            self._make()
            return Pip([str(self.python), "-m", "pip"], self.python)
        raise Refusal(
            "This Python has neither ensurepip nor pip, and uv is not on the PATH: install one of them "
            "(on Debian and Ubuntu: apt install python3-venv) and run the same command again."
        )

    def _make(self, *options: str) -> None:
        if self.python.exists() and (options or self._has("pip")):
            return
        self.home.mkdir(exist_ok=True)
        self._unfinished.touch()
        run([os.path.realpath(sys.executable), "-m", "venv", *options, str(self.home)])

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
