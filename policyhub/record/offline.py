"""The program for people who do not run the server: checks a record of files or of a site, or one proof file."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from policyhub.record.bundles import CannotTell, Report, Tampered, check_bundle, from_directory, from_site
from policyhub.record.ed25519 import check_ed25519
from policyhub.record.notes import Checkpoint, Key, Note, NoteRefused
from policyhub.record.prooffile import ProofFile
from policyhub.record.proofs import ProofRefused

IN_ORDER, CHANGED, UNKNOWN = 0, 1, 2


def main(argv: Sequence[str]) -> int:
    """0 when everything is in order, 1 when the record is not what was signed, 2 when that cannot be told."""
    options = arguments().parse_args(argv)
    try:
        keys = [Key.parse(text) for text in options.key]
        if options.proof is not None:
            return say_proof(options.record, options.proof, keys)
        return say_record(options.record, keys, [held(path) for path in options.checkpoint], as_json=options.json)
    except (CannotTell, NoteRefused, OSError, UnicodeDecodeError) as trouble:
        print(f"This cannot be told: {trouble}", file=sys.stderr)
        return UNKNOWN


def arguments() -> argparse.ArgumentParser:
    """What the program understands."""
    parser = argparse.ArgumentParser(
        prog="verify_record.py", description="Check a public record: every byte, hash, counter, time and signature."
    )
    parser.add_argument("record", help="a directory made by export_record, a site's address, or with --proof a leaf")
    parser.add_argument("--key", action="append", default=[], metavar="VKEY", help="a verifier key that you know")
    parser.add_argument(
        "--checkpoint", action="append", default=[], type=Path, metavar="FILE", help="a checkpoint that you kept before"
    )
    parser.add_argument("--proof", type=Path, metavar="FILE", help="a .tlog-proof file for the entry's exact bytes")
    parser.add_argument("--json", action="store_true", help="print for machines")
    return parser


def say_record(place: str, keys: Sequence[Key], kept: Sequence[Checkpoint], *, as_json: bool) -> int:
    """The status, after the record was checked and the outcome said."""
    is_site = place.startswith(("http://", "https://"))
    read, sizes = from_site(place) if is_site else from_directory(Path(place))
    try:
        report = check_bundle(read, sizes, trusted=keys, held=kept, check=check_ed25519)
    except Tampered as found:
        said = {"in_order": False, "broken": found.index, "reason": str(found)}
        print(json.dumps(said) if as_json else f"The record is NOT what was signed. {found}")
        return CHANGED
    print(json.dumps({"in_order": True, **asdict(report)}) if as_json else _sentences(report, trusted=bool(keys)))
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


def held(path: Path) -> Checkpoint:
    """A checkpoint that the reader kept; its signature was theirs to check then."""
    return Note.parse(path.read_text(encoding="utf-8")).checkpoint


def _sentences(report: Report, *, trusted: bool) -> str:
    entries = "\n".join(f"  {count:7,}  {kind}" for kind, count in report.kinds.items())
    belief = "" if trusted else "\nThat key came with the record: compare it with one that you know from elsewhere."
    return (
        f"{report.size:,} entries of {report.origin} are what was signed, under {_count(report.checkpoints)}.\n"
        f"Root {report.root}\nSigned by {report.signed_by}{belief}\n{entries}"
    )


def _count(checkpoints: int) -> str:
    return "1 checkpoint" if checkpoints == 1 else f"{checkpoints} checkpoints"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
