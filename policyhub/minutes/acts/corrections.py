"""Correcting circulated minutes: proposed by the table, taken in or declined with a reason, all on the record."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from policyhub.accounts.models import User
from policyhub.core.errors import NotAllowed, Reason, check, require
from policyhub.core.locks import hold, hold_rows
from policyhub.core.numbers import next_number
from policyhub.core.text import canonical_text
from policyhub.core.text import text_hash as hash_of
from policyhub.meetings.queries import acting_as
from policyhub.minutes.acts.texts import stale, unchanged, write_text
from policyhub.minutes.models import Correction, Minutes
from policyhub.minutes.permissions import can_answer_correction, can_propose_correction
from policyhub.minutes.queries import find_seat_at, get_text
from policyhub.minutes.rules import correction_refused
from policyhub.participation.queries import mandates_of, roles_of
from policyhub.participation.rules import StaffFunction
from policyhub.record.acts import append
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry


@transaction.atomic
def propose_correction(*, actor: User, minutes: Minutes, what: str, why: str, at: datetime) -> Entry:
    """A change to the circulated minutes is asked for, and waits for an answer before they can be approved."""
    minutes = hold(minutes, for_change=True)
    process, seat = minutes.meeting.process, find_seat_at(actor, minutes.meeting)
    if seat is None:
        raise NotAllowed
    mandates = mandates_of(actor, seat)
    hold_rows(mandates)
    require(can_propose_correction(actor, minutes))
    check(correction_refused(minutes.state))
    correction = Correction.objects.create(
        minutes=minutes,
        number=next_number(minutes.corrections.all()),
        participation=seat,
        proposed_by=actor,
        what=canonical_text(what, what="correction", field="what"),
        why=canonical_text(why, what="reason", field="why"),
        proposed_at=at,
    )
    return append(
        Kind.CORRECTION_PROPOSED,
        actor=actor,
        role=mandates[0].mandate,
        organization=seat.organization.slug,
        process=process,
        subject=minutes.subject,
        body={"number": correction.number, "what_hash": hash_of(correction.what), "why_hash": hash_of(correction.why)},
        at=at,
    )


@transaction.atomic
def accept_correction(*, actor: User, correction: Correction, text: str, text_hash: str, at: datetime) -> Entry:
    """The minutes read as told from now on, because of the correction; `text_hash` names the text they replace."""
    minutes, correction = _hold_open(actor, correction)
    check(stale(minutes, text_hash) or unchanged(minutes, text))
    before = get_text(minutes)
    version = write_text(minutes, text, writer=actor, at=at)
    _answer(correction, Correction.State.ACCEPTED, at, version=version)
    body = {
        "version": version.number,
        "text_hash": version.text_hash,
        "previous_hash": before.text_hash,
        "reason_hash": hash_of(correction.why),
    }
    return _append(Kind.MINUTES_CORRECTED, actor, minutes, body, at)


@transaction.atomic
def decline_correction(*, actor: User, correction: Correction, reason: str, at: datetime) -> Entry:
    """The minutes stay as they are, and the proposal stays listed with the reason."""
    minutes, correction = _hold_open(actor, correction)
    reason = canonical_text(reason, what="reason", field="reason")
    _answer(correction, Correction.State.DECLINED, at, answer=reason)
    body = {"number": correction.number, "reason_hash": hash_of(reason)}
    return _append(Kind.CORRECTION_DECLINED, actor, minutes, body, at)


def _hold_open(actor: User, correction: Correction) -> tuple[Minutes, Correction]:
    minutes = hold(correction.minutes, for_change=True)
    correction = hold(correction, for_change=True)
    hold_rows(roles_of(actor, minutes.meeting.process))
    require(can_answer_correction(actor, minutes))
    check(correction_refused(minutes.state) or _answered(correction))
    return minutes, correction


def _answer(correction: Correction, state: Correction.State, at: datetime, **said: object) -> None:
    for name, value in {"state": state, "answered_at": at, **said}.items():
        setattr(correction, name, value)
    correction.save(update_fields=["state", "answered_at", *said])


def _answered(correction: Correction) -> Reason | None:
    if correction.state == Correction.State.PROPOSED:
        return None
    return Reason("answered", "This correction was answered before. Nothing was changed.")


def _append(kind: Kind, actor: User, minutes: Minutes, body: dict[str, object], at: datetime) -> Entry:
    process = minutes.meeting.process
    role = acting_as(actor, process, StaffFunction.SECRETARY, StaffFunction.CHAIR)
    return append(kind, actor=actor, role=role, process=process, subject=minutes.subject, body=body, at=at)
