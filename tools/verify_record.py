#!/usr/bin/env python3
"""Checks a PolicyHub record without PolicyHub: one file, Python 3.11 or newer, nothing to install.

    python3 verify_record.py DIRECTORY        a record written by `manage.py export_record`
    python3 verify_record.py https://SITE/    the record of a site, over the network
    python3 verify_record.py LEAF --proof FILE.tlog-proof --key VKEY

Written by tools/build_verifier.py from the modules named below; a test compares the two.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import re
import sys
import unicodedata
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any


# --- policyhub/core/canonical.py

MAX_BYTES = 16_384
MAX_DEPTH = 8
MAX_INTEGER = 2**53 - 1

_KEY = re.compile(r"[a-z][a-z0-9_]{0,30}")
_REFUSED_CHARACTERS = re.compile("[\x00-\x1f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class NotCanonical(ValueError):
    """The value has no canonical bytes; the message names the broken rule."""


def canonical(value: Any) -> bytes:
    """The canonical UTF-8 bytes of a JSON object, or NotCanonical when it breaks a rule of the profile."""
    if not isinstance(value, dict):
        raise NotCanonical("the outermost value must be an object")
    for problem in _problems(value, depth=1):
        raise NotCanonical(problem)
    data = dump(value)
    if len(data) > MAX_BYTES:
        raise NotCanonical(f"{len(data)} bytes are more than the {MAX_BYTES} allowed; name long texts by their hash")
    return data


def dump(value: Any) -> bytes:
    """The bytes of a value known to obey the profile, without checking it."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def parse(data: bytes) -> dict[str, Any]:
    """The object behind canonical bytes; NotCanonical when the bytes are anything else."""
    try:
        value = json.loads(data, object_pairs_hook=_without_duplicates)
    except (ValueError, RecursionError) as error:
        raise NotCanonical(f"not JSON: {error}") from None
    if canonical(value) != data:
        raise NotCanonical("the bytes are not the canonical form of their content")
    return value  # type: ignore[no-any-return]


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _problems(value: Any, *, depth: int) -> Iterator[str]:
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, str):
        yield from _string_problems(value)
    elif isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            yield f"the integer {value} is beyond 2^53-1"
    elif isinstance(value, (dict, list)):
        yield from _container_problems(value, depth)
    else:
        yield f"a {type(value).__name__} is not allowed; use integers, strings, arrays and objects"


def _container_problems(value: dict[str, Any] | list[Any], depth: int) -> Iterator[str]:
    if depth > MAX_DEPTH:
        yield f"nested deeper than {MAX_DEPTH} levels"
        return
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str) or not _KEY.fullmatch(key):
                yield f"the key {key!r} is not of the form [a-z][a-z0-9_]{{0,30}}"
    for item in value.values() if isinstance(value, dict) else value:
        yield from _problems(item, depth=depth + 1)


def _string_problems(value: str) -> Iterator[str]:
    if _REFUSED_CHARACTERS.search(value):
        yield "a string holds a control character, a bidi control or a lone surrogate"
    elif not unicodedata.is_normalized("NFC", value):
        yield "a string is not in Unicode's NFC form"


def moment(value: datetime) -> str:
    """A time as it stands in a leaf: UTC, always six digits, `2026-06-16T13:00:00.000000Z`."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse_moment(value: str) -> datetime:
    """The aware time behind a string of a leaf."""
    return datetime.strptime(value, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


# --- policyhub/record/tree.py

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    """SHA-256 over 0x00 and the leaf's bytes."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256 over 0x01 and the two children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: enough to add leaves and to name the root, in log(size) hashes."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def add(self, hashed: bytes) -> None:
        """Append one leaf by its hash."""
        position, self.size = self.size, self.size + 1
        while position & 1:
            hashed = node_hash(self._peaks.pop(), hashed)
            position >>= 1
        self._peaks.append(hashed)

    def root(self) -> bytes:
        """The tree's root: 32 bytes; of no leaves, SHA-256 of nothing."""
        if not self._peaks:
            return EMPTY_ROOT
        root = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            root = node_hash(peak, root)
        return root


def root_of(hashes: Iterable[bytes]) -> bytes:
    """The root over leaf hashes in order."""
    frontier = Frontier()
    for hashed in hashes:
        frontier.add(hashed)
    return frontier.root()


# --- policyhub/record/proofs.py

Node = Callable[[int, int], bytes]
HASH_BYTES = 32


class ProofRefused(ValueError):
    """The proof does not show what it should; the message says in a few words why."""


def root_of_range(first: int, end: int, node: Node) -> bytes:
    """The root over the leaves `first` to `end - 1`, where `first` is a multiple of the range's next power of two."""
    count = end - first
    if count == 0:
        return EMPTY_ROOT
    level = count.bit_length() - 1
    if count == 1 << level:
        return node(level, first >> level)
    middle = first + _split(count)
    return node_hash(root_of_range(first, middle, node), root_of_range(middle, end, node))


