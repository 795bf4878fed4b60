"""The story told once, in a database where the tests are its owner: what no act could do is undone after each test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction

from policyhub.record.acts import keep_subtrees
from tests.conftest import worker_name
from tests.databases import cloned
from tests.factories.story import tell_story


@pytest.fixture(scope="module")
def told(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """A database with the story in it, reached as its owner."""
    name = f"{worker_name(request.config)}_story"
    with django_db_blocker.unblock(), cloned(name):
        with transaction.atomic():
            tell_story()
        keep_subtrees()
        connection.close()
        before = dict(connection.settings_dict)
        connection.settings_dict.update(settings.DATABASE_OWNER)
        try:
            yield name
        finally:
            connection.close()
            connection.settings_dict.update(before)


@pytest.fixture
def unguarded(told: str, django_db_blocker: Any) -> Iterator[None]:
    """Every trigger that guards a table is off; what the test does is undone."""
    tables = [model._meta.db_table for model in apps.get_models() if model.__module__.startswith("policyhub.")]
    with django_db_blocker.unblock(), transaction.atomic():
        with connection.cursor() as cursor:
            for table in [*tables, "record_subtree"]:
                cursor.execute(f"ALTER TABLE {connection.ops.quote_name(table)} DISABLE TRIGGER USER")
        yield
        transaction.set_rollback(True)
