"""Opening a call: the question, the exact text, the rule, the treatment and the roll are fixed from here on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from policyhub import rulebook
from policyhub.accounts.models import User
from policyhub.core.canonical import moment
from policyhub.core.errors import Reason, check, refuse, require
from policyhub.core.locks import hold, hold_rows
from policyhub.core.numbers import next_number
from policyhub.core.text import canonical_line, optional_text, text_hash
from policyhub.decisions.models import Call, Seat
from policyhub.decisions.permissions import can_open_call
from policyhub.decisions.queries import calls_on, roll_hash, state_at
from policyhub.decisions.rules import CallState, impossible_closing, unexplained_repeat, unusable_rule
from policyhub.drafting.models import ClauseText, Version
from policyhub.participation.models import Charter, Participation, Process
from policyhub.participation.queries import (
    at_the_table,
    categories,
    find_charter,
    roles_of,
    stepped_out_of,
    voice_links,
)
from policyhub.record.acts import append
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry


@transaction.atomic
def open_call(
    *,
    actor: User,
    process: Process,
    question: str,
    version: Version,
    clause_text: ClauseText | None = None,
    closes_at: datetime,
    reason: str = "",
    at: datetime,
) -> Entry:
    """The exact text is put to everybody at the table, from now on, to be decided by the charter's rule.

    `reason` says why a text is asked about again on which a call has closed.
    """
    process = hold(process, for_change=True)
    hold_rows(roles_of(actor, process))
    require(can_open_call(actor, process))
    hold(version.document)
    hold_rows(process.participations.active())
    charter, seats = _charter(process), list(_who_is_asked(process, version))
    question = canonical_line(question, what="question", field="question")
    check(
        *_foreign_text(process, version, clause_text),
        impossible_closing(closes_at - at, charter.call_hours),
        unusable_rule(charter.rule, categories(process).values_list("slug", flat=True)),
        None if seats else Reason("empty_table", "Nobody could answer: admit organizations first."),
    )
    voices = _voices(process, seats)
    call = _bound(charter, voices)
    call.question, call.version, call.clause_text = question, version, clause_text
    _link(call, optional_text(reason, what="reason", field="reason"), at)
    call.opens_at, call.closes_at, call.opened_by = at, closes_at, actor
    _save(call, seats, voices)
    return _append(actor, call, len(seats), at)


def _who_is_asked(process: Process, version: Version) -> QuerySet[Participation]:
    """Everybody at the table but those who stepped out of this text."""
    out = stepped_out_of(version.document.subject)
    return at_the_table(process).exclude(pk__in=out.values("participation"))


def _voices(process: Process, seats: list[Participation]) -> dict[str, str]:
    """The voice of each organization that is asked, both by address."""
    return rulebook.voices_of((each.organization.slug for each in seats), voice_links(process))


def _save(call: Call, seats: list[Participation], voices: dict[str, str]) -> None:
    call.save(force_insert=True)
    asked = {each.organization.slug: each.organization for each in seats}
    Seat.objects.bulk_create(
        Seat(
            call=call,
            organization=each.organization,
            participation=each,
            category=each.category,
            voice=asked[voices[each.organization.slug]],
        )
        for each in seats
    )


def _charter(process: Process) -> Charter:
    charter = find_charter(process)
    if charter is None:
        raise refuse("no_charter", "No call can open before the charter is adopted: its rule decides the call.")
    return charter


def _bound(charter: Charter, voices: dict[str, str]) -> Call:
    """A call with what the charter and the table fix for it."""
    process = charter.process
    return Call(
        process=process,
        number=next_number(process.calls.all()),
        rule=rulebook.with_balance(charter.rule, charter.balance),
        treatment=charter.treatment,
        balance=charter.balance,
        roll_hash=roll_hash(voices),
    )


def _link(call: Call, reason: str, at: datetime) -> None:
    """The call with the newest one that has closed on the same words, and why they are asked about again."""
    earlier = [(each, state_at(each, at)) for each in calls_on(call.version, call.clause_text)]
    repeated = next((each for each, state in earlier if state in {CallState.CLOSED, CallState.DETERMINED}), None)
    check(
        *(_asked_now(each, call.question) for each, state in earlier if state is CallState.OPENED),
        unexplained_repeat(repeated.number if repeated is not None else None, reason),
    )
    call.text_hash = (call.clause_text or call.version).text_hash
    call.repeats, call.reason = repeated, reason


def _append(actor: User, call: Call, roll_size: int, at: datetime) -> Entry:
    body: dict[str, Any] = {
        "question": call.question,
        "document": call.version.document.slug,
        "version": call.version.number,
        "clause": call.clause_text.clause.key if call.clause_text is not None else None,
        "text_hash": call.text_hash,
        "rule": call.rule,
        "treatment": str(call.treatment),
        "roll_hash": call.roll_hash,
        "roll_size": roll_size,
        "opens_at": moment(call.opens_at),
        "closes_at": moment(call.closes_at),
        "repeats": call.repeats.number if call.repeats is not None else None,
        "reason_hash": text_hash(call.reason) if call.reason else None,
    }
    return append(
        Kind.CALL_OPENED, actor=actor, role="chair", process=call.process, subject=call.subject, body=body, at=at
    )


def _foreign_text(process: Process, version: Version, clause_text: ClauseText | None) -> list[Reason | None]:
    is_foreign = version.document.process_id != process.pk
    is_superseded = version.document.versions.filter(number__gt=version.number).exists()
    is_stray = clause_text is not None and clause_text.version_id != version.pk
    return [
        Reason("foreign_text", "Choose a text of this process.", "version") if is_foreign else None,
        Reason("superseded", "A newer version of this text was published. Ask about that one.", "version")
        if is_superseded
        else None,
        Reason("foreign_clause", "Choose a clause of the version that you ask about.", "clause_text")
        if is_stray
        else None,
    ]


def _asked_now(other: Call, question: str) -> Reason | None:
    if other.question.casefold() != question.casefold():
        return None
    return Reason("asked_now", f"{other} asks the same about the same text and is still open.", "question")
