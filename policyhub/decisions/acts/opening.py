"""A straw poll, a call for consensus, a ballot: three acts, and which of them was done can be read for ever."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from policyhub.accounts.models import User
from policyhub.core.errors import Reason, check
from policyhub.core.text import canonical_line, optional_text
from policyhub.decisions.acts.asking import Question, append_opened, hold_process, put
from policyhub.decisions.models import Call
from policyhub.decisions.queries import calls_on, state_at
from policyhub.decisions.rules import Asking, CallState, Stance, unexplained_repeat
from policyhub.drafting.models import ClauseText, Version
from policyhub.participation.models import Process
from policyhub.record.models import Entry

# What has been asked and answered: who asks again says why.
_OVER = {CallState.CLOSED, CallState.DETERMINED}


@transaction.atomic
def open_straw_poll(
    *,
    actor: User,
    process: Process,
    question: str,
    version: Version,
    clause_text: ClauseText | None = None,
    closes_at: datetime,
    meanings: Mapping[Stance, str] | None = None,
    at: datetime,
) -> Entry:
    """Everybody at the table is asked which way they lean on the exact text; nothing will be decided by it."""
    process = hold_process(actor, process)
    asked = Question(question, version, clause_text, closes_at, meanings or {})
    _check_not_asked(asked, at)
    return append_opened(actor, put(actor, process, Asking.STRAW_POLL, asked, at), at)


@transaction.atomic
def open_call(
    *,
    actor: User,
    process: Process,
    question: str,
    version: Version,
    clause_text: ClauseText | None = None,
    closes_at: datetime,
    meanings: Mapping[Stance, str] | None = None,
    reason: str = "",
    at: datetime,
) -> Entry:
    """The exact text is put to everybody at the table, from now on, to be decided by the charter's rule.

    `meanings` says what an answer means where it is not the usual. `reason` says why a text is asked about again on
    which a call has closed.
    """
    process = hold_process(actor, process)
    asked = Question(question, version, clause_text, closes_at, meanings or {})
    call = put(actor, process, Asking.CONSENSUS, asked, at, _linked(asked, reason, at))
    return append_opened(actor, call, at)


@transaction.atomic
def open_ballot(
    *,
    actor: User,
    process: Process,
    question: str,
    version: Version,
    clause_text: ClauseText | None = None,
    closes_at: datetime,
    meanings: Mapping[Stance, str] | None = None,
    reason: str = "",
    at: datetime,
) -> Entry:
    """Everybody at the table votes yes or no on the exact text; the outcome is what the charter's rule counts."""
    process = hold_process(actor, process)
    asked = Question(question, version, clause_text, closes_at, meanings or {})
    call = put(actor, process, Asking.BALLOT, asked, at, _linked(asked, reason, at))
    return append_opened(actor, call, at)


def _linked(asked: Question, reason: str, at: datetime) -> Call:
    """A call linked with the newest that has closed on the same words, and why they are asked about again."""
    _check_not_asked(asked, at)
    decided = calls_on(asked.version, asked.clause_text).exclude(asking=Asking.STRAW_POLL)
    repeated = next((each for each in decided if state_at(each, at) in _OVER), None)
    check(unexplained_repeat(repeated.number if repeated is not None else None, reason))
    return Call(repeats=repeated, reason=optional_text(reason, what="reason", field="reason"))


def _check_not_asked(asked: Question, at: datetime) -> None:
    """Nothing open asks the same about the same text."""
    question = canonical_line(asked.question, what="question", field="question").casefold()
    same = [each for each in calls_on(asked.version, asked.clause_text) if each.question.casefold() == question]
    check(*(_asked_now(each) for each in same if state_at(each, at) is CallState.OPENED))


def _asked_now(other: Call) -> Reason:
    return Reason("asked_now", f"{other} asks the same about the same text and is still open.", "question")
