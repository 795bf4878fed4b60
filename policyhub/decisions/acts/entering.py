"""What an organization answered on paper or in a roll call, entered by the chair and marked so."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from policyhub.accounts.models import User
from policyhub.core.errors import Reason, check, refuse, require
from policyhub.core.locks import hold, hold_rows
from policyhub.core.text import canonical_text
from policyhub.core.text import text_hash as hash_of
from policyhub.decisions.acts.saying import (
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
from policyhub.decisions.models import Call, Position, Seat
from policyhub.decisions.permissions import can_enter_position
from policyhub.decisions.queries import find_position
from policyhub.decisions.rules import Means, Stance
from policyhub.participation.models import Organization
from policyhub.participation.queries import roles_of
from policyhub.record.acts import append
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry


@transaction.atomic
def enter_position(
    *,
    actor: User,
    call: Call,
    organization: Organization,
    means: Means,
    note: str,
    stance: Stance,
    reason: str = "",
    cure: str = "",
    text_hash: str,
    at: datetime,
) -> Entry:
    """The organization's answer stands as it gave it on paper or in a roll call; it is told, and can change it.

    `note` says which paper or which roll call, so that anybody can ask for it.
    """
    hold(call.process, for_change=True)
    hold(call.version.document)
    call = hold(call)
    hold_rows(roles_of(actor, call.process))
    require(can_enter_position(actor, call))
    seat = _hold_seat(call, organization)
    earlier = _check_enterable(call, seat, means, text_hash, at)
    said = read_said(call, stance, reason, cure)
    _check_not_lifted(call, seat, said.stance)
    note = canonical_text(note, what="note", field="note")
    if said.stance is Stance.OBJECT and not call.is_poll:
        raise_objection(call, seat, hold_objection(call, seat), said, at)
    said_there = {"organization": seat.organization.slug, "means": means.value, "note_hash": hash_of(note)}
    entry = append(
        Kind.POSITION_ENTERED,
        actor=actor,
        role="chair",
        process=call.process,
        subject=call.subject,
        body={**said_there, **said.body(), **_answering(call, earlier)},
        at=at,
        not_after=call.closes_at,
    )
    write_position(call, seat, said, entry, by=actor, at=at, means=means, note=note)
    return entry


def _check_enterable(call: Call, seat: Seat, means: Means, text_hash: str, at: datetime) -> Position | None:
    """What was entered for that seat before, or None; refused where nothing can be entered for it."""
    earlier = find_position(call, seat)
    check(
        _nothing_to_enter(means),
        _sealed(call),
        not_open(call, at),
        has_left(seat, at),
        answered_for_it(call, seat),
        other_text(call, text_hash),
        _spoke_itself(seat, earlier),
    )
    return earlier


def _answering(call: Call, earlier: Position | None) -> dict[str, Any]:
    return {"text_hash": call.text_hash, "replaces": earlier.entry_index if earlier is not None else None}


def _hold_seat(call: Call, organization: Organization) -> Seat:
    seat = call.roll.select_related("organization", "participation", "voice").filter(organization=organization).first()
    if seat is None:
        raise refuse("not_on_roll", f"{organization} is not on this call's roll.", "organization")
    seat.participation = hold(seat.participation)
    hold(call.roll.get(organization=seat.voice_id), for_change=True)
    return seat


def _nothing_to_enter(means: Means) -> Reason | None:
    if means is Means.ITSELF:
        return Reason("means", "Say whether it answered on paper or in a roll call.", "means")
    return None


def _sealed(call: Call) -> Reason | None:
    """Who enters an answer knows it, and under seal nobody may."""
    if not call.is_sealed:
        return None
    return Reason(
        "sealed",
        "Positions on this call are sealed, from the chair too. The organization answers by itself.",
    )


def _spoke_itself(seat: Seat, earlier: Position | None) -> Reason | None:
    if earlier is None or earlier.is_entered:
        return None
    return Reason(
        "spoke_itself", f"{seat.organization} has answered by itself, and alone changes that.", "organization"
    )


def _check_not_lifted(call: Call, seat: Seat, stance: Stance) -> None:
    """Nobody but its holder lifts an objection, not even by entering another answer for it."""
    if stance is Stance.OBJECT or not stands(hold_objection(call, seat)):
        return
    raise refuse("holds", f"{seat.organization} holds an objection on this call. It alone lifts it.", "stance")
