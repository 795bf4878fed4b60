"""Standing behind another organization's requirement: asked by its holder, accepted by each, ended by each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from policyhub.accounts.models import User
from policyhub.core.errors import Reason, check, refuse, require
from policyhub.core.locks import hold, hold_rows
from policyhub.participation.acts.requirements import append_for
from policyhub.participation.models import Participation, Requirement, Sponsor
from policyhub.participation.permissions import can_declare_requirement, can_represent
from policyhub.participation.queries import mandates_of
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry


@transaction.atomic
def ask_to_sponsor(
    *, actor: User, requirement: Requirement, participations: Sequence[Participation], at: datetime
) -> list[Sponsor]:
    """The organizations can read the requirement and stand behind it, or decline; nothing is recorded."""
    requirement = hold(requirement, for_change=True)
    require(can_declare_requirement(actor, requirement.participation))
    check(_gone(requirement), *(_cannot_sponsor(requirement, each, at) for each in participations))
    try:
        with transaction.atomic():
            return [
                Sponsor.objects.create(requirement=requirement, participation=each, asked_at=at)
                for each in participations
            ]
    except IntegrityError:
        raise refuse("asked", "One of these organizations was asked already.", "participations") from None


@transaction.atomic
def accept_sponsorship(*, actor: User, sponsor: Sponsor, at: datetime) -> Entry:
    """The organization stands behind the requirement, in public where the requirement is."""
    sponsor, mandate = _hold(actor, sponsor, at)
    check(_answered(sponsor), _gone(sponsor.requirement))
    sponsor.accepted_at = at
    sponsor.save(update_fields=["accepted_at"])
    return append_for(Kind.REQUIREMENT_SPONSORED, actor, mandate, sponsor.participation, sponsor.requirement, {}, at)


@transaction.atomic
def decline_sponsorship(*, actor: User, sponsor: Sponsor, at: datetime) -> Sponsor:
    """The organization does not stand behind it; nobody but the holder learns of it."""
    sponsor, _ = _hold(actor, sponsor, at)
    check(_answered(sponsor))
    sponsor.declined_at = at
    sponsor.save(update_fields=["declined_at"])
    return sponsor


@transaction.atomic
def end_sponsorship(*, actor: User, sponsor: Sponsor, at: datetime) -> Entry:
    """The organization stands behind the requirement no longer."""
    sponsor, mandate = _hold(actor, sponsor, at)
    if sponsor.accepted_at is None or sponsor.ended_at is not None:
        raise refuse("no_sponsor", "Your organization does not stand behind this requirement. Nothing was changed.")
    sponsor.ended_at = at
    sponsor.save(update_fields=["ended_at"])
    return append_for(Kind.REQUIREMENT_UNSPONSORED, actor, mandate, sponsor.participation, sponsor.requirement, {}, at)


def _hold(actor: User, sponsor: Sponsor, at: datetime) -> tuple[Sponsor, str]:
    """The request for change, and the mandate in which the actor answers it."""
    hold(sponsor.requirement)
    seat = hold(sponsor.participation)
    sponsor = hold(sponsor, for_change=True)
    mandates = mandates_of(actor, seat)
    hold_rows(mandates)
    require(can_represent(actor, seat))
    check(seat.voiceless(at))
    return sponsor, mandates[0].mandate


def _answered(sponsor: Sponsor) -> Reason | None:
    if sponsor.accepted_at is None and sponsor.declined_at is None:
        return None
    return Reason("answered", "Your organization has answered already. Nothing was changed.")


def _gone(requirement: Requirement) -> Reason | None:
    if requirement.dropped_at is None:
        return None
    return Reason("dropped", "This requirement was dropped: nobody can stand behind it.")


def _cannot_sponsor(requirement: Requirement, seat: Participation, at: datetime) -> Reason | None:
    if seat.process_id != requirement.process_id or seat.pk == requirement.participation_id:
        return Reason("foreign", "Ask other organizations of this process.", "participations")
    return seat.voiceless(at)
