"""The signer: reads the leaves, computes the tree itself, and signs what continues all that it signed before.

It runs apart from the site, with a database role that may read leaves and add checkpoints, a key that the site never
sees, and a memory of its own outside the database: one line for each checkpoint, on disk before anybody sees the
signature. A record that became smaller, or whose beginning changed, is never signed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import psycopg

from policyhub.core.canonical import parse, parse_moment
from policyhub.record.keeping import Keeping, SignerRefused
from policyhub.record.keyring import ABOUT_THE_LOG, ROTATED, STARTED, record_of
from policyhub.record.notes import Checkpoint, Key
from policyhub.record.tree import Frontier, leaf_hash

BATCH = 2_000


STRANGER = (
    "The record was signed before by another key than the one that is here. Nothing is signed. Bring back the signer's "
    "directory. If it is lost, start the record anew: sign_record --start-anew key_lost in an empty directory, then "
    "announce_key."
)


class Signer:
    """Signs one record as it grows."""

    def __init__(self, keeping: Keeping, database: psycopg.Connection[tuple[Any, ...]]) -> None:
        self._keeping = keeping
        self._database = database
        self._frontier = Frontier()
        self._published = 0
        self._rotation: tuple[str, datetime] | None = None
        self._started_as = ""
        self._said: str | None = None

    def check(self) -> None:
        """Every entry was read anew, and the record still begins with what was signed last; else SignerRefused."""
        newest = self._newest()
        last, frontier, self._rotation, self._started_as = self._last(newest), Frontier(), None, ""
        for index, leaf in self._leaves(0):
            self._extend(frontier, index, leaf)
            if last is not None and frontier.size == last.size and frontier.root() != last.root:
                raise SignerRefused(
                    f"The first {last.size} entries are not those that were signed: one of them was changed, removed "
                    "or put in. Nothing more is signed. Compare the database with a backup and with the exports."
                )
        if last is not None and frontier.size < last.size:
            raise SignerRefused(_shrunk(frontier.size, last.size))
        if last is None and newest is not None and self._started_as != str(self._keeping.key):
            raise SignerRefused(STRANGER)
        self._refuse_ended()
        self._frontier, self._published = frontier, 0

    def _newest(self) -> tuple[Checkpoint, str] | None:
        """The largest checkpoint in the database and the key that checks it, or None."""
        row = self._database.execute(
            "SELECT size, root, vkey FROM record_checkpoint ORDER BY size DESC LIMIT 1"
        ).fetchone()
        return (Checkpoint(self._keeping.origin, row[0], bytes(row[1])), row[2]) if row else None

    def _last(self, newest: tuple[Checkpoint, str] | None) -> Checkpoint | None:
        """What was signed last: from memory, else from the database where our own key checks it."""
        remembered = self._keeping.last()
        if remembered is None and newest is not None and newest[1] == str(self._keeping.key):
            return newest[0]
        return remembered

    def _refuse_ended(self) -> None:
        if self._started_as and Key.parse(self._started_as).name != self._keeping.origin:
            raise SignerRefused(
                f"The record was started anew, and {self._started_as} signs it. This directory signed what came "
                "before: keep it, and sign from the other one. Nothing is signed here."
            )

    def step(self) -> Checkpoint | None:
        """What is new was read and signed, and the checkpoint is in the database; None when nothing is new."""
        self._refuse_shrunk()
        for index, leaf in self._leaves(self._frontier.size):
            self._extend(self._frontier, index, leaf)
        self._refuse_ended()
        if self._rotation is not None:
            self._keeping.follow(*self._rotation, self._now())
        if self._frontier.size == self._published:
            return None
        checkpoint = Checkpoint(self._keeping.origin, self._frontier.size, self._frontier.root())
        if checkpoint != self._keeping.last():
            self._keeping.remember(checkpoint)
        self._publish(checkpoint)
        self._published = checkpoint.size
        return checkpoint

    def tell(self, word: str) -> None:
        """Readers of the site are told what keeps the record from being signed, once; nothing does where it is ""."""
        if self._said is None:
            row = self._database.execute("SELECT sentence FROM record_word ORDER BY id DESC LIMIT 1").fetchone()
            self._said = row[0] if row else ""
        if self._said != word:
            self._database.execute("INSERT INTO record_word (sentence) VALUES (%s)", [word])
            self._said = word

    def _refuse_shrunk(self) -> None:
        row = self._database.execute("SELECT coalesce(max(idx) + 1, 0) FROM record_leaf").fetchone()
        held = row[0] if row else 0
        if held < self._frontier.size:
            raise SignerRefused(_shrunk(held, self._frontier.size))

    def _publish(self, checkpoint: Checkpoint) -> None:
        self._database.execute(
            "INSERT INTO record_checkpoint (size, root, note, vkey) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [checkpoint.size, checkpoint.root, str(self._keeping.note(checkpoint)), str(self._keeping.newest_key)],
        )
        row = self._database.execute("SELECT root FROM record_checkpoint WHERE size = %s", [checkpoint.size]).fetchone()
        if row is None or bytes(row[0]) != checkpoint.root:
            raise SignerRefused(
                f"The database holds another checkpoint of size {checkpoint.size}, which this signer did not make. "
                "Nothing more is signed."
            )

    def _extend(self, frontier: Frontier, index: int, leaf: bytes) -> None:
        if index != frontier.size:
            raise SignerRefused(
                f"Entry {frontier.size} is missing: entry {index} stands in its place. Nothing is signed."
            )
        frontier.add(leaf_hash(leaf))
        if ABOUT_THE_LOG in leaf:
            self._read(index, leaf)

    def _read(self, index: int, leaf: bytes) -> None:
        try:
            said = parse(leaf)
            kind, body = said["type"], said["body"]
            if kind == STARTED and record_of(Key.parse(body["vkey"]).name) == record_of(self._keeping.origin):
                self._started_as = str(Key.parse(body["vkey"]))
            elif kind == ROTATED and Key.parse(body["vkey"]).name == self._keeping.origin:
                self._rotation = body["vkey"], parse_moment(body["until"])
        except (ValueError, LookupError, TypeError, AttributeError) as broken:
            raise SignerRefused(f"Entry {index} cannot be read: {broken}. Nothing more is signed.") from None

    def _now(self) -> datetime:
        row = self._database.execute("SELECT clock_timestamp()").fetchone()
        if row is None:
            raise SignerRefused("The database does not tell the time.")
        now: datetime = row[0]
        return now

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


def _shrunk(held: int, signed: int) -> str:
    return (
        f"The record holds {held} entries, and {signed} were signed: entries were removed, or an older state of the "
        "database was put back. Nothing more is signed. Put the newest backup back."
    )
