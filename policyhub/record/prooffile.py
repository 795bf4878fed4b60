"""Proofs as files that people keep: C2SP tlog-proof, self-contained and checked offline."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass

from policyhub.record.notes import Check, Checkpoint, Key, Note, NoteRefused
from policyhub.record.proofs import HASH_BYTES, ProofRefused, check_inclusion
from policyhub.record.tree import leaf_hash

HEADER = "c2sp.org/tlog-proof@v1"
# No tree is higher: a proof with more hashes is not read.
MOST_HASHES = 63


@dataclass(frozen=True)
class ProofFile:
    """Shows that a leaf stands at `index` under a signed checkpoint, to whoever has the leaf: it is not in it."""

    index: int
    hashes: tuple[bytes, ...]
    note: Note

    def __str__(self) -> str:
        hashes = "".join(f"{base64.b64encode(each).decode()}\n" for each in self.hashes)
        return f"{HEADER}\nindex {self.index}\n{hashes}\n{self.note}"

    @classmethod
    def parse(cls, text: str) -> ProofFile:
        """The proof behind a file's text; ProofRefused when it is malformed. An `extra` line is read over."""
        head, gap, note = text.partition("\n\n")
        lines = head.split("\n")
        if not gap or lines[0] != HEADER:
            raise ProofRefused(f"a proof file begins with the line {HEADER}")
        if len(lines) > 1 and lines[1].startswith("extra "):
            del lines[1]
        found = re.fullmatch(r"index (0|[1-9]\d{0,18})", lines[1]) if len(lines) > 1 else None
        if found is None or len(lines) > 2 + MOST_HASHES:
            raise ProofRefused("a proof file names its index, and then at most 63 hashes")
        try:
            return cls(int(found[1]), tuple(_hash(line) for line in lines[2:]), Note.parse(note))
        except NoteRefused as refusal:
            raise ProofRefused(str(refusal)) from None

    def check(self, leaf: bytes, keys: Sequence[Key], check: Check) -> Checkpoint:
        """The checkpoint that the leaf is under, signed by one of the keys; ProofRefused otherwise."""
        checkpoint = self.note.checkpoint
        try:
            self.note.require(keys, check)
        except NoteRefused as refusal:
            raise ProofRefused(str(refusal)) from None
        check_inclusion(leaf_hash(leaf), self.index, checkpoint.size, self.hashes, checkpoint.root)
        return checkpoint


def _hash(line: str) -> bytes:
    try:
        decoded = base64.b64decode(line, validate=True)
    except (binascii.Error, ValueError):
        decoded = b""
    if len(decoded) != HASH_BYTES or base64.b64encode(decoded).decode() != line:
        raise ProofRefused("a line of the proof is no hash in base64")
    return decoded
