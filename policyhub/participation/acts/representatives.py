"""Who speaks for an organization, from when until when."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from policyhub.accounts.acts import ensure_person
from policyhub.accounts.models import User
from policyhub.core.errors import Reason, check, refuse, require
from policyhub.core.locks import hold, hold_rows
from policyhub.participation.models import Participation, Process, Representative
from policyhub.participation.permissions import can_lead, can_name_representative
from policyhub.participation.queries import find_charter, is_chair, mandates_of
from policyhub.participation.rules import Mandate
from policyhub.record.acts import append, commit_person
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry


@transaction.atomic
def name_representative(
    *, actor: User, participation: Participation, email: str, mandate: Mandate, at: datetime
) -> Entry:
    """The person with this address speaks for the organization; naming a lead ends the lead's mandate before."""
    participation = hold(participation, for_change=True)
    hold_rows(mandates_of(actor, participation))
    require(can_name_representative(actor, participation))
    role = "lead" if can_lead(actor, participation) else "convener"
    person = ensure_person(email, at=at)
    if mandates_of(person, participation).filter(mandate=mandate).exists():
        raise refuse("named", f"{person.email} has this mandate already.", "email")
    replaced = [_close(each, at) for each in _replaced_by(participation, person, mandate)]
    entry = seat_representative(actor, role, participation, person, mandate, at)
    for earlier in replaced:
        _append_ended(earlier, actor, role, at)
    return entry


@transaction.atomic
def end_representative(*, actor: User, representative: Representative, at: datetime) -> Entry:
    """The person speaks for the organization no longer; at once, whatever they have under way."""
    participation = hold(representative.participation, for_change=True)
    representative = hold(representative, for_change=True)
    require(can_name_representative(actor, participation))
    if representative.until is not None:
        raise refuse("ended", "This mandate was ended before. Nothing was changed.")
    if representative.mandate == Mandate.LEAD:
        raise refuse("last_lead", "Name another lead instead: an organization at the table always has one.")
    role = "lead" if can_lead(actor, participation) else "convener"
    return _append_ended(_close(representative, at), actor, role, at)


def seat_representative(
    actor: User, role: str, seat: Participation, person: User, mandate: Mandate, at: datetime
) -> Entry:
    """The mandate is given; part of the acts that seat an organization."""
    check(_chairs_here(person, seat.process), _speaks_for_another(person, seat))
    Representative.objects.create(participation=seat, user=person, mandate=mandate, since=at)
    return _append(Kind.REPRESENTATIVE_NAMED, actor, role, seat, person, mandate, at)


def _replaced_by(seat: Participation, person: User, mandate: Mandate) -> QuerySet[Representative]:
    """The mandates that end when the person gets this one: the person's own, and the lead's when it is the lead."""
    same = Q(user=person) | Q(mandate=mandate) if mandate == Mandate.LEAD else Q(user=person)
    return seat.representatives.filter(same, until__isnull=True)


def _close(representative: Representative, at: datetime) -> Representative:
    representative.until = at
    representative.save(update_fields=["until"])
    return representative


def _append_ended(representative: Representative, actor: User, role: str, at: datetime) -> Entry:
    seat, mandate = representative.participation, Mandate(representative.mandate)
    return _append(Kind.REPRESENTATIVE_ENDED, actor, role, seat, representative.user, mandate, at)


def _append(
    kind: Kind, actor: User, role: str, seat: Participation, person: User, mandate: Mandate, at: datetime
) -> Entry:
    return append(
        kind,
        actor=actor,
        role=role,
        organization=seat.organization.slug if role == "lead" else None,
        process=seat.process,
        subject=seat.organization.subject,
        body={"role": mandate.value, "person": commit_person(person)},
        at=at,
    )


def _chairs_here(person: User, process: Process) -> Reason | None:
    charter = find_charter(process)
    if not is_chair(person, process) or (charter is not None and charter.chair_may_be_party):
        return None
    return Reason(
        "chair_is_party",
        f"{person.email} chairs this process. The chair is nobody's party unless the charter says so.",
        "email",
    )


def _speaks_for_another(person: User, seat: Participation) -> Reason | None:
    others = (
        Representative.objects.filter(user=person, until__isnull=True, participation__process=seat.process)
        .exclude(participation=seat)
        .exclude(participation__state__in=["withdrawn", "declined"])
    )
    if not others.exists():
        return None
    return Reason("two_voices", f"{person.email} speaks for another organization in this process.", "email")
