"""Nodes of the record's tree with few reads: the roots of full subtrees of 256 leaves, 65,536, … are kept.

A tile is 256 neighbors of one height (C2SP tlog-tiles). Tiles of height 0 are the leaves' own hashes; above, each hash
is the root of a full tile below. They are computed from leaves and can be thrown away: what they say is proved by the
root that they lead to.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from policyhub.record.tree import fold

HEIGHT = 8
WIDTH = 1 << HEIGHT

# (height of the tile, its number) -> the hashes that are kept of it, from its first on.
Read = Callable[[int, int], Sequence[bytes]]


class Tiles:
    """Gives the nodes that proofs ask for, reading each tile once."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._seen: dict[tuple[int, int], Sequence[bytes]] = {}

    def node(self, level: int, index: int) -> bytes:
        """The root over `1 << level` leaves from `index << level` on; LookupError where some are missing."""
        height, above = divmod(level, HEIGHT)
        number, first = divmod(index << above, WIDTH)
        return fold(self._hashes(height, number, first, 1 << above))

    def tile(self, height: int, number: int, width: int = WIDTH) -> bytes:
        """The first hashes of a tile, joined: what is served for it."""
        return b"".join(self._hashes(height, number, 0, width))

    def _hashes(self, height: int, number: int, first: int, count: int) -> Sequence[bytes]:
        held = self._tile(height, number)
        missing = range(number * WIDTH + len(held), number * WIDTH + first + count)
        if missing and height == 0:
            raise LookupError(f"there is no leaf {missing[0]} yet")
        if missing:
            # Whoever keeps the subtrees is behind: they follow from the tiles below.
            held = [*held, *(fold(self._hashes(height - 1, each, 0, WIDTH)) for each in missing)]
            self._seen[height, number] = held
        return held[first : first + count]

    def _tile(self, height: int, number: int) -> Sequence[bytes]:
        if (height, number) not in self._seen:
            self._seen[height, number] = self._read(height, number)
        return self._seen[height, number]
