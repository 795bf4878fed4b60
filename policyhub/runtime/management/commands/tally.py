"""Count a ballot by its rule: JSON on standard input, the outcome on standard output. Needs no database."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from policyhub.rulebook import Ballot, BallotError, Outcome, RulebookError, tally


class Command(BaseCommand):
    """Print the outcome of the ballot on standard input, or one sentence with exit status 2."""

    help = "Count a ballot (JSON on standard input) by its rule and explain the outcome."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Offer the machine's form beside the one for people."""
        parser.add_argument("--json", action="store_true", help="print one JSON object for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        """Judge the ballot; nothing is printed but the outcome or the one sentence."""
        try:
            outcome = tally(Ballot.from_text(_read()))
        except RulebookError as refusal:
            self.stderr.write(str(refusal))
            sys.exit(2)
        self.stdout.write(_for_machines(outcome) if options["json"] else "\n".join(outcome.explanation))


def _read() -> str:
    try:
        return sys.stdin.buffer.read().decode("utf-8")
    except UnicodeDecodeError:
        raise BallotError("The ballot is not JSON: it is not even text in UTF-8.") from None


def _for_machines(outcome: Outcome) -> str:
    return json.dumps(outcome.as_json(), indent=2)
