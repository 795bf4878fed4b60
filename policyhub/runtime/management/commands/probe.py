from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand

from policyhub.runtime.processes import PROBES, is_healthy

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Asks whether a process of this environment does its work; ends with status 1 when it does not."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("process", choices=sorted(PROBES))

    def handle(self, *args: Any, **options: Any) -> None:
        if not is_healthy(options["process"]):
            self.stderr.write(f"The {options['process']} process does not answer.")
            sys.exit(1)
        self.stdout.write(f"The {options['process']} process answers.")
