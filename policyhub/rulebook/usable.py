"""Which rules can decide a call at all: one that none could ever use must not become a charter's."""

from __future__ import annotations

from collections.abc import Collection

from .rule import Base, Rule
from .words import listing, shown


def classes_of(rule: Rule, category: str) -> frozenset[str]:
    """The rule's classes that an organization of this interest category is in: those called like its address."""
    return frozenset(name for name, _ in rule.classes if name.lower() == category)


def unusable(rule: Rule, categories: Collection[str]) -> str | None:
    """Why no call at a table of these interest categories could be decided by the rule, and what helps; or None."""
    if rule.base is Base.PRESENT:
        return (
            "This rule counts those present in a room, and a call is answered from anywhere: no call could be decided "
            "by it. Choose one that counts the positions cast, the positions returned or the whole roster."
        )
    if rule.balance_decides:
        return (
            "This rule judges who sits at the table and not what they say of a text. Set its share as the limit of "
            "balance, and choose a rule that counts positions."
        )
    if missing := [name for name, _ in rule.classes if name.lower() not in categories]:
        return (
            f"This rule judges each of its classes by itself, and no interest category is called "
            f"{listing([shown(name) for name in missing])}. List them as categories, or choose another rule."
        )
    return None
