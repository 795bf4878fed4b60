"""In every interleaving of a mandate's end and a vote, no vote stands after the end. In full by a command."""

from __future__ import annotations

import os
import sys

import pytest

from tests.chaos.removals import is_right, play

pytestmark = pytest.mark.slow
ROUNDS = int(os.environ.get("REMOVALS", "200"))


def test_no_position_stands_after_the_mandate_of_who_cast_it_ended(own_database: str) -> None:
    found = play(ROUNDS, seed=1)
    sys.stdout.write(f"{dict(found)}\n")
    assert is_right(found), found
    assert set(found) == {"refused", "voted first"}, found