def inclusion_proof(index: int, size: int, node: Node) -> list[bytes]:
    """The hashes that lead from the leaf at `index` to the root over `size` leaves; ValueError where there is none."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} is among {size}")
    path, first, end = [], 0, size
    while end - first > 1:
        middle = first + _split(end - first)
        if index < middle:
            path.append(root_of_range(middle, end, node))
            end = middle
        else:
            path.append(root_of_range(first, middle, node))
            first = middle
    return path[::-1]


def consistency_proof(old: int, new: int, node: Node) -> list[bytes]:
    """The hashes that show how the tree of `old` leaves is the beginning of the one of `new`."""
    if not 1 <= old <= new:
        raise ValueError(f"the tree of {new} leaves does not continue one of {old}")
    path, first, end, whole = [], 0, new, True
    while old != end:
        middle = first + _split(end - first)
        if old <= middle:
            path.append(root_of_range(middle, end, node))
            end = middle
        else:
            path.append(root_of_range(first, middle, node))
            first, whole = middle, False
    if not whole:
        path.append(root_of_range(first, end, node))
    return path[::-1]


def check_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Return when the leaf's hash stands at `index` under the root over `size` leaves; ProofRefused otherwise."""
    _check_hashes(leaf, root, *proof)
    if not 0 <= index < size:
        raise ProofRefused(f"there is no place {index} in a tree of {size}")
    place, last, hashed = index, size - 1, leaf
    for other in proof:
        if last == 0:
            raise ProofRefused("the proof has hashes left over")
        if place & 1 or place == last:
            hashed = node_hash(other, hashed)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            hashed = node_hash(hashed, other)
        place, last = place >> 1, last >> 1
    if last:
        raise ProofRefused("the proof ends too early")
    if hashed != root:
        raise ProofRefused("the proof leads to another root")


