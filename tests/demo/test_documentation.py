"""What docs/process-file.md says of the format is what the format is."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from policyhub.decisions.rules import Designation, Means, Stance
from policyhub.demo.handlers import HANDLERS
from policyhub.drafting.models import Comment, Disposition, Mark
from policyhub.meetings.rules import Coming, MeetingKind
from policyhub.participation.rules import (
    AnswerCode,
    GroupKind,
    Importance,
    Mandate,
    Relation,
    StaffFunction,
    Standing,
    StatementKind,
    Treatment,
    Visibility,
)

DOC = (Path(settings.BASE_DIR) / "docs" / "process-file.md").read_text()
OPTIONAL = {"has", "find_text", "find_number"}
NEEDS_TWO = {"choice"}


def taken_by(function: Callable[..., Any]) -> Iterator[tuple[str, bool]]:
    """Each field that a handler takes, itself or through a function that it hands the line to; and whether it must."""
    for call in ast.walk(ast.parse(inspect.getsource(function))):
        if not isinstance(call, ast.Call):
            continue
        if isinstance(call.func, ast.Attribute) and _is_said(call.func.value):
            name, method = call.args[0], call.func.attr
            assert isinstance(name, ast.Constant)
            has_default = len(call.args) > (2 if method in NEEDS_TWO else 1)
            yield str(name.value), method not in OPTIONAL and not has_default
        elif isinstance(call.func, ast.Name) and any(_is_said(each) for each in call.args):
            yield from taken_by(function.__globals__[call.func.id])


def _is_said(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "said"


def test_every_act_stands_in_the_table_with_its_fields() -> None:
    rows = re.findall(r"^\| `(\w+)` \| [^|]+ \| (.+) \|$", DOC, re.MULTILINE)
    documented = {act: {name: not mark for name, mark in re.findall(r"`(\w+)`(\??)", named)} for act, named in rows}
    taken: dict[str, dict[str, bool]] = {}
    for act, handler in HANDLERS.items():
        taken[act] = {}
        for name, needed in taken_by(handler):
            taken[act][name] = taken[act].get(name, True) and needed
    assert documented == taken


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("`function`", StaffFunction),
        ("`treatment`", Treatment),
        ("`mandate`", Mandate),
        ("`standing`", Standing),
        ("`relation`", Relation),
        ("`kind` of a group", GroupKind),
        ("`importance`", Importance),
        ("`visibility`", Visibility),
        ("`type`", Comment.Type),
        ("`code` of an answer to a comment", Disposition.Code),
        ("`code` of an answer to a statement", AnswerCode),
        ("`value`", Mark.Value),
        ("`kind` of a notice", MeetingKind),
        ("`kind` of a statement", StatementKind),
        ("`event`", Coming),
        ("`stance`", Stance),
        ("`means`", [Means.PAPER, Means.ROLL_CALL]),
        ("`designation`", Designation),
    ],
)
def test_every_word_that_a_field_takes_is_listed(field: str, words: Any) -> None:
    found = re.search(rf"^\| {re.escape(field)} \| ([^|]+) \|$", DOC, re.MULTILINE)
    assert found is not None
    listed = re.sub(r"\([^)]*\)|\*|;.*", "", found[1]).split(",")
    assert [word.strip() for word in listed] == [each.value for each in words]


@pytest.mark.django_db
def test_the_example_can_be_told(tmp_path: Path) -> None:
    example = tmp_path / "example.yaml"
    example.write_text(DOC.split("```yaml\n")[1].split("```")[0])
    said = StringIO()
    call_command("replay", str(example), stdout=said)
    assert said.getvalue().splitlines()[0] == "Cameras in our street: 6 entries. It is at /processes/street-cameras/"
