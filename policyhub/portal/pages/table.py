"""Who is at the table, who left it and why, and what organizations said together."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from policyhub import rulebook
from policyhub.core.html import to_html
from policyhub.drafting.models import Version
from policyhub.drafting.queries import documents_of
from policyhub.insight import table
from policyhub.participation.models import Charter, Process
from policyhub.participation.queries import declined, find_charter, published_statements, roster
from policyhub.portal.frame import frame, one, page, process_of
from policyhub.portal.serving import public
from policyhub.record.models import Entry
from policyhub.record.queries import now

NEWEST_VERSIONS = 4


@public
def at_the_table(request: HttpRequest, process: str) -> HttpResponse:
    """Who sits, who left and why, what each needs, how the balance changed."""
    found = process_of(process)
    charter, versions, seats = find_charter(found), _versions(found), list(roster(found))
    shares = table.balance(found)
    context = {
        **frame(found, "process-table"),
        "charter": charter,
        "rule": _rule_text(charter),
        "seats": seats,
        "rows": table.rows(found, seats),
        "shares": shares,
        "balance": table.balance_sentence(charter, shares),
        "chart": table.chart(found, seats, now()),
        "versions": versions,
        "needs": table.needs(found, versions, seats),
        "departures": [_departure(each) for each in table.departures(found, seats)],
        "declined": declined(found),
        "statements": published_statements(found).filter(withdrawals__isnull=True),
    }
    return page(request, "portal/table.html", context)


@public
def statement(request: HttpRequest, process: str, number: int) -> HttpResponse:
    """What organizations said together, in full, with their names."""
    found = one(published_statements(process_of(process)).filter(number=number))
    signed = found.signatures.filter(signed_at__isnull=False).select_related(
        "participation__organization", "participation__category"
    )
    context = {
        **frame(found.process, "process-table"),
        "statement": found,
        "html": to_html(found.tree),
        "signatures": signed.order_by("participation__organization__name"),
        "entry": Entry.objects.of_subject(found.subject).order_by("index").first(),
    }
    return page(request, "portal/statement.html", context)


def _departure(departure: table.Departure) -> dict[str, Any]:
    """A departure with its statement's text; what several said in the same words is said once."""
    said = departure.statement
    conditions = dict.fromkeys(seat.withdrawal.return_condition for seat in departure.seats)
    return {
        "statement": said,
        "html": to_html(said.tree, level=4, prefix=f"statement-{said.number}") if said else "",
        "seats": departure.seats,
        "back": departure.back,
        "first": departure.first,
        "conditions": [condition for condition in conditions if condition],
    }


def _versions(process: Process) -> list[Version]:
    """The newest versions of the process's first text, oldest first."""
    first = documents_of(process).first()
    if first is None:
        return []
    return list(first.versions.select_related("document").order_by("-number")[:NEWEST_VERSIONS])[::-1]


def _rule_text(charter: Charter | None) -> str:
    return rulebook.describe(rulebook.preset(charter.rule)) if charter else ""
