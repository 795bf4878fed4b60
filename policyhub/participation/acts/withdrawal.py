"""Leaving the process, alone or together, now or at a time to come. The convener records it; nobody approves it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from policyhub.accounts.models import User
from policyhub.core.canonical import moment
from policyhub.core.errors import Reason, check, refuse, require
from policyhub.core.locks import hold, hold_rows
from policyhub.core.moves import check_move
from policyhub.core.text import canonical_text, optional_text, text_hash
from policyhub.participation.acts.statements import canonical_condition, seal_statement
from policyhub.participation.models import Announcement, Participation, Requirement, Signature, Statement, Withdrawal
from policyhub.participation.permissions import can_publish_statement, can_withdraw_organization
from policyhub.participation.queries import due_withdrawals, find_announcement, mandates_of
from policyhub.participation.rules import PARTICIPATION_MOVES, ParticipationState, StatementKind, impossible_time
from policyhub.record.acts import append
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Leaving:
    """Why and for how long an organization leaves. `claimed_on` is the day it says it left: shown, without effect."""

    reason: str
    is_permanent: bool = True
    return_condition: str = ""
    statement: Statement | None = None
    claimed_on: date | None = None

    @property
    def body(self) -> dict[str, Any]:
        """The same as it stands on the record."""
        return {
            "permanent": self.is_permanent,
            "reason_hash": text_hash(self.reason),
            "return_condition_hash": text_hash(self.return_condition) if self.return_condition else None,
            "statement": self.statement.number if self.statement is not None else None,
            "claimed_on": self.claimed_on.isoformat() if self.claimed_on is not None else None,
        }


@transaction.atomic
def withdraw_organization(
    *,
    actor: User,
    participation: Participation,
    reason: str,
    requirements: Sequence[Requirement] = (),
    is_permanent: bool = True,
    return_condition: str = "",
    claimed_on: date | None = None,
    effective_at: datetime | None = None,
    at: datetime,
) -> Entry:
    """The organization has left the process, or will have at that time; what it said and cast stays on the record."""
    participation = hold(participation, for_change=True)
    hold_rows(mandates_of(actor, participation))
    require(can_withdraw_organization(actor, participation))
    check(
        *(not_its_own(participation, each) for each in requirements),
        not_yet(claimed_on, at),
        impossible_time(effective_at, at, is_being_told=participation.process.is_being_told),
    )
    leaving = Leaving(
        reason=canonical_text(reason, what="reason", field="reason"),
        is_permanent=is_permanent,
        return_condition=canonical_condition(return_condition),
        claimed_on=claimed_on,
    )
    if effective_at is None or effective_at <= at:
        return _leave(actor, participation, leaving, requirements, at)
    return _announce(actor, participation, leaving, requirements, effective_at, at)


@transaction.atomic
def withdraw_jointly(*, actor: User, statement: Statement, at: datetime) -> Entry:
    """Everybody whose signature counts has left, or will have, each with an entry of its own, under one text."""
    statement = hold(statement, for_change=True)
    hold_rows(mandates_of(actor, statement.author))
    require(can_publish_statement(actor, statement))
    check(_not_ready(statement, at))
    entry, signed = seal_statement(actor, statement, at)
    for signature in signed:
        _leave_by_signature(signature, at)
    return entry


@transaction.atomic
def revoke_withdrawal(*, actor: User, participation: Participation, reason: str = "", at: datetime) -> Entry:
    """The organization stays: what it announced alone or with others has no effect for it. The others still leave."""
    participation = hold(participation, for_change=True)
    hold_rows(mandates_of(actor, participation))
    require(can_withdraw_organization(actor, participation))
    announcement = find_announcement(participation)
    if announcement is None or announcement.effective_at <= at:
        raise refuse("not_announced", "No withdrawal of your organization is still to come. Nothing was changed.")
    announcement.revoked_at = at
    announcement.revoked_reason = reason = optional_text(reason, what="reason", field="reason")
    announcement.save(update_fields=["revoked_at", "revoked_reason"])
    participation.leaves_at = None
    participation.save(update_fields=["leaves_at"])
    body = {"reason_hash": text_hash(reason) if reason else None}
    return _append(Kind.WITHDRAWAL_REVOKED, actor, participation, body, at)


def settle_withdrawals(*, at: datetime) -> list[Entry]:
    """Every withdrawal whose announced time has come is on the record; since then it had its effect already."""
    written = []
    for announcement in due_withdrawals(at):
        try:
            written.append(_settle(announcement, at))
        except Exception:  # whatever is wrong with one must not keep the others from being written
            logger.exception("The withdrawal of %s was not settled.", announcement.participation)
    return [entry for entry in written if entry is not None]


@transaction.atomic
def _settle(announcement: Announcement, at: datetime) -> Entry | None:
    seat = hold(announcement.participation, for_change=True)
    announcement = hold(announcement)
    if announcement.revoked_at is not None or seat.state != ParticipationState.ACTIVE:
        return None
    leaving = Leaving(
        reason=announcement.reason,
        is_permanent=announcement.is_permanent,
        return_condition=announcement.return_condition,
        statement=announcement.statement,
        claimed_on=announcement.claimed_on,
    )
    return _leave(None, seat, leaving, list(announcement.requirements.all()), at, announcement.effective_at)


def _leave_by_signature(signature: Signature, at: datetime) -> None:
    statement, signer, seat = signature.statement, signature.signer, signature.participation
    if signer is None or seat is None:
        raise ValueError("an unsigned signature, or one from outside, withdraws nobody")
    leaving = Leaving(
        reason=statement.text,
        is_permanent=statement.is_permanent,
        return_condition=statement.return_condition,
        statement=statement,
    )
    leaving_for = seat.requirements.filter(otherwise_leaves=True, dropped_at__isnull=True).select_related("process")
    requirements = [each for each in leaving_for if each.is_public]
    if statement.effective_at is None or statement.effective_at <= at:
        _leave(signer, seat, leaving, requirements, at)
    else:
        _announce(signer, seat, leaving, requirements, statement.effective_at, at)


def _announce(
    actor: User,
    seat: Participation,
    leaving: Leaving,
    requirements: Sequence[Requirement],
    effective_at: datetime,
    at: datetime,
) -> Entry:
    check_move(PARTICIPATION_MOVES, seat.state, ParticipationState.WITHDRAWN, noun=str(seat.organization))
    if not seat.sits_at(at) or seat.leaves_at is not None:
        raise refuse("announced", "Your organization has announced its withdrawal already. Take it back first.")
    announcement = Announcement.objects.create(
        participation=seat,
        **_columns(leaving),
        announced_at=at,
        effective_at=effective_at,
    )
    announcement.requirements.set(requirements)
    seat.leaves_at = effective_at
    seat.save(update_fields=["leaves_at"])
    return _append(Kind.WITHDRAWAL_ANNOUNCED, actor, seat, _body(seat, leaving, requirements, effective_at), at)


def _leave(
    actor: User | None,
    seat: Participation,
    leaving: Leaving,
    requirements: Sequence[Requirement],
    at: datetime,
    effective_at: datetime | None = None,
) -> Entry:
    """The seat is left; `effective_at` is the announced time where nobody acts but the clock."""
    if actor is not None and not seat.sits_at(at):
        check_move(PARTICIPATION_MOVES, seat.state, ParticipationState.WITHDRAWN, noun=str(seat.organization))
        raise refuse("left", f"{seat.organization} has left the process. Nothing was changed.")
    body = vacate(seat, leaving, requirements, effective_at or at)
    return _append(Kind.ORGANIZATION_WITHDRAWN, actor, seat, body, at)


def vacate(
    seat: Participation, leaving: Leaving, requirements: Sequence[Requirement], left_at: datetime
) -> dict[str, Any]:
    """The seat is empty since then, and why is kept; the body of its entry. Part of the acts by which one leaves."""
    check_move(PARTICIPATION_MOVES, seat.state, ParticipationState.WITHDRAWN, noun=str(seat.organization))
    seat.state, seat.withdrawn_at, seat.leaves_at = ParticipationState.WITHDRAWN, left_at, None
    seat.save(update_fields=["state", "withdrawn_at", "leaves_at"])
    withdrawal = Withdrawal.objects.create(participation=seat, **_columns(leaving), effective_at=left_at)
    withdrawal.requirements.set(requirements)
    return _body(seat, leaving, requirements, left_at)


def _columns(leaving: Leaving) -> dict[str, Any]:
    return {
        "statement": leaving.statement,
        "reason": leaving.reason,
        "is_permanent": leaving.is_permanent,
        "return_condition": leaving.return_condition,
        "claimed_on": leaving.claimed_on,
    }


def _body(
    seat: Participation, leaving: Leaving, requirements: Sequence[Requirement], effective_at: datetime
) -> dict[str, Any]:
    return {
        "category": seat.category.slug,
        "scope": "process",
        "effective_at": moment(effective_at),
        "requirements": [each.number for each in requirements],
        **leaving.body,
    }


def _append(kind: Kind, actor: User | None, seat: Participation, body: dict[str, Any], at: datetime) -> Entry:
    return append(
        kind,
        actor=actor,
        role="lead" if actor is not None else "system",
        organization=seat.organization.slug if actor is not None else None,
        process=seat.process,
        subject=seat.organization.subject,
        body=body,
        at=at,
    )


def _not_ready(statement: Statement, at: datetime) -> Reason | None:
    if statement.kind != StatementKind.WITHDRAWAL:
        return Reason("kind", "This statement does not announce a withdrawal.")
    if statement.published_at is not None:
        return Reason("published", "This statement is published: its signatories have left already.")
    return statement.author.unseated(at)


def not_its_own(participation: Participation, requirement: Requirement) -> Reason | None:
    """Why a withdrawal cannot be tied to this requirement: another organization declared it."""
    if requirement.participation_id == participation.pk:
        return (
            None
            if requirement.is_public
            else Reason(
                "kept_back", "Release the requirement first: your withdrawal would name it in public.", "requirements"
            )
        )
    return Reason(
        "requirement", "Tie your reasons to requirements that your own organization declared.", "requirements"
    )


def not_yet(claimed_on: date | None, at: datetime) -> Reason | None:
    """Why nobody can have left on that day: it has not come anywhere on earth."""
    if claimed_on is None or claimed_on <= (at + timedelta(hours=14)).date():
        return None
    return Reason("claimed_on", "The day on which you say you left has not come yet.", "claimed_on")
