"""Declaring a minimum: a point that must, or must not, hold."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from policyhub.accounts.models import User
from policyhub.core.errors import Reason, check, refuse, require
from policyhub.core.locks import hold, hold_rows
from policyhub.core.numbers import next_number
from policyhub.core.text import canonical_line, canonical_text, text_hash
from policyhub.participation.models import Participation, Point, Process, Representative, Requirement
from policyhub.participation.permissions import can_add_point, can_adopt_charter, can_declare_requirement
from policyhub.participation.queries import find_seat_of, mandates_of
from policyhub.participation.rules import Importance, Visibility
from policyhub.record.acts import append, commit_payload
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry
from policyhub.record.queries import reveal


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
    visibility: Visibility = Visibility.PUBLIC,
    at: datetime,
) -> Entry:
    """The organization's minimum is public, or its holder's and the convener's, with what follows if it is not met.

    Of one that is kept back the record holds a commitment alone, which `release_requirement` opens.
    """
    process = hold(participation.process, for_change=True)
    participation = hold(participation)
    mandates = mandates_of(actor, participation)
    hold_rows(mandates)
    require(can_declare_requirement(actor, participation))
    check(participation.voiceless(at), _foreign_point(process, point))
    requirement = Requirement(
        process=process,
        participation=participation,
        number=next_number(process.requirements.all()),
        point=point,
        holds=holds,
        importance=importance,
        otherwise_leaves=otherwise_leaves,
        text=canonical_text(text, what="requirement", field="text"),
        visibility=visibility,
        declared_at=at,
    )
    body = said_of(requirement)
    if visibility == Visibility.CONVENER:
        requirement.commitment = commit_payload(body)
        body = {"commitment": requirement.commitment}
    _save(requirement)
    kind = Kind.REQUIREMENT_DECLARED if visibility == Visibility.PUBLIC else Kind.REQUIREMENT_LODGED
    return append_for(kind, actor, mandates[0].mandate, participation, requirement, body, at)


@transaction.atomic
def release_requirement(*, actor: User, requirement: Requirement, at: datetime) -> Entry:
    """What was kept back is public, as it was committed to when it was declared."""
    requirement, mandates = _hold_own(actor, requirement)
    check(_is_public(requirement), _dropped(requirement))
    requirement.released_at = at
    requirement.save(update_fields=["released_at"])
    body = {"opening": reveal(requirement.commitment)}
    seat = requirement.participation
    return append_for(Kind.REQUIREMENT_RELEASED, actor, mandates[0].mandate, seat, requirement, body, at)


@transaction.atomic
def drop_requirement(*, actor: User, requirement: Requirement, reason: str, at: datetime) -> Entry:
    """The organization no longer needs it, and says why; it stays listed."""
    requirement, mandates = _hold_own(actor, requirement)
    check(_dropped(requirement))
    requirement.dropped_at = at
    requirement.dropped_reason = reason = canonical_text(reason, what="reason", field="reason")
    requirement.save(update_fields=["dropped_at", "dropped_reason"])
    body = {"reason_hash": text_hash(reason)}
    seat = requirement.participation
    return append_for(Kind.REQUIREMENT_DROPPED, actor, mandates[0].mandate, seat, requirement, body, at)


def said_of(requirement: Requirement) -> dict[str, Any]:
    """What a requirement says, as it stands on the record or is committed to."""
    return {
        "point": requirement.point.number,
        "holds": requirement.holds,
        "importance": str(requirement.importance),
        "otherwise_leaves": requirement.otherwise_leaves,
        "text_hash": text_hash(requirement.text),
    }


def append_for(
    kind: Kind,
    actor: User,
    mandate: str,
    seat: Participation,
    requirement: Requirement,
    body: dict[str, Any],
    at: datetime,
) -> Entry:
    """An entry about a requirement, for the organization of this seat."""
    return append(
        kind,
        actor=actor,
        role=mandate,
        organization=seat.organization.slug,
        process=requirement.process,
        subject=requirement.subject,
        body=body,
        at=at,
    )


def _hold_own(actor: User, requirement: Requirement) -> tuple[Requirement, QuerySet[Representative]]:
    """The requirement for change, and the actor's mandates of its holder."""
    requirement = hold(requirement, for_change=True)
    participation = hold(requirement.participation)
    mandates = mandates_of(actor, participation)
    hold_rows(mandates)
    require(can_declare_requirement(actor, participation))
    return requirement, mandates


def _is_public(requirement: Requirement) -> Reason | None:
    if not requirement.is_public:
        return None
    return Reason("public", "This requirement is public already. Nothing was changed.")


def _dropped(requirement: Requirement) -> Reason | None:
    if requirement.dropped_at is None:
        return None
    return Reason("dropped", "This requirement was dropped before. Nothing was changed.")


def _save(requirement: Requirement) -> None:
    try:
        with transaction.atomic():
            requirement.save(force_insert=True)
    except IntegrityError:
        raise refuse(
            "declared", "Your organization has declared a requirement on this point already.", "point"
        ) from None


def _foreign_point(process: Process, point: Point) -> Reason | None:
    return None if point.process_id == process.pk else Reason("point", "Choose one of this process's points.", "point")
