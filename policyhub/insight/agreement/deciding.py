"""What entries claim of calls, rolls, positions, objections, determinations and editions."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch

from policyhub.decisions.models import Call, Determination, Objection, Position, Seat
from policyhub.decisions.queries import recount, roll_hash
from policyhub.decisions.rules import CallState, ObjectionState, Stance
from policyhub.insight.agreement.claims import (
    UNKNOWN,
    Check,
    Claim,
    Said,
    consists,
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
from policyhub.publishing.models import Edition, File
from policyhub.record.kinds import Kind

ANSWERED = {ObjectionState.ACCOMMODATED, ObjectionState.NOT_ACCOMMODATED}
_NUMBERED = ("process__slug", "number")
_CALLS = Call.objects.select_related(
    "process", "version__document", "clause_text__clause", "repeats", "determination"
).prefetch_related(
    Prefetch("roll", Seat.objects.select_related("organization", "voice")),
    Prefetch("objections", Objection.objects.select_related("holder")),
    "positions",
)
_DETERMINATIONS = Determination.objects.select_related("call__process").prefetch_related(
    Prefetch("call__objections", Objection.objects.select_related("holder"))
)
_POSITIONS = Position.objects.select_related("call__process", "organization", "voice").prefetch_related("call__roll")
_OBJECTIONS = Objection.objects.select_related("process", "holder", "call__process")
_EDITIONS = Edition.objects.select_related("document__process", "version", "against")
_OF_EDITION = ("document__slug", "number")


def _spoken(said: Said) -> tuple[str | int | bool, ...]:
    return (*said.parts, str(said.org))


def _objects(said: Said) -> bool:
    return bool(said.body["position"] == Stance.OBJECT)


def _answer(said: Said) -> str:
    accommodated = said.body["accommodated"] is True
    return ObjectionState.ACCOMMODATED if accommodated else ObjectionState.NOT_ACCOMMODATED


def _roll_hash(call: Call) -> str:
    return roll_hash({each.organization.slug: each.voice.slug for each in call.roll.all()})


def _other_voice(position: Position) -> list[str]:
    """The voice that a position was counted with, where the roll gives its organization another."""
    on_roll = {each.organization_id: each.voice_id for each in position.call.roll.all()}
    return [] if on_roll.get(position.organization_id) == position.voice_id else [position.voice.slug]


def _counted_again(name: str) -> Check:
    """What the rule computes from the roll and the positions; objections may have been answered or lifted since."""

    def found(call: Call) -> Any:
        return recount(call)[name] if name == "counts" or not call.objections.all() else UNKNOWN

    return stated(name, found)


def _unless_answered(objection: Objection) -> Any:
    """The state; who only repeats an objection that was answered leaves the answer as it is."""
    return UNKNOWN if objection.state in ANSWERED else objection.state


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
                stated("question", "question"),
                stated("document", "version__document__slug"),
                stated("version", "version__number"),
                stated("clause", "clause_text__clause__key"),
                stated("text_hash", "text_hash"),
                stated("text_hash", lambda row: (row.clause_text or row.version).text_hash),
                stated("rule", "rule"),
                stated("treatment", "treatment"),
                stated("roll_hash", "roll_hash"),
                stated("roll_hash", lambda row: _roll_hash(row)),
                stated("roll_size", lambda row: len(row.roll.all())),
                timed("opens_at", "opens_at"),
                timed("closes_at", "closes_at"),
                stated("repeats", "repeats__number"),
                hashed("reason_hash", "reason"),
                of_person("opened_by_id"),
                is_now(CallState.OPENED, "state", "call"),
            ),
            makes=True,
        ),
    ),
    Kind.CALL_SUSPENDED: (Claim(_CALLS, _NUMBERED, subject, (is_now(CallState.SUSPENDED, "state", "call"),)),),
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
    Kind.POSITION_CAST: (
        Claim(
            _POSITIONS,
            ("call__process__slug", "call__number", "organization__slug"),
            _spoken,
            (
                stated("position", "stance", "position"),
                stated("text_hash", "call__text_hash"),
                hashed("reason_hash", "reason", "reason"),
                hashed("cure_hash", "cure", "cure"),
                Check("index", lambda said: said.entry.index, lambda row: row.entry_index, "index"),
                of_org("organization__slug"),
                consists("actor.org", lambda row: _other_voice(row)),
                of_person("cast_by_id", group="cast_by"),
                written("cast_at", "cast_at"),
            ),
            makes=True,
        ),
        Claim(
            _OBJECTIONS,
            ("call__process__slug", "call__number", "holder__slug"),
            _spoken,
            (
                hashed("reason_hash", "reason", "why"),
                hashed("cure_hash", "cure", "what"),
                is_now(ObjectionState.RAISED, _unless_answered, "objection"),
                Check("answer", lambda said: "", lambda row: row.answer and UNKNOWN, "objection answer"),
            ),
            makes=True,
            applies=_objects,
        ),
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
    Kind.EDITION_PINNED: (
        Claim(
            _EDITIONS,
            _OF_EDITION,
            subject,
            (
                stated("document", "document__slug"),
                stated("version", "version__number"),
                stated("against", "against__number"),
                stated("language", "language"),
                stated("text_hash", "version__text_hash"),
                stated("size", "record_size"),
                stated("root", "record_root"),
                stated("engine", "engine"),
                stated("template", "template"),
                of_person("pinned_by_id"),
                written("pinned_at"),
            ),
            makes=True,
        ),
    ),
    Kind.EDITION_PUBLISHED: (
        Claim(
            _EDITIONS.filter(published_at__isnull=False),
            _OF_EDITION,
            subject,
            (
                stated("document", "document__slug"),
                stated("version", "version__number"),
                stated("number", "number"),
                stated("file_hash", "file_hash"),
                written("published_at"),
            ),
        ),
        Claim(
            File.objects.all(),
            ("hash",),
            lambda said: (said.body["file_hash"],),
            (
                Check("file_hash", lambda said: said.body["file_hash"], lambda row: hash_of_text(bytes(row.data))),
                stated("bytes", lambda row: len(row.data)),
            ),
            makes=True,
        ),
    ),
}
