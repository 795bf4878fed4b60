"""Inclusion and consistency proofs: RFC 9162, 2.1.3 and 2.1.4. Making them asks for nodes; checking them needs nothing.

A node is the root of a full subtree: `node(level, index)` covers the leaves from `index << level` on, `1 << level` of
them. Whoever makes proofs brings a function that gives nodes; `record.tiles` has one that reads few of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from policyhub.record.tree import EMPTY_ROOT, node_hash

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
