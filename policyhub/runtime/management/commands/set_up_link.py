"""`set_up_link`: how the first operator comes in where no server prints a link."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from policyhub.accounts.acts import make_set_up_link
from policyhub.record.queries import now


class Command(BaseCommand):
    help = "Print a link that makes its bearer the operator: once, within an hour, while there is no operator."

    def handle(self, *arguments: Any, **options: Any) -> None:
        secret = make_set_up_link(run="", at=now())
        if secret is None:
            raise CommandError("Somebody operates this installation already. Ask the operator.", returncode=1)
        self.stdout.write(f"{settings.SITE_URL}{reverse('set-up', args=[secret])}")
