"""The data directory: its mark, the secrets made on the first start, and its locks."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from policyhub.runtime.bootstrap import BASE, alone
from policyhub.runtime.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

MARK = "policyhub.json"
SECRETS = (
    "secret_key",
    *("services_password", "owner_password", "app_password", "sign_password", "read_password"),
    "redis_password",
)


def data_directory() -> Path:
    """Where this installation keeps its data: POLICYHUB_DATA, else .data beside manage.py."""
    return Path(os.environ.get("POLICYHUB_DATA", "").strip() or BASE / ".data").resolve()


class Home:
    """A data directory that is ours; what it must remember is in one file that only its owner reads."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._mark = root / MARK
        self._part = root / f"{MARK}.part"
        self._claim()
        self.values: dict[str, str] = self._read()

    def secret(self, name: str) -> str:
        """One of the secrets that were made on the first start."""
        return self.values[name]

    def find(self, name: str) -> str:
        """What was remembered under a name, or nothing."""
        return self.values.get(name, "")

    def remember(self, **values: str) -> None:
        """The values are on disk, wholly or not at all."""
        self.values = self._read() | values
        with open(os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(self.values, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        self._part.replace(self._mark)

    def _claim(self) -> None:
        """The directory is ours, with its secrets; a directory that holds something else is left alone."""
        # A database server that may not be root must be able to pass through.
        self.root.mkdir(mode=0o700 if os.geteuid() else 0o711, parents=True, exist_ok=True)
        with alone(self.root):
            if self._mark.exists():
                self._complete()
                return
            if foreign := sorted(entry.name for entry in self.root.iterdir() if entry != self._part):
                raise Refusal(
                    f"{self.root} holds something that is not PolicyHub's ({foreign[0]}): nothing was written there. "
                    "Set POLICYHUB_DATA to an empty or a new directory."
                )
            self.remember(**{name: secrets.token_urlsafe(32) for name in SECRETS})

    def _complete(self) -> None:
        """A secret that an earlier version did not need is made now."""
        if missing := set(SECRETS) - set(self._read()):
            self.remember(**{name: secrets.token_urlsafe(32) for name in missing})

    def _read(self) -> dict[str, str]:
        try:
            values = json.loads(self._mark.read_text())
        except FileNotFoundError:
            return {}
        except ValueError:
            raise Refusal(f"{self._mark} is damaged: put it back from a backup, or move the directory away.") from None
        return {str(name): str(value) for name, value in values.items()}


@contextmanager
def locked(root: Path, name: str, *, shared: bool = False, wait: bool = True) -> Iterator[bool]:
    """Whether the lock is ours meanwhile: always, unless waiting for it was not wanted."""
    flags = (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB)
    handle = os.open(root / f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield _flocked(handle, flags)
    finally:
        os.close(handle)


def _flocked(handle: int, flags: int) -> bool:
    try:
        fcntl.flock(handle, flags)
    except BlockingIOError:
        return False
    return True
