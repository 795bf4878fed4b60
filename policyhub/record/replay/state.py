"""What must be remembered of the entries so far to judge the next one: it grows with subjects and organizations."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

INVITED, APPLIED, ACTIVE, DECLINED, WITHDRAWN = "invited", "applied", "active", "declined", "withdrawn"
OPENED, SUSPENDED, CLOSED, DETERMINED, VOID = "opened", "suspended", "closed", "determined", "void"
STRAW_POLL, BALLOT = "straw_poll", "ballot"
RAISED, LIFTED = "raised", "withdrawn_by_holder"
ACCOMMODATED, NOT_ACCOMMODATED = "addressed_accommodated", "addressed_not_accommodated"
LEAD = "lead"
# Who says something for an organization; its observers come and read.
SPEAKING = {LEAD, "alternate"}
ARCHIVIST = "archivist"
# How a sentence begins that compares times.
BY_THE_CLOCK = "by the clock"


@dataclass(slots=True)
class Line:
    """One entry as the story reads it. Times are the strings of the leaf: their one form sorts as time does."""

    index: int
    kind: str
    subject: str
    process: str | None
    org: str | None
    role: str
    person: str | None
    body: dict[str, Any]
    at: str


@dataclass(slots=True)
class CharterHeld:
    """What a charter fixed for the calls and notices after it."""

    categories: tuple[str, ...]
    rule: Any
    treatment: str
    balance: Any
    notice_days: int
    call_hours: int
    two_persons_admit: bool
    ballot_rule: Any
    sealed_calls: bool
    appeal_days: int


@dataclass(slots=True, eq=False)
class SeatHeld:
    """One organization's seat, asked for or held; a return is another one."""

    category: str
    state: str
    has_vote: bool = True
    is_approved: bool = False
    left_at: str = ""
    leaves_at: str = ""
    points: set[int] = field(default_factory=set)

    def sits(self, at: str) -> bool:
        """Whether it is held then: an announced withdrawal has effect at its time, written down or not."""
        return self.state == ACTIVE and (not self.leaves_at or at < self.leaves_at)

    def left_by(self, at: str) -> bool:
        """Whether it was left before then, or announced to be."""
        return self.left_at < at if self.state == WITHDRAWN else bool(self.leaves_at) and self.leaves_at < at


@dataclass(slots=True)
class PositionHeld:
    """What an organization said last on a call; entered by the chair for it, or by itself."""

    stance: str
    index: int
    has_reason: bool
    is_entered: bool = False


@dataclass(slots=True)
class ObjectionHeld:
    """An objection, from being raised until its holder lifts it."""

    call: int
    holder: str
    words: tuple[str | None, str | None]
    state: str = RAISED


@dataclass(slots=True)
class CallHeld:
    """A call with everything that was bound when it opened."""

    number: int
    asking: str
    document: str
    version: int
    clause: str | None
    text_hash: str
    rule: Any
    sealed: bool
    treatment: str
    roll_hash: str
    opens_at: str
    closes_at: str
    roll: dict[str, SeatHeld]
    # The voice of each organization that shares one.
    voices: dict[str, str]
    categories: tuple[str, ...]
    options: frozenset[str]
    state: str = OPENED
    # What stopped it cannot be taken back: its text was changed.
    is_stopped: bool = False
    is_recirculated: bool = False
    positions: dict[str, PositionHeld] = field(default_factory=dict)
    # Of what was said under seal, by organization: the entry and its commitment.
    under_seal: dict[str, tuple[int, str]] = field(default_factory=dict)
    objections: dict[str, int] = field(default_factory=dict)

    @property
    def is_poll(self) -> bool:
        """Whether nothing is decided by it."""
        return self.asking == STRAW_POLL


@dataclass(slots=True)
class MeetingHeld:
    """A meeting, and who is in the room."""

    starts_at: str
    state: str = "noticed"
    opened_at: str = ""
    comings: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(slots=True)
