"""`redact_words PROCESS WORDS`: words that name a person leave every text of a process."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from policyhub.accounts.queries import find_operator
from policyhub.core.errors import NotPossible
from policyhub.notifications.redacting import find_words, redact_words
from policyhub.participation.models import Process
from policyhub.record.kinds import REDACTION_REASONS
from policyhub.record.queries import now


class Command(BaseCommand):
    help = "Take words out of every text of a process; the record says which texts lost them. They are gone for good."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("process", help="its name in addresses")
        parser.add_argument("words", help="exactly as they are written")
        parser.add_argument("--reason", choices=REDACTION_REASONS, default="personal")
        parser.add_argument("--look", action="store_true", help="only say where they stand")

    def handle(self, *arguments: Any, process: str, words: str, reason: str, look: bool, **options: Any) -> None:
        found = Process.objects.filter(slug=process).first()
        operator = find_operator()
        if found is None:
            raise CommandError(f"There is no process {process}.", returncode=2)
        if operator is None:
            raise CommandError("Nobody operates this installation yet: use the set-up link first.")
        if look:
            for each in find_words(found, words):
                self.stdout.write(
                    f"Entry {each.entry.index}, {each.entry.kind}, {each.entry.subject}: {each.kept.hash}"
                )
            return
        try:
            entry = redact_words(actor=operator, process=found, words=words, reason=reason, at=now())
        except NotPossible as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(
            f"From entry {entry.index} on the record says which texts lost the words. Run VACUUM on the database, and "
            "let no backup outlive its thirty-five days."
        )
