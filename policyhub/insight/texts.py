"""The texts and files that entries name by hash: where each is kept now, and its exact bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from policyhub.insight.places import NO_TEXT, ODD, PLACES, Key, Place
from policyhub.publishing.models import File
from policyhub.record.kinds import find_kind
from policyhub.record.models import Entry
from policyhub.record.queries import naming, replacements

__all__ = ["NO_TEXT", "PLACES", "Kept", "find_kept", "find_public", "kept_of", "named_by", "public_texts", "rows_of"]

PLAIN = "text/plain; charset=utf-8"
AT_ONCE = 500


@dataclass(frozen=True)
class Kept:
    """A text where it is kept now: the place, the row, its exact bytes."""

    place: Place
    row: Any
    content: bytes

    @cached_property
    def hash(self) -> str:
        """SHA-256 over the bytes, as entries name it."""
        return hash_of(self.content)

    @property
    def is_public(self) -> bool:
        """Whether a public page shows it."""
        return self.place.is_public(self.row)

    @property
    def media_type(self) -> str:
        return self.row.media_type if isinstance(self.row, File) else PLAIN

    @property
    def columns(self) -> list[tuple[Any, tuple[str, ...]]]:
        """The rows in which it stands, each with the columns that hold it or were made from it."""
        return [(row, (*self.place.columns, *self.place.derived)) for row in self.place.parts(self.row)]


def hash_of(content: bytes) -> str:
    """SHA-256 over exact bytes: `sha256:` and 64 digits."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def named_by(entry: Entry) -> dict[str, str]:
    """The hash of each text that an entry names, by field; a field without a text is left out."""
    try:
        kind, body = find_kind(entry.kind), entry.body
    except ODD:
        return {}
    if not isinstance(body, dict):
        return {}
    named = {field: body.get(field) for of_kind, field in PLACES if of_kind == kind}
    return {field: hashed for field, hashed in named.items() if isinstance(hashed, str)}


def places_of(entry: Entry, field: str) -> tuple[Place, ...]:
    """Where the text behind this field of the entry can stand; nowhere for a field that names no text."""
    kind = find_kind(entry.kind)
    return PLACES.get((kind, field), ()) if kind else ()


def rows_of(entries: Iterable[Entry]) -> Iterator[tuple[Entry, str, Place, Any]]:
    """Every row in which a text of these entries can stand, with the entry and its field: a query for each place."""
    wanted: dict[Place, dict[Key, list[tuple[Entry, str]]]] = {}
    for entry in entries:
        for field in named_by(entry):
            for place in places_of(entry, field):
                if (key := place.find_key(entry)) is not None:
                    wanted.setdefault(place, {}).setdefault(key, []).append((entry, field))
    for place, keys in wanted.items():
        for row in _rows(place, keys):
            for entry, field in keys.get(place.key_of(row), ()):
                yield entry, field, place, row


def kept_of(entries: Sequence[Entry]) -> dict[tuple[int, str], list[Kept]]:
    """By entry and field, where the text that the entry names is kept now, or what is left of it once redacted."""
    found: dict[tuple[int, str], list[Kept]] = {}
    read: dict[tuple[Place, Any], Kept] = {}
    replaced = replacements()
    for entry, field, place, row in rows_of(entries):
        if (place, row.pk) not in read:
            read[place, row.pk] = Kept(place, row, place.content(row))
        kept = read[place, row.pk]
        named = named_by(entry)[field]
        if kept.hash in {named, replaced.get(named)}:
            found.setdefault((entry.index, field), []).append(kept)
    return found


def find_kept(hashed: str) -> list[Kept]:
    """Everywhere that the text of this hash is kept now, as far as an entry names it; each row once."""
    found = {}
    before = [each for each, now in replacements().items() if now == hashed]
    for entries in _in_batches(naming(hashed, *before).iterator(chunk_size=500)):
        for each in (kept for places in kept_of(entries).values() for kept in places):
            if each.hash == hashed:
                found[type(each.row), each.row.pk, each.place.columns] = each
    return list(found.values())


def find_public(hashed: str) -> Kept | None:
    """The text of this hash if an entry names it and a public page shows it, or None."""
    return next((each for each in find_kept(hashed) if each.is_public), None)


def public_texts(entries: Iterable[Entry]) -> Iterator[Kept]:
    """Every public text and file that these entries name, each hash once for 500 entries."""
    for batch in _in_batches(entries):
        found: dict[str, Kept] = {}
        for each in (kept for places in kept_of(batch).values() for kept in places):
            if each.hash not in found and each.is_public:
                found[each.hash] = each
        yield from found.values()


def _rows(place: Place, keys: Iterable[Key]) -> Iterable[Any]:
    """The rows that the keys can mean; among them some that only mix the parts of several."""
    columns = zip(place.by, zip(*keys, strict=True), strict=True)
    return place.rows.filter(**{f"{lookup}__in": set(values) for lookup, values in columns})


def _in_batches(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    batch: list[Entry] = []
    for entry in entries:
        batch.append(entry)
        if len(batch) == AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch
