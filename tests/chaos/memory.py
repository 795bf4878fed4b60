"""How much memory the verifier takes: it grows with organizations and subjects, not with entries.

    .venv/bin/python -m tests.chaos.memory --entries 100000 1000000

Each record has the same organizations and as many calls as the others; only that many more positions are cast anew.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from policyhub.record.bundles import STORY, Wanted, check_bundle
from policyhub.record.ed25519 import check_ed25519
from policyhub.record.places import from_directory
from policyhub.record.replay import Story
from policyhub.runtime.stories import lawful_leaves
from tests.tools.test_hostile_bundles import KEY, write_bundle
from tools import build_verifier

ORGANIZATIONS, CALLS = 40, 25
MEGABYTE = 1024 * 1024


def bundle(root: Path, entries: int) -> Path:
    """A record of so many entries, about as many subjects as any other."""
    return write_bundle(root, list(lawful_leaves(entries, organizations=ORGANIZATIONS, positions=entries // CALLS)))


def traced(root: Path) -> int:
    """The most bytes that Python held while it checked the bundle."""
    read, sizes = from_directory(root)
    tracemalloc.start()
    check_bundle(read, sizes, Wanted(level=STORY, trusted=[KEY], judge=lambda: Story().problem), check=check_ed25519)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def resident(root: Path) -> int:
    """The most bytes that the one file of Python had while it checked the bundle."""
    command = [sys.executable, "-I", "-S", str(build_verifier.TARGET), str(root), "--level", "4", "--key", str(KEY)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as started:
        _, status, used = os.wait4(started.pid, 0)
        started.returncode = os.waitstatus_to_exitcode(status)
    if started.returncode != 0:
        raise SystemExit(f"The verifier ended with status {started.returncode}.")
    return used.ru_maxrss * 1024


def measured(entries: int, measure: Callable[[Path], int]) -> int:
    """The bundle is written and measured by processes of their own: nothing else that runs here counts with it."""
    anew = get_context("spawn")
    with tempfile.TemporaryDirectory() as root:
        with ProcessPoolExecutor(1, anew) as apart:
            apart.submit(bundle, Path(root), entries).result()
        with ProcessPoolExecutor(1, anew) as apart:
            return apart.submit(measure, Path(root)).result()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, nargs="+", default=[100_000, 1_000_000])
    for entries in parser.parse_args().entries:
        print(f"{entries:,} entries: {measured(entries, resident) / MEGABYTE:.1f} MB at most", flush=True)


if __name__ == "__main__":
    main()
