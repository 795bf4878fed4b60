"""Determining a call: the chair's written reasons beside an outcome that the rule computed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from policyhub.accounts.models import User
from policyhub.core.errors import Reason, check, require
from policyhub.core.locks import hold_rows
from policyhub.core.moves import check_move
from policyhub.core.text import optional_text, text_hash
from policyhub.decisions.acts.ending import hold_whole, not_due, write_closing
from policyhub.decisions.models import Call, Determination, Objection
from policyhub.decisions.permissions import can_determine_call
from policyhub.decisions.queries import standing_objections, state_at, tally_of
from policyhub.decisions.rules import (
    CALL_MOVES,
    CallState,
    Designation,
    ObjectionState,
    unanswered,
    undetermined,
    unexplained,
)
from policyhub.participation.queries import roles_of
from policyhub.record.acts import append
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry


@transaction.atomic
def determine_call(
    *, actor: User, call: Call, reasons: str = "", designation: Designation | None = None, at: datetime
) -> Entry:
    """The call is determined: outcome and label by its rule, the designation by the chair where the rule says so."""
    call = _hold_closed(actor, call, at)
    reasons = optional_text(reasons, field="reasons")
    tally = tally_of(call, determination=reasons)
    objections = list(standing_objections(call.process).filter(call=call))
    check(
        unanswered([each.number for each in objections if each.state == ObjectionState.RAISED]),
        undetermined(tally["outcome"], designation),
        unexplained(reasons, depends_on_withdrawal=tally["depends_on_withdrawal"], standing=len(objections)),
    )
    determination = Determination(
        call=call,
        outcome=designation or tally["outcome"],
        label=tally["label"],
        tally=tally,
        reasons=reasons,
        determined_by=actor,
        determined_at=at,
    )
    determination.save(force_insert=True)
    call.state = CallState.DETERMINED
    call.save(update_fields=["state"])
    return _append(actor, determination, objections, at)


def _hold_closed(actor: User, call: Call, at: datetime) -> Call:
    """The held call, closed now if the clock closed it and nobody had written it down."""
    call = hold_whole(call)
    hold_rows(roles_of(actor, call.process))
    require(can_determine_call(actor, call))
    state = state_at(call, at)
    check(not_due(call, at) if state is CallState.OPENED else None)
    check(_nothing_decided(call))
    check_move(CALL_MOVES, state, CallState.DETERMINED, noun=f"Call {call.number}")
    if call.state == CallState.OPENED:
        write_closing(call, at)
    return call


def _nothing_decided(call: Call) -> Reason | None:
    if not call.is_poll:
        return None
    return Reason("poll", "A straw poll decides nothing: there is nothing to determine.")


def _append(actor: User, determination: Determination, objections: list[Objection], at: datetime) -> Entry:
    call = determination.call
    body: dict[str, Any] = {
        "outcome": determination.tally["outcome"],
        "label": determination.label,
        "designation": str(determination.outcome),
        "reasons_hash": text_hash(determination.reasons) if determination.reasons else None,
        "objections": [
            {"number": each.number, "holder": each.holder.slug, "state": str(each.state)} for each in objections
        ],
    }
    return append(
        Kind.CALL_DETERMINED, actor=actor, role="chair", process=call.process, subject=call.subject, body=body, at=at
    )
