"""`announce_key FILE`: the record says by which key it is signed from now on."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from policyhub.accounts.announcing import announce
from policyhub.accounts.queries import find_operator
from policyhub.core.errors import NotPossible
from policyhub.insight.outcomes import SENTENCES
from policyhub.record.kinds import Kind
from policyhub.record.queries import now


class Command(BaseCommand):
    help = (
        "Put on the record the key of its signer, as `sign_record --new-key` or `--start-anew` printed it "
        "(- reads it from there)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="the announcement, or - for standard input")

    def handle(self, *arguments: Any, file: str, **options: Any) -> None:
        operator = find_operator()
        if operator is None:
            raise CommandError("Nobody operates this installation yet: use the set-up link first.")
        try:
            entry = announce(actor=operator, announcement=_read(file), at=now())
        except NotPossible as refusal:
            raise CommandError(str(refusal)) from None
        headline, advice = SENTENCES[Kind(entry.kind)]
        until = f" The key before goes on until {entry.body['until']}." if "until" in entry.body else ""
        self.stdout.write(f"Entry {entry.index}: {headline}, {entry.body['vkey']}.{until} {advice}")


def _read(file: str) -> str:
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise CommandError(f"{file} cannot be read: {error}", returncode=2) from None
