"""Positions and objections: who speaks has a voice, in time, on the text that is asked about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policyhub.record.commitments import check_revealed
from policyhub.record.replay.state import (
    ACCOMMODATED,
    BY_THE_CLOCK,
    LIFTED,
    NOT_ACCOMMODATED,
    OPENED,
    RAISED,
    SPEAKING,
    CallHeld,
    Line,
    ObjectionHeld,
    PositionHeld,
    ProcessHeld,
    StoryHeld,
    StoryRule,
    numbered,
    without_clock,
    without_mandate,
    without_office,
)


def position_cast(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """An organization on the roll that has not left answers the exact text while the call is open."""
    call = process.call_about.get(line.subject)
    if call is None or call.state != OPENED:
        yield f"{line.subject} was not open"
        return
    if call.sealed:
        yield "positions on it are sealed until it closes"
    name, body = line.org or "", line.body
    if problem := _voiceless(process, line):
        yield problem
    if problem := _unanswerable(call, name, line):
        yield problem
    before = call.positions.get(name)
    if body["replaces"] != (before.index if before else None):
        yield f"it does not replace what {name} had said last"
    if problem := _other_answer(call, body):
        yield problem
    call.positions[name] = PositionHeld(body["position"], line.index, body["reason_hash"] is not None)
    _follow_objection(story, process, call, name, body)


def position_sealed(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """An organization on the roll answers, and the record holds a commitment to what it said."""
    call = process.call_about.get(line.subject)
    if call is None or call.state != OPENED or not call.sealed:
        yield f"{line.subject} was not open for sealed positions"
        return
    name, body = line.org or "", line.body
    if problem := _voiceless(process, line):
        yield problem
    if problem := _unanswerable(call, name, line):
        yield problem
    before = call.under_seal.get(name)
    if body["replaces"] != (before[0] if before else None):
        yield f"it does not replace what {name} had said last"
    call.under_seal[name] = line.index, body["commitment"]


def position_unsealed(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """After the call's time what was said under seal is opened: it is what was committed to, and could be said."""
    yield from without_clock(line)
    call = process.call_about.get(line.subject)
    if call is None or call.state != OPENED:
        yield f"{line.subject} was not open"
        return
    if line.at < call.closes_at:
        yield f"{BY_THE_CLOCK} it was open until {call.closes_at}"
    name, body = line.body["organization"], line.body
    sealed = call.under_seal.pop(name, None)
    if sealed is None:
        yield f"{name} had said nothing under seal, or it was opened before"
        return
    payload = {field: body[field] for field in ("position", "reason_hash", "cure_hash")}
    if problem := check_revealed(sealed[1], body["salt"], payload):
        yield problem
    if problem := _other_answer(call, body):
        yield problem
    call.positions[name] = PositionHeld(body["position"], line.index, body["reason_hash"] is not None)
    _follow_objection(story, process, call, name, body)


def position_entered(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The chair enters what an organization on the roll said on paper or in a roll call, unless it spoke itself."""
    yield from without_office(process, line, "chair")
    call = process.call_about.get(line.subject)
    if call is None or call.state != OPENED or call.sealed:
        yield f"{line.subject} was not open, or positions on it are sealed"
        return
    name, body = line.body["organization"], line.body
    if problem := _unanswerable(call, name, line):
        yield problem
    if body["means"] not in {"paper", "roll_call"} or body["note_hash"] is None:
        yield "an answer is entered from a paper or a roll call, which is named"
    before = call.positions.get(name)
    if before is not None and not before.is_entered:
        yield f"{name} had answered by itself"
    if body["replaces"] != (before.index if before else None):
        yield f"it does not replace what was entered for {name} last"
    if problem := _other_answer(call, body):
        yield problem
    held = process.objections.get(call.objections.get(name, 0))
    if body["position"] != "object" and held is not None and held.state != LIFTED:
        yield f"{name} alone lifts its objection"
    call.positions[name] = PositionHeld(body["position"], line.index, body["reason_hash"] is not None, is_entered=True)
    _follow_objection(story, process, call, name, body)


def _voiceless(process: ProcessHeld, line: Line) -> str | None:
    if line.role in SPEAKING and process.mandates[line.org or "", line.role] >= 1:
        return None
    return f"nobody was {line.role} representative of {line.org} then"


# Most entries are positions: what can be wrong with one is a plain function, not a generator for each.
def _unanswerable(call: CallHeld, name: str, line: Line) -> str | None:
    """The first reason why nothing can be said for this organization on the call then, or None."""
    seat = call.roll.get(name)
    if seat is None or not seat.sits(line.at):
        return f"{name} was not on the roll, or had left"
    if name in call.voices and (said := _second_voice(call, name)):
        return f"{said}, which has one voice with {name}, had answered"
    if not call.opens_at <= line.at < call.closes_at:
        return f"{BY_THE_CLOCK} it was cast outside the time from {call.opens_at} to {call.closes_at}"
    if line.body["text_hash"] != call.text_hash:
        return "it answers another text than the call asks about"
    return None


def _second_voice(call: CallHeld, name: str) -> str | None:
    """Another that answered with the same voice, or None."""
    others = (each for each, voice in call.voices.items() if voice == call.voices[name] and each != name)
    return next((each for each in others if each in call.positions or each in call.under_seal), None)


def _other_answer(call: CallHeld, body: dict[str, Any]) -> str | None:
    if body["position"] not in call.options:
        return f"{body['position']} is no position that it offers"
    if body["position"] == "object" and body["reason_hash"] is None and not call.is_poll:
        return "an objection says why"
    return None


def _follow_objection(story: StoryHeld, process: ProcessHeld, call: CallHeld, name: str, body: dict[str, Any]) -> None:
    """Objecting raises the objection, anew for other words; any other position lifts it, in the next entry."""
    if call.is_poll:
        return
    number = call.objections.get(name)
    held = process.objections[number] if number is not None else None
    words = body["reason_hash"], body["cure_hash"]
    if body["position"] != "object":
        if held is not None and held.state != LIFTED:
            story.expected.append(("objection.lifted", f"objection/{process.slug}/{number}"))
    elif held is None:
        call.objections[name] = len(process.objections) + 1
        process.objections[len(process.objections) + 1] = ObjectionHeld(call.number, name, words)
    elif held.state == LIFTED or held.words != words:
        held.state, held.words = RAISED, words


def objection_answered(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The chair or the editor answers an objection that stands; a changed text is there when it is said to be."""
    yield from without_office(process, line, "chair", "editor")
    held = process.objections.get(numbered(line, "objection"))
    if held is None or held.state == LIFTED:
        yield f"{line.subject} did not stand"
        return
    call = process.calls[held.call]
    if line.body["accommodated"] and len(story.documents[call.document].hashes) <= call.version:
        yield "no newer version was published that could accommodate it"
    held.state = ACCOMMODATED if line.body["accommodated"] else NOT_ACCOMMODATED


def objection_lifted(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """Nobody but its holder lifts an objection, also after leaving."""
    yield from without_mandate(process, line)
    held = process.objections.get(numbered(line, "objection"))
    if held is None or held.state == LIFTED:
        yield f"{line.subject} did not stand"
        return
    if not held.holder == line.org == line.body["by"]:
        yield f"{held.holder} alone lifts it"
    held.state = LIFTED


POSITION_RULES: dict[str, StoryRule] = {
    "position.cast": position_cast,
    "position.sealed": position_sealed,
    "position.unsealed": position_unsealed,
    "position.entered": position_entered,
    "objection.answered": objection_answered,
    "objection.lifted": objection_lifted,
}
