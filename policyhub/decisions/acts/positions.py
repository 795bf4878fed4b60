"""Taking a position: one voice for each organization, changed until the call closes, each change on the record."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from policyhub.accounts.models import User
from policyhub.core.errors import check, refuse, require
from policyhub.core.locks import hold, hold_rows
from policyhub.decisions.acts.objections import append_lifted
from policyhub.decisions.acts.saying import (
    Said,
    answered_for_it,
    has_left,
    hold_objection,
    not_open,
    other_text,
    raise_objection,
    read_said,
    stands,
    write_position,
)
from policyhub.decisions.acts.sealing import seal_position
from policyhub.decisions.models import Call, Seat
from policyhub.decisions.permissions import can_cast_position
from policyhub.decisions.queries import find_position, find_voice
from policyhub.decisions.rules import Stance
from policyhub.participation.permissions import can_represent
from policyhub.participation.queries import mandates_of
from policyhub.record.acts import append
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry


@transaction.atomic
def cast_position(
    *, actor: User, call: Call, stance: Stance, reason: str = "", cure: str = "", text_hash: str, at: datetime
) -> Entry:
    """The organization that the actor speaks for stands by this on the call, until it says otherwise or it closes."""
    if stance is Stance.OBJECT and not (call.is_poll or call.is_sealed):
        hold(call.process, for_change=True)  # an objection takes the next of the process's numbers
    hold(call.version.document)
    call = hold(call)
    seat = _hold_voice(actor, call)
    check(not_open(call, at), has_left(seat, at), answered_for_it(call, seat), other_text(call, text_hash))
    said = read_said(call, stance, reason, cure)
    if call.is_sealed:
        return seal_position(actor, call, seat, said, at)
    return _cast(actor, call, seat, said, at)


def _cast(actor: User, call: Call, seat: Seat, said: Said, at: datetime) -> Entry:
    objection = hold_objection(call, seat)
    lifted = objection if said.stance is not Stance.OBJECT and stands(objection) else None
    if said.stance is Stance.OBJECT and not call.is_poll:
        raise_objection(call, seat, objection, said, at)
    entry = _append(actor, call, seat, said, at)
    write_position(call, seat, said, entry, by=actor, at=at)
    if lifted is not None:
        append_lifted(actor, seat.participation, lifted, at)
    return entry


def _hold_voice(actor: User, call: Call) -> Seat:
    """The actor's seat on the roll; whoever has the same voice comes one after the other."""
    require(can_cast_position(actor, call))
    seat = find_voice(actor, call)
    if seat is None:
        raise refuse("not_on_roll", "Your organization is not on this call's roll: it came later, or has no vote.")
    seat.participation = hold(seat.participation)
    hold_rows(mandates_of(actor, seat.participation))
    require(can_represent(actor, seat.participation))
    hold(call.roll.get(organization=seat.voice_id), for_change=True)
    return seat


def _append(actor: User, call: Call, seat: Seat, said: Said, at: datetime) -> Entry:
    earlier = find_position(call, seat)
    return append(
        Kind.POSITION_CAST,
        actor=actor,
        role=mandates_of(actor, seat.participation)[0].mandate,
        organization=seat.organization.slug,
        process=call.process,
        subject=call.subject,
        body={
            **said.body(),
            "text_hash": call.text_hash,
            "replaces": earlier.entry_index if earlier is not None else None,
        },
        at=at,
        not_after=call.closes_at,
    )
