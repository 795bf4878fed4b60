"""Reading a process file: its header, its people and organizations, and its acts, each with its line."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import yaml
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.text import slugify

from policyhub.demo.plainyaml import FileRefused, PlainLoader, fields, line_of
from policyhub.demo.said import Said, text_of

MAX_BYTES = 4 * 1024 * 1024
LONGEST_SLUG = 60
PARTS = ("process", "people", "categories", "organizations", "acts")
_KEY = re.compile(r"[a-z][a-z0-9-]*(?:/[a-z0-9-]+)?")


@dataclass(frozen=True)
class Header:
    """The process itself, and the line on which the file begins to tell of it."""

    slug: str
    title: str
    summary: str
    convener: str
    timezone: str
    opened: str
    is_demo: bool
    reported_by: str
    sources: tuple[str, ...]
    line: int


@dataclass(frozen=True)
class Listed:
    """An organization as the file lists it."""

    name: str
    category: str
    about: str


@dataclass(frozen=True)
class Person:
    """How somebody is shown and reached; None where the file leaves it to us."""

    label: str | None
    email: str | None


@dataclass(frozen=True)
class Line:
    """One act of the file: where it stands, when and by whom it was done, its name and what it says."""

    number: int
    at: str
    by: tuple[str | None, ...]
    act: str
    said: dict[str, Any]


@dataclass(frozen=True)
class ProcessFile:
    """A whole file as it was written; `source_hash` is over its exact bytes."""

    source_hash: str
    header: Header
    people: dict[str, Person]
    organizations: dict[str, Listed]
    lines: tuple[Line, ...]
    # Of an archive: the categories into which its archivist puts organizations.
    categories: dict[str, str]

    def category_name(self, slug: str) -> str:
        """What an archive calls a category of organizations."""
        if slug not in self.categories:
            raise FileRefused(f"There is no category called {slug} in this file. List it under categories.")
        return self.categories[slug]


def read(path: Path) -> ProcessFile:
    """The file's content, or FileRefused with the line that is wrong."""
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= MAX_BYTES else b""
    except OSError as error:
        raise FileRefused(f"{path} cannot be read: {error.strerror}.") from None
    if size > MAX_BYTES:
        raise FileRefused(f"{path} has {size:,} bytes; at most {MAX_BYTES:,} are read.")
    return parse(data)


def parse(data: bytes) -> ProcessFile:
    """The content behind the bytes of a process file."""
    with _loading(data) as loader:
        parts = _parts(loader)
        return ProcessFile(
            source_hash=f"sha256:{hashlib.sha256(data).hexdigest()}",
            header=_header(loader, parts["process"]),
            people={key: _person(loader, key, node) for key, node in _listed(parts, "people")},
            organizations={slug: _organization(loader, slug, node) for slug, node in _listed(parts, "organizations")},
            lines=tuple(_line(loader, node) for node in _items(parts["acts"])),
            categories=_categories(loader, parts["categories"]) if "categories" in parts else {},
        )


@contextmanager
def on_line(number: int) -> Iterator[None]:
    """Whatever is refused inside is refused with this line, unless it names its own."""
    try:
        yield
    except FileRefused as refusal:
        raise refusal if refusal.line else FileRefused(str(refusal), number) from None


@contextmanager
def _loading(data: bytes) -> Iterator[PlainLoader]:
    try:
        loader = PlainLoader(data)
        try:
            yield loader
        finally:
            loader.dispose()  # type: ignore[no-untyped-call]
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise FileRefused(f"This is not YAML: {error.problem}.", line) from None
    except yaml.reader.ReaderError as error:
        raise FileRefused(f"This is not YAML in UTF-8: {error.reason}.") from None
    except RecursionError:
        raise FileRefused("This is nested too deeply to be read.") from None


def _parts(loader: PlainLoader) -> dict[str, yaml.Node]:
    root = loader.get_single_node()
    if not isinstance(root, yaml.MappingNode):
        raise FileRefused(f"A process file has the parts {', '.join(PARTS)}.", 1)
    parts = fields(root)
    for name, node in parts.items():
        if name not in PARTS:
            raise FileRefused(f"There is no part called {name}. The parts are {', '.join(PARTS)}.", line_of(node))
    for needed in ("process", "acts"):
        if needed not in parts:
            raise FileRefused(f"The file has no part called {needed}.", 1)
    return parts


