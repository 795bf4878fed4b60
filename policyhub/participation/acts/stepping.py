"""Stepping out of one text or one group while staying in the process, and coming back to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from policyhub.accounts.models import User
from policyhub.core.canonical import moment
from policyhub.core.errors import Reason, check, refuse, require
from policyhub.core.locks import hold, hold_rows
from policyhub.core.text import canonical_text
from policyhub.participation.acts.statements import Matter, canonical_condition
from policyhub.participation.acts.withdrawal import Leaving, not_its_own, not_yet
from policyhub.participation.models import Group, PartialWithdrawal, Participation, Requirement
from policyhub.participation.permissions import can_withdraw_organization
from policyhub.participation.queries import mandates_of, stepped_out_of
from policyhub.record.acts import append
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry

# What can be left alone, by the first part of its subject.
SCOPES = frozenset({"document", "group"})


@transaction.atomic
def step_out(
    *,
    actor: User,
    participation: Participation,
    matter: Matter,
    reason: str,
    requirements: Sequence[Requirement] = (),
    is_permanent: bool = True,
    return_condition: str = "",
    claimed_on: date | None = None,
    at: datetime,
) -> Entry:
    """The organization takes no part in this text or group any more, and is on no roll about it; it stays otherwise."""
    participation = hold(participation, for_change=True)
    hold_rows(mandates_of(actor, participation))
    require(can_withdraw_organization(actor, participation))
    check(
        participation.unseated(at),
        _wrong_matter(participation, matter),
        _not_in_it(participation, matter),
        _out_already(participation, matter),
        *(not_its_own(participation, each) for each in requirements),
        not_yet(claimed_on, at),
    )
    leaving = Leaving(
        reason=canonical_text(reason, what="reason", field="reason"),
        is_permanent=is_permanent,
        return_condition=canonical_condition(return_condition),
        claimed_on=claimed_on,
    )
    stepped = PartialWithdrawal.objects.create(
        participation=participation,
        scope=matter.subject,
        reason=leaving.reason,
        is_permanent=is_permanent,
        return_condition=leaving.return_condition,
        claimed_on=claimed_on,
        effective_at=at,
    )
    stepped.requirements.set(requirements)
    return _append_left(actor, stepped, leaving, requirements, at)


@transaction.atomic
def come_back(*, actor: User, stepped: PartialWithdrawal, at: datetime) -> Entry:
    """The organization takes part in this text or group again: on later rolls, not on those of calls already open."""
    participation = hold(stepped.participation, for_change=True)
    stepped = hold(stepped, for_change=True)
    hold_rows(mandates_of(actor, participation))
    require(can_withdraw_organization(actor, participation))
    check(participation.unseated(at))
    if stepped.returned_at is not None:
        raise refuse("back", "Your organization has come back already. Nothing was changed.")
    stepped.returned_at = at
    stepped.save(update_fields=["returned_at"])
    return append(
        Kind.PART_RESUMED,
        actor=actor,
        role="lead",
        organization=participation.organization.slug,
        process=participation.process,
        subject=participation.organization.subject,
        body={"scope": stepped.scope},
        at=at,
    )


def _append_left(
    actor: User, stepped: PartialWithdrawal, leaving: Leaving, requirements: Sequence[Requirement], at: datetime
) -> Entry:
    seat = stepped.participation
    return append(
        Kind.PART_LEFT,
        actor=actor,
        role="lead",
        organization=seat.organization.slug,
        process=seat.process,
        subject=seat.organization.subject,
        body={
            "category": seat.category.slug,
            "scope": stepped.scope,
            "effective_at": moment(at),
            "requirements": [each.number for each in requirements],
            **{name: value for name, value in leaving.body.items() if name != "statement"},
        },
        at=at,
    )


def _wrong_matter(participation: Participation, matter: Matter) -> Reason | None:
    if matter.process_id == participation.process_id and matter.subject.partition("/")[0] in SCOPES:
        return None
    return Reason("matter", "Choose a text or a group of this process.", "matter")


def _not_in_it(participation: Participation, matter: Matter) -> Reason | None:
    if not isinstance(matter, Group) or participation.group_seats.filter(group=matter).exists():
        return None
    return Reason("not_in_it", f"Your organization is not in {matter}. Nothing was changed.", "matter")


def _out_already(participation: Participation, matter: Matter) -> Reason | None:
    if not stepped_out_of(matter.subject).filter(participation=participation).exists():
        return None
    return Reason("out", "Your organization is out of it already. Nothing was changed.", "matter")
