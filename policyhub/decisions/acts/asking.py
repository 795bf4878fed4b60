"""How a text is put to the table, whatever is asked: what is bound, who is asked, with how many voices."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from policyhub import rulebook
from policyhub.accounts.models import User
from policyhub.core.canonical import moment
from policyhub.core.errors import Reason, check, refuse, require
from policyhub.core.locks import hold, hold_rows
from policyhub.core.numbers import next_number
from policyhub.core.text import canonical_line, text_hash
from policyhub.decisions.models import Call, Option, Seat
from policyhub.decisions.permissions import can_open_call
from policyhub.decisions.queries import roll_hash
from policyhub.decisions.rules import LONGEST_MEANING, Asking, Stance, impossible_closing, meanings_of, unusable_rule
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


@dataclass(frozen=True)
class Question:
    """What is asked about which exact text, until when; what an answer means where it is not the usual."""

    question: str
    version: Version
    clause_text: ClauseText | None
    closes_at: datetime
    meanings: Mapping[Stance, str] = field(default_factory=dict)

    @property
    def text_hash(self) -> str:
        return (self.clause_text or self.version).text_hash


def hold_process(actor: User, process: Process) -> Process:
    """The process, with nobody coming, leaving or losing a function meanwhile; the actor may ask."""
    process = hold(process, for_change=True)
    hold_rows(roles_of(actor, process))
    require(can_open_call(actor, process))
    hold_rows(process.participations.active())
    return process


def put(actor: User, process: Process, asking: Asking, asked: Question, at: datetime, call: Call | None = None) -> Call:
    """The question, fixed from here on, with the roll of who is asked. `call` brings what links it to others."""
    hold(asked.version.document)
    charter, seats = _charter(process), list(_who_is_asked(process, asked.version))
    meanings, strange = meanings_of(asking, asked.meanings)
    check(
        *_foreign_text(process, asked.version, asked.clause_text),
        impossible_closing(asked.closes_at - at, 0 if asking is Asking.STRAW_POLL else charter.call_hours),
        _unusable(charter, asking),
        None if seats else Reason("empty_table", "Nobody could answer: admit organizations first."),
        *strange,
    )
    voices = rulebook.voices_of((each.organization.slug for each in seats), voice_links(process))
    call = call or Call()
    _bind(call, charter, asking, voices)
    call.question = canonical_line(asked.question, what="question", field="question")
    call.version, call.clause_text, call.text_hash = asked.version, asked.clause_text, asked.text_hash
    call.opens_at, call.closes_at, call.opened_by = at, asked.closes_at, actor
    _save(call, seats, voices, meanings)
    return call


def append_opened(actor: User, call: Call, at: datetime) -> Entry:
    """The entry of a call that was put to the table."""
    body: dict[str, Any] = {
        "asking": str(call.asking),
        "question": call.question,
        "options": {each.stance: text_hash(each.meaning) for each in call.options.all()},
        "document": call.version.document.slug,
        "version": call.version.number,
        "clause": call.clause_text.clause.key if call.clause_text is not None else None,
        "text_hash": call.text_hash,
        "rule": call.rule,
        "sealed": call.is_sealed,
        "treatment": str(call.treatment),
        "roll_hash": call.roll_hash,
        "roll_size": call.roll.count(),
        "opens_at": moment(call.opens_at),
        "closes_at": moment(call.closes_at),
        "repeats": call.repeats.number if call.repeats is not None else None,
        "recirculates": call.recirculates.number if call.recirculates is not None else None,
        "reason_hash": text_hash(call.reason) if call.reason else None,
    }
    return append(
        Kind.CALL_OPENED, actor=actor, role="chair", process=call.process, subject=call.subject, body=body, at=at
    )


def _charter(process: Process) -> Charter:
    charter = find_charter(process)
    if charter is None:
        raise refuse("no_charter", "No call can open before the charter is adopted: its rule decides the call.")
    return charter


def _who_is_asked(process: Process, version: Version) -> QuerySet[Participation]:
    """Everybody at the table but those who stepped out of this text."""
    out = stepped_out_of(version.document.subject)
    return at_the_table(process).exclude(pk__in=out.values("participation"))


def _rule(charter: Charter, asking: Asking) -> str | dict[str, Any] | None:
    """By what the charter lets this be decided; None for a straw poll, by which nothing is."""
    match asking:
        case Asking.STRAW_POLL:
            return None
        case Asking.BALLOT:
            return charter.ballot_rule or charter.rule  # type: ignore[no-any-return]
        case Asking.CONSENSUS:
            return charter.rule  # type: ignore[no-any-return]


def _unusable(charter: Charter, asking: Asking) -> Reason | None:
    rule = _rule(charter, asking)
    listed = categories(charter.process).values_list("slug", flat=True)
    return unusable_rule(rule, listed, asking) if rule is not None else None


def _bind(call: Call, charter: Charter, asking: Asking, voices: dict[str, str]) -> None:
    """What the charter and the table fix for the call."""
    rule = _rule(charter, asking)
    call.process, call.number = charter.process, next_number(charter.process.calls.all())
    call.asking, call.is_sealed = asking, charter.sealed_calls
    call.rule = rulebook.with_balance(rule, charter.balance) if rule is not None else None
    call.treatment, call.balance = charter.treatment, charter.balance
    call.roll_hash = roll_hash(voices)


def _save(call: Call, seats: Collection[Participation], voices: dict[str, str], meanings: dict[Stance, str]) -> None:
    call.save(force_insert=True)
    Option.objects.bulk_create(
        Option(
            call=call,
            stance=stance,
            meaning=canonical_line(said, what="meaning", limit=LONGEST_MEANING, field=f"means_{stance}"),
        )
        for stance, said in meanings.items()
    )
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
