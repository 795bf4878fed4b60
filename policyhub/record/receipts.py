"""Receipts: what a person keeps of an entry, enough to show later that it was written and where."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from policyhub.record.notes import Check, Checkpoint, Key
from policyhub.record.prooffile import ProofFile
from policyhub.record.proofs import ProofRefused
from policyhub.record.tree import leaf_hash


@dataclass(frozen=True)
class Receipt:
    """An entry's exact text with its place; `proof` is the text of its proof file, None while it is not signed."""

    origin: str
    index: int
    leaf: str
    proof: str | None

    @property
    def hash_text(self) -> str:
        return f"sha256:{leaf_hash(self.leaf.encode()).hex()}"

    def __str__(self) -> str:
        """The receipt as the JSON of a file."""
        said = {
            "origin": self.origin,
            "index": self.index,
            "leaf_hash": self.hash_text,
            "leaf": self.leaf,
            "proof": self.proof,
        }
        return json.dumps(said, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def parse(cls, text: str) -> Receipt:
        """The receipt behind a file's text; ProofRefused when it is none, or its hash is not that of its entry."""
        try:
            said = json.loads(text)
            found = cls(str(said["origin"]), said["index"], said["leaf"], said["proof"])
            stated = said["leaf_hash"]
        except (ValueError, KeyError, TypeError, RecursionError):
            raise ProofRefused(
                "a receipt is a JSON object with origin, index, leaf_hash, leaf and proof; this is none"
            ) from None
        if type(found.index) is not int or not isinstance(found.leaf, str) or found.index < 0:
            raise ProofRefused("a receipt names an entry by its index and its text")
        if not (found.proof is None or isinstance(found.proof, str)) or found.hash_text != stated:
            raise ProofRefused("the entry in the receipt does not have the hash that the receipt states")
        return found

    def check(self, keys: Sequence[Key], check: Check) -> Checkpoint | None:
        """The signed checkpoint that the entry is under, None where the receipt has no proof yet; else ProofRefused."""
        if self.proof is None:
            return None
        proof = ProofFile.parse(self.proof)
        if proof.index != self.index or proof.note.checkpoint.origin != self.origin:
            raise ProofRefused("the proof in the receipt is of another entry, or of another record")
        return proof.check(self.leaf.encode(), keys, check)
