"""Tiles give the same nodes as the tree itself, from what is kept or from the leaves, and read little."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policyhub.record.proofs import (
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
    root_of_range,
)
from policyhub.record.tiles import WIDTH, Tiles
from policyhub.record.tree import fold, leaf_hash, root_of

COUNT = 3 * WIDTH * WIDTH + 5 * WIDTH + 77
LEAVES = [leaf_hash(number.to_bytes(4, "big")) for number in range(COUNT)]


def kept(hashes: Sequence[bytes]) -> list[Sequence[bytes]]:
    """Every height that a record of these leaves keeps, the leaves first."""
    heights = [hashes]
    while len(heights[-1]) >= WIDTH:
        below = heights[-1]
        heights.append([fold(below[at : at + WIDTH]) for at in range(0, len(below) - WIDTH + 1, WIDTH)])
    return heights


HEIGHTS = kept(LEAVES)
ROOT = root_of(LEAVES)


class Store:
    """What is kept, and how often it was asked."""

    def __init__(self, heights: Sequence[Sequence[bytes]]) -> None:
        self.heights = heights
        self.reads = 0

    def read(self, height: int, number: int) -> Sequence[bytes]:
        self.reads += 1
        held = self.heights[height] if height < len(self.heights) else []
        return held[number * WIDTH : (number + 1) * WIDTH]


def test_heights_of_a_large_tree() -> None:
    assert [len(height) for height in HEIGHTS] == [COUNT, 3 * WIDTH + 5, 3]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, COUNT - 1), st.integers(1, COUNT))
def test_proofs_from_tiles_are_good_and_read_few_of_them(index: int, old: int) -> None:
    store = Store(HEIGHTS)
    proof = inclusion_proof(index, COUNT, Tiles(store.read).node)
    check_inclusion(LEAVES[index], index, COUNT, proof, ROOT)
    assert store.reads <= 6
    assert len(proof) <= 18
    store = Store(HEIGHTS)
    proof = consistency_proof(old, COUNT, Tiles(store.read).node)
    check_consistency(old, COUNT, root_of_range(0, old, Tiles(Store(HEIGHTS).read).node), ROOT, proof)
    assert store.reads <= 6


@pytest.mark.parametrize("heights", [HEIGHTS, [LEAVES], [LEAVES, HEIGHTS[1][:300]], [LEAVES, [], HEIGHTS[2][:1]]])
def test_what_is_not_kept_yet_follows_from_below(heights: list[Sequence[bytes]]) -> None:
    assert root_of_range(0, COUNT, Tiles(Store(heights).read).node) == ROOT


def test_leaf_that_is_not_there_is_said() -> None:
    with pytest.raises(LookupError, match=f"there is no leaf {COUNT} yet"):
        Tiles(Store(HEIGHTS).read).node(0, COUNT)
    with pytest.raises(LookupError, match=f"there is no leaf {COUNT} yet"):
        Tiles(Store(HEIGHTS).read).node(7, COUNT >> 7)


def test_tile_is_its_hashes_joined() -> None:
    tiles = Tiles(Store(HEIGHTS).read)
    assert tiles.tile(0, 2) == b"".join(LEAVES[2 * WIDTH : 3 * WIDTH])
    assert tiles.tile(1, 3, 5) == b"".join(HEIGHTS[1][3 * WIDTH :])
    assert tiles.tile(2, 0, 3) == b"".join(HEIGHTS[2])
