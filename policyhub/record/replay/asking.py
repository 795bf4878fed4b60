"""Putting a text to the table: roll, rule, answers on offer and hours are those that the charter asks for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from policyhub.core.canonical import dump, parse_moment
from policyhub.record.replay.state import (
    BALLOT,
    BY_THE_CLOCK,
    DETERMINED,
    OPENED,
    STRAW_POLL,
    SUSPENDED,
    VOID,
    CallHeld,
    CharterHeld,
    Line,
    ProcessHeld,
    StoryHeld,
    StoryRule,
    not_next,
    numbered,
    standing_of,
    without_clock,
    without_office,
)
from policyhub.rulebook import OPTIONS, Asking, leaves_to_chair, preset, voices_of, with_balance

# What of a call never changes while it is open.
BOUND = (
    "asking",
    "document",
    "version",
    "clause",
    "text_hash",
    "rule",
    "sealed",
    "treatment",
    "roll_hash",
    "opens_at",
    "closes_at",
)
LONGEST_CALL = timedelta(days=366)


def call_opened(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The chair asks everybody at the table about the newest version, by the charter's rule or, in a poll, by none."""
    yield from not_next(line, "call", len(process.calls))
    yield from without_office(process, line, "chair")
    yield from _other_question(story, process, line)
    body = line.body
    roll = process.roll(line.at, f"document/{body['document']}")
    voices = voices_of(roll, process.voice_links())
    if (body["roll_hash"], body["roll_size"]) != (hash_of_roll(voices), len(roll)) or not roll:
        yield f"the roll is not that of the {len(roll)} organizations at the table"
    yield from _other_rule(process, body)
    yield from _other_options(body)
    yield from _other_hours(process, line)
    yield from _repeats_nothing(process, line)
    yield from _recirculates_nothing(process, line)
    fixed = {each: body[each] for each in BOUND}
    number = numbered(line, "call")
    listed = process.charter.categories if process.charter else ()
    kept = _kept_once(process, roll)
    offered = frozenset(body["options"])
    call = CallHeld(number=number, roll=kept, voices=_shared(voices), categories=listed, options=offered, **fixed)
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
    if (body["rule"], body["treatment"]) != (_rule_for(charter, body["asking"]), charter.treatment):
        yield "the rule, or the treatment of those who leave, is not the charter's"
    if body["sealed"] is not charter.sealed_calls:
        yield "positions are sealed where the charter says so, and nowhere else"
    if body["asking"] == BALLOT and leaves_to_chair(preset(body["rule"])):
        yield "a ballot is counted, and its rule leaves the outcome to the chair"


def _rule_for(charter: CharterHeld, asking: str) -> Any:
    if asking == STRAW_POLL:
        return None
    return with_balance((asking == BALLOT and charter.ballot_rule) or charter.rule, charter.balance)


def _other_options(body: dict[str, Any]) -> Iterator[str]:
    """Each way of asking offers its own answers, and says of each what it means."""
    if body["asking"] not in set(Asking):
        yield f"{body['asking']} is no way of asking"
    elif set(body["options"]) != set(OPTIONS[Asking(body["asking"])]):
        yield f"a {body['asking']} offers other answers"


def _other_hours(process: ProcessHeld, line: Line) -> Iterator[str]:
    opens, closes = line.body["opens_at"], line.body["closes_at"]
    open_for = parse_moment(closes) - parse_moment(opens)
    is_bound = process.charter is not None and line.body["asking"] != STRAW_POLL
    least = timedelta(hours=process.charter.call_hours if process.charter and is_bound else 0)
    if not timedelta(0) < open_for <= LONGEST_CALL or open_for < least:
        yield "it is open for a shorter or a longer time than the charter says"
    if opens > line.at:
        yield f"{BY_THE_CLOCK} it was open before it was asked"


def _repeats_nothing(process: ProcessHeld, line: Line) -> Iterator[str]:
    body = line.body
    if (body["repeats"] is None and body["recirculates"] is None) != (body["reason_hash"] is None):
        yield "who asks again says why, and nobody else does"
    if body["repeats"] is None:
        return
    earlier = process.calls.get(body["repeats"])
    if earlier is not None and STRAW_POLL in {earlier.asking, body["asking"]}:
        yield "nothing was decided by a straw poll that could be asked about again"
    same = earlier is not None and (earlier.document, earlier.clause, earlier.text_hash) == (
        body["document"],
        body["clause"],
        body["text_hash"],
    )
    if earlier is None or not same:
        yield f"call {body['repeats']} was not one on the same text"
    elif earlier.state in {SUSPENDED, VOID}:
        yield f"call {body['repeats']} never closed"
    elif line.at < earlier.closes_at:
        yield f"{BY_THE_CLOCK} call {body['repeats']} had not closed"


