"""The worked examples of the decision rules, each a ballot and everything its tally must say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from policyhub.rulebook import Ballot, tally

EXAMPLES = sorted((Path(__file__).parent.parent / "data" / "ballots").glob("*.json"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_tally_of_a_worked_example_says_exactly_what_was_worked_out(path: Path) -> None:
    example: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    found = tally(Ballot.from_json(example["ballot"])).as_json()
    explanation = found.pop("explanation")
    assert found == example["expected"]
    assert all(sentence.endswith(".") for sentence in explanation)


def test_worked_examples_are_all_there() -> None:
    numbers = [1, 2, 5, 9, 11, 13, 15, 19, 25, 26, 27, 28, 32, 33, 36, 39, 41]
    assert [path.stem for path in EXAMPLES] == [f"T{number:02}" for number in numbers]
