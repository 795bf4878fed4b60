"""Tell the demo's process files into an empty installation."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from policyhub import demo
from policyhub.demo.handlers import HANDLERS
from policyhub.demo.plainyaml import FileRefused
from policyhub.demo.processfile import read
from policyhub.demo.telling import tell
from policyhub.participation.models import Process
from policyhub.record.queries import now


class Command(BaseCommand):
    """Does nothing where there is a process already."""

    help = "Tell the demo processes, where there is no process yet."

    def handle(self, *arguments: Any, **options: Any) -> None:
        if Process.objects.exists():
            return
        for path in sorted((Path(demo.__file__).parent / "processes").glob("*.yaml")):
            try:
                summary = tell(read(path), HANDLERS, at=now())
            except FileRefused as refusal:
                self.stderr.write(f"The demo was not loaded. {path.name}: {refusal}")
                sys.exit(2)
            self.stdout.write(f"Told {summary.process.title}: {sum(summary.kinds.values())} entries.")
