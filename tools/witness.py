#!/usr/bin/env python3
"""Watches a PolicyHub record for an organization: one file, Python 3.11 or newer, nothing to install.

    python3 witness.py https://SITE/ --state DIRECTORY        from cron, every few minutes

Written by tools/build_verifier.py from the modules named below; a test compares the two.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import http.client
import json
import os
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


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

    def add_full(self, height: int, root: bytes) -> None:
        """Append a full subtree of `1 << height` leaves by its root; the size so far must be a multiple of that."""
        if self.size & ((1 << height) - 1):
            raise ValueError(f"a subtree of height {height} does not begin at {self.size}")
        position, self.size = self.size >> height, self.size + (1 << height)
        while position & 1:
            root = node_hash(self._peaks.pop(), root)
            position >>= 1
        self._peaks.append(root)

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


def fold(hashes: Sequence[bytes]) -> bytes:
    """The root over neighbors whose number is a power of two."""
    while len(hashes) > 1:
        hashes = [node_hash(hashes[place], hashes[place + 1]) for place in range(0, len(hashes), 2)]
    return hashes[0]


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


def public_key(seed: bytes) -> bytes:
    """The 32 bytes that check what this seed of 32 bytes signs."""
    scalar, _ = _expanded(seed)
    return _compress(_multiply(scalar, _BASE))


def sign_ed25519(seed: bytes, message: bytes) -> bytes:
    """The 64 bytes of the signature over the message."""
    scalar, prefix = _expanded(seed)
    public = _compress(_multiply(scalar, _BASE))
    nonce = _reduced(prefix + message)
    commitment = _compress(_multiply(nonce, _BASE))
    answer = (nonce + _reduced(commitment + public + message) * scalar) % ORDER
    return commitment + answer.to_bytes(32, "little")


def _expanded(seed: bytes) -> tuple[int, bytes]:
    if len(seed) != 32:
        raise ValueError("a seed has 32 bytes")
    hashed = hashlib.sha512(seed).digest()
    scalar = int.from_bytes(hashed[:32], "little") & ((1 << 254) - 8) | 1 << 254
    return scalar, hashed[32:]


def _reduced(data: bytes) -> int:
    return int.from_bytes(hashlib.sha512(data).digest(), "little") % ORDER


def _compress(point: Point) -> bytes:
    inverse = pow(point[2], -1, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


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


def _base_point() -> Point:
    y = 4 * pow(5, -1, P) % P
    x = _recover(y, 0)
    if x is None:
        raise AssertionError("the base point is on the curve")
    return x, y, 1, x * y % P


_BASE = _base_point()


# --- policyhub/record/keyring.py

ROTATED, STARTED = "key.rotated", "log.started"
# How entries about keys show in their bytes, so that the others need not be read for them.
ABOUT_THE_LOG = b'"subject":"log"'
KEY_LOST, ENTRIES_LOST = "key_lost", "entries_lost"
REASONS = {KEY_LOST: "its key was lost", ENTRIES_LOST: "entries that were signed are lost"}
_NUMBERED = re.compile(r"(.*)/([2-9]|[1-9]\d{1,8})")


def handing_over(vkey: str) -> bytes:
    """What the old key signs to hand over to the new one."""
    return f"policyhub/key/v1\n{vkey}\n".encode()


def record_of(origin: str) -> str:
    """The record that an origin is of: the origins of one that was started anew differ by a number behind them."""
    numbered = _NUMBERED.fullmatch(origin)
    return numbered.group(1) if numbered else origin


def next_origin(origin: str) -> str:
    """The origin of the record when it is started anew after this one."""
    numbered = _NUMBERED.fullmatch(origin)
    return f"{numbered.group(1)}/{int(numbered.group(2)) + 1}" if numbered else f"{origin}/2"


@dataclass(frozen=True)
class Start:
    """Where a record was started anew: the entry, its key and why; what the key before had signed last."""

    index: int
    vkey: str
    previous: str
    size: int
    reason: str

    def __str__(self) -> str:
        return (
            f"Entry {self.index} starts the record anew as {Key.parse(self.vkey).name}, because "
            f"{REASONS.get(self.reason, self.reason)}: the key before had signed {self.size} entries"
        )


class Keyring:
    """The keys that are known so far; it grows with the entries that are read.

    One that believes takes the record's own word for its keys, because its reader knows none.
    """

    def __init__(self, keys: Sequence[Key], check: Check, *, believes: bool = False) -> None:
        self.keys = list(keys)
        self.starts: list[Start] = []
        self._check, self._believes = check, believes

    def read(self, index: int, kind: str, body: dict[str, Any]) -> str | None:
        """What is wrong with an entry about keys, or None; then what it says of them is known."""
        if kind == ROTATED:
            return self._hand_over(body)
        return self._start(index, body) if kind == STARTED else None

    def _hand_over(self, body: dict[str, Any]) -> str | None:
        problem = rotation_problem(body, self._check)
        if problem is None and (self._believes or Key.parse(body["previous"]) in self.keys):
            self._know(body["vkey"])
        if problem is None and self._believes:
            self._know(body["previous"])
        return problem

    def _start(self, index: int, body: dict[str, Any]) -> str | None:
        problem = start_problem(body) or self._unsigned_end(body)
        if problem is None:
            size = signed_last(body).checkpoint.size
            self.starts.append(Start(index, body["vkey"], body["previous"], size, body["reason"]))
            for each in (body["previous"], body["vkey"]) if self._believes else ():
                self._know(each)
        return problem

    def _unsigned_end(self, body: dict[str, Any]) -> str | None:
        try:
            is_signed = signed_last(body).signed_by(Key.parse(body["previous"]), self._check)
        except NoteRefused:
            is_signed = False
        return None if is_signed else "the key before did not sign the checkpoint that it names"

    def _know(self, vkey: str) -> None:
        """A key that is known already stays in its place: the newest one is last."""
        key = Key.parse(vkey)
        if key not in self.keys:
            self.keys.append(key)


def rotation_problem(body: dict[str, Any], check: Check) -> str | None:
    """Why one key does not hand over to the other, or None."""
    try:
        old, new = Key.parse(body["previous"]), Key.parse(body["vkey"])
        signature = base64.b64decode(body["signature"], validate=True)
    except (NoteRefused, binascii.Error, ValueError, TypeError, AttributeError):
        return "it names a key, or a signature, that is none"
    if old.name != new.name or old == new:
        return "a key hands over to another one of the same record"
    if not check(old.public, handing_over(str(new)), signature):
        return "the key that it names did not sign the new one"
    return None


def lines_of(note: Note) -> list[str]:
    """A checkpoint as it stands in an entry: its lines."""
    return str(note).removesuffix("\n").split("\n")


def signed_last(body: dict[str, Any]) -> Note:
    """What the key before had signed last, in an entry that starts a record anew; NoteRefused where it is none."""
    lines = body["checkpoint"]
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        raise NoteRefused("its checkpoint is not written as lines")
    return Note.parse("\n".join(lines) + "\n")


def start_problem(body: dict[str, Any]) -> str | None:
    """Why a record cannot be started anew by an entry with this body, or None; its signature is not looked at."""
    try:
        old, new = Key.parse(body["previous"]), Key.parse(body["vkey"])
        ended, reason = signed_last(body).checkpoint, body["reason"]
    except (NoteRefused, KeyError, ValueError, TypeError, AttributeError):
        return "it names a key, or a checkpoint, that is none"
    if new.name != next_origin(old.name) or new.public == old.public:
        return f"after {old.name} a record is started anew as {next_origin(old.name)}, under a key of its own"
    if ended.origin != old.name or not ended.size:
        return "the checkpoint that it names is not one of the record before"
    return None if reason in REASONS else f"a record is not started anew because of {reason}"


# --- policyhub/record/places.py

MOST_BYTES = 256 * (2 + 65_535)
SECONDS, MOST_SECONDS, PAUSE = 30, 120, 1
SERVER_ERROR = 500
CHUNK_BYTES = 65_536
GONE = {404, 410}
_SIZE = re.compile(r"[1-9]\d{0,18}")

# The bytes at a place of the bundle; None when nothing is there.
Read = Callable[[str], bytes | None]


class CannotTell(Exception):
    """The bundle does not hold what a check needs, or cannot be read; nothing is said about the record."""


class Directory:
    """Reads a bundle of files; can be sent to another process."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def __call__(self, name: str) -> bytes | None:
        """The bytes of the file of that name, or None when there is none."""
        file = self.root / name
        try:
            if not file.is_file():
                return None
            with file.open("rb") as stream:
                content = stream.read(MOST_BYTES + 1)
        except OSError as error:
            raise CannotTell(f"{name} cannot be read: {error.strerror}.") from None
        return _not_too_long(name, content)