def _header(loader: PlainLoader, node: yaml.Node) -> Header:
    with on_line(line_of(node)):
        said = _said(loader, node)
        names = ("slug", "title", "summary", "convener", "timezone", "opened")
        texts = {name: said.text(name) for name in names}
        is_demo, reported_by = said.flag("demo", False), said.text("reported_by", "")
        sources = tuple(said.texts("sources")) if reported_by else ()
        said.check_empty()
        if is_demo and reported_by:
            raise FileRefused("An archive is no demo: leave out demo.")
        if not is_slug(texts["slug"]):
            raise FileRefused(f"The slug has at most {LONGEST_SLUG} small letters, digits and hyphens.")
        if texts["timezone"] not in available_timezones():
            raise FileRefused(f"{texts['timezone']} is no time zone. Write one like America/New_York.")
        return Header(**texts, is_demo=is_demo, reported_by=reported_by, sources=sources, line=line_of(node))


def _categories(loader: PlainLoader, node: yaml.Node) -> dict[str, str]:
    with on_line(line_of(node)):
        said = _said(loader, node)
        found = {slug: said.text(slug) for slug in fields(node)}
        if bad := next((slug for slug in found if not is_slug(slug)), None):
            raise FileRefused(f"The category {bad} is called with small letters, digits and hyphens.")
        return found


def _person(loader: PlainLoader, key: str, node: yaml.Node) -> Person:
    with on_line(line_of(node)):
        said = _said(loader, node)
        person = Person(said.find_text("label"), said.find_text("email"))
        said.check_empty()
        if not _KEY.fullmatch(key):
            raise FileRefused(f"{key} is written with small letters, digits and hyphens.")
        if person.email is not None and not _is_email(person.email):
            raise FileRefused(f"{person.email} is no address for mail.")
        return person


def _organization(loader: PlainLoader, slug: str, node: yaml.Node) -> Listed:
    with on_line(line_of(node)):
        said = _said(loader, node)
        listed = Listed(said.text("name"), said.text("category"), said.text("about", ""))
        said.check_empty()
        if (expected := slugify(listed.name)[:LONGEST_SLUG]) != slug:
            raise FileRefused(f"{listed.name} is listed as {slug}. Call it {expected}, as its address will be.")
        return listed


def _line(loader: PlainLoader, node: yaml.Node) -> Line:
    with on_line(line_of(node)):
        said = _said(loader, node)
        at, by = said.text("at"), _by(said)
        acts = list(fields(node).keys() - {"at", "by"})
        if len(acts) != 1:
            raise FileRefused("Each item is exactly one act, beside at and by.")
        arguments = said.take(acts[0])
        if not isinstance(arguments, dict):
            raise FileRefused(f"What {acts[0]} says has names with values; write {{}} for nothing.")
        return Line(line_of(node), at, by, acts[0], arguments)


def _by(said: Said) -> tuple[str | None, ...]:
    value = said.take("by") if said.has("by") else None
    if value == []:
        raise FileRefused("by names nobody. Write who did it.")
    several = value if isinstance(value, list) else [value]
    return tuple(None if each is None else text_of(each, "by") for each in several)


def _said(loader: PlainLoader, node: yaml.Node) -> Said:
    fields(node)
    return Said(loader.construct_object(node, deep=True))  # type: ignore[no-untyped-call]


def _listed(parts: dict[str, yaml.Node], name: str) -> list[tuple[str, yaml.Node]]:
    return list(fields(parts[name]).items()) if name in parts else []


def _items(node: yaml.Node) -> list[yaml.Node]:
    if not isinstance(node, yaml.SequenceNode):
        raise FileRefused("The acts are a list: each begins with a hyphen.", line_of(node))
    return list(node.value)


def is_slug(text: str) -> bool:
    """Whether the text can stand in an address as it is."""
    return 0 < len(text) <= LONGEST_SLUG and text == slugify(text)


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
