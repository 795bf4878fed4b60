"""Check the whole record: every byte, hash, counter and time."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand

from policyhub.record import offline
from policyhub.record.models import Entry, Head
from policyhub.record.verifying import Row, Verified, verify


class Command(BaseCommand):
    """Exit 0 when the record is as it must be, 1 with the first broken index when it is not."""

    help = "Check every leaf of the record, its order and its root; or those of an export, or of another site."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("place", nargs="?", help="a directory made by export_record, or the address of a site")
        parser.add_argument("--json", action="store_true", help="print for machines")

    def handle(self, *arguments: Any, **options: Any) -> None:
        if options["place"]:
            sys.exit(offline.main([options["place"], *(["--json"] if options["json"] else [])]))
        found = verify(_rows())
        sentence = _sentence(found, Head.objects.get(log_id=1).size)
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(found, sentence)))
        elif sentence is None:
            self.stdout.write(f"{found.size} entries verified. Root sha256:{found.root.hex()}")
        if sentence is not None:
            self.stderr.write(sentence)
            sys.exit(1)


def _rows() -> Iterator[Row]:
    rows = Entry.objects.order_by("index").values_list("index", "leaf", "leaf_hash")
    for index, leaf, hashed in rows.iterator(chunk_size=2000):
        yield Row(index, bytes(leaf), bytes(hashed))


def _sentence(found: Verified, size: int) -> str | None:
    if found.fault is not None:
        return f"Entry {found.fault.index} is broken: {found.fault.sentence}."
    if found.size != size:
        return f"Entry {found.size} is broken: the record says it holds {size} entries, {found.size} were found."
    return None


def _as_json(found: Verified, sentence: str | None) -> dict[str, object]:
    index = found.fault.index if found.fault else (found.size if sentence else None)
    return {"size": found.size, "root": f"sha256:{found.root.hex()}", "broken": index, "reason": sentence}
