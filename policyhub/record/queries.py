"""Reading the record: the clock, the size, the root, entries."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from policyhub.record.models import Cursor, Entry, Head, SignedCheckpoint
from policyhub.record.proofs import root_of_range
from policyhub.record.tiles import WIDTH, Tiles


def now() -> datetime:
    """The database's clock: what every door and task takes `at` from."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]  # type: ignore[no-any-return]


def size() -> int:
    """How many entries the record holds."""
    return Head.objects.values_list("size", flat=True).get(log_id=1)


def root_at(tree_size: int) -> bytes:
    """The Merkle root over the first entries, 32 bytes; ValueError when the record holds fewer."""
    if tree_size > (held := size()):
        raise ValueError(f"the record holds {held} entries: it has no root at {tree_size}")
    return root_of_range(0, tree_size, tiles().node)


def tiles() -> Tiles:
    """The tree as it is kept in the database; each tile is read once in the life of this object."""
    return Tiles(_read_tile)


def newest_checkpoint() -> SignedCheckpoint | None:
    """The checkpoint of the largest size, or None before anything was signed."""
    return SignedCheckpoint.objects.order_by("-size").first()


def checkpoint_over(index: int) -> SignedCheckpoint | None:
    """The first checkpoint that the entry at this index is under, or None while it is not signed yet."""
    return SignedCheckpoint.objects.filter(size__gt=index).order_by("size").first()


def leaves_of(number: int, width: int) -> list[bytes]:
    """The bytes of the first leaves of a tile, in order."""
    first = number * WIDTH
    rows = Entry.objects.filter(index__gte=first, index__lt=first + width).order_by("index")
    return [bytes(leaf) for leaf in rows.values_list("leaf", flat=True)]


def _read_tile(height: int, number: int) -> list[bytes]:
    first = number * WIDTH
    if height == 0:
        rows = Entry.objects.filter(index__gte=first, index__lt=first + WIDTH).order_by("index")
        return [bytes(hashed) for hashed in rows.values_list("leaf_hash", flat=True)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT root FROM record_subtree WHERE height = %s AND idx >= %s AND idx < %s ORDER BY idx",
            [height, first, first + WIDTH],
        )
        return [bytes(root) for (root,) in cursor.fetchall()]


def find_entry(index: int) -> Entry | None:
    """The entry at an index, or None."""
    return Entry.objects.filter(index=index).first()


def find_last_told(process: str) -> Entry | None:
    """The newest told entry of a process, or None."""
    return Entry.objects.of_process(process).filter(told_at__isnull=False).order_by("-index").first()


def unread_by(follower: str, limit: int = 500) -> list[Entry]:
    """The next entries a follower has not seen, oldest first."""
    position = Cursor.objects.filter(follower=follower).values_list("position", flat=True).first() or 0
    return list(Entry.objects.filter(index__gte=position).order_by("index")[:limit])


def lag_of(follower: str) -> int:
    """How many entries a follower is behind."""
    position = Cursor.objects.filter(follower=follower).values_list("position", flat=True).first() or 0
    return size() - position
