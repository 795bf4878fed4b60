"""Telling a process file: every line through the act that people use, all of it or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet, TextChoices

from policyhub.accounts.acts import ensure_person, ensure_persona
from policyhub.accounts.models import User
from policyhub.core.errors import NotAllowed, NotPossible
from policyhub.demo.moments import MomentRefused, moment_of
from policyhub.demo.processfile import FileRefused, Line, ProcessFile
from policyhub.participation.acts import finish_telling, open_told_process
from policyhub.participation.models import Participation, Process
from policyhub.record.models import Entry

Found = TypeVar("Found", bound=Model)
Choice = TypeVar("Choice", bound=StrEnum | TextChoices)
MISSING = object()


@dataclass(frozen=True)
class Summary:
    """What a file became: the process and how many entries of each kind it wrote."""

    process: Process
    kinds: dict[str, int]


class Said:
    """What one line says; every field must be taken, so that no misspelt one is silently ignored."""

    def __init__(self, given: dict[str, Any]) -> None:
        self._given = dict(given)

    def take(self, name: str, default: Any = MISSING) -> Any:
        """The field's value; without a default it must be there."""
        if name not in self._given and default is MISSING:
            raise FileRefused(f"The field {name} is missing.")
        return self._given.pop(name, default)

    def text(self, name: str, default: Any = MISSING) -> str:
        """The field as text."""
        return str(self.take(name, default))

    def number(self, name: str) -> int:
        """The field as a whole number."""
        value = self.take(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise FileRefused(f"{name} is a whole number, not {value!r}.")
        return value

    def flag(self, name: str, default: Any = MISSING) -> bool:
        """The field as yes or no."""
        value = self.take(name, default)
        if not isinstance(value, bool):
            raise FileRefused(f"{name} is true or false, not {value!r}.")
        return value

    def choice(self, name: str, choices: type[Choice], default: Any = MISSING) -> Choice:
        """The field as one of the words that are possible there."""
        value = self.take(name, default)
        try:
            return choices(value)
        except ValueError:
            words = ", ".join(each.value for each in choices)
            raise FileRefused(f"{value!r} is no {name}. Write one of {words}.") from None

    def check_empty(self) -> None:
        """Refuse what nobody took."""
        if self._given:
            raise FileRefused(f"There is no field called {', '.join(sorted(map(str, self._given)))} here.")


@dataclass
class Telling:
    """A file while it is told: the process, the people met so far, the day of loading."""

    file: ProcessFile
    load: datetime
    process: Process = field(init=False)

    @property
    def is_demo(self) -> bool:
        return bool(self.file.header.get("demo"))

    def moment(self, written: object) -> datetime:
        """The time that the file means."""
        try:
            return moment_of(written, load=self.load, zone=str(self.file.header["timezone"]))
        except MomentRefused as refusal:
            raise FileRefused(str(refusal)) from None

    def person(self, key: str) -> User:
        """The person behind a key such as `chair` or `lead/harbor-tenants-union`."""
        listed = self.file.people.get(key, {})
        email = listed.get("email") or f"{key.replace('/', '.')}@{self.file.header['slug']}.example.org"
        label = listed.get("label") or self._label(key)
        make = ensure_persona if self.is_demo else ensure_person
        return make(email, at=self.load, label=label)

    def organization(self, slug: str) -> dict[str, str]:
        """The name, category and description that the file gives an organization."""
        if slug not in self.file.organizations:
            raise FileRefused(f"There is no organization called {slug} in this file.")
        return self.file.organizations[slug]

    def seat(self, slug: str) -> Participation:
        """The organization's newest seat."""
        seats = Participation.objects.filter(process=self.process, organization__slug=slug)
        return self.one(seats.select_related("organization", "process", "category").order_by("-asked_at", "-pk"), slug)

    def one(self, rows: QuerySet[Found], name: object) -> Found:
        """The first of the rows, or a refusal that names what was looked for."""
        found = rows.first()
        if found is None:
            raise FileRefused(f"{name} was not found: has it been told before this line?")
        return found

    def _label(self, key: str) -> str:
        function, _, organization = key.partition("/")
        if not organization:
            return f"{function.capitalize()}, {self.file.header['convener']}"
        return f"{function.capitalize()} representative of {self.organization(organization)['name']}"


Handler = Callable[[Telling, User | None, Said, datetime], Entry | None]


@transaction.atomic
def tell(file: ProcessFile, handlers: dict[str, Handler], *, at: datetime) -> Summary:
    """The process as the file tells it, live from here on; on any refusal nothing at all.

    `at` is the time of loading. FileRefused names the line and the reason.
    """
    telling = Telling(file, at)
    telling.process = _open(telling)
    for line in file.lines:
        for by, said in _each(line):
            _tell_line(telling, handlers, line, by, said)
    telling.process.refresh_from_db()
    finish_telling(process=telling.process, at=at)
    telling.process.refresh_from_db()
    kinds = Entry.objects.of_process(telling.process.slug).values_list("kind", flat=True)
    return Summary(telling.process, dict(sorted(Counter(kinds).items())))


def _open(telling: Telling) -> Process:
    header = telling.file.header
    fields = {name: str(header[name]).strip() for name in ("slug", "title", "summary", "convener", "timezone")}
    try:
        open_told_process(
            actor=telling.person("convener"),
            source_hash=telling.file.source_hash,
            is_demo=telling.is_demo,
            at=telling.moment(header["opened"]),
            **fields,
        )
    except NotPossible as refusal:
        raise FileRefused(str(refusal), 1) from None
    return Process.objects.get(slug=header["slug"])


def _each(line: Line) -> Iterator[tuple[str | None, Said]]:
    """One act for each person in `by`, or for each organization where `organization` is a list."""
    several = line.said.get("organization")
    if isinstance(several, list):
        for organization in several:
            yield line.by[0], Said({**line.said, "organization": organization})
        return
    for by in line.by:
        yield by, Said(line.said)


def _tell_line(telling: Telling, handlers: dict[str, Handler], line: Line, by: str | None, said: Said) -> None:
    if line.act not in handlers:
        raise FileRefused(f"There is no act called {line.act}.", line.number)
    try:
        actor = telling.person(by) if by else None
        handlers[line.act](telling, actor, said, telling.moment(line.at))
        said.check_empty()
    except (FileRefused, NotPossible) as refusal:
        raise FileRefused(str(refusal), line.number) from None
    except NotAllowed:
        raise FileRefused(f"{by or 'Nobody'} may not do {line.act} here.", line.number) from None
