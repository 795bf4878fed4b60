"""Reading seats: who sits, who sat, for whom a person speaks, who belongs to whom."""

from __future__ import annotations

from django.db.models import QuerySet

from policyhub.accounts.models import User
from policyhub.participation.models import (
    Affiliation,
    Organization,
    Participation,
    ParticipationQuerySet,
    Process,
    Profile,
    held_now,
)
from policyhub.participation.queries.processes import Person, may_take_part
from policyhub.participation.rules import (
    Mandate,
    ParticipationState,
    Relation,
    Standing,
)


def find_seat_of(user: Person, process: Process) -> Participation | None:
    """The active seat that a person was sent to in a process, to speak or to observe; or None."""
    if not isinstance(user, User) or not may_take_part(user, process):
        return None
    return (
        Participation.objects.active()
        .filter(held_now("representatives__"), process=process, representatives__user=user)
        .select_related("organization", "category", "process")
        .first()
    )


def find_leading_seat(user: Person, process: Process, organization: Organization) -> Participation | None:
    """The seat of this organization at the table that a person leads, or None."""
    if not isinstance(user, User) or not may_take_part(user, process):
        return None
    return (
        process.participations.active()
        .filter(organization=organization)
        .filter(held_now("representatives__"), representatives__user=user, representatives__mandate=Mandate.LEAD)
        .first()
    )


def find_seat_left_by(user: User, process: Process) -> Participation | None:
    """The seat that a person spoke for until it was left, while that organization and the person have no other here."""
    if not may_take_part(user, process) or find_seat_of(user, process) is not None:
        return None
    left = process.participations.filter(
        held_now("representatives__"), state=ParticipationState.WITHDRAWN, representatives__user=user
    )
    returned = process.participations.active().values("organization")
    return (
        left.exclude(organization__in=returned)
        .select_related("process", "organization", "category")
        .order_by("-withdrawn_at", "-pk")
        .first()
    )


def find_last_seat_of(user: User, process: Process) -> Participation | None:
    """The seat that a person speaks for, or spoke for until it was left; or None."""
    return find_seat_of(user, process) or find_seat_left_by(user, process)


def seats_of(user: User) -> QuerySet[Participation]:
    """Every seat, open or asked for, that a person speaks for."""
    return (
        Participation.objects.filter(held_now("representatives__"), representatives__user=user)
        .filter(state__in=[ParticipationState.INVITED, ParticipationState.APPLIED, ParticipationState.ACTIVE])
        .select_related("organization", "category", "process")
        .order_by("-asked_at")
    )


def is_party(user: User, process: Process) -> bool:
    """Whether a person speaks for an organization that sits, or asks to sit, at the table."""
    return seats_of(user).filter(process=process).exists()


def speaks_for_another(user: User, participation: Participation) -> bool:
    """Whether a person speaks for another seat in the same process."""
    return seats_of(user).filter(process=participation.process).exclude(pk=participation.pk).exists()


def get_participation(process: Process, organization: str) -> Participation:
    """The newest seat of an organization in a process, or DoesNotExist."""
    return (
        Participation.objects.filter(process=process, organization__slug=organization)
        .select_related("organization", "category", "process")
        .latest("asked_at", "pk")
    )


def roster(process: Process) -> QuerySet[Participation]:
    """Everybody who was ever admitted with a vote, by category and name; those who left stay listed."""
    return admitted(process).voting()


def guests(process: Process) -> QuerySet[Participation]:
    """Everybody who was ever admitted without a vote, as observer or liaison; those who left stay listed."""
    return admitted(process).exclude(standing=Standing.VOTING)


def admitted(process: Process) -> ParticipationQuerySet:
    """Everybody who was ever admitted, with or without a vote, by category and name; those who left stay listed."""
    return (
        process.participations.ever_admitted()
        .select_related("organization", "category")
        .order_by("category__position", "organization__name", "admitted_at")
    )


def declined(process: Process) -> QuerySet[Participation]:
    """Every application that was declined, with its reason, newest first."""
    return (
        process.participations.filter(state=ParticipationState.DECLINED)
        .select_related("organization", "category")
        .order_by("-declined_at", "-pk")
    )


def at_the_table(process: Process) -> QuerySet[Participation]:
    """The organizations that hold a seat with a vote now."""
    seated = process.participations.active().voting()
    return seated.select_related("organization", "category").order_by("organization__slug")


def affiliations(process: Process) -> QuerySet[Affiliation]:
    """Who belongs to whom, as declared or found, ended ones too, oldest first."""
    return process.affiliations.select_related("process", "organization", "to", "confirmed_by").order_by(
        "declared_at", "pk"
    )


def unconfirmed(process: Process) -> QuerySet[Affiliation]:
    """What was declared of related organizations and waits to be confirmed, oldest first."""
    return affiliations(process).filter(relation=Relation.RELATED, confirmed_at__isnull=True, ended_at__isnull=True)


def voice_links(process: Process) -> list[tuple[str, str]]:
    """The pairs of organizations, by address, that have one voice now."""
    joined = process.affiliations.filter(relation=Relation.RELATED, confirmed_at__isnull=False, ended_at__isnull=True)
    return list(joined.order_by("pk").values_list("organization__slug", "to__slug"))


def profiles(process: Process) -> QuerySet[Profile]:
    """What each organization declared of itself last, by its address."""
    rows = Profile.objects.filter(participation__process=process).select_related("participation__organization")
    return rows.order_by("participation__organization__slug", "-declared_at", "-pk").distinct(
        "participation__organization__slug"
    )


def find_profile(participation: Participation) -> Profile | None:
    """What the organization declared of itself last, or None."""
    return participation.profiles.order_by("-declared_at", "-pk").first()
