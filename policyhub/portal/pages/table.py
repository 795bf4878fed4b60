"""Who is at the table, who left it and why, and what organizations said together."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from policyhub import rulebook
from policyhub.core.canonical import moment
from policyhub.core.html import to_html
from policyhub.drafting.models import Version
from policyhub.drafting.queries import documents_of
from policyhub.insight import table
from policyhub.insight.claims import reports
from policyhub.insight.report import departure_report, left_together
from policyhub.insight.reported import impact_for_page
from policyhub.insight.subjects import describe
from policyhub.participation.models import Answer, CharterProposal, PartialWithdrawal, Process
from policyhub.participation.queries import (
    affiliations,
    announced,
    declined,
    find_charter,
    guests,
    profiles,
    published_statements,
    roster,
    steps_out,
)
from policyhub.participation.rules import ANSWERED_KINDS
from policyhub.portal.frame import frame, one, page, process_of
from policyhub.portal.serving import kept, public
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry
from policyhub.record.queries import now

NEWEST_VERSIONS = 4


@public
def at_the_table(request: HttpRequest, process: str) -> HttpResponse:
    """Who sits, who left and why, what each needs, how the balance changed."""
    found = process_of(process)
    charter, versions, seats = find_charter(found), _versions(found), list(roster(found))
    shares, entries, told = table.balance(found), _withdrawal_entries(found), reports(found)
    context = {
        **frame(found, "process-table"),
        "charter": charter,
        "rule": _rule_text(charter.rule if charter else None),
        "ballot_rule": _rule_text(charter.ballot_rule if charter else None),
        "charters": found.charters.order_by("-version"),
        "proposals": [_proposed(each) for each in found.charter_proposals.order_by("-pk")],
        "seats": seats,
        "told": [(seat, told.get(seat.organization.subject)) for seat in seats] if found.is_archive else [],
        "rows": table.rows(found, seats),
        "shares": shares,
        "balance": table.balance_sentence(charter, shares),
        "joined": table.any_joined(shares),
        "guests": guests(found),
        "affiliations": affiliations(found),
        "profiles": profiles(found),
        "chart": table.chart(found, seats, now()),
        "versions": versions,
        "needs": table.needs(found, versions, seats),
        "departures": [_departure(each, entries) for each in table.departures(found, seats)],
        "announced": announced(found),
        "stepped": [_stepped(each, found) for each in steps_out(found)],
        "declined": declined(found),
        "statements": published_statements(found).filter(withdrawals__isnull=True).select_related("answer"),
        "answered": ANSWERED_KINDS,
    }
    return page(request, "portal/table.html", context)


@public
def statement(request: HttpRequest, process: str, number: int) -> HttpResponse:
    """What organizations said together, in full, with their names."""
    found = one(published_statements(process_of(process)).filter(number=number))
    signed = found.signatures.filter(signed_at__isnull=False).select_related("organization", "participation__category")
    context = {
        **frame(found.process, "process-table"),
        "statement": found,
        "html": to_html(found.tree),
        "about": describe(found.about, found.process) if found.about else None,
        "answer": Answer.objects.filter(statement=found).first(),
        "is_awaiting": found.kind in ANSWERED_KINDS,
        "signatures": signed.order_by("organization__name"),
        "entry": Entry.objects.of_subject(found.subject).order_by("index").first(),
    }
    return page(request, "portal/statement.html", context)


@public
def withdrawal(request: HttpRequest, process: str, index: int) -> HttpResponse:
    """What followed at once from a withdrawal, computed from the record as it stood before it."""
    found = process_of(process)
    entry = one(Entry.objects.of_process(process).of_kinds(Kind.ORGANIZATION_WITHDRAWN).filter(index=index))
    together = left_together(entry)
    report = kept("|".join(each.hash_text for each in together), lambda: departure_report(together))
    context = {**frame(found, "process-table"), "entry": entry, "impact": impact_for_page(report, found)}
    return page(request, "portal/withdrawal.html", context)


def _withdrawal_entries(process: Process) -> dict[tuple[str, str], int]:
    """The index of each withdrawal's entry, by organization and time."""
    written = Entry.objects.of_process(process.slug).of_kinds(Kind.ORGANIZATION_WITHDRAWN)
    return {(each.subject, each.body["effective_at"]): each.index for each in written}


def _proposed(proposal: CharterProposal) -> dict[str, Any]:
    rules = {name: _rule_text(proposal.terms[name]) for name in ("rule", "ballot_rule")}
    return {"proposal": proposal, **rules}


def _stepped(stepped: PartialWithdrawal, process: Process) -> dict[str, Any]:
    return {"stepped": stepped, "part": describe(stepped.scope, process)}


def _departure(departure: table.Departure, entries: dict[tuple[str, str], int]) -> dict[str, Any]:
    """A departure with its statement's text; what several said in the same words is said once."""
    said = departure.statement
    conditions = dict.fromkeys(seat.withdrawal.return_condition for seat in departure.seats)
    return {
        "statement": said,
        "html": to_html(said.tree, level=4, prefix=f"statement-{said.number}") if said else "",
        "seats": departure.seats,
        "back": departure.back,
        "first": departure.first,
        "claims": [seat for seat in departure.seats if seat.withdrawal.claimed_on is not None],
        "entry": entries.get((departure.first.organization.subject, moment(departure.first.withdrawal.effective_at))),
        "conditions": [condition for condition in conditions if condition],
    }


def _versions(process: Process) -> list[Version]:
    """The newest versions of the process's first text, oldest first."""
    first = documents_of(process).first()
    if first is None:
        return []
    return list(first.versions.select_related("document").order_by("-number")[:NEWEST_VERSIONS])[::-1]


def _rule_text(rule: str | dict[str, Any] | None) -> str:
    return rulebook.describe(rulebook.preset(rule)) if rule is not None else ""