def from_directory(root: Path) -> tuple[Directory, list[int]]:
    """How to read a bundle of files, and the sizes of its checkpoints."""
    if not root.is_dir():
        raise CannotTell(f"{root} is no directory.")
    kept = root / "checkpoints"
    names = sorted(each.name for each in kept.iterdir()) if kept.is_dir() else []
    return Directory(root), [int(name) for name in names if _SIZE.fullmatch(name)]


def from_site(url: str) -> tuple[Read, list[int]]:
    """How to read the record of a site; it lists no older checkpoints, those are the reader's to keep."""
    base = url.rstrip("/") + ("" if url.rstrip("/").endswith("/record") else "/record")
    if urllib.parse.urlsplit(base).scheme not in {"http", "https"}:
        raise CannotTell(f"{url} is neither a directory nor an address that begins with http.")

    def read(name: str) -> bytes | None:
        # A site serves one text at a time; in a bundle they lie together.
        name = f"text/{name.removeprefix('texts/')}" if name.startswith("texts/") else name
        return fetch(f"{base}/{name}")

    return read, []


def fetch(url: str) -> bytes | None:
    """What an address that begins with http answers; None when nothing is there, or nothing any more.

    A site that stumbles is asked once more. One that never ends is left after `MOST_SECONDS`.
    """
    try:
        return _not_too_long(url, _received(url))
    except urllib.error.HTTPError as error:
        if error.code in GONE:
            return None
        trouble = f"answers with status {error.code}"
        if error.code < SERVER_ERROR:
            raise CannotTell(f"{url} {trouble}.") from None
    except (OSError, ValueError, http.client.HTTPException) as error:
        trouble = f"cannot be read: {error or type(error).__name__}"
    time.sleep(PAUSE)
    try:
        return _not_too_long(url, _received(url))
    except (OSError, ValueError, http.client.HTTPException):
        raise CannotTell(f"{url} {trouble}.") from None


