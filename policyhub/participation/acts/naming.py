"""Why a person cannot be named here: one sentence for every reason, so that naming tells nobody who speaks for whom."""

from __future__ import annotations

from policyhub.accounts.models import User
from policyhub.core.errors import Reason


def cannot_be_named(person: User) -> Reason:
    """The refusal, in words that are the same whichever rule stands in the way."""
    return Reason(
        "cannot_be_named",
        f"{person.email} cannot be named here. In one process nobody speaks for two organizations, or for one while "
        "holding a neutral function; demo personas act in demo processes only.",
        "email",
    )
