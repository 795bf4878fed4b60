"""Who sits at the table and what they said: seats, positions, and the groups that affiliates merge into."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from .errors import BallotError
from .fields import a_choice, a_flag, a_name, a_text, an_object, names
from .rule import Stance
from .words import shown


class Seat(NamedTuple):
    """One organization on the roster."""

    organization: str
    category: str | None = None
    classes: frozenset[str] = frozenset()
    affiliate_of: str | None = None

    @classmethod
    def from_json(cls, data: object) -> Seat:
        """The seat that one entry of a ballot's roster describes."""
        given = an_object(
            data, "An entry of the roster", required=["organization"], optional=["category", "classes", "affiliate_of"]
        )
        organization = a_name(given["organization"], "The organization of an entry of the roster")
        category, affiliate_of = given.get("category"), given.get("affiliate_of")
        return cls(
            organization,
            None if category is None else a_name(category, f"The category of {shown(organization)}"),
            frozenset(names(given.get("classes", []), f"the classes of {shown(organization)}")),
            None if affiliate_of is None else a_name(affiliate_of, f"The affiliation of {shown(organization)}"),
        )


class Position(NamedTuple):
    """What one organization said, whether it keeps an objection after the answer to it, and why."""

    organization: str
    stance: Stance
    sustained: bool = False
    reason: str = ""

    @classmethod
    def from_json(cls, data: object) -> Position:
        """The position that one entry of a ballot's positions describes."""
        given = an_object(data, "A position", required=["organization", "position"], optional=["sustained", "reason"])
        organization = a_name(given["organization"], "The organization of a position")
        whose = f"of {shown(organization)}"
        return cls(
            organization,
            a_choice(given["position"], f"The position {whose}", Stance),
            a_flag(given.get("sustained", False), f'"sustained" in the position {whose}'),
            a_text(given.get("reason", ""), f"The reason {whose}"),
        )


class Group(NamedTuple):
    """Affiliated organizations, or one that stands alone: one voice in every count."""

    members: tuple[str, ...]
    category: str | None
    classes: frozenset[str]
    stance: Stance | None = None
    is_sustained: bool = False
    has_reason: bool = False
    is_withdrawn: bool = False
    is_present: bool = False
    is_author: bool = False


def merge(
    roster: Sequence[Seat],
    positions: Collection[Position] = (),
    *,
    withdrawn: Collection[str] = (),
    present: Collection[str] = (),
    authors: Collection[str] = (),
) -> tuple[Group, ...]:
    """The groups of the roster in its order, each with its one voice; BallotError where a group has two."""
    members: dict[str, list[str]] = {}
    for seat, root in zip(roster, _roots(roster), strict=True):
        members.setdefault(root, []).append(seat.organization)
    by_name = {seat.organization: seat for seat in roster}
    said = {position.organization: position for position in positions}
    named = frozenset(withdrawn), frozenset(present), frozenset(authors)
    return tuple(_group(by_name[root], tuple(names), said, *named) for root, names in members.items())


def _group(
    root: Seat,
    members: tuple[str, ...],
    said: Mapping[str, Position],
    withdrawn: frozenset[str],
    present: frozenset[str],
    authors: frozenset[str],
) -> Group:
    if len(members) == 1:
        return _alone(root, said.get(root.organization), withdrawn, present, authors)
    voices = [said[member] for member in members if member in said]
    return Group(
        members=members,
        category=root.category,
        classes=root.classes,
        stance=_one_stance(root, voices),
        is_sustained=any(voice.sustained for voice in voices),
        has_reason=any(voice.reason.strip() for voice in voices),
        is_withdrawn=withdrawn.issuperset(members),
        is_present=not present.isdisjoint(members),
        is_author=not authors.isdisjoint(members),
    )


def _alone(
    seat: Seat, said: Position | None, withdrawn: frozenset[str], present: frozenset[str], authors: frozenset[str]
) -> Group:
    """The voice of one that is related to nobody: most are, and a roll of thousands is counted one by one."""
    name = seat.organization
    return Group(
        (name,),
        seat.category,
        seat.classes,
        said.stance if said is not None else None,
        said is not None and said.sustained,
        said is not None and bool(said.reason.strip()),
        name in withdrawn,
        name in present,
        name in authors,
    )


def _one_stance(root: Seat, voices: Sequence[Position]) -> Stance | None:
    if len(voices) == 1:
        return voices[0].stance
    stances = {voice.stance for voice in voices}
    if len(stances) > 1:
        raise BallotError(
            f"The affiliates around {shown(root.organization)} have one voice but took different positions: "
            f"{', '.join(sorted(stances))}."
        )
    return stances.pop() if stances else None


def _roots(roster: Sequence[Seat]) -> list[str]:
    """The organization at the end of each seat's chain of affiliations, in the roster's order."""
    parents = {seat.organization: seat.affiliate_of for seat in roster}
    known: dict[str, str] = {}
    return [_root(seat.organization, parents, known) for seat in roster]


def _root(organization: str, parents: Mapping[str, str | None], known: dict[str, str]) -> str:
    # What was walked once is remembered, so that a long chain costs its length and not its square.
    walked: dict[str, None] = {}
    at = organization
    while at not in known and (parent := parents.get(at)) is not None:
        if at in walked:
            raise BallotError(f"The affiliations of {shown(organization)} go round in a circle.")
        if parent not in parents:
            raise BallotError(f"{shown(at)} is an affiliate of {shown(parent)}, which is not on the roster.")
        walked[at] = None
        at = parent
    root = known.get(at, at)
    known.update(dict.fromkeys(walked, root))
    return root
