"""What an archive's file tells: who took part, what was announced and held, who left, what sources say."""

from __future__ import annotations

from datetime import date, datetime

from policyhub.accounts.models import User
from policyhub.demo.plainyaml import FileRefused
from policyhub.demo.said import Said
from policyhub.demo.telling import Handler, Telling
from policyhub.meetings.acts.archive import report_meeting as act_report_meeting
from policyhub.meetings.rules import MeetingKind, Sitting
from policyhub.participation.acts import archive
from policyhub.participation.rules import ClaimMark, StatementKind
from policyhub.record.models import Entry


def report_organization(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    listed = telling.organization(said.text("organization"))
    return archive.report_organization(
        process=telling.process,
        name=listed.name,
        category=listed.category,
        category_name=telling.file.category_name(listed.category),
        report=report_of(said),
        at=_by_nobody(actor, at),
    )


def report_meeting(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return act_report_meeting(
        process=telling.process,
        title=said.text("title"),
        kind=said.choice("kind", MeetingKind, MeetingKind.IN_PERSON),
        on=day_of(said.text("on")),
        sitting=said.choice("sitting", Sitting, Sitting.HELD),
        noticed_on=_day(said.find_text("noticed_on")),
        note=said.text("note", ""),
        report=report_of(said),
        at=_by_nobody(actor, at),
    )


def report_statement(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return archive.report_statement(
        process=telling.process,
        kind=said.choice("kind", StatementKind),
        title=said.text("title"),
        text=said.text("text"),
        inside=[telling.seat(slug) for slug in said.texts("signatories")],
        outside=[telling.organization(slug).name for slug in (said.texts("outside") if said.has("outside") else [])],
        claimed_on=_day(said.find_text("claimed_on")),
        report=report_of(said),
        at=_by_nobody(actor, at),
    )


def report_withdrawal(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return archive.report_withdrawal(
        participation=telling.seat(said.text("organization")),
        reason=said.text("reason"),
        claimed_on=_day(said.find_text("claimed_on")),
        report=report_of(said),
        at=_by_nobody(actor, at),
    )


def record_claim(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return archive.record_claim(
        process=telling.process,
        topic=said.text("topic"),
        says=said.text("says"),
        on=_day(said.find_text("on")),
        mark=said.choice("mark", ClaimMark, ClaimMark.CONFIRMED),
        report=report_of(said),
        at=_by_nobody(actor, at),
    )


def conclude_archive(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return archive.conclude_archive(
        process=telling.process, reason=said.text("reason"), report=report_of(said), at=_by_nobody(actor, at)
    )


def report_of(said: Said) -> archive.Report:
    """The sources that a line names, and what it says is unknown."""
    return archive.Report(said.texts("sources"), said.texts("unknown") if said.has("unknown") else ())


def day_of(written: str) -> date:
    """A day such as 2015-06-16."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise FileRefused(f"{written} is no day. Write one such as 2015-06-16.") from None


def _day(written: str | None) -> date | None:
    return day_of(written) if written is not None else None


def _by_nobody(actor: User | None, at: datetime) -> datetime:
    """The time of the line; what an archive tells nobody here has done."""
    if actor is not None:
        raise FileRefused("An archive is told by nobody: leave out by.")
    return at


HANDLERS: dict[str, Handler] = {
    "report_organization": report_organization,
    "report_meeting": report_meeting,
    "report_statement": report_statement,
    "report_withdrawal": report_withdrawal,
    "record_claim": record_claim,
    "conclude_archive": conclude_archive,
}
