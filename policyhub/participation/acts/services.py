"""Tokens of an organization's programs. They read, and leave no entry: nobody else relies on them."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction

from policyhub.accounts.acts import MAX_TOKEN_NAME
from policyhub.accounts.models import User
from policyhub.accounts.queries import digest
from policyhub.core.errors import Reason, check, require
from policyhub.core.locks import hold, hold_rows
from policyhub.core.text import canonical_line
from policyhub.participation.models import Participation, ServiceToken
from policyhub.participation.permissions import can_issue_service_token
from policyhub.participation.queries import mandates_of


@transaction.atomic
def issue_service_token(
    *, actor: User, participation: Participation, name: str, expires_at: datetime | None = None, at: datetime
) -> str:
    """The secret of a new token of the organization, shown this once; only its digest is kept."""
    participation = hold(participation)
    hold_rows(mandates_of(actor, participation))
    require(can_issue_service_token(actor, participation))
    name = canonical_line(name, what="name", limit=MAX_TOKEN_NAME, field="name")
    check(participation.unseated(at), _over(expires_at, at))
    secret = f"phs_{secrets.token_urlsafe(32)}"
    ServiceToken.objects.create(
        participation=participation,
        digest=digest(secret),
        name=name,
        issued_by=actor,
        created_at=at,
        expires_at=expires_at,
    )
    return secret


@transaction.atomic
def end_service_token(*, actor: User, token: ServiceToken, at: datetime) -> None:
    """No program comes in by this token any more; when it ended before, that time stays."""
    hold_rows(mandates_of(actor, token.participation))
    require(can_issue_service_token(actor, token.participation))
    ServiceToken.objects.filter(pk=token.pk, ended_at__isnull=True).update(ended_at=at)


def _over(expires_at: datetime | None, at: datetime) -> Reason | None:
    if expires_at is None or expires_at > at:
        return None
    return Reason("expires_at", "This token would have ended already. Choose a later day.", "expires_at")
