"""The page about ballots says what the rulebook does."""

from __future__ import annotations

import re
from pathlib import Path

from policyhub.rulebook import PRESETS, Ballot, tally

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "ballots.md").read_text()


def test_documented_ballot_gives_the_documented_outcome() -> None:
    example = re.search(r"```json\n(.+?)```", PAGE, re.DOTALL)
    assert example is not None
    outcome = tally(Ballot.from_text(example[1])).as_json()
    assert (outcome["outcome"], outcome["depends_on_withdrawal"]) == ("adopted", False)
    assert [(each["name"], each["base"], each["needed"], each["have"]) for each in outcome["tests"]] == [
        ("approval", 3, 2, 2)
    ]
    fields = re.findall(r"^\| `(\w+)` \|", PAGE.split("The outcome with")[1], re.MULTILINE)
    assert fields == list(outcome)


def test_every_preset_is_named() -> None:
    listed = PAGE.split("The presets are")[1].split(";")[0]
    assert re.findall(r"`([\w-]+)`", listed) == list(PRESETS)
