"""Every way to change a record that was carried away: bytes, leaves, tiles, checkpoints, keys. Each must be found.

    python -m tests.chaos.tamper --count 20000 --clean 2000 --seed 1

prints how many changes were tried, how many changed anything, how many were found, and of those that touch one leaf how
many were found at its index; and that no export without a change was called changed.
"""

from __future__ import annotations

import argparse
import platform
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from policyhub.record.bundles import STORY, Tampered, Wanted, check_bundle, place
from policyhub.record.ed25519 import check_ed25519
from policyhub.record.notes import Checkpoint, Key, Note, NoteRefused, sign
from policyhub.record.places import CannotTell
from policyhub.record.receipts import Receipt
from policyhub.record.replay import Story
from policyhub.record.tree import leaf_hash, root_of
from policyhub.runtime.stories import lawful_leaves

ORIGIN = "policyhub.example/record"
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = Key(ORIGIN, PRIVATE.public_key().public_bytes_raw())
WIDTH = 256

Files = dict[str, bytes]
# The changed files, and the index at which that must be found where tiles or a receipt can tell it.
Change = Callable[[random.Random, Files, list[bytes]], tuple[Files, int | None]]


@dataclass
class Tried:
    """What came of the changes, by kind."""

    attempted: Counter[str] = field(default_factory=Counter)
    effective: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    placed: Counter[str] = field(default_factory=Counter)
    well_placed: Counter[str] = field(default_factory=Counter)


