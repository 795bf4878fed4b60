"""The `tally` command as a program: bytes in, one answer out, no database."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from policyhub.rulebook import Ballot, tally
from tests.rulebook.builders import sides

BALLOT = sides("two-thirds-cast", support=2, object=1)


def run(data: bytes, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """The command's exit status and output; its database lies where none answers."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "policyhub.settings",
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/nothing",
    }
    command = [sys.executable, "-m", "django", "tally", *arguments]
    return subprocess.run(command, input=data, env=environment, capture_output=True, check=False, timeout=60)


def test_command_prints_the_outcome_for_machines() -> None:
    found = run(json.dumps(BALLOT).encode(), "--json")
    assert (found.returncode, found.stderr) == (0, b"")
    assert json.loads(found.stdout) == tally(Ballot.from_json(BALLOT)).as_json()


def test_command_prints_sentences_for_people() -> None:
    found = run(json.dumps(BALLOT).encode())
    assert found.returncode == 0
    assert found.stdout.decode().splitlines() == list(tally(Ballot.from_json(BALLOT)).explanation)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\xff", "The ballot is not JSON: it is not even text in UTF-8."),
        (json.dumps({**BALLOT, "treatment": "void"}).encode(),
         'The treatment of those withdrawn must be one of count_as_cast, exclude, not "void".'),
    ],
)  # fmt: skip
def test_command_refuses_bad_input_with_one_sentence_and_status_two(data: bytes, sentence: str) -> None:
    found = run(data, "--json")
    assert (found.returncode, found.stdout, found.stderr.decode()) == (2, b"", f"{sentence}\n")
