"""The Merkle tree over the leaves: RFC 6962, 2.1 and RFC 9162, 2.1."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

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