def check_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Return when the tree of `new` leaves begins with the one of `old`; ProofRefused otherwise."""
    _check_hashes(old_root, new_root, *proof)
    if not 1 <= old <= new:
        raise ProofRefused(f"a tree of {new} cannot continue one of {old}")
    if old == new:
        if proof:
            raise ProofRefused("equal sizes need no proof")
        if old_root != new_root:
            raise ProofRefused("equal sizes have different roots")
        return
    hashes = list(proof) if old & (old - 1) else [old_root, *proof]
    if not hashes:
        raise ProofRefused("the proof is empty")
    _climb(old - 1, new - 1, hashes, old_root, new_root)


def _climb(place: int, last: int, hashes: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    while place & 1:
        place, last = place >> 1, last >> 1
    older = newer = hashes[0]
    for other in hashes[1:]:
        if last == 0:
            raise ProofRefused("the proof has hashes left over")
        if place & 1 or place == last:
            older, newer = node_hash(other, older), node_hash(other, newer)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            newer = node_hash(newer, other)
        place, last = place >> 1, last >> 1
    if last:
        raise ProofRefused("the proof ends too early")
    if older != old_root:
        raise ProofRefused("the proof leads to another old root")
    if newer != new_root:
        raise ProofRefused("the proof leads to another new root")


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1


def _check_hashes(*hashes: bytes) -> None:
    if any(len(hashed) != HASH_BYTES for hashed in hashes):
        raise ProofRefused(f"a hash is not {HASH_BYTES} bytes long")


# --- policyhub/record/kinds.py

class Kind(StrEnum):
    """The type of an entry, as `noun.verbed`."""

    OPERATOR_APPOINTED = "operator.appointed"
    CONVENING_ALLOWED = "convening.allowed"
    CONVENING_ENDED = "convening.ended"
    PROCESS_OPENED = "process.opened"
    PROCESS_TOLD = "process.told"
    ROLE_GRANTED = "role.granted"
    ROLE_ENDED = "role.ended"
    CHARTER_ADOPTED = "charter.adopted"
    ORGANIZATION_INVITED = "organization.invited"
    ORGANIZATION_APPLIED = "organization.applied"
    ORGANIZATION_ADMITTED = "organization.admitted"
    ORGANIZATION_DECLINED = "organization.declined"
    ORGANIZATION_WITHDRAWN = "organization.withdrawn"
    REPRESENTATIVE_NAMED = "representative.named"
    REPRESENTATIVE_ENDED = "representative.ended"
    POINT_ADDED = "point.added"
    REQUIREMENT_DECLARED = "requirement.declared"
    REQUIREMENT_MARKED = "requirement.marked"
    STATEMENT_PUBLISHED = "statement.published"
    STATEMENT_SIGNED = "statement.signed"
    DOCUMENT_OPENED = "document.opened"
    VERSION_PUBLISHED = "version.published"
    COMMENT_MADE = "comment.made"
    COMMENT_ANSWERED = "comment.answered"
    MEETING_NOTICED = "meeting.noticed"
    AGENDA_PUBLISHED = "agenda.published"
    MEETING_OPENED = "meeting.opened"
    MEETING_RECESSED = "meeting.recessed"
    MEETING_RESUMED = "meeting.resumed"
    MEETING_ADJOURNED = "meeting.adjourned"
    MEETING_CLOSED = "meeting.closed"
    MEETING_CANCELLED = "meeting.cancelled"
    ATTENDANCE_RECORDED = "attendance.recorded"
    MINUTES_DRAFTED = "minutes.drafted"
    MINUTES_CIRCULATED = "minutes.circulated"
    CORRECTION_PROPOSED = "correction.proposed"
    CORRECTION_DECLINED = "correction.declined"
    MINUTES_CORRECTED = "minutes.corrected"
    MINUTES_APPROVED = "minutes.approved"
    MINUTES_PUBLISHED = "minutes.published"
    CALL_OPENED = "call.opened"
    CALL_SUSPENDED = "call.suspended"
    CALL_CLOSED = "call.closed"
    CALL_DETERMINED = "call.determined"
    POSITION_CAST = "position.cast"
    OBJECTION_ANSWERED = "objection.answered"
    OBJECTION_LIFTED = "objection.lifted"
    EDITION_PINNED = "edition.pinned"
    EDITION_PUBLISHED = "edition.published"


FIELDS: dict[Kind, frozenset[str]] = {
    Kind.OPERATOR_APPOINTED: frozenset({"person"}),
    Kind.CONVENING_ALLOWED: frozenset({"person"}),
    Kind.CONVENING_ENDED: frozenset({"person"}),
    Kind.PROCESS_OPENED: frozenset({"title", "convener", "summary_hash", "timezone", "source_hash"}),
    Kind.PROCESS_TOLD: frozenset({"until"}),
    Kind.ROLE_GRANTED: frozenset({"role", "person"}),
    Kind.ROLE_ENDED: frozenset({"role", "person"}),
    Kind.CHARTER_ADOPTED: frozenset(
        {
            "version",
            "scope_hash",
            "categories",
            "rule",
            "notice_days",
            "call_hours",
            "treatment",
            "balance",
            "chair_may_be_party",
        }
    ),
    Kind.ORGANIZATION_INVITED: frozenset({"name", "category"}),
    Kind.ORGANIZATION_APPLIED: frozenset({"name", "category"}),
    Kind.ORGANIZATION_ADMITTED: frozenset({"category"}),
    Kind.ORGANIZATION_DECLINED: frozenset({"reason_hash"}),
    Kind.ORGANIZATION_WITHDRAWN: frozenset(
        {
            "category",
            "scope",
            "effective_at",
            "permanent",
            "reason_hash",
            "return_condition_hash",
            "requirements",
            "statement",
        }
    ),
    Kind.REPRESENTATIVE_NAMED: frozenset({"role", "person"}),
    Kind.REPRESENTATIVE_ENDED: frozenset({"role", "person"}),
    Kind.POINT_ADDED: frozenset({"proposition"}),
    Kind.REQUIREMENT_DECLARED: frozenset({"point", "holds", "importance", "otherwise_leaves", "text_hash"}),
    Kind.REQUIREMENT_MARKED: frozenset({"document", "version", "text_hash", "mark", "note_hash"}),
    Kind.STATEMENT_PUBLISHED: frozenset({"kind", "title", "text_hash", "signatories"}),
    Kind.STATEMENT_SIGNED: frozenset({"text_hash", "signed_at"}),
    Kind.DOCUMENT_OPENED: frozenset({"title", "owner"}),
    Kind.VERSION_PUBLISHED: frozenset({"version", "text_hash", "clauses", "note_hash"}),
    Kind.COMMENT_MADE: frozenset(
        {"document", "version", "clause", "clause_hash", "type", "text_hash", "proposed_hash"}
    ),
    Kind.COMMENT_ANSWERED: frozenset({"disposition", "reason_hash"}),
    Kind.MEETING_NOTICED: frozenset(
        {"kind", "title", "starts_at", "ends_at", "timezone", "notice_hash", "days_ahead", "days_required"}
    ),
    Kind.AGENDA_PUBLISHED: frozenset({"items_hash", "items"}),
    Kind.MEETING_OPENED: frozenset({"presiding", "secretary"}),
    Kind.MEETING_RECESSED: frozenset({"reason_hash"}),
    Kind.MEETING_RESUMED: frozenset(),
    Kind.MEETING_ADJOURNED: frozenset(),
    Kind.MEETING_CLOSED: frozenset(),
    Kind.MEETING_CANCELLED: frozenset({"reason_hash"}),
    Kind.ATTENDANCE_RECORDED: frozenset({"organization", "event", "occurred_at"}),
    Kind.MINUTES_DRAFTED: frozenset({"version", "text_hash"}),
    Kind.MINUTES_CIRCULATED: frozenset({"version", "text_hash", "corrections_until", "reason_hash"}),
    Kind.CORRECTION_PROPOSED: frozenset({"number", "what_hash", "why_hash"}),
    Kind.CORRECTION_DECLINED: frozenset({"number", "reason_hash"}),
    Kind.MINUTES_CORRECTED: frozenset({"version", "text_hash", "previous_hash", "reason_hash"}),
    Kind.MINUTES_APPROVED: frozenset({"version", "text_hash", "approved_by"}),
    Kind.MINUTES_PUBLISHED: frozenset({"version", "text_hash"}),
    Kind.CALL_OPENED: frozenset(
        {
            "question",
            "document",
            "version",
            "clause",
            "text_hash",
            "rule",
            "treatment",
            "roll_hash",
            "roll_size",
            "opens_at",
            "closes_at",
            "repeats",
            "reason_hash",
        }
    ),
    Kind.CALL_SUSPENDED: frozenset({"reason", "version"}),
    Kind.CALL_CLOSED: frozenset({"positions", "roll_hash", "counts", "outcome", "label", "depends_on_withdrawal"}),
    Kind.CALL_DETERMINED: frozenset({"outcome", "label", "designation", "reasons_hash", "objections"}),
    Kind.POSITION_CAST: frozenset({"position", "text_hash", "reason_hash", "cure_hash", "replaces"}),
    Kind.OBJECTION_ANSWERED: frozenset({"accommodated", "reason_hash"}),
    Kind.OBJECTION_LIFTED: frozenset({"by"}),
    Kind.EDITION_PINNED: frozenset(
        {"document", "version", "against", "language", "text_hash", "size", "root", "engine", "template"}
    ),
    Kind.EDITION_PUBLISHED: frozenset({"document", "version", "number", "file_hash", "bytes"}),
}


def misfits(kind: Kind, body: dict[str, object]) -> str | None:
    """What is wrong with a body's fields, or None when they are exactly those of the kind."""
    wanted, found = FIELDS[kind], frozenset(body)
    if missing := sorted(wanted - found):
        return f"{kind} lacks {', '.join(missing)}"
    if extra := sorted(found - wanted):
        return f"{kind} has no {', '.join(extra)}"
    return None