class MinutesHeld:
    """The newest text of the minutes of a meeting, and the corrections that were proposed."""

    version: int = 0
    text_hash: str = ""
    state: str = "draft"
    is_certified: bool = False
    circulated_at: str = ""
    corrections_until: str = ""
    proposed: int = 0
    taken: int = 0
    declined: set[int] = field(default_factory=set)

    @property
    def waiting(self) -> int:
        """How many corrections have no answer."""
        return self.proposed - self.taken - len(self.declined)


@dataclass(slots=True)
class StatementHeld:
    """A published statement and who signed it."""

    kind: str
    text_hash: str
    signatories: int
    effective_at: str | None = None
    is_answered: bool = False
    signed: set[str] = field(default_factory=set)


@dataclass(slots=True)
class DocumentHeld:
    """A line of a text: the hash of each version, and for whom each was published."""

    process: str
    owner: str | None
    group: str | None = None
    hashes: list[str] = field(default_factory=list)
    publishers: list[str | None] = field(default_factory=list)
    editions: int = 0


@dataclass(slots=True)
class GroupHeld:
    """A group, who joined it, and how often it reported."""

    joined: set[str] = field(default_factory=set)
    is_open: bool = True
    reports: int = 0


@dataclass(slots=True)
class ProcessHeld:
    """A process and all that is numbered in it."""

    slug: str
    is_told: bool
    is_archive: bool = False
    is_concluded: bool = False
    reported_meetings: int = 0
    claims: int = 0
    staff: Counter[str] = field(default_factory=Counter)
    charter: CharterHeld | None = None
    charter_version: int = 1
    proposed: dict[str, Any] | None = None
    seats: dict[str, list[SeatHeld]] = field(default_factory=dict)
    mandates: Counter[tuple[str, str]] = field(default_factory=Counter)
    # When mandates end by themselves, by organization and mandate.
    ending: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    # Who stepped out of a text or a group, by its subject.
    out: dict[str, set[str]] = field(default_factory=dict)
    # Of each organization and the one that it belongs to, whether they have one voice; members keep their own.
    affiliations: dict[tuple[str, str], bool] = field(default_factory=dict)
    members: set[tuple[str, str]] = field(default_factory=set)
    points: int = 0
    # By subject: who joined a group, and whether it works still.
    groups: dict[str, GroupHeld] = field(default_factory=dict)
    requirements: dict[int, SeatHeld] = field(default_factory=dict)
    essential: set[int] = field(default_factory=set)
    point_of: dict[int, int] = field(default_factory=dict)
    lodged: dict[int, str] = field(default_factory=dict)
    dropped: set[int] = field(default_factory=set)
    sponsors: dict[int, set[str]] = field(default_factory=dict)
    links: set[tuple[int, str, str]] = field(default_factory=set)
    comments: list[bool] = field(default_factory=list)
    statements: dict[int, StatementHeld] = field(default_factory=dict)
    meetings: dict[int, MeetingHeld] = field(default_factory=dict)
    minutes: dict[int, MinutesHeld] = field(default_factory=dict)
    calls: dict[int, CallHeld] = field(default_factory=dict)
    # The same by subject: most entries are positions, and looking up theirs is half of reading them.
    call_about: dict[str, CallHeld] = field(default_factory=dict)
    objections: dict[int, ObjectionHeld] = field(default_factory=dict)

    def seat(self, organization: str | None) -> SeatHeld | None:
        """The newest seat of an organization, or None."""
        held = self.seats.get(organization or "")
        return held[-1] if held else None

    def is_in(self, organization: str | None, group: str) -> bool:
        """Whether an organization is in a group of this subject now."""
        held = self.groups.get(group)
        return held is not None and organization in held.joined and organization not in self.out.get(group, ())

    def forget_parts(self, organization: str) -> None:
        """Who left the process is in no group and out of no text: should it return, it returns to all."""
        for held in self.groups.values():
            held.joined.discard(organization)
        for out in self.out.values():
            out.discard(organization)

    def voice_links(self) -> list[tuple[str, str]]:
        """The pairs of organizations that have one voice now."""
        return [pair for pair, has_one_voice in self.affiliations.items() if has_one_voice]

    def roll(self, at: str, scope: str = "") -> dict[str, SeatHeld]:
        """Who sits at the table with a vote then, with the seat, but for those who stepped out of this scope."""
        out = self.out.get(scope, ())
        last = ((name, held[-1]) for name, held in self.seats.items())
        return {name: seat for name, seat in last if seat.has_vote and seat.sits(at) and name not in out}


