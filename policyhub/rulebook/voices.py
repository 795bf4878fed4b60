"""One voice for related organizations: who speaks with whom.

W3C counts related participants as one (W3C Process, "Member Consortia and related Members"); here they are the
organizations that are linked, also by way of one that does not sit at the table.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

# An organization, and the one that it belongs to.
Link = tuple[str, str]


def voices_of(seated: Iterable[str], links: Collection[Link]) -> dict[str, str]:
    """For each organization at the table the one that its voice is named after: itself, where it stands alone.

    A voice is named after a member at the table that belongs to no other, and of several after the first by address.
    """
    names = list(seated)
    if not links:
        return {name: name for name in names}
    joined = _joined(links)
    belonging = {member for member, _ in links}
    first: dict[str, str] = {}
    for name in sorted(names, key=lambda name: (name in belonging, name)):
        first.setdefault(joined.get(name, name), name)
    return {name: first[joined.get(name, name)] for name in names}


def _joined(links: Collection[Link]) -> dict[str, str]:
    """For each linked organization one name that it shares with all it is linked to, however far."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while (above := parent.setdefault(name, name)) != name:
            parent[name] = name = parent[above]
        return name

    for member, other in links:
        parent[root(member)] = root(other)
    return {name: root(name) for name in list(parent)}
