"""Reading processes, their charters and their staff."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from policyhub.accounts.models import User
from policyhub.participation.models import (
    Charter,
    CharterProposal,
    InterestCategory,
    Process,
    StaffRole,
)
from policyhub.participation.rules import (
    StaffFunction,
    neutral_functions,
)

Person = User | AnonymousUser


def processes() -> QuerySet[Process]:
    """Every process, newest first."""
    return Process.objects.order_by("-opened_at")


def archives() -> QuerySet[Process]:
    """The processes that others held and that are told of here, oldest first."""
    return Process.objects.exclude(reported_by="").order_by("opened_at")


def find_charter(process: Process) -> Charter | None:
    """The charter in force, or None while the process has none."""
    return process.charters.order_by("-version").first()


def charter_at(process: Process, at: datetime) -> Charter | None:
    """The charter that was in force then, or None."""
    return process.charters.filter(adopted_at__lte=at).order_by("-version").first()


def find_proposal(process: Process) -> CharterProposal | None:
    """The next version of the charter that waits for its day, or None."""
    return process.charter_proposals.filter(adopted_at__isnull=True, dropped_at__isnull=True).first()


def categories(process: Process) -> QuerySet[InterestCategory]:
    """The interest categories in the charter's order."""
    return process.categories.order_by("position")


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


def staffed_by(user: User) -> QuerySet[StaffRole]:
    """Every function that a person holds, newest process first."""
    return (
        StaffRole.objects.filter(user=user, until__isnull=True)
        .select_related("process")
        .order_by("-process__opened_at", "function")
    )


def find_convener(process: Process) -> User | None:
    """Who has been the process's convener for the longest time, or None."""
    held = process.staff.filter(function=StaffFunction.CONVENER, until__isnull=True, user__is_active=True)
    first = held.select_related("user").order_by("since", "pk").first()
    return first.user if first else None


def neutral_here(process: Process) -> frozenset[StaffFunction]:
    """The functions whose holders speak for no organization in this process, as its charter has it."""
    charter = find_charter(process)
    return neutral_functions(chair_may_be_party=charter is not None and charter.chair_may_be_party)


def is_neutral(user: User, process: Process) -> bool:
    """Whether a person holds a function here that keeps them from speaking for an organization."""
    return roles_of(user, process, neutral_here(process)).exists()
