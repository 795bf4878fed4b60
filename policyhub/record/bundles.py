"""Checking a record that was carried away: files as `export_record` writes them, or the same addresses on a site.

A bundle holds `vkey`, `checkpoint`, `checkpoints/SIZE`, `tile/entries/…` (the leaves) and `tile/0/…` (their hashes).
Only the leaves and a signed checkpoint are needed; the hashes tell which leaf was touched, older checkpoints by when.
"""

from __future__ import annotations

import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from policyhub.record.notes import Check, Checkpoint, Key, Note, NoteRefused
from policyhub.record.proofs import HASH_BYTES
from policyhub.record.tree import Frontier, leaf_hash
from policyhub.record.verifying import Reader, Row

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
