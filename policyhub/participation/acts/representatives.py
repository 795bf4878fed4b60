"""Who speaks for an organization, from when until when."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from policyhub.accounts.acts import end_sign_ins, ensure_person
from policyhub.accounts.models import User
from policyhub.core.canonical import moment
from policyhub.core.errors import Reason, check, refuse, require
from policyhub.core.locks import hold, hold_rows
from policyhub.core.text import optional_text, text_hash
from policyhub.participation.acts.naming import cannot_be_named
from policyhub.participation.models import Participation, Representative, held_now
from policyhub.participation.permissions import can_end_representative, can_lead, can_name_representative
from policyhub.participation.queries import (
    due_mandates,
    is_neutral,
    mandates_of,
    may_take_part,
    representatives_of,
    speaks_for_another,
)
from policyhub.participation.rules import Mandate, impossible_end
from policyhub.record.acts import append, commit_person
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry

logger = logging.getLogger(__name__)

# In bytes: one paragraph.
MOST_AUTHORITY = 2_000


@dataclass(frozen=True)
class Given:
    """A mandate as it is given: for what, by what authority, until when if it ends by itself."""

    mandate: Mandate
    authority: str = ""
    ends_at: datetime | None = None


@transaction.atomic
def name_representative(
    *,
    actor: User,
    participation: Participation,
    email: str,
    mandate: Mandate,
    authority: str = "",
    ends_at: datetime | None = None,
    at: datetime,
) -> Entry:
    """The person with this address is sent by the organization; naming a lead ends the lead's mandate before.

    `authority` says in writing what gives the mandate; at `ends_at` an alternate's or an observer's ends by itself.
    """
    participation = _hold_in_process(participation)
    hold_rows(mandates_of(actor, participation))
    require(can_name_representative(actor, participation))
    role = "lead" if can_lead(actor, participation) else "convener"
    over = [_close(each, at) for each in due_mandates(at).filter(participation=participation)]
    person = ensure_person(email, at=at)
    check(
        _named_already(participation, person, mandate),
        _leaves_no_lead(participation, person, mandate),
        _not_the_conveners(role, mandate),
        impossible_end(ends_at, at, mandate, is_being_told=participation.process.is_being_told),
    )
    given = Given(mandate, optional_text(authority, what="authority", limit=MOST_AUTHORITY, field="authority"), ends_at)
    replaced = [_close(each, at) for each in _replaced_by(participation, person, mandate)]
    entry = seat_representative(actor, role, participation, person, given, at)
    for each in over:
        _append_ended(each, None, "system", at)
    for earlier in replaced:
        _append_ended(earlier, actor, role, at)
        _sign_out(earlier, actor, at)
    return entry


@transaction.atomic
def end_representative(*, actor: User, representative: Representative, at: datetime) -> Entry:
    """The person speaks for the organization no longer; at once, whatever they have under way."""
    participation = hold(representative.participation, for_change=True)
    representative = hold(representative, for_change=True)
    hold_rows(mandates_of(actor, participation))
    require(can_end_representative(actor, participation))
    if representative.until is not None or (representative.ends_at is not None and representative.ends_at <= at):
        raise refuse("ended", "This mandate was ended before. Nothing was changed.")
    if representative.mandate == Mandate.LEAD:
        raise refuse("last_lead", "Name another lead instead: an organization at the table always has one.")
    entry = _append_ended(_close(representative, at), actor, "lead", at)
    _sign_out(representative, actor, at)
    return entry


def settle_mandates(*, at: datetime) -> list[Entry]:
    """Every mandate that ended by itself is on the record as ended, and who held it is signed in no longer."""
    written = []
    for representative in due_mandates(at):
        try:
            written.append(_settle(representative, at))
        except Exception:  # whatever is wrong with one must not keep the others from being written
            logger.exception("The end of mandate %s was not settled.", representative.pk)
    return [entry for entry in written if entry is not None]


@transaction.atomic
def _settle(representative: Representative, at: datetime) -> Entry | None:
    hold(representative.participation, for_change=True)
    representative = hold(representative, for_change=True)
    if representative.until is not None or representative.ends_at is None:
        return None
    entry = _append_ended(_close(representative, at), None, "system", at)
    _sign_out(representative, None, at)
    return entry


def seat_representative(actor: User, role: str, seat: Participation, person: User, given: Given, at: datetime) -> Entry:
    """The mandate is given; part of the acts that seat an organization, which hold the process for change."""
    check(cannot_speak_for(person, seat))
    Representative.objects.create(
        participation=seat,
        user=person,
        mandate=given.mandate,
        authority=given.authority,
        ends_at=given.ends_at,
        since=at,
    )
    body = {
        "authority_hash": text_hash(given.authority) if given.authority else None,
        "ends_at": moment(given.ends_at) if given.ends_at is not None else None,
    }
    return _append(Kind.REPRESENTATIVE_NAMED, actor, role, seat, person, given.mandate, at, **body)


def _hold_in_process(seat: Participation) -> Participation:
    """The seat under lock, its process too: nobody else is named in it meanwhile, here or to a function."""
    hold(seat.process, for_change=True)
    return hold(seat, for_change=True)


def _replaced_by(seat: Participation, person: User, mandate: Mandate) -> QuerySet[Representative]:
    """The mandates that end when the person gets this one: the person's own, and the lead's when it is the lead."""
    same = Q(user=person) | Q(mandate=mandate) if mandate == Mandate.LEAD else Q(user=person)
    return seat.representatives.filter(held_now(), same)


def _close(representative: Representative, at: datetime) -> Representative:
    """The mandate ended now, or by the clock when it was said to; tokens that its holder knows end with it."""
    representative.until = min(at, representative.ends_at or at)
    known = representative.participation.service_tokens.filter(issued_by=representative.user, ended_at__isnull=True)
    known.update(ended_at=at)
    representative.save(update_fields=["until"])
    return representative


def _sign_out(representative: Representative, actor: User | None, at: datetime) -> None:
    """Whoever speaks for the organization no longer comes in anew; who hands over, and a persona, stays signed in."""
    hands_over = actor is not None and representative.user_id == actor.pk
    if not hands_over and not representative.user.is_persona:
        end_sign_ins(representative.user, at=at)


def _append_ended(representative: Representative, actor: User | None, role: str, at: datetime) -> Entry:
    seat, mandate = representative.participation, Mandate(representative.mandate)
    return _append(Kind.REPRESENTATIVE_ENDED, actor, role, seat, representative.user, mandate, at)


def _append(
    kind: Kind,
    actor: User | None,
    role: str,
    seat: Participation,
    person: User,
    mandate: Mandate,
    at: datetime,
    **body: str | None,
) -> Entry:
    return append(
        kind,
        actor=actor,
        role=role,
        organization=seat.organization.slug if role == "lead" else None,
        process=seat.process,
        subject=seat.organization.subject,
        body={"role": mandate.value, "person": commit_person(person), **body},
        at=at,
    )


def _named_already(seat: Participation, person: User, mandate: Mandate) -> Reason | None:
    if not representatives_of(seat).filter(user=person, mandate=mandate).exists():
        return None
    return Reason("named", f"{person.email} has this mandate already.", "email")


def _leaves_no_lead(seat: Participation, person: User, mandate: Mandate) -> Reason | None:
    if mandate == Mandate.LEAD or not mandates_of(person, seat).filter(mandate=Mandate.LEAD).exists():
        return None
    return Reason("last_lead", "Name another lead first: an organization at the table always has one.", "mandate")


def _not_the_conveners(role: str, mandate: Mandate) -> Reason | None:
    if role == "lead" or mandate == Mandate.LEAD:
        return None
    return Reason(
        "lead_only",
        "You can say whom the invitation reaches: the lead. Whom else it sends the organization says itself.",
        "mandate",
    )


def cannot_speak_for(person: User, seat: Participation) -> Reason | None:
    """Why nobody can send this person to this seat, in words that are the same whichever rule it is; or None."""
    process = seat.process
    if may_take_part(person, process) and not is_neutral(person, process) and not speaks_for_another(person, seat):
        return None
    return cannot_be_named(person)
