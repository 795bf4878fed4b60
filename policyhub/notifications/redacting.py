"""Redacting: words that name a person leave every text of a process, and the record says which texts lost something.

The hashes of the texts as they were stay in the entries that name them, so that whoever kept one can show what it was.
The act lives here, above everything that keeps a text or a copy of one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from policyhub.accounts.models import User
from policyhub.core.errors import Reason, check, require
from policyhub.core.locks import hold
from policyhub.core.text import canonical_line
from policyhub.drafting.models import ClauseText, Version
from policyhub.insight.texts import Kept, hash_of, kept_of
from policyhub.notifications.models import KeptMail
from policyhub.notifications.permissions import can_redact
from policyhub.participation.models import Process
from policyhub.publishing.models import Edition, File
from policyhub.publishing.render import attached
from policyhub.record.acts import append
from policyhub.record.kinds import REDACTION_REASONS, Kind
from policyhub.record.models import Entry

MARK = "[removed]"
SHORTEST, LONGEST = 3, 200
MOST_TEXTS = 200
AT_ONCE = 500


@dataclass(frozen=True)
class Found:
    """A text or file that holds the words: the first entry that names it, and where it is kept."""

    entry: Entry
    kept: Kept

    @property
    def is_file(self) -> bool:
        return isinstance(self.kept.row, File)


def find_words(process: Process, words: str) -> list[Found]:
    """Every text of the process that the record names and that holds the words, and the files made from them."""
    files = set(_files_with(process, words))
    found: dict[str, Found] = {}
    rows = Entry.objects.of_process(process.slug).order_by("index")
    for first in range(0, rows.count(), AT_ONCE):
        batch = list(rows[first : first + AT_ONCE])
        by_index = {entry.index: entry for entry in batch}
        for (index, _), places in kept_of(batch).items():
            for kept in places:
                if kept.hash not in found and (kept.hash in files or words.encode() in kept.content):
                    found[kept.hash] = Found(by_index[index], kept)
    return list(found.values())


def entries_with(process: Process, words: str) -> list[int]:
    """The indexes of the entries in which the words themselves stand: these nobody can change."""
    rows = Entry.objects.of_process(process.slug).order_by("index").values_list("index", "leaf")
    inside = json.dumps(words, ensure_ascii=False)[1:-1].encode()
    return [index for index, leaf in rows.iterator() if inside in bytes(leaf)]


def _files_with(process: Process, words: str) -> Iterator[str]:
    """The hashes of the editions' files in which the words stand: each carries all that is printed in it as data."""
    written = json.dumps(words, ensure_ascii=False)[1:-1].encode()
    hashes = Edition.objects.filter(document__process=process, file_hash__isnull=False).values("file_hash")
    for file in File.objects.filter(hash__in=hashes).iterator(chunk_size=1):
        data = bytes(file.data)
        if any(written in part for part in (data, *attached(data))):
            yield file.hash


@transaction.atomic
def redact_words(*, actor: User, process: Process, words: str, reason: str, at: datetime) -> Entry:
    """The words stand in no text of the process any more; the first of the entries that say which texts lost them."""
    require(can_redact(actor))
    words = canonical_line(words, what="text to remove", limit=LONGEST, field="words")
    check(_too_short(words), _no_reason(reason))
    process = hold(process, for_change=True)
    found = find_words(process, words)
    check(
        _nothing(found, words),
        _too_many(found),
        _in_structure(found, words),
        *_inside_longer(found, words),
        *_still_current(found),
    )
    entries = [_append(actor, process, each, words, reason, at) for each in found]
    _take_out(found, words)
    KeptMail.objects.filter(body__contains=words).delete()
    return entries[0]


def _append(actor: User, process: Process, found: Found, words: str, reason: str, at: datetime) -> Entry:
    content = found.kept.content.replace(words.encode(), MARK.encode())
    return append(
        Kind.TEXT_REDACTED,
        actor=actor,
        role="operator",
        process=process,
        subject=found.entry.subject,
        body={
            "text_hash": found.kept.hash,
            "replaced_hash": None if found.is_file else hash_of(content),
            "reason": reason,
        },
        at=at,
    )


