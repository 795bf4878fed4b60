"""A call that the chair interrupts: it goes on unchanged before its time is over, or it is void."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from policyhub.accounts.models import User
from policyhub.core.errors import Reason, check, require
from policyhub.core.locks import hold, hold_rows
from policyhub.core.moves import check_move
from policyhub.core.text import canonical_text, text_hash
from policyhub.decisions.acts.saying import not_open
from policyhub.decisions.models import Call
from policyhub.decisions.permissions import can_suspend_call
from policyhub.decisions.queries import find_new_text
from policyhub.decisions.rules import CALL_MOVES, CallState
from policyhub.participation.queries import roles_of
from policyhub.record.acts import append
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry


@transaction.atomic
def suspend_call(*, actor: User, call: Call, reason: str, at: datetime) -> Entry:
    """Nobody answers the call until the chair lets it go on; what was cast stays, and its closing time too."""
    call = _hold(actor, call)
    check_move(CALL_MOVES, call.state, CallState.SUSPENDED, noun=str(call))
    check(not_open(call, at))
    call.suspended_reason = canonical_text(reason, what="reason", field="reason")
    body = {"reason": "chair", "version": None, "reason_hash": text_hash(call.suspended_reason)}
    return _move(actor, call, CallState.SUSPENDED, Kind.CALL_SUSPENDED, body, at)


@transaction.atomic
def resume_call(*, actor: User, call: Call, reason: str, at: datetime) -> Entry:
    """The call goes on with everything that was bound when it opened, its closing time too."""
    call = _hold(actor, call)
    check_move(CALL_MOVES, call.state, CallState.OPENED, noun=str(call))
    check(_text_is_gone(call), _time_is_over(call, at))
    call.resumed_reason = canonical_text(reason, what="reason", field="reason")
    body = {"reason_hash": text_hash(call.resumed_reason)}
    return _move(actor, call, CallState.OPENED, Kind.CALL_RESUMED, body, at)


@transaction.atomic
def void_call(*, actor: User, call: Call, reason: str, at: datetime) -> Entry:
    """Nothing was decided by the suspended call; what was cast openly stays readable, what was sealed stays sealed."""
    call = _hold(actor, call)
    check_move(CALL_MOVES, call.state, CallState.VOID, noun=str(call))
    call.void_reason = canonical_text(reason, what="reason", field="reason")
    return _move(actor, call, CallState.VOID, Kind.CALL_VOIDED, {"reason_hash": text_hash(call.void_reason)}, at)


def _hold(actor: User, call: Call) -> Call:
    hold(call.version.document)
    call = hold(call, for_change=True)
    hold_rows(roles_of(actor, call.process))
    require(can_suspend_call(actor, call))
    return call


def _move(actor: User, call: Call, state: CallState, kind: Kind, body: Mapping[str, str | None], at: datetime) -> Entry:
    call.state = state
    call.save(update_fields=["state", "suspended_reason", "resumed_reason", "void_reason"])
    return append(kind, actor=actor, role="chair", process=call.process, subject=call.subject, body=dict(body), at=at)


def _text_is_gone(call: Call) -> Reason | None:
    version = find_new_text(call)
    if version is None:
        return None
    return Reason("superseded", f"The text was changed in {version}: declare the call void, and open one on the new.")


def _time_is_over(call: Call, at: datetime) -> Reason | None:
    if at < call.closes_at:
        return None
    return Reason("over", f"The time of {call} is over. Declare it void; open another on the same text.")
