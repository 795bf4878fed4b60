"""What came of calls: the rule is applied again to what was said, and the outcome must be the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policyhub.core.canonical import parse_moment
from policyhub.record.replay.state import (
    ACCOMMODATED,
    BY_THE_CLOCK,
    CLOSED,
    DETERMINED,
    NOT_ACCOMMODATED,
    OPENED,
    RAISED,
    CallHeld,
    Line,
    ObjectionHeld,
    ProcessHeld,
    StoryHeld,
    StoryRule,
    numbered,
    standing_of,
    without_clock,
    without_office,
)
from policyhub.rulebook import (
    Ballot,
    Issue,
    IssueStatus,
    Position,
    Rule,
    RulebookError,
    Seat,
    Stance,
    StrawPoll,
    Treatment,
    classes_of,
    count_ballot,
    judged_by_time,
    preset,
    straw_poll,
)

STATUS_OF_ISSUE = {
    RAISED: IssueStatus.OPEN,
    ACCOMMODATED: IssueStatus.ACCOMMODATED,
    NOT_ACCOMMODATED: IssueStatus.ANSWERED,
}
# What an objection without a reason cannot have; the words themselves stand in the record by their hash alone.
SOME_REASON = "stated"


def call_closed(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The clock closes a call, with the count and the outcome that its rule gives."""
    yield from without_clock(line)
    call = process.calls.get(numbered(line, "call"))
    if call is None or call.state != OPENED:
        yield f"{line.subject} was not open"
        return
    if line.at < call.closes_at:
        yield f"{BY_THE_CLOCK} it was open until {call.closes_at}"
    if call.under_seal:
        yield f"{len(call.under_seal)} positions were not opened"
    body = line.body
    if (body["positions"], body["roll_hash"]) != (len(call.positions), call.roll_hash):
        yield f"{len(call.positions)} positions were cast, and the roll is the one it opened with"
    counted = outcome_of(story, process, call, has_reasons=False)
    for name in ("counts", "outcome", "label", "depends_on_withdrawal"):
        if body[name] != counted[name]:
            yield f"by its rule and its positions the {name} is {counted[name]}, not {body[name]}"
    call.state = CLOSED
    if call.is_poll:
        call.positions.clear()


def call_determined(story: StoryHeld, process: ProcessHeld, line: Line) -> Iterator[str]:
    """The chair determines a closed call: what the rule gives, or what the rule leaves to the chair."""
    yield from without_office(process, line, "chair")
    call = process.calls.get(numbered(line, "call"))
    if call is None or call.state != CLOSED or call.is_poll:
        yield f"{line.subject} was not closed, or decides nothing"
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


def outcome_of(story: StoryHeld, process: ProcessHeld, call: CallHeld, *, has_reasons: bool) -> dict[str, Any]:
    """The tally of a call from nothing but entries, in the shape of the `tally` command."""
    try:
        if call.is_poll:
            return poll_from(call).figures()
        ballot = ballot_from(story, process, call, SOME_REASON if has_reasons else None)
    except RulebookError as error:
        return dict.fromkeys(("counts", "outcome", "label", "depends_on_withdrawal"), f"nothing: {error}")
    open_for = parse_moment(call.closes_at) - parse_moment(call.opens_at)
    return judged_by_time(ballot.rule, count_ballot(ballot).figures(), open_for)


def ballot_from(story: StoryHeld, process: ProcessHeld, call: CallHeld, determination: str | None) -> Ballot:
    """Everything that the outcome of a call depends on, from entries alone."""
    rule, standing = preset(call.rule), standing_of(process, call)
    return Ballot(
        rule=rule,
        roster=_roster(call, rule),
        positions=_positions(call, {held.holder for held in standing.values()}),
        categories=call.categories or None,
        withdrawn=_left(call),
        treatment=Treatment(call.treatment),
        authors=_authors(story, call) if rule.needs_outside_support else frozenset(),
        issues=tuple(Issue(str(number), STATUS_OF_ISSUE[held.state]) for number, held in standing.items()),
        determination=determination,
    )


def poll_from(call: CallHeld) -> StrawPoll:
    """A straw poll from entries alone."""
    return straw_poll(
        _roster(call, None), _positions(call, set()), withdrawn=_left(call), treatment=Treatment(call.treatment)
    )


def _roster(call: CallHeld, rule: Rule | None) -> tuple[Seat, ...]:
    return tuple(
        Seat(
            name,
            seat.category,
            classes_of(rule, seat.category) if rule is not None else frozenset(),
            _affiliate_of(call, name),
        )
        for name, seat in sorted(call.roll.items())
    )


def _positions(call: CallHeld, dissenting: set[str]) -> tuple[Position, ...]:
    return tuple(
        Position(name, Stance(said.stance), name in dissenting, SOME_REASON if said.has_reason else "")
        for name, said in sorted(call.positions.items())
    )


def _left(call: CallHeld) -> frozenset[str]:
    return frozenset(name for name, seat in call.roll.items() if seat.left_by(call.closes_at))


def _affiliate_of(call: CallHeld, name: str) -> str | None:
    voice = call.voices.get(name, name)
    return voice if voice != name else None


def _authors(story: StoryHeld, call: CallHeld) -> frozenset[str]:
    """Who on the roll wrote the text: its owner, and for whom its versions up to this one were published."""
    document = story.documents[call.document]
    wrote = {document.owner, *document.publishers[: call.version]}
    return frozenset(name for name in call.roll if name in wrote)


VOTE_RULES: dict[str, StoryRule] = {"call.closed": call_closed, "call.determined": call_determined}
