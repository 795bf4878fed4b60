"""Filling an edition with what was true at the moment of its order, so that it can be built again from its pin."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings

from policyhub.core.templatetags.typeset import day_text, moment_text
from policyhub.decisions.models import Call, Determination
from policyhub.decisions.queries import ended_by, find_determination, tally_of
from policyhub.decisions.rules import Asking, CallState
from policyhub.decisions.verdicts import rule_words, verdict_at
from policyhub.drafting.models import Version
from policyhub.drafting.queries import redline_of, text_of, texts
from policyhub.participation.models import Answer, Participation, Process, Statement
from policyhub.publishing.content import (
    CallPart,
    ClausePart,
    EditionContent,
    FilePart,
    StatementPart,
    WithdrawalPart,
)
from policyhub.publishing.models import Edition
from policyhub.publishing.standing import categories_of, objections_of, positions_of, question_of, suspended_part
from policyhub.publishing.words import outcome_sentence, status_sentence


def content_of(edition: Edition) -> EditionContent:
    """Everything that the edition says, as it stood when it was ordered."""
    process, at, version = edition.document.process, edition.pinned_at, edition.version
    calls = _calls(version, at)
    source = FilePart(f"{edition.document.slug}-{version.number}.md", "text/markdown", "The clauses", text_of(version))
    return EditionContent(
        title=edition.document.title,
        process=process.title,
        convener=process.convener,
        version=version.number,
        number=edition.number,
        pinned_on=moment_text(at, process.timezone),
        timestamp=int(at.timestamp()),
        status=_status(calls, at),
        text_hash=version.text_hash,
        record_size=edition.record_size,
        record_root=edition.record_root,
        address=settings.SITE_URL + edition.get_absolute_url(),
        clauses=[ClausePart(each.number, each.level, each.heading, each.tree) for each in texts(version)],
        calls=[_call(call, process.timezone, at) for call in calls],
        objections=objections_of(edition.document, at),
        withdrawals=_withdrawals(process, at),
        statements=_statements(process, at),
        balance=_balance(process, at),
        against=edition.against.number if edition.against else None,
        language=edition.language,
        files=[source],
        **_redline(edition.against, version),
    )


def _calls(version: Version, at: datetime) -> list[Call]:
    """The calls on this text that had closed or were suspended by then, oldest first; no polls: they decide nothing."""
    rows = Call.objects.exclude(asking=Asking.STRAW_POLL).filter(version=version, opens_at__lte=at)
    rows = rows.select_related("process", "version", "clause_text", "repeats", "recirculates").order_by("number")
    return [call for call in rows if ended_by(call, at) != CallState.OPENED]


def _status(calls: list[Call], at: datetime) -> str:
    """What was decided about the whole text; a call on one clause decides about that clause only."""
    whole = [call for call in calls if call.clause_text_id is None and ended_by(call, at) == CallState.CLOSED]
    return status_sentence(verdict_at(whole[-1], at) if whole else None)


def _call(call: Call, zone: str, at: datetime) -> CallPart:
    if ended_by(call, at) == CallState.SUSPENDED:
        return suspended_part(call, zone, at)
    tally, determined = tally_of(call), _determination(call, at)
    on = day_text(determined.determined_at, zone) if determined is not None else ""
    return CallPart(
        number=call.number,
        question=question_of(call),
        open_from=day_text(call.opens_at, zone),
        open_until=moment_text(call.closes_at, zone),
        outcome=outcome_sentence(verdict_at(call, at), on),
        rule=rule_words(call),
        explanation=list(tally["explanation"]),
        categories=categories_of(call),
        positions=positions_of(call, at),
        determination=determined.reasons if determined is not None else "",
    )


def _determination(call: Call, at: datetime) -> Determination | None:
    found = find_determination(call)
    return found if found is not None and found.determined_at <= at else None


def _withdrawals(process: Process, at: datetime) -> list[WithdrawalPart]:
    rows = process.participations.filter(withdrawn_at__lte=at, withdrawal__isnull=False)
    rows = rows.select_related("process", "organization", "category", "withdrawal__statement")
    return [_withdrawal(each, process.timezone, at) for each in rows.order_by("withdrawn_at", "organization__name")]


def _withdrawal(seat: Participation, zone: str, at: datetime) -> WithdrawalPart:
    statement = seat.withdrawal.statement
    later = seat.process.participations.filter(organization=seat.organization, admitted_at__lte=at)
    back = later.filter(admitted_at__gte=seat.withdrawn_at).exclude(pk=seat.pk).order_by("admitted_at").first()
    returned = f", back on {day_text(back.admitted_at, zone)}" if back is not None and back.admitted_at else ""
    return WithdrawalPart(
        organization=seat.organization.name,
        category=seat.category.name,
        left_on=f"{day_text(seat.withdrawn_at, zone)}{returned}" if seat.withdrawn_at else "",
        why=f"By the statement “{statement.title}”" if statement else seat.withdrawal.reason.strip(),
    )


def _statements(process: Process, at: datetime) -> list[StatementPart]:
    rows = process.statements.filter(published_at__lte=at).order_by("published_at", "number")
    return [_statement(each, process.timezone, at) for each in rows.select_related("answer")]


def _statement(statement: Statement, zone: str, at: datetime) -> StatementPart:
    signed = statement.signatures.filter(signed_at__isnull=False).order_by("organization__name")
    return StatementPart(
        title=statement.title,
        kind=statement.word,
        answer=_answer(statement, at),
        published_on=day_text(statement.published_at, zone) if statement.published_at else "",
        tree=statement.tree,
        signatories=list(signed.values_list("organization__name", flat=True)),
    )


def _answer(statement: Statement, at: datetime) -> str:
    """What the chair or the convener had said to it by then; empty where it asks for nothing or waits."""
    found = Answer.objects.filter(statement=statement, answered_at__lte=at).first()
    return f"{found.code.replace('_', ' ').capitalize()}: {found.reason.strip()}" if found is not None else ""


def _balance(process: Process, at: datetime) -> str:
    """Who sat at the table then, by category, in one sentence."""
    seats = process.participations.voting().filter(admitted_at__lte=at).exclude(withdrawn_at__lte=at)
    counted = [(each.name, seats.filter(category=each).count()) for each in process.categories.order_by("position")]
    listed = ", ".join(f"{name} {count}" for name, count in counted)
    return f"When this edition was ordered {seats.count()} organizations sat at the table: {listed}."


def _redline(against: Version | None, version: Version) -> dict[str, Any]:
    if against is None:
        return {}
    found = redline_of(against, version)
    changed = [each for each in found.clauses if each.state != "unchanged" or each.is_moved]
    return {
        "redline_summary": found.sentence,
        "redline": [
            ClausePart(each.shown.number, 1, each.shown.heading, each.tree, _words(each.state, each.is_moved))
            for each in changed
        ],
    }


def _words(state: str, is_moved: bool) -> str:
    words = [] if state == "unchanged" else [state]
    return ", ".join([*words, *(["moved"] if is_moved else [])]).capitalize()
