"""What a position says, whoever brings it: its words as stored, the objection that it raises or lifts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from policyhub.accounts.models import User
from policyhub.core.errors import Reason, check
from policyhub.core.locks import hold
from policyhub.core.numbers import next_number
from policyhub.core.templatetags.typeset import moment_text
from policyhub.core.text import optional_text, text_hash
from policyhub.decisions.models import Call, Objection, Position, Seat
from policyhub.decisions.queries import find_new_text, find_voiced
from policyhub.decisions.rules import CallState, Means, ObjectionState, Stance, not_offered, unreasoned
from policyhub.record.models import Entry


@dataclass(frozen=True)
class Said:
    """A stance with its reason and what would change it, as they will be stored."""

    stance: Stance
    reason: str
    cure: str

    def body(self) -> dict[str, Any]:
        """What the record says of it: the stance, and its prose by hash."""
        return {
            "position": self.stance.value,
            "reason_hash": text_hash(self.reason) if self.reason else None,
            "cure_hash": text_hash(self.cure) if self.cure else None,
        }


def read_said(call: Call, stance: Stance, reason: str, cure: str) -> Said:
    """What is said in answer to this call; refused where the call does not offer it or an objection says nothing."""
    offered = set(call.options.values_list("stance", flat=True))
    check(not_offered(stance, offered, call.noun), unreasoned(stance, reason, is_poll=call.is_poll))
    return Said(stance, _prose(reason, "reason"), _prose(cure, "cure"))


def hold_objection(call: Call, seat: Seat) -> Objection | None:
    """The objection of this seat's organization on the call, held; or None."""
    found = call.objections.filter(holder=seat.organization_id).first()
    return hold(found, for_change=True) if found is not None else None


def stands(objection: Objection | None) -> bool:
    """Whether its holder has not lifted it."""
    return objection is not None and objection.state != ObjectionState.LIFTED


def raise_objection(call: Call, seat: Seat, objection: Objection | None, said: Said, at: datetime) -> None:
    """The organization objects: anew where it says something else than before, else as it did."""
    if objection is None:
        objection = Objection(
            process=call.process,
            number=next_number(call.process.objections.all()),
            call=call,
            clause=call.clause_text.clause if call.clause_text is not None else None,
            holder=seat.organization,
        )
    elif stands(objection) and (objection.reason, objection.cure) == (said.reason, said.cure):
        return
    objection.state, objection.raised_at, objection.lifted_at = ObjectionState.RAISED, at, None
    objection.answer, objection.answered_at = "", None  # it answered what was said before, and is on the record
    objection.reason, objection.cure = said.reason, said.cure
    objection.save()


def write_position(
    call: Call,
    seat: Seat,
    said: Said,
    entry: Entry,
    *,
    by: User,
    at: datetime,
    means: Means = Means.ITSELF,
    note: str = "",
) -> None:
    """The position stands as this entry has it; the one before is on the record alone."""
    Position.objects.update_or_create(
        call=call,
        organization=seat.organization,
        voice=seat.voice,
        defaults={
            "stance": said.stance,
            "reason": said.reason,
            "cure": said.cure,
            "means": means,
            "note": note,
            "cast_by": by,
            "cast_at": at,
            "entry_index": entry.index,
        },
    )


def not_open(call: Call, at: datetime) -> Reason | None:
    """Why nothing can be said on this call any more, or not now; or None."""
    zone = call.process.timezone
    if find_new_text(call) is not None:
        return Reason(
            "suspended",
            "Not recorded: the text was changed while the call was open, and the call has stopped. "
            "Wait for a call on the new text.",
        )
    if call.state == CallState.SUSPENDED:
        return Reason(
            "suspended",
            f"Not recorded: the chair suspended the call. {call.suspended_reason} Answer when it goes on.",
        )
    if call.state != CallState.OPENED or at >= call.closes_at:
        return Reason(
            "closed",
            f"Not recorded: the call closed on {moment_text(call.closes_at, zone)}. "
            "You can send your text to the chair as a late statement.",
        )
    return None


def has_left(seat: Seat, at: datetime) -> Reason | None:
    """Who left casts nothing new."""
    if seat.participation.sits_at(at):
        return None
    return Reason(
        "withdrawn",
        f"{seat.organization} has withdrawn from the process. What it cast stays; it can cast nothing new.",
    )


def answered_for_it(call: Call, seat: Seat) -> Reason | None:
    """Of related organizations the one that answered alone can change the answer."""
    said = find_voiced(call, seat)
    if said is None or said.organization_id == seat.organization_id:
        return None
    return Reason(
        "one_voice",
        f"{said.organization} has answered: {seat.organization} and it are related and have one voice. "
        f"{said.organization} alone can change that answer.",
    )


def other_text(call: Call, text_hash: str) -> Reason | None:
    """Who answers says which text was read."""
    if text_hash == call.text_hash:
        return None
    return Reason("text_changed", "This is not the text that the call is about. Read it again, then answer.")


def _prose(text: str, name: str) -> str:
    return optional_text(text, what=name, field=name)
