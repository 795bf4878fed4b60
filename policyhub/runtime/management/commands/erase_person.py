"""`erase_person EMAIL`: a person is erased at their request; the record names them no longer."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from policyhub.accounts.queries import find_operator
from policyhub.core.errors import NotPossible
from policyhub.notifications.erasing import erase_address
from policyhub.record.queries import now


class Command(BaseCommand):
    help = "Erase a person: their address leaves the database, and entries of the record name nobody in their place."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the person who asked for it")

    def handle(self, *arguments: Any, email: str, **options: Any) -> None:
        operator = find_operator()
        if operator is None:
            raise CommandError("Nobody operates this installation yet: use the set-up link first.")
        try:
            entry = erase_address(actor=operator, email=email, at=now())
        except NotPossible as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(
            f"Entry {entry.index}: erased. Run VACUUM on the database, and let no backup outlive its thirty-five days."
        )
