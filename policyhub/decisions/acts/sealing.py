"""Sealed positions: the record holds a commitment to each until the call closes, and then what opens it."""

from __future__ import annotations

from datetime import datetime

from policyhub.accounts.models import User
from policyhub.decisions.acts.saying import Said, raise_objection, write_position
from policyhub.decisions.models import Call, SealedPosition, Seat
from policyhub.decisions.queries import find_sealed
from policyhub.decisions.rules import Stance
from policyhub.participation.queries import mandates_of
from policyhub.record.acts import append, commit_payload
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry
from policyhub.record.queries import reveal


def seal_position(actor: User, call: Call, seat: Seat, said: Said, at: datetime) -> Entry:
    """The organization has answered, and nobody but who speaks for it can know what: part of casting a position."""
    earlier, commitment = find_sealed(call, seat), commit_payload(said.body())
    entry = append(
        Kind.POSITION_SEALED,
        actor=actor,
        role=mandates_of(actor, seat.participation)[0].mandate,
        organization=seat.organization.slug,
        process=call.process,
        subject=call.subject,
        body={
            "commitment": commitment,
            "text_hash": call.text_hash,
            "replaces": earlier.entry_index if earlier is not None else None,
        },
        at=at,
        not_after=call.closes_at,
    )
    SealedPosition.objects.update_or_create(
        call=call,
        organization=seat.organization,
        voice=seat.voice,
        defaults={
            "commitment": commitment,
            "reason": said.reason,
            "cure": said.cure,
            "cast_by": actor,
            "cast_at": at,
            "entry_index": entry.index,
        },
    )
    return entry


def unseal_positions(call: Call, at: datetime) -> None:
    """Everything that was answered under seal is public, as it was committed to: part of closing the held call."""
    seats = {each.organization_id: each for each in call.roll.select_related("organization", "voice", "participation")}
    sealed = call.sealed.select_related("organization", "cast_by").order_by("organization__slug")
    for each in sealed.filter(is_opened=False):
        _unseal(call, seats[each.organization_id], each, at)


def _unseal(call: Call, seat: Seat, sealed: SealedPosition, at: datetime) -> None:
    opening = reveal(sealed.commitment)
    said = Said(Stance(opening["payload"]["position"]), sealed.reason, sealed.cure)
    if said.stance is Stance.OBJECT and not call.is_poll:
        raise_objection(call, seat, None, said, at)
    entry = append(
        Kind.POSITION_UNSEALED,
        actor=None,
        role="system",
        process=call.process,
        subject=call.subject,
        body={"organization": seat.organization.slug, "salt": opening["salt"], **opening["payload"]},
        at=at,
    )
    write_position(call, seat, said, entry, by=sealed.cast_by, at=sealed.cast_at)
    sealed.reason, sealed.cure, sealed.is_opened = "", "", True  # the words stand in the position now
    sealed.save(update_fields=["reason", "cure", "is_opened"])
