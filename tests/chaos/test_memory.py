"""A small run: thrice the entries about the same things take no more memory. In full by a command, see testing.md."""

from __future__ import annotations

from tests.chaos.memory import measured, traced


def test_memory_does_not_grow_with_entries() -> None:
    some, thrice = measured(15_000, traced), measured(45_000, traced)
    assert thrice < some * 1.15, (some, thrice)
