"""The signer signs what continues what it signed before, and nothing else, whoever changed the database."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from policyhub.record.ed25519 import check_ed25519
from policyhub.record.keeping import Keeping, SignerRefused
from policyhub.record.notes import Checkpoint, Key, Note
from policyhub.record.proofs import check_consistency, consistency_proof
from policyhub.record.queries import checkpoint_over, newest_checkpoint, root_at, tiles
from tests.factories.record import connected, started, write

ORIGIN = "policyhub.example/record"
WITHOUT_TRIGGERS = "SET session_replication_role = replica"


@pytest.fixture
def keeping(tmp_path: Path) -> Keeping:
    return Keeping(tmp_path / "signer", origin=ORIGIN)


@pytest.fixture
def database(own_database: str) -> Iterator[psycopg.Connection[Any]]:
    with connected("signer") as opened:
        yield opened


def tamper(*statements: str) -> None:
    """What somebody does who owns the database: triggers are off."""
    with connected("owner") as owner:
        owner.execute("ALTER TABLE record_leaf DISABLE TRIGGER ALL")
        for statement in statements:
            owner.execute(statement)
        owner.execute("ALTER TABLE record_leaf ENABLE ALWAYS TRIGGER record_leaf_row")


def test_signer_signs_the_record_as_it_grows(keeping: Keeping, database: psycopg.Connection[Any]) -> None:
    signer = started(keeping, database)
    assert signer.step() is None
    write(3)
    first = signer.step()
    assert first is not None
    assert (first.size, first.root) == (3, root_at(3))
    assert signer.step() is None
    write(2)
    second = signer.step()
    assert second is not None
    assert second.size == 5
    check_consistency(3, 5, first.root, second.root, consistency_proof(3, 5, tiles().node))
    kept = newest_checkpoint()
    assert kept is not None
    assert (kept.size, bytes(kept.root)) == (5, root_at(5))
    note = Note.parse(kept.note)
    assert note.require([Key.parse(kept.vkey)], check_ed25519) == keeping.key
    under = checkpoint_over(1)
    assert under is not None
    assert under.size == 3
    assert checkpoint_over(5) is None


def test_signer_goes_on_where_it_stopped_with_the_same_key(
    keeping: Keeping, database: psycopg.Connection[Any], tmp_path: Path
) -> None:
    write(2)
    started(keeping, database).step()
    again = Keeping(tmp_path / "signer", origin="another.example/record")
    assert (str(again.key), again.last()) == (str(keeping.key), keeping.last())
    write(1)
    made = started(again, database).step()
    assert made is not None
    assert (made.size, made.origin) == (3, ORIGIN)


def test_only_its_owner_reads_the_key(keeping: Keeping, tmp_path: Path) -> None:
    for name in ("key", "origin", "vkey"):
        assert stat.S_IMODE(os.stat(tmp_path / "signer" / name).st_mode) == 0o600


def test_checkpoint_that_was_signed_but_not_published_is_published_next(
    keeping: Keeping, database: psycopg.Connection[Any]
) -> None:
    write(2)
    signer = started(keeping, database)
    signer.step()
    with connected("owner") as owner:
        owner.execute("ALTER TABLE record_checkpoint DISABLE TRIGGER ALL")
        owner.execute("DELETE FROM record_checkpoint")
    again = started(keeping, database).step()
    kept = newest_checkpoint()
    assert again is not None
    assert kept is not None
    assert (again.size, kept.size) == (2, 2)


def test_line_that_was_cut_off_is_forgotten(
    keeping: Keeping, tmp_path: Path, database: psycopg.Connection[Any]
) -> None:
    write(2)
    started(keeping, database).step()
    memory = tmp_path / "signer" / "signed"
    whole = memory.read_bytes()
    memory.write_bytes(whole + b"3 AAAA")
    last = keeping.last()
    assert last is not None
    assert last.size == 2
    write(1)
    started(keeping, database).step()
    assert memory.read_bytes().startswith(whole)
    assert memory.read_bytes().count(b"\n") == 2


@pytest.mark.parametrize(
    ("statements", "sentence"),
    [
        (["UPDATE record_leaf SET leaf = leaf || ' ' WHERE idx = 1"], "The first 4 entries are not those that were"),
        (["DELETE FROM record_leaf WHERE idx = 3"], "The record holds 3 entries, and 4 were signed"),
        (["DELETE FROM record_leaf WHERE idx = 1"], "Entry 1 is missing: entry 2 stands in its place"),
        (
            [
                "UPDATE record_leaf SET idx = 99 WHERE idx = 1",
                "UPDATE record_leaf SET idx = 1 WHERE idx = 2",
                "UPDATE record_leaf SET idx = 2 WHERE idx = 99",
            ],
            "The first 4 entries are not those that were",
        ),
        (["DELETE FROM record_leaf"], "The record holds 0 entries, and 4 were signed"),
    ],
)
def test_changed_record_is_never_signed(
    keeping: Keeping, database: psycopg.Connection[Any], statements: list[str], sentence: str
) -> None:
    write(4)
    started(keeping, database).step()
    tamper(*statements)
    with pytest.raises(SignerRefused, match=sentence):
        started(keeping, database)
    last = keeping.last()
    assert last is not None
    assert last.size == 4


def test_record_that_shrinks_while_the_signer_runs_is_never_signed(
    keeping: Keeping, database: psycopg.Connection[Any]
) -> None:
    write(4)
    signer = started(keeping, database)
    signer.step()
    tamper("DELETE FROM record_leaf WHERE idx = 3")
    with pytest.raises(SignerRefused, match="holds 3 entries, and 4 were signed"):
        signer.step()


def test_checkpoint_by_somebody_else_is_refused(keeping: Keeping, database: psycopg.Connection[Any]) -> None:
    write(2)
    signer = started(keeping, database)
    signer.step()
    write(1)
    database.execute("INSERT INTO record_checkpoint (size, root, note, vkey) VALUES (3, %s, '', 'k')", [b"\0" * 32])
    with pytest.raises(SignerRefused, match="holds another checkpoint of size 3"):
        signer.step()
    with pytest.raises(SignerRefused, match="holds another checkpoint of size 3"):
        started(keeping, database).step()


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO record_leaf SELECT 99, leaf, leaf_hash, subject, 99, gen_random_uuid(), type, process, told_at, "
        "recorded_at FROM record_leaf",
        "UPDATE record_leaf SET subject = 'x'",
        "DELETE FROM record_leaf",
        "UPDATE record_head SET size = size + 1",
        "UPDATE record_checkpoint SET note = ''",
        "DELETE FROM record_checkpoint",
        "TRUNCATE record_checkpoint",
        "SELECT * FROM record_secret",
        "SELECT * FROM accounts_user",
        "SELECT record_append('{}', '{}', gen_random_uuid(), 'site', 'a.b', null)",
    ],
)
def test_signers_role_reads_leaves_and_adds_checkpoints_and_nothing_else(
    database: psycopg.Connection[Any], statement: str
) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        database.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO record_checkpoint (size, root, note, vkey) VALUES (1, sha256(''), '', '')",
        "UPDATE record_checkpoint SET note = ''",
        "DELETE FROM record_checkpoint",
    ],
)
def test_serving_role_cannot_sign(db: None, statement: str) -> None:
    with pytest.raises(Exception, match="permission denied"), connection.cursor() as cursor:
        cursor.execute(statement)


def test_owner_cannot_change_a_checkpoint_either(keeping: Keeping, database: psycopg.Connection[Any]) -> None:
    write(1)
    started(keeping, database).step()
    with connected("owner") as owner:
        for statement in ("UPDATE record_checkpoint SET note = ''", "DELETE FROM record_checkpoint"):
            with pytest.raises(psycopg.ProgrammingError, match="append-only"):
                owner.execute(statement)


def test_memory_is_read_from_its_end_however_long_it_is(keeping: Keeping, tmp_path: Path) -> None:
    made = [Checkpoint(ORIGIN, number, bytes([number]) * 32) for number in range(1, 60)]
    assert keeping.last() is None
    for each in made:
        keeping.remember(each)
        assert keeping.last() == each
    assert len((tmp_path / "signer" / "signed").read_text().splitlines()) == len(made)
