"""Entries that were written past the acts are told as well as can be, and take no page down."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from policyhub.core.canonical import dump
from policyhub.core.ids import uuid7
from policyhub.insight.outcomes import outcome_of
from policyhub.notifications.acts import follow_record
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry
from tests.factories.participation import World, make_world
from tests.portal.reading import read

pytestmark = pytest.mark.odd_entries

ODD = [
    ("process/faces", "tea.served", {}),
    ("minutes/faces", "tea.served", {"process": "faces"}),
    ("comment/faces", "comment.made", {"process": "faces"}),
    ("comment/faces/x", "comment.made", {"process": "faces"}),
    ("document/none", "version.published", {"process": "faces", "version": {"number": 1}}),
    *(("process/faces", str(kind), {}) for kind in Kind),
    *(("process/faces", str(kind), {"signatories": 3, "position": None, "version": None}) for kind in Kind),
]


@pytest.fixture
def world(now: datetime) -> World:
    return make_world(now)


def write(subject: str, kind: str, body: Any) -> Entry:
    """An entry as somebody with access to the database can write it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT o_idx FROM record_append(%s, %s, %s, %s, %s, NULL)",
            ['{"org":null,"person":null,"role":"system"}', dump(body).decode(), uuid7(), subject, kind],
        )
        return Entry.objects.get(index=cursor.fetchone()[0])


def test_pages_feeds_and_letters_survive_every_odd_entry(world: World, client: Client) -> None:
    written = [write(*each) for each in ODD]
    follow_record()
    for path in ("/", "/record/", "/record/?page=2", "/processes/faces/", "/processes/faces/record/"):
        assert client.get(path).status_code == 200, path
    assert client.get("/processes/faces/feed.atom").status_code == 200
    for entry in written:
        assert client.get(f"/record/{entry.index}/").status_code == 200, (entry.kind, entry.body)
        assert outcome_of(entry).heading


def test_an_unknown_kind_is_told_as_such(world: World, client: Client) -> None:
    entry = write("process/faces", "tea.served", {})
    assert "An entry of kind tea.served that this site cannot tell in words" in read(client, f"/record/{entry.index}/")
