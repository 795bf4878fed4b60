"""Reading the record: the clock, the size, the root, entries."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.db.models import Min, Q

from policyhub.record.commitments import opening
from policyhub.record.kinds import Kind
from policyhub.record.models import Cursor, Entry, EntryQuerySet, Head, NamedDigest, Secret, SignedCheckpoint
from policyhub.record.notes import Note
from policyhub.record.prooffile import ProofFile
from policyhub.record.proofs import inclusion_proof, root_of_range
from policyhub.record.receipts import Receipt
from policyhub.record.tiles import WIDTH, Tiles

# The follower that keeps which entries name what.
DIGESTS = "digests"
_DIGEST = re.compile(rb'"(?:sha256|commit):([0-9a-f]{64})"')


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


@dataclass(frozen=True)
class Stand:
    """What a letter, a feed or a file says of the record: how many entries it held, and their root."""

    size: int
    root: str
    is_signed: bool

    def __str__(self) -> str:
        counted = "1 entry" if self.size == 1 else f"{self.size} entries"
        return f"{counted}, root {self.root}" + ("" if self.is_signed else " (not signed yet)")


def stand() -> Stand:
    """The newest signed checkpoint; before there is one, the record as it is now."""
    newest = newest_checkpoint()
    if newest is not None:
        return Stand(newest.size, newest.root_text, is_signed=True)
    held = size()
    return Stand(held, f"sha256:{root_at(held).hex()}", is_signed=False)


@dataclass(frozen=True)
class Trouble:
    """Why the record is not signed as it grows, in the signer's words, and since when; "" where it says nothing."""

    sentence: str
    since: datetime


def find_trouble(*, patience: timedelta) -> Trouble | None:
    """What keeps the record from being signed: the signer's refusal, or an entry that has waited for so long."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT w.sentence, w.said_at FROM record_word w WHERE w.sentence <> '' "
            "AND w.id = (SELECT max(id) FROM record_word) "
            "UNION ALL "
            "(SELECT '', l.recorded_at FROM record_leaf l "
            "WHERE l.idx = (SELECT coalesce(max(size), 0) FROM record_checkpoint) "
            "AND l.recorded_at < clock_timestamp() - make_interval(secs => %s)) LIMIT 1",
            [patience.total_seconds()],
        )
        row = cursor.fetchone()
    return Trouble(*row) if row else None


def keys() -> list[str]:
    """The verifier keys of all checkpoints, the first one first."""
    rows = SignedCheckpoint.objects.values("vkey").annotate(first=Min("size")).order_by("first")
    return [row["vkey"] for row in rows]


def checkpoint_over(index: int) -> SignedCheckpoint | None:
    """The first checkpoint that the entry at this index is under, or None while it is not signed yet."""
    return SignedCheckpoint.objects.filter(size__gt=index).order_by("size").first()


def find_proof(index: int) -> ProofFile | None:
    """That the entry at this index stands under the first checkpoint over it; None while it is not signed yet."""
    over = checkpoint_over(index)
    if over is None:
        return None
    return ProofFile(index, tuple(inclusion_proof(index, over.size, tiles().node)), Note.parse(over.note))


def receipt_of(entry: Entry) -> Receipt:
    """What a person can keep of an entry; without a proof until the entry is signed."""
    proof = find_proof(entry.index)
    return Receipt(
        origin=proof.note.checkpoint.origin if proof else _origin(),
        index=entry.index,
        leaf=bytes(entry.leaf).decode(),
        proof=str(proof) if proof else None,
    )


def _origin() -> str:
    """The record's name as the newest checkpoint has it, or as the site's address has it before there is one."""
    newest = newest_checkpoint()
    return Note.parse(newest.note).checkpoint.origin if newest else f"{urlsplit(settings.SITE_URL).netloc}/record"


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


def naming(*hashes: str) -> EntryQuerySet:
    """The entries that hold one of these hashes or commitments in their bytes, oldest first."""
    wanted = [bytes.fromhex(each.rpartition(":")[2]) for each in hashes]
    kept = NamedDigest.objects.filter(digest__in=wanted).values("index")
    return Entry.objects.filter(Q(index__in=kept) | Q(index__in=_newly_naming(set(wanted)))).order_by("index")


def _newly_naming(wanted: set[bytes]) -> list[int]:
    """The indexes of those among the entries whose digests are not kept yet."""
    unread = Entry.objects.filter(index__gte=_position(DIGESTS)).values_list("index", "leaf")
    return [index for index, leaf in unread.iterator() if not wanted.isdisjoint(digests_in(bytes(leaf)))]


def digests_in(leaf: bytes) -> set[bytes]:
    """The digests that a leaf holds, of texts, files and commitments, 32 bytes each."""
    return {bytes.fromhex(each.decode()) for each in _DIGEST.findall(leaf)}


def reveal(commitment: str) -> dict[str, Any]:
    """What opens the commitment, in the shape that an entry's body takes; Secret.DoesNotExist once it was erased."""
    secret = Secret.objects.get(commit=commitment)
    return opening(bytes(secret.salt), bytes(secret.payload))


def replacements() -> dict[str, str | None]:
    """What stands now in place of each text that was redacted, by hash; None where nothing does."""
    found: dict[str, str | None] = {}
    rows = Entry.objects.of_kinds(Kind.TEXT_REDACTED).order_by("-index").iterator(chunk_size=500)
    for said in (entry.body for entry in rows):
        before, after = said.get("text_hash"), said.get("replaced_hash")
        if isinstance(before, str) and (after is None or isinstance(after, str)):
            # Newest first: what a text was replaced by may have been redacted since.
            found.setdefault(before, found.get(after, after) if after else None)
    return found


def is_redacted(hashed: str) -> bool:
    """Whether the text of this hash was taken away on the record."""
    return any(entry.body.get("text_hash") == hashed for entry in naming(hashed).of_kinds(Kind.TEXT_REDACTED))


def find_last_told(process: str) -> Entry | None:
    """The newest told entry of a process, or None."""
    return Entry.objects.of_process(process).filter(told_at__isnull=False).order_by("-index").first()


def unread_by(follower: str, limit: int = 500) -> list[Entry]:
    """The next entries a follower has not seen, oldest first."""
    return list(Entry.objects.filter(index__gte=_position(follower)).order_by("index")[:limit])


def lag_of(follower: str) -> int:
    """How many entries a follower is behind."""
    return size() - _position(follower)


def _position(follower: str) -> int:
    return Cursor.objects.filter(follower=follower).values_list("position", flat=True).first() or 0
