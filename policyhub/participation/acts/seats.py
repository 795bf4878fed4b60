"""How an organization comes to the table: invited or applying, then admitted to an interest category."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from policyhub.accounts.acts import ensure_person
from policyhub.accounts.models import User
from policyhub.core.errors import NotPossible, Reason, check, refuse, require
from policyhub.core.locks import hold, hold_rows
from policyhub.core.moves import check_move
from policyhub.core.text import canonical_line, canonical_text, optional_text, text_hash
from policyhub.participation.acts.organizations import find_or_make
from policyhub.participation.acts.representatives import Given, cannot_speak_for, seat_representative
from policyhub.participation.importing import Invited
from policyhub.participation.models import InterestCategory, Participation, Process, Representative, held_now
from policyhub.participation.permissions import can_apply, can_approve_admission, can_convene, can_lead
from policyhub.participation.queries import find_charter, mandates_of, roles_of
from policyhub.participation.rules import (
    APPROVERS,
    PARTICIPATION_MOVES,
    Mandate,
    ParticipationState,
    ProcessState,
    Standing,
)
from policyhub.record.acts import append
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry


@dataclass(frozen=True)
class Asked:
    """The seat that somebody asks for, or that an invitation offers."""

    name: str
    about: str
    category: InterestCategory
    standing: Standing
    state: ParticipationState
    by: User


# In bytes: it stands beside a name in lists.
MOST_ABOUT = 4_000


@transaction.atomic
def invite_organization(
    *,
    actor: User,
    process: Process,
    name: str,
    category: InterestCategory,
    lead_email: str,
    about: str = "",
    standing: Standing = Standing.VOTING,
    at: datetime,
) -> Entry:
    """The organization is invited to a category; its lead can accept, once a second person approved where two admit."""
    process = hold(process, for_change=True)
    hold_rows(roles_of(actor, process))
    require(can_convene(actor, process))
    asked = Asked(name, about, category, standing, ParticipationState.INVITED, actor)
    return _append_invited(actor, *_prepare(process, asked, lead_email, at), at)


@transaction.atomic
def invite_organizations(*, actor: User, process: Process, listed: Sequence[Invited], at: datetime) -> Entry:
    """All of them are invited, or none: the first one's entry. A refusal names the line of the list."""
    process = hold(process, for_change=True)
    hold_rows(roles_of(actor, process))
    require(can_convene(actor, process))
    if not listed:
        raise refuse("empty", "The list names no organization.", "text")
    # Everything that can wait for others is done before the first entry locks the record.
    prepared, reasons = [], []
    for each in listed:
        asked = Asked(each.name, each.about, each.category, each.standing, ParticipationState.INVITED, actor)
        try:
            prepared.append(_prepare(process, asked, each.lead_email, at))
        except NotPossible as refusal:
            reasons += [Reason(why.code, f"Line {each.line}: {why.sentence}", "text") for why in refusal.reasons]
    check(*reasons)
    entries = [_append_invited(actor, seat, lead, at) for seat, lead in prepared]
    return entries[0]


def _prepare(process: Process, asked: Asked, lead_email: str, at: datetime) -> tuple[Participation, User]:
    """The seat that the invitation offers, and whom it reaches."""
    seat = _ask(process, asked, at)
    lead = ensure_person(lead_email, at=at)
    check(_returns_by_another(seat, lead, "lead_email"), cannot_speak_for(lead, seat))
    return seat, lead


def _append_invited(actor: User, seat: Participation, lead: User, at: datetime) -> Entry:
    entry = _append(Kind.ORGANIZATION_INVITED, actor, "convener", seat, at, **_sought(seat))
    seat_representative(actor, "convener", seat, lead, Given(Mandate.LEAD), at)
    return entry


@transaction.atomic
def apply_for_seat(
    *,
    actor: User,
    process: Process,
    name: str,
    category: InterestCategory,
    about: str = "",
    standing: Standing = Standing.VOTING,
    at: datetime,
) -> Entry:
    """The organization asks for a seat, with the applicant as its lead."""
    process = hold(process, for_change=True)
    require(can_apply(actor, process))
    seat = _ask(process, Asked(name, about, category, standing, ParticipationState.APPLIED, actor), at)
    check(_returns_by_another(seat, actor, "name"))
    entry = _append(Kind.ORGANIZATION_APPLIED, actor, "lead", seat, at, **_sought(seat))
    seat_representative(actor, "lead", seat, actor, Given(Mandate.LEAD), at)
    return entry


@transaction.atomic
def accept_invitation(*, actor: User, participation: Participation, at: datetime) -> Entry:
    """The invited organization sits at the table."""
    participation = hold(participation, for_change=True)
    hold_rows(mandates_of(actor, participation))
    require(can_lead(actor, participation))
    if participation.state != ParticipationState.INVITED:
        raise refuse("not_invited", f"{participation.organization} is not waiting for an answer to an invitation.")
    check(_one_person_only(participation, participation.asked_by))
    return _admit(actor, "lead", participation, at)


@transaction.atomic
def approve_admission(*, actor: User, participation: Participation, at: datetime) -> Entry:
    """The chair or the secretary approves the seat beside the convener, who alone cannot give it where two admit."""
    participation = hold(participation, for_change=True)
    hold_rows(roles_of(actor, participation.process))
    require(can_approve_admission(actor, participation.process))
    check(
        _not_waiting(participation),
        _not_asked_for(participation.process),
        _asked_it_himself(participation, actor),
        _approved_already(participation),
    )
    participation.approved_at, participation.approved_by = at, actor
    participation.save(update_fields=["approved_at", "approved_by"])
    role = roles_of(actor, participation.process, APPROVERS).order_by("function")[0].function
    return _append(Kind.ADMISSION_APPROVED, actor, role, participation, at)


