"""Checking a record that was carried away, or that a site serves, as far as its reader wants.

Only the leaves and a signed checkpoint are needed; the hashes kept beside them tell which leaf was touched, older
checkpoints by when, receipts at which place. Levels, each with those below it:

1. the leaves lead to the root that was signed;
2. every checkpoint and receipt that the reader or the bundle holds fits them;
3. each leaf is canonical, in order, of a known kind with its fields;
4. the story that they tell could have happened;
5. the texts and files that are there are those that entries name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from policyhub.core.canonical import NotCanonical, parse
from policyhub.record.keyring import ABOUT_THE_LOG, Keyring, Start, record_of
from policyhub.record.notes import Check, Checkpoint, Key, Note, NoteRefused
from policyhub.record.places import CannotTell, Directory, Read, required, required_text
from policyhub.record.receipts import Receipt
from policyhub.record.tree import Frontier, fold, leaf_hash
from policyhub.record.verifying import Judge, Reader

WIDTH = 256
TILE_HEIGHT = 8
# Tiles that one process folds at a time: their leaves make a subtree of their own.
CHUNK = 64
CHUNK_HEIGHT = TILE_HEIGHT + 6
HASHES, CHECKPOINTS, LEAVES, STORY, TEXTS = 1, 2, 3, 4, 5
MOST_REMEMBERED = 4_096


class Tampered(Exception):
    """The record is not what was signed; `index` is the first entry that is wrong, where that can be told."""

    def __init__(self, sentence: str, index: int | None = None) -> None:
        super().__init__(sentence)
        self.index = index


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What to check against what: the reader's keys (none: the record's own is believed), checkpoints, receipts."""

    level: int = LEAVES
    trusted: Sequence[Key] = ()
    held: Sequence[Checkpoint] = ()
    receipts: Sequence[Receipt] = ()
    judge: Callable[[], Judge] | None = None
    processes: int = 1


@dataclass
class Report:
    """What was checked and found to be in order."""

    origin: str
    size: int
    root: str
    signed_by: str
    level: int
    checkpoints: int
    kinds: dict[str, int] = field(default_factory=dict)
    texts: int = 0
    texts_not_there: int = 0
    started_anew: list[Start] = field(default_factory=list)


def check_bundle(read: Read, sizes: Sequence[int], wanted: Wanted, *, check: Check) -> Report:
    """The report over the whole record; Tampered or CannotTell otherwise. `sizes` are those of its checkpoints."""
    ring = Keyring(list(wanted.trusted) or [_own_key(read)], check, believes=not wanted.trusted)
    notes = {"checkpoint": _note(read, "checkpoint")}
    notes |= {f"checkpoints/{size}": _older(read, size) for size in (sizes if wanted.level >= CHECKPOINTS else ())}
    newest = notes["checkpoint"]
    # A signature that is wrong is told before anything else; one by a key that is not known yet may be handed over to.
    unsigned = {name: note for name, note in notes.items() if not _signed(name, note, ring, check)}
    waypoints = _waypoints([each.checkpoint for each in notes.values()], newest.checkpoint, wanted)
    walk = Walk(read, newest.checkpoint.size, waypoints, wanted, ring)
    walk.go()
    _require_signed(unsigned, newest, ring, check)
    if read("vkey") is not None and _own_key(read) not in ring.keys:
        raise Tampered("The key that came with the record is none of those that you know.")
    return Report(
        origin=newest.checkpoint.origin,
        size=walk.frontier.size,
        root=f"sha256:{walk.frontier.root().hex()}",
        signed_by=str(newest.require(ring.keys[::-1], check)),
        level=wanted.level,
        checkpoints=len(waypoints),
        kinds=dict(sorted(walk.kinds.items())),
        texts=walk.texts,
        texts_not_there=walk.texts_not_there,
        started_anew=ring.starts,
    )


