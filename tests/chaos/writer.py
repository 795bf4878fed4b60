"""One writer: does an act again and again, notes what was acknowledged, and tries the same key after any trouble."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from policyhub.record.models import Entry

PAUSE = 0.05
FIELDS = 3


def noted(file: Path) -> list[tuple[str, int, str]]:
    """Every (key, index, hash) that a writer was told; a line that was cut off by its death was not noted."""
    lines = [line.split() for line in file.read_text().splitlines(keepends=True) if line.endswith("\n")]
    return [(line[0], int(line[1]), line[2]) for line in lines if len(line) == FIELDS]


def main(directory: Path, writer: int) -> None:
    """Writes until told to stop; what was acknowledged is on disk, a line each, before the next act."""
    act = acting()
    file, stop = directory / f"acknowledged-{writer}", directory / "stop"
    file.touch()
    with open(file, "a") as stream:
        if file.read_bytes()[-1:] not in {b"", b"\n"}:
            stream.write("\n")
        for number in count(len(noted(file))):
            entry = None
            while entry is None:
                if stop.exists():
                    return
                entry = act(f"writer-{writer}-{number}")
            stream.write(f"writer-{writer}-{number} {entry.index} {entry.hash_text}\n")
            stream.flush()
            os.fsync(stream.fileno())


def acting() -> Callable[[str], Entry | None]:
    """The act under a key; None when the database was in the way, whether or not it was done."""
    django.setup()
    # The models are there only now.
    from django.db import Error, connection

    from policyhub.accounts.acts import allow_convening
    from policyhub.accounts.models import User
    from policyhub.record.idempotency import perform_once
    from policyhub.record.queries import now

    def act(key: str) -> Entry | None:
        try:
            operator = User.objects.get(is_operator=True)
            return perform_once(
                principal=f"user/{operator.pk}",
                key=key,
                request_hash=key,
                act=lambda: allow_convening(actor=operator, email=f"{key}@example.org", at=now()),
            )
        except Error:
            connection.close()
            time.sleep(PAUSE)
            return None

    return act


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
