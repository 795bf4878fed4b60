"""What an entry claims of the tables: the row that it is about, and for each of its fields what that row says now."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

from django.db.models import QuerySet

from policyhub.core.canonical import moment
from policyhub.insight.places import ODD, parts_of
from policyhub.insight.texts import hash_of
from policyhub.record.models import Entry

Key = tuple[str | int | bool, ...]
Read = Callable[[Any], Any]
UNKNOWN = object()


@dataclass
class Said:
    """An entry with the people that its commitments stand for, as far as these were not erased."""

    entry: Entry
    people: dict[str, int]

    @property
    def body(self) -> dict[str, Any]:
        return self.entry.body

    @property
    def process(self) -> str:
        return str(self.body.get("process") or self.parts[0])

    @property
    def parts(self) -> tuple[str | int, ...]:
        return parts_of(self.entry.subject)

    @property
    def org(self) -> str | None:
        return self.entry.actor["org"]  # type: ignore[no-any-return]

    def person(self, field: str) -> int | None:
        """The person whom a field of the body, or the entry's `actor`, commits to; None where nobody can tell."""
        commitment = self.entry.actor["person"] if field == "actor" else self.body[field]
        return self.people.get(commitment)


@dataclass(frozen=True)
class Check:
    """One thing that an entry says and where a row says it too.

    Of a thing that later acts change, `group` names what they change: only the newest entry that set it is compared.
    `beside` hands the entry over with the row. What the tables keep no longer is found UNKNOWN.
    """

    field: str
    said: Callable[[Said], Any]
    found: Callable[..., Any]
    group: str | None = None
    beside: bool = False


@dataclass(frozen=True, eq=False)
class Claim:
    """The row that an entry is about, and what is compared with it.

    `makes` says that rows come from such entries alone: one without an entry was planted. Where a key can have several
    rows they come in the order of the entries; claims on the same rows share the name of their `sequence`.
    """

    rows: QuerySet[Any]
    by: tuple[str, ...]
    key: Callable[[Said], Key | None]
    checks: tuple[Check, ...]
    makes: bool = False
    sequence: str | None = None
    order: tuple[str, ...] = ("pk",)
    applies: Callable[[Said], bool] = field(default=lambda said: True)

    @property
    def noun(self) -> str:
        return str(self.rows.model._meta.verbose_name)

    def key_of(self, row: Any) -> Key:
        """What this row is looked up by."""
        return tuple(value_at(row, lookup.removesuffix("__isnull")) for lookup in self.by)


def value_at(row: Any, lookup: str) -> Any:
    """What stands at the end of a lookup; nothing where a row on the way is missing."""
    try:
        return reduce(getattr, lookup.split("__"), row)
    except ODD:
        return None


def stated(name: str, column: str | Read, group: str | None = None) -> Check:
    """A field of the body is what stands in the column."""
    return Check(name, lambda said: said.body[name], reading(column), group)


def timed(name: str, column: str | Read, group: str | None = None) -> Check:
    """A time of the body is the one in the column."""
    read = reading(column)
    return Check(name, lambda said: said.body[name], lambda row: as_moment(read(row)), group)


def hashed(name: str, column: str | Callable[[Any], str | bytes], group: str | None = None) -> Check:
    """A hash of the body is over the text in the column as it stands now."""
    read = reading(column)
    return Check(name, lambda said: said.body[name], lambda row: hash_of_text(read(row)), group)


def is_now(value: Any, column: str | Read, group: str, name: str = "type") -> Check:
    """By its kind the entry says that the column is this, until a later entry says otherwise."""
    return Check(name, lambda said: value, reading(column), group)


def consists(name: str, column: Read) -> Check:
    """What was made from the text fits it: nothing is listed that does not."""
    return Check(name, lambda said: [], column)


def of_org(column: str | Read, *, or_none: bool = False) -> Check:
    """The organization that acted is the row's; with `or_none` somebody may have acted for it who names no one."""

    def said_org(said: Said) -> Any:
        return said.parts[0] if or_none and said.org is None else said.org

    return Check("actor.org", said_org, reading(column))


def of_person(column: str | Read, name: str = "actor", group: str | None = None) -> Check:
    """The person committed to is the row's."""
    shown = "actor.person" if name == "actor" else name
    return Check(shown, lambda said: said.person(name), reading(column), group)


def written(column: str | Read, group: str | None = None) -> Check:
    """The row's time is that of the act: the told one, or just before the entry was written."""
    return Check("at", lambda said: said.entry, reading(column), group)


def reading(column: str | Read) -> Read:
    return column if callable(column) else lambda row: value_at(row, column)


def as_moment(value: Any) -> str | None:
    return moment(value) if value is not None else None


def hash_of_text(text: str | bytes | None) -> str | None:
    """The hash over exactly what is stored; None over nothing."""
    if not text:
        return None
    return hash_of(text if isinstance(text, bytes) else text.encode())


def subject(said: Said) -> Key:
    return said.parts


def subject_and(*names: str) -> Callable[[Said], Key]:
    """The subject's parts, then the values of these fields."""
    return lambda said: (*said.parts, *(said.body[name] for name in names))


def seat(said: Said) -> Key:
    """The process, then the organization that the entry is about."""
    return (said.process, *said.parts)


def with_person(*parts: Callable[[Said], Any], person: str = "person") -> Callable[[Said], Key | None]:
    """These parts, then the person; None where nobody can tell any more who that is."""

    def key(said: Said) -> Key | None:
        whom = said.person(person)
        return None if whom is None else (*(part(said) for part in parts), whom)

    return key


def spelled(value: Any, limit: int = 80) -> str:
    """A value in a sentence."""
    if value is None or value == "" or (isinstance(value, Collection) and not value):
        return "nothing"
    text = str(value)
    return text if len(text) <= limit else f"{text[:limit]}…"
