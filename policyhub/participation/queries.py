"""Reading processes, seats, mandates, requirements and statements."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from policyhub.accounts.models import User
from policyhub.participation.models import (
    Charter,
    InterestCategory,
    Participation,
    Process,
    Representative,
    Requirement,
    Signature,
    StaffRole,
    Statement,
)
from policyhub.participation.rules import Mandate, ParticipationState, StaffFunction, neutral_functions

Person = User | AnonymousUser


def processes() -> QuerySet[Process]:
    """Every process, newest first."""
    return Process.objects.order_by("-opened_at")


def find_charter(process: Process) -> Charter | None:
    """The charter in force, or None while the process has none."""
    return process.charters.order_by("-version").first()


def may_take_part(user: Person, process: Process) -> bool:
    """Whether this person may act here at all: a demo persona only in a demo process."""
    return isinstance(user, User) and user.is_active and (process.is_demo or not user.is_persona)


def roles_of(
    user: Person, process: Process, functions: Iterable[StaffFunction] = tuple(StaffFunction)
) -> QuerySet[StaffRole]:
    """The functions that a person holds now in a process."""
    if not isinstance(user, User) or not may_take_part(user, process):
        return StaffRole.objects.none()
    return StaffRole.objects.filter(process=process, user=user, until__isnull=True, function__in=list(functions))


def mandates_of(user: Person, participation: Participation) -> QuerySet[Representative]:
    """The mandates that a person holds now for one seat."""
    if not isinstance(user, User) or not may_take_part(user, participation.process):
        return Representative.objects.none()
    return Representative.objects.filter(participation=participation, user=user, until__isnull=True)


def find_seat_of(user: Person, process: Process) -> Participation | None:
    """The active seat that a person speaks for in a process, or None."""
    if not isinstance(user, User) or not may_take_part(user, process):
        return None
    return (
        Participation.objects.active()
        .filter(process=process, representatives__user=user, representatives__until__isnull=True)
        .select_related("organization", "category", "process")
        .first()
    )


def seats_of(user: User) -> QuerySet[Participation]:
    """Every seat, open or asked for, that a person speaks for."""
    return (
        Participation.objects.filter(representatives__user=user, representatives__until__isnull=True)
        .filter(state__in=[ParticipationState.INVITED, ParticipationState.APPLIED, ParticipationState.ACTIVE])
        .select_related("organization", "category", "process")
        .order_by("-asked_at")
    )


def staffed_by(user: User) -> QuerySet[StaffRole]:
    """Every function that a person holds, newest process first."""
    return (
        StaffRole.objects.filter(user=user, until__isnull=True)
        .select_related("process")
        .order_by("-process__opened_at", "function")
    )


def get_participation(process: Process, organization: str) -> Participation:
    """The newest seat of an organization in a process, or DoesNotExist."""
    return (
        Participation.objects.filter(process=process, organization__slug=organization)
        .select_related("organization", "category", "process")
        .latest("asked_at", "pk")
    )


def roster(process: Process) -> QuerySet[Participation]:
    """Everybody who was ever admitted, by category and name; those who left stay listed."""
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
    """The organizations that hold a seat now."""
    return process.participations.active().select_related("organization", "category").order_by("organization__slug")


def categories(process: Process) -> QuerySet[InterestCategory]:
    """The interest categories in the charter's order."""
    return process.categories.order_by("position")


def requirements(process: Process) -> QuerySet[Requirement]:
    """Every declared minimum, in order of declaration."""
    return process.requirements.select_related("participation__organization", "point").order_by("number")


def published_statements(process: Process) -> QuerySet[Statement]:
    """The statements that are public, oldest first."""
    return process.statements.filter(published_at__isnull=False).order_by("published_at", "number")


def statements_visible_to(user: User, process: Process) -> QuerySet[Statement]:
    """Public statements, and unpublished ones that the person's organization began or was asked to sign."""
    seat = find_seat_of(user, process)
    mine = Q(author=seat) | Q(signatures__participation=seat) if seat else Q(pk__in=[])
    return process.statements.filter(Q(published_at__isnull=False) | mine).distinct().order_by("-number")


def signatures_of(statement: Statement) -> QuerySet[Signature]:
    """Every organization asked, in order; `counts` says whether it signed by somebody who leads it at the table now."""
    return _in_order(statement.signatures.annotate(counts=_signed_by_its_lead()))


def signatories(statement: Statement) -> QuerySet[Signature]:
    """Who stands under the statement if it is published now: its author, and every signature that counts."""
    return _in_order(statement.signatures.filter(Q(_signed_by_its_lead()) | Q(participation=statement.author)))


def lapsed_signatures(statement: Statement) -> QuerySet[Signature]:
    """Signatures that are left out: their organization left the table, or another leads it now."""
    signed = statement.signatures.filter(signed_at__isnull=False).exclude(participation=statement.author)
    return _in_order(signed.exclude(_signed_by_its_lead()))


def _signed_by_its_lead() -> Exists:
    leads = Representative.objects.filter(
        participation=OuterRef("participation"),
        participation__state=ParticipationState.ACTIVE,
        user=OuterRef("signer"),
        user__is_active=True,
        mandate=Mandate.LEAD,
        until__isnull=True,
    )
    return Exists(leads)


def _in_order(signatures: QuerySet[Signature]) -> QuerySet[Signature]:
    rows = signatures.select_related("participation__organization", "participation__category", "signer")
    return rows.order_by("asked_at", "pk")


def neutral_here(process: Process) -> frozenset[StaffFunction]:
    """The functions whose holders speak for no organization in this process, as its charter has it."""
    charter = find_charter(process)
    return neutral_functions(chair_may_be_party=charter is not None and charter.chair_may_be_party)


def is_neutral(user: User, process: Process) -> bool:
    """Whether a person holds a function here that keeps them from speaking for an organization."""
    return roles_of(user, process, neutral_here(process)).exists()


def is_party(user: User, process: Process) -> bool:
    """Whether a person speaks for an organization that sits, or asks to sit, at the table."""
    return seats_of(user).filter(process=process).exists()


def speaks_for_another(user: User, participation: Participation) -> bool:
    """Whether a person speaks for another seat in the same process."""
    return seats_of(user).filter(process=participation.process).exclude(pk=participation.pk).exists()
