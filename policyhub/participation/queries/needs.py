"""Reading requirements and who stands behind them."""

from __future__ import annotations

from django.db.models import Prefetch, Q, QuerySet

from policyhub.accounts.models import User
from policyhub.participation.models import (
    Participation,
    Process,
    Requirement,
    Sponsor,
)
from policyhub.participation.queries.processes import roles_of
from policyhub.participation.queries.seats import find_last_seat_of
from policyhub.participation.rules import (
    StaffFunction,
    Visibility,
)


def requirements(process: Process) -> QuerySet[Requirement]:
    """Every declared minimum that is public, dropped ones too, in order of declaration."""
    public = Q(visibility=Visibility.PUBLIC) | Q(released_at__isnull=False)
    rows = process.requirements.filter(public).select_related("participation__organization", "point")
    return rows.prefetch_related(Prefetch("sponsors", sponsors())).order_by("number")


def sponsors() -> QuerySet[Sponsor]:
    """Who stands behind requirements now, in the order of accepting."""
    rows = Sponsor.objects.filter(accepted_at__isnull=False, ended_at__isnull=True)
    return rows.select_related("participation__organization").order_by("accepted_at", "pk")


def sponsorships_asked(participation: Participation) -> QuerySet[Sponsor]:
    """The requirements that this seat was asked to stand behind and has not answered."""
    rows = participation.sponsorships.filter(accepted_at__isnull=True, declined_at__isnull=True)
    return rows.filter(requirement__dropped_at__isnull=True).select_related(
        "requirement__participation__organization", "requirement__point", "requirement__process"
    )


def requirements_visible_to(user: User, process: Process) -> QuerySet[Requirement]:
    """The public ones; kept-back ones to their holder, to those asked to stand behind them, and to the convener."""
    visible = Q(visibility=Visibility.PUBLIC) | Q(released_at__isnull=False)
    if roles_of(user, process, [StaffFunction.CONVENER]).exists():
        visible |= Q(pk__isnull=False)
    seat = find_last_seat_of(user, process)
    if seat is not None:
        visible |= Q(participation=seat) | Q(sponsors__participation=seat)
    return (
        process.requirements.filter(visible)
        .select_related("participation__organization", "point")
        .distinct()
        .order_by("number")
    )
