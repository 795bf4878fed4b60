"""Level four of straw polls, ballots, sealed and entered positions, interruptions: the lawful is believed, no other."""

from __future__ import annotations

from typing import Any

import pytest

from policyhub.record.commitments import commit, opening
from policyhub.rulebook import OPTIONS, Asking
from tests.record.replay.test_story import first_problem
from tests.record.replay.told import (
    CALL,
    DAY,
    OTHER,
    ROLL,
    TEXT,
    WORDS,
    Leaf,
    leaf,
    renumbered,
    story,
)

Line = tuple[str, str, str | None, str, int, dict[str, Any]]
Told = list[Line]

SUBJECT = "call/faces/1"
SAID = {
    "firm": {"position": "support", "reason_hash": None, "cure_hash": None},
    "union": {"position": "object", "reason_hash": WORDS, "cure_hash": None},
}
KEPT = {name: commit(payload) for name, payload in SAID.items()}
SUSPENDED = ("call.suspended", SUBJECT, None, "chair", 5, {"reason": "chair", "version": None, "reason_hash": WORDS})
RESUMED = ("call.resumed", SUBJECT, None, "chair", 6, {"reason_hash": WORDS})
VOIDED = ("call.voided", SUBJECT, None, "chair", 6, {"reason_hash": WORDS})


def opened(asking: str = "consensus", **changed: Any) -> Line:
    options = {str(stance): WORDS for stance in OPTIONS[Asking(asking)]}
    return ("call.opened", SUBJECT, None, "chair", 3, {**CALL, "asking": asking, "options": options, **changed})


def cast(name: str, **changed: Any) -> Line:
    return ("position.cast", SUBJECT, name, "lead", 4, {**SAID[name], "text_hash": TEXT, "replaces": None, **changed})


def sealed(name: str, **changed: Any) -> Line:
    body = {"commitment": KEPT[name].text, "text_hash": TEXT, "replaces": None, **changed}
    return ("position.sealed", SUBJECT, name, "lead", 4, body)


def unsealed(name: str, *, day: int = 10, **changed: Any) -> Line:
    salt = opening(KEPT[name].salt, KEPT[name].payload)["salt"]
    return (
        "position.unsealed",
        SUBJECT,
        None,
        "system",
        day,
        {"organization": name, "salt": salt, **SAID[name], **changed},
    )


def entered(name: str, **changed: Any) -> Line:
    body = {"organization": name, "means": "paper", "note_hash": WORDS, "text_hash": TEXT, "replaces": None}
    return ("position.entered", SUBJECT, None, "chair", 4, {**body, **SAID[name], **changed})


def closed(outcome: str | None, label: str | None = None, *, positions: int = 2, **counts: int) -> Line:
    sides = dict.fromkeys(("for", "against", "abstain", "defer", "recuse", "not_returned"), 0)
    body = {
        "positions": positions,
        "roll_hash": ROLL,
        "counts": {**sides, **{name.strip("_"): number for name, number in counts.items()}},
        "outcome": outcome,
        "label": label,
        "depends_on_withdrawal": False,
    }
    return ("call.closed", SUBJECT, None, "system", 10, body)


BOTH: dict[str, Any] = {"for_": 1, "against": 1}
ANSWERED = ("objection.answered", "objection/faces/1", None, "chair", 11, {"accommodated": False, "reason_hash": WORDS})
DETERMINED = (
    "call.determined",
    SUBJECT,
    None,
    "chair",
    11,
    {
        "outcome": "not_adopted",
        "label": None,
        "designation": "not_adopted",
        "reasons_hash": WORDS,
        "objections": [{"number": 1, "holder": "union", "state": "addressed_not_accommodated"}],
    },
)
AGAIN = (
    "call.opened",
    "call/faces/2",
    None,
    "chair",
    12,
    {**CALL, "opens_at": DAY.format(12, 0), "closes_at": DAY.format(15, 0), "recirculates": 1, "reason_hash": WORDS},
)


