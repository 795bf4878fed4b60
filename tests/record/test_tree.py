"""The Merkle tree against published vectors and against a slow second way."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from policyhub.record.commitments import opened
from policyhub.record.tree import EMPTY_ROOT, leaf_hash, node_hash, root_of

VECTORS = json.loads((Path(__file__).parents[1] / "data" / "record-vectors.json").read_text())
PUBLISHED = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    bytes(range(0x50, 0x58)),
    bytes(range(0x60, 0x70)),
]


def slow_root(hashes: list[bytes]) -> bytes:
    """RFC 6962, 2.1 word for word."""
    if not hashes:
        return EMPTY_ROOT
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return node_hash(slow_root(hashes[:split]), slow_root(hashes[split:]))


def test_published_roots_are_found() -> None:
    hashes = [leaf_hash(data) for data in PUBLISHED]
    assert root_of(hashes[:1]).hex().startswith("6e340b9c")
    assert root_of(hashes).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    assert root_of([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_commitment_vector_opens() -> None:
    known = VECTORS["commit"]
    assert opened(bytes.fromhex(known["salt"]), known["payload"].encode()) == f"commit:{known['commit']}"


@given(st.lists(st.binary(max_size=6), max_size=70))
def test_root_equals_the_definition(data: list[bytes]) -> None:
    hashes = [leaf_hash(each) for each in data]
    assert root_of(hashes) == slow_root(hashes)
