"""A witness: looks at a record now and then, keeps what it saw, and notices when the record is not continued.

For organizations that do not run the server. What it keeps lies where the operator cannot reach it; two checkpoints
that do not fit are proof for everybody.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from policyhub.record.ed25519 import check_ed25519, public_key, sign_ed25519
from policyhub.record.keyring import ROTATED, Keyring
from policyhub.record.notes import COSIGNATURE, Checkpoint, Key, Note, NoteRefused, cosign
from policyhub.record.places import CannotTell, Read, fetch, from_site, required_text
from policyhub.record.proofs import ProofRefused, check_consistency

CONTINUED, BROKEN, NOT_SEEN = 0, 1, 2
SEED = 32


class NotContinued(Exception):
    """The record does not continue what was seen: the message says how, the rest is the proof of it."""

    def __init__(self, sentence: str, *notes: str, proof: Sequence[str] = ()) -> None:
        super().__init__(sentence)
        self.notes, self.proof = notes, proof


class Memory:
    """What a witness keeps in a directory: the record's key, every checkpoint it saw, its own key if it has one."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(mode=0o700, parents=True, exist_ok=True)

    def pinned(self, read: Read, given: str | None) -> Key:
        """The record's key: the one that was given, else the one seen first, which is kept now."""
        file = self.root / "vkey"
        kept = file.read_text(encoding="utf-8") if file.exists() else None
        key = Key.parse(given or kept or required_text(read, "vkey"))
        if kept is not None and str(Key.parse(kept)) != str(key):
            raise CannotTell("another key is kept than the one given: look into the directory before you go on.")
        if kept is None:
            self._write("vkey", f"{key}\n")
        return key

    def repin(self, key: Key) -> Key:
        """The record's key from now on: the one before has handed over to it."""
        self._write("vkey", f"{key}\n")
        return key

    def last(self) -> Note | None:
        """The newest checkpoint that was seen, or None."""
        sizes = self._sizes()
        return self.seen(sizes[-1]) if sizes else None

    def seen(self, size: int) -> Note | None:
        """The checkpoint of that size as it was seen, or None."""
        file = self.root / "checkpoints" / str(size)
        return Note.parse(file.read_text(encoding="utf-8")) if file.exists() else None

    def keep(self, note: Note) -> None:
        """The checkpoint is on disk, for good: one of a size is never written twice."""
        if self.seen(note.checkpoint.size) is None:
            self._write(f"checkpoints/{note.checkpoint.size}", str(note))

    def keep_evidence(self, trouble: NotContinued) -> Path:
        """What does not fit lies in a file that convinces whoever has the record's key."""
        said = {"what": str(trouble), "notes": list(trouble.notes), "consistency_proof": list(trouble.proof)}
        return self._write(f"evidence/{time.time_ns()}.json", json.dumps(said, indent=1, ensure_ascii=False) + "\n")

    def cosigned(self, note: Note, name: str) -> Path:
        """The checkpoint with this witness's line below it, in the file `cosigned`; its key is made on first use."""
        file = self.root / "key"
        if not file.exists():
            self._write("key", base64.b64encode(os.urandom(SEED)).decode() + "\n")
        seed = base64.b64decode(file.read_text(encoding="utf-8"))
        key = Key(name, public_key(seed), COSIGNATURE)
        self._write("witness-vkey", f"{key}\n")
        line = cosign(note.checkpoint, key, lambda message: sign_ed25519(seed, message), at=int(time.time()))
        return self._write("cosigned", str(Note(note.checkpoint, (*note.signatures, line))))

    def _sizes(self) -> list[int]:
        kept = self.root / "checkpoints"
        return sorted(int(each.name) for each in kept.iterdir() if each.name.isdecimal()) if kept.is_dir() else []

    def _write(self, name: str, content: str) -> Path:
        file = self.root / name
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = file.with_name(f"{file.name}.part")
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(file)
        return file


def look(site: str, memory: Memory, given: str | None) -> Note:
    """The record's newest checkpoint, which continues the last one that was seen; else NotContinued."""
    read, _ = from_site(site)
    key = memory.pinned(read, given)
    note = Note.parse(required_text(read, "checkpoint"))
    if not any((each.name, each.key_id) == (key.name, key.id) for each in note.signatures):
        key = memory.repin(_handed_over(site, key))
    _signed(note, key)
    last = memory.last()
    if last is not None:
        _compare(site, last, note)
    memory.keep(note)
    return note


def _handed_over(site: str, key: Key) -> Key:
    """The newest key that the kept one hands over to, by entries of the record; the kept one where there is none."""
    ring = Keyring([key], check_ed25519)
    for body in _rotations(site):
        ring.read(0, ROTATED, body)
    return ring.keys[-1]


