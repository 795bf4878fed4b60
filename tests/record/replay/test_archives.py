"""Archives in the story: the archivist alone tells them, with sources, while the file is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from policyhub.record.kinds import Kind, misfits
from policyhub.record.replay import Story
from tests.record.replay.told import DAY, LEAVES, WORDS, Leaf, renumbered

SOURCES = {"sources": ["A newspaper"], "unknown": ["charter"]}
AT = DAY.format(1, 0)
OPENED = {"title": "Old", "convener": "Agency", "summary_hash": WORDS, "timezone": "UTC", "source_hash": WORDS}
LEAGUE = {"name": "League", "category": "advocacy", "category_name": "Advocates"}
MEETING = {"number": 1, "title": "First", "kind": "call", "on": "2026-03-01", "sitting": "held", "note_hash": None}
SAID = {"about": None, "title": "We leave", "text_hash": WORDS, "effective_at": None}
LEFT = {**LEAVES, "category": "advocacy", "effective_at": AT, "statement": 1}
SIGNED = {"text_hash": WORDS, "signed_at": AT}
STORY: list[tuple[str, str, str | None, dict[str, Any]]] = [
    ("process.opened", "process/old", None, {**OPENED, "reported_by": "the archivist"}),
    ("organization.reported", "organization/league", None, LEAGUE),
    ("meeting.reported", "process/old", None, {**MEETING, "noticed_on": "2026-02-01"}),
    ("claim.recorded", "claim/old/1", None, {"topic": "Why?", "says_hash": WORDS, "on": None, "mark": "disputed"}),
    ("statement.published", "statement/old/1", None, {**SAID, "kind": "withdrawal", "signatories": 1}),
    ("statement.signed", "statement/old/1", "league", SIGNED),
    ("organization.withdrawn", "organization/league", None, LEFT),
    ("statement.published", "statement/old/2", None, {**SAID, "kind": "minority", "signatories": 2}),
    ("statement.signed", "statement/old/2", "league", SIGNED),
    ("statement.signed", "statement/old/2", "friends", SIGNED),
    ("process.concluded", "process/old", None, {"reason_hash": WORDS}),
]


def story() -> list[Leaf]:
    return renumbered(_leaf(*line, number=number) for number, line in enumerate(STORY))


def _leaf(kind: str, subject: str, org: str | None, body: dict[str, Any], *, number: int) -> Leaf:
    process = {} if subject.startswith("process/") else {"process": "old"}
    return {
        "actor": {"org": org, "person": None, "role": "archivist"},
        "at": DAY.format(2, number),
        "body": {**body, **process, "told_at": AT, "reported": SOURCES},
        "id": f"019ca002-{number:04x}-7000-8000-000000000000",
        "n": 1,
        "subject": subject,
        "type": kind,
        "v": 1,
    }


def first_problem(leaves: list[Leaf]) -> tuple[str, str] | None:
    told = Story()
    for index, leaf in enumerate(leaves):
        if problem := told.problem(index, leaf):
            return leaf["type"], problem
    return None


def test_archive_is_believed_and_has_the_fields_of_its_kinds() -> None:
    assert first_problem(story()) is None
    for leaf in story():
        fields = {name: value for name, value in leaf["body"].items() if name not in {"process", "told_at", "reported"}}
        assert misfits(Kind(leaf["type"]), fields) is None


def changed(kind: str, change: Callable[[Leaf], object], which: int = 0) -> list[Leaf]:
    leaves = story()
    change([each for each in leaves if each["type"] == kind][which])
    return leaves


def body(**said: Any) -> Callable[[Leaf], object]:
    return lambda leaf: leaf["body"].update(said)


def actor(**said: Any) -> Callable[[Leaf], object]:
    return lambda leaf: leaf["actor"].update(said)


def moved_to_the_end(kind: str) -> list[Leaf]:
    leaves = story()
    one = next(each for each in leaves if each["type"] == kind)
    return renumbered([*(each for each in leaves if each is not one), one])


ALONE = "the archivist alone tells of this, for nobody, in an archive"
FORGED = {
    "an archive with a convener": (changed("process.opened", actor(role="convener")), "process.opened"),
    "an archive without a file": (changed("process.opened", body(source_hash=None)), "process.opened"),
    "a person behind the archivist": (changed("organization.reported", actor(person="commit:x")), ALONE),
    "something told without sources": (
        changed("claim.recorded", lambda leaf: leaf["body"].pop("reported")),
        "what an archivist tells names its sources, and nothing else does",
    ),
    "a claim by its own organization": (changed("claim.recorded", actor(role="lead", org="league")), "claim.recorded"),
    "a meeting out of its row": (changed("meeting.reported", body(number=2)), "it must be meeting 1, held or not"),
    "a meeting noticed too late": (
        changed("meeting.reported", body(noticed_on="2026-04-01")),
        "it was noticed after it was held",
    ),
    "a mark that is none": (changed("claim.recorded", body(mark="certain")), "certain is no mark of a claim"),
    "a withdrawal of nobody": (
        changed("organization.withdrawn", lambda leaf: leaf.update(subject="organization/other")),
        "it stands where another entry of the act before must stand",
    ),
    "a claim after the end": (moved_to_the_end("claim.recorded"), "nothing more is told of this process"),
    "somebody reported twice": (
        renumbered([*story()[:2], {**story()[1], "id": "019ca002-0fff-7000-8000-000000000000"}, *story()[2:]]),
        "organization/league was reported before",
    ),
}


@pytest.mark.parametrize("how", sorted(FORGED))
def test_forged_archive_is_found(how: str) -> None:
    leaves, sentence = FORGED[how]
    found = first_problem(leaves)
    assert found is not None
    assert sentence in {found[0], found[1]}
