"""`erase_again DIRECTORY`: what was erased and redacted since a backup is so again after the backup was put back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from policyhub.accounts.queries import find_operator
from policyhub.core.canonical import NotCanonical, parse
from policyhub.core.errors import NotPossible
from policyhub.insight.texts import find_kept
from policyhub.notifications.erasing import erase_again
from policyhub.record.bundles import Tampered, place, split
from policyhub.record.kinds import Kind
from policyhub.record.notes import Note, NoteRefused
from policyhub.record.places import CannotTell, from_directory, required, required_text
from policyhub.record.queries import is_redacted, now
from policyhub.record.tiles import WIDTH

ABOUT = (b'"type":"person.erased"', b'"type":"text.redacted"')


class Command(BaseCommand):
    help = (
        "Read an export that is newer than the backup which was put back: erase again whoever it says was erased, and "
        "name the texts that it says were redacted."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", type=Path, help="what export_record wrote")

    def handle(self, *arguments: Any, directory: Path, **options: Any) -> None:
        operator = find_operator()
        if operator is None:
            raise CommandError("Nobody operates this installation yet: use the set-up link first.")
        try:
            said = list(_about_erasing(directory))
        except (CannotTell, NoteRefused, NotCanonical, Tampered) as trouble:
            raise CommandError(f"{directory} cannot be read: {trouble}", returncode=2) from None
        commitments = {each for leaf in said for each in leaf["body"].get("commitments", ())}
        try:
            entries = erase_again(actor=operator, commitments=commitments, at=now())
        except NotPossible as refusal:
            raise CommandError(f"Nobody was erased. {refusal}") from None
        self.stdout.write(f"{len(entries)} {'person was' if len(entries) == 1 else 'people were'} erased again.")
        self._name_texts([leaf for leaf in said if leaf["type"] == Kind.TEXT_REDACTED])

    def _name_texts(self, redactions: list[dict[str, Any]]) -> None:
        back = [leaf for leaf in redactions if not is_redacted(leaf["body"]["text_hash"])]
        for leaf in (each for each in back if find_kept(each["body"]["text_hash"])):
            self.stdout.write(
                f"A text of {leaf['subject']} was redacted and is back, {leaf['body']['text_hash']}: take the words "
                "out of it with redact_words."
            )


def _about_erasing(directory: Path) -> Iterator[dict[str, Any]]:
    """The entries of an export by which people were erased and texts redacted, oldest first."""
    read, _ = from_directory(directory)
    size = Note.parse(required_text(read, "checkpoint")).checkpoint.size
    for number in range((size + WIDTH - 1) // WIDTH):
        width = min(WIDTH, size - number * WIDTH)
        for leaf in split(required(read, f"tile/entries/{place(number, width)}"), number, width):
            if any(kind in leaf for kind in ABOUT):
                yield parse(leaf)
