"""Telling of a process that others held: by the archivist, from sources, nobody's act here.

No person stands behind the role and no organization has an account. Every entry names its sources; what is not known,
and what of the rules cannot be shown to have been kept, is named in it as unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from policyhub.core.canonical import moment
from policyhub.core.errors import Reason, check, refuse
from policyhub.core.locks import hold
from policyhub.core.moves import check_move
from policyhub.core.numbers import next_number
from policyhub.core.text import canonical_line, canonical_text, text_hash
from policyhub.core.tree import to_tree
from policyhub.participation.acts.organizations import find_or_make
from policyhub.participation.acts.processes import begin_process
from policyhub.participation.acts.withdrawal import Leaving, vacate
from policyhub.participation.models import (
    Claim,
    InterestCategory,
    Organization,
    Participation,
    Process,
    Signature,
    Statement,
)
from policyhub.participation.rules import PROCESS_MOVES, ClaimMark, ParticipationState, ProcessState, StatementKind
from policyhub.record.acts import append
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry

ROLE = "archivist"
# What an archive can say that it does not know.
UNKNOWN = ("admission", "category", "charter", "duration", "notice", "representatives", "text", "time")


@dataclass(frozen=True)
class Report:
    """Where something is told, and what of it is unknown, out of `UNKNOWN`."""

    sources: Sequence[str]
    unknown: Sequence[str] = ()

    @property
    def body(self) -> dict[str, list[str]]:
        """The same as it stands in every entry of the archivist. Refused without a source: NotPossible."""
        sources = [canonical_line(each, what="source", limit=300, field="sources") for each in self.sources]
        if not sources:
            raise refuse("sources", "Name at least one source: an archive says nothing of its own.", "sources")
        if strange := sorted(set(self.unknown) - set(UNKNOWN)):
            raise refuse("unknown", f"What is unknown is one of {', '.join(UNKNOWN)}; not {strange[0]}.", "unknown")
        return {"sources": sources, "unknown": sorted(set(self.unknown))}


@transaction.atomic
def open_archive(
    *,
    slug: str,
    title: str,
    summary: str,
    convener: str,
    reported_by: str,
    source_hash: str,
    timezone: str = "UTC",
    report: Report,
    at: datetime,
) -> Entry:
    """A process that others held is told here from a file of that hash; it has no staff and no charter."""
    process = Process(
        slug=slug,
        title=title,
        summary=summary,
        convener=convener,
        reported_by=canonical_line(reported_by, what="name", limit=200, field="reported_by"),
        timezone=timezone,
        opened_at=at,
        source_hash=source_hash,
    )
    return begin_process(process, None, at, reported=report.body)


@transaction.atomic
def report_organization(
    *, process: Process, name: str, category: str, category_name: str, report: Report, at: datetime
) -> Entry:
    """The organization is said to have taken part, in a category that the archivist put it in."""
    process = hold_archive(process)
    organization = find_or_make(name, process)
    try:
        with transaction.atomic():
            seat = Participation.objects.create(
                process=process,
                organization=organization,
                category=_category(process, category, category_name),
                state=ParticipationState.ACTIVE,
                asked_at=at,
                admitted_at=at,
            )
    except IntegrityError:
        raise refuse("reported", f"{name} is reported already.", "name") from None
    body = {"name": organization.name, "category": category, "category_name": seat.category.name}
    return _append(Kind.ORGANIZATION_REPORTED, process, organization.subject, body, report, at)


@transaction.atomic
def report_statement(
    *,
    process: Process,
    kind: StatementKind,
    title: str,
    text: str,
    inside: Sequence[Participation],
    outside: Sequence[str] = (),
    claimed_on: date | None = None,
    report: Report,
    at: datetime,
) -> Entry:
    """The organizations are said to have published this together, retold in our words; by a withdrawal they left."""
    process = hold_archive(process)
    check(_nobody(inside), *(_elsewhere(process, each) for each in inside), _left_from_outside(kind, outside))
    text = canonical_text(text, field="text")
    statement = Statement.objects.create(
        process=process,
        number=next_number(process.statements.all()),
        kind=kind,
        title=canonical_line(title, limit=200, field="title"),
        text=text,
        tree=to_tree(text),
        text_hash=text_hash(text),
        author=inside[0],
        drafted_at=at,
        published_at=at,
    )
    named: list[tuple[Organization, Participation | None]] = [(seat.organization, seat) for seat in inside]
    named += [(find_or_make(each, process), None) for each in outside]
    entry = _publish(statement, named, report, at)
    if kind == StatementKind.WITHDRAWAL:
        leaving = Leaving(reason=text, statement=statement, claimed_on=claimed_on)
        for seat in inside:
            _report_withdrawal(seat, leaving, report, at)
    return entry


@transaction.atomic
def report_withdrawal(
    *, participation: Participation, reason: str, claimed_on: date | None = None, report: Report, at: datetime
) -> Entry:
    """The organization is said to have left, for a reason retold in our words."""
    hold_archive(participation.process)
    reason = canonical_text(reason, what="reason", field="reason")
    return _report_withdrawal(participation, Leaving(reason=reason, claimed_on=claimed_on), report, at)


@transaction.atomic
def record_claim(
    *,
    process: Process,
    topic: str,
    says: str,
    on: date | None = None,
    mark: ClaimMark = ClaimMark.CONFIRMED,
    report: Report,
    at: datetime,
) -> Entry:
    """What sources say of one question stands beside what others say of it; nobody here decides between them."""
    process = hold_archive(process)
    claim = Claim.objects.create(
        process=process,
        number=next_number(process.claims.all()),
        topic=canonical_line(topic, what="question", limit=200, field="topic"),
        says=canonical_text(says, what="claim", field="says"),
        on=on,
        mark=mark,
        sources=list(report.body["sources"]),
        recorded_at=at,
    )
    body = {
        "topic": claim.topic,
        "says_hash": text_hash(claim.says),
        "on": on.isoformat() if on is not None else None,
        "mark": mark.value,
    }
    return _append(Kind.CLAIM_RECORDED, process, claim.subject, body, report, at)


@transaction.atomic
def conclude_archive(*, process: Process, reason: str, report: Report, at: datetime) -> Entry:
    """Nothing more is told of the process: it is concluded from where it stood."""
    process = hold_archive(process)
    check_move(PROCESS_MOVES, process.state, ProcessState.CONCLUDED, noun=str(process))
    process.state, process.concluded_at = ProcessState.CONCLUDED, at
    process.concluded_reason = reason = canonical_text(reason, what="reason", field="reason")
    process.save(update_fields=["state", "concluded_at", "concluded_reason"])
    return _append(Kind.PROCESS_CONCLUDED, process, process.subject, {"reason_hash": text_hash(reason)}, report, at)


def hold_archive(process: Process) -> Process:
    """The process under lock, while an archivist tells it; refused for every other: NotPossible."""
    process = hold(process, for_change=True)
    if not process.reported_by or not process.is_being_told:
        raise refuse("no_archive", f"{process.title} is not an archive that is being told.")
    return process


def _category(process: Process, slug: str, name: str) -> InterestCategory:
    found = process.categories.filter(slug=slug).first()
    if found is not None:
        return found
    name = canonical_line(name, what="name of a category", limit=80, field="category_name")
    return InterestCategory.objects.create(
        process=process, slug=slug, name=name, position=process.categories.count() + 1
    )


def _publish(
    statement: Statement, named: list[tuple[Organization, Participation | None]], report: Report, at: datetime
) -> Entry:
    body = {
        "kind": statement.kind,
        "about": None,
        "title": statement.title,
        "text_hash": statement.text_hash,
        "signatories": len(named),
        "effective_at": None,
    }
    entry = _append(Kind.STATEMENT_PUBLISHED, statement.process, statement.subject, body, report, at)
    for organization, seat in named:
        Signature.objects.create(
            statement=statement,
            organization=organization,
            participation=seat,
            is_reported=True,
            asked_at=at,
            signed_at=at,
        )
        signed = {"text_hash": statement.text_hash, "signed_at": moment(at)}
        _append(Kind.STATEMENT_SIGNED, statement.process, statement.subject, signed, report, at, organization.slug)
    return entry


def _report_withdrawal(seat: Participation, leaving: Leaving, report: Report, at: datetime) -> Entry:
    seat = hold(seat, for_change=True)
    body = vacate(seat, leaving, [], at)
    return _append(Kind.ORGANIZATION_WITHDRAWN, seat.process, seat.organization.subject, body, report, at)


def _append(
    kind: Kind,
    process: Process,
    subject: str,
    body: dict[str, Any],
    report: Report,
    at: datetime,
    organization: str | None = None,
) -> Entry:
    return append(
        kind,
        actor=None,
        role=ROLE,
        organization=organization,
        process=process,
        subject=subject,
        body=body,
        reported=report.body,
        at=at,
    )


def _nobody(inside: Sequence[Participation]) -> Reason | None:
    return None if inside else Reason("signatories", "Name at least one organization that took part.", "signatories")


def _elsewhere(process: Process, seat: Participation) -> Reason | None:
    if seat.process_id == process.pk:
        return None
    return Reason("signatories", f"{seat.organization} is not reported in this process.", "signatories")


def _left_from_outside(kind: StatementKind, outside: Sequence[str]) -> Reason | None:
    if kind != StatementKind.WITHDRAWAL or not outside:
        return None
    return Reason("outside", "Nobody leaves who took no part.", "outside")
