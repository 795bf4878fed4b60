"""How a call ends before it is determined: by the clock, or because its text was superseded."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction

from policyhub.core.errors import Reason, check
from policyhub.core.locks import hold, hold_rows
from policyhub.core.moves import move_refused
from policyhub.core.templatetags.typeset import moment_text
from policyhub.decisions.acts.sealing import unseal_positions
from policyhub.decisions.models import Call
from policyhub.decisions.queries import find_new_text, state_at, tally_of, unsettled_calls
from policyhub.decisions.rules import CALL_MOVES, CallState
from policyhub.drafting.models import Version
from policyhub.participation.models import Participation
from policyhub.record.acts import append
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry

logger = logging.getLogger(__name__)


@transaction.atomic
def close_call(*, call: Call, at: datetime) -> Entry:
    """The call is closed, with the count and the outcome that its rule computes, on the record."""
    call = hold_whole(call)
    check(
        move_refused(CALL_MOVES, call.state, CallState.CLOSED, noun=f"Call {call.number}"),
        not_due(call, at),
        _superseded(call),
    )
    return write_closing(call, at)


@transaction.atomic
def stop_call(*, call: Call, version: Version, at: datetime) -> Entry:
    """The call has stopped for good, because this newer version of its text was published."""
    call = hold_whole(call)
    check(
        move_refused(CALL_MOVES, call.state, CallState.SUSPENDED, noun=f"Call {call.number}"),
        _not_newer(call, version),
    )
    return _write_suspension(call, version, at)


def settle_calls(*, at: datetime) -> list[Entry]:
    """Every live call that ended by the clock or by a newer text is closed or suspended on the record."""
    written = []
    for call in unsettled_calls(at):
        try:
            written.append(_settle(call, at))
        except Exception:  # whatever is wrong with one call must not keep the others open
            logger.exception("%s was not settled.", call.subject)
    return [entry for entry in written if entry is not None]


def hold_whole(call: Call) -> Call:
    """The call, exclusively, once who is casting, lifting or leaving has finished; no new version comes meanwhile."""
    if call.is_sealed:
        hold(call.process, for_change=True)  # objections that were made under seal take the process's numbers
    hold(call.version.document)
    call = hold(call, for_change=True)
    hold_rows(Participation.objects.filter(pk__in=call.roll.values("participation")))
    hold_rows(call.objections.all())
    return call


def write_closing(call: Call, at: datetime) -> Entry:
    """The held call is closed; part of closing it and of determining one that nobody had closed."""
    unseal_positions(call, at)
    tally = tally_of(call)
    call.state = CallState.CLOSED
    call.save(update_fields=["state"])
    return append(
        Kind.CALL_CLOSED,
        actor=None,
        role="system",
        process=call.process,
        subject=call.subject,
        body={
            "positions": call.positions.count(),
            "roll_hash": call.roll_hash,
            "counts": tally["counts"],
            "outcome": tally["outcome"],
            "label": tally["label"],
            "depends_on_withdrawal": tally["depends_on_withdrawal"],
        },
        at=at,
    )


def not_due(call: Call, at: datetime) -> Reason | None:
    """Why the call cannot be closed yet, or None: the clock alone closes it."""
    if at >= call.closes_at:
        return None
    closing = moment_text(call.closes_at, call.process.timezone)
    return Reason("still_open", f"The call is open until {closing}. Nobody closes it earlier.")


# A transaction for each call: the log's head is locked last, and never while another call's lock is waited for.
@transaction.atomic
def _settle(call: Call, at: datetime) -> Entry | None:
    call = hold_whole(call)
    version = find_new_text(call)
    stored, actual = call.state, state_at(call, at)
    if stored != CallState.OPENED:
        return None
    if actual is CallState.SUSPENDED and version is not None:
        return _write_suspension(call, version, at)
    return write_closing(call, at) if actual is CallState.CLOSED else None


def _write_suspension(call: Call, version: Version, at: datetime) -> Entry:
    call.state = CallState.SUSPENDED
    call.suspended_reason = (
        f"The text changed: {version} was published while the call on version {call.version.number} was open."
    )
    call.save(update_fields=["state", "suspended_reason"])
    return append(
        Kind.CALL_SUSPENDED,
        actor=None,
        role="system",
        process=call.process,
        subject=call.subject,
        body={"reason": "new_version", "version": version.number, "reason_hash": None},
        at=at,
    )


def _superseded(call: Call) -> Reason | None:
    version = find_new_text(call)
    if version is None:
        return None
    return Reason("superseded", f"The text changed in {version} while the call was open: it is suspended, not closed.")


def _not_newer(call: Call, version: Version) -> Reason | None:
    if version == find_new_text(call):
        return None
    return Reason("not_newer", f"{version} is not the version in which the text of this call was changed.")
