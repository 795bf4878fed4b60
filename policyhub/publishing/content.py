"""What an edition says: plain values, filled from queries, laid out by `templates/publishing/edition.typ`.

Sentences, dates and times arrive as people read them ("16 July 2026, 17:00 EDT"); trees are those of `core.tree`. Parts
that are empty are left out of the edition. Prose is plain text, its paragraphs apart by an empty line.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from policyhub.core.tree.nodes import Node


@dataclass(frozen=True)
class ClausePart:
    """A clause; in the redline its tree is marked and `state` says in a word or two what became of it."""

    number: str
    level: int
    heading: str
    tree: list[Node]
    state: str = ""


@dataclass(frozen=True, kw_only=True)
class CategoryPart:
    """How the organizations of one interest category answered a call."""

    category: str
    endorse: int
    support: int
    accept: int
    object: int
    other: int
    none: int


@dataclass(frozen=True, kw_only=True)
class PositionPart:
    """The position of one organization in words; `left` when it has left the process since."""

    organization: str
    category: str
    stance: str
    left: bool


@dataclass(frozen=True, kw_only=True)
class CallPart:
    """A call on the text: its outcome, the rule in words, the count step by step, and who answered how."""

    number: int
    question: str
    open_from: str
    open_until: str
    outcome: str
    rule: str
    explanation: list[str]
    categories: list[CategoryPart]
    positions: list[PositionPart]
    determination: str = ""


@dataclass(frozen=True, kw_only=True)
class ObjectionPart:
    """An objection in its holder's words, what would lift it, its state in a sentence, and the answer to it."""

    number: int
    holder: str
    reason: str
    state: str
    cure: str = ""
    answer: str = ""


@dataclass(frozen=True, kw_only=True)
class WithdrawalPart:
    """An organization that left, when and why."""

    organization: str
    category: str
    left_on: str
    why: str


@dataclass(frozen=True, kw_only=True)
class StatementPart:
    """A statement in full, and those who signed it."""

    title: str
    kind: str
    published_on: str
    tree: list[Node]
    answer: str
    signatories: list[str]


@dataclass(frozen=True)
class FilePart:
    """A file bound into the edition, such as the text that the hash is taken over."""

    name: str
    media_type: str
    description: str
    data: str


@dataclass(frozen=True, kw_only=True)
class EditionContent:
    """Everything an edition says. The same content makes the same bytes, everywhere and always.

    `status` is the outcome in one sentence, `timestamp` the moment of the order in seconds (it dates the file),
    `record_size` and `record_root` the state of the public record that all of it was read from, `address` the place
    where the edition is published. `redline` holds the clauses that changed since version `against`.
    """

    title: str
    process: str
    convener: str
    version: int
    number: int
    pinned_on: str
    timestamp: int
    status: str
    text_hash: str
    record_size: int
    record_root: str
    address: str
    clauses: list[ClausePart]
    calls: list[CallPart] = field(default_factory=list)
    objections: list[ObjectionPart] = field(default_factory=list)
    withdrawals: list[WithdrawalPart] = field(default_factory=list)
    statements: list[StatementPart] = field(default_factory=list)
    balance: str = ""
    against: int | None = None
    redline_summary: str = ""
    redline: list[ClausePart] = field(default_factory=list)
    language: str = "en"
    files: list[FilePart] = field(default_factory=list)

    def as_data(self) -> dict[str, Any]:
        """The content as JSON values."""
        return asdict(self)

    def as_file(self) -> FilePart:
        """The content as a file of its own, to be bound into the edition beside those it names."""
        data = {name: value for name, value in self.as_data().items() if name != "files"}
        written = json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        return FilePart("edition.json", "application/json", "Everything printed here, as data", written)
