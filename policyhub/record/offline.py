"""The program for people who do not run the server: checks a record of files or of a site, a receipt, a proof file."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from policyhub.record.bundles import STORY, TEXTS, Report, Tampered, Wanted, check_bundle
from policyhub.record.ed25519 import check_ed25519
from policyhub.record.notes import Checkpoint, Key, Note, NoteRefused
from policyhub.record.places import CannotTell, from_directory, from_site
from policyhub.record.prooffile import ProofFile
from policyhub.record.proofs import ProofRefused
from policyhub.record.receipts import Receipt
from policyhub.record.replay.story import Story

IN_ORDER, CHANGED, UNKNOWN = 0, 1, 2
CHECKED = {
    1: "Their hashes lead to the root that was signed. What they say was not read.",
    2: "They continue every checkpoint and receipt that was given. What they say was not read.",
    3: "Each has its one form, its place, its time and its fields. The story that they tell was not judged.",
    4: "The story that they tell could have happened: mandates, rolls, times, positions, outcomes.",
    5: "The story that they tell could have happened: mandates, rolls, times, positions, outcomes.",
}


def main(argv: Sequence[str]) -> int:
    """0 when everything is in order, 1 when the record is not what was signed, 2 when that cannot be told."""
    options = arguments().parse_args(argv)
    try:
        keys = [Key.parse(text) for text in options.key]
        if options.proof is not None:
            return say_proof(options.record, options.proof, keys)
        if options.record.endswith(".json"):
            return say_receipt(Path(options.record), keys)
        return say_record(options, keys)
    except (CannotTell, NoteRefused, OSError, UnicodeDecodeError) as trouble:
        print(f"This cannot be told: {trouble}", file=sys.stderr)
        return UNKNOWN


def arguments() -> argparse.ArgumentParser:
    """What the program understands."""
    parser = argparse.ArgumentParser(
        prog="verify_record.py",
        description="Check a public record: hashes, signatures, order, whether its story could have happened, texts.",
        epilog="Exit status: 0 everything is in order, 1 the record is not what was signed, 2 this cannot be told.",
    )
    add = parser.add_argument
    add("record", help="a directory made by export_record, a site's address, a receipt, or with --proof a leaf")
    add("--key", action="append", default=[], metavar="VKEY", help="a verifier key that you know")
    add("--checkpoint", action="append", default=[], type=Path, metavar="FILE", help="a checkpoint kept from before")
    add("--receipt", action="append", default=[], type=Path, metavar="FILE", help="a receipt kept from before")
    add("--proof", type=Path, metavar="FILE", help="a .tlog-proof file for the entry's exact bytes")
    add(
        "--level",
        type=int,
        choices=range(1, 6),
        help="1 hashes and root, 2 kept checkpoints and receipts, 3 every byte, order and field, 4 the story (a site's "
        "default), 5 texts and files (a directory's)",
    )
    add("--processes", type=int, choices=range(1, 65), default=1, metavar="N", help="how many hash at once at level 1")
    add("--json", action="store_true", help="print for machines")
    return parser


def say_record(options: argparse.Namespace, keys: Sequence[Key]) -> int:
    """The status, after the record was checked and the outcome said."""
    is_site = options.record.startswith(("http://", "https://"))
    read, sizes = from_site(options.record) if is_site else from_directory(Path(options.record))
    wanted = Wanted(
        level=options.level or (STORY if is_site else TEXTS),
        trusted=keys,
        held=[held(path) for path in options.checkpoint],
        receipts=[receipt(path) for path in options.receipt],
        judge=lambda: Story().problem,
        processes=options.processes,
    )
    try:
        report = check_bundle(read, sizes, wanted, check=check_ed25519)
    except Tampered as found:
        said = {"in_order": False, "broken": found.index, "reason": str(found)}
        print(json.dumps(said) if options.json else f"The record is NOT what was signed. {found}")
        return CHANGED
    print(json.dumps({"in_order": True, **asdict(report)}) if options.json else _sentences(report, trusted=bool(keys)))
    return IN_ORDER


def say_receipt(path: Path, keys: Sequence[Key]) -> int:
    """The status, after a receipt was checked by itself: its hash, its proof, the signature over it."""
    if not keys:
        raise CannotTell("name the verifier key with --key: a receipt is worth what its key is worth.")
    try:
        kept = Receipt.parse(path.read_text(encoding="utf-8"))
        checkpoint = kept.check(keys, check_ed25519)
    except ProofRefused as refusal:
        print(f"The receipt does NOT hold: {refusal}.")
        return CHANGED
    if checkpoint is None:
        raise CannotTell("the receipt has no proof yet: fetch it again once its entry is under a checkpoint.")
    size = checkpoint.size
    print(f"The receipt is of entry {kept.index} of {kept.origin}, under its checkpoint of {size} entries.")
    return IN_ORDER


def say_proof(leaf: str, proof: Path, keys: Sequence[Key]) -> int:
    """The status, after one entry's exact bytes were checked against a proof file."""
    if not keys:
        raise CannotTell("name the verifier key with --key: a proof is worth what its key is worth.")
    try:
        read = ProofFile.parse(proof.read_text(encoding="utf-8"))
        checkpoint = read.check(Path(leaf).read_bytes(), keys, check_ed25519)
    except ProofRefused as refusal:
        print(f"The proof does NOT hold: {refusal}.")
        return CHANGED
    size, origin = checkpoint.size, checkpoint.origin
    print(f"These bytes are entry {read.index} of {origin}, under its checkpoint of {size} entries.")
    return IN_ORDER


def receipt(path: Path) -> Receipt:
    """A receipt that the reader kept."""
    try:
        return Receipt.parse(path.read_text(encoding="utf-8"))
    except ProofRefused as refusal:
        raise CannotTell(f"{path}: {refusal}.") from None


def held(path: Path) -> Checkpoint:
    """A checkpoint that the reader kept; its signature was theirs to check then."""
    return Note.parse(path.read_text(encoding="utf-8")).checkpoint


def _sentences(report: Report, *, trusted: bool) -> str:
    entries = "\n".join(f"  {count:7,}  {kind}" for kind, count in report.kinds.items())
    belief = "" if trusted else "\nThat key came with the record: compare it with one that you know from elsewhere."
    return (
        f"{report.size:,} entries of {report.origin} are what was signed, under {_under(report.checkpoints)}.\n"
        f"{CHECKED[report.level]}\n"
        f"Root {report.root}\nSigned by {report.signed_by}{belief}"
        + "".join(f"\n{each}; ask those who kept its checkpoints." for each in report.started_anew)
        + _texts(report)
        + (f"\n{entries}" if entries else "")
    )


def _texts(report: Report) -> str:
    if report.level < TEXTS:
        return ""
    gone = f"; {report.texts_not_there} more are named that are not public, or were redacted"
    return f"\n{report.texts} texts and files are those that entries name{gone if report.texts_not_there else ''}."


def _under(checkpoints: int) -> str:
    return "1 checkpoint" if checkpoints == 1 else f"{checkpoints} checkpoints"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
