from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client

from policyhub.core.ids import uuid7
from policyhub.record.models import Cursor
from policyhub.runtime import health
from policyhub.runtime.migrations import as_owner
from policyhub.runtime.services.server import free_port

NOBODY = f"127.0.0.1:{free_port()}"


@pytest.fixture(autouse=True)
def on_loopback(settings: Any) -> None:
    settings.LISTENS_ON_LOOPBACK = True


def append_entry() -> None:
    """One entry on the record, whatever it says."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT record_append('{}', '{}', %s, 'site', 'convening.allowed', NULL)", [uuid7()])


def test_site_that_lacks_nothing_is_ready(db: None, client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert answer.json() == {"status": "ready", "reason": None, "degraded": []}


def test_site_connected_as_the_owner_is_not_ready(own_database: str, client: Client, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock(), as_owner(connection):
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {
        "status": "unavailable",
        "reason": "The site is connected as policyhub_owner, which could change the record: "
        "DATABASE_URL must name another role.",
        "degraded": [],
    }


def test_site_without_its_database_is_not_ready(db: None) -> None:
    with connection.cursor() as cursor, pytest.raises(DatabaseError):
        cursor.execute("SELECT no_such_thing")
    assert health.find_hindrance() == "The database does not answer."


def test_redis_that_does_not_answer_degrades(db: None, settings: Any) -> None:
    settings.REDIS_URL = f"redis://{NOBODY}/0"
    assert health.degradations() == ["Redis does not answer: mail and documents are up to half a minute late."]


def test_mail_server_that_does_not_answer_degrades(db: None, settings: Any) -> None:
    settings.KEEPS_MAIL = False
    settings.EMAIL_HOST, settings.EMAIL_PORT = NOBODY.split(":")
    assert health.degradations() == ["The mail server does not answer: mail waits."]


@pytest.mark.parametrize(
    ("on_loopback", "said"), [(True, []), (False, ["No mail server is set: mail is kept and not sent."])]
)
def test_kept_mail_degrades_only_a_site_that_others_reach(
    db: None, settings: Any, on_loopback: bool, said: list[str]
) -> None:
    settings.KEEPS_MAIL = True
    settings.LISTENS_ON_LOOPBACK = on_loopback
    assert health.degradations() == said


@pytest.mark.odd_entries
def test_follower_is_behind_when_its_next_entry_has_waited_too_long(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    append_entry()
    Cursor.objects.create(follower="notifications", position=0)
    Cursor.objects.create(follower="publishing", position=1)
    assert health.degradations() == []
    monkeypatch.setattr(health, "PATIENCE_WITH_FOLLOWERS", timedelta(minutes=-2))
    assert health.degradations() == ["notifications is behind the record."]