def _received(url: str) -> bytes:
    until, parts, length = time.monotonic() + MOST_SECONDS, list[bytes](), 0
    with urllib.request.urlopen(url, timeout=SECONDS) as answer:  # noqa: S310 - callers look at the scheme
        while length <= MOST_BYTES and (part := answer.read1(CHUNK_BYTES)):
            parts.append(part)
            length += len(part)
            if time.monotonic() > until:
                raise OSError(f"it did not end within {MOST_SECONDS} seconds")
        if length <= MOST_BYTES and answer.length:
            raise OSError("it was cut off")
    return b"".join(parts)


def required(read: Read, name: str) -> bytes:
    """The bytes of a part without which nothing can be said."""
    content = read(name)
    if not content:
        raise CannotTell(f"{name} is missing or empty: without it nothing can be said.")
    return content


def required_text(read: Read, name: str) -> str:
    """The same as text."""
    try:
        return required(read, name).decode("utf-8")
    except UnicodeDecodeError:
        raise CannotTell(f"{name} is not text in UTF-8.") from None


def _not_too_long(name: str, content: bytes) -> bytes:
    if len(content) > MOST_BYTES:
        raise CannotTell(f"{name} is larger than any part of a record.")
    return content


# --- policyhub/record/witnessing.py

CONTINUED, BROKEN, NOT_SEEN = 0, 1, 2
SEED = 32


class NotContinued(Exception):
    """The record does not continue what was seen: the message says how, the rest is the proof of it."""

    def __init__(self, sentence: str, *notes: str, proof: Sequence[str] = ()) -> None:
        super().__init__(sentence)
        self.notes, self.proof = notes, proof


