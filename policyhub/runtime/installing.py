"""Installs packages with what is at hand, and shows how far it is. Standard library only, as for `bootstrap`."""

from __future__ import annotations

import importlib.util
import subprocess
from collections import deque
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from policyhub.runtime.refusal import Refusal, disk_full, says_disk_full

if TYPE_CHECKING:
    from collections.abc import Sequence

# Fetching it and installing with it takes a third of the time that pip takes alone.
QUICK = "uv==0.13.9"
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


class Installer(Protocol):
    """Puts what a requirements file asks for into one environment."""

    def install(self, requirements: Path) -> None:
        """Everything that the file asks for is there, or Refusal says in one sentence why not."""


class Uv:
    """uv, where somebody has it."""

    def __init__(self, program: str, python: Path, *options: str) -> None:
        self._command = [program, "pip", "install", *options, "--python", str(python), "-r"]

    def install(self, requirements: Path) -> None:
        run([*self._command, str(requirements)])


class Pip:
    """pip; where nobody told it of another index, it fetches uv first and lets it do the rest."""

    def __init__(self, pip: Sequence[str], python: Path) -> None:
        self._pip = list(pip)
        self._python = python

    def install(self, requirements: Path) -> None:
        # What is used is compiled when it is first used; most of what is fetched never is.
        quietly = ["--disable-pip-version-check", "--no-input", "--progress-bar=off"]
        install = [*self._pip, "install", "--no-compile", "--retries=2", *quietly]
        if self._has_its_own_index() or not self._installed_quickly(install, requirements):
            run([*install, "-r", str(requirements)])

    def _has_its_own_index(self) -> bool:
        """Whether somebody configured where pip fetches from: uv would not know of it."""
        asked = subprocess.run([*self._pip, "config", "list"], capture_output=True, text=True)
        return asked.returncode != 0 or any(f".{name}=" in asked.stdout for name in ("index-url", "no-index", "proxy"))

    def _installed_quickly(self, install: Sequence[str], requirements: Path) -> bool:
        """Whether uv could be fetched and did it. If not, pip will, or will say why not."""
        uv = self._python.with_name("uv")
        try:
            run([*install, "--only-binary=:all:", QUICK])
            # Whom this machine trusts, as pip does.
            Uv(str(uv), self._python, "--system-certs").install(requirements)
        except (Refusal, OSError):
            return False
        return True


def importable(name: str) -> bool:
    """Whether this Python finds a package, without importing it."""
    return importlib.util.find_spec(name) is not None


def installs_elsewhere() -> bool:
    """Whether this Python's pip can install into another environment (`--python`, pip 22.3)."""
    try:
        return importable("pip") and tuple(map(int, version("pip").split(".")[:2])) >= (22, 3)
    except (PackageNotFoundError, ValueError):
        return False


def run(command: Sequence[str]) -> None:
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
    elif word in {"Resolved", "Prepared", "Installed"} or (word == "Downloading" and ".whl" not in rest):
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
