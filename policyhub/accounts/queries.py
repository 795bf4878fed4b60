"""Finding people, tokens and links."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet

from policyhub.accounts.models import Link, Token, User
from policyhub.record.models import Entry, Secret

# A set-up link that a command made outlives no lunch break.
SET_UP_LASTS = timedelta(hours=1)


def digest(secret: str) -> str:
    """The SHA-256 under which a secret is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def find_user(email: str) -> User | None:
    """The person with this address, in any case of letters."""
    return User.objects.filter(email__iexact=email.strip()).first()


def has_operator() -> bool:
    """Whether somebody operates this installation."""
    return User.objects.filter(is_operator=True, is_active=True).exists()


def find_operator() -> User | None:
    """Who operates this installation, or None while nobody does."""
    return User.objects.filter(is_operator=True, is_active=True).order_by("pk").first()


def find_token(secret: str, *, at: datetime) -> Token | None:
    """The live token behind a secret, its user active; a persona's only where nobody else reaches the server."""
    found = (
        Token.objects.select_related("user")
        .filter(digest=digest(secret), ended_at__isnull=True, user__is_active=True)
        .filter(Q(expires_at__isnull=True) | Q(expires_at__gt=at))
        .first()
    )
    return found if found and (settings.LISTENS_ON_LOOPBACK or not found.user.is_persona) else None


def tokens_of(user: User) -> QuerySet[Token]:
    """A person's tokens, newest first; those that ended stay listed."""
    return Token.objects.filter(user=user).order_by("-created_at", "-pk")


def conveners() -> QuerySet[User]:
    """Everybody who may open processes, by address."""
    return User.objects.filter(may_convene=True).order_by("email")


def find_link(secret: str, purpose: Link.Purpose, *, run: str) -> Link | None:
    """The unused link of this run behind a secret."""
    return (
        Link.objects.select_related("user")
        .filter(digest=digest(secret), purpose=purpose, run=run, used_at__isnull=True)
        .first()
    )


def find_set_up_link(secret: str, *, run: str, at: datetime) -> Link | None:
    """The unused link that makes the operator: printed by this run, or made by command within the last hour."""
    made_by_command = find_link(secret, Link.Purpose.SET_UP, run="")
    if made_by_command is not None and made_by_command.created_at + SET_UP_LASTS > at:
        return made_by_command
    return find_link(secret, Link.Purpose.SET_UP, run=run) if run else None


def find_persona(secret: str) -> User | None:
    """The persona whom a sign-in link of this run lets in; None wherever others could reach the server."""
    if not settings.LISTENS_ON_LOOPBACK or not settings.RUN_ID:
        return None
    link = find_link(secret, Link.Purpose.SIGN_IN, run=settings.RUN_ID)
    return link.user if link and link.user and link.user.is_persona and link.user.is_active else None


def find_person_behind(commitment: str | None) -> int | None:
    """The id of the person that a commitment in a leaf stands for; None when it stands for nobody or was erased."""
    return Secret.objects.filter(commit=commitment).values_list("person", flat=True).first()


def was_made_by(entry: Entry, user: User) -> bool:
    """Whether this person did what the entry says."""
    return find_person_behind(entry.actor["person"]) == user.pk
