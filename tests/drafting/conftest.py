"""Real texts for the drafting tests."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def policies() -> Path:
    """The folder of real policies."""
    return Path(__file__).parent.parent / "data" / "texts"
