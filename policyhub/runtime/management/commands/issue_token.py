"""`issue_token EMAIL`: an API token for scripts, shown once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from policyhub.accounts.acts import issue_token
from policyhub.accounts.queries import find_user
from policyhub.core.errors import NotPossible
from policyhub.record.queries import now


class Command(BaseCommand):
    help = "Make an API token for a person. It is shown once; only its hash is kept."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the person in whose name the script acts")
        parser.add_argument("--name", default="made by command", help="what the token is for")

    def handle(self, *arguments: Any, email: str, name: str, **options: Any) -> None:
        user = find_user(email)
        if user is None or not user.is_active:
            raise CommandError(f"Nobody signs in with {email}. Write the address of somebody who does.", returncode=2)
        try:
            secret = issue_token(user=user, name=name, at=now())
        except NotPossible as refusal:
            raise CommandError(str(refusal), returncode=2) from None
        self.stdout.write(secret)
