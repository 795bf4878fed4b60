"""Many writers at once, killed at random, on a database that is killed: nothing acknowledged is lost or doubled.

    python -m tests.chaos.writers --writers 16 --kills 24 --crashes 6 --seed 1

prints how many kills were ordered and how many found a process alive, how many entries were acknowledged, and what the
record holds afterwards; status 0 when everything that was acknowledged is there once, in an unbroken record.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policyhub.runtime.bootstrap import BASE
from tests.chaos.writer import noted
from tests.runtime.installation import Installation, Up, eventually

REPORT = """
import json
from policyhub.record.models import Entry, Key
from policyhub.record.auditing import check_database
found = check_database()
print(json.dumps({
    "size": found.size,
    "fault": found.fault.sentence if found.fault else None,
    "keys": {key: str(event) for key, event in Key.objects.values_list("key", "event_id")},
    "events": {str(event): index for event, index in Entry.objects.values_list("event_id", "index")},
    "hashes": {entry.index: entry.hash_text for entry in Entry.objects.order_by("index")},
}))
"""
PREPARE = """
from policyhub.accounts.acts import appoint_operator, make_set_up_link
from policyhub.record.queries import now
secret = make_set_up_link(run="", at=now())
appoint_operator(secret=secret, email="operator@example.org", run="", at=now())
"""


@dataclass
class Outcome:
    """What was ordered, what took effect, and what is wrong afterwards."""

    kills_ordered: int
    kills_effective: int
    crashes_ordered: int
    crashes_effective: int
    acknowledged: int
    size: int
    wrong: list[str]


def run(*, writers: int, kills: int, crashes: int, seed: int, directory: Path, quiet: int = 40) -> Outcome:
    """Writers write while they and their database are killed; then the record is held against what they noted."""
    chance, installation = random.Random(seed), Installation(directory / "data")
    try:
        with installation.up() as up:
            serving = _environment_of_web(installation)
            _script(serving, PREPARE)
            crew = Crew(directory, writers, serving)
            orders = ["kill"] * kills + ["crash"] * crashes
            chance.shuffle(orders)
            effective = {"kill": 0, "crash": 0}
            for order in orders:
                crew.write_more(quiet)
                hit = crew.kill_one(chance) if order == "kill" else _crash(installation, up)
                effective[order] += hit
            crew.write_more(quiet)
            crew.stop()
            said = json.loads(_script(serving, REPORT))
    finally:
        installation.remove()
    acknowledged = crew.acknowledged()
    wrong = _wrong(acknowledged, said)
    return Outcome(kills, effective["kill"], crashes, effective["crash"], len(acknowledged), said["size"], wrong)


class Crew:
    """The writers' processes, each begun again when it ended."""

    def __init__(self, directory: Path, writers: int, environment: dict[str, str]) -> None:
        self._directory, self._environment = directory, environment
        self._processes = {number: self._begin(number) for number in range(writers)}

    def _begin(self, number: int) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.chaos.writer", str(self._directory), str(number)]
        return subprocess.Popen(command, cwd=BASE, env=self._environment)

    def kill_one(self, chance: random.Random) -> bool:
        """One writer was killed, if it lived, and another one goes on in its place."""
        number = chance.choice(sorted(self._processes))
        process = self._processes[number]
        alive = process.poll() is None
        process.kill()
        process.wait()
        self._processes[number] = self._begin(number)
        return alive

    def write_more(self, entries: int) -> None:
        """So many more entries were acknowledged."""
        before = len(self.acknowledged())
        eventually(lambda: len(self.acknowledged()) >= before + entries, 120)

    def stop(self) -> None:
        (self._directory / "stop").touch()
        for process in self._processes.values():
            process.wait(120)

    def acknowledged(self) -> list[tuple[str, int, str]]:
        """Every (key, index, hash) that a writer was told."""
        return [each for file in self._directory.glob("acknowledged-*") for each in noted(file)]


def _wrong(acknowledged: list[tuple[str, int, str]], said: dict[str, Any]) -> list[str]:
    keys, events, hashes = (said[name] for name in ("keys", "events", "hashes"))
    found = [f"the record is broken: {said['fault']}"] if said["fault"] else []
    for key, index, hashed in acknowledged:
        if hashes.get(str(index)) != hashed:
            found.append(f"{key} was acknowledged as entry {index}, which is lost or another")
        elif events.get(keys.get(key, "")) != index:
            found.append(f"{key} was acknowledged as entry {index} and stands elsewhere as well")
    # The appointment of the operator has no key; every other entry has exactly one.
    if len(events) != len(keys) + 1:
        found.append(f"{len(events)} entries were written under {len(keys)} keys")
    return found


def _crash(installation: Installation, up: Up) -> bool:
    """The database was killed, and serves again."""
    said = "PostgreSQL had ended and was started again."
    before = up.said.count(said)
    masters = [pid for pid in installation.processes() if "bin/postgres -D" in _command(pid)]
    if not masters:
        return False
    os.kill(min(masters), signal.SIGKILL)
    eventually(lambda: up.said.count(said) > before, 120)
    return True


def _environment_of_web(installation: Installation) -> dict[str, str]:
    """What the web process was given: a writer is as much allowed as the site is."""
    (pid, *_) = [pid for pid in installation.processes() if "manage.py serve web" in _command(pid)]
    pairs = Path(f"/proc/{pid}/environ").read_bytes().decode().split("\0")
    given = dict(pair.split("=", 1) for pair in pairs if "=" in pair)
    return {**given, "DJANGO_SETTINGS_MODULE": "policyhub.settings", "POLICYHUB_LIFELINE": ""}


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def _script(environment: dict[str, str], script: str) -> str:
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", script]
    done = subprocess.run(command, cwd=BASE, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def main() -> int:
    """0 when nothing acknowledged was lost or doubled."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.writers", description=__doc__)
    parser.add_argument("--writers", type=int, default=16)
    parser.add_argument("--kills", type=int, default=24)
    parser.add_argument("--crashes", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as directory:
        found = run(**vars(given), directory=Path(directory))
    print(f"seed {given.seed}, {given.writers} writers, Python {platform.python_version()}")
    print(f"kills of writers: {found.kills_ordered} ordered, {found.kills_effective} found one alive")
    print(f"kills of the database: {found.crashes_ordered} ordered, {found.crashes_effective} effective")
    print(f"{found.acknowledged} entries acknowledged, {found.size} in the record, {len(found.wrong)} wrong")
    print("\n".join(found.wrong[:20]), f"({time.monotonic() - started:.0f} s)")
    return int(bool(found.wrong))


if __name__ == "__main__":
    raise SystemExit(main())
