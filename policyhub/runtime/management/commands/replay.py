"""Tell a process file: every line through the act that people use, all of it or nothing."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from policyhub.demo.handlers import HANDLERS
from policyhub.demo.plainyaml import FileRefused
from policyhub.demo.processfile import read
from policyhub.demo.telling import Summary, tell
from policyhub.record.queries import now


class Command(BaseCommand):
    """Exit 2 with the line and the reason when a line is refused; then nothing is loaded."""

    help = "Tell the process that a file describes (docs/process-file.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *arguments: Any, **options: Any) -> None:
        try:
            summary = tell(read(options["file"]), HANDLERS, at=now())
        except FileRefused as refusal:
            self.stderr.write(f"Nothing was loaded. {refusal}")
            sys.exit(2)
        self.stdout.write("\n".join(_lines(summary)))


def _lines(summary: Summary) -> list[str]:
    total = sum(summary.kinds.values())
    return [
        f"{summary.process.title}: {total} entries. It is at /processes/{summary.process.slug}/",
        *(f"{count:6d}  {kind}" for kind, count in summary.kinds.items()),
    ]
