"""Checking the record as the database holds it: its leaves, its checkpoints with their signatures, what people kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from policyhub.core.canonical import NotCanonical, parse
from policyhub.record.keyring import ABOUT_THE_LOG, Keyring
from policyhub.record.models import Entry, Head, SignedCheckpoint
from policyhub.record.notes import Checkpoint, Key, Note, NoteRefused
from policyhub.record.receipts import Receipt
from policyhub.record.replay import Story
from policyhub.record.tree import Frontier
from policyhub.record.verifying import Fault, Row, Verified, verify


@dataclass(frozen=True)
class Kept:
    """What somebody kept where nobody here can reach it: keys, checkpoints, receipts."""

    keys: Sequence[Key] = ()
    checkpoints: Sequence[Checkpoint] = ()
    receipts: Sequence[Receipt] = ()


def check_database(kept: Kept | None = None) -> Verified:
    """The first thing that is wrong with the record in the database, or its size and root."""
    watched = _Watch(kept or Kept())
    found = verify(watched.passing(_rows()), Story().problem)
    fault = found.fault or watched.fault
    if fault is None and found.size != (stated := Head.objects.get(log_id=1).size):
        fault = Fault(found.size, f"the record says it holds {stated} entries, {found.size} were found")
    return Verified(found.size, found.root, fault)


def by_library(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature over the message is this key's, as the library finds that the signer uses."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


class _Watch:
    """Compares what was signed and kept with the leaves while they go by; `fault` is the first that does not fit."""

    def __init__(self, kept: Kept) -> None:
        signed = list(SignedCheckpoint.objects.order_by("size"))
        believed = [Key.parse(each.vkey) for each in signed[:1]]
        self._ring = Keyring(list(kept.keys) or believed, by_library, believes=not kept.keys)
        self._signed = {each.size: each for each in signed}
        self._kept: dict[int, list[Checkpoint]] = {}
        for each in kept.checkpoints:
            self._kept.setdefault(each.size, []).append(each)
        self._receipts = {each.index: each for each in kept.receipts}
        self._unknown: list[Note] = []
        self._frontier = Frontier()
        self.fault: Fault | None = None

    def passing(self, rows: Iterator[Row]) -> Iterator[Row]:
        """The same rows."""
        for row in rows:
            yield row
            if self.fault is None:
                self.fault = self._about(row)
        self.fault = self.fault or self._beyond(self._frontier.size) or self._still_unknown()

    def _about(self, row: Row) -> Fault | None:
        receipt = self._receipts.get(row.index)
        if receipt is not None and receipt.hash_text != f"sha256:{row.leaf_hash.hex()}":
            return Fault(row.index, "it is not the one of the receipt")
        self._frontier.add(row.leaf_hash)
        problem = self._keys_in(row) or self._under(self._frontier.size)
        return Fault(row.index, problem) if problem else None

    def _keys_in(self, row: Row) -> str | None:
        if ABOUT_THE_LOG not in row.leaf:
            return None
        try:
            said = parse(row.leaf)
            return self._ring.read(row.index, said["type"], said["body"])
        except (NotCanonical, LookupError, TypeError) as trouble:
            return f"it cannot be read: {trouble}"

    def _under(self, size: int) -> str | None:
        """What is wrong with the checkpoints over so many entries, or None."""
        root, signed = self._frontier.root, self._signed.get(size)
        if any(each.root != root() for each in self._kept.get(size, ())):
            return f"the first {size} entries are not those under the checkpoint that was kept"
        if signed is None:
            return None
        if bytes(signed.root) != root():
            return f"the first {size} entries are not those under their checkpoint"
        return self._unsigned(signed)

    def _unsigned(self, signed: SignedCheckpoint) -> str | None:
        """Why nobody known vouches for the checkpoint, or None."""
        try:
            note = Note.parse(signed.note)
            said = note.checkpoint
            if (said.size, said.root) != (signed.size, bytes(signed.root)):
                return f"the checkpoint of size {signed.size} says something else in its note"
            if not any(note.signed_by(key, by_library) for key in self._ring.keys):
                # The record may say further on that a key was handed over, or that another one began.
                self._unknown.append(note)
        except NoteRefused as refusal:
            return f"the checkpoint of size {signed.size} does not hold: {refusal}"
        return None

    def _still_unknown(self) -> Fault | None:
        """The first checkpoint that no key signed which is known by now, but those of a time that has ended."""
        ended = {Key.parse(each.previous).name for each in self._ring.starts} - {key.name for key in self._ring.keys}
        for note in (each for each in self._unknown if each.checkpoint.origin not in ended):
            try:
                note.require(self._ring.keys, by_library)
            except NoteRefused as refusal:
                size = note.checkpoint.size
                anew = "".join(f". {each}" for each in self._ring.starts)
                return Fault(size - 1, f"the checkpoint of size {size} does not hold: {refusal}{anew}")
        return None

    def _beyond(self, held: int) -> Fault | None:
        beyond = [
            size for size in (*self._signed, *self._kept, *(index + 1 for index in self._receipts)) if size > held
        ]
        return Fault(held, f"{min(beyond)} entries were signed or kept and {held} are there") if beyond else None


def _rows() -> Iterator[Row]:
    rows = Entry.objects.order_by("index").values_list("index", "leaf", "leaf_hash")
    for index, leaf, hashed in rows.iterator(chunk_size=2000):
        yield Row(index, bytes(leaf), bytes(hashed))
