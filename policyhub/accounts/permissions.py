"""Who may let others in, and out."""

from __future__ import annotations

from policyhub.accounts.models import User


def can_allow_convening(user: User) -> bool:
    """The operator."""
    return user.is_active and user.is_operator


def can_announce_keys(user: User) -> bool:
    """The operator: the key itself is the signer's, who cannot write entries."""
    return user.is_active and user.is_operator


def can_erase(user: User, person: User) -> bool:
    """Whoever it is about, and the operator at their request."""
    return user.is_active and (user.pk == person.pk or user.is_operator)