def _recirculates_nothing(process: ProcessHeld, line: Line) -> Iterator[str]:
    """What is recirculated was determined, and there are objections or a changed text to think over."""
    body = line.body
    if body["recirculates"] is None:
        return
    earlier = process.calls.get(body["recirculates"])
    if earlier is None or earlier.state != DETERMINED or body["repeats"] is not None:
        yield f"call {body['recirculates']} was not determined, or asked about again otherwise"
        return
    if (earlier.asking, earlier.document, earlier.clause) != (body["asking"], body["document"], body["clause"]):
        yield f"call {body['recirculates']} asked otherwise, or about another text"
    if earlier.is_recirculated:
        yield f"call {body['recirculates']} was recirculated before"
    if earlier.text_hash == body["text_hash"] and not standing_of(process, earlier):
        yield "no objection stands and the text is unchanged"
    earlier.is_recirculated = True


def _kept_once(process: ProcessHeld, roll: dict[str, Any]) -> dict[str, Any]:
    """The roll; the one of the call before where the two are the same, so that many calls take little room."""
    last = process.calls.get(len(process.calls))
    before = last.roll if last is not None else {}
    return before if before.keys() == roll.keys() and all(before[each] is roll[each] for each in roll) else roll


def call_suspended(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """A newer version in which its text differs stops a call; the chair interrupts one, and says why."""
    call = process.calls.get(numbered(line, "call"))
    if call is None or call.state != OPENED:
        yield f"{line.subject} was not open"
        return
    call.state = SUSPENDED
    if line.body["reason"] == "chair":
        yield from without_office(process, line, "chair")
        yield from _interrupted_otherwise(call, line)
    else:
        yield from without_clock(line)
        yield from _stopped_by_nothing(story, call, line)
        call.is_stopped = True


def _interrupted_otherwise(call: CallHeld, line: Line) -> Iterator[str]:
    if line.body["version"] is not None or line.body["reason_hash"] is None:
        yield "a chair who interrupts a call says why, and names no version"
    if line.at >= call.closes_at:
        yield f"{BY_THE_CLOCK} it had closed"


def _stopped_by_nothing(story: StoryHeld, call: CallHeld, line: Line) -> Iterator[str]:
    hashes, number = story.documents[call.document].hashes, line.body["version"]
    said = line.body["reason"], line.body["reason_hash"]
    if said != ("new_version", None) or not call.version < number <= len(hashes):
        yield f"no version {number} was published that could stop it"
    elif call.clause is None and hashes[number - 1] == call.text_hash:
        yield f"version {number} is the text that it asks about"


def call_resumed(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The chair lets a call go on before its time is over, unless its text was changed."""
    yield from without_office(process, line, "chair")
    call = process.calls.get(numbered(line, "call"))
    if call is None or call.state != SUSPENDED or call.is_stopped:
        yield f"{line.subject} was not suspended by the chair"
        return
    if line.at >= call.closes_at:
        yield f"{BY_THE_CLOCK} its time was over"
    if line.body["reason_hash"] is None:
        yield "who lets it go on says why"
    call.state = OPENED


def call_voided(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The chair says that nothing was decided by a suspended call."""
    yield from without_office(process, line, "chair")
    call = process.calls.get(numbered(line, "call"))
    if call is None or call.state != SUSPENDED:
        yield f"{line.subject} was not suspended"
        return
    if line.body["reason_hash"] is None:
        yield "who declares it void says why"
    call.state = VOID
    call.positions.clear()
    call.under_seal.clear()


def has_changed(story: StoryHeld, call: CallHeld) -> bool:
    """Whether a newer version changed what a call asks about; of a clause the entries of the record do not say."""
    newer = story.documents[call.document].hashes[call.version :]
    return call.clause is None and any(each != call.text_hash for each in newer)


ASKING_RULES: dict[str, StoryRule] = {
    "call.opened": call_opened,
    "call.suspended": call_suspended,
    "call.resumed": call_resumed,
    "call.voided": call_voided,
}
