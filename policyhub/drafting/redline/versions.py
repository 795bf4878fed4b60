"""The redline of two versions: clauses aligned by their keys, then compared one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from policyhub.core.html import Html, to_html
from policyhub.core.tree.nodes import Node
from policyhub.drafting.redline.alignment import Kind, Match, Step, walk
from policyhub.drafting.redline.texts import Operation, word_redline
from policyhub.drafting.redline.trees import mark_tree
from policyhub.drafting.redline.words import rising


class State(StrEnum):
    """What became of a clause's words."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    NEW = "new"
    GONE = "gone"


@dataclass(frozen=True)
class Clause:
    """A clause as it reads in one version; the key is the same in every version."""

    key: str
    number: str
    heading: str
    text: str
    tree: list[Node]


@dataclass(frozen=True)
class ClauseRedline:
    """A clause beside what it was; `before` is None for a new clause, `after` for one that is gone.

    `shown` is the clause as it reads now, or as it last read.
    """

    shown: Clause
    before: Clause | None
    after: Clause | None
    is_moved: bool = False

    @property
    def state(self) -> State:
        """What became of what readers see of the clause; its place, its number and how it is typed do not count."""
        if self.before is None or self.after is None:
            return State.NEW if self.after else State.GONE
        same = (self.before.heading, self.before.tree) == (self.after.heading, self.after.tree)
        return State.UNCHANGED if same else State.CHANGED

    @cached_property
    def heading_operations(self) -> list[Operation]:
        """The redline of the heading, word by word."""
        return word_redline(self.before.heading if self.before else "", self.after.heading if self.after else "")

    @cached_property
    def operations(self) -> list[Operation]:
        """The exact redline of the clause's source, word by word."""
        return word_redline(self.before.text if self.before else "", self.after.text if self.after else "")

    @cached_property
    def heading_tree(self) -> list[Node]:
        """The heading as inlines with marks."""
        tree = mark_tree(_paragraph(self.before), _paragraph(self.after))
        return [inline for node in tree for inline in node["children"]]

    @cached_property
    def tree(self) -> list[Node]:
        """The clause as a tree with marks."""
        return mark_tree(self.before.tree if self.before else [], self.after.tree if self.after else [])

    @property
    def heading_html(self) -> Html:
        """The heading with its changes marked, without an element around it."""
        return to_html([{"type": "line", "children": self.heading_tree}])

    @property
    def html(self) -> Html:
        """The text with its changes marked; ids begin with the clause's key."""
        return to_html(self.tree, level=3, prefix=f"{self.shown.key}-redline")


@dataclass(frozen=True)
class VersionRedline:
    """Every clause of two versions in the order of the newer one, clauses that are gone where they stood."""

    clauses: list[ClauseRedline]

    @property
    def sentence(self) -> str:
        """What changed, counted, in one sentence."""
        return summarize(self.clauses)


def compare(old: Sequence[Clause], new: Sequence[Clause]) -> VersionRedline:
    """The redline of two versions; a clause moved when it left the order that the others keep."""
    new_places = {clause.key: place for place, clause in enumerate(new)}
    pairs = [Match(i, new_places[clause.key], 1) for i, clause in enumerate(old) if clause.key in new_places]
    in_order = set(rising([pair.new for pair in pairs]))
    kept = [pair for place, pair in enumerate(pairs) if place in in_order]
    moved = [pair for place, pair in enumerate(pairs) if place not in in_order]
    walked = walk(kept, moved, len(old), len(new))
    return VersionRedline([_of_step(step, old, new) for step in walked if step.kind is not Kind.MOVED_AWAY])


def _of_step(step: Step, old: Sequence[Clause], new: Sequence[Clause]) -> ClauseRedline:
    before = old[step.old] if step.old >= 0 else None
    if step.new < 0:
        return ClauseRedline(old[step.old], before, None)
    return ClauseRedline(new[step.new], before, new[step.new], is_moved=step.kind is Kind.MOVED_HERE)


def summarize(clauses: Sequence[ClauseRedline]) -> str:
    """Such as "7 clauses changed, 2 are new, 1 is gone and 1 moved; 40 read as before." """
    counts = Counter(clause.state for clause in clauses)
    moved = sum(clause.is_moved for clause in clauses)
    same = counts[State.UNCHANGED]
    said = [
        (counts[State.CHANGED], "changed", "changed"),
        (counts[State.NEW], "is new", "are new"),
        (counts[State.GONE], "is gone", "are gone"),
        (moved, "moved", "moved"),
    ]
    parts = [f"{count} {one if count == 1 else many}" for count, one, many in said if count]
    if not parts:
        return f"Nothing changed: all {same} clauses read as before." if same > 1 else "Nothing changed."
    first, _, rest = parts[0].partition(" ")
    parts[0] = f"{first} {'clause' if first == '1' else 'clauses'} {rest}"
    listed = " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))
    return f"{listed}; {same} {'reads' if same == 1 else 'read'} as before." if same else f"{listed}."


def _paragraph(clause: Clause | None) -> list[Node]:
    if clause is None or not clause.heading:
        return []
    return [{"type": "line", "children": [{"type": "text", "text": clause.heading}]}]
