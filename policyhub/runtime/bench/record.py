"""The record: appending, proving, verifying, each beside what others would do."""

from __future__ import annotations

import hashlib
import json
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection
from psycopg.conninfo import make_conninfo
from psycopg.pq import TransactionStatus

from policyhub.core.canonical import canonical
from policyhub.core.ids import uuid7
from policyhub.record.acts import keep_subtrees
from policyhub.record.bundles import HASHES, STORY, Wanted, check_bundle, place
from policyhub.record.ed25519 import check_ed25519
from policyhub.record.notes import Checkpoint, Key, Note, sign
from policyhub.record.places import from_directory
from policyhub.record.proofs import consistency_proof, inclusion_proof
from policyhub.record.queries import tiles
from policyhub.record.replay import Story
from policyhub.record.tiles import WIDTH
from policyhub.record.tree import leaf_hash, root_of
from policyhub.runtime.bench.measuring import Bench, Go
from policyhub.runtime.bench.scratch import as_scratch_owner, scratch_database, scratch_owner
from policyhub.runtime.refusal import Refusal
from policyhub.runtime.stories import lawful_leaves

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

LEAVES = 1_000_000
LEAVES_OF_A_STORY = 200_000
CONNECTIONS = 8
APPENDS = 1_600
ORIGIN = "policyhub.example/record"
BARE, ONE, TWO = "bare SHA-256", "level 1", "level 1, two processes"
JSON, LEVELS = "json.loads and json.dumps", "levels 1 to 4"
IDIOM, OURS, LIMIT = "head row FOR UPDATE, hash in Python", "record_append", "one connection, bare inserts"
ROW, INCLUSION, CONSISTENCY = "one row by its key", "inclusion proof", "consistency proof"

Connection = psycopg.Connection[tuple[Any, ...]]


@contextmanager
def hashing() -> Iterator[Mapping[str, Go]]:
    """A million leaves lie in memory for the peer, and in an export for the verifier."""
    leaves = list(lawful_leaves(LEAVES))
    with tempfile.TemporaryDirectory() as directory:
        export(Path(directory), leaves)
        yield {
            BARE: partial(_timed, partial(_hash_bare, leaves)),
            ONE: partial(_timed, partial(check_export, Path(directory), HASHES)),
            TWO: partial(_timed, partial(check_export, Path(directory), HASHES, processes=2)),
        }


@contextmanager
def telling() -> Iterator[Mapping[str, Go]]:
    """The peer reads each leaf once as JSON and writes it once; the verifier judges the whole story."""
    leaves = list(lawful_leaves(LEAVES_OF_A_STORY))
    with tempfile.TemporaryDirectory() as directory:
        export(Path(directory), leaves)
        yield {
            JSON: partial(_timed, partial(_read_and_write, leaves)),
            LEVELS: partial(_timed, partial(check_export, Path(directory), STORY)),
        }


@contextmanager
def proving() -> Iterator[Mapping[str, Go]]:
    """A million leaves are in a database of their own, with their subtrees kept."""
    with scratch_database():
        _load(lawful_leaves(LEAVES))
        while keep_subtrees():
            continue
        index, size = LEAVES // 3, LEAVES - 1
        yield {
            ROW: partial(_timed, partial(_read_row, index)),
            INCLUSION: partial(_timed, lambda: inclusion_proof(index, size, tiles().node)),
            CONSISTENCY: partial(_timed, lambda: consistency_proof(index, size, tiles().node)),
        }


@contextmanager
def appending() -> Iterator[Mapping[str, Go]]:
    """Each way has connections of its own as the serving role, and appends the same entries."""
    with scratch_database(), ExitStack() as stack:
        as_scratch_owner(
            "CREATE TABLE bench_head (size bigint NOT NULL)",
            "INSERT INTO bench_head VALUES (0)",
            "CREATE TABLE bench_leaf (idx bigint PRIMARY KEY, leaf bytea NOT NULL, hash bytea NOT NULL)",
            "CREATE TABLE bench_row (idx bigserial PRIMARY KEY, leaf bytea NOT NULL, hash bytea NOT NULL)",
            "GRANT ALL ON bench_head, bench_leaf, bench_row TO PUBLIC",
            "GRANT ALL ON SEQUENCE bench_row_idx_seq TO PUBLIC",
        )
        # Processes, as a site has: threads of one would take turns in Python as well.
        pool = stack.enter_context(ProcessPoolExecutor(CONNECTIONS, get_context("fork"), _connect, (_where(),)))
        together, alone = partial(_share, pool, CONNECTIONS), partial(_share, pool, 1)
        for way in (_append_by_idiom, _append_ours, _append_bare):
            together(way)
        yield {
            IDIOM: partial(together, _append_by_idiom),
            OURS: partial(together, _append_ours),
            LIMIT: partial(alone, _append_bare),
        }


HASHING = Bench(
    name="verify-hashes",
    what=f"the hashes and the root of {LEAVES:,} leaves, beside SHA-256 over the same bytes alone",
    peer=BARE,
    rounds=3,
    contestants=hashing,
    goals={ONE: 4.0, TWO: 2.22},
)
TELLING = Bench(
    name="verify-story",
    what=f"levels 1 to 4 over {LEAVES_OF_A_STORY:,} leaves, beside reading and writing each once as JSON",
    peer=JSON,
    rounds=3,
    contestants=telling,
    goals={LEVELS: 2.0},
)
PROVING = Bench(
    name="prove",
    what=f"a proof for one of {LEAVES:,} leaves (at most 5 ms are wanted), beside reading one row",
    peer=ROW,
    rounds=15,
    contestants=proving,
    goals={},
)
APPENDING = Bench(
    name="append",
    what=f"seconds for each of {APPENDS:,} entries over {CONNECTIONS} connections",
    peer=IDIOM,
    rounds=7,
    contestants=appending,
    goals={OURS: 0.667},
)
TO_THE_LIMIT = Bench(
    name="append-limit",
    what="the same beside what one connection commits as bare inserts: a log's head is locked through the commit",
    peer=LIMIT,
    rounds=7,
    contestants=appending,
    goals={OURS: 2.0},
)


