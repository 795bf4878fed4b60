"""Declaring a minimum: a point that must, or must not, hold."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from policyhub.accounts.models import User
from policyhub.core.errors import Reason, check, refuse, require
from policyhub.core.locks import hold, hold_rows
from policyhub.core.numbers import next_number
from policyhub.core.text import canonical_line, canonical_text, text_hash
from policyhub.participation.models import Participation, Point, Process, Requirement
from policyhub.participation.permissions import can_add_point, can_adopt_charter, can_declare_requirement
from policyhub.participation.queries import find_seat_of, mandates_of
from policyhub.participation.rules import Importance, ParticipationState
from policyhub.record.acts import append
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry


@transaction.atomic
def add_point(*, actor: User, process: Process, proposition: str, at: datetime) -> Entry:
    """The proposition is in the process's list, and requirements can be about it."""
    process = hold(process, for_change=True)
    require(can_add_point(actor, process))
    proposition = canonical_line(proposition, what="point", limit=200, field="proposition")
    point = Point(process=process, number=next_number(process.points.all()), proposition=proposition)
    try:
        with transaction.atomic():
            point.save(force_insert=True)
    except IntegrityError:
        raise refuse("listed", "This point is in the list already.", "proposition") from None
    seat = None if can_adopt_charter(actor, process) else find_seat_of(actor, process)
    return append(
        Kind.POINT_ADDED,
        actor=actor,
        role="representative" if seat else "convener",
        organization=seat.organization.slug if seat else None,
        process=process,
        subject=point.subject,
        body={"proposition": proposition},
        at=at,
    )


@transaction.atomic
def declare_requirement(
    *,
    actor: User,
    participation: Participation,
    point: Point,
    holds: bool,
    importance: Importance,
    otherwise_leaves: bool,
    text: str,
    at: datetime,
) -> Entry:
    """The organization's minimum is public, with what follows if it is not met."""
    process = hold(participation.process, for_change=True)
    participation = hold(participation)
    mandates = mandates_of(actor, participation)
    hold_rows(mandates)
    require(can_declare_requirement(actor, participation))
    check(_not_seated(participation), _foreign_point(process, point))
    requirement = Requirement(
        process=process,
        participation=participation,
        number=next_number(process.requirements.all()),
        point=point,
        holds=holds,
        importance=importance,
        otherwise_leaves=otherwise_leaves,
        text=canonical_text(text, what="requirement", field="text"),
        declared_at=at,
    )
    _save(requirement)
    return append(
        Kind.REQUIREMENT_DECLARED,
        actor=actor,
        role=mandates[0].mandate,
        organization=participation.organization.slug,
        process=process,
        subject=requirement.subject,
        body={
            "point": point.number,
            "holds": holds,
            "importance": importance.value,
            "otherwise_leaves": otherwise_leaves,
            "text_hash": text_hash(requirement.text),
        },
        at=at,
    )


def _save(requirement: Requirement) -> None:
    try:
        with transaction.atomic():
            requirement.save(force_insert=True)
    except IntegrityError:
        raise refuse(
            "declared", "Your organization has declared a requirement on this point already.", "point"
        ) from None


def _not_seated(participation: Participation) -> Reason | None:
    if participation.state == ParticipationState.ACTIVE:
        return None
    return Reason("not_seated", f"{participation.organization} does not sit at this table now.")


def _foreign_point(process: Process, point: Point) -> Reason | None:
    return None if point.process_id == process.pk else Reason("point", "Choose one of this process's points.", "point")
