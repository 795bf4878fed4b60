"""Documents, versions, comments, marks."""

from __future__ import annotations

from datetime import datetime

from policyhub.accounts.models import User
from policyhub.demo.handlers.participation import somebody
from policyhub.demo.telling import Handler, Said, Telling
from policyhub.drafting import acts
from policyhub.drafting.models import ClauseText, Comment, Disposition, Document, Mark, Version
from policyhub.participation.models import Requirement
from policyhub.participation.queries import find_seat_of
from policyhub.record.models import Entry


def document_of(telling: Telling, said: Said) -> Document:
    """The document that a line names."""
    slug = said.take("document")
    return telling.one(Document.objects.filter(process=telling.process, slug=slug), f"The document {slug}")


def version_of(telling: Telling, said: Said, name: str = "version") -> Version:
    """The version that a line names by document and number."""
    number = said.take(name)
    return telling.one(document_of(telling, said).versions.filter(number=number), f"Version {number}")


def open_document(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.open_document(
        actor=somebody(actor),
        process=telling.process,
        slug=said.take("document"),
        title=said.text("title"),
        owner=find_seat_of(somebody(actor), telling.process),
        at=at,
    )


def publish_version(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.import_version(
        actor=somebody(actor),
        document=document_of(telling, said),
        markdown=said.text("text"),
        note=said.text("note", ""),
        at=at,
    )


def make_comment(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    clause = said.take("clause")
    rows = ClauseText.objects.filter(version=version_of(telling, said), number=str(clause))
    return acts.make_comment(
        actor=somebody(actor),
        clause_text=telling.one(rows, f"Clause {clause}"),
        type=said.choice("type", Comment.Type, "te"),
        text=said.text("text"),
        proposed=said.text("proposed", ""),
        at=at,
    )


def answer_comment(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    number = said.take("comment")
    return acts.answer_comment(
        actor=somebody(actor),
        comment=telling.one(Comment.objects.filter(process=telling.process, number=number), f"Comment {number}"),
        code=said.choice("code", Disposition.Code),
        reason=said.text("reason"),
        at=at,
    )


def mark_requirement(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    number = said.take("requirement")
    rows = Requirement.objects.filter(process=telling.process, number=number)
    return acts.mark_requirement(
        actor=somebody(actor),
        requirement=telling.one(rows, f"Requirement {number}"),
        version=version_of(telling, said),
        value=said.choice("value", Mark.Value),
        note=said.text("note", ""),
        at=at,
    )


HANDLERS: dict[str, Handler] = {
    "open_document": open_document,
    "publish_version": publish_version,
    "make_comment": make_comment,
    "answer_comment": answer_comment,
    "mark_requirement": mark_requirement,
}
