"""Calls, positions, objections, determinations."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from policyhub.accounts.models import User
from policyhub.decisions import acts
from policyhub.decisions.rules import Designation, Means, Stance
from policyhub.demo.handlers.finding import call_of, clause_of, objection_of, somebody, version_of
from policyhub.demo.said import Said
from policyhub.demo.telling import Handler, Telling
from policyhub.record.models import Entry


def open_straw_poll(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.open_straw_poll(actor=somebody(actor), process=telling.process, **_question(telling, said), at=at)


def open_call(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.open_call(
        actor=somebody(actor),
        process=telling.process,
        **_question(telling, said),
        reason=said.text("reason", ""),
        at=at,
    )


def open_ballot(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.open_ballot(
        actor=somebody(actor),
        process=telling.process,
        **_question(telling, said),
        reason=said.text("reason", ""),
        at=at,
    )


def _question(telling: Telling, said: Said) -> dict[str, Any]:
    """What every way of asking takes: the question, the exact text, the end, what an answer means."""
    version = version_of(telling, said)
    return {
        "question": said.text("question"),
        "version": version,
        "clause_text": clause_of(telling, said, version) if said.has("clause") else None,
        "closes_at": telling.moment(said.text("closes")),
        "meanings": dict(_meaning(each) for each in said.parts("meanings")) if said.has("meanings") else {},
    }


def _meaning(part: Said) -> tuple[Stance, str]:
    found = part.choice("answer", Stance), part.text("means")
    part.check_empty()
    return found


def recirculate_call(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.recirculate_call(
        actor=somebody(actor),
        call=call_of(telling, said),
        closes_at=telling.moment(said.text("closes")),
        reason=said.text("reason"),
        at=at,
    )


def cast_position(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    call = call_of(telling, said)
    return acts.cast_position(
        actor=somebody(actor),
        call=call,
        stance=said.choice("stance", Stance),
        reason=said.text("reason", ""),
        cure=said.text("cure", ""),
        text_hash=call.text_hash,
        at=at,
    )


def close_call(telling: Telling, _: User | None, said: Said, at: datetime) -> Entry:
    return acts.close_call(call=call_of(telling, said), at=at)


def enter_position(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    call = call_of(telling, said)
    return acts.enter_position(
        actor=somebody(actor),
        call=call,
        organization=telling.seat(said.text("organization")).organization,
        means=said.choice("means", Means),
        note=said.text("note"),
        stance=said.choice("stance", Stance),
        reason=said.text("reason", ""),
        cure=said.text("cure", ""),
        text_hash=call.text_hash,
        at=at,
    )


def suspend_call(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.suspend_call(actor=somebody(actor), call=call_of(telling, said), reason=said.text("reason"), at=at)


def resume_call(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.resume_call(actor=somebody(actor), call=call_of(telling, said), reason=said.text("reason"), at=at)


def void_call(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.void_call(actor=somebody(actor), call=call_of(telling, said), reason=said.text("reason"), at=at)


def stop_call(telling: Telling, _: User | None, said: Said, at: datetime) -> Entry:
    call, number = call_of(telling, said), said.number("version")
    version = telling.one(call.version.document.versions.filter(number=number), f"Version {number}")
    return acts.stop_call(call=call, version=version, at=at)


def determine_call(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.determine_call(
        actor=somebody(actor),
        call=call_of(telling, said),
        reasons=said.text("reasons", ""),
        designation=said.choice("designation", Designation) if said.has("designation") else None,
        at=at,
    )


def answer_objection(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.answer_objection(
        actor=somebody(actor),
        objection=objection_of(telling, said),
        accommodated=said.flag("accommodated"),
        answer=said.text("answer"),
        at=at,
    )


def lift_objection(telling: Telling, actor: User | None, said: Said, at: datetime) -> Entry:
    return acts.lift_objection(actor=somebody(actor), objection=objection_of(telling, said), at=at)


HANDLERS: dict[str, Handler] = {
    "open_straw_poll": open_straw_poll,
    "open_call": open_call,
    "open_ballot": open_ballot,
    "recirculate_call": recirculate_call,
    "cast_position": cast_position,
    "enter_position": enter_position,
    "close_call": close_call,
    "stop_call": stop_call,
    "suspend_call": suspend_call,
    "resume_call": resume_call,
    "void_call": void_call,
    "determine_call": determine_call,
    "answer_objection": answer_objection,
    "lift_objection": lift_objection,
}
