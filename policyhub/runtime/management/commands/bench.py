"""Measure the product beside its peers, in one run, as ratios."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand

from policyhub.runtime.bench import BENCHES, Measured, measure
from policyhub.runtime.refusal import BAD_INPUT, FAILED, Refusal

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """A benchmark that cannot be run says why; the others are run all the same."""

    help = "Measures the product beside its peers, interleaved in one run, and prints medians and ratios."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("names", nargs="*", metavar="NAME", help=f"which: {', '.join(BENCHES)} (all of them)")
        parser.add_argument("--json", action="store_true", help="print for machines")
        parser.add_argument("--rounds", type=int, metavar="N", help="how often each takes its turn")

    def handle(self, *args: Any, **options: Any) -> None:
        self._check(options["names"], options["rounds"])
        wanted = options["names"] or list(BENCHES)
        refused = {}
        measured = []
        for name in dict.fromkeys(wanted):
            try:
                measured.append(measure(BENCHES[name], rounds=options["rounds"], say=self.stderr.write))
            except Refusal as refusal:
                refused[name] = str(refusal)
        self.stdout.write(_for_machines(measured, refused) if options["json"] else _for_people(measured))
        for name, sentence in refused.items():
            self.stderr.write(f"{name} was not measured. {sentence}")
        if refused:
            sys.exit(FAILED)

    def _check(self, names: list[str], rounds: int | None) -> None:
        if unknown := [name for name in names if name not in BENCHES]:
            self.stderr.write(f"There is no benchmark named {unknown[0]}. There are: {', '.join(BENCHES)}.")
            sys.exit(BAD_INPUT)
        if rounds is not None and rounds < 1:
            self.stderr.write("At least one round is needed: --rounds 1 or more.")
            sys.exit(BAD_INPUT)


def _for_machines(measured: list[Measured], refused: dict[str, str]) -> str:
    said = {"measured": [each.as_json() for each in measured], "refused": refused}
    return json.dumps(said, indent=2, ensure_ascii=False)


def _for_people(measured: list[Measured]) -> str:
    return "\n\n".join(each.as_text() for each in measured)
