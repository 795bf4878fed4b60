"""Calls, positions, objections, determinations."""

from __future__ import annotations

from datetime import datetime

from policyhub.accounts.models import User
from policyhub.decisions import acts
from policyhub.decisions.models import Call, Objection
from policyhub.decisions.rules import Stance
from policyhub.demo.handlers.drafting import version_of
from policyhub.demo.handlers.participation import somebody
from policyhub.demo.telling import Handler, Said, Telling
from policyhub.record.models import Entry


def open_call(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    version, clause = version_of(telling, said), said.take("clause", None)
    text = telling.one(version.texts.filter(number=str(clause)), f"Clause {clause}") if clause else None
    return acts.open_call(
        actor=somebody(actor),
        process=telling.process,
        question=said.text("question"),
        version=version,
        clause_text=text,
        closes_at=telling.moment(said.take("closes")),
        at=at,
    )


def cast_position(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    call = _call(telling, said)
    return acts.cast_position(
        actor=somebody(actor),
        call=call,
        stance=said.choice("stance", Stance),
        reason=said.text("reason", ""),
        cure=said.text("cure", ""),
        text_hash=call.text_hash,
        at=at,
    )


def close_call(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.close_call(call=_call(telling, said), at=at)


def determine_call(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.determine_call(
        actor=somebody(actor), call=_call(telling, said), reasons=said.text("reasons", ""), at=at
    )


def answer_objection(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.answer_objection(
        actor=somebody(actor),
        objection=_objection(telling, said),
        accommodated=said.flag("accommodated"),
        answer=said.text("answer"),
        at=at,
    )


def lift_objection(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.lift_objection(actor=somebody(actor), objection=_objection(telling, said), at=at)


def _call(telling: Telling, said: Said) -> Call:
    number = said.take("call")
    rows = Call.objects.filter(process=telling.process, number=number).select_related("process", "version")
    return telling.one(rows, f"Call {number}")


def _objection(telling: Telling, said: Said) -> Objection:
    number = said.take("objection")
    return telling.one(Objection.objects.filter(process=telling.process, number=number), f"Objection {number}")


HANDLERS: dict[str, Handler] = {
    "open_call": open_call,
    "cast_position": cast_position,
    "close_call": close_call,
    "determine_call": determine_call,
    "answer_objection": answer_objection,
    "lift_objection": lift_objection,
}
