"""Django's choices for enumerations of states."""

from __future__ import annotations


def choices(states: type) -> list[tuple[str, str]]:
    """Django's choices for an enumeration of states."""
    return [(state.value, state.value.replace("_", " ")) for state in states]  # type: ignore[attr-defined]
