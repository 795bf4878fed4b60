"""What entries claim of positions: cast, sealed and opened, or entered by the chair."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from policyhub.decisions.models import Call, Objection, Position, SealedPosition
from policyhub.decisions.rules import Asking, Means, ObjectionState, Stance
from policyhub.insight.agreement.claims import (
    UNKNOWN,
    Check,
    Claim,
    Key,
    Said,
    consists,
    hash_of_text,
    hashed,
    is_now,
    of_org,
    of_person,
    stated,
    written,
)
from policyhub.record.kinds import Kind
from policyhub.record.queries import reveal

_ANSWERED = {ObjectionState.ACCOMMODATED, ObjectionState.NOT_ACCOMMODATED}
_OF_CALL = ("call__process__slug", "call__number")
_OF_ORGANIZATION = (*_OF_CALL, "organization__slug")
_POSITIONS = Position.objects.select_related("call__process", "organization", "voice").prefetch_related("call__roll")
_SEALED = SealedPosition.objects.select_related("call__process", "organization", "voice").prefetch_related("call__roll")
_OBJECTIONS = Objection.objects.select_related("process", "holder", "call__process")


def _spoken(said: Said) -> tuple[str | int | bool, ...]:
    return (*said.parts, str(said.org))


def _named(said: Said) -> Key:
    return (*said.parts, str(said.body["organization"]))


def _objects(said: Said) -> bool:
    """Whether an objection was raised or repeated by it: leaning against a text in a straw poll raises none."""
    if said.body["position"] != Stance.OBJECT:
        return False
    process, number = said.parts
    return not Call.objects.filter(process__slug=process, number=number, asking=Asking.STRAW_POLL).exists()


def _other_voice(position: Position | SealedPosition) -> list[str]:
    """The voice that a position was counted with, where the roll gives its organization another."""
    on_roll = {each.organization_id: each.voice_id for each in position.call.roll.all()}
    return [] if on_roll.get(position.organization_id) == position.voice_id else [position.voice.slug]


def _unless_answered(objection: Objection) -> Any:
    """The state; who only repeats an objection that was answered leaves the answer as it is."""
    return UNKNOWN if objection.state in _ANSWERED else objection.state


def _other_words(sealed: SealedPosition) -> list[str]:
    """Which words beside a sealed position are not those that were committed to; opened they stand elsewhere."""
    if sealed.is_opened:
        return []
    payload = reveal(sealed.commitment)["payload"]
    kept = {"reason_hash": sealed.reason, "cure_hash": sealed.cure}
    return [name for name, words in kept.items() if hash_of_text(words) != payload[name]]


def _index(said: Said) -> int:
    return said.entry.index


def _of_position(*more: Check) -> tuple[Check, ...]:
    """What every entry says that made a position what it is now."""
    return (
        stated("position", "stance", "position"),
        hashed("reason_hash", "reason", "reason"),
        hashed("cure_hash", "cure", "cure"),
        Check("index", _index, lambda row: row.entry_index, "index"),
        *more,
    )


def _objection(key: Callable[[Said], Key]) -> Claim:
    """The objection that was raised by it."""
    return Claim(
        _OBJECTIONS,
        (*_OF_CALL, "holder__slug"),
        key,
        (
            hashed("reason_hash", "reason", "why"),
            hashed("cure_hash", "cure", "what"),
            is_now(ObjectionState.RAISED, _unless_answered, "objection"),
            Check("answer", lambda said: "", lambda row: row.answer and UNKNOWN, "objection answer"),
        ),
        makes=True,
        applies=_objects,
    )


_TEXT = stated("text_hash", "call__text_hash")

CLAIMS: dict[Kind, tuple[Claim, ...]] = {
    Kind.POSITION_CAST: (
        Claim(
            _POSITIONS,
            _OF_ORGANIZATION,
            _spoken,
            _of_position(
                _TEXT,
                is_now(Means.ITSELF, "means", "means"),
                is_now("", "note", "note"),
                of_org("organization__slug"),
                consists("actor.org", lambda row: _other_voice(row)),
                of_person("cast_by_id", group="cast_by"),
                written("cast_at", "cast_at"),
            ),
            makes=True,
        ),
        _objection(_spoken),
    ),
    Kind.POSITION_ENTERED: (
        Claim(
            _POSITIONS,
            _OF_ORGANIZATION,
            _named,
            _of_position(
                _TEXT,
                stated("organization", "organization__slug"),
                stated("means", "means", "means"),
                hashed("note_hash", "note", "note"),
                consists("organization", lambda row: _other_voice(row)),
                of_person("cast_by_id", group="cast_by"),
                written("cast_at", "cast_at"),
            ),
            makes=True,
        ),
        _objection(_named),
    ),
    Kind.POSITION_SEALED: (
        Claim(
            _SEALED,
            _OF_ORGANIZATION,
            _spoken,
            (
                stated("commitment", "commitment", "commitment"),
                consists("commitment", lambda row: _other_words(row)),
                _TEXT,
                Check("index", _index, lambda row: row.entry_index, "index"),
                of_org("organization__slug"),
                consists("actor.org", lambda row: _other_voice(row)),
                of_person("cast_by_id", group="cast_by"),
                written("cast_at", "cast_at"),
            ),
            makes=True,
        ),
    ),
    Kind.POSITION_UNSEALED: (
        Claim(
            _POSITIONS,
            _OF_ORGANIZATION,
            _named,
            _of_position(
                stated("organization", "organization__slug"),
                is_now(Means.ITSELF, "means", "means"),
                is_now("", "note", "note"),
                consists("organization", lambda row: _other_voice(row)),
            ),
            makes=True,
        ),
        Claim(
            _SEALED,
            _OF_ORGANIZATION,
            _named,
            (
                stated("salt", lambda row: reveal(row.commitment)["salt"]),
                is_now(True, "is_opened", "opened"),
                is_now("", "reason", "words", name="reason_hash"),
                is_now("", "cure", "words", name="cure_hash"),
            ),
        ),
        _objection(_named),
    ),
}
