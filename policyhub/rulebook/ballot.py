"""A ballot: everything a tally depends on, checked for contradictions when it is made."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from .errors import BallotError
from .fields import a_choice, a_list, a_name, a_text, an_object, names
from .language import preset
from .roster import Group, Position, Seat, merge
from .rule import Base, Rule
from .words import shown

_REQUIRED = ("rule", "roster", "positions")
_OPTIONAL = ("categories", "present", "withdrawn", "treatment", "authors", "issues", "determination")


class Treatment(StrEnum):
    """What becomes of organizations that withdrew: their positions stand as cast, or they leave every count."""

    COUNT_AS_CAST = "count_as_cast"
    EXCLUDE = "exclude"

    @property
    def other(self) -> Treatment:
        """The treatment that was not asked for."""
        return Treatment.EXCLUDE if self is Treatment.COUNT_AS_CAST else Treatment.COUNT_AS_CAST


class IssueStatus(StrEnum):
    """Whether an issue was met, answered with a reason, or neither."""

    OPEN = "open"
    ACCOMMODATED = "accommodated"
    ANSWERED = "answered"


@dataclass(frozen=True)
class Issue:
    """One issue raised against the text."""

    id: str
    status: IssueStatus

    @classmethod
    def from_json(cls, data: object) -> Issue:
        """The issue that one entry of a ballot's issues describes."""
        given = an_object(data, "An issue", required=["id", "status"], optional=[])
        identifier = a_name(given["id"], "The id of an issue")
        return cls(identifier, a_choice(given["status"], f"The status of issue {shown(identifier)}", IssueStatus))


@dataclass(frozen=True, kw_only=True)
class Ballot:
    """A rule, a roster, positions and what goes with them; one that contradicts itself raises BallotError."""

    rule: Rule
    roster: tuple[Seat, ...]
    positions: tuple[Position, ...]
    categories: tuple[str, ...] | None = None
    present: frozenset[str] | None = None
    withdrawn: frozenset[str] = frozenset()
    treatment: Treatment = Treatment.COUNT_AS_CAST
    authors: frozenset[str] = frozenset()
    issues: tuple[Issue, ...] = ()
    determination: str | None = None

    def __post_init__(self) -> None:
        for problem in _contradictions(self):
            raise BallotError(problem)

    @classmethod
    def from_text(cls, text: str) -> Ballot:
        """The ballot that a JSON text describes; RulebookError says what is wrong with it."""
        try:
            data = json.loads(text, object_pairs_hook=_without_repeated_keys)
        except BallotError:
            raise
        except (ValueError, RecursionError) as error:
            raise BallotError(f"The ballot is not JSON: {error}.") from None
        return cls.from_json(data)

    @classmethod
    def from_json(cls, data: object) -> Ballot:
        """The ballot in the shape of the `tally` command; RulebookError says what is wrong with it."""
        given = an_object(data, "The ballot", required=_REQUIRED, optional=_OPTIONAL)
        optional: dict[str, Any] = {key: _READERS[key](given[key]) for key in _READERS if given.get(key) is not None}
        return cls(
            rule=preset(given["rule"]),
            roster=tuple(Seat.from_json(item) for item in a_list(given["roster"], "The roster")),
            positions=tuple(Position.from_json(item) for item in a_list(given["positions"], "The positions")),
            **optional,
        )

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The voices of the roster, affiliates merged, withdrawn ones included."""
        return merge(
            self.roster,
            self.positions,
            withdrawn=self.withdrawn,
            present=self.present or (),
            authors=self.authors,
        )

    @cached_property
    def listed_categories(self) -> tuple[str, ...]:
        """The interest categories the charter lists, or else those of the groups in alphabetical order."""
        if self.categories is not None:
            return self.categories
        return tuple(sorted({group.category for group in self.groups if group.category is not None}))


_READERS: Mapping[str, Callable[[object], object]] = {
    "categories": lambda value: names(value, "the categories"),
    "present": lambda value: frozenset(names(value, "those present")),
    "withdrawn": lambda value: frozenset(names(value, "those withdrawn")),
    "treatment": lambda value: a_choice(value, "The treatment of those withdrawn", Treatment),
    "authors": lambda value: frozenset(names(value, "the authors")),
    "issues": lambda value: tuple(Issue.from_json(item) for item in a_list(value, "The issues")),
    "determination": lambda value: a_text(value, "The determination"),
}


def _without_repeated_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    for key, times in Counter(key for key, _ in pairs).items():
        if times > 1:
            raise BallotError(f"The ballot says {shown(key)} twice in one object.")
    return dict(pairs)


def _contradictions(ballot: Ballot) -> Iterable[str]:
    organizations = [seat.organization for seat in ballot.roster]
    yield from (f"{name} stands twice on the roster." for name in _twice(organizations))
    yield from _stray_organizations(ballot, set(organizations))
    voices = (position.organization for position in ballot.positions)
    yield from (f"There are two positions of {name}; only one can be counted." for name in _twice(voices))
    yield from (f"The issue {identifier} stands twice." for identifier in _twice(issue.id for issue in ballot.issues))
    yield from _category_problems(ballot)
    yield from _presence_problems(ballot)


def _twice(items: Iterable[str]) -> Iterable[str]:
    return (shown(item) for item, times in Counter(items).items() if times > 1)


def _stray_organizations(ballot: Ballot, organizations: set[str]) -> Iterable[str]:
    for position in ballot.positions:
        if position.organization not in organizations:
            yield f"There is a position of {shown(position.organization)}, which is not on the roster."
    for what, named in (("withdrawn", ballot.withdrawn), ("present", ballot.present), ("authors", ballot.authors)):
        for name in sorted((named or frozenset()) - organizations):
            yield f'"{what}" names {shown(name)}, which is not on the roster.'


def _category_problems(ballot: Ballot) -> Iterable[str]:
    if ballot.categories is not None:
        yield from (f"The category {name} is listed twice." for name in _twice(ballot.categories))
        for seat in ballot.roster:
            if seat.category is not None and seat.category not in ballot.categories:
                yield f"{shown(seat.organization)} is in the category {shown(seat.category)}, which is not listed."
    for group in ballot.groups:
        if group.category is None and ballot.rule.judges_categories:
            yield f"{shown(group.members[0])} has no category, and the rule judges categories."


def _presence_problems(ballot: Ballot) -> Iterable[str]:
    if ballot.rule.base is not Base.PRESENT:
        return
    if ballot.present is None:
        yield 'The rule is measured against those present, and the ballot does not say who is: it lacks "present".'
    for group in ballot.groups:
        if group.stance is not None and not group.is_present:
            yield f"There is a position of {shown(group.members[0])}, which is not present."
