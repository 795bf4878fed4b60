"""Whoever owns the database turns its guards off and changes the record: each way is found, and where.

Looked for in three ways: in the database, in an export by the one file of Python, and by somebody who kept the
checkpoint over the first eight entries and the receipt of entry 5. Entry 12 is the newest one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command

from policyhub.core.canonical import canonical
from policyhub.record.auditing import Kept, check_database
from policyhub.record.keeping import Keeping, SignerRefused
from policyhub.record.models import Entry
from policyhub.record.notes import Checkpoint, Key, Note
from policyhub.record.queries import newest_checkpoint, receipt_of
from policyhub.record.receipts import Receipt
from policyhub.record.tree import leaf_hash, root_of
from tests.factories.record import connected, started, write
from tests.tools.test_verify_record import run

ORIGIN = "policyhub.example/record"
OF_THE_RECEIPT = "it is not the one of the receipt"
TABLES = ("record_leaf", "record_head", "record_checkpoint")
Owner = psycopg.Connection[Any]


@dataclass
class Record:
    """A signed record of 13 entries with checkpoints at 4, 8 and 13, and what somebody kept of it."""

    keeping: Keeping
    key: Key
    checkpoint: Checkpoint
    receipt: Receipt
    root: Path

    def in_database(self, kept: Kept | None = None) -> tuple[int, str] | None:
        fault = check_database(kept).fault
        return (fault.index, fault.sentence) if fault else None

    def in_export(self) -> tuple[int, int | None]:
        """The status of the one file of Python over an export, and the index that it names; 2 where there is none."""
        target = self.root / "export"
        try:
            call_command("export_record", str(target), verbosity=0)
        except CommandError:
            return 2, None
        done = run(target, "--json")
        return done.returncode, json.loads(done.stdout)["broken"] if done.returncode == 1 else None

    @property
    def kept(self) -> Kept:
        return Kept([self.key], [self.checkpoint], [self.receipt])


@pytest.fixture
def record(own_database: str, tmp_path: Path) -> Iterator[Record]:
    with connected("signer") as database:
        keeping = Keeping(tmp_path / "signer", origin=ORIGIN)
        signer, kept = started(keeping, database), []
        for count in (4, 4, 5):
            write(count)
            signer.step()
            newest = newest_checkpoint()
            assert newest is not None
            kept.append(Note.parse(newest.note).checkpoint)
        yield Record(keeping, keeping.key, kept[1], receipt_of(Entry.objects.get(index=5)), tmp_path)


@pytest.fixture
def owner(record: Record) -> Iterator[Owner]:
    with connected("owner") as opened:
        for table in TABLES:
            opened.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        yield opened


def leaves_from(owner: Owner, first: int) -> list[bytes]:
    rows = owner.execute("SELECT leaf FROM record_leaf WHERE idx >= %s ORDER BY idx", [first]).fetchall()
    return [bytes(leaf) for (leaf,) in rows]


def rewrite(owner: Owner, first: int, leaves: list[bytes]) -> None:
    """The record from an index on is made of these leaves, with right hashes, counters and times in its columns."""
    rows = owner.execute("SELECT * FROM record_leaf WHERE idx >= %s ORDER BY idx", [first]).fetchall()
    owner.execute("DELETE FROM record_leaf WHERE idx >= %s", [first])
    counts = dict(owner.execute("SELECT subject, max(subject_seq) FROM record_leaf GROUP BY 1").fetchall())
    for number, leaf in enumerate(leaves):
        said = json.loads(leaf)
        said["n"] = counts[said["subject"]] = counts.get(said["subject"], 0) + 1
        said["id"] = said["id"][:-4] + f"{first + number:04x}"
        written, old = canonical(said), rows[min(number, len(rows) - 1)]
        owner.execute(
            "INSERT INTO record_leaf VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                first + number,
                written,
                leaf_hash(written),
                said["subject"],
                said["n"],
                said["id"],
                said["type"],
                *old[7:],
            ],
        )
    owner.execute("UPDATE record_head SET size = %s", [first + len(leaves)])


def altered(owner: Owner) -> None:
    owner.execute("UPDATE record_leaf SET leaf = set_byte(leaf, 30, get_byte(leaf, 30) # 1) WHERE idx = 5")


def altered_with_its_hash(owner: Owner) -> None:
    owner.execute(
        "UPDATE record_leaf SET leaf = replace(encode(leaf, 'escape'), '\"v\":1', '\"v\":2')::bytea WHERE idx = 5"
    )
    owner.execute("UPDATE record_leaf SET leaf_hash = sha256('\\x00'::bytea || leaf) WHERE idx = 5")


def removed(owner: Owner) -> None:
    owner.execute("DELETE FROM record_leaf WHERE idx = 5")


def removed_and_closed(owner: Owner) -> None:
    rewrite(owner, 5, leaves_from(owner, 6))


def swapped(owner: Owner) -> None:
    for old, new in ((5, 99), (6, 5), (99, 6)):
        owner.execute("UPDATE record_leaf SET idx = %s WHERE idx = %s", [new, old])


def inserted(owner: Owner) -> None:
    leaves = leaves_from(owner, 5)
    rewrite(owner, 5, [leaves[0], *leaves])


def doubled(owner: Owner) -> None:
    owner.execute(
        "UPDATE record_leaf SET leaf = o.leaf, leaf_hash = o.leaf_hash FROM record_leaf o "
        "WHERE record_leaf.idx = 6 AND o.idx = 5"
    )


def retold(owner: Owner) -> None:
    """Entry 5 says something else, and everything after it fits again: hashes, counters, columns."""
    leaves = leaves_from(owner, 5)
    said = json.loads(leaves[0])
    said["body"]["person"] = "commit:" + "0" * 64
    rewrite(owner, 5, [canonical(said), *leaves[1:]])


def retold_against_the_story(owner: Owner) -> None:
    leaves = leaves_from(owner, 5)
    said = json.loads(leaves[0])
    said["actor"]["role"] = "chair"
    rewrite(owner, 5, [canonical(said), *leaves[1:]])


def cut_off(owner: Owner) -> None:
    owner.execute("DELETE FROM record_leaf WHERE idx >= 10")
    owner.execute("UPDATE record_head SET size = 10")


def cut_before(owner: Owner) -> None:
    owner.execute("DELETE FROM record_leaf WHERE idx >= 5")
    owner.execute("UPDATE record_head SET size = 5")


def another_root(owner: Owner) -> None:
    owner.execute("UPDATE record_checkpoint SET root = sha256('x') WHERE size = 8")


def another_note(owner: Owner) -> None:
    owner.execute(
        "UPDATE record_checkpoint SET note = (SELECT note FROM record_checkpoint WHERE size = 4) WHERE size = 8"
    )


def another_signature(owner: Owner) -> None:
    owner.execute("UPDATE record_checkpoint SET note = regexp_replace(note, 'A(.{8}=*\n)$', 'B\\1') WHERE size = 8")
    owner.execute(
        "UPDATE record_checkpoint SET note = overlay(note placing 'AAAA' from length(note) - 20) WHERE size = 8"
    )


# How the record is changed; the index that the database's own check names; the status and index of the one file.
WAYS: list[tuple[Callable[[Owner], None], int, tuple[int, int | None]]] = [
    (altered, 5, (1, 5)),
    (altered_with_its_hash, 5, (1, 5)),
    (removed, 5, (2, None)),
    (removed_and_closed, 7, (2, None)),
    (swapped, 5, (1, 5)),
    (inserted, 7, (1, None)),
    (doubled, 6, (1, 6)),
    (retold, 7, (1, None)),
    (retold_against_the_story, 5, (1, 5)),
    (cut_off, 10, (2, None)),
    (another_root, 7, (0, None)),
    (another_note, 7, (1, None)),
    (another_signature, 7, (1, None)),
]


def test_record_that_nobody_changed_raises_no_alarm(record: Record) -> None:
    assert (record.in_database(), record.in_database(record.kept), record.in_export()) == (None, None, (0, None))


@pytest.mark.parametrize(("change", "index", "exported"), WAYS, ids=lambda each: getattr(each, "__name__", ""))
def test_change_by_the_owner_is_found(
    record: Record, owner: Owner, change: Any, index: int, exported: tuple[int, int | None]
) -> None:
    change(owner)
    found = record.in_database()
    assert found is not None
    assert (found[0], record.in_export()) == (index, exported), found


@pytest.mark.parametrize("change", [removed_and_closed, retold, cut_before], ids=lambda each: each.__name__)
def test_receipt_names_the_very_entry(record: Record, owner: Owner, change: Any) -> None:
    owner.execute("DELETE FROM record_checkpoint")
    change(owner)
    found = record.in_database(Kept(receipts=[record.receipt]))
    assert found == (5, "6 entries were signed or kept and 5 are there" if change is cut_before else OF_THE_RECEIPT)


def test_whole_rewrite_that_is_signed_anew_is_found_by_what_was_kept_alone(record: Record, owner: Owner) -> None:
    """Somebody holds the database and the signer's key: nothing in either tells it, and everything kept does."""
    retold(owner)
    hashes = [leaf_hash(leaf) for leaf in leaves_from(owner, 0)]
    for size in (4, 8, 13):
        made = Checkpoint(ORIGIN, size, root_of(hashes[:size]))
        owner.execute(
            "UPDATE record_checkpoint SET root = %s, note = %s WHERE size = %s",
            [made.root, str(record.keeping.note(made)), size],
        )
    assert (record.in_database(), record.in_export()) == (None, (0, None))
    assert record.in_database(Kept(checkpoints=[record.checkpoint])) == (
        7,
        "the first 8 entries are not those under the checkpoint that was kept",
    )
    assert record.in_database(Kept(receipts=[record.receipt])) == (5, OF_THE_RECEIPT)
    with connected("signer") as database, pytest.raises(SignerRefused, match="The first 13 entries are not those"):
        started(record.keeping, database)