@transaction.atomic
def admit_organization(*, actor: User, participation: Participation, at: datetime) -> Entry:
    """The organization that applied sits at the table."""
    participation = hold(participation, for_change=True)
    hold_rows(roles_of(actor, participation.process))
    require(can_convene(actor, participation.process))
    if participation.state != ParticipationState.APPLIED:
        raise refuse("not_applied", f"{participation.organization} is not waiting for admission.")
    check(_one_person_only(participation, actor))
    return _admit(actor, "convener", participation, at)


@transaction.atomic
def decline_organization(*, actor: User, participation: Participation, reason: str, at: datetime) -> Entry:
    """The application is declined, with a reason that everybody can read."""
    participation = hold(participation, for_change=True)
    hold_rows(roles_of(actor, participation.process))
    require(can_convene(actor, participation.process))
    check_move(
        PARTICIPATION_MOVES, participation.state, ParticipationState.DECLINED, noun=str(participation.organization)
    )
    participation.state, participation.declined_at = ParticipationState.DECLINED, at
    participation.declined_reason = reason = canonical_text(reason, what="reason", field="reason")
    participation.save(update_fields=["state", "declined_at", "declined_reason"])
    return _append(Kind.ORGANIZATION_DECLINED, actor, "convener", participation, at, reason_hash=text_hash(reason))


def _ask(process: Process, asked: Asked, at: datetime) -> Participation:
    name = canonical_line(asked.name, what="name", limit=200, field="name")
    about = optional_text(asked.about, limit=MOST_ABOUT, field="about")
    check(_no_charter(process), _foreign_category(process, asked.category))
    organization = find_or_make(name, process, about)
    try:
        with transaction.atomic():
            return Participation.objects.create(
                process=process,
                organization=organization,
                category=asked.category,
                standing=asked.standing,
                state=asked.state,
                asked_at=at,
                asked_by=asked.by,
            )
    except IntegrityError:
        raise refuse(
            "asked_already", f"{name} sits at this table, or is waiting for an answer, already.", "name"
        ) from None


def _sought(seat: Participation) -> dict[str, str]:
    """What is asked for, as it stands on the record."""
    return {"name": seat.organization.name, **_place(seat)}


def _place(seat: Participation) -> dict[str, str]:
    return {"category": seat.category.slug, "standing": str(seat.standing)}


def _admit(actor: User, role: str, seat: Participation, at: datetime) -> Entry:
    check_move(PARTICIPATION_MOVES, seat.state, ParticipationState.ACTIVE, noun=str(seat.organization))
    seat.state, seat.admitted_at = ParticipationState.ACTIVE, at
    seat.save(update_fields=["state", "admitted_at"])
    return _append(Kind.ORGANIZATION_ADMITTED, actor, role, seat, at, **_place(seat))


def _append(kind: Kind, actor: User, role: str, seat: Participation, at: datetime, **body: object) -> Entry:
    return append(
        kind,
        actor=actor,
        role=role,
        organization=seat.organization.slug if role == "lead" else None,
        process=seat.process,
        subject=seat.organization.subject,
        body=body,
        at=at,
    )


def _no_charter(process: Process) -> Reason | None:
    if process.state == ProcessState.ACTIVE:
        return None
    return Reason("no_charter", "Adopt the charter first: it says which interest categories sit at this table.")


def _one_person_only(seat: Participation, first: User | None) -> Reason | None:
    """Where two admit: the seat was approved by nobody, or by whoever invited or admits it."""
    charter = find_charter(seat.process)
    if charter is None or not charter.two_persons_admit:
        return None
    if seat.approved_by_id is not None and seat.approved_by_id != (first.pk if first is not None else None):
        return None
    return Reason(
        "second_person",
        f"In this process two persons admit an organization: the chair or the secretary approves {seat.organization} "
        "first.",
    )


def _not_waiting(seat: Participation) -> Reason | None:
    if seat.state in {ParticipationState.INVITED, ParticipationState.APPLIED}:
        return None
    return Reason("not_waiting", f"{seat.organization} is not waiting for a seat. Nothing was changed.")


def _not_asked_for(process: Process) -> Reason | None:
    charter = find_charter(process)
    if charter is not None and charter.two_persons_admit:
        return None
    return Reason("one_admits", "By this process's charter the convener alone admits organizations.")


def _asked_it_himself(seat: Participation, actor: User) -> Reason | None:
    if seat.asked_by_id != actor.pk:
        return None
    return Reason("second_person", "You asked for this seat or gave the invitation: somebody else approves it.")


def _approved_already(seat: Participation) -> Reason | None:
    if seat.approved_by_id is None:
        return None
    return Reason("approved", f"{seat.organization} is approved already. Nothing was changed.")


def _returns_by_another(seat: Participation, lead: User, field: str) -> Reason | None:
    """Who has left comes back by its own people: its objections and its name stay its own."""
    before = seat.process.participations.ever_admitted().filter(organization=seat.organization).exclude(pk=seat.pk)
    sent = Representative.objects.filter(held_now(), participation__in=before)
    if not before.exists() or sent.filter(user=lead).exists():
        return None
    return Reason(
        "returns_by_another",
        f"{seat.organization} sat at this table before. It comes back led by somebody who spoke for it when it left.",
        field,
    )


def _foreign_category(process: Process, category: InterestCategory) -> Reason | None:
    if category.process_id == process.pk:
        return None
    return Reason("category", "Choose one of this process's interest categories.", "category")
