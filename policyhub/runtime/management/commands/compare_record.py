"""Compare the tables with the record: every field, text, commitment and row."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from policyhub.insight.acts import keep_comparison
from policyhub.insight.agreement import Comparison, compare
from policyhub.record.queries import now

DISAGREE = 1


class Command(BaseCommand):
    """Exit 0 when the tables say what the record says, 1 with what they say otherwise when they do not."""

    help = "Compare what the tables say now with what the record says; the site shows the result as its newest."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print for machines")

    def handle(self, *arguments: Any, **options: Any) -> None:
        at = now()
        found = compare()
        keep_comparison(found, at=at)
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(found)))
        elif found.agrees:
            self.stdout.write(f"The tables agree with the record in all of its {found.entries} entries.")
        else:
            for line in _lines(found):
                self.stderr.write(line)
        if not found.agrees:
            sys.exit(DISAGREE)


def _as_json(found: Comparison) -> dict[str, object]:
    return {
        "agrees": found.agrees,
        "entries": found.entries,
        "disagreements": found.disagreements,
        "listed": [each.as_json() for each in found.listed],
    }


def _lines(found: Comparison) -> list[str]:
    more = found.disagreements - len(found.listed)
    return [
        f"The tables disagree with the record in {found.disagreements} places.",
        *(each.sentence for each in found.listed),
        *([f"{more} more are not listed."] if more else []),
    ]
