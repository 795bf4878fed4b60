"""From what an entry is about to the thing itself, its name and its public page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.urls import reverse

from policyhub.decisions.models import Call, Objection
from policyhub.drafting.models import Clause, Comment, Document
from policyhub.drafting.queries import newest_text
from policyhub.meetings.models import Meeting
from policyhub.minutes.models import Minutes
from policyhub.participation.models import Claim, Group, Organization, Point, Process, Requirement, Statement
from policyhub.publishing.models import Edition

# Of each noun: its model, and the fields that the parts of a subject after the noun are looked up in.
LOOKUPS: dict[str, tuple[type[Model], tuple[str, ...]]] = {
    "process": (Process, ("slug",)),
    "organization": (Organization, ("slug",)),
    "document": (Document, ("slug",)),
    "clause": (Clause, ("document__slug", "key")),
    "edition": (Edition, ("document__slug", "number")),
    "meeting": (Meeting, ("process__slug", "number")),
    "minutes": (Minutes, ("meeting__process__slug", "meeting__number")),
    "call": (Call, ("process__slug", "number")),
    "objection": (Objection, ("process__slug", "number")),
    "comment": (Comment, ("process__slug", "number")),
    "statement": (Statement, ("process__slug", "number")),
    "requirement": (Requirement, ("process__slug", "number")),
    "point": (Point, ("process__slug", "number")),
    "group": (Group, ("process__slug", "number")),
    "claim": (Claim, ("process__slug", "number")),
}


@dataclass(frozen=True)
class About:
    """The thing, what people call it, and the path of the public page that shows it, if one does."""

    thing: Model | None
    name: str
    path: str | None


def find_thing(subject: str) -> Model | None:
    """The thing that a subject names, or None."""
    noun, *parts = subject.split("/")
    if noun not in LOOKUPS:
        return None
    model, fields = LOOKUPS[noun]
    if len(parts) != len(fields):
        return None
    try:
        return model._default_manager.filter(**dict(zip(fields, parts, strict=True))).first()
    except ValueError:
        return None


def describe(subject: str, process: Process | None) -> About:
    """What an entry in this process is about."""
    thing = find_thing(subject)
    return About(thing, _name(thing) if thing else "this site", _path(thing, process))


def _name(thing: Any) -> str:
    match thing:
        case Minutes():
            return f"the minutes of {thing.meeting}"
        case Statement():
            return str(thing.title)
        case Clause():
            text = newest_text(thing)
            return f"clause {text.number} {text.heading}".strip() if text else f"clause {thing.key}"
        case Requirement() | Comment() | Objection():
            return f"{type(thing).__name__} {thing.number}"
    return str(thing)


def _path(thing: Any, process: Process | None) -> str | None:
    match thing:
        case Statement() if thing.published_at:
            return reverse("statement", args=[thing.process.slug, thing.number])
        case Organization() | Requirement() | Point() if process:
            return reverse("process-table", args=[process.slug])
        case Clause():
            text = newest_text(thing)
            return f"{text.version.get_absolute_url()}#{thing.key}" if text else thing.document.get_absolute_url()
        case Claim():
            return f"{reverse('process-claims', args=[thing.process.slug])}#claim-{thing.number}"
        case Comment():
            return str(thing.text_on.version.get_absolute_url())
        case Objection():
            return str(thing.call.get_absolute_url())
    return str(thing.get_absolute_url()) if hasattr(thing, "get_absolute_url") else None
