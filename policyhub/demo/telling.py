"""Telling a process file: every line through the act that people use, all of it or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet

from policyhub.accounts.acts import ensure_person, ensure_persona
from policyhub.accounts.models import User
from policyhub.core.errors import NotAllowed, NotPossible
from policyhub.decisions.queries import calls, state_at
from policyhub.demo.moments import MomentRefused, moment_of
from policyhub.demo.plainyaml import FileRefused
from policyhub.demo.processfile import Line, Listed, ProcessFile, on_line
from policyhub.demo.said import Said
from policyhub.participation.acts import finish_telling, open_told_process
from policyhub.participation.acts.archive import Report, open_archive
from policyhub.participation.models import Participation, Process
from policyhub.participation.rules import Mandate, StaffFunction
from policyhub.record.models import Entry

Found = TypeVar("Found", bound=Model)


@dataclass(frozen=True)
class Summary:
    """What a file became: the process and how many entries of each kind it wrote."""

    process: Process
    kinds: dict[str, int]


@dataclass
class Telling:
    """A file while it is told: the process, the time of loading, the time that the story has reached."""

    file: ProcessFile
    load: datetime
    process: Process = field(init=False)
    reached: datetime | None = None
    _met: dict[str, User] = field(default_factory=dict)

    def moment(self, written: str) -> datetime:
        """The time that the file means."""
        try:
            return moment_of(written, load=self.load, zone=self.file.header.timezone)
        except MomentRefused as refusal:
            raise FileRefused(str(refusal)) from None

    def reach(self, written: str) -> datetime:
        """The time of the next act, which is neither before the last one nor still to come."""
        at = self.moment(written)
        if self.reached is not None and at < self.reached:
            raise FileRefused(f"{written} is before what the file told last. Put the acts in the order of their times.")
        if at > self.load:
            raise FileRefused(f"{written} has not come yet. Only what happened can be told.")
        self.reached = at
        return at

    def person(self, key: str) -> User:
        """The person behind a key such as `chair` or `lead/harbor-tenants-union`."""
        if key not in self._met:
            header, listed = self.file.header, self.file.people.get(key)
            label = (listed and listed.label) or self._label(key)
            email = (listed and listed.email) or f"{key.replace('/', '.')}@{header.slug}.example.org"
            make = ensure_persona if header.is_demo else ensure_person
            self._met[key] = make(email, at=self.load, label=label)
        return self._met[key]

    def organization(self, slug: str) -> Listed:
        """What the file says of an organization."""
        if slug not in self.file.organizations:
            raise FileRefused(f"There is no organization called {slug} in this file.")
        return self.file.organizations[slug]

    def seat(self, slug: str) -> Participation:
        """The organization's newest seat."""
        self.organization(slug)
        seats = Participation.objects.filter(process=self.process, organization__slug=slug)
        return self.one(seats.select_related("organization", "process", "category").order_by("-asked_at", "-pk"), slug)

    def one(self, rows: QuerySet[Found], name: str) -> Found:
        """The first of the rows, or a refusal that names what was looked for."""
        found = rows.first()
        if found is None:
            raise FileRefused(f"{name} was not found. It is told before it is referred to.")
        return found

    def _label(self, key: str) -> str:
        function, _, organization = key.partition("/")
        if organization and function in set(Mandate):
            return f"{function.capitalize()} representative of {self.organization(organization).name}"
        if function in set(StaffFunction) and not organization:
            return f"{function.capitalize()}, {self.file.header.convener}"
        if key in self.file.people:
            return ""
        raise FileRefused(f"There is nobody called {key} in this file. List them under people.")


Handler = Callable[[Telling, User | None, Said, datetime], Entry | None]


@transaction.atomic
def tell(file: ProcessFile, handlers: dict[str, Handler], *, at: datetime) -> Summary:
    """The process as the file tells it, live from here on; on any refusal nothing at all.

    `at` is the time of loading. FileRefused names the line and the reason.
    """
    telling = Telling(file, at)
    with _refused_on(file.header.line):
        telling.process = _open(telling)
    for line in file.lines:
        with _refused_on(line.number):
            _tell_line(telling, handlers, line)
    telling.process.refresh_from_db()
    _check_settled(telling)
    finish_telling(process=telling.process, at=at)
    telling.process.refresh_from_db()
    kinds = Entry.objects.of_process(telling.process.slug).values_list("kind", flat=True)
    return Summary(telling.process, dict(sorted(Counter(kinds).items())))


@contextmanager
def _refused_on(number: int) -> Iterator[None]:
    with on_line(number):
        try:
            yield
        except NotPossible as refusal:
            raise FileRefused(str(refusal)) from None


def _open(telling: Telling) -> Process:
    header = telling.file.header
    if header.reported_by:
        return _open_archive(telling)
    open_told_process(
        actor=telling.person("convener"),
        slug=header.slug,
        title=header.title,
        summary=header.summary,
        convener=header.convener,
        timezone=header.timezone,
        source_hash=telling.file.source_hash,
        is_demo=header.is_demo,
        at=telling.reach(header.opened),
    )
    return Process.objects.get(slug=header.slug)


def _open_archive(telling: Telling) -> Process:
    header = telling.file.header
    open_archive(
        slug=header.slug,
        title=header.title,
        summary=header.summary,
        convener=header.convener,
        reported_by=header.reported_by,
        timezone=header.timezone,
        source_hash=telling.file.source_hash,
        report=Report(header.sources, unknown=("charter",)),
        at=telling.reach(header.opened),
    )
    return Process.objects.get(slug=header.slug)


def _tell_line(telling: Telling, handlers: dict[str, Handler], line: Line) -> None:
    if line.act not in handlers:
        raise FileRefused(f"There is no act called {line.act}.")
    at = telling.reach(line.at)
    for by, said in _each(line):
        actor = telling.person(by) if by else None
        try:
            handlers[line.act](telling, actor, said, at)
        except NotAllowed:
            raise FileRefused(f"{by or 'Nobody'} may not do {line.act} here.") from None
        said.check_empty()


def _each(line: Line) -> Iterator[tuple[str | None, Said]]:
    """One act for each person in `by`, or for each organization where `organization` is a list."""
    several = line.said.get("organization")
    if not isinstance(several, list):
        yield from ((by, Said(line.said)) for by in line.by)
        return
    if len(line.by) > 1 or not several:
        raise FileRefused("Where organization is a list, it names somebody, and by names one person at most.")
    for organization in several:
        yield line.by[0], Said({**line.said, "organization": organization})


def _check_settled(telling: Telling) -> None:
    """Refuse a story that leaves a call open which is over: else its end would be written as of today."""
    for call in calls(telling.process).reverse():
        if (state := state_at(call, telling.load)) != call.state:
            raise FileRefused(
                f"Call {call.number} is {state} by now, and no line says so. Add close_call, stop_call or void_call."
            )