def bundle(leaves: list[bytes], *, checkpoints: int = 3) -> Files:
    """An export in memory: leaves, their hashes, signed checkpoints."""
    sizes = sorted({len(leaves) * part // checkpoints for part in range(1, checkpoints + 1)} - {0})
    files = {"vkey": f"{KEY}\n".encode(), "checkpoint": note(leaves)}
    files |= {f"checkpoints/{size}": note(leaves[:size]) for size in sizes}
    return files | tiles(leaves)


def tiles(leaves: list[bytes]) -> Files:
    """The leaves and their hashes as they are served."""
    files = {}
    for number in range(-(-len(leaves) // WIDTH)):
        part = leaves[number * WIDTH : (number + 1) * WIDTH]
        name = place(number, len(part))
        files[f"tile/entries/{name}"] = b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in part)
        files[f"tile/0/{name}"] = b"".join(map(leaf_hash, part))
    return files


def note(leaves: list[bytes], key: Key = KEY, private: Ed25519PrivateKey = PRIVATE) -> bytes:
    checkpoint = Checkpoint(ORIGIN, len(leaves), root_of(map(leaf_hash, leaves)))
    return str(Note(checkpoint, (sign(checkpoint, key, private.sign),))).encode()


def verdict(files: Files, receipts: list[Receipt] | None = None) -> tuple[bool, int | None]:
    """Whether the verifier believes these files, and where it stopped if not."""
    sizes = [int(name.rpartition("/")[2]) for name in files if name.startswith("checkpoints/")]
    wanted = Wanted(level=STORY, trusted=(KEY,), receipts=receipts or (), judge=lambda: Story().problem)
    try:
        check_bundle(files.get, sizes, wanted, check=check_ed25519)
    except Tampered as found:
        return False, found.index
    except (CannotTell, NoteRefused):
        return False, None
    return True, None


def flip_leaf(chance: random.Random, files: Files, leaves: list[bytes]) -> tuple[Files, int | None]:
    """One bit of one leaf."""
    index = chance.randrange(len(leaves))
    changed = [*leaves]
    changed[index] = _flipped(chance, leaves[index])
    return {**files, **_entries(changed)}, index


def remove_leaf(chance: random.Random, files: Files, leaves: list[bytes]) -> tuple[Files, int | None]:
    """One leaf is gone, those behind it move up, and the last one is put in twice so that no tile is short."""
    index = chance.randrange(len(leaves) - 1)
    changed = leaves[:index] + leaves[index + 1 :] + leaves[-1:]
    return {**files, **_entries(changed)}, index


def insert_leaf(chance: random.Random, files: Files, leaves: list[bytes]) -> tuple[Files, int | None]:
    """A leaf of another story is put in; the last one falls off."""
    index = chance.randrange(len(leaves) - 1)
    stranger = _flipped(chance, chance.choice(leaves))
    return {**files, **_entries([*leaves[:index], stranger, *leaves[index:-1]])}, index


def swap_leaves(chance: random.Random, files: Files, leaves: list[bytes]) -> tuple[Files, int | None]:
    """Two leaves stand in each other's place."""
    one, other = sorted(chance.sample(range(len(leaves)), 2))
    changed = [*leaves]
    changed[one], changed[other] = leaves[other], leaves[one]
    return {**files, **_entries(changed)}, one


def double_leaf(chance: random.Random, files: Files, leaves: list[bytes]) -> tuple[Files, int | None]:
    """A leaf stands in its neighbor's place as well."""
    index = chance.randrange(1, len(leaves))
    changed = [*leaves]
    changed[index] = leaves[index - 1]
    return {**files, **_entries(changed)}, index


def rewrite(chance: random.Random, files: Files, leaves: list[bytes]) -> tuple[Files, int | None]:
    """A leaf is changed and its hash with it: only a checkpoint can tell."""
    index = chance.randrange(len(leaves))
    changed = [*leaves]
    changed[index] = _flipped(chance, leaves[index])
    return {**files, **tiles(changed)}, None


def damage_file(chance: random.Random, files: Files, leaves: list[bytes]) -> tuple[Files, int | None]:
    """One bit of any file, its end cut off, something behind it, or two files in each other's place."""
    name = chance.choice(sorted(files))
    content, other = files[name], chance.choice(sorted(files))
    match chance.randrange(4):
        case 0:
            return {**files, name: _flipped(chance, content)}, None
        case 1:
            return {**files, name: content[: chance.randrange(len(content))]}, None
        case 2:
            return {**files, name: content + chance.randbytes(1 + chance.randrange(9))}, None
        case _:
            return {**files, name: files[other], other: content}, None


def sign_by_stranger(chance: random.Random, files: Files, leaves: list[bytes]) -> tuple[Files, int | None]:
    """A whole record of somebody else, well hashed and signed by their own key under our name."""
    private = Ed25519PrivateKey.generate()
    key = Key(ORIGIN, private.public_key().public_bytes_raw())
    fewer = leaves[: 1 + chance.randrange(len(leaves))]
    return {**files, **tiles(fewer), "vkey": f"{key}\n".encode(), "checkpoint": note(fewer, key, private)}, None


CHANGES: dict[str, Change] = {
    each.__name__: each
    for each in (
        flip_leaf,
        remove_leaf,
        insert_leaf,
        swap_leaves,
        double_leaf,
        rewrite,
        damage_file,
        sign_by_stranger,
    )
}


def tamper(count: int, *, seed: int) -> Tried:
    """So many changes were tried on records of several sizes."""
    chance, tried = random.Random(seed), Tried()
    while sum(tried.attempted.values()) < count:
        leaves = list(lawful_leaves(chance.choice((20, 90, 300, 520)), organizations=4, positions=9, seed=seed))
        files = bundle(leaves)
        for _ in range(min(100, count)):
            name = chance.choice(sorted(CHANGES))
            _try(name, chance, files, leaves, tried)
    return tried


def _try(name: str, chance: random.Random, files: Files, leaves: list[bytes], tried: Tried) -> None:
    changed, index = CHANGES[name](chance, files, leaves)
    tried.attempted[name] += 1
    if _same(changed, files):
        return
    tried.effective[name] += 1
    believed, stopped = verdict(changed)
    tried.found[name] += not believed
    if index is not None:
        tried.placed[name] += 1
        tried.well_placed[name] += stopped == index


def _same(one: Files, other: Files) -> bool:
    """Whether nothing was changed: space around a key is no part of it."""
    return {**one, "vkey": one["vkey"].strip()} == {**other, "vkey": other["vkey"].strip()}


def clean(count: int, *, seed: int) -> int:
    """How many of so many records without a change were called changed."""
    chance, alarms = random.Random(seed), 0
    for number in range(count):
        leaves = list(lawful_leaves(1 + chance.randrange(400), organizations=2 + chance.randrange(6), seed=number))
        alarms += not verdict(bundle(leaves, checkpoints=1 + chance.randrange(4)))[0]
    return alarms


def _entries(leaves: list[bytes]) -> Files:
    """The leaves alone, under the hashes that were kept of others."""
    return {name: content for name, content in tiles(leaves).items() if name.startswith("tile/entries/")}


def _flipped(chance: random.Random, content: bytes) -> bytes:
    at = chance.randrange(len(content))
    return content[:at] + bytes([content[at] ^ 1 << chance.randrange(8)]) + content[at + 1 :]


def main() -> int:
    """0 when every effective change was found where it could be told, and nothing else was."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.tamper", description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--clean", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    tried, alarms = tamper(given.count, seed=given.seed), clean(given.clean, seed=given.seed)
    print(f"seed {given.seed}, Python {platform.python_version()}")
    for name in sorted(tried.attempted):
        said = f"{tried.attempted[name]:6} tried {tried.effective[name]:6} effective {tried.found[name]:6} found"
        at = f", {tried.well_placed[name]} of {tried.placed[name]} at the right index" if tried.placed[name] else ""
        print(f"{name:18}{said}{at}")
    print(f"{given.clean} records without a change, {alarms} of them called changed")
    return int(tried.found != tried.effective or tried.well_placed != tried.placed or bool(alarms))


if __name__ == "__main__":
    raise SystemExit(main())