def test_checkpoints_signed_by_a_stranger_are_found_by_who_knows_the_key(record: Record, owner: Owner) -> None:
    stranger = Keeping(record.root / "stranger", origin=ORIGIN)
    retold(owner)
    hashes = [leaf_hash(leaf) for leaf in leaves_from(owner, 0)]
    for size in (4, 8, 13):
        made = Checkpoint(ORIGIN, size, root_of(hashes[:size]))
        owner.execute(
            "UPDATE record_checkpoint SET root = %s, note = %s, vkey = %s WHERE size = %s",
            [made.root, str(stranger.note(made)), str(stranger.key), size],
        )
    found = record.in_database(Kept([record.key]))
    assert found is not None
    assert (found[0], found[1].split(":")[0]) == (3, "the checkpoint of size 4 does not hold")


def test_command_takes_what_was_kept(record: Record, owner: Owner, capsys: pytest.CaptureFixture[str]) -> None:
    kept = record.root / "receipt.json"
    kept.write_text(str(record.receipt))
    call_command("verify_record", receipt=[kept], key=[str(record.key)])
    owner.execute("DELETE FROM record_checkpoint")
    retold(owner)
    with pytest.raises(SystemExit):
        call_command("verify_record", receipt=[kept])
    assert capsys.readouterr().err == "Entry 5 is broken: it is not the one of the receipt.\n"


def test_record_with_a_gap_is_not_exported(record: Record, owner: Owner) -> None:
    removed(owner)
    with pytest.raises(CommandError, match="13 entries were signed, 12 of them are there: nothing is exported"):
        call_command("export_record", str(record.root / "export"), verbosity=0)
    assert not (record.root / "export").exists()
