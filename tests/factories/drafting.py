"""Documents and versions, made through the acts that people use."""

from __future__ import annotations

from collections.abc import Sequence

from policyhub.drafting import acts
from policyhub.drafting.models import ClauseText, Comment, Document, Version
from policyhub.drafting.queries import find_newest_version
from policyhub.participation.models import Participation
from tests.factories.participation import World

CONSENT = (None, 1, "Consent", "Nobody is identified by name without consent.\n")
NOTICE = (None, 1, "Notice", "A sign says that faces are recognized here.\n")
SIGNS = (None, 2, "Signs", "A sign is readable from five meters.\n")
BASIC = (CONSENT, NOTICE, SIGNS)

Clauses = Sequence[tuple[str | None, int, str, str]]


def open_draft(world: World, slug: str = "code", owner: Participation | None = None) -> Document:
    """An empty document: the process's own, or an organization's competing line."""
    actor = world.leads[owner.organization.slug] if owner else world.editor
    acts.open_document(actor=actor, process=world.process, slug=slug, title="Code of conduct", owner=owner, at=world.at)
    return Document.objects.get(slug=slug)


def publish(world: World, document: Document, clauses: Clauses = BASIC, note: str = "") -> Version:
    """The document's next version."""
    actor = world.leads[document.owner.organization.slug] if document.owner else world.editor
    acts.publish_version(actor=actor, document=document, clauses=clauses, note=note, at=world.at)
    version = find_newest_version(document)
    if version is None:
        raise AssertionError("a version was published, yet there is none")
    return version


def publish_basic(world: World, slug: str = "code") -> Version:
    """The first version of a new document: Consent (c1), Notice (c2) and below it Signs (c3)."""
    return publish(world, open_draft(world, slug))


def clause(version: Version, key: str = "c1") -> ClauseText:
    """A clause as it reads in the version."""
    return version.texts.get(clause__key=key)


def comment_on(world: World, text: ClauseText, actor: str | None = None) -> Comment:
    """A comment by an organization's lead, or by the outsider."""
    person = world.leads[actor] if actor else world.outsider
    acts.make_comment(
        actor=person, clause_text=text, type=Comment.Type.GENERAL, text="Say who asks for consent.", at=world.at
    )
    return Comment.objects.filter(process=world.process).latest("number")
