"""The story that a record tells, read entry by entry: what the acts could not have written is found.

Hashes show that nothing was changed since it was signed. This shows that what was signed could have happened: that who
spoke had a mandate, that the roll is who sat at the table, that nobody answered late or another text, and that the
outcome follows from the positions by the rule. It knows nothing but the entries.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from policyhub.record.replay.archives import ARCHIVE_RULES
from policyhub.record.replay.asking import ASKING_RULES
from policyhub.record.replay.belonging import BELONGING_RULES
from policyhub.record.replay.groups import GROUP_RULES
from policyhub.record.replay.leaving import LEAVING_RULES
from policyhub.record.replay.needs import NEED_RULES
from policyhub.record.replay.positions import POSITION_RULES
from policyhub.record.replay.rooms import ROOM_RULES
from policyhub.record.replay.state import ARCHIVIST, Line, ProcessHeld, StoryHeld, StoryRule
from policyhub.record.replay.statements import STATEMENT_RULES
from policyhub.record.replay.table import TABLE_RULES
from policyhub.record.replay.texts import TEXT_RULES
from policyhub.record.replay.votes import VOTE_RULES

STORY_RULES: dict[str, StoryRule] = {
    **TABLE_RULES,
    **ARCHIVE_RULES,
    **BELONGING_RULES,
    **GROUP_RULES,
    **LEAVING_RULES,
    **NEED_RULES,
    **TEXT_RULES,
    **STATEMENT_RULES,
    **ROOM_RULES,
    **ASKING_RULES,
    **POSITION_RULES,
    **VOTE_RULES,
}
NOWHERE = ProcessHeld("", is_told=False)
# What reading a field of the wrong shape raises.
ODD = (KeyError, TypeError, ValueError, AttributeError, IndexError)
UNTELLABLE = "a field of it holds what the field of its kind cannot hold"


class Story:
    """What was told so far, and the judge of the next entry."""

    def __init__(self) -> None:
        self.held = StoryHeld()

    def problem(self, index: int, leaf: dict[str, Any]) -> str | None:
        """Why the next entry could not have been written by an act, or None; then it belongs to the story."""
        try:
            line = read_line(index, leaf)
            process = self._process_of(line)
            for problem in self._before(line, process):
                return problem
            for problem in STORY_RULES[line.kind](self.held, process or NOWHERE, line):
                return problem
        except ODD:
            return UNTELLABLE
        return None

    def problems(self, index: int, leaf: dict[str, Any]) -> Iterator[str]:
        """Everything that could not be; what follows the first may follow from it."""
        try:
            line = read_line(index, leaf)
            process = self._process_of(line)
            yield from self._before(line, process)
            if process is not None:
                yield from STORY_RULES[line.kind](self.held, process, line)
        except ODD:
            yield UNTELLABLE

    def _before(self, line: Line, process: ProcessHeld | None) -> Sequence[str]:
        """What cannot be whatever the kind of the entry."""
        expected = self.held.expected
        is_reported = "reported" in line.body or line.role == ARCHIVIST
        if not expected and not is_reported and process is not None and process.is_told == ("told_at" in line.body):
            return ()
        found = []
        if expected and expected.popleft() != (line.kind, line.subject):
            found.append("it stands where another entry of the act before must stand")
        if process is None:
            found.append(f"the process {line.process} was not opened")
        elif process.is_told != ("told_at" in line.body):
            found.append("a told time stands in all entries of a process that is told, and in no others")
        if ("reported" in line.body) != (line.role == ARCHIVIST):
            found.append("what an archivist tells names its sources, and nothing else does")
        return found

    def _process_of(self, line: Line) -> ProcessHeld | None:
        if line.process is None:
            return NOWHERE
        found = self.held.processes.get(line.process)
        if found is None and line.kind == "process.opened":
            return ProcessHeld(line.process, is_told=line.body["source_hash"] is not None)
        return found


def read_line(index: int, leaf: dict[str, Any]) -> Line:
    """An entry as the story reads it."""
    subject, body, actor = leaf["subject"], leaf["body"], leaf["actor"]
    process = subject[len("process/") :] if subject.startswith("process/") else body.get("process")
    at = body.get("told_at") or leaf["at"]
    return Line(index, leaf["type"], subject, process, actor["org"], actor["role"], actor["person"], body, at)
