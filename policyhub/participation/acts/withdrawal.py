"""Leaving the process, alone or together. The convener records it; nobody approves it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from policyhub.accounts.models import User
from policyhub.core.canonical import moment
from policyhub.core.errors import Reason, check, require
from policyhub.core.locks import hold, hold_rows
from policyhub.core.moves import check_move
from policyhub.core.text import canonical_text, text_hash
from policyhub.participation.acts.statements import canonical_condition, seal_statement
from policyhub.participation.models import Participation, Requirement, Signature, Statement, Withdrawal
from policyhub.participation.permissions import can_publish_statement, can_withdraw_organization
from policyhub.participation.queries import mandates_of
from policyhub.participation.rules import PARTICIPATION_MOVES, ParticipationState, StatementKind
from policyhub.record.acts import append
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry


@transaction.atomic
def withdraw_organization(
    *,
    actor: User,
    participation: Participation,
    reason: str,
    requirements: Sequence[Requirement] = (),
    is_permanent: bool = True,
    return_condition: str = "",
    at: datetime,
) -> Entry:
    """The organization has left the process; what it said and cast stays on the record."""
    participation = hold(participation, for_change=True)
    hold_rows(mandates_of(actor, participation))
    require(can_withdraw_organization(actor, participation))
    check(*(_not_its_own(participation, each) for each in requirements))
    withdrawal = Withdrawal(
        participation=participation,
        reason=canonical_text(reason, what="reason", field="reason"),
        is_permanent=is_permanent,
        return_condition=canonical_condition(return_condition),
        effective_at=at,
    )
    return _leave(actor, withdrawal, requirements, at)


@transaction.atomic
def withdraw_jointly(*, actor: User, statement: Statement, at: datetime) -> Entry:
    """Everybody whose signature counts has left, each with an entry of its own, under one text and its terms."""
    statement = hold(statement, for_change=True)
    hold_rows(mandates_of(actor, statement.author))
    require(can_publish_statement(actor, statement))
    check(_not_ready(statement))
    entry, signed = seal_statement(actor, statement, at)
    for signature in signed:
        _leave_by_signature(signature, at)
    return entry


def _leave_by_signature(signature: Signature, at: datetime) -> None:
    statement, signer = signature.statement, signature.signer
    if signer is None:
        raise ValueError("an unsigned signature withdraws nobody")
    withdrawal = Withdrawal(
        participation=signature.participation,
        statement=statement,
        reason=statement.text,
        is_permanent=statement.is_permanent,
        return_condition=statement.return_condition,
        effective_at=at,
    )
    leaving = signature.participation.requirements.filter(otherwise_leaves=True)
    _leave(signer, withdrawal, list(leaving), at)


def _leave(actor: User, withdrawal: Withdrawal, requirements: Sequence[Requirement], at: datetime) -> Entry:
    seat = withdrawal.participation
    check_move(PARTICIPATION_MOVES, seat.state, ParticipationState.WITHDRAWN, noun=str(seat.organization))
    seat.state, seat.withdrawn_at = ParticipationState.WITHDRAWN, at
    seat.save(update_fields=["state", "withdrawn_at"])
    withdrawal.save(force_insert=True)
    withdrawal.requirements.set(requirements)
    return append(
        Kind.ORGANIZATION_WITHDRAWN,
        actor=actor,
        role="lead",
        organization=seat.organization.slug,
        process=seat.process,
        subject=seat.organization.subject,
        body={
            "category": seat.category.slug,
            "scope": "process",
            "effective_at": moment(at),
            "permanent": withdrawal.is_permanent,
            "reason_hash": text_hash(withdrawal.reason),
            "return_condition_hash": text_hash(withdrawal.return_condition) if withdrawal.return_condition else None,
            "requirements": [each.number for each in requirements],
            "statement": withdrawal.statement.number if withdrawal.statement else None,
        },
        at=at,
    )


def _not_ready(statement: Statement) -> Reason | None:
    if statement.kind != StatementKind.WITHDRAWAL:
        return Reason("kind", "This statement does not announce a withdrawal.")
    if statement.published_at is not None:
        return Reason("published", "This statement is published: its signatories have left already.")
    if statement.author.state != ParticipationState.ACTIVE:
        return Reason("not_seated", f"{statement.author.organization} does not sit at this table now.")
    return None


def _not_its_own(participation: Participation, requirement: Requirement) -> Reason | None:
    if requirement.participation_id == participation.pk:
        return None
    return Reason(
        "requirement", "Tie your reasons to requirements that your own organization declared.", "requirements"
    )
