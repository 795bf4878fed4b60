from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runtime.installation import Installation, Up


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """A fresh installation below a path with a space and an accent."""
    made = Installation(tmp_path / "ünder a space" / "data")
    yield made
    made.remove()


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, Up]]:
    """An installation that is up for all tests of a module."""
    made = Installation(tmp_path_factory.mktemp("standing") / "data")
    with made.up() as up:
        yield made, up
    assert made.processes() == []
    made.remove()
