"""`outbox`: the mail kept in the database while no mail server is set."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from policyhub.core.canonical import moment
from policyhub.notifications.models import KeptMail
from policyhub.notifications.queries import kept_mail

MOST = 1_000_000


class Command(BaseCommand):
    help = "Print the mail that was kept because no mail server is set, oldest first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON array for machines")
        parser.add_argument("--last", type=int, metavar="N", help="only the newest N")

    def handle(self, *arguments: Any, last: int | None, **options: Any) -> None:
        if last is not None and not 1 <= last <= MOST:
            raise CommandError(f"--last is how many letters to print: a whole number from 1 to {MOST:,}.", returncode=2)
        kept = list(kept_mail()[:last])[::-1]
        if options["json"]:
            self.stdout.write(json.dumps([_shape(mail) for mail in kept], ensure_ascii=False, indent=1))
        elif not kept:
            self.stdout.write("No mail has been kept.")
        for mail in kept if not options["json"] else ():
            self.stdout.write(
                f"{moment(mail.kept_at)}\nTo: {mail.recipients}\nSubject: {mail.subject}\n\n{mail.body}\n"
            )


def _shape(mail: KeptMail) -> dict[str, object]:
    return {
        "id": mail.pk,
        "kept_at": moment(mail.kept_at),
        "to": mail.recipients.split(", "),
        "subject": mail.subject,
        "body": mail.body,
    }
