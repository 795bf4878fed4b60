"""Starting a record anew: what a new signer says of the one before, for the operator to put on the record."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg

from policyhub.record.ed25519 import check_ed25519
from policyhub.record.keeping import Keeping, SignerRefused
from policyhub.record.keyring import KEY_LOST, lines_of, next_origin
from policyhub.record.notes import Key, Note, NoteRefused

NOTHING_SIGNED = "Nothing was signed in this record yet: its signer starts by itself, there is nothing to start anew."
NEEDS_THE_LAST = (
    "Give the last checkpoint that anybody kept with --last FILE: it says which entries were signed and are not here."
)


def announcement(
    root: Path, database: psycopg.Connection[tuple[Any, ...]], *, reason: str, last: str | None
) -> dict[str, object]:
    """What the record has to say before the key in this directory may sign it; the key is made now.

    The directory is new, or one whose key signed nothing. `last` is the text of the last checkpoint that was
    signed, needed where the entries under it are lost. SignerRefused where there is nothing to start anew.
    """
    row = database.execute("SELECT note, vkey FROM record_checkpoint ORDER BY size DESC LIMIT 1").fetchone()
    if row is None:
        raise SignerRefused(NOTHING_SIGNED)
    before, ended = Key.parse(row[1]), Note.parse(row[0])
    if reason != KEY_LOST:
        ended = _kept(last, before)
    origin = next_origin(before.name)
    _empty(root, origin)
    key = Keeping(root, origin=origin).key
    return {
        "vkey": str(key),
        "previous": str(before),
        "checkpoint": lines_of(ended),
        "reason": reason,
    }


def _kept(last: str | None, before: Key) -> Note:
    """The checkpoint that somebody kept, signed by the key before."""
    if last is None:
        raise SignerRefused(NEEDS_THE_LAST)
    try:
        note = Note.parse(last)
        note.require([before], check_ed25519)
    except NoteRefused as refusal:
        raise SignerRefused(f"That is not a checkpoint which {before} signed: {refusal}.") from None
    return note


def _empty(root: Path, origin: str) -> None:
    """A key that signed something is not used for something else; one that was made and never used is forgotten."""
    if (root / "signed").exists():
        raise SignerRefused(
            f"{root} is a signer's directory already. Keep it, and let POLICYHUB_SIGNER name an empty one."
        )
    made_for = root / "origin"
    if made_for.exists() and made_for.read_text().strip() != origin:
        for name in ("key", "vkey", "origin"):
            (root / name).unlink(missing_ok=True)
