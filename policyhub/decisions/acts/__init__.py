"""The acts of straw polls, calls, ballots, positions, objections and determinations."""

from policyhub.decisions.acts.determining import determine_call
from policyhub.decisions.acts.ending import close_call, settle_calls, stop_call
from policyhub.decisions.acts.entering import enter_position
from policyhub.decisions.acts.objections import answer_objection, lift_objection
from policyhub.decisions.acts.opening import open_ballot, open_call, open_straw_poll
from policyhub.decisions.acts.positions import cast_position
from policyhub.decisions.acts.recirculating import recirculate_call
from policyhub.decisions.acts.suspending import resume_call, suspend_call, void_call

__all__ = [
    "answer_objection",
    "cast_position",
    "close_call",
    "determine_call",
    "enter_position",
    "lift_objection",
    "open_ballot",
    "open_call",
    "open_straw_poll",
    "recirculate_call",
    "resume_call",
    "settle_calls",
    "stop_call",
    "suspend_call",
    "void_call",
]
