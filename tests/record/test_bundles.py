"""A record carried away: every way to change it is found, and nothing is found where nothing was changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from policyhub.core.canonical import canonical
from policyhub.record.bundles import STORY, Report, Tampered, Wanted, check_bundle, place
from policyhub.record.ed25519 import check_ed25519
from policyhub.record.notes import Checkpoint, Key, Note, sign
from policyhub.record.places import CannotTell, from_directory
from policyhub.record.replay import Story
from policyhub.record.tree import leaf_hash, root_of

ORIGIN = "policyhub.example/record"
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = Key(ORIGIN, PRIVATE.public_key().public_bytes_raw())
STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))


def entry(number: int, **changes: object) -> bytes:
    """A lawful leaf: the first appoints the operator, who then lets people convene."""
    leaf = {
        "actor": {"org": None, "person": None, "role": "operator"},
        "at": f"2026-01-01T00:00:{number:02}.000000Z" if number < 60 else "2026-01-02T00:00:00.000000Z",
        "body": {"person": "commit:x"},
        "id": f"019b76da-a800-7000-8000-{number:012}",
        "n": number + 1,
        "subject": "site",
        "type": "convening.allowed" if number else "operator.appointed",
        "v": 1,
    }
    return canonical({**leaf, **changes})


LEAVES = [entry(number) for number in range(300)]


def note_over(leaves: list[bytes], private: Ed25519PrivateKey = PRIVATE) -> str:
    checkpoint = Checkpoint(ORIGIN, len(leaves), root_of(map(leaf_hash, leaves)))
    return str(Note(checkpoint, (sign(checkpoint, KEY, private.sign),)))


def write(root: Path, leaves: list[bytes], *, checkpoints: tuple[int, ...] = (), hashes: bool = True) -> Path:
    """A bundle of these leaves, signed over all of them, with checkpoints at some smaller sizes."""
    files = {"vkey": f"{KEY}\n".encode(), "checkpoint": note_over(leaves).encode()}
    files |= {f"checkpoints/{size}": note_over(leaves[:size]).encode() for size in (*checkpoints, len(leaves))}
    for number in range((len(leaves) + 255) // 256):
        part = leaves[number * 256 : (number + 1) * 256]
        name = place(number, len(part))
        files[f"tile/entries/{name}"] = b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in part)
        if hashes:
            files[f"tile/0/{name}"] = b"".join(map(leaf_hash, part))
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return root


def check(root: Path, *, held: tuple[Checkpoint, ...] = (), trusted: tuple[Key, ...] = (KEY,)) -> Report:
    read, sizes = from_directory(root)
    wanted = Wanted(level=STORY, trusted=trusted, held=held, judge=lambda: Story().problem)
    return check_bundle(read, sizes, wanted, check=check_ed25519)


def replace_leaves(root: Path, leaves: list[bytes]) -> None:
    """Other leaves under the old signature."""
    for number in range((len(leaves) + 255) // 256):
        part = leaves[number * 256 : (number + 1) * 256]
        file = root / "tile" / "entries" / place(number, len(part))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in part))


def test_clean_bundle_is_in_order(tmp_path: Path) -> None:
    report = check(write(tmp_path, LEAVES, checkpoints=(1, 100, 256)))
    assert report == Report(
        origin=ORIGIN,
        size=300,
        root=f"sha256:{root_of(map(leaf_hash, LEAVES)).hex()}",
        signed_by=str(KEY),
        checkpoints=4,
        level=STORY,
        kinds={"convening.allowed": 299, "operator.appointed": 1},
    )
    assert check(tmp_path, trusted=()).size == 300


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 299), st.integers(0, 10**9))
def test_changed_byte_is_found_at_its_entry(tmp_path_factory: pytest.TempPathFactory, index: int, bit: int) -> None:
    root = write(tmp_path_factory.mktemp("bundle"), LEAVES)
    changed = bytearray(LEAVES[index])
    changed[bit % len(changed)] ^= 1 << bit % 7
    replace_leaves(root, [*LEAVES[:index], bytes(changed), *LEAVES[index + 1 :]])
    with pytest.raises(Tampered) as found:
        check(root)
    assert found.value.index == index


SHORTER: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "removed": lambda leaves: [*leaves[:40], *leaves[41:]],
    "swapped": lambda leaves: [*leaves[:40], leaves[41], leaves[40], *leaves[42:]],
    "put in": lambda leaves: [*leaves[:40], entry(999), *leaves[40:]],
    "doubled": lambda leaves: [*leaves[:41], leaves[40], *leaves[41:]],
}


@pytest.mark.parametrize("how", sorted(SHORTER))
def test_leaf_removed_swapped_put_in_or_doubled_is_found_at_its_place(tmp_path: Path, how: str) -> None:
    leaves = SHORTER[how](LEAVES[:200])
    root = write(tmp_path, LEAVES[:200])
    for file in (root / "tile" / "entries").rglob("*"):
        if file.is_file():
            part = leaves[: int(file.name)]
            file.write_bytes(b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in part))
    with pytest.raises(Tampered) as found:
        check(root)
    assert found.value.index in {40, 41, 199}
    assert found.value.index != 199 or how == "removed"


def forged(number: int) -> list[bytes]:
    """A story retold from an entry on, every leaf lawful and every hash right."""
    other = entry(number, body={"person": "commit:somebody else"})
    return [*LEAVES[:number], other, *LEAVES[number + 1 :]]


def test_story_retold_and_signed_anew_does_not_fit_an_older_checkpoint(tmp_path: Path) -> None:
    root = write(tmp_path, forged(50), checkpoints=(40, 51))
    assert check(root).size == 300
    held = Checkpoint(ORIGIN, 60, root_of(map(leaf_hash, LEAVES[:60])))
    with pytest.raises(Tampered, match="The first 60 entries are not those under the checkpoint of that size"):
        check(root, held=(held,))


def test_record_that_was_cut_off_does_not_reach_a_checkpoint_that_was_held(tmp_path: Path) -> None:
    root = write(tmp_path, LEAVES[:100])
    held = Checkpoint(ORIGIN, 120, root_of(map(leaf_hash, LEAVES[:120])))
    with pytest.raises(Tampered, match="over 120 entries, and the newest one given is over 100") as found:
        check(root, held=(held,))
    assert found.value.index == 100


def test_checkpoint_of_a_stranger_is_refused(tmp_path: Path) -> None:
    root = write(tmp_path, LEAVES[:10])
    (root / "checkpoint").write_text(note_over(forged(5)[:10], STRANGER))
    with pytest.raises(Tampered, match="under size 10 is wrong"):
        check(root)


ILLEGAL = {
    "not canonical": lambda: json.dumps(json.loads(LEAVES[3]), indent=1).encode(),
    "an unknown kind": lambda: entry(3, type="minutes.burned"),
    "a gap in what is told of a subject": lambda: entry(3, n=9),
    "an id that stands twice": lambda: entry(3, id=json.loads(LEAVES[2])["id"]),
    "a time that goes backwards": lambda: entry(3, at="2025-01-01T00:00:00.000000Z"),
    "a field too many": lambda: entry(3, body={"person": "commit:x", "note": "x"}),
}


@pytest.mark.parametrize("how", sorted(ILLEGAL))
def test_well_hashed_and_well_signed_but_illegal_leaf_is_found(tmp_path: Path, how: str) -> None:
    root = write(tmp_path, [*LEAVES[:3], ILLEGAL[how](), *LEAVES[4:10]])
    with pytest.raises(Tampered) as found:
        check(root)
    assert found.value.index == 3


@pytest.mark.parametrize(
    ("file", "content", "error"),
    [
        ("checkpoint", b"", CannotTell),
        ("checkpoint", b"\xff\xfe", CannotTell),
        ("checkpoint", b"hello\n", CannotTell),
        ("vkey", b"hello\n", CannotTell),
        ("tile/entries/000.p/10", b"", CannotTell),
        ("tile/entries/000.p/10", b"\x00", Tampered),
        ("tile/entries/000.p/10", b"\x00\x02{}" * 11, Tampered),
        ("tile/entries/000.p/10", b"\xff\xff{}", Tampered),
        ("tile/0/000.p/10", b"\x00" * 31, Tampered),
        ("checkpoints/10", b"hello\n", CannotTell),
    ],
)
def test_bundle_that_cannot_be_read_is_never_in_order(
    tmp_path: Path, file: str, content: bytes, error: type[Exception]
) -> None:
    root = write(tmp_path, LEAVES[:10])
    (root / file).write_bytes(content)
    with pytest.raises(error):
        check(root, trusted=() if file == "vkey" else (KEY,))


def test_empty_directory_and_none_say_nothing(tmp_path: Path) -> None:
    with pytest.raises(CannotTell, match="checkpoint is missing or empty"):
        check(tmp_path)
    with pytest.raises(CannotTell, match="is no directory"):
        from_directory(tmp_path / "none")


def test_part_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    root = write(tmp_path, LEAVES[:10])
    with (root / "tile" / "entries" / "000.p" / "10").open("wb") as file:
        file.truncate(20_000_000)
    with pytest.raises(CannotTell, match="larger than any part of a record"):
        check(root)
