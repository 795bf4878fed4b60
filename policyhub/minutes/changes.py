"""What became of minutes between their versions: each text that was read, and the correction that made it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from policyhub.core.html import Html, to_html
from policyhub.drafting.redline import mark_tree
from policyhub.minutes.models import Correction, Minutes, MinutesVersion
from policyhub.minutes.queries import corrections, versions


@dataclass(frozen=True)
class Change:
    """A version with what it changed in the one before, marked; `changed` is None for the first that was read."""

    version: MinutesVersion
    correction: Correction | None = None
    changed: Html | None = None


def changes(minutes: Minutes) -> list[Change]:
    """Every text that was read, newest first, with the blocks that differ from the text before and why they do."""
    texts = list(versions(minutes))
    answered = {each.version_id: each for each in corrections(minutes) if each.version_id is not None}
    made = [Change(new, answered.get(new.pk), _changed(old, new)) for new, old in pairwise(texts)]
    return [*made, *(Change(first) for first in texts[-1:])]


def _changed(old: MinutesVersion, new: MinutesVersion) -> Html:
    """The blocks that are not as they were, with every word that was put in, taken out or moved marked."""
    marked = mark_tree(old.tree, new.tree)
    return to_html([each for each in marked if each not in old.tree], level=4, prefix=f"version-{new.number}")
