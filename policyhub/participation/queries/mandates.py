"""Reading whom organizations send: mandates by the clock, and the tokens of their programs."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db.models import Case, Q, QuerySet, Value, When

from policyhub.accounts.models import User
from policyhub.accounts.queries import digest
from policyhub.participation.models import (
    Participation,
    Representative,
    ServiceToken,
    held_now,
)
from policyhub.participation.queries.processes import Person, may_take_part
from policyhub.participation.rules import (
    SPEAKING,
    Mandate,
)


def mandates_of(user: Person, participation: Participation) -> QuerySet[Representative]:
    """The mandates to speak that a person holds now for one seat."""
    if not isinstance(user, User) or not may_take_part(user, participation.process):
        return Representative.objects.none()
    speaking = Representative.objects.filter(held_now(), mandate__in=SPEAKING)
    return speaking.filter(participation=participation, user=user)


def representatives_of(participation: Participation) -> QuerySet[Representative]:
    """Whom an organization sends now, the lead first, then as they were named."""
    rows = participation.representatives.filter(held_now()).select_related("user")
    leads_first = Case(When(mandate=Mandate.LEAD, then=Value(0)), default=Value(1))
    return rows.order_by(leads_first, "since", "pk")


def due_mandates(at: datetime) -> QuerySet[Representative]:
    """The mandates that have ended by the clock and are not written down as ended."""
    rows = Representative.objects.filter(until__isnull=True, ends_at__lte=at)
    return rows.select_related("participation__process", "participation__organization", "user").order_by(
        "ends_at", "pk"
    )


def service_tokens(participation: Participation) -> QuerySet[ServiceToken]:
    """The tokens of an organization's programs, newest first; those that ended stay listed."""
    return participation.service_tokens.select_related("issued_by").order_by("-created_at", "-pk")


def find_service_token(secret: str, *, at: datetime) -> tuple[ServiceToken, User] | None:
    """The live token of an organization behind a secret, and who leads it now: as whom its program reads."""
    live = ServiceToken.objects.filter(digest=digest(secret), ended_at__isnull=True)
    token = live.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=at)).select_related("participation").first()
    if token is None:
        return None
    lead = representatives_of(token.participation).filter(mandate=Mandate.LEAD, user__is_active=True).first()
    if lead is None or (lead.user.is_persona and not settings.LISTENS_ON_LOOPBACK):
        return None
    return token, lead.user
