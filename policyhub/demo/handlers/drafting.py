"""Documents, versions, comments, marks."""

from __future__ import annotations

from datetime import datetime

from policyhub.accounts.models import User
from policyhub.demo.handlers.finding import (
    clause_of,
    comment_of,
    document_of,
    group_of,
    requirement_of,
    somebody,
    version_of,
)
from policyhub.demo.said import Said
from policyhub.demo.telling import Handler, Telling
from policyhub.drafting import acts
from policyhub.drafting.models import Comment, Disposition, Mark
from policyhub.drafting.queries import links_of
from policyhub.participation.queries import find_seat_of
from policyhub.record.models import Entry


def open_document(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.open_document(
        actor=somebody(actor),
        process=telling.process,
        slug=said.text("document"),
        title=said.text("title"),
        owner=None if said.has("group") else find_seat_of(somebody(actor), telling.process),
        group=group_of(telling, said) if said.has("group") else None,
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
    return acts.make_comment(
        actor=somebody(actor),
        clause_text=clause_of(telling, said, version_of(telling, said)),
        type=said.choice("type", Comment.Type, Comment.Type.TECHNICAL),
        text=said.text("text"),
        proposed=said.text("proposed", ""),
        at=at,
    )


def answer_comment(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.answer_comment(
        actor=somebody(actor),
        comment=comment_of(telling, said),
        code=said.choice("code", Disposition.Code),
        reason=said.text("reason"),
        at=at,
    )


def mark_requirement(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.mark_requirement(
        actor=somebody(actor),
        requirement=requirement_of(telling, said),
        version=version_of(telling, said),
        value=said.choice("value", Mark.Value),
        note=said.text("note", ""),
        at=at,
    )


def link_requirement(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    held = requirement_of(telling, said)
    clause = clause_of(telling, said, version_of(telling, said)).clause
    return acts.link_requirement(actor=somebody(actor), requirement=held, clause=clause, at=at)


def unlink_requirement(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    held = requirement_of(telling, said)
    clause = clause_of(telling, said, version_of(telling, said)).clause
    link = telling.one(links_of(held).filter(clause=clause), "The link")
    return acts.unlink_requirement(actor=somebody(actor), link=link, at=at)


HANDLERS: dict[str, Handler] = {
    "open_document": open_document,
    "publish_version": publish_version,
    "make_comment": make_comment,
    "answer_comment": answer_comment,
    "mark_requirement": mark_requirement,
    "link_requirement": link_requirement,
    "unlink_requirement": unlink_requirement,
}