def _take_out(found: list[Found], words: str) -> None:
    """Each row is as before but for the words; a file has no bytes any more."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('policyhub.redacted_words', %s, true)", [words])
        done = set()
        for row, columns in (each for one in found for each in one.kept.columns):
            # A version's clauses are kept once, however many entries name them.
            if (type(row), row.pk, columns) not in done:
                done.add((type(row), row.pk, columns))
                _rewrite(row, columns, words)
        cursor.execute("SELECT set_config('policyhub.redacted_words', '', true)")


def _rewrite(row: Any, columns: tuple[str, ...], words: str) -> None:
    row.refresh_from_db(fields=columns)
    for column in columns:
        setattr(row, column, _without(getattr(row, column), words))
    row.save(update_fields=columns)


def _without(value: Any, words: str) -> Any:
    """The value with the mark in place of the words, wherever they stand in it; no bytes of a file."""
    if isinstance(value, str):
        return value.replace(words, MARK)
    if isinstance(value, bytes | memoryview):
        return b""
    if isinstance(value, dict):
        return {key: _without(each, words) for key, each in value.items()}
    return [_without(each, words) for each in value] if isinstance(value, list) else value


def _too_short(words: str) -> Reason | None:
    if len(words) >= SHORTEST:
        return None
    return Reason("short", f"Give at least {SHORTEST} characters: shorter ones stand in too many words.", "words")


def _no_reason(reason: str) -> Reason | None:
    if reason in REDACTION_REASONS:
        return None
    return Reason("reason", f"Say why: {' or '.join(REDACTION_REASONS)}.", "reason")


def _nothing(found: list[Found], words: str) -> Reason | None:
    if found:
        return None
    sentence = f"No text of this process holds “{words}”, written like this. Nothing was changed."
    return Reason("nothing", sentence, "words")


def _too_many(found: list[Found]) -> Reason | None:
    if len(found) <= MOST_TEXTS:
        return None
    sentence = f"{len(found)} texts hold these words: that names nobody. Give more of the words around them."
    return Reason("too_many", sentence, "words")


def _inside_longer(found: list[Found], words: str) -> list[Reason]:
    """The words are part of longer ones somewhere, which would be spoiled."""
    longer = re.compile(rf"\w{re.escape(words)}|{re.escape(words)}\w")
    spoiled = next((each for each in found if not each.is_file and longer.search(each.kept.content.decode())), None)
    if spoiled is None:
        return []
    sentence = f"In {spoiled.entry.subject} these words are part of a longer one. Give whole words."
    return [Reason("part", sentence, "words")]


def _in_structure(found: list[Found], words: str) -> Reason | None:
    """The words are some in which parts of a text are kept, as "paragraph": without them it would be spoilt."""
    trees = (getattr(row, column) for each in found for row, columns in each.kept.columns for column in columns)
    if not any(words in name for tree in trees for name in _structure(tree)):
        return None
    return Reason("structure", f"“{words}” also names a part of every text. Give more of the words around it.", "words")


def _structure(tree: Any) -> Iterator[str]:
    """The names of fields in a tree, and of the kinds of its nodes."""
    if isinstance(tree, dict):
        yield from tree
        yield str(tree.get("type", ""))
        yield json.dumps(tree.get("align"))
    for part in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from _structure(part)


def _still_current(found: list[Found]) -> list[Reason]:
    """The newest version of a document is not changed: one without the words is published first."""
    versions = {row.version if isinstance(row, ClauseText) else row for row in _rows(found)}
    newest = {each for each in versions if not each.document.versions.filter(number__gt=each.number).exists()}
    return [
        Reason(
            "current", f"Version {each.number} of {each.document} is its newest. Publish one without the words first."
        )
        for each in sorted(newest, key=lambda each: (each.document.slug, each.number))
    ]


def _rows(found: list[Found]) -> list[Any]:
    return [row for each in found for row, _ in each.kept.columns if isinstance(row, ClauseText | Version)]