def _rotations(site: str) -> list[dict[str, str]]:
    base = site.rstrip("/").removesuffix("/record")
    answer = fetch(f"{base}/api/v1/record/entries/?kind={ROTATED}&limit=200")
    try:
        return [each["content"]["body"] for each in json.loads(answer or b"")["results"]]
    except (ValueError, KeyError, TypeError):
        raise CannotTell("the site does not tell which keys it had.") from None


def compare_with(site: str, memory: Memory, key: Key, files: Sequence[Path]) -> None:
    """What others saw fits what this witness saw; else NotContinued: the record shows them another face."""
    for file in files:
        note = Note.parse(file.read_text(encoding="utf-8"))
        _signed(note, key)
        own = memory.seen(note.checkpoint.size) or memory.last()
        if own is None:
            raise CannotTell("nothing was seen yet that could be compared.")
        older, newer = sorted((own, note), key=lambda each: each.checkpoint.size)
        _compare(site, older, newer)


def _signed(note: Note, key: Key) -> None:
    try:
        note.require([key], check_ed25519)
    except NoteRefused as refusal:
        raise NotContinued(f"The checkpoint is not signed by the key that is kept: {refusal}.", str(note)) from None


def _compare(site: str, older: Note, newer: Note) -> None:
    old, new = older.checkpoint, newer.checkpoint
    if new.size < old.size:
        sentence = f"The record shows {new.size} signed entries, and {old.size} were seen before: it was cut off."
        raise NotContinued(sentence, str(older), str(newer))
    hashes = [] if old.size == new.size else _asked(site, old, new)
    try:
        check_consistency(old.size, new.size, old.root, new.root, [bytes.fromhex(each) for each in hashes])
    except (ProofRefused, ValueError) as refusal:
        sentence = f"The record of {new.size} entries does not continue the one of {old.size}: {refusal}."
        raise NotContinued(sentence, str(older), str(newer), proof=hashes) from None


def _asked(site: str, old: Checkpoint, new: Checkpoint) -> list[str]:
    base = site.rstrip("/").removesuffix("/record")
    answer = fetch(f"{base}/api/v1/record/proofs/consistency/?old={old.size}&new={new.size}")
    try:
        hashes = json.loads(answer or b"")["hashes"]
    except (ValueError, KeyError, TypeError):
        raise CannotTell("the site gives no proof between the two checkpoints.") from None
    if not isinstance(hashes, list) or not all(isinstance(each, str) for each in hashes):
        raise CannotTell("the site gives a proof of another form.")
    return hashes


def witness_arguments() -> argparse.ArgumentParser:
    """What the program understands."""
    parser = argparse.ArgumentParser(
        prog="witness.py",
        description="Look at a public record, and notice when it does not continue what was seen before.",
        epilog="Exit status: 0 it continues, 1 it does not (the proof is kept below evidence/), 2 nothing was seen.",
    )
    add = parser.add_argument
    add("site", help="the site's address")
    add("--state", type=Path, required=True, metavar="DIR", help="where to keep what was seen")
    add("--key", metavar="VKEY", help="the record's verifier key, as you know it from elsewhere")
    add("--cosign", metavar="NAME", help="also sign each checkpoint as a witness of this name (DIR/cosigned)")
    add("--compare", nargs="+", type=Path, default=[], metavar="FILE", help="checkpoints that others saw")
    return parser


def witness_main(argv: Sequence[str]) -> int:
    """0 when the record continues what was seen, 1 when it does not, 2 when nothing could be seen."""
    options = witness_arguments().parse_args(argv)
    memory = Memory(options.state)
    try:
        first = memory.last() is None
        note = look(options.site, memory, options.key)
        key = memory.pinned(from_site(options.site)[0], options.key)
        compare_with(options.site, memory, key, options.compare)
        print(_seen(note, key, first=first and options.key is None))
        if options.cosign:
            print(f"Cosigned: {memory.cosigned(note, options.cosign)}")
    except NotContinued as trouble:
        print(f"{trouble} The proof is in {memory.keep_evidence(trouble)}: keep it, and show it to the others.")
        return BROKEN
    except (CannotTell, NoteRefused, OSError, UnicodeDecodeError) as trouble:
        print(f"Nothing was seen: {trouble}", file=sys.stderr)
        return NOT_SEEN
    return CONTINUED


def _seen(note: Note, key: Key, *, first: bool) -> str:
    size = note.checkpoint.size
    if first:
        return f"Seen for the first time: {size} entries. Its key is kept; compare it with one from elsewhere: {key}"
    return f"The record of {size} entries continues what was seen."


if __name__ == "__main__":
    sys.exit(witness_main(sys.argv[1:]))
