from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand

from policyhub.runtime.processes import PROCESSES, serve

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Runs one process of the product in the foreground: web, worker or beat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("process", choices=sorted(PROCESSES))

    def handle(self, *args: Any, **options: Any) -> None:
        serve(options["process"])