def told(*lines: Line, **charter: Any) -> list[Leaf]:
    """What came before the call in the story, under another charter, and then these lines."""
    leaves = story()
    before = leaves[: next(place for place, each in enumerate(leaves) if each["type"] == "call.opened")]
    for each in before:
        if each["type"] == "charter.adopted":
            each["body"].update(charter)
    return renumbered([*before, *(leaf(*line, second=place) for place, line in enumerate(lines, 30))])


LAWFUL: dict[str, tuple[Told, dict[str, Any]]] = {
    "a straw poll": (
        [
            opened("straw_poll", rule=None),
            cast("firm"),
            cast("union", reason_hash=None),
            closed(None, "mixed", **BOTH),
        ],
        {},
    ),
    "a poll shorter than a call": (
        [opened("straw_poll", rule=None, closes_at=DAY.format(3, 59))],
        {},
    ),
    "a ballot by the rule of calls": (
        [opened("ballot"), cast("firm"), cast("union"), closed("not_adopted", **BOTH)],
        {},
    ),
    "a ballot by a rule of its own": (
        [opened("ballot", rule="majority-cast"), cast("firm"), closed("adopted", positions=1, for_=1, not_returned=1)],
        {"ballot_rule": "majority-cast"},
    ),
    "sealed positions opened": (
        [
            opened(sealed=True),
            sealed("firm"),
            sealed("union"),
            unsealed("firm"),
            unsealed("union"),
            closed("not_adopted", **BOTH),
            ANSWERED,
            DETERMINED,
        ],
        {"sealed_calls": True},
    ),
    "a call interrupted": ([opened(), SUSPENDED, RESUMED, closed("no_quorum", positions=0, not_returned=2)], {}),
    "a call declared void": ([opened(), cast("firm"), SUSPENDED, VOIDED], {}),
    "an answer from a paper": ([opened(), entered("firm"), closed("adopted", positions=1, for_=1, not_returned=1)], {}),
    "an answer from a paper, changed by its organization": (
        [opened(), entered("union", position="abstain", reason_hash=None), cast("union")],
        {},
    ),
    "a recirculation with an objection that stands": (
        [opened(), cast("firm"), cast("union"), closed("not_adopted", **BOTH), ANSWERED, DETERMINED, AGAIN],
        {},
    ),
}


def replacing(lines: Told) -> Told:
    """The lines, each answer naming the one before it of the same organization, as the record would have it."""
    last: dict[str, int] = {}
    first = len(told(opened())) - 1
    found: Told = []
    for place, (kind, subject, org, role, day, body) in enumerate(lines, first):
        name = org or body.get("organization", "")
        if "replaces" in body and name in last:
            body = {**body, "replaces": last[name]}
        if "replaces" in body:
            last[name] = place
        found.append((kind, subject, org, role, day, body))
    return found


@pytest.mark.parametrize("name", LAWFUL)
def test_what_can_happen_is_believed(name: str) -> None:
    lines, charter = LAWFUL[name]
    assert first_problem(told(*replacing(lines), **charter)) is None


def other(line: Line, **changed: Any) -> Line:
    """The line with another field of its body, or another actor's role or day."""
    kind, subject, org, role, day, body = line
    at = {"org": org, "role": role, "day": day} | {
        each: changed.pop(each) for each in ("org", "role", "day") if each in changed
    }
    return (kind, subject, at["org"], at["role"], at["day"], {**body, **changed})


