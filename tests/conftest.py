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
from django.db import connection
from psycopg.pq import TransactionStatus

from policyhub.record.models import Entry
from policyhub.record.queries import now as record_now
from policyhub.record.replay import Story
from policyhub.record.replay.state import BY_THE_CLOCK
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


@pytest.fixture(autouse=True)
def told_story(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever the acts of a test put on the record is a story that the verifier believes: it raises no false alarm.

    Tests that write entries past the acts are marked `odd_entries`.
    """
    watched = "db" in request.fixturenames and request.node.get_closest_marker("odd_entries") is None
    if watched:
        request.getfixturevalue("db")
    yield
    if watched and not _is_broken():
        assert find_problem() is None


def _is_broken() -> bool:
    """Whether an error ended the test's transaction, so that nothing can be read in it any more."""
    raw = connection.connection
    return raw is None or raw.info.transaction_status == TransactionStatus.INERROR


def find_problem() -> str | None:
    """What the verifier would say of the test's own record.

    A test's people may convene without having been let, and it names times of its own beside the database's.
    """
    story = Story()
    story.held.conveners = story.held.operators = 1
    for entry in Entry.objects.order_by("index"):
        for problem in story.problems(entry.index, entry.content):
            if not problem.startswith(BY_THE_CLOCK):
                return f"Entry {entry.index} ({entry.kind}): {problem}"
    return None
