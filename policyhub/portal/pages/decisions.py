"""Calls: the list with its objections, and each call as a citizen can read it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from policyhub import rulebook
from policyhub.core.html import to_html
from policyhub.decisions import queries
from policyhub.decisions.models import Call
from policyhub.decisions.rules import CallState
from policyhub.insight.story import OUTCOME_WORDS
from policyhub.portal.frame import frame, one, process_of
from policyhub.portal.serving import public
from policyhub.record.models import Entry
from policyhub.record.queries import now

ORDER = ("endorse", "support", "accept", "object")


@public
def decisions(request: HttpRequest, process: str) -> HttpResponse:
    """Every call with its outcome, and every objection that stands."""
    found, at = process_of(process), now()
    listed = [
        {"call": call, "state": queries.state_at(call, at), "result": _word(call, at)} for call in queries.calls(found)
    ]
    context = {**frame(found, "process-decisions"), "listed": listed, "objections": queries.objections(found)}
    return render(request, "portal/decisions.html", context)


@public
def call(request: HttpRequest, process: str, number: int) -> HttpResponse:
    """A call: the exact text, the rule, who said what, the count both ways, the determination."""
    rows = Call.objects.filter(process__slug=process, number=number)
    found, at = one(rows.select_related("process", "version__document", "clause_text__clause")), now()
    state = queries.state_at(found, at)
    tally = None if state in {CallState.OPENED, CallState.SUSPENDED} else queries.tally_of(found)
    context = {
        **frame(found.process, "process-decisions"),
        "call": found,
        "state": state,
        "texts": [(text, to_html(text.tree, level=4, prefix=text.clause.key)) for text in queries.texts(found)],
        "rule": rulebook.describe(rulebook.preset(found.rule)),
        "standings": queries.counts_by_category(found),
        "positions": queries.positions(found),
        "unanswered": queries.unanswered(found),
        "objections": queries.objections(found.process).filter(call=found),
        "determination": queries.find_determination(found),
        "tally": tally,
        "counts": _two(found, tally) if tally else [],
        "headline": _headline(found, state, tally),
        "entries": Entry.objects.of_subject(found.subject).exclude(kind="position.cast").order_by("index"),
    }
    return render(request, "portal/call.html", context)


def _word(call: Call, at: Any) -> str:
    if queries.state_at(call, at) in {CallState.OPENED, CallState.SUSPENDED}:
        return ""
    tally = queries.tally_of(call)
    return str(tally["label"] or OUTCOME_WORDS[tally["outcome"]]).replace("_", " ")


def _headline(call: Call, state: CallState, tally: dict[str, Any] | None) -> str:
    if state == CallState.OPENED:
        return f"{call.positions.count()} of {call.roll.count()} organizations have answered so far."
    if tally is None:
        return "The call was suspended because its text has a newer version."
    return " ".join(tally["explanation"][:2])


def _two(call: Call, tally: dict[str, Any]) -> list[dict[str, Any]]:
    """The two counts side by side, the one that decides first."""
    gone = {seat.organization.slug for seat in queries.roll(call) if seat.participation.withdrawn_at}
    excluded = tally["other_treatment"]["treatment"] == "exclude"
    first = _count(call, tally, "This count decides", set() if excluded else gone)
    if not gone:
        return [first]
    heading = "Without those that withdrew: for comparison" if excluded else "With those that withdrew: for comparison"
    return [first, _count(call, tally["other_treatment"], heading, gone if excluded else set())]


def _count(call: Call, tally: dict[str, Any], heading: str, without: set[str]) -> dict[str, Any]:
    stances = [each.stance for each in queries.positions(call) if each.organization.slug not in without]
    approval = next((test for test in tally["tests"] if test["name"] == "approval"), None)
    have, base, needed = (approval["have"], approval["base"], approval["needed"]) if approval else (0, 0, 0)
    outcome = tally["outcome"]
    return {
        "id": f"count-{len(without)}-{len(stances)}",
        "heading": heading,
        "sum": f"{have} of {base} for",
        "parts": [(stance, stances.count(stance)) for stance in ORDER],
        "sentence": f"{have} of {base} for; {needed} needed.",
        "needed": needed,
        "need_label": f"{needed} needed",
        "state": outcome,
        "state_word": OUTCOME_WORDS[outcome].capitalize(),
    }