def find_kind(word: str) -> Kind | None:
    """The kind of that name, or None: an entry may have been written past the acts."""
    return next((kind for kind in Kind if kind == word), None)


# --- policyhub/record/verifying.py

PARTS = {"actor", "at", "body", "id", "n", "subject", "type", "v"}
ACTOR_PARTS = {"org", "person", "role"}
ADDED = ("process", "told_at")


@dataclass(frozen=True)
class Row:
    """A leaf as it is stored: its index, its bytes, the hash kept beside it."""

    index: int
    leaf: bytes
    leaf_hash: bytes


@dataclass(frozen=True)
class Fault:
    """The first thing that is wrong, and where."""

    index: int
    sentence: str


@dataclass
class Verified:
    """How many leaves were read, their root, and the first fault if there is one."""

    size: int
    root: bytes
    fault: Fault | None


@dataclass
class Reader:
    """What must be remembered of the leaves so far to judge the next one; grows with subjects and ids."""

    size: int = 0
    kind: str = ""
    counters: dict[str, int] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)
    last_at: str = ""
    told: dict[str, str] = field(default_factory=dict)

    def problem(self, row: Row) -> str | None:
        """What is wrong with the next leaf, or None; then it counts as read."""
        found = _problem(self, row)
        if found is None:
            self.size += 1
        return found


def verify(rows: Iterable[Row]) -> Verified:
    """Read the leaves in order and stop at the first that is not as it must be."""
    reader, frontier = Reader(), Frontier()
    for row in rows:
        problem = reader.problem(row)
        if problem is not None:
            return Verified(frontier.size, frontier.root(), Fault(row.index, problem))
        frontier.add(row.leaf_hash)
    return Verified(frontier.size, frontier.root(), None)


def _problem(reader: Reader, row: Row) -> str | None:
    if row.index != reader.size:
        return f"entry {reader.size} is missing: entry {row.index} stands in its place"
    if leaf_hash(row.leaf) != row.leaf_hash:
        return "the bytes do not hash to the hash kept beside them"
    try:
        leaf = parse(row.leaf)
    except NotCanonical as error:
        return str(error)
    if set(leaf) != PARTS or leaf["v"] != 1 or not isinstance(leaf["actor"], dict):
        return "the leaf does not have exactly the parts of an entry"
    if set(leaf["actor"]) != ACTOR_PARTS:
        return "the actor does not have exactly org, person and role"
    reader.kind = str(leaf["type"])
    return _body_problem(leaf) or _order_problem(reader, leaf)


def _body_problem(leaf: dict[str, object]) -> str | None:
    kind, body, subject = leaf["type"], leaf["body"], str(leaf["subject"])
    if kind not in {each.value for each in FIELDS}:
        return f"there is no kind {kind}"
    if not isinstance(body, dict):
        return "the body is not an object"
    if subject.startswith("process/") and "process" in body:
        return "an entry about a process does not name a process again"
    return misfits(Kind(str(kind)), {name: value for name, value in body.items() if name not in ADDED})


def _order_problem(reader: Reader, leaf: dict[str, object]) -> str | None:
    subject, at = str(leaf["subject"]), str(leaf["at"])
    expected = reader.counters.get(subject, 0) + 1
    if leaf["n"] != expected:
        return f"entry {expected} about {subject} is missing: {leaf['n']} stands in its place"
    if str(leaf["id"]) in reader.ids:
        return f"the id {leaf['id']} stands twice"
    if _time(at) is None or at < reader.last_at:
        return "the time of writing is malformed or goes backwards"
    reader.counters[subject], reader.last_at = expected, at
    reader.ids.add(str(leaf["id"]))
    return _told_problem(reader, leaf, at)


def _told_problem(reader: Reader, leaf: dict[str, object], at: str) -> str | None:
    body, subject = leaf["body"], str(leaf["subject"])
    told = body.get("told_at") if isinstance(body, dict) else None
    if told is None or not isinstance(body, dict):
        return None
    process = subject.removeprefix("process/") if subject.startswith("process/") else str(body.get("process"))
    if _time(str(told)) is None or str(told) > at:
        return "the told time is malformed or later than the time of writing"
    if str(told) < reader.told.get(process, ""):
        return f"what is told of {process} goes backwards"
    reader.told[process] = str(told)
    return None


def _time(value: str) -> datetime | None:
    try:
        return parse_moment(value)
    except ValueError:
        return None


# --- policyhub/record/notes.py

ED25519, COSIGNATURE = 0x01, 0x04
KEY_BYTES, SIGNATURE_BYTES, ID_BYTES, TIME_BYTES = 32, 64, 4, 8
MAX_SIZE = 2**63 - 1
# More lines than anybody signs; a note with more is not read.
MAX_SIGNATURES = 64

_NAME = re.compile(r"[^\s+]+")
_SIGNATURE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")

# (public key, message, signature) -> whether the signature is good.
Check = Callable[[bytes, bytes, bytes], bool]
# message -> signature.
Sign = Callable[[bytes], bytes]


