"""Whom an organization belongs to: declared by itself, confirmed by the other or the convener, or found with reasons.

Related organizations have one voice (W3C Process, "related Members") on calls that open after it is confirmed. Neither
side alone can take the other's voice, and neither alone can have two again.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from policyhub.accounts.models import User
from policyhub.core.errors import Reason, check, refuse, require
from policyhub.core.locks import hold, hold_rows
from policyhub.core.text import canonical_text, optional_text, text_hash
from policyhub.participation.acts.organizations import find_or_make
from policyhub.participation.models import Affiliation, Organization, Participation, Profile
from policyhub.participation.permissions import (
    can_confirm_affiliation,
    can_convene,
    can_declare_affiliation,
    can_declare_profile,
    can_end_affiliation,
)
from policyhub.participation.queries import find_leading_seat, mandates_of, roles_of
from policyhub.participation.rules import OPEN_STATES, Relation
from policyhub.record.acts import append
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry

# In bytes: what an organization declares of itself is read beside its name.
MOST_DECLARED = 8_000


@transaction.atomic
def declare_affiliation(
    *, actor: User, participation: Participation, to: str, relation: Relation, at: datetime
) -> Entry:
    """Everybody reads that the organization belongs to the one of this name; related ones have one voice once that
    is confirmed."""
    hold(participation.process, for_change=True)
    participation = hold(participation, for_change=True)
    hold_rows(mandates_of(actor, participation))
    require(can_declare_affiliation(actor, participation))
    check(_gone(participation, at))
    other = find_or_make(to, participation.process)
    affiliation = _create(participation, other, relation, at)
    body = {"to": other.slug, "to_name": other.name, "relation": relation.value}
    return _append(Kind.AFFILIATION_DECLARED, actor, "lead", affiliation, body, at)


@transaction.atomic
def find_affiliation(*, actor: User, participation: Participation, to: str, reason: str, at: datetime) -> Entry:
    """The convener finds, with reasons that everybody reads, that the two have one voice on calls opened from now."""
    process = hold(participation.process, for_change=True)
    participation = hold(participation, for_change=True)
    hold_rows(roles_of(actor, process))
    require(can_convene(actor, process))
    check(_gone(participation, at))
    reason = canonical_text(reason, what="reason", field="reason")
    other = find_or_make(to, process)
    found = {"is_found": True, "confirmed_at": at, "reason": reason}
    affiliation = _create(participation, other, Relation.RELATED, at, **found)
    body = {"to": other.slug, "to_name": other.name, "reason_hash": text_hash(reason)}
    return _append(Kind.AFFILIATION_FOUND, actor, "convener", affiliation, body, at)


@transaction.atomic
def confirm_affiliation(*, actor: User, affiliation: Affiliation, reason: str = "", at: datetime) -> Entry:
    """What one declared is confirmed, by the other's lead or with reasons by the convener: they have one voice on calls
    opened from now."""
    process = hold(affiliation.process, for_change=True)
    affiliation = hold(affiliation, for_change=True)
    seat = find_leading_seat(actor, process, affiliation.to)
    hold_rows(mandates_of(actor, seat) if seat is not None else roles_of(actor, process))
    require(can_confirm_affiliation(actor, affiliation))
    reason = optional_text(reason, what="reason", field="reason")
    check(_not_waiting(affiliation), _unexplained(reason, is_party=seat is not None))
    affiliation.confirmed_at, affiliation.reason = at, reason
    affiliation.confirmed_by = affiliation.to if seat is not None else None
    affiliation.save(update_fields=["confirmed_at", "confirmed_by", "reason"])
    body = {"to": affiliation.to.slug, "reason_hash": text_hash(reason) if reason else None}
    role, organization = ("lead", affiliation.to) if seat is not None else ("convener", None)
    return _append(Kind.AFFILIATION_CONFIRMED, actor, role, affiliation, body, at, organization)


@transaction.atomic
def end_affiliation(*, actor: User, affiliation: Affiliation, reason: str, at: datetime) -> Entry:
    """The two belong together no longer, on calls opened from now; the convener alone parts what has one voice."""
    process = hold(affiliation.process, for_change=True)
    affiliation = hold(affiliation, for_change=True)
    seat = find_leading_seat(actor, process, affiliation.organization)
    hold_rows(mandates_of(actor, seat) if seat is not None else roles_of(actor, process))
    require(can_end_affiliation(actor, affiliation))
    check(_over(affiliation), _joined(affiliation, is_party=seat is not None))
    affiliation.ended_at, affiliation.ended_reason = at, canonical_text(reason, what="reason", field="reason")
    affiliation.save(update_fields=["ended_at", "ended_reason"])
    body = {"to": affiliation.to.slug, "reason_hash": text_hash(affiliation.ended_reason)}
    role = "lead" if seat is not None else "convener"
    return _append(Kind.AFFILIATION_ENDED, actor, role, affiliation, body, at)


@transaction.atomic
def declare_profile(
    *, actor: User, participation: Participation, about: str = "", funding: str = "", interests: str = "", at: datetime
) -> Entry:
    """Everybody reads what the organization says of itself, who funds it and what it has at stake; earlier words stay
    on the record."""
    participation = hold(participation, for_change=True)
    hold_rows(mandates_of(actor, participation))
    require(can_declare_profile(actor, participation))
    said = {
        name: optional_text(text, what=name, limit=MOST_DECLARED, field=name)
        for name, text in (("about", about), ("funding", funding), ("interests", interests))
    }
    check(_gone(participation, at), _nothing_said(said))
    Profile.objects.create(participation=participation, declared_at=at, **said)
    return append(
        Kind.PROFILE_DECLARED,
        actor=actor,
        role="lead",
        organization=participation.organization.slug,
        process=participation.process,
        subject=participation.organization.subject,
        body={f"{name}_hash": text_hash(text) if text else None for name, text in said.items()},
        at=at,
    )


def _create(seat: Participation, other: Organization, relation: Relation, at: datetime, **found: Any) -> Affiliation:
    check(_itself(seat, other))
    try:
        with transaction.atomic():
            return Affiliation.objects.create(
                process=seat.process,
                organization=seat.organization,
                to=other,
                relation=relation,
                declared_at=at,
                **found,
            )
    except IntegrityError:
        known = f"{seat.organization} and {other} are listed already. Nothing was changed."
        raise refuse("listed", known, "to") from None


def _append(
    kind: Kind,
    actor: User,
    role: str,
    affiliation: Affiliation,
    body: dict[str, Any],
    at: datetime,
    organization: Organization | None = None,
) -> Entry:
    acting = organization or affiliation.organization
    return append(
        kind,
        actor=actor,
        role=role,
        organization=acting.slug if role == "lead" else None,
        process=affiliation.process,
        subject=affiliation.organization.subject,
        body=body,
        at=at,
    )


def _gone(seat: Participation, at: datetime) -> Reason | None:
    if seat.state in OPEN_STATES and (seat.leaves_at is None or at < seat.leaves_at):
        return None
    return Reason("not_seated", f"{seat.organization} does not sit at this table now.")


def _itself(seat: Participation, other: Organization) -> Reason | None:
    if other.pk != seat.organization_id:
        return None
    return Reason("itself", "Name another organization: this is the same one.", "to")


def _not_waiting(affiliation: Affiliation) -> Reason | None:
    if affiliation.relation == Relation.MEMBER:
        return Reason("member", "Members of an association keep their own voices: there is nothing to confirm.")
    if affiliation.confirmed_at is None and affiliation.ended_at is None:
        return None
    return Reason("not_waiting", "This was confirmed or ended before. Nothing was changed.")


def _unexplained(reason: str, *, is_party: bool) -> Reason | None:
    if reason or is_party:
        return None
    return Reason("reason", "Say why you confirm it: everybody can read your reason.", "reason")


def _over(affiliation: Affiliation) -> Reason | None:
    if affiliation.ended_at is None:
        return None
    return Reason("ended", "This was ended before. Nothing was changed.")


def _joined(affiliation: Affiliation, *, is_party: bool) -> Reason | None:
    if not is_party or not affiliation.gives_one_voice:
        return None
    return Reason("one_voice", "The two have one voice. Ask the convener to part them, and say what has changed.")


def _nothing_said(said: dict[str, str]) -> Reason | None:
    return None if any(said.values()) else Reason("empty", "Write something about at least one of the three.", "about")