def export(root: Path, leaves: Sequence[bytes]) -> None:
    """The leaves as `export_record` would write them, signed by a key made now."""
    private = Ed25519PrivateKey.generate()
    key = Key(ORIGIN, private.public_key().public_bytes_raw())
    checkpoint = Checkpoint(ORIGIN, len(leaves), root_of(map(leaf_hash, leaves)))
    files = {"vkey": f"{key}\n".encode()}
    files["checkpoint"] = str(Note(checkpoint, (sign(checkpoint, key, private.sign),))).encode()
    for name, content in files.items():
        (root / name).write_bytes(content)
    for number in range(-(-len(leaves) // WIDTH)):
        part = leaves[number * WIDTH : (number + 1) * WIDTH]
        file = root / "tile" / "entries" / place(number, len(part))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in part))


def check_export(root: Path, level: int, *, processes: int = 1) -> int:
    """How many leaves were checked and found in order."""
    read, sizes = from_directory(root)
    wanted = Wanted(level=level, judge=lambda: Story().problem, processes=processes)
    return check_bundle(read, sizes, wanted, check=check_ed25519).size


def _timed(once: Callable[[], object]) -> float:
    started = time.perf_counter()
    once()
    return time.perf_counter() - started


def _hash_bare(leaves: Sequence[bytes]) -> None:
    for leaf in leaves:
        hashlib.sha256(leaf).digest()


def _read_and_write(leaves: Sequence[bytes]) -> None:
    for leaf in leaves:
        json.dumps(json.loads(leaf), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _read_row(index: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT leaf FROM record_leaf WHERE idx = %s", [index])
        cursor.fetchone()


def _load(leaves: Iterator[bytes]) -> None:
    """The leaves are in the table, put there by its owner: what takes hours to write is loaded in seconds."""
    columns = "idx, leaf, leaf_hash, subject, subject_seq, event_id, type, process, told_at, recorded_at"
    with scratch_owner() as owner, owner.cursor().copy(f"COPY record_leaf ({columns}) FROM STDIN") as copy:
        for index, leaf in enumerate(leaves):
            said = json.loads(leaf)
            where = said["subject"], said["n"], said["id"], said["type"], None, None, said["at"]
            copy.write_row((index, leaf, leaf_hash(leaf), *where))
    as_scratch_owner(
        "ALTER TABLE record_head DISABLE TRIGGER ALL",
        "UPDATE record_head SET size = (SELECT count(*) FROM record_leaf)",
    )


def _where() -> str:
    here = connection.settings_dict
    return make_conninfo(
        host=here["HOST"], port=here["PORT"], dbname=here["NAME"], user=here["USER"], password=here["PASSWORD"]
    )


_own: list[Connection] = []


def _connect(where: str) -> None:
    """The one connection of this process, for good."""
    _own.append(psycopg.connect(where, autocommit=True))


def _share(pool: ProcessPoolExecutor, connections: int, append: Callable[[Connection, int], None]) -> float:
    """The seconds for one entry, when the entries are shared among so many connections."""
    each = APPENDS // connections
    started = time.perf_counter()
    for done in [pool.submit(_append_all, append, number * each, each) for number in range(connections)]:
        done.result()
    return (time.perf_counter() - started) / (each * connections)


def _append_all(append: Callable[[Connection, int], None], first: int, count: int) -> None:
    (to,) = _own
    for number in range(first, first + count):
        append(to, number)
    if to.info.transaction_status != TransactionStatus.IDLE:
        raise Refusal("An append was left open: what was measured is not what was meant.")


def _actor() -> dict[str, Any]:
    return {"org": "organization-001", "person": f"commit:{'a' * 64}", "role": "lead"}


def _body(number: int) -> dict[str, Any]:
    words = f"sha256:{number:064x}"
    said = {"position": "object", "text_hash": f"sha256:{'b' * 64}", "reason_hash": words, "cure_hash": None}
    return {**said, "replaces": number, "process": "faces"}


def _append_ours(to: Connection, number: int) -> None:
    who, said = canonical(_actor()).decode(), canonical(_body(number)).decode()
    given = [who, said, uuid7(), f"call/faces/{number % 50}", "position.cast", None]
    to.execute("SELECT * FROM record_append(%s, %s, %s, %s, %s, %s)", given).fetchone()


def _append_by_idiom(to: Connection, number: int) -> None:
    with to.transaction():
        row = to.execute("SELECT size FROM bench_head FOR UPDATE").fetchone()
        index = row[0] if row else 0
        leaf = canonical({"actor": _actor(), "body": _body(number), "id": str(uuid7()), "n": index})
        to.execute("INSERT INTO bench_leaf VALUES (%s, %s, %s)", [index, leaf, leaf_hash(leaf)])
        to.execute("UPDATE bench_head SET size = size + 1")


def _append_bare(to: Connection, number: int) -> None:
    leaf = canonical({"actor": _actor(), "body": _body(number), "id": str(uuid7()), "n": number})
    to.execute("INSERT INTO bench_row (leaf, hash) VALUES (%s, %s)", [leaf, leaf_hash(leaf)])
