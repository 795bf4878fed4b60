"""Who may let others in."""

from __future__ import annotations

from policyhub.accounts.models import User


def can_allow_convening(user: User) -> bool:
    """The operator."""
    return user.is_active and user.is_operator