SEAL: dict[str, Any] = {"sealed_calls": True}
ENDING = [cast("firm"), cast("union"), closed("not_adopted", **BOTH), ANSWERED, DETERMINED]
FORGED: dict[str, tuple[Told, dict[str, Any], str, str]] = {
    "a way of asking that there is not": ([opened(asking="consensus", options={})], {}, "call.opened", "offers other"),
    "a ballot that offers the whole ladder": (
        [opened("ballot", options=CALL["options"])],
        {},
        "call.opened",
        "a ballot offers other answers",
    ),
    "a poll with a rule": ([opened("straw_poll")], {}, "call.opened", "is not the charter's"),
    "a call without a rule": ([opened(rule=None)], {}, "call.opened", "is not the charter's"),
    "a ballot by the rule of calls where another is named": (
        [opened("ballot")],
        {"ballot_rule": "majority-cast"},
        "call.opened",
        "is not the charter's",
    ),
    "a ballot left to the chair": (
        [opened("ballot", rule="w3c")],
        {"rule": "w3c"},
        "call.opened",
        "a ballot is counted",
    ),
    "a charter whose ballots are left to the chair": (
        [opened()],
        {"ballot_rule": "w3c"},
        "charter.adopted",
        "a ballot is counted",
    ),
    "seals that the charter does not know": ([opened(sealed=True)], {}, "call.opened", "positions are sealed where"),
    "no seals where the charter asks for them": ([opened()], SEAL, "call.opened", "positions are sealed where"),
    "an open position under seal": ([opened(sealed=True), cast("firm")], SEAL, "position.cast", "are sealed until"),
    "a seal on an open call": ([opened(), sealed("firm")], {}, "position.sealed", "was not open for sealed"),
    "a seal broken before the end": (
        [opened(sealed=True), sealed("firm"), unsealed("firm", day=5)],
        SEAL,
        "position.unsealed",
        "by the clock it was open until",
    ),
    "another position than was sealed": (
        [opened(sealed=True), sealed("firm"), unsealed("firm", position="accept")],
        SEAL,
        "position.unsealed",
        "do not open the commitment",
    ),
    "a position opened that nobody sealed": (
        [opened(sealed=True), sealed("firm"), unsealed("union")],
        SEAL,
        "position.unsealed",
        "union had said nothing under seal",
    ),
    "a seal opened by the chair": (
        [opened(sealed=True), sealed("firm"), other(unsealed("firm"), role="chair")],
        SEAL,
        "position.unsealed",
        "the clock alone",
    ),
    "a call closed over a seal": (
        [
            opened(sealed=True),
            sealed("firm"),
            sealed("union"),
            unsealed("firm"),
            closed("adopted", positions=1, for_=1),
        ],
        SEAL,
        "call.closed",
        "1 positions were not opened",
    ),
    "a sealed answer that replaces nothing": (
        [opened(sealed=True), sealed("firm"), sealed("firm")],
        SEAL,
        "position.sealed",
        "it does not replace what firm had said last",
    ),
    "an answer entered under seal": ([opened(sealed=True), entered("firm")], SEAL, "position.entered", "are sealed"),
    "an answer entered by the convener": (
        [opened(), other(entered("firm"), role="convener")],
        {},
        "position.entered",
        "a convener cannot do this",
    ),
    "an answer entered from nowhere": ([opened(), entered("firm", note_hash=None)], {}, "position.entered", "is named"),
    "an answer entered by rumor": ([opened(), entered("firm", means="rumor")], {}, "position.entered", "is named"),
    "an answer entered over the organization's own": (
        [opened(), cast("firm"), entered("firm")],
        {},
        "position.entered",
        "firm had answered by itself",
    ),
    "an answer entered for somebody else's seat": (
        [opened(), entered("firm", organization="guild")],
        {},
        "position.entered",
        "guild was not on the roll",
    ),
    "an objection lifted by entering": (
        [opened(), entered("union"), entered("union", position="abstain", reason_hash=None)],
        {},
        "position.entered",
        "union alone lifts its objection",
    ),
    "an answer that a ballot does not offer": (
        [opened("ballot"), cast("firm", position="endorse")],
        {},
        "position.cast",
        "endorse is no position that it offers",
    ),
    "a poll closed with an outcome": (
        [opened("straw_poll", rule=None), closed("adopted", positions=0, not_returned=2)],
        {},
        "call.closed",
        "the outcome is None",
    ),
    "a poll with another label": (
        [opened("straw_poll", rule=None), cast("firm"), cast("union"), closed(None, "general_support", **BOTH)],
        {},
        "call.closed",
        "the label is mixed",
    ),
    "a poll determined": (
        [opened("straw_poll", rule=None), cast("firm"), cast("union"), closed(None, "mixed", **BOTH), DETERMINED],
        {},
        "call.determined",
        "was not closed, or decides nothing",
    ),
    "a call interrupted without a reason": (
        [opened(), other(SUSPENDED, reason_hash=None)],
        {},
        "call.suspended",
        "says why",
    ),
    "a call interrupted after its end": ([opened(), other(SUSPENDED, day=11)], {}, "call.suspended", "it had closed"),
    "a call interrupted by the editor": (
        [opened(), other(SUSPENDED, role="editor")],
        {},
        "call.suspended",
        "a editor cannot do this",
    ),
    "an answer while it is interrupted": (
        [opened(), other(SUSPENDED, day=4), cast("firm")],
        {},
        "position.cast",
        "was not open",
    ),
    "a call that goes on by itself": ([opened(), RESUMED], {}, "call.resumed", "was not suspended by the chair"),
    "a call that goes on after its end": (
        [opened(), SUSPENDED, other(RESUMED, day=11)],
        {},
        "call.resumed",
        "its time was over",
    ),
    "a call that goes on for no reason": (
        [opened(), SUSPENDED, other(RESUMED, reason_hash=None)],
        {},
        "call.resumed",
        "says why",
    ),
    "an open call declared void": ([opened(), VOIDED], {}, "call.voided", "was not suspended"),
    "a call declared void for no reason": (
        [opened(), SUSPENDED, other(VOIDED, reason_hash=None)],
        {},
        "call.voided",
        "says why",
    ),
    "a void call that closes": (
        [opened(), SUSPENDED, VOIDED, closed("no_quorum", positions=0, not_returned=2)],
        {},
        "call.closed",
        "was not open",
    ),
    "a void call repeated": (
        [opened(), SUSPENDED, VOIDED, other(AGAIN, recirculates=None, repeats=1)],
        {},
        "call.opened",
        "call 1 never closed",
    ),
    "an open call recirculated": ([opened(), AGAIN], {}, "call.opened", "call 1 was not determined"),
    "a recirculation for no reason": (
        [opened(), *ENDING, other(AGAIN, reason_hash=None)],
        {},
        "call.opened",
        "who asks again says why",
    ),
    "a recirculation as a ballot": (
        [opened(), *ENDING, other(AGAIN, asking="ballot", options=dict(opened("ballot")[5]["options"]))],
        {},
        "call.opened",
        "asked otherwise",
    ),
    "a recirculation of nothing new": (
        [
            opened(),
            cast("firm"),
            closed("adopted", positions=1, for_=1, not_returned=1),
            other(DETERMINED, outcome="adopted", designation="adopted", objections=[]),
            AGAIN,
        ],
        {},
        "call.opened",
        "no objection stands and the text is unchanged",
    ),
    "a recirculation twice": (
        [opened(), *ENDING, AGAIN, ("call.opened", "call/faces/3", *AGAIN[2:])],
        {},
        "call.opened",
        "was recirculated before",
    ),
    "an answer to another text under seal": (
        [opened(sealed=True), sealed("firm", text_hash=OTHER)],
        SEAL,
        "position.sealed",
        "it answers another text",
    ),
}


@pytest.mark.parametrize("name", FORGED)
def test_what_cannot_happen_is_found_where_it_is_told(name: str) -> None:
    lines, charter, kind, why = FORGED[name]
    keep = replacing if name not in {"a sealed answer that replaces nothing"} else lambda each: each
    found = first_problem(told(*keep(lines), **charter))
    assert found is not None
    assert (found[0], why in found[1]) == (kind, True), found
