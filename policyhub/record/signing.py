"""The signer: reads the leaves, computes the tree itself, and signs what continues all that it signed before.

It runs apart from the site, with a database role that may read leaves and add checkpoints, a key that the site never
sees, and a memory of its own outside the database: one line for each checkpoint, on disk before anybody sees the
signature. A record that became smaller, or whose beginning changed, is never signed.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from policyhub.record.notes import Checkpoint, Key, Note, sign
from policyhub.record.tree import Frontier, leaf_hash

BATCH = 2_000
SEED_BYTES = 32
# The memory is read from its end: it grows with every checkpoint.
LONGER_THAN_TWO_LINES = 512


class SignerRefused(Exception):
    """The record is not what was signed before, or cannot be signed; the message is for the operator."""


class Keeping:
    """What the signer keeps for itself in a directory: its key, the origin it signs for, what it signed last."""

    def __init__(self, root: Path, *, origin: str) -> None:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._root = root
        self._memory = root / "signed"
        self.origin = self._kept("origin", origin)
        seed = base64.b64decode(self._kept("key", base64.b64encode(os.urandom(SEED_BYTES)).decode()))
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.key = Key(self.origin, self._private.public_key().public_bytes_raw())
        self._kept("vkey", str(self.key))

    def note(self, checkpoint: Checkpoint) -> Note:
        """The checkpoint signed with our key."""
        return Note(checkpoint, (sign(checkpoint, self.key, self._private.sign),))

    def last(self) -> Checkpoint | None:
        """What was signed last, or None. A line that was cut off while it was written was never shown to anybody."""
        if not self._memory.exists():
            return None
        with self._memory.open("rb") as memory:
            line, _ = _last_line(memory.fileno())
        if not line:
            return None
        size, _, root = line.decode().partition(" ")
        return Checkpoint(self.origin, int(size), base64.b64decode(root))

    def remember(self, checkpoint: Checkpoint) -> None:
        """The checkpoint is on disk, behind all that were before."""
        line = f"{checkpoint.size} {base64.b64encode(checkpoint.root).decode()}\n".encode()
        handle = os.open(self._memory, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _, end = _last_line(handle)
            os.ftruncate(handle, end)
            os.pwrite(handle, line, end)
            os.fsync(handle)
        finally:
            os.close(handle)
        _sync(self._root)

    def _kept(self, name: str, made: str) -> str:
        """What is kept under a name, made and written now when there is nothing."""
        file = self._root / name
        if not file.exists():
            part = self._root / f"{name}.part"
            with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
                stream.write(f"{made}\n")
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(file)
            _sync(self._root)
        return file.read_text().strip()


class Signer:
    """Signs one record as it grows."""

    def __init__(self, keeping: Keeping, database: psycopg.Connection[tuple[Any, ...]]) -> None:
        self._keeping = keeping
        self._database = database
        self._frontier = Frontier()
        self._published = 0

    def check(self) -> None:
        """Every entry was read anew, and the record still begins with what was signed last; else SignerRefused."""
        last, frontier = self._keeping.last(), Frontier()
        for index, leaf in self._leaves(0):
            _extend(frontier, index, leaf)
            if last is not None and frontier.size == last.size and frontier.root() != last.root:
                raise SignerRefused(
                    f"The first {last.size} entries are not those that were signed: one of them was changed, removed "
                    "or put in. Nothing more is signed. Compare the database with a backup and with the exports."
                )
        if last is not None and frontier.size < last.size:
            raise SignerRefused(_shrunk(frontier.size, last.size))
        self._frontier, self._published = frontier, 0

    def step(self) -> Checkpoint | None:
        """What is new was read and signed, and the checkpoint is in the database; None when nothing is new."""
        self._refuse_shrunk()
        for index, leaf in self._leaves(self._frontier.size):
            _extend(self._frontier, index, leaf)
        if self._frontier.size == self._published:
            return None
        checkpoint = Checkpoint(self._keeping.origin, self._frontier.size, self._frontier.root())
        if checkpoint != self._keeping.last():
            self._keeping.remember(checkpoint)
        self._publish(checkpoint)
        self._published = checkpoint.size
        return checkpoint

    def _refuse_shrunk(self) -> None:
        row = self._database.execute("SELECT coalesce(max(idx) + 1, 0) FROM record_leaf").fetchone()
        held = row[0] if row else 0
        if held < self._frontier.size:
            raise SignerRefused(_shrunk(held, self._frontier.size))

    def _publish(self, checkpoint: Checkpoint) -> None:
        self._database.execute(
            "INSERT INTO record_checkpoint (size, root, note, vkey) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [checkpoint.size, checkpoint.root, str(self._keeping.note(checkpoint)), str(self._keeping.key)],
        )
        row = self._database.execute("SELECT root FROM record_checkpoint WHERE size = %s", [checkpoint.size]).fetchone()
        if row is None or bytes(row[0]) != checkpoint.root:
            raise SignerRefused(
                f"The database holds another checkpoint of size {checkpoint.size}, which this signer did not make. "
                "Nothing more is signed."
            )

    def _leaves(self, first: int) -> Iterator[tuple[int, bytes]]:
        """The leaves from an index on, in order, in batches."""
        while True:
            rows = self._database.execute(
                "SELECT idx, leaf FROM record_leaf WHERE idx >= %s ORDER BY idx LIMIT %s", [first, BATCH]
            ).fetchall()
            for index, leaf in rows:
                yield index, bytes(leaf)
            if len(rows) < BATCH:
                return
            first = rows[-1][0] + 1


def _extend(frontier: Frontier, index: int, leaf: bytes) -> None:
    if index != frontier.size:
        raise SignerRefused(f"Entry {frontier.size} is missing: entry {index} stands in its place. Nothing is signed.")
    frontier.add(leaf_hash(leaf))


def _shrunk(held: int, signed: int) -> str:
    return (
        f"The record holds {held} entries, and {signed} were signed: entries were removed, or an older state of the "
        "database was put back. Nothing more is signed. Put the newest backup back."
    )


def _last_line(handle: int) -> tuple[bytes, int]:
    """The last line that was written to its end, and the place behind it; b"" and 0 where there is none."""
    size = os.fstat(handle).st_size
    first = max(0, size - LONGER_THAN_TWO_LINES)
    whole, ended, _ = os.pread(handle, size - first, first).rpartition(b"\n")
    return (whole.rpartition(b"\n")[2], first + len(whole) + 1) if ended else (b"", 0)


def _sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
