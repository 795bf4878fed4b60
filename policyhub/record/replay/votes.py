"""Calls, positions, objections: roll, clock and rule are applied again, and the outcome must be the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from policyhub.core.canonical import dump, parse_moment
from policyhub.record.replay.state import (
    ACCOMMODATED,
    BY_THE_CLOCK,
    CLOSED,
    DETERMINED,
    LIFTED,
    NOT_ACCOMMODATED,
    OPENED,
    RAISED,
    SPEAKING,
    SUSPENDED,
    CallHeld,
    Line,
    ObjectionHeld,
    PositionHeld,
    ProcessHeld,
    StoryHeld,
    StoryRule,
    not_next,
    numbered,
    without_clock,
    without_mandate,
    without_office,
)
from policyhub.rulebook import (
    Ballot,
    Issue,
    IssueStatus,
    Position,
    RulebookError,
    Seat,
    Stance,
    Treatment,
    classes_of,
    count_ballot,
    judged_by_time,
    preset,
    voices_of,
    with_balance,
)

# What of a call never changes while it is open.
BOUND = ("document", "version", "clause", "text_hash", "rule", "treatment", "roll_hash", "opens_at", "closes_at")
STANCES = frozenset(map(str, Stance))
LONGEST_CALL = timedelta(days=366)
STATUS_OF_ISSUE = {
    RAISED: IssueStatus.OPEN,
    ACCOMMODATED: IssueStatus.ACCOMMODATED,
    NOT_ACCOMMODATED: IssueStatus.ANSWERED,
}
# What an objection without a reason cannot have; the words themselves stand in the record by their hash alone.
SOME_REASON = "stated"


def call_opened(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The chair asks everybody at the table about the newest version, by the charter's rule."""
    yield from not_next(line, "call", len(process.calls))
    yield from without_office(process, line, "chair")
    yield from _other_question(story, process, line)
    body = line.body
    roll = process.roll(line.at, f"document/{body['document']}")
    voices = voices_of(roll, process.voice_links())
    if (body["roll_hash"], body["roll_size"]) != (hash_of_roll(voices), len(roll)) or not roll:
        yield f"the roll is not that of the {len(roll)} organizations at the table"
    yield from _other_rule(process, body)
    yield from _other_hours(process, line)
    yield from _repeats_nothing(process, line)
    fixed = {each: body[each] for each in BOUND}
    number = numbered(line, "call")
    listed = process.charter.categories if process.charter else ()
    kept = _kept_once(process, roll)
    call = CallHeld(number=number, roll=kept, voices=_shared(voices), categories=listed, **fixed)
    process.calls[number] = process.call_about[line.subject] = call


def hash_of_roll(voices: dict[str, str]) -> str:
    """SHA-256 over the canonical array of pairs, organization and voice, in order."""
    return f"sha256:{hashlib.sha256(dump(sorted(map(list, voices.items())))).hexdigest()}"


def _shared(voices: dict[str, str]) -> dict[str, str]:
    """The voices that several have."""
    several = {voice for name, voice in voices.items() if voice != name}
    return {name: voice for name, voice in voices.items() if voice in several}


