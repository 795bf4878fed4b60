"""The texts of minutes: written once, never changed, named by hash."""

from __future__ import annotations

from datetime import datetime

from policyhub.accounts.models import User
from policyhub.core.errors import Reason
from policyhub.core.text import canonical_text
from policyhub.core.text import text_hash as hash_of
from policyhub.core.tree import to_tree
from policyhub.minutes.models import Minutes, MinutesVersion
from policyhub.minutes.queries import get_text


def write_text(minutes: Minutes, text: str, *, writer: User, at: datetime) -> MinutesVersion:
    """The next version of the minutes; TextRefused for a text that cannot be taken. Part of the acts that write one."""
    text = canonical_text(text, what="text of the minutes", field="text")
    return MinutesVersion.objects.create(
        minutes=minutes,
        number=minutes.versions.count() + 1,
        text=text,
        tree=to_tree(text),
        text_hash=hash_of(text),
        written_at=at,
        written_by=writer,
    )


def stale(minutes: Minutes, text_hash: str) -> Reason | None:
    """The reason why somebody acts on a text that is not the newest, or None."""
    if get_text(minutes).text_hash == text_hash:
        return None
    return Reason("text_changed", "The minutes changed since you read them. Nothing was done; read them again first.")


def unchanged(minutes: Minutes, text: str) -> Reason | None:
    """The reason why a text is no new one, or None."""
    if get_text(minutes).text_hash != hash_of(text):
        return None
    return Reason("unchanged", "This is the text that stands already. Change it, then send it.", "text")
