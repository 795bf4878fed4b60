"""Check the whole record: every byte, hash, counter, time, signature, and whether its story could have happened."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from policyhub.record import offline
from policyhub.record.auditing import Kept, check_database
from policyhub.record.notes import Key, NoteRefused
from policyhub.record.places import CannotTell
from policyhub.record.verifying import Verified


class Command(BaseCommand):
    """Exit 0 when the record is as it must be, 1 with the first broken index when it is not, 2 when nothing is said."""

    help = "Check every leaf of the record, its order, its story and its checkpoints; or those of an export, or a site."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("place", nargs="?", help="a directory made by export_record, the address of a site, …")
        parser.add_argument("--key", action="append", default=[], metavar="VKEY", help="a verifier key that you know")
        parser.add_argument("--checkpoint", action="append", default=[], type=Path, metavar="FILE", help="kept before")
        parser.add_argument("--receipt", action="append", default=[], type=Path, metavar="FILE", help="kept before")
        parser.add_argument("--level", type=int, choices=range(1, 6), help="as of tools/verify_record.py")
        parser.add_argument("--json", action="store_true", help="print for machines")

    def handle(self, *arguments: Any, **options: Any) -> None:
        if options["place"]:
            sys.exit(offline.main(_passed_on(options)))
        found = check_database(_kept(options))
        sentence = None if found.fault is None else f"Entry {found.fault.index} is broken: {found.fault.sentence}."
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(found, sentence)))
        elif sentence is None:
            self.stdout.write(f"{found.size} entries verified. Root sha256:{found.root.hex()}")
        if sentence is not None:
            self.stderr.write(sentence)
            sys.exit(1)


def _kept(options: dict[str, Any]) -> Kept:
    try:
        return Kept(
            [Key.parse(each) for each in options["key"]],
            [offline.held(each) for each in options["checkpoint"]],
            [offline.receipt(each) for each in options["receipt"]],
        )
    except (CannotTell, NoteRefused, OSError, UnicodeDecodeError) as trouble:
        raise CommandError(f"What you kept cannot be used: {trouble}", returncode=2) from None


def _passed_on(options: dict[str, Any]) -> list[str]:
    passed = [options["place"], *(["--json"] if options["json"] else [])]
    for name in ("key", "checkpoint", "receipt"):
        for value in options[name]:
            passed += [f"--{name}", str(value)]
    return passed + (["--level", str(options["level"])] if options["level"] else [])


def _as_json(found: Verified, sentence: str | None) -> dict[str, object]:
    index = found.fault.index if found.fault else None
    return {"size": found.size, "root": f"sha256:{found.root.hex()}", "broken": index, "reason": sentence}
