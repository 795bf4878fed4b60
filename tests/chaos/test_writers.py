"""A small run of writers that are killed, and who waits behind an append that is never finished."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.db import OperationalError, connection, transaction

from policyhub.core.ids import uuid7
from policyhub.core.locks import is_lock_timeout
from policyhub.record.queries import size
from tests.chaos.writers import run
from tests.factories.record import write

ACTOR = '{"org":null,"person":null,"role":"system"}'


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_or_doubled_when_writers_and_database_are_killed(tmp_path: Path) -> None:
    found = run(writers=4, kills=2, crashes=1, seed=3, directory=tmp_path, quiet=8)
    assert found.wrong == []
    assert (found.kills_effective, found.crashes_effective) == (2, 1)
    assert found.size > found.acknowledged >= 32


def test_append_behind_one_that_is_never_finished_fails_soon_and_leaves_nothing(own_database: str) -> None:
    write(2)
    before = size()
    with _unfinished_append(), pytest.raises(OperationalError) as refusal:
        _append_in_a_hurry()
    assert is_lock_timeout(refusal.value)
    assert size() == before


@transaction.atomic
def _append_in_a_hurry() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '200ms'")
        cursor.execute("SELECT record_append(%s, '{}', %s, 'site', 'a.b', NULL)", [ACTOR, uuid7()])


@contextmanager
def _unfinished_append() -> Iterator[None]:
    """Somebody holds the head of the record meanwhile; then nothing was written."""
    here = connection.settings_dict
    with psycopg.connect(
        host=here["HOST"], port=here["PORT"], dbname=here["NAME"], user=here["USER"], password=here["PASSWORD"]
    ) as opened:
        opened.execute("SELECT record_append(%s, '{}', %s, 'site', 'a.b', NULL)", [ACTOR, uuid7()])
        yield
        opened.rollback()
