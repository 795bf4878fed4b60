from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand

from policyhub.runtime import address
from policyhub.runtime.up import up

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Starts everything on this machine, prepares the database, and says where it is ready."

    def add_arguments(self, parser: ArgumentParser) -> None:
        address.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        up(self._say, demo=not options["no_demo"])

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
