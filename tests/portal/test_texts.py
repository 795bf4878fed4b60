"""Texts and files by their hash: the exact bytes, for everybody or for nobody."""

from __future__ import annotations

import hashlib

import pytest
from django.test import Client

from policyhub.core.text import text_hash
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry
from tests.factories.participation import World
from tests.factories.story import NOTES, PDF, tell_story
from tests.portal.test_odd_entries import write

DRAFT = NOTES + "\nDraft.\n"


@pytest.fixture
def world(db: None) -> World:
    return tell_story()


def address(hashed: str) -> str:
    return f"/record/text/{hashed.removeprefix('sha256:')}"


def test_a_public_text_is_served_byte_for_byte_and_safely(world: World, client: Client) -> None:
    answer = client.get(address(text_hash("It watches.")))
    assert (answer.status_code, answer.content) == (200, b"It watches.\n")
    digest = hashlib.sha256(answer.content).hexdigest()
    assert {name: answer[name] for name in ("Content-Type", "Content-Disposition", "X-Content-Type-Options")} == {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{digest}.txt"',
        "X-Content-Type-Options": "nosniff",
    }
    assert answer["Cache-Control"] == "public, max-age=86400, immutable"


def test_a_file_is_served_as_what_it_is(world: World, client: Client) -> None:
    answer = client.get(address(Entry.objects.get(kind=Kind.EDITION_PUBLISHED).body["file_hash"]))
    assert (answer.content, answer["Content-Type"]) == (PDF, "application/pdf")


def test_what_is_not_public_is_answered_like_what_is_not_there(world: World, client: Client) -> None:
    hashes = [text_hash(text) for text in (DRAFT, "Lunch.", "Not yet read.", "Nobody wrote this.")]
    answers = [client.get(address(hashed)) for hashed in hashes]
    assert {(each.status_code, each.content) for each in answers} == {(404, answers[-1].content)}


@pytest.mark.odd_entries
def test_a_redacted_text_is_gone(world: World, client: Client) -> None:
    hashed = text_hash("It watches.")
    write("organization/harbor-tenants-union", "text.redacted", {"process": "faces", "text_hash": hashed})
    answer = client.get(address(hashed))
    assert (answer.status_code, answer["Content-Type"]) == (410, "text/plain; charset=utf-8")
    assert answer.content.decode().startswith("This text was removed")
    assert "max-age" not in answer.get("Cache-Control", "")


@pytest.mark.parametrize("digest", ["", "0" * 63, "0" * 65, "G" * 64, "A" * 64])
def test_what_is_no_hash_is_not_there(db: None, client: Client, digest: str) -> None:
    assert client.get(f"/record/text/{digest}").status_code == 404


def test_nothing_is_sent_here(db: None, client: Client) -> None:
    assert client.post(address("0" * 64)).status_code == 405