class Memory:
    """What a witness keeps in a directory: the record's key, every checkpoint it saw, its own key if it has one."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(mode=0o700, parents=True, exist_ok=True)

    def pinned(self, read: Read, given: str | None) -> Key:
        """The record's key: the one that was given, else the one seen first, which is kept now."""
        file = self.root / "vkey"
        kept = file.read_text(encoding="utf-8") if file.exists() else None
        key = Key.parse(given or kept or required_text(read, "vkey"))
        if kept is not None and str(Key.parse(kept)) != str(key):
            raise CannotTell("another key is kept than the one given: look into the directory before you go on.")
        if kept is None:
            self._write("vkey", f"{key}\n")
        return key

    def repin(self, key: Key) -> Key:
        """The record's key from now on: the one before has handed over to it."""
        self._write("vkey", f"{key}\n")
        return key

    def last(self) -> Note | None:
        """The newest checkpoint that was seen, or None."""
        sizes = self._sizes()
        return self.seen(sizes[-1]) if sizes else None

    def seen(self, size: int) -> Note | None:
        """The checkpoint of that size as it was seen, or None."""
        file = self.root / "checkpoints" / str(size)
        return Note.parse(file.read_text(encoding="utf-8")) if file.exists() else None

    def keep(self, note: Note) -> None:
        """The checkpoint is on disk, for good: one of a size is never written twice."""
        if self.seen(note.checkpoint.size) is None:
            self._write(f"checkpoints/{note.checkpoint.size}", str(note))

    def keep_evidence(self, trouble: NotContinued) -> Path:
        """What does not fit lies in a file that convinces whoever has the record's key."""
        said = {"what": str(trouble), "notes": list(trouble.notes), "consistency_proof": list(trouble.proof)}
        return self._write(f"evidence/{time.time_ns()}.json", json.dumps(said, indent=1, ensure_ascii=False) + "\n")

    def cosigned(self, note: Note, name: str) -> Path:
        """The checkpoint with this witness's line below it, in the file `cosigned`; its key is made on first use."""
        file = self.root / "key"
        if not file.exists():
            self._write("key", base64.b64encode(os.urandom(SEED)).decode() + "\n")
        seed = base64.b64decode(file.read_text(encoding="utf-8"))
        key = Key(name, public_key(seed), COSIGNATURE)
        self._write("witness-vkey", f"{key}\n")
        line = cosign(note.checkpoint, key, lambda message: sign_ed25519(seed, message), at=int(time.time()))
        return self._write("cosigned", str(Note(note.checkpoint, (*note.signatures, line))))

    def _sizes(self) -> list[int]:
        kept = self.root / "checkpoints"
        return sorted(int(each.name) for each in kept.iterdir() if each.name.isdecimal()) if kept.is_dir() else []

    def _write(self, name: str, content: str) -> Path:
        file = self.root / name
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = file.with_name(f"{file.name}.part")
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(file)
        return file


def look(site: str, memory: Memory, given: str | None) -> Note:
    """The record's newest checkpoint, which continues the last one that was seen; else NotContinued."""
    read, _ = from_site(site)
    key = memory.pinned(read, given)
    note = Note.parse(required_text(read, "checkpoint"))
    if not any((each.name, each.key_id) == (key.name, key.id) for each in note.signatures):
        key = memory.repin(_handed_over(site, key))
    _signed(note, key)
    last = memory.last()
    if last is not None:
        _compare(site, last, note)
    memory.keep(note)
    return note


def _handed_over(site: str, key: Key) -> Key:
    """The newest key that the kept one hands over to, by entries of the record; the kept one where there is none."""
    ring = Keyring([key], check_ed25519)
    for body in _rotations(site):
        ring.read(0, ROTATED, body)
    return ring.keys[-1]


def _rotations(site: str) -> list[dict[str, str]]:
    base = site.rstrip("/").removesuffix("/record")
    answer = fetch(f"{base}/api/v1/record/entries/?kind={ROTATED}&limit=200")
    try:
        return [each["content"]["body"] for each in json.loads(answer or b"")["results"]]
    except (ValueError, KeyError, TypeError):
        raise CannotTell("the site does not tell which keys it had.") from None


