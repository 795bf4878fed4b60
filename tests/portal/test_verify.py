"""Receipts, exact leaves, and which entries name a hash: what a reader needs to check what they hold."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from policyhub.core.text import text_hash
from policyhub.record.ed25519 import check_ed25519
from policyhub.record.keeping import Keeping
from policyhub.record.models import Entry
from policyhub.record.notes import Key
from policyhub.record.queries import Stand, root_at, stand
from policyhub.record.receipts import Receipt
from policyhub.record.signing import Signer
from tests.factories.decisions import make_table
from tests.factories.record import connected, started, write
from tests.portal.reading import read

FOREVER = "public, max-age=31536000, immutable"


@pytest.fixture
def signer(own_database: str, tmp_path: Path) -> Iterator[Signer]:
    """A signer of a record of three entries, none signed yet."""
    write(3)
    with connected("signer") as database:
        yield started(Keeping(tmp_path, origin="policyhub.example/record"), database)


def get(path: str) -> Any:
    return Client().get(path)


def test_receipt_holds_the_exact_entry_and_a_proof_that_holds_once_it_is_signed(signer: Signer) -> None:
    before = get("/record/1/receipt.json")
    assert (Receipt.parse(before.content.decode()).proof, before["Cache-Control"]) == (None, "public, max-age=5")
    signer.step()
    after = get("/record/1/receipt.json")
    kept = Receipt.parse(after.content.decode())
    key = Key.parse(get("/record/vkey").content.decode())
    checkpoint = kept.check([key], check_ed25519)
    assert checkpoint is not None
    assert (checkpoint.size, kept.origin, after["Cache-Control"]) == (3, "policyhub.example/record", FOREVER)
    assert kept.leaf.encode() == get("/record/1/leaf.json").content == bytes(Entry.objects.get(index=1).leaf)
    assert get("/api/v1/record/entries/1/receipt/").json() == after.json()
    assert (get("/record/3/receipt.json").status_code, get("/record/3/leaf.json").status_code) == (404, 404)


def test_page_of_a_hash_lists_the_entries_that_name_it(client: Client, now: datetime) -> None:
    table = make_table(now)
    entry = table.cast("faces-union-1", "object", reason="The text has no limit in time.")
    digest = text_hash("The text has no limit in time.\n").removeprefix("sha256:")
    page = client.get(f"/record/hash/{digest}/").content.decode()
    assert f'href="/record/{entry.index}/"' in page
    listed = client.get(f"/api/v1/record/hashes/{digest}/").json()["results"]
    assert [each["index"] for each in listed] == [entry.index]


def test_unknown_hash_is_named_by_no_entry(client: Client, db: None) -> None:
    digest = hashlib.sha256(b"nothing of ours").hexdigest()
    assert "No entry names this hash." in read(client, f"/record/hash/{digest}/")
    assert client.get(f"/api/v1/record/hashes/{digest}/").json()["results"] == []
    assert client.get("/record/hash/short/").status_code == 404


def test_letters_feeds_and_files_carry_the_newest_checkpoint_once_there_is_one(signer: Signer) -> None:
    root = f"sha256:{root_at(3).hex()}"
    assert str(stand()) == f"3 entries, root {root} (not signed yet)"
    signer.step()
    write(2)
    assert stand() == Stand(3, root, is_signed=True)
    assert str(stand()) == f"3 entries, root {root}"


def test_verify_page_explains_and_shows_the_latest_checkpoints(signer: Signer) -> None:
    assert "Nothing is signed yet." in read(Client(), "/record/verify/")
    signer.step()
    page = read(Client(), "/record/verify/")
    assert "3 entries , signed" in page
    assert "tools/verify_record.py RECEIPT.json --key VKEY" in page
