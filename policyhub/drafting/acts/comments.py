"""Comments on a clause, each answered with a disposition and a reason."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from policyhub.accounts.models import User
from policyhub.core.errors import Reason, check, require
from policyhub.core.locks import hold, hold_rows
from policyhub.core.numbers import next_number
from policyhub.core.text import canonical_text, optional_text, text_hash
from policyhub.drafting.acts.speaking import hold_own_voice
from policyhub.drafting.models import ClauseText, Comment, Disposition
from policyhub.drafting.permissions import can_answer_comment, can_comment
from policyhub.drafting.queries import find_clause_text, find_newest_version
from policyhub.participation.permissions import can_edit
from policyhub.participation.queries import roles_of
from policyhub.participation.rules import StaffFunction
from policyhub.record.acts import append
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry


@transaction.atomic
def make_comment(
    *,
    actor: User,
    clause_text: ClauseText,
    type: Comment.Type,
    text: str,
    proposed: str = "",
    read_hash: str | None = None,
    at: datetime,
) -> Entry:
    """The comment on this exact clause is public and waits for an answer; it stands for the actor's organization.

    `read_hash` names the text that was read; refused when it is another, or when the clause has changed since.
    """
    document = clause_text.version.document
    process = hold(document.process, for_change=True)
    hold(document)
    voice = hold_own_voice(actor, process, at)
    require(can_comment(actor, process))
    check(_stale(clause_text, read_hash))
    comment = Comment.objects.create(
        process=process,
        number=next_number(process.comments.all()),
        text_on=clause_text,
        organization=voice.seat.organization if voice.seat else None,
        author=actor,
        type=type,
        text=canonical_text(text, what="comment", field="text"),
        proposed=optional_text(proposed, what="proposal", field="proposed"),
        made_at=at,
    )
    return append(
        Kind.COMMENT_MADE,
        actor=actor,
        role=voice.role,
        organization=voice.organization,
        process=process,
        subject=comment.subject,
        body=_body(comment),
        at=at,
    )


@transaction.atomic
def answer_comment(*, actor: User, comment: Comment, code: Disposition.Code, reason: str, at: datetime) -> Entry:
    """The comment has its disposition and its reason, for good."""
    comment = hold(comment, for_change=True)
    hold_rows(roles_of(actor, comment.process, [StaffFunction.EDITOR, StaffFunction.CHAIR]))
    require(can_answer_comment(actor, comment))
    check(_answered(comment), _no_reason(reason))
    disposition = Disposition.objects.create(
        comment=comment,
        code=code,
        reason=canonical_text(reason, what="reason", field="reason"),
        answered_by=actor,
        answered_at=at,
    )
    return append(
        Kind.COMMENT_ANSWERED,
        actor=actor,
        role=StaffFunction.EDITOR if can_edit(actor, comment.process) else StaffFunction.CHAIR,
        process=comment.process,
        subject=comment.subject,
        body={"disposition": str(disposition.code), "reason_hash": text_hash(disposition.reason)},
        at=at,
    )


def _body(comment: Comment) -> dict[str, object]:
    version = comment.text_on.version
    return {
        "document": version.document.slug,
        "version": version.number,
        "clause": comment.text_on.clause.key,
        "clause_hash": comment.text_on.text_hash,
        "type": str(comment.type),
        "text_hash": text_hash(comment.text),
        "proposed_hash": text_hash(comment.proposed) if comment.proposed else None,
    }


def _stale(read: ClauseText, read_hash: str | None) -> Reason | None:
    if read_hash is not None and read_hash != read.text_hash:
        return Reason("text_changed", "This is not the text that you read. Read it again, then send your comment.")
    newest = find_newest_version(read.version.document)
    if newest is None or newest.pk == read.version_id:
        return None
    present = find_clause_text(newest, read.clause.key)
    if present is not None and present.text_hash == read.text_hash:
        return None
    became = "has changed" if present else "is gone"
    return Reason(
        "text_changed",
        f"This clause {became} in version {newest.number}. Read that version, then comment on what it says.",
    )


def _answered(comment: Comment) -> Reason | None:
    if not hasattr(comment, "disposition"):
        return None
    return Reason("answered", "This comment has its answer already. Nothing was changed.")


def _no_reason(reason: str) -> Reason | None:
    if reason.strip():
        return None
    return Reason("reason", "Say why: whoever commented is owed a reason.", "reason")
