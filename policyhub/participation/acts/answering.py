"""Answering what a statement asks for: a complaint, a scope request, a proposal to park a clause."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from policyhub.accounts.models import User
from policyhub.core.errors import Reason, check, require
from policyhub.core.locks import hold, hold_rows
from policyhub.core.text import canonical_text, text_hash
from policyhub.participation.models import Answer, Statement
from policyhub.participation.permissions import can_answer_statement
from policyhub.participation.queries import roles_of
from policyhub.participation.rules import ANSWERED_KINDS, AnswerCode, StaffFunction
from policyhub.record.acts import append
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry


@transaction.atomic
def answer_statement(*, actor: User, statement: Statement, code: AnswerCode, reason: str, at: datetime) -> Entry:
    """Whoever asked has an answer with a reason, beside what it asked; it is given once."""
    statement = hold(statement, for_change=True)
    roles = roles_of(actor, statement.process, [StaffFunction.CHAIR, StaffFunction.CONVENER])
    hold_rows(roles)
    require(can_answer_statement(actor, statement.process))
    check(_asks_nothing(statement), _answered(statement))
    answer = Answer.objects.create(
        statement=statement,
        code=code,
        reason=canonical_text(reason, what="reason", field="reason"),
        answered_by=actor,
        answered_at=at,
    )
    return append(
        Kind.STATEMENT_ANSWERED,
        actor=actor,
        role=roles.order_by("function")[0].function,
        process=statement.process,
        subject=statement.subject,
        body={"answer": code.value, "reason_hash": text_hash(answer.reason)},
        at=at,
    )


def _asks_nothing(statement: Statement) -> Reason | None:
    if statement.published_at is not None and statement.kind in ANSWERED_KINDS:
        return None
    return Reason("asks_nothing", "This statement asks for nothing, or is not published. Nothing was changed.")


def _answered(statement: Statement) -> Reason | None:
    if not Answer.objects.filter(statement=statement).exists():
        return None
    return Reason("answered", "This statement has its answer already. Nothing was changed.")
