"""For whom somebody acts on a document: the process, as its editor, or an organization with a seat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from policyhub.accounts.models import User
from policyhub.core.errors import Reason
from policyhub.core.locks import hold, hold_rows
from policyhub.participation.models import Group, Participation, Process
from policyhub.participation.queries import find_seat_of, is_member, mandates_of, roles_of
from policyhub.participation.rules import StaffFunction


@dataclass(frozen=True)
class Voice:
    """The function in which somebody acts, and the seat they act for, if any."""

    role: str
    seat: Participation | None = None

    @property
    def organization(self) -> str | None:
        """The organization's slug as it stands in the record."""
        return self.seat.organization.slug if self.seat else None

    def voiceless(self, at: datetime) -> Reason | None:
        """The reason why the organization cannot act: it left, or is not admitted yet."""
        return self.seat.voiceless(at) if self.seat else None


def hold_voice(actor: User, process: Process, owner: Participation | None, group: Group | None = None) -> Voice:
    """The voice in which the actor writes for a line's owner; what it rests on cannot end meanwhile.

    For a group its members write, each for its organization, or the editor.
    """
    speaking = owner if group is None else _member(actor, process, group)
    if speaking is not None:
        return _hold_mandate(actor, speaking)
    hold_rows(roles_of(actor, process, [StaffFunction.EDITOR]))
    return Voice(StaffFunction.EDITOR)


def _member(actor: User, process: Process, group: Group) -> Participation | None:
    seat = find_seat_of(actor, process)
    return seat if seat is not None and is_member(seat, group) else None


def hold_own_voice(actor: User, process: Process, at: datetime) -> Voice:
    """The voice in which somebody comments: for the seat they speak for now, else as one of the public."""
    seat = find_seat_of(actor, process)
    if seat is None:
        return Voice("public")
    voice = _hold_mandate(actor, seat)
    return Voice("public") if (voice.seat and voice.seat.unseated(at)) or voice.role == "public" else voice


def _hold_mandate(actor: User, seat: Participation) -> Voice:
    seat = hold(seat)
    mandates = mandates_of(actor, seat)
    hold_rows(mandates)
    held = mandates.first()
    return Voice(held.mandate if held else "public", seat)
