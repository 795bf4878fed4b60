"""What programs read to check the record: exact bytes, addresses that are what they were, proofs that hold."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from policyhub.portal.converters import TileNumber
from policyhub.record.acts import keep_subtrees
from policyhub.record.ed25519 import check_ed25519
from policyhub.record.keeping import Keeping
from policyhub.record.models import Entry
from policyhub.record.notes import Key, Note
from policyhub.record.prooffile import ProofFile
from policyhub.record.proofs import ProofRefused
from policyhub.record.queries import root_at
from policyhub.record.signing import Signer
from policyhub.record.tree import root_of
from tests.factories.record import connected, started, write


@pytest.fixture
def signer(own_database: str, tmp_path: Path) -> Iterator[Signer]:
    """A signer of a record of three entries, all signed."""
    write(3)
    with connected("signer") as database:
        made = started(Keeping(tmp_path, origin="policyhub.example/record"), database)
        made.step()
        yield made


def get(path: str) -> Any:
    return Client().get(path)


def leaf(index: int) -> bytes:
    return bytes(Entry.objects.get(index=index).leaf)


def test_newest_checkpoint_and_its_key_are_served(signer: Signer) -> None:
    write(1)
    signer.step()
    note, key = Note.parse(get("/record/checkpoint").content.decode()), Key.parse(get("/record/vkey").content.decode())
    assert (note.checkpoint.size, note.checkpoint.root) == (4, root_at(4))
    assert note.require([key], check_ed25519) == key
    older = get("/record/checkpoints/3")
    assert Note.parse(older.content.decode()).checkpoint.root == root_at(3)
    assert (older["Cache-Control"], older["Access-Control-Allow-Origin"]) == (
        "public, max-age=31536000, immutable",
        "*",
    )
    assert get("/record/checkpoint")["Cache-Control"] == "public, max-age=5"


def test_nothing_is_served_that_is_not_signed_or_not_there(own_database: str) -> None:
    write(1)
    for path in ("checkpoint", "vkey", "checkpoints/1", "0/entry.tlog-proof", "1/entry.tlog-proof"):
        assert get(f"/record/{path}").status_code == 404, path


def test_proof_file_holds_for_its_entry_alone(signer: Signer) -> None:
    write(2)
    signer.step()
    key = Key.parse(get("/record/vkey").content.decode())
    for index, under in ((0, 3), (2, 3), (3, 5), (4, 5)):
        answer = get(f"/record/{index}/entry.tlog-proof")
        assert answer["Content-Disposition"] == f'attachment; filename="entry-{index}.tlog-proof"'
        proof = ProofFile.parse(answer.content.decode())
        assert proof.check(leaf(index), [key], check_ed25519).size == under
        with pytest.raises(ProofRefused, match="another root"):
            proof.check(leaf((index + 1) % 5), [key], check_ed25519)
        with pytest.raises(ProofRefused, match="none of the keys"):
            proof.check(leaf(index), [Key(key.name, b"\1" * 32)], check_ed25519)


def test_tiles_and_entries_rebuild_the_record(signer: Signer) -> None:
    write(300)
    assert keep_subtrees() == 1
    assert keep_subtrees() == 0
    count = Entry.objects.count()
    hashes = get("/record/tile/0/000").content + get(f"/record/tile/0/001.p/{count - 256}").content
    assert root_of(hashes[at : at + 32] for at in range(0, len(hashes), 32)) == root_at(count)
    assert get("/record/tile/1/000.p/1").content == root_at(256)
    bundle = get("/record/tile/entries/000").content
    first = int.from_bytes(bundle[:2], "big")
    assert bundle[2 : 2 + first] == leaf(0)
    assert get(f"/record/tile/entries/001.p/{count - 256}").content.endswith(leaf(count - 1))


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/000",
        "tile/0/000.p/4",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/00",
        "tile/0/x000/000",
        "tile/1/000.p/1",
        "tile/8/000.p/1",
        "tile/entries/000",
        "tile/entries/000.p/4",
        "tile/entries/999.p/1",
        "tile/0/x999/x999/x999/x999/x999/999",
    ],
)
def test_what_the_record_does_not_hold_yet_is_absent(signer: Signer, path: str) -> None:
    assert get(f"/record/{path}").status_code == 404


@given(st.integers(0, 10**15))
def test_number_of_a_tile_has_one_address(number: int) -> None:
    converter = TileNumber()
    assert converter.to_python(converter.to_url(number)) == number
    assert converter.to_url(1234067) == "x001/x234/067"


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "",
        lambda text: text.replace("@v1", "@v2"),
        lambda text: text.replace("index 1", "index 01"),
        lambda text: text.replace("index 1", "index -1"),
        lambda text: text.replace("index 1", "extra AAAA"),
        lambda text: text.replace("\n\n", "\n", 1),
        lambda text: text.replace("index 1\n", f"index 1\n{'A' * 43}=\n" + f"{'A' * 43}=\n" * 63),
        lambda text: text.replace("index 1\n", "index 1\nAAAA\n"),
        lambda text: text.replace("\n", "\r\n"),
    ],
)
def test_malformed_proof_file_is_refused(signer: Signer, change: Any) -> None:
    text = get("/record/1/entry.tlog-proof").content.decode()
    assert ProofFile.parse(text.replace("index 1", "extra AAAA\nindex 1")).index == 1
    with pytest.raises(ProofRefused):
        ProofFile.parse(change(text))
