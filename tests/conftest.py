"""Fixtures for every test: real PostgreSQL, the serving role, no network beyond it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.cache import cache, caches

from policyhub.record.queries import now as record_now
from tests.databases import cloned

# Databases 0 to 15 are there; 0 is the broker's.
FIRST_OF_WORKERS = 2


def worker_name(config: pytest.Config) -> str:
    """The name under which this test process keeps its databases."""
    worker = getattr(config, "workerinput", {}).get("workerid", "main")
    return f"policyhub_test_{os.environ.get('POLICYHUB_TEST_NAME', 'suite')}_{worker}"


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[None]:
    """The worker's database, where each test rolls back."""
    with django_db_blocker.unblock(), cloned(worker_name(request.config)):
        yield


@pytest.fixture
def own_database(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """A database of the test's own, for tests that commit; it is thrown away, never flushed."""
    with django_db_blocker.unblock(), cloned(f"{worker_name(request.config)}_own") as name:
        yield name


@pytest.fixture(scope="session", autouse=True)
def own_cache(request: pytest.FixtureRequest) -> None:
    """Each test process counts in a database of Redis of its own: emptying it takes nothing from the others."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "gw-1")
    place = urlsplit(str(settings.CACHES["default"].get("LOCATION", "")))
    if place.scheme:
        number = FIRST_OF_WORKERS + int(worker.removeprefix("gw"))
        settings.CACHES["default"]["LOCATION"] = place._replace(path=f"/{number}").geturl()
        with suppress(AttributeError):
            del caches["default"]


@pytest.fixture(autouse=True)
def empty_cache(own_cache: None) -> None:
    """Rate limits and the like start anew in each test."""
    cache.clear()


@pytest.fixture
def now(db: None) -> Any:
    """The database's time at the start of the test."""
    return record_now()