class Walk:
    """One pass over the leaves, a tile at a time."""

    def __init__(
        self, read: Read, size: int, waypoints: dict[int, list[Checkpoint]], wanted: Wanted, ring: Keyring
    ) -> None:
        self._read, self._size, self._waypoints, self._wanted, self._ring = read, size, waypoints, wanted, ring
        self._reader = Reader(wanted.judge() if wanted.judge and wanted.level >= STORY else None)
        self._receipts = {each.index: each for each in wanted.receipts} if wanted.level >= CHECKPOINTS else {}
        self._remembered: dict[str, None] = {}
        self.frontier = Frontier()
        self.kinds: dict[str, int] = {}
        self.texts = self.texts_not_there = 0

    def go(self) -> None:
        """Every leaf was read and everything wanted was found in order; else Tampered or CannotTell."""
        if self._wanted.level == HASHES and self._wanted.processes > 1 and isinstance(self._read, Directory):
            self._fold_apart(self._read)
        while self.frontier.size < self._size:
            number = self.frontier.size // WIDTH
            self._tile(number, min(WIDTH, self._size - number * WIDTH))
        if missing := [index for index in self._receipts if index >= self._size]:
            said = f"Entry {missing[0]} of a receipt is not in a record of {self._size} entries."
            raise Tampered(said + self._anew(), self._size)
        if beyond := [size for size in self._waypoints if size > self._size]:
            raise Tampered(
                f"There is a checkpoint over {max(beyond)} entries, and the newest one given is over {self._size}: "
                f"the record was cut off.{self._anew()}",
                self._size,
            )

    def _anew(self) -> str:
        """What the record says of itself where it does not continue what somebody kept."""
        return "".join(f" {each}." for each in self._ring.starts)

    def _fold_apart(self, read: Directory) -> None:
        """The full chunks are folded by several processes; what is left is done here."""
        chunks = range(self._size // (WIDTH * CHUNK))
        with ProcessPoolExecutor(self._wanted.processes) as pool:
            for root, about in pool.map(_chunk_root, [read] * len(chunks), chunks, chunksize=4):
                self._read_keys(about)
                self.frontier.add_full(CHUNK_HEIGHT, root)

    def _tile(self, number: int, width: int) -> None:
        leaves = split(required(self._read, f"tile/entries/{place(number, width)}"), number, width)
        hashes = [leaf_hash(leaf) for leaf in leaves]
        _compare_hashes(self._read(f"tile/0/{place(number, width)}"), hashes, number)
        if self._wanted.level >= LEAVES:
            self._judge(leaves)
        self._read_keys([(number * WIDTH + at, leaf) for at, leaf in enumerate(leaves) if ABOUT_THE_LOG in leaf])
        self._compare_receipts(number * WIDTH, hashes)
        first = self.frontier.size
        inside = any(each in self._waypoints for each in range(first + 1, first + width))
        if width == WIDTH and not inside:
            self.frontier.add_full(TILE_HEIGHT, fold(hashes))
            self._compare()
        else:
            for hashed in hashes:
                self.frontier.add(hashed)
                self._compare()

    def _read_keys(self, about: Sequence[tuple[int, bytes]]) -> None:
        for index, leaf in about:
            try:
                said = parse(leaf)
                problem = self._ring.read(index, said["type"], said["body"])
            except (NotCanonical, KeyError, TypeError):
                problem = "it cannot be read"
            if problem is not None:
                raise Tampered(f"Entry {index}: {problem}.", index)

    def _judge(self, leaves: Sequence[bytes]) -> None:
        reader, kinds, reads_texts = self._reader, self.kinds, self._wanted.level >= TEXTS
        for leaf in leaves:
            problem = reader.problem_of(leaf)
            if problem is not None:
                raise Tampered(f"Entry {reader.size}: {problem}.", reader.size)
            kinds[reader.kind] = kinds.get(reader.kind, 0) + 1
            if reads_texts:
                self._read_texts(reader.size - 1, parse(leaf)["body"])

    def _read_texts(self, index: int, body: dict[str, Any]) -> None:
        for name, value in body.items():
            if name.endswith("_hash") and isinstance(value, str) and value.startswith("sha256:"):
                self._read_text(index, value.removeprefix("sha256:"))

    def _read_text(self, index: int, digits: str) -> None:
        if digits in self._remembered:
            return
        content = self._read(f"texts/{digits}")
        if content is None:
            self.texts_not_there += 1
        elif hashlib.sha256(content).hexdigest() != digits:
            raise Tampered(f"The text or file that entry {index} names by its hash {digits} is another.", index)
        else:
            self.texts += 1
        self._remembered[digits] = None
        if len(self._remembered) > MOST_REMEMBERED:
            del self._remembered[next(iter(self._remembered))]

    def _compare_receipts(self, first: int, hashes: Sequence[bytes]) -> None:
        for index, receipt in self._receipts.items():
            if first <= index < first + len(hashes) and receipt.hash_text != f"sha256:{hashes[index - first].hex()}":
                raise Tampered(f"Entry {index} is not the one of the receipt.{self._anew()}", index)

    def _compare(self) -> None:
        for checkpoint in self._waypoints.get(self.frontier.size, ()):
            if self.frontier.root() != checkpoint.root:
                raise Tampered(
                    f"The first {self.frontier.size} entries are not those under the checkpoint of that size: one of "
                    f"them was changed, removed or put in.{self._anew()}"
                )


def place(number: int, width: int = WIDTH) -> str:
    """Where a tile stands below its height: `x001/x234/067`, a part of one with `.p/` and its width."""
    groups = [f"{number % 1000:03}"]
    while number := number // 1000:
        groups.append(f"x{number % 1000:03}")
    return "/".join(reversed(groups)) + ("" if width == WIDTH else f".p/{width}")


def split(bundle: bytes, number: int, width: int) -> list[bytes]:
    """The leaves of a tile, each after its length in two bytes; Tampered when it holds more or fewer."""
    found: list[bytes] = []
    at, end = 0, len(bundle)
    while at + 2 <= end and len(found) < width:
        stop = at + 2 + (bundle[at] << 8 | bundle[at + 1])
        if stop > end:
            break
        found.append(bundle[at + 2 : stop])
        at = stop
    if at != end or len(found) != width:
        raise Tampered(
            f"The entries from {number * WIDTH} on are cut off or hold more than they should.",
            number * WIDTH + len(found),
        )
    return found


def _chunk_root(read: Directory, chunk: int) -> tuple[bytes, list[tuple[int, bytes]]]:
    """The root over a chunk, and the entries in it about the log and its keys."""
    roots, about = [], []
    for number in range(chunk * CHUNK, (chunk + 1) * CHUNK):
        leaves = split(required(read, f"tile/entries/{place(number)}"), number, WIDTH)
        hashes = [leaf_hash(leaf) for leaf in leaves]
        _compare_hashes(read(f"tile/0/{place(number)}"), hashes, number)
        roots.append(fold(hashes))
        about += [(number * WIDTH + at, leaf) for at, leaf in enumerate(leaves) if ABOUT_THE_LOG in leaf]
    return fold(roots), about


def _own_key(read: Read) -> Key:
    try:
        return Key.parse(required_text(read, "vkey"))
    except NoteRefused as refusal:
        raise CannotTell(f"vkey cannot be used: {refusal}.") from None


def _note(read: Read, name: str) -> Note:
    try:
        note = Note.parse(required_text(read, name))
    except NoteRefused as refusal:
        raise CannotTell(f"{name} cannot be read: {refusal}.") from None
    if not note.checkpoint.size:
        raise CannotTell(f"{name} is over an empty record: there is nothing to check.")
    return note


def _older(read: Read, size: int) -> Note:
    note = _note(read, f"checkpoints/{size}")
    if note.checkpoint.size != size:
        raise Tampered(f"checkpoints/{size} holds a checkpoint over {note.checkpoint.size} entries.")
    return note


def _signed(name: str, note: Note, ring: Keyring, check: Check) -> bool:
    try:
        return any(note.signed_by(key, check) for key in ring.keys)
    except NoteRefused as refusal:
        raise Tampered(f"{name}: {refusal}.") from None


def _require_signed(notes: dict[str, Note], newest: Note, ring: Keyring, check: Check) -> None:
    """Each of these notes is signed by a key that is known now, or is of the time before the record started anew."""
    ended = {Key.parse(each.previous).name for each in ring.starts}
    for name, note in notes.items():
        try:
            note.require(ring.keys, check)
        except NoteRefused as refusal:
            start = next((each for each in ring.starts[::-1] if _by(note, each, check)), None)
            if note is newest and start is not None:
                raise CannotTell(
                    f"{start}. Your key did not hand over to {start.vkey}, so nobody whom you know vouches for what "
                    "came after. Ask who keeps older checkpoints; if you believe the new key, give it with --key too."
                ) from None
            if note.checkpoint.origin not in ended - {key.name for key in ring.keys}:
                raise Tampered(f"{name}: {refusal}.{''.join(f' {each}.' for each in ring.starts)}") from None


def _by(note: Note, start: Start, check: Check) -> bool:
    key = Key.parse(start.vkey)
    try:
        return note.checkpoint.origin == key.name and note.signed_by(key, check)
    except NoteRefused:
        return False


def _waypoints(notes: Sequence[Checkpoint], newest: Checkpoint, wanted: Wanted) -> dict[int, list[Checkpoint]]:
    """The checkpoints that the record must pass through, by size."""
    found: dict[int, list[Checkpoint]] = {}
    for checkpoint in [*notes, *(wanted.held if wanted.level >= CHECKPOINTS else ())]:
        if record_of(checkpoint.origin) != record_of(newest.origin):
            raise CannotTell(f"A checkpoint of {checkpoint.origin} says nothing about {newest.origin}.")
        found.setdefault(checkpoint.size, []).append(checkpoint)
    return found


def _compare_hashes(tile: bytes | None, hashes: Sequence[bytes], number: int) -> None:
    """The leaves are those that the tile of hashes knows, where the bundle has one."""
    if tile is None or tile == b"".join(hashes):
        return
    for at, hashed in enumerate(hashes):
        if hashed != tile[at * 32 : (at + 1) * 32]:
            index = number * WIDTH + at
            raise Tampered(f"Entry {index} does not have the hash that is kept for it.", index)
    raise Tampered(f"The hashes kept for the entries from {number * WIDTH} on are more than they are.", number * WIDTH)
