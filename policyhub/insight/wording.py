"""How sentences about entries are made: who, of which number, what was done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from policyhub.record.models import Entry

# From an entry, its body and the names of what it mentions to the sentence that tells it.
Telling = Callable[[Entry, dict[str, Any], dict[str, str]], str]


def slug_of(entry: Entry) -> str:
    return entry.subject.split("/", 1)[-1]


def who(entry: Entry, names: dict[str, str]) -> str:
    return names.get(slug_of(entry), slug_of(entry))


def acting(entry: Entry, names: dict[str, str]) -> str:
    """Who acted; what an archivist tells of begins with those it names first, or with nobody."""
    organization = entry.actor["org"]
    return names.get(organization, str(organization)) if organization else f"The {entry.actor['role']}"


def number_of(entry: Entry) -> str:
    return entry.subject.rsplit("/", 1)[-1]


def ended(text: object) -> str:
    """The text as the end of a sentence: with a full stop where it has no end of its own."""
    said = str(text).rstrip()
    return said if said.endswith((".", "!", "?", "…", ".”", "?”", "!”")) else f"{said}."


def about(verb: str) -> Telling:
    return lambda entry, body, names: f"{who(entry, names)} {verb}."


def numbered(noun: str, verb: str) -> Telling:
    return lambda entry, body, names: f"{noun} {number_of(entry)} {verb}."
