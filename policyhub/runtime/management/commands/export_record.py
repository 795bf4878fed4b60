"""`export_record DIR`: the public record as plain files, for whoever wants to keep and check it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from policyhub.insight.texts import public_texts
from policyhub.record.bundles import place
from policyhub.record.models import Entry, SignedCheckpoint
from policyhub.record.queries import leaves_of, newest_checkpoint, tiles
from policyhub.record.tiles import WIDTH


class Command(BaseCommand):
    help = (
        "Write the record, up to its newest checkpoint, and the public texts that it names, as plain files into an "
        "empty or a new directory."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", type=Path, help="an empty or a new directory")

    def handle(self, *arguments: Any, directory: Path, **options: Any) -> None:
        newest = newest_checkpoint()
        if newest is None:
            raise CommandError("Nothing is signed yet: start the signer (manage.py sign_record), then export again.")
        if directory.exists() and any(directory.iterdir()):
            raise CommandError(f"{directory} is not empty. Name an empty or a new directory.", returncode=2)
        held = Entry.objects.filter(index__lt=newest.size).count()
        if held != newest.size:
            raise CommandError(
                f"{newest.size} entries were signed, {held} of them are there: nothing is exported. Run verify_record."
            )
        _write(directory / "vkey", f"{newest.vkey}\n".encode())
        _write(directory / "checkpoint", newest.note.encode())
        for each in SignedCheckpoint.objects.filter(size__lte=newest.size).order_by("size"):
            _write(directory / "checkpoints" / str(each.size), each.note.encode())
        for number in range((newest.size + WIDTH - 1) // WIDTH):
            _write_tile(directory / "tile", number, min(WIDTH, newest.size - number * WIDTH))
        signed = Entry.objects.filter(index__lt=newest.size).order_by("index")
        for kept in public_texts(signed.iterator(chunk_size=500)):
            _write(directory / "texts" / kept.hash.removeprefix("sha256:"), kept.content)
        self.stdout.write(f"{newest.size} entries are in {directory}. Check them: tools/verify_record.py {directory}")


def _write_tile(root: Path, number: int, width: int) -> None:
    leaves = b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves_of(number, width))
    _write(root / "entries" / place(number, width), leaves)
    _write(root / "0" / place(number, width), tiles().tile(0, number, width))


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
