"""Who may take words out of texts."""

from __future__ import annotations

from policyhub.accounts.models import User


def can_redact(user: User) -> bool:
    """The operator, who answers for what the installation serves; whoever has a stake in a text may not."""
    return user.is_active and user.is_operator
