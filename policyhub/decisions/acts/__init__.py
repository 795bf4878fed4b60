"""The acts of calls, positions, objections and determinations."""

from policyhub.decisions.acts.determining import determine_call
from policyhub.decisions.acts.ending import close_call, settle_calls, suspend_call
from policyhub.decisions.acts.objections import answer_objection, lift_objection
from policyhub.decisions.acts.opening import open_call
from policyhub.decisions.acts.positions import cast_position

__all__ = [
    "answer_objection",
    "cast_position",
    "close_call",
    "determine_call",
    "lift_objection",
    "open_call",
    "settle_calls",
    "suspend_call",
]