def _other_question(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    body = line.body
    document = story.documents.get(body["document"])
    if document is None or document.process != process.slug or body["version"] != len(document.hashes):
        yield f"version {body['version']} was not the newest of {body['document']} in the process"
    elif body["clause"] is None and document.hashes[-1] != body["text_hash"]:
        yield f"version {body['version']} of {body['document']} has another hash"


def _other_rule(process: ProcessHeld, body: dict[str, Any]) -> Iterator[str]:
    charter = process.charter
    if charter is None:
        yield "no charter was adopted that could decide it"
        return
    if body["rule"] != with_balance(charter.rule, charter.balance) or body["treatment"] != charter.treatment:
        yield "the rule, or the treatment of those who leave, is not the charter's"


def _other_hours(process: ProcessHeld, line: Line) -> Iterator[str]:
    opens, closes = line.body["opens_at"], line.body["closes_at"]
    open_for = parse_moment(closes) - parse_moment(opens)
    least = timedelta(hours=process.charter.call_hours if process.charter else 0)
    if not timedelta(0) < open_for <= LONGEST_CALL or open_for < least:
        yield "it is open for a shorter or a longer time than the charter says"
    if opens > line.at:
        yield f"{BY_THE_CLOCK} it was open before it was asked"


def _repeats_nothing(process: ProcessHeld, line: Line) -> Iterator[str]:
    body = line.body
    if (body["repeats"] is None) != (body["reason_hash"] is None):
        yield "who asks again says why, and nobody else does"
    if body["repeats"] is None:
        return
    earlier = process.calls.get(body["repeats"])
    same = earlier is not None and (earlier.document, earlier.clause, earlier.text_hash) == (
        body["document"],
        body["clause"],
        body["text_hash"],
    )
    if earlier is None or not same:
        yield f"call {body['repeats']} was not one on the same text"
    elif line.at < earlier.closes_at:
        yield f"{BY_THE_CLOCK} call {body['repeats']} had not closed"


def _kept_once(process: ProcessHeld, roll: dict[str, Any]) -> dict[str, Any]:
    """The roll; the one of the call before where the two are the same, so that many calls take little room."""
    last = process.calls.get(len(process.calls))
    before = last.roll if last is not None else {}
    return before if before.keys() == roll.keys() and all(before[each] is roll[each] for each in roll) else roll


def position_cast(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """An organization on the roll that has not left answers the exact text while the call is open."""
    call = process.call_about.get(line.subject)
    if call is None or call.state != OPENED:
        yield f"{line.subject} was not open"
        return
    name, body = line.org or "", line.body
    if line.role not in SPEAKING or process.mandates[name, line.role] < 1:
        yield f"nobody was {line.role} representative of {name} then"
    seat = call.roll.get(name)
    if seat is None or not seat.sits(line.at):
        yield f"{name} was not on the roll, or had left"
    if name in call.voices:
        yield from _second_voice(call, name)
    if not call.opens_at <= line.at < call.closes_at:
        yield f"{BY_THE_CLOCK} it was cast outside the time from {call.opens_at} to {call.closes_at}"
    if body["text_hash"] != call.text_hash:
        yield "it answers another text than the call asks about"
    before = call.positions.get(name)
    if body["replaces"] != (before.index if before else None):
        yield f"it does not replace what {name} had said last"
    if body["position"] not in STANCES:
        yield f"{body['position']} is no position"
    if body["position"] == "object" and body["reason_hash"] is None:
        yield "an objection says why"
    call.positions[name] = PositionHeld(body["position"], line.index, body["reason_hash"] is not None)
    _follow_objection(story, process, call, line)


def _second_voice(call: CallHeld, name: str) -> Iterator[str]:
    others = [each for each, voice in call.voices.items() if voice == call.voices[name] and each != name]
    if said := [each for each in others if each in call.positions]:
        yield f"{said[0]}, which has one voice with {name}, had answered"


def _follow_objection(story: StoryHeld, process: ProcessHeld, call: CallHeld, line: Line) -> None:
    """Objecting raises the objection, anew for other words; any other position lifts it, in the next entry."""
    name = line.org or ""
    number = call.objections.get(name)
    held = process.objections[number] if number is not None else None
    words = line.body["reason_hash"], line.body["cure_hash"]
    if line.body["position"] != "object":
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


def call_suspended(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """A newer version in which its text differs stops a call."""
    yield from without_clock(line)
    call = process.calls.get(numbered(line, "call"))
    if call is None or call.state != OPENED:
        yield f"{line.subject} was not open"
        return
    hashes, number = story.documents[call.document].hashes, line.body["version"]
    if line.body["reason"] != "new_version" or not call.version < number <= len(hashes):
        yield f"no version {number} was published that could stop it"
    elif call.clause is None and hashes[number - 1] == call.text_hash:
        yield f"version {number} is the text that it asks about"
    call.state = SUSPENDED


def call_closed(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The clock closes a call, with the count and the outcome that its rule gives."""
    yield from without_clock(line)
    call = process.calls.get(numbered(line, "call"))
    if call is None or call.state != OPENED:
        yield f"{line.subject} was not open"
        return
    if line.at < call.closes_at:
        yield f"{BY_THE_CLOCK} it was open until {call.closes_at}"
    body = line.body
    if (body["positions"], body["roll_hash"]) != (len(call.positions), call.roll_hash):
        yield f"{len(call.positions)} positions were cast, and the roll is the one it opened with"
    counted = outcome_of(story, process, call, has_reasons=False)
    for name in ("counts", "outcome", "label", "depends_on_withdrawal"):
        if body[name] != counted[name]:
            yield f"by its rule and its positions the {name} is {counted[name]}, not {body[name]}"
    call.state = CLOSED


def call_determined(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The chair determines a closed call: what the rule gives, or what the rule leaves to the chair."""
    yield from without_office(process, line, "chair")
    call = process.calls.get(numbered(line, "call"))
    if call is None or call.state != CLOSED:
        yield f"{line.subject} was not closed"
        return
    body = line.body
    counted = outcome_of(story, process, call, has_reasons=body["reasons_hash"] is not None)
    if (body["outcome"], body["label"]) != (counted["outcome"], counted["label"]):
        yield f"by its rule the outcome is {counted['outcome']}, labelled {counted['label']}"
    allowed = {"adopted", "not_adopted"} if counted["outcome"] == "chair_determines" else {counted["outcome"]}
    if body["designation"] not in allowed:
        yield f"the rule leaves {' or '.join(sorted(allowed))}, not {body['designation']}"
    standing = standing_of(process, call)
    yield from _other_objections(standing, body)
    if body["reasons_hash"] is None and (standing or counted["depends_on_withdrawal"]):
        yield "written reasons were due"
    call.state = DETERMINED
    call.positions.clear()


def _other_objections(standing: dict[int, ObjectionHeld], body: dict[str, Any]) -> Iterator[str]:
    listed = [{"holder": held.holder, "number": number, "state": held.state} for number, held in standing.items()]
    if body["objections"] != listed:
        yield f"the objections that stood are {', '.join(map(str, standing)) or 'none'}, as they stood"
    if any(held.state == RAISED for held in standing.values()):
        yield "an objection stood without an answer"


def standing_of(process: ProcessHeld, call: CallHeld) -> dict[int, ObjectionHeld]:
    """The objections on a call that their holders have not lifted, by number."""
    held = {number: process.objections[number] for number in sorted(call.objections.values())}
    return {number: each for number, each in held.items() if each.state != LIFTED}


def outcome_of(story: StoryHeld, process: ProcessHeld, call: CallHeld, *, has_reasons: bool) -> dict[str, Any]:
    """The tally of a call from nothing but entries, in the shape of the `tally` command."""
    try:
        ballot = ballot_from(story, process, call, SOME_REASON if has_reasons else None)
    except RulebookError as error:
        return dict.fromkeys(("counts", "outcome", "label", "depends_on_withdrawal"), f"nothing: {error}")
    open_for = parse_moment(call.closes_at) - parse_moment(call.opens_at)
    return judged_by_time(ballot.rule, count_ballot(ballot).figures(), open_for)


def has_changed(story: StoryHeld, call: CallHeld) -> bool:
    """Whether a newer version changed what a call asks about; of a clause the entries of the record do not say."""
    newer = story.documents[call.document].hashes[call.version :]
    return call.clause is None and any(each != call.text_hash for each in newer)


def ballot_from(story: StoryHeld, process: ProcessHeld, call: CallHeld, determination: str | None) -> Ballot:
    """Everything that the outcome of a call depends on, from entries alone."""
    rule, standing = preset(call.rule), standing_of(process, call)
    dissenting = {held.holder for held in standing.values()}
    left = {name for name, seat in call.roll.items() if seat.left_by(call.closes_at)}
    return Ballot(
        rule=rule,
        roster=tuple(
            Seat(name, seat.category, classes_of(rule, seat.category), _affiliate_of(call, name))
            for name, seat in sorted(call.roll.items())
        ),
        positions=tuple(
            Position(name, Stance(said.stance), name in dissenting, SOME_REASON if said.has_reason else "")
            for name, said in sorted(call.positions.items())
        ),
        categories=call.categories or None,
        withdrawn=frozenset(left),
        treatment=Treatment(call.treatment),
        authors=_authors(story, call) if rule.needs_outside_support else frozenset(),
        issues=tuple(Issue(str(number), STATUS_OF_ISSUE[held.state]) for number, held in standing.items()),
        determination=determination,
    )


def _affiliate_of(call: CallHeld, name: str) -> str | None:
    voice = call.voices.get(name, name)
    return voice if voice != name else None


def _authors(story: StoryHeld, call: CallHeld) -> frozenset[str]:
    """Who on the roll wrote the text: its owner, and for whom its versions up to this one were published."""
    document = story.documents[call.document]
    wrote = {document.owner, *document.publishers[: call.version]}
    return frozenset(name for name in call.roll if name in wrote)


VOTE_RULES: dict[str, StoryRule] = {
    "call.opened": call_opened,
    "call.suspended": call_suspended,
    "call.closed": call_closed,
    "call.determined": call_determined,
    "position.cast": position_cast,
    "objection.answered": objection_answered,
    "objection.lifted": objection_lifted,
}
