"""`sign_record`: the signer, in the foreground."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from policyhub.runtime.signer import sign_until_stopped


class Command(BaseCommand):
    help = "Sign the record as it grows, with a key and a memory of its own, until stopped."
    requires_system_checks = ()

    def handle(self, *arguments: Any, **options: Any) -> None:
        sign_until_stopped(self.stderr.write)