@dataclass
class StoryHeld:
    """Everything told so far. `expected` are the entries that must come next: one act wrote them together."""

    processes: dict[str, ProcessHeld] = field(default_factory=dict)
    documents: dict[str, DocumentHeld] = field(default_factory=dict)
    editions: dict[str, tuple[str, int, int]] = field(default_factory=dict)
    operators: int = 0
    conveners: int = 0
    key: str = ""
    expected: deque[tuple[str, str]] = field(default_factory=deque)


# Yields what cannot be; an entry in which nothing is wrong is taken into the story at the end.
StoryRule = Callable[[StoryHeld, ProcessHeld, Line], Iterator[str]]


def numbered(line: Line, noun: str) -> int:
    """The number in a subject such as `call/process/3`; 0 when the subject is not one of the noun in the process."""
    head = f"{noun}/{line.process}/"
    number = line.subject[len(head) :]
    return int(number) if line.subject.startswith(head) and number.isdecimal() else 0


def not_next(line: Line, noun: str, held: int) -> Iterator[str]:
    """Whatever is numbered in a process is numbered 1, 2, 3 …"""
    if numbered(line, noun) != held + 1:
        yield f"its subject must be {noun}/{line.process}/{held + 1}"


def without_office(process: ProcessHeld, line: Line, *functions: str) -> Iterator[str]:
    """Who acts in a function acts for no organization, and somebody holds it then."""
    if line.role not in functions:
        yield f"a {line.role} cannot do this"
    if line.org is not None:
        yield f"a {line.role} acts for no organization"
    if not process.staff[line.role]:
        yield f"nobody was {line.role} of the process then"


def without_mandate(process: ProcessHeld, line: Line) -> Iterator[str]:
    """Who acts for an organization has a mandate that was given and has not ended."""
    if line.org is None:
        yield "it names no organization for which it was done"
    elif line.role not in SPEAKING or process.mandates[line.org, line.role] < 1:
        yield f"nobody was {line.role} representative of {line.org} then"


def without_seat(process: ProcessHeld, line: Line) -> Iterator[str]:
    """Who acts for an organization at the table has a mandate, and the organization a seat."""
    yield from without_mandate(process, line)
    seat = process.seat(line.org)
    if seat is None or not seat.sits(line.at):
        yield f"{line.org} did not sit at the table then"


def without_vote(process: ProcessHeld, line: Line) -> Iterator[str]:
    """Who acts for an organization with a vote has a mandate, and the organization a seat that has one."""
    yield from without_seat(process, line)
    seat = process.seat(line.org)
    if seat is not None and not seat.has_vote:
        yield f"{line.org} took part without a vote"


def without_archivist(process: ProcessHeld, line: Line, *, organization: str | None = None) -> Iterator[str]:
    """What others did is told by the archivist of an archive while its file is told, for nobody, with sources."""
    if (line.role, line.person, line.org) != (ARCHIVIST, None, organization) or not process.is_archive:
        yield "the archivist alone tells of this, for nobody, in an archive"
    if process.is_concluded or not process.is_told:
        yield "nothing more is told of this process"


def without_clock(line: Line) -> Iterator[str]:
    """What the clock does no person and no organization did."""
    if (line.role, line.org, line.person) != ("system", None, None):
        yield "the clock alone does this, for nobody"


def standing_of(process: ProcessHeld, call: CallHeld) -> dict[int, ObjectionHeld]:
    """The objections on a call that their holders have not lifted, by number."""
    held = {number: process.objections[number] for number in sorted(call.objections.values())}
    return {number: each for number, each in held.items() if each.state != LIFTED}
