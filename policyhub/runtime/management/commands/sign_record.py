"""`sign_record`: the signer, in the foreground; or the announcement of its next key, or of a record started anew."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from policyhub.record.keeping import Keeping, SignerRefused
from policyhub.record.keyring import REASONS
from policyhub.record.restarting import announcement
from policyhub.runtime.signer import connected, keeping_directory, origin, sign_until_stopped


class Command(BaseCommand):
    help = "Sign the record as it grows, with a key and a memory of its own, until stopped."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--new-key",
            action="store_true",
            help="make the next key and print its announcement, for `announce_key`; the present one goes on signing",
        )

        parser.add_argument(
            "--start-anew",
            choices=sorted(REASONS),
            help="in an empty POLICYHUB_SIGNER: make another key where the one before is lost, or entries that it "
            "signed are, and print its announcement, for `announce_key`",
        )
        parser.add_argument("--last", metavar="FILE", help="the last checkpoint that anybody kept, for entries_lost")

    def handle(self, *arguments: Any, **options: Any) -> None:
        if options["new_key"]:
            keeping = Keeping(keeping_directory(), origin=origin())
            self.stdout.write(json.dumps(keeping.announcement(), indent=1))
        elif options["start_anew"]:
            self._start_anew(options["start_anew"], options["last"])
        else:
            sign_until_stopped(self.stderr.write)

    def _start_anew(self, reason: str, last: str | None) -> None:
        try:
            kept = Path(last).read_text(encoding="utf-8") if last else None
            with connected() as database:
                said = announcement(keeping_directory(), database, reason=reason, last=kept)
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{last} cannot be read: {error}", returncode=2) from None
        except SignerRefused as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(json.dumps(said, indent=1))
