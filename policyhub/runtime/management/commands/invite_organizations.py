"""A list of organizations is invited to a process."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from policyhub.core.errors import NotPossible, refuse
from policyhub.participation import acts
from policyhub.participation.importing import read_list
from policyhub.participation.models import Process
from policyhub.participation.queries import categories, find_convener
from policyhub.record.queries import now


class Command(BaseCommand):
    """Print how many are invited, or a sentence for each line that cannot be taken with exit status 2."""

    help = (
        "Invite the organizations of a CSV file as the process's convener, all or none. Its first line names the "
        "columns: name, category, email; if wanted also about and standing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Name the file and the process."""
        parser.add_argument("file", type=Path, help="the CSV file, in UTF-8")
        parser.add_argument("--process", required=True, help="the slug of the process")

    def handle(self, *args: Any, **options: Any) -> None:
        """Invite them; what is refused leaves nothing behind."""
        try:
            count = invite_file(options["file"], process=options["process"])
        except NotPossible as refusal:
            for reason in refusal.reasons:
                self.stderr.write(reason.sentence)
            sys.exit(2)
        self.stdout.write(f"{count} organization{'' if count == 1 else 's'} invited.")


def invite_file(file: Path, *, process: str) -> int:
    """How many organizations of the file are invited."""
    found = Process.objects.filter(slug=process).first()
    if found is None:
        raise refuse("process", f"There is no process {process}. Open it first, or name another.")
    convener = find_convener(found)
    if convener is None:
        raise refuse("convener", f"The process {process} has no convener who could invite anybody.")
    try:
        content = file.read_bytes()
    except OSError as error:
        raise refuse("file", f"{file} cannot be read: {error.strerror or error}.") from None
    listed = read_list(content, list(categories(found)))
    acts.invite_organizations(actor=convener, process=found, listed=listed, at=now())
    return len(listed)