def compare_with(site: str, memory: Memory, key: Key, files: Sequence[Path]) -> None:
    """What others saw fits what this witness saw; else NotContinued: the record shows them another face."""
    for file in files:
        note = Note.parse(file.read_text(encoding="utf-8"))
        _signed(note, key)
        own = memory.seen(note.checkpoint.size) or memory.last()
        if own is None:
            raise CannotTell("nothing was seen yet that could be compared.")
        older, newer = sorted((own, note), key=lambda each: each.checkpoint.size)
        _compare(site, older, newer)


def _signed(note: Note, key: Key) -> None:
    try:
        note.require([key], check_ed25519)
    except NoteRefused as refusal:
        raise NotContinued(f"The checkpoint is not signed by the key that is kept: {refusal}.", str(note)) from None


def _compare(site: str, older: Note, newer: Note) -> None:
    old, new = older.checkpoint, newer.checkpoint
    if new.size < old.size:
        sentence = f"The record shows {new.size} signed entries, and {old.size} were seen before: it was cut off."
        raise NotContinued(sentence, str(older), str(newer))
    hashes = [] if old.size == new.size else _asked(site, old, new)
    try:
        check_consistency(old.size, new.size, old.root, new.root, [bytes.fromhex(each) for each in hashes])
    except (ProofRefused, ValueError) as refusal:
        sentence = f"The record of {new.size} entries does not continue the one of {old.size}: {refusal}."
        raise NotContinued(sentence, str(older), str(newer), proof=hashes) from None


def _asked(site: str, old: Checkpoint, new: Checkpoint) -> list[str]:
    base = site.rstrip("/").removesuffix("/record")
    answer = fetch(f"{base}/api/v1/record/proofs/consistency/?old={old.size}&new={new.size}")
    try:
        hashes = json.loads(answer or b"")["hashes"]
    except (ValueError, KeyError, TypeError):
        raise CannotTell("the site gives no proof between the two checkpoints.") from None
    if not isinstance(hashes, list) or not all(isinstance(each, str) for each in hashes):
        raise CannotTell("the site gives a proof of another form.")
    return hashes


def witness_arguments() -> argparse.ArgumentParser:
    """What the program understands."""
    parser = argparse.ArgumentParser(
        prog="witness.py",
        description="Look at a public record, and notice when it does not continue what was seen before.",
        epilog="Exit status: 0 it continues, 1 it does not (the proof is kept below evidence/), 2 nothing was seen.",
    )
    add = parser.add_argument
    add("site", help="the site's address")
    add("--state", type=Path, required=True, metavar="DIR", help="where to keep what was seen")
    add("--key", metavar="VKEY", help="the record's verifier key, as you know it from elsewhere")
    add("--cosign", metavar="NAME", help="also sign each checkpoint as a witness of this name (DIR/cosigned)")
    add("--compare", nargs="+", type=Path, default=[], metavar="FILE", help="checkpoints that others saw")
    return parser


def witness_main(argv: Sequence[str]) -> int:
    """0 when the record continues what was seen, 1 when it does not, 2 when nothing could be seen."""
    options = witness_arguments().parse_args(argv)
    memory = Memory(options.state)
    try:
        first = memory.last() is None
        note = look(options.site, memory, options.key)
        key = memory.pinned(from_site(options.site)[0], options.key)
        compare_with(options.site, memory, key, options.compare)
        print(_seen(note, key, first=first and options.key is None))
        if options.cosign:
            print(f"Cosigned: {memory.cosigned(note, options.cosign)}")
    except NotContinued as trouble:
        print(f"{trouble} The proof is in {memory.keep_evidence(trouble)}: keep it, and show it to the others.")
        return BROKEN
    except (CannotTell, NoteRefused, OSError, UnicodeDecodeError) as trouble:
        print(f"Nothing was seen: {trouble}", file=sys.stderr)
        return NOT_SEEN
    return CONTINUED


def _seen(note: Note, key: Key, *, first: bool) -> str:
    size = note.checkpoint.size
    if first:
        return f"Seen for the first time: {size} entries. Its key is kept; compare it with one from elsewhere: {key}"
    return f"The record of {size} entries continues what was seen."


if __name__ == "__main__":
    sys.exit(witness_main(sys.argv[1:]))
