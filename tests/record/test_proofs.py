"""Proofs: made for every place in small trees, checked by the published hashes, and refused when anything is off."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyhub.record.proofs import (
    Node,
    ProofRefused,
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
    root_of_range,
)
from policyhub.record.tree import leaf_hash, node_hash, root_of

VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[1] / "data" / "record-vectors.json").read_text())
# The trees over these leaves were published with the first implementations of RFC 6962.
PUBLISHED = [bytes.fromhex(each) for each in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")]
PUBLISHED.append(bytes(range(0x60, 0x70)))
SIZES = st.integers(min_value=1, max_value=300)


def tree(hashes: Sequence[bytes]) -> Node:
    """Nodes computed the slow and obvious way."""

    @cache
    def node(level: int, index: int) -> bytes:
        return hashes[index] if level == 0 else node_hash(node(level - 1, 2 * index), node(level - 1, 2 * index + 1))

    return node


def leaves(count: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(count)]


def test_roots_over_the_published_leaves() -> None:
    hashes = [leaf_hash(each) for each in PUBLISHED]
    roots = {size: root_of_range(0, size, tree(hashes)).hex() for size in (1, 3, 5, 8)}
    assert [(size, root[:8], root[-8:]) for size, root in roots.items()] == [
        (1, "6e340b9c", "17afa01d"),
        (3, "aeb6bcfe", "29e06e77"),
        (5, "4e3bbb1f", "a86264d4"),
        (8, "5dc9da79", "f4604328"),
    ]
    assert roots[8] == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    assert root_of_range(0, 0, tree([])).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_own_vectors_byte_for_byte() -> None:
    data = [leaf.encode() for leaf in VECTORS["leaf_data"]]
    hashes = [leaf_hash(leaf) for leaf in data]
    assert [each.hex() for each in hashes] == VECTORS["leaf_hash"]
    assert [root_of(hashes[:size]).hex() for size in range(6)] == VECTORS["roots"]
    assert [each.hex() for each in inclusion_proof(3, 5, tree(hashes))] == VECTORS["inclusion_3_of_5"]
    assert [each.hex() for each in consistency_proof(3, 5, tree(hashes))] == VECTORS["consistency_3_5"]


def test_every_proof_of_every_small_tree_is_good() -> None:
    hashes = leaves(70)
    node = tree(hashes)
    roots = [root_of(hashes[:size]) for size in range(71)]
    for size in range(1, 71):
        assert root_of_range(0, size, node) == roots[size]
        for index in range(size):
            check_inclusion(hashes[index], index, size, inclusion_proof(index, size, node), roots[size])
        for old in range(1, size + 1):
            check_consistency(old, size, roots[old], roots[size], consistency_proof(old, size, node))


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (-1, 5)])
def test_no_proof_for_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match=f"no leaf {index} is among {size}"):
        inclusion_proof(index, size, tree(leaves(5)))


@pytest.mark.parametrize(("old", "new"), [(0, 5), (6, 5), (-1, 5)])
def test_no_proof_that_a_tree_continues_what_is_no_beginning(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="does not continue"):
        consistency_proof(old, new, tree(leaves(5)))


def spoilt(proof: Sequence[bytes], data: st.DataObject) -> list[bytes]:
    """The proof with one thing wrong: a bit, a hash too few, too many, or in another place."""
    ways = ["extended"] + (["bit", "truncated"] if proof else []) + (["reversed"] if len(set(proof)) > 1 else [])
    way = data.draw(st.sampled_from(ways))
    if way == "extended":
        return [*proof, data.draw(st.binary(min_size=32, max_size=32))]
    if way == "truncated":
        return list(proof[:-1])
    if way == "reversed":
        return list(proof[::-1])
    place, bit = data.draw(st.integers(0, len(proof) - 1)), data.draw(st.integers(0, 255))
    changed = bytearray(proof[place])
    changed[bit // 8] ^= 1 << bit % 8
    return [*proof[:place], bytes(changed), *proof[place + 1 :]]


@given(SIZES, st.data())
def test_spoilt_inclusion_proof_is_refused(size: int, data: st.DataObject) -> None:
    hashes = leaves(size)
    index = data.draw(st.integers(0, size - 1))
    proof, root = inclusion_proof(index, size, tree(hashes)), root_of(hashes)
    with pytest.raises(ProofRefused):
        check_inclusion(hashes[index], index, size, spoilt(proof, data), root)
    elsewhere = data.draw(st.integers(-2, size + 2).filter(lambda place: place != index))
    with pytest.raises(ProofRefused):
        check_inclusion(hashes[index], elsewhere, size, proof, root)
    with pytest.raises(ProofRefused):
        check_inclusion(leaf_hash(b"another"), index, size, proof, root)


@given(SIZES, st.data())
def test_spoilt_consistency_proof_is_refused(new: int, data: st.DataObject) -> None:
    hashes = leaves(new)
    old = data.draw(st.integers(1, new))
    proof = consistency_proof(old, new, tree(hashes))
    before, after = root_of(hashes[:old]), root_of(hashes)
    with pytest.raises(ProofRefused):
        check_consistency(old, new, before, after, spoilt(proof, data))
    for swapped in ((new + 1, new, before, after), (0, new, before, after), (old, new, before, b"\0" * 32)):
        with pytest.raises(ProofRefused):
            check_consistency(*swapped, proof)
    if old != new:
        with pytest.raises(ProofRefused):
            check_consistency(old, new, after, before, proof)


def test_row_that_slipped_in_earlier_is_refused() -> None:
    a, b, c, z = (leaf_hash(each) for each in (b"a", b"b", b"c", b"z"))
    old = node_hash(node_hash(a, b), c)
    new = node_hash(node_hash(a, b), node_hash(z, c))
    with pytest.raises(ProofRefused, match="another new root"):
        check_consistency(3, 4, old, new, [c, z, node_hash(a, b)])


@pytest.mark.parametrize("length", [0, 31, 33])
def test_hash_of_another_length_is_refused(length: int) -> None:
    hashes = leaves(2)
    with pytest.raises(ProofRefused, match="not 32 bytes"):
        check_inclusion(hashes[0], 0, 2, [b"\0" * length], root_of(hashes))


@pytest.mark.parametrize("count", [0, 2])
def test_hashes_left_over_or_missing_are_refused(count: int) -> None:
    hashes = leaves(2)
    with pytest.raises(ProofRefused, match="left over" if count else "too early"):
        check_inclusion(hashes[0], 0, 2, [hashes[1]] * count, root_of(hashes))
