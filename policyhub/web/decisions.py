"""The workspace's pages about calls, positions, objections and determinations."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import URLPattern, path

from policyhub.core.html import to_html
from policyhub.decisions import acts, queries
from policyhub.decisions.models import Call, Objection
from policyhub.decisions.permissions import (
    can_answer_objection,
    can_cast_position,
    can_determine_call,
    can_lift_objection,
)
from policyhub.decisions.verdicts import rule_words
from policyhub.record.queries import now
from policyhub.web.access import SignedInRequest, one, permitted, process_of, signed_in
from policyhub.web.acting import ActForm, act_page
from policyhub.web.calls import call_of
from policyhub.web.forms import decisions as forms


@signed_in
def cast_position(request: SignedInRequest, process: str, number: int) -> HttpResponse:
    """The organization says where it stands, beside the exact text, the rule and the state of play."""
    call = call_of(process, number)
    permitted(can_cast_position(request.user, call))
    voice = queries.find_voice(request.user, call)
    stance, reason, cure = (queries.find_own_words(call, voice) if voice is not None else None) or (None, "", "")
    form = forms.CastPosition(
        request.POST or None,
        call=call,
        initial={"text_hash": call.text_hash, "stance": stance, "reason": reason, "cure": cure},
    )
    return act_page(
        request,
        form,
        lambda: acts.cast_position(actor=request.user, call=call, at=now(), **form.said),
        template="web/decisions/cast_position.html",
        context={
            **_shown(call),
            "voice": voice,
            "said": stance,
            "related": queries.related_seats(call, voice),
            "holds": queries.objections_before(call, voice),
        },
    )


@signed_in
def determine_call(request: SignedInRequest, process: str, number: int) -> HttpResponse:
    """The chair gives the reasons beside an outcome that the rule computed, both ways."""
    call = call_of(process, number)
    permitted(can_determine_call(request.user, call))
    form = forms.DetermineCall(request.POST or None)
    return act_page(
        request,
        form,
        lambda: acts.determine_call(actor=request.user, call=call, at=now(), **form.said),
        template="web/decisions/determine_call.html",
        context={
            **_shown(call),
            "tally": None if queries.is_under_seal(call) else queries.tally_of(call),
            "standing": queries.standing_objections(call.process).filter(call=call),
        },
    )


@signed_in
def answer_objection(request: SignedInRequest, process: str, number: int) -> HttpResponse:
    """The chair or the editor answers in writing."""
    objection = _objection(process, number)
    permitted(can_answer_objection(request.user, objection))
    form = forms.AnswerObjection(request.POST or None)
    return act_page(
        request,
        form,
        lambda: acts.answer_objection(actor=request.user, objection=objection, at=now(), **form.said),
        template="web/decisions/objection.html",
        context={
            "process": objection.process,
            "objection": objection,
            "title": f"Answer the objection of {objection.holder}",
            "button": "Record this answer",
        },
    )


@signed_in
def lift_objection(request: SignedInRequest, process: str, number: int) -> HttpResponse:
    """The holder lifts its objection."""
    objection = _objection(process, number)
    permitted(can_lift_objection(request.user, objection))
    form = ActForm(request.POST or None)
    return act_page(
        request,
        form,
        lambda: acts.lift_objection(actor=request.user, objection=objection, at=now()),
        template="web/decisions/objection.html",
        context={
            "process": objection.process,
            "objection": objection,
            "title": "Lift your objection",
            "deck": "Only you can. What you said stays on the record, and your position stays as you cast it.",
            "button": "Lift it",
        },
    )


def _objection(process: str, number: int) -> Objection:
    return one(queries.objections(process_of(process)).filter(number=number))


def _shown(call: Call) -> dict[str, Any]:
    """What a call's pages show of it: the text, the one before, the rule and the state of play."""
    standings = queries.counts_by_category(call)
    return {
        "process": call.process,
        "call": call,
        "state": queries.state_at(call, now()),
        "texts": [(text, to_html(text.tree, level=4, prefix=text.clause.key)) for text in queries.texts(call)],
        "changes": queries.find_changes(call),
        "rule": rule_words(call),
        "standings": standings[:-1],
        "all": standings[-1],
        "positions": queries.positions(call),
    }


ROUTES: list[URLPattern] = [
    path("processes/<slug:process>/calls/<int:number>/position/", cast_position, name="cast-position"),
    path("processes/<slug:process>/calls/<int:number>/determine/", determine_call, name="determine-call"),
    path("processes/<slug:process>/objections/<int:number>/answer/", answer_objection, name="answer-objection"),
    path("processes/<slug:process>/objections/<int:number>/lift/", lift_objection, name="lift-objection"),
]