class NoteRefused(ValueError):
    """The note is not a checkpoint, or nobody known signed it; the message says why."""


@dataclass(frozen=True)
class Key:
    """A verifier's key: a name, 32 bytes, and which kind of signature they check."""

    name: str
    public: bytes
    kind: int = ED25519

    @classmethod
    def parse(cls, text: str) -> Key:
        """The key written as `name+id+base64`; NoteRefused when id and key do not belong together."""
        name, _, rest = text.strip().partition("+")
        digits, _, encoded = rest.partition("+")
        material = _decoded(encoded)
        if not _NAME.fullmatch(name) or len(material) != 1 + KEY_BYTES or material[0] not in {ED25519, COSIGNATURE}:
            raise NoteRefused("this is no verifier key: one has the form name+id+key")
        key = cls(name, material[1:], material[0])
        if key.id.hex() != digits:
            raise NoteRefused(f"the key of {name} does not have the id {digits}")
        return key

    @property
    def id(self) -> bytes:
        """Four bytes that tell keys of one name apart."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:ID_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([self.kind]) + self.public).decode()}"


@dataclass(frozen=True)
class Checkpoint:
    """What the record was at a size."""

    origin: str
    size: int
    root: bytes

    def __str__(self) -> str:
        """The three lines that are signed, each with its line end."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """The checkpoint behind exactly these three lines; NoteRefused when they are anything else."""
        lines = text.split("\n")
        if len(lines) != 4 or lines[3]:
            raise NoteRefused("a checkpoint has three lines: origin, size, root")
        origin, size, root = lines[0], lines[1], _decoded(lines[2])
        if not _NAME.fullmatch(origin) or not re.fullmatch(r"0|[1-9]\d{0,18}", size) or len(root) != KEY_BYTES:
            raise NoteRefused("a checkpoint has three lines: origin, size, root")
        if int(size) > MAX_SIZE:
            raise NoteRefused(f"the size {size} is larger than any record")
        return cls(origin, int(size), root)


@dataclass(frozen=True)
class Signature:
    """One line below a note: whose, by which key, and what it holds besides the signature (a witness's time)."""

    name: str
    key_id: bytes
    blob: bytes

    def __str__(self) -> str:
        return f"— {self.name} {base64.b64encode(self.key_id + self.blob).decode()}\n"


@dataclass(frozen=True)
class Note:
    """A checkpoint with its signatures."""

    checkpoint: Checkpoint
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return f"{self.checkpoint}\n{''.join(map(str, self.signatures))}"

    @classmethod
    def parse(cls, text: str) -> Note:
        """The note behind a text; NoteRefused when it is malformed in any way."""
        head, gap, below = text.partition("\n\n")
        lines = below.split("\n")
        if not gap or lines.pop() or not 1 <= len(lines) <= MAX_SIGNATURES:
            raise NoteRefused("a signed note is three lines, an empty one, and at least one signature")
        return cls(Checkpoint.parse(f"{head}\n"), tuple(_signature(line) for line in lines))

    def signed_by(self, key: Key, check: Check) -> bool:
        """Whether this key signed the checkpoint; NoteRefused when a line says so and the signature is wrong."""
        lines = [each for each in self.signatures if (each.name, each.key_id) == (key.name, key.id)]
        for line in lines:
            if not check(key.public, signed_bytes(self.checkpoint, key, line), line.blob[-SIGNATURE_BYTES:]):
                raise NoteRefused(f"the signature of {key.name} under size {self.checkpoint.size} is wrong")
        return bool(lines)

    def require(self, keys: Sequence[Key], check: Check) -> Key:
        """The first of the keys that signed; NoteRefused when none did."""
        for key in keys:
            if self.signed_by(key, check):
                return key
        raise NoteRefused(f"none of the keys known for {self.checkpoint.origin} signed size {self.checkpoint.size}")


def sign(checkpoint: Checkpoint, key: Key, signer: Sign) -> Signature:
    """The key's line under the checkpoint."""
    return Signature(key.name, key.id, signer(str(checkpoint).encode()))


def cosign(checkpoint: Checkpoint, key: Key, signer: Sign, *, at: int) -> Signature:
    """A witness's line: it saw this checkpoint, consistent with all that it saw before, at this time (Unix seconds)."""
    time = at.to_bytes(TIME_BYTES, "big")
    return Signature(key.name, key.id, time + signer(_cosigned(checkpoint, at)))


def signed_bytes(checkpoint: Checkpoint, key: Key, line: Signature) -> bytes:
    """What the key of such a line has signed; NoteRefused when the line has another length than its kind."""
    extra = TIME_BYTES if key.kind == COSIGNATURE else 0
    if len(line.blob) != extra + SIGNATURE_BYTES:
        raise NoteRefused(f"the signature of {key.name} has another length than its kind")
    if key.kind == COSIGNATURE:
        return _cosigned(checkpoint, int.from_bytes(line.blob[:TIME_BYTES], "big"))
    return str(checkpoint).encode()


def _cosigned(checkpoint: Checkpoint, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{checkpoint}".encode()


def _signature(line: str) -> Signature:
    found = _SIGNATURE.fullmatch(line)
    blob = _decoded(found[2]) if found else b""
    if found is None or len(blob) <= ID_BYTES:
        raise NoteRefused("a line below the checkpoint is no signature")
    return Signature(found[1], blob[:ID_BYTES], blob[ID_BYTES:])


def _decoded(text: str) -> bytes:
    """The bytes of strict base64; another spelling of the same bytes is refused, so that a note has one form."""
    try:
        decoded = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise NoteRefused("this is not base64") from None
    if base64.b64encode(decoded).decode() != text:
        raise NoteRefused("this is not base64 in its one form")
    return decoded


# --- policyhub/record/ed25519.py

Point = tuple[int, int, int, int]

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, P) % P
_ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def check_ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature over the message is this key's; False for anything malformed."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, commitment = _decompress(public), _decompress(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or scalar >= ORDER:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    return _equal(_multiply(scalar, _BASE), _add(commitment, _multiply(challenge, key)))


def _add(one: Point, other: Point) -> Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * _D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _multiply(scalar: int, point: Point) -> Point:
    product: Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            product = _add(product, point)
        point = _add(point, point)
        scalar >>= 1
    return product


def _equal(one: Point, other: Point) -> bool:
    return (one[0] * other[2] - other[0] * one[2]) % P == 0 and (one[1] * other[2] - other[1] * one[2]) % P == 0


def _decompress(data: bytes) -> Point | None:
    """The point behind 32 bytes; None when there is none, or the bytes are not its one form."""
    encoded = int.from_bytes(data, "little")
    sign, y = encoded >> 255, encoded & ((1 << 255) - 1)
    x = _recover(y, sign) if y < P else None
    return None if x is None else (x, y, 1, x * y % P)


def _recover(y: int, sign: int) -> int | None:
    square = (y * y - 1) * pow(_D * y * y + 1, -1, P) % P
    if square == 0:
        return None if sign else 0
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * _ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P:
        return None
    return P - x if x & 1 != sign else x


def _base() -> Point:
    y = 4 * pow(5, -1, P) % P
    x = _recover(y, 0)
    if x is None:
        raise AssertionError("the base point is on the curve")
    return x, y, 1, x * y % P


_BASE = _base()


# --- policyhub/record/bundles.py

WIDTH = 256
MOST_BYTES = WIDTH * (2 + 65_535)
SECONDS = 30
_SIZE = re.compile(r"[1-9]\d{0,18}")

# The bytes at a place of the bundle; None when nothing is there.
Read = Callable[[str], bytes | None]


class CannotTell(Exception):
    """The bundle does not hold what a check needs, or cannot be read; nothing is said about the record."""


class Tampered(Exception):
    """The record is not what was signed; `index` is the first entry that is wrong, where that can be told."""

    def __init__(self, sentence: str, index: int | None = None) -> None:
        super().__init__(sentence)
        self.index = index


@dataclass
class Report:
    """What was checked and found to be in order."""

    origin: str
    size: int
    root: str
    signed_by: str
    checkpoints: int
    kinds: dict[str, int] = field(default_factory=dict)


def check_bundle(
    read: Read, sizes: Sequence[int], *, trusted: Sequence[Key], held: Sequence[Checkpoint], check: Check
) -> Report:
    """The report over the whole record; Tampered or CannotTell otherwise.

    `sizes` are those of the checkpoints in the bundle, `trusted` the keys that the reader knows (none: the bundle's
    own is believed), `held` the checkpoints that the reader kept from before.
    """
    keys = list(trusted) or [_own_key(read)]
    newest = _note(read, "checkpoint", keys, check)
    waypoints = _waypoints(read, sizes, newest, keys, held, check)
    frontier, reader, kinds = Frontier(), Reader(), dict[str, int]()
    for leaf in leaves(read, newest.checkpoint.size):
        _read_leaf(reader, frontier, leaf, kinds)
        for waypoint in waypoints.get(frontier.size, ()):
            _compare(frontier, waypoint)
    return Report(
        origin=newest.checkpoint.origin,
        size=frontier.size,
        root=f"sha256:{frontier.root().hex()}",
        signed_by=str(newest.require(keys, check)),
        checkpoints=len(waypoints),
        kinds=dict(sorted(kinds.items())),
    )


def leaves(read: Read, size: int) -> Iterator[bytes]:
    """The leaves of a record of that size, in order, a tile at a time."""
    for number in range((size + WIDTH - 1) // WIDTH):
        width = min(WIDTH, size - number * WIDTH)
        found = _leaves_of(_needed(read, f"tile/entries/{place(number, width)}"), number, width)
        _compare_hashes(read(f"tile/0/{place(number, width)}"), found, number)
        yield from found


def place(number: int, width: int = WIDTH) -> str:
    """Where a tile stands below its height: `x001/x234/067`, a part of one with `.p/` and its width."""
    groups = [f"{number % 1000:03}"]
    while number := number // 1000:
        groups.append(f"x{number % 1000:03}")
    return "/".join(reversed(groups)) + ("" if width == WIDTH else f".p/{width}")


def from_directory(root: Path) -> tuple[Read, list[int]]:
    """How to read a bundle of files, and the sizes of its checkpoints."""
    if not root.is_dir():
        raise CannotTell(f"{root} is no directory.")

    def read(name: str) -> bytes | None:
        file = root / name
        if not file.is_file():
            return None
        if file.stat().st_size > MOST_BYTES:
            raise CannotTell(f"{name} is larger than any part of a record.")
        return file.read_bytes()

    kept = root / "checkpoints"
    names = sorted(each.name for each in kept.iterdir()) if kept.is_dir() else []
    return read, [int(name) for name in names if _SIZE.fullmatch(name)]


def from_site(url: str) -> tuple[Read, list[int]]:
    """How to read the record of a site; it lists no older checkpoints, those are the reader's to keep."""
    base = url.rstrip("/") + ("" if url.rstrip("/").endswith("/record") else "/record")
    if urllib.parse.urlsplit(base).scheme not in {"http", "https"}:
        raise CannotTell(f"{url} is neither a directory nor an address that begins with http.")

    def read(name: str) -> bytes | None:
        try:
            with urllib.request.urlopen(f"{base}/{name}", timeout=SECONDS) as answer:  # noqa: S310 - http, see above
                content: bytes = answer.read(MOST_BYTES + 1)
        except urllib.error.HTTPError as error:
            with error:
                if error.code == 404:
                    return None
                raise CannotTell(f"{base}/{name} answers with status {error.code}.") from None
        except OSError as error:
            raise CannotTell(f"{base}/{name} cannot be read: {error}.") from None
        if len(content) > MOST_BYTES:
            raise CannotTell(f"{base}/{name} is larger than any part of a record.")
        return content

    return read, []


def _own_key(read: Read) -> Key:
    try:
        return Key.parse(_text(_needed(read, "vkey"), "vkey"))
    except NoteRefused as refusal:
        raise CannotTell(f"vkey cannot be used: {refusal}.") from None


def _note(read: Read, name: str, keys: Sequence[Key], check: Check) -> Note:
    try:
        note = Note.parse(_text(_needed(read, name), name))
    except NoteRefused as refusal:
        raise CannotTell(f"{name} cannot be read: {refusal}.") from None
    try:
        note.require(keys, check)
    except NoteRefused as refusal:
        raise Tampered(f"{name}: {refusal}.") from None
    if not note.checkpoint.size:
        raise CannotTell(f"{name} is over an empty record: there is nothing to check.")
    return note


def _waypoints(
    read: Read, sizes: Sequence[int], newest: Note, keys: Sequence[Key], held: Sequence[Checkpoint], check: Check
) -> dict[int, list[Checkpoint]]:
    """The checkpoints that the record must pass through, by size."""
    found: dict[int, list[Checkpoint]] = {}
    notes = [newest.checkpoint, *(_note(read, f"checkpoints/{size}", keys, check).checkpoint for size in sizes)]
    for checkpoint in [*notes, *held]:
        if checkpoint.origin != newest.checkpoint.origin:
            raise CannotTell(f"A checkpoint of {checkpoint.origin} says nothing about {newest.checkpoint.origin}.")
        if checkpoint.size > newest.checkpoint.size:
            raise Tampered(
                f"There is a checkpoint over {checkpoint.size} entries, and the newest one given is over "
                f"{newest.checkpoint.size}: the record was cut off.",
                newest.checkpoint.size,
            )
        found.setdefault(checkpoint.size, []).append(checkpoint)
    return found


def _compare(frontier: Frontier, checkpoint: Checkpoint) -> None:
    if frontier.root() != checkpoint.root:
        raise Tampered(
            f"The first {frontier.size} entries are not those under the checkpoint of that size: one of them was "
            "changed, removed or put in."
        )


def _read_leaf(reader: Reader, frontier: Frontier, leaf: bytes, kinds: dict[str, int]) -> None:
    index, hashed = frontier.size, leaf_hash(leaf)
    problem = reader.problem(Row(index, leaf, hashed))
    if problem is not None:
        raise Tampered(f"Entry {index}: {problem}.", index)
    frontier.add(hashed)
    kinds[reader.kind] = kinds.get(reader.kind, 0) + 1


def _leaves_of(bundle: bytes, number: int, width: int) -> list[bytes]:
    found: list[bytes] = []
    at = 0
    while at < len(bundle):
        end = at + 2 + int.from_bytes(bundle[at : at + 2], "big")
        if end > len(bundle) or len(found) == width:
            break
        found.append(bundle[at + 2 : end])
        at = end
    if at != len(bundle) or len(found) != width:
        raise Tampered(
            f"The entries from {number * WIDTH} on are cut off or hold more than they should.",
            number * WIDTH + len(found),
        )
    return found


def _compare_hashes(tile: bytes | None, found: Sequence[bytes], number: int) -> None:
    """The leaves are those that the tile of hashes knows, where the bundle has one."""
    if tile is None:
        return
    for place_in_tile, leaf in enumerate(found):
        at = place_in_tile * HASH_BYTES
        if leaf_hash(leaf) != tile[at : at + HASH_BYTES]:
            index = number * WIDTH + place_in_tile
            raise Tampered(f"Entry {index} does not have the hash that is kept for it.", index)


def _needed(read: Read, name: str) -> bytes:
    content = read(name)
    if not content:
        raise CannotTell(f"{name} is missing or empty: without it nothing can be said.")
    return content


def _text(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise CannotTell(f"{name} is not text in UTF-8.") from None


# --- policyhub/record/prooffile.py

HEADER = "c2sp.org/tlog-proof@v1"
# No tree is higher: a proof with more hashes is not read.
MOST_HASHES = 63


@dataclass(frozen=True)
class ProofFile:
    """Shows that a leaf stands at `index` under a signed checkpoint, to whoever has the leaf: it is not in it."""

    index: int
    hashes: tuple[bytes, ...]
    note: Note

    def __str__(self) -> str:
        hashes = "".join(f"{base64.b64encode(each).decode()}\n" for each in self.hashes)
        return f"{HEADER}\nindex {self.index}\n{hashes}\n{self.note}"

    @classmethod
    def parse(cls, text: str) -> ProofFile:
        """The proof behind a file's text; ProofRefused when it is malformed. An `extra` line is read over."""
        head, gap, note = text.partition("\n\n")
        lines = head.split("\n")
        if not gap or lines[0] != HEADER:
            raise ProofRefused(f"a proof file begins with the line {HEADER}")
        if len(lines) > 1 and lines[1].startswith("extra "):
            del lines[1]
        found = re.fullmatch(r"index (0|[1-9]\d{0,18})", lines[1]) if len(lines) > 1 else None
        if found is None or len(lines) > 2 + MOST_HASHES:
            raise ProofRefused("a proof file names its index, and then at most 63 hashes")
        try:
            return cls(int(found[1]), tuple(_hash(line) for line in lines[2:]), Note.parse(note))
        except NoteRefused as refusal:
            raise ProofRefused(str(refusal)) from None

    def check(self, leaf: bytes, keys: Sequence[Key], check: Check) -> Checkpoint:
        """The checkpoint that the leaf is under, signed by one of the keys; ProofRefused otherwise."""
        checkpoint = self.note.checkpoint
        try:
            self.note.require(keys, check)
        except NoteRefused as refusal:
            raise ProofRefused(str(refusal)) from None
        check_inclusion(leaf_hash(leaf), self.index, checkpoint.size, self.hashes, checkpoint.root)
        return checkpoint


def _hash(line: str) -> bytes:
    try:
        decoded = base64.b64decode(line, validate=True)
    except (binascii.Error, ValueError):
        decoded = b""
    if len(decoded) != HASH_BYTES or base64.b64encode(decoded).decode() != line:
        raise ProofRefused("a line of the proof is no hash in base64")
    return decoded


# --- policyhub/record/offline.py

IN_ORDER, CHANGED, UNKNOWN = 0, 1, 2


def main(argv: Sequence[str]) -> int:
    """0 when everything is in order, 1 when the record is not what was signed, 2 when that cannot be told."""
    options = arguments().parse_args(argv)
    try:
        keys = [Key.parse(text) for text in options.key]
        if options.proof is not None:
            return say_proof(options.record, options.proof, keys)
        return say_record(options.record, keys, [held(path) for path in options.checkpoint], as_json=options.json)
    except (CannotTell, NoteRefused, OSError, UnicodeDecodeError) as trouble:
        print(f"This cannot be told: {trouble}", file=sys.stderr)
        return UNKNOWN


def arguments() -> argparse.ArgumentParser:
    """What the program understands."""
    parser = argparse.ArgumentParser(
        prog="verify_record.py", description="Check a public record: every byte, hash, counter, time and signature."
    )
    parser.add_argument("record", help="a directory made by export_record, a site's address, or with --proof a leaf")
    parser.add_argument("--key", action="append", default=[], metavar="VKEY", help="a verifier key that you know")
    parser.add_argument(
        "--checkpoint", action="append", default=[], type=Path, metavar="FILE", help="a checkpoint that you kept before"
    )
    parser.add_argument("--proof", type=Path, metavar="FILE", help="a .tlog-proof file for the entry's exact bytes")
    parser.add_argument("--json", action="store_true", help="print for machines")
    return parser


def say_record(place: str, keys: Sequence[Key], kept: Sequence[Checkpoint], *, as_json: bool) -> int:
    """The status, after the record was checked and the outcome said."""
    is_site = place.startswith(("http://", "https://"))
    read, sizes = from_site(place) if is_site else from_directory(Path(place))
    try:
        report = check_bundle(read, sizes, trusted=keys, held=kept, check=check_ed25519)
    except Tampered as found:
        said = {"in_order": False, "broken": found.index, "reason": str(found)}
        print(json.dumps(said) if as_json else f"The record is NOT what was signed. {found}")
        return CHANGED
    print(json.dumps({"in_order": True, **asdict(report)}) if as_json else _sentences(report, trusted=bool(keys)))
    return IN_ORDER


def say_proof(leaf: str, proof: Path, keys: Sequence[Key]) -> int:
    """The status, after one entry's exact bytes were checked against a proof file."""
    if not keys:
        raise CannotTell("name the verifier key with --key: a proof is worth what its key is worth.")
    try:
        read = ProofFile.parse(proof.read_text(encoding="utf-8"))
        checkpoint = read.check(Path(leaf).read_bytes(), keys, check_ed25519)
    except ProofRefused as refusal:
        print(f"The proof does NOT hold: {refusal}.")
        return CHANGED
    size, origin = checkpoint.size, checkpoint.origin
    print(f"These bytes are entry {read.index} of {origin}, under its checkpoint of {size} entries.")
    return IN_ORDER


def held(path: Path) -> Checkpoint:
    """A checkpoint that the reader kept; its signature was theirs to check then."""
    return Note.parse(path.read_text(encoding="utf-8")).checkpoint


def _sentences(report: Report, *, trusted: bool) -> str:
    entries = "\n".join(f"  {count:7,}  {kind}" for kind, count in report.kinds.items())
    belief = "" if trusted else "\nThat key came with the record: compare it with one that you know from elsewhere."
    return (
        f"{report.size:,} entries of {report.origin} are what was signed, under {_count(report.checkpoints)}.\n"
        f"Root {report.root}\nSigned by {report.signed_by}{belief}\n{entries}"
    )


def _count(checkpoints: int) -> str:
    return "1 checkpoint" if checkpoints == 1 else f"{checkpoints} checkpoints"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
