"""Show what changed between two texts. Needs no database."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from policyhub.drafting.redline import Operation, as_json, as_page, as_text, redline
from policyhub.runtime.refusal import BAD_INPUT, Refusal, of_os_error

FORMATS = ("text", "html", "json")


class Command(BaseCommand):
    """Print the redline of two files, or one sentence and exit status 2 where one of them cannot be read."""

    help = "Show what changed between two Markdown files, word by word, with moved lines named as moved."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the older file, the newer file, and the form of the answer."""
        parser.add_argument("old", type=Path, help="the file as it was")
        parser.add_argument("new", type=Path, help="the file as it is")
        parser.add_argument("--format", choices=FORMATS, default="text", help="for people, browsers or machines")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare the files exactly as they are; line ends count."""
        old, new = options["old"], options["new"]
        try:
            operations = redline(_read(old), _read(new))
        except Refusal as refusal:
            self.stderr.write(str(refusal))
            sys.exit(refusal.status)
        written = _written(operations, options["format"], title=f"{old.name} and {new.name}")
        self.stdout.write(written, ending="" if written.endswith("\n") else "\n")


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise Refusal(f"{path} is not a text in UTF-8. Save it as UTF-8, then compare again.", BAD_INPUT) from None
    except OSError as error:
        raise Refusal(str(of_os_error(error)), BAD_INPUT) from None


def _written(operations: list[Operation], form: str, *, title: str) -> str:
    match form:
        case "html":
            return as_page(operations, title=title)
        case "json":
            return as_json(operations)
        case _:
            return as_text(operations)
