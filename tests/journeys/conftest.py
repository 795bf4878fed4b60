from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings

from tests.journeys.installation import Sink, worker


@pytest.fixture
def sink(own_database: str) -> Iterator[Sink]:
    """A running worker and a mail server that keeps what the worker sends."""
    if not settings.REDIS_URL:
        pytest.fail("Journeys need REDIS_URL: run them with `python3 manage.py test`.")
    with Sink().running() as running, worker(running):
        yield running
