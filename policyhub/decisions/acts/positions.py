"""Taking a position: one voice for each organization, changed until the call closes, each change on the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from policyhub.accounts.models import User
from policyhub.core.errors import Reason, check, refuse, require
from policyhub.core.locks import hold, hold_rows
from policyhub.core.numbers import next_number
from policyhub.core.templatetags.typeset import moment_text
from policyhub.core.text import optional_text
from policyhub.core.text import text_hash as hash_of
from policyhub.decisions.acts.objections import append_lifted
from policyhub.decisions.models import Call, Objection, Position, Seat
from policyhub.decisions.permissions import can_cast_position
from policyhub.decisions.queries import find_new_text, find_position, find_voice, find_voiced
from policyhub.decisions.rules import CallState, ObjectionState, Stance, unreasoned
from policyhub.participation.permissions import can_represent
from policyhub.participation.queries import mandates_of
from policyhub.record.acts import append
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry


@dataclass(frozen=True)
class Said:
    """A stance with its reason and what would change it, as they will be stored."""

    stance: Stance
    reason: str
    cure: str


@transaction.atomic
def cast_position(
    *, actor: User, call: Call, stance: Stance, reason: str = "", cure: str = "", text_hash: str, at: datetime
) -> Entry:
    """The organization that the actor speaks for stands by this on the call, until it says otherwise or it closes."""
    if stance is Stance.OBJECT:
        hold(call.process, for_change=True)  # an objection takes the next of the process's numbers
    hold(call.version.document)
    call = hold(call)
    seat = _hold_voice(actor, call)
    check(
        _not_open(call, at),
        _has_left(seat, at),
        _answered_for_it(call, seat),
        _other_text(call, text_hash),
        unreasoned(stance, reason),
    )
    said = Said(stance, _prose(reason, "reason"), _prose(cure, "cure"))
    objection = _hold_objection(call, seat)
    lifted = objection if stance is not Stance.OBJECT and _stands(objection) else None
    if stance is Stance.OBJECT:
        _object(call, seat, objection, said, at)
    entry = _append(actor, call, seat, said, at)
    _write(actor, call, seat, said, entry, at)
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


def _hold_objection(call: Call, seat: Seat) -> Objection | None:
    found = call.objections.filter(holder=seat.organization_id).first()
    return hold(found, for_change=True) if found is not None else None


def _stands(objection: Objection | None) -> bool:
    return objection is not None and objection.state != ObjectionState.LIFTED


def _object(call: Call, seat: Seat, objection: Objection | None, said: Said, at: datetime) -> None:
    if objection is None:
        objection = Objection(
            process=call.process,
            number=next_number(call.process.objections.all()),
            call=call,
            clause=call.clause_text.clause if call.clause_text is not None else None,
            holder=seat.organization,
        )
    elif _stands(objection) and (objection.reason, objection.cure) == (said.reason, said.cure):
        return
    objection.state, objection.raised_at, objection.lifted_at = ObjectionState.RAISED, at, None
    objection.answer, objection.answered_at = "", None  # it answered what was said before, and is on the record
    objection.reason, objection.cure = said.reason, said.cure
    objection.save()


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
            "position": said.stance.value,
            "text_hash": call.text_hash,
            "reason_hash": hash_of(said.reason) if said.reason else None,
            "cure_hash": hash_of(said.cure) if said.cure else None,
            "replaces": earlier.entry_index if earlier is not None else None,
        },
        at=at,
        not_after=call.closes_at,
    )


def _write(actor: User, call: Call, seat: Seat, said: Said, entry: Entry, at: datetime) -> None:
    Position.objects.update_or_create(
        call=call,
        organization=seat.organization,
        voice=seat.voice,
        defaults={
            "stance": said.stance,
            "reason": said.reason,
            "cure": said.cure,
            "cast_by": actor,
            "cast_at": at,
            "entry_index": entry.index,
        },
    )


def _prose(text: str, name: str) -> str:
    return optional_text(text, what=name, field=name)


def _not_open(call: Call, at: datetime) -> Reason | None:
    zone = call.process.timezone
    if call.state == CallState.SUSPENDED or find_new_text(call) is not None:
        return Reason(
            "suspended",
            "Not recorded: the text was changed while the call was open, and the call has stopped. "
            "Wait for a call on the new text.",
        )
    if call.state != CallState.OPENED or at >= call.closes_at:
        return Reason(
            "closed",
            f"Not recorded: the call closed on {moment_text(call.closes_at, zone)}. "
            "You can send your text to the chair as a late statement.",
        )
    return None


def _has_left(seat: Seat, at: datetime) -> Reason | None:
    if seat.participation.sits_at(at):
        return None
    return Reason(
        "withdrawn",
        f"{seat.organization} has withdrawn from the process. What it cast stays; it can cast nothing new.",
    )


def _answered_for_it(call: Call, seat: Seat) -> Reason | None:
    said = find_voiced(call, seat)
    if said is None or said.organization_id == seat.organization_id:
        return None
    return Reason(
        "one_voice",
        f"{said.organization} has answered: {seat.organization} and it are related and have one voice. "
        f"{said.organization} alone can change that answer.",
    )


def _other_text(call: Call, text_hash: str) -> Reason | None:
    if text_hash == call.text_hash:
        return None
    return Reason("text_changed", "This is not the text that the call is about. Read it again, then answer.")
