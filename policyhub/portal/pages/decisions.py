"""Calls: the list with its objections, and each call as a citizen can read it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from policyhub.core.html import to_html
from policyhub.decisions import queries
from policyhub.decisions.models import Call
from policyhub.decisions.verdicts import rule_words
from policyhub.insight.story import tell
from policyhub.portal import results
from policyhub.portal.frame import frame, one, page, process_of
from policyhub.portal.serving import public
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry
from policyhub.record.queries import now

# What is listed as positions, and not among what became of the call.
SAID = (Kind.POSITION_CAST, Kind.POSITION_SEALED, Kind.POSITION_UNSEALED, Kind.POSITION_ENTERED)


@public
def decisions(request: HttpRequest, process: str) -> HttpResponse:
    """Every call with its outcome, and every objection that stands."""
    found, at = process_of(process), now()
    listed = [results.result(call, at) for call in queries.calls(found).select_related("determination")]
    objections = queries.objections(found).select_related("holder", "call__process")
    context = {**frame(found, "process-decisions"), "listed": listed, "objections": objections}
    return page(request, "portal/decisions.html", context)


@public
def call(request: HttpRequest, process: str, number: int) -> HttpResponse:
    """A call: what came of it, who said what, the count both ways, the determination, the exact text."""
    rows = Call.objects.filter(process__slug=process, number=number)
    related = ("process", "version__document", "clause_text__clause", "determination", "repeats", "recirculates")
    found = one(rows.select_related(*related))
    result, positions = results.result(found, now()), list(queries.positions(found))
    standings, seats = queries.counts_by_category(found), list(queries.roll(found))
    context = {
        **frame(found.process, "process-decisions"),
        "call": found,
        "result": result,
        "heading": results.heading(result),
        "deck": results.deck(result, standings[-1], len(seats)),
        "counts": results.counts(result, positions),
        "positions": positions,
        "standings": standings,
        "unanswered": queries.unanswered(found),
        "sealed": queries.answered_under_seal(found),
        "options": queries.options(found),
        "joined": queries.joined(seats),
        "objections": queries.objections(found.process).filter(call=found),
        "determination": getattr(found, "determination", None),
        "texts": [(text, to_html(text.tree, level=4, prefix=text.clause.key)) for text in queries.texts(found)],
        "rule": rule_words(found),
        "told": tell(Entry.objects.of_subject(found.subject).exclude(kind__in=SAID).order_by("index")),
    }
    return page(request, "portal/call.html", context)
