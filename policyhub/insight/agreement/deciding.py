"""What entries claim of calls, rolls, objections and determinations."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch

from policyhub.core.text import text_hash
from policyhub.decisions.models import Call, Determination, Objection, Seat
from policyhub.decisions.queries import is_under_seal, recount, roll_hash
from policyhub.decisions.rules import CallState, ObjectionState
from policyhub.insight.agreement.claims import (
    UNKNOWN,
    Check,
    Claim,
    Said,
    hash_of_text,
    hashed,
    is_now,
    of_org,
    of_person,
    stated,
    subject,
    timed,
    written,
)
from policyhub.record.kinds import Kind

ANSWERED = {ObjectionState.ACCOMMODATED, ObjectionState.NOT_ACCOMMODATED}
_NUMBERED = ("process__slug", "number")
_CALLS = Call.objects.select_related(
    "process", "version__document", "clause_text__clause", "repeats", "recirculates", "determination"
).prefetch_related(
    Prefetch("roll", Seat.objects.select_related("organization", "voice")),
    Prefetch("objections", Objection.objects.select_related("holder")),
    "positions",
    "options",
)
_DETERMINATIONS = Determination.objects.select_related("call__process").prefetch_related(
    Prefetch("call__objections", Objection.objects.select_related("holder"))
)
_OBJECTIONS = Objection.objects.select_related("process", "holder", "call__process")


def _answer(said: Said) -> str:
    accommodated = said.body["accommodated"] is True
    return ObjectionState.ACCOMMODATED if accommodated else ObjectionState.NOT_ACCOMMODATED


def _roll_hash(call: Call) -> str:
    return roll_hash({each.organization.slug: each.voice.slug for each in call.roll.all()})


def _counted_again(name: str) -> Check:
    """What the rule computes from the roll and the positions; objections may have been answered or lifted since."""

    def found(call: Call) -> Any:
        if is_under_seal(call):
            return "nothing: positions are under seal"
        return recount(call)[name] if name == "counts" or not call.objections.all() else UNKNOWN

    return stated(name, found)


def _interruption(row: Call, said: Said) -> Any:
    """The chair's reason; why a changed text stops a call the site says in its own words."""
    return hash_of_text(row.suspended_reason) if said.body["reason"] == "chair" else UNKNOWN


def _numbers(said: Said) -> list[Any]:
    return [[each["number"], each["holder"]] for each in said.body["objections"]]


def _standing(row: Determination, said: Said) -> list[Any]:
    """Of the call's objections those that the entry lists, and those that it should: they still stand."""
    listed = {each["number"] for each in said.body["objections"]}
    return [
        [each.number, each.holder.slug]
        for each in sorted(row.call.objections.all(), key=lambda each: each.number)
        if each.number in listed or each.state != ObjectionState.LIFTED
    ]


CLAIMS: dict[Kind, tuple[Claim, ...]] = {
    Kind.CALL_OPENED: (
        Claim(
            _CALLS,
            _NUMBERED,
            subject,
            (
                stated("asking", "asking"),
                stated("question", "question"),
                stated("options", lambda row: {each.stance: text_hash(each.meaning) for each in row.options.all()}),
                stated("document", "version__document__slug"),
                stated("version", "version__number"),
                stated("clause", "clause_text__clause__key"),
                stated("text_hash", "text_hash"),
                stated("text_hash", lambda row: (row.clause_text or row.version).text_hash),
                stated("rule", "rule"),
                stated("sealed", "is_sealed"),
                stated("treatment", "treatment"),
                stated("roll_hash", "roll_hash"),
                stated("roll_hash", lambda row: _roll_hash(row)),
                stated("roll_size", lambda row: len(row.roll.all())),
                timed("opens_at", "opens_at"),
                timed("closes_at", "closes_at"),
                stated("repeats", "repeats__number"),
                stated("recirculates", "recirculates__number"),
                hashed("reason_hash", "reason"),
                of_person("opened_by_id"),
                is_now(CallState.OPENED, "state", "call"),
            ),
            makes=True,
        ),
    ),
    Kind.CALL_SUSPENDED: (
        Claim(
            _CALLS,
            _NUMBERED,
            subject,
            (
                is_now(CallState.SUSPENDED, "state", "call"),
                Check("reason_hash", lambda said: said.body["reason_hash"], _interruption, "suspended", beside=True),
            ),
        ),
    ),
    Kind.CALL_RESUMED: (
        Claim(
            _CALLS,
            _NUMBERED,
            subject,
            (is_now(CallState.OPENED, "state", "call"), hashed("reason_hash", "resumed_reason", "resumed")),
        ),
    ),
    Kind.CALL_VOIDED: (
        Claim(
            _CALLS,
            _NUMBERED,
            subject,
            (is_now(CallState.VOID, "state", "call"), hashed("reason_hash", "void_reason")),
        ),
    ),
    Kind.CALL_CLOSED: (
        Claim(
            _CALLS,
            _NUMBERED,
            subject,
            (
                stated("positions", lambda row: len(row.positions.all())),
                stated("roll_hash", "roll_hash"),
                *(_counted_again(name) for name in ("counts", "outcome", "label", "depends_on_withdrawal")),
                is_now(CallState.CLOSED, "state", "call"),
            ),
        ),
    ),
    Kind.CALL_DETERMINED: (
        Claim(
            _DETERMINATIONS,
            ("call__process__slug", "call__number"),
            subject,
            (
                stated("outcome", lambda row: row.tally["outcome"]),
                stated("label", "label"),
                stated("designation", "outcome"),
                hashed("reasons_hash", "reasons"),
                Check("objections", _numbers, _standing, beside=True),
                of_person("determined_by_id"),
                written("determined_at"),
            ),
            makes=True,
        ),
        Claim(_CALLS, _NUMBERED, subject, (is_now(CallState.DETERMINED, "state", "call"),)),
    ),
    Kind.OBJECTION_ANSWERED: (
        Claim(
            _OBJECTIONS,
            _NUMBERED,
            subject,
            (
                Check("accommodated", _answer, lambda row: row.state, "objection"),
                hashed("reason_hash", "answer", "objection answer"),
            ),
        ),
    ),
    Kind.OBJECTION_LIFTED: (
        Claim(
            _OBJECTIONS,
            _NUMBERED,
            subject,
            (
                stated("by", "holder__slug"),
                of_org("holder__slug"),
                is_now(ObjectionState.LIFTED, "state", "objection"),
            ),
        ),
    ),
}
