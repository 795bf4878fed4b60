"""Who may do what with calls and objections. Never when: that is a rule."""

from __future__ import annotations

from policyhub.decisions.models import Call, Objection
from policyhub.decisions.queries import find_holder_seat, find_voice
from policyhub.participation.models import Process
from policyhub.participation.permissions import can_chair, can_edit
from policyhub.participation.queries import Person, find_seat_of


def can_open_call(user: Person, process: Process) -> bool:
    """The chair."""
    return can_chair(user, process)


def can_cast_position(user: Person, call: Call) -> bool:
    """Whoever speaks for an organization on the roll or at the table; only one on the roll has a voice."""
    return find_voice(user, call) is not None or find_seat_of(user, call.process) is not None


def can_enter_position(user: Person, call: Call) -> bool:
    """The chair."""
    return can_chair(user, call.process)


def can_suspend_call(user: Person, call: Call) -> bool:
    """The chair, who also lets it go on and declares it void."""
    return can_chair(user, call.process)


def can_answer_objection(user: Person, objection: Objection) -> bool:
    """The chair, and the editor of the text."""
    return can_chair(user, objection.process) or can_edit(user, objection.process)


def can_lift_objection(user: Person, objection: Objection) -> bool:
    """Its holder's representatives, even after their organization left: nobody else closes an objection."""
    return find_holder_seat(user, objection) is not None


def can_determine_call(user: Person, call: Call) -> bool:
    """The chair."""
    return can_chair(user, call.process)
