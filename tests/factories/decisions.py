"""Texts to decide on, and a table at which a call is open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from policyhub.decisions import acts
from policyhub.decisions.models import Call, Objection
from policyhub.decisions.rules import Stance
from policyhub.drafting.acts import open_document, publish_version
from policyhub.drafting.models import Document, Version
from policyhub.record.models import Entry
from tests.factories.participation import World, make_world

WEEK = timedelta(days=7)


def make_document(world: World, slug: str = "code") -> Document:
    """A document of the process's own, without a version."""
    slug = f"{world.process.slug}-{slug}"
    open_document(actor=world.editor, process=world.process, slug=slug, title="Code of conduct", at=world.at)
    return Document.objects.get(slug=slug)


def publish(document: Document, text: str, *, by: World, at: datetime) -> Version:
    """The document's next version: one clause that reads like this."""
    return publish_clauses(document, {"c1": text}, by=by, at=at)


def publish_clauses(document: Document, clauses: dict[str, str], *, by: World, at: datetime) -> Version:
    """The document's next version: these clauses, by key."""
    known = set(document.clauses.values_list("key", flat=True))
    written = [(key if key in known else None, 1, "Consent", text) for key, text in clauses.items()]
    publish_version(actor=by.editor, document=document, clauses=written, at=at)
    return document.versions.latest("number")


@dataclass
class Table:
    """A world with a text and an open call on it."""

    world: World
    document: Document
    call: Call

    def cast(self, organization: str, stance: str, *, at: datetime | None = None, **said: Any) -> Entry:
        """The organization's lead takes a position, a minute after the opening unless told otherwise."""
        if stance == "object":
            said.setdefault("reason", "The text has no limit in time.")
        return acts.cast_position(
            actor=said.pop("actor", self.world.leads[organization]),
            call=self.call,
            stance=Stance(stance),
            text_hash=said.pop("text_hash", self.call.text_hash),
            at=at or self.call.opens_at + timedelta(minutes=1),
            **said,
        )

    def objection(self, organization: str) -> Objection:
        return Objection.objects.get(call=self.call, holder__slug=organization)

    def answer(self, organization: str, *, at: datetime | None = None, **said: Any) -> Entry:
        """The chair answers the organization's objection, without a change of the text unless told otherwise."""
        return acts.answer_objection(
            actor=self.world.chair,
            objection=self.objection(organization),
            accommodated=said.pop("accommodated", False),
            answer=said.pop("answer", "The table heard it."),
            at=at or self.call.opens_at + timedelta(minutes=2),
        )

    def fresh(self) -> Call:
        """The call as it stands now."""
        return Call.objects.get(pk=self.call.pk)


def make_table(
    at: datetime,
    *,
    slug: str = "faces",
    industry: int = 2,
    advocacy: int = 2,
    **terms: Any,
) -> Table:
    """Firms and unions at the table, a first version, and a call on it that opens now."""
    world = make_world(at, slug=slug, **terms)
    for number in range(1, industry + 1):
        world.join(f"{slug} firm {number}", "industry")
    for number in range(1, advocacy + 1):
        world.join(f"{slug} union {number}", "advocacy")
    document = make_document(world)
    version = publish(document, "Ask first.\n", by=world, at=at)
    acts.open_call(
        actor=world.chair,
        process=world.process,
        question="Can your organization accept this text?",
        version=version,
        closes_at=at + WEEK,
        at=at,
    )
    return Table(world, document, Call.objects.get(process=world.process))
