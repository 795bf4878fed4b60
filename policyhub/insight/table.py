"""Who is at the table: seats by category, how they changed, what each needs and whether the text gives it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from policyhub.core.templatetags.typeset import in_words
from policyhub.drafting.models import Mark, Version
from policyhub.insight.shares import Share, limit_of, shares_of
from policyhub.participation.models import Charter, InterestCategory, Participation, Process, Requirement, Statement
from policyhub.participation.queries import at_the_table, categories, requirements


@dataclass(frozen=True)
class Row:
    """One category: how many organizations sit, are away after they withdrew, sit again after they withdrew.

    An organization counts once, in the category of its newest seat.
    """

    category: InterestCategory
    seated: int
    withdrawn: int
    returned: int

    @property
    def left(self) -> int:
        """How many organizations ever withdrew, come back or not."""
        return self.withdrawn + self.returned

    @property
    def words(self) -> str:
        said = [f"{self.seated} of {self.seated + self.withdrawn}"]
        said += [f"{self.left} withdrew"] if self.left else []
        return "; ".join(said) + (f", {self.returned} came back" if self.returned else "")


@dataclass(frozen=True)
class Figures:
    """The table in numbers: organizations that ever sat and that sit now, that ever withdrew and that came back.

    These four count organizations; `withdrawals` counts how often one withdrew.
    """

    ever: int
    seated: int
    left: int
    returned: int
    withdrawals: int


@dataclass(frozen=True)
class Chart:
    """Seats by category over time, as the chart and its table show them."""

    finding: str
    note: str
    sentence: str
    points: list[tuple[date, dict[str, int]]]
    until: date
    events: list[tuple[date, str]]


@dataclass(frozen=True)
class Departure:
    """Those who left with one statement, or one organization that left for reasons of its own.

    `back` holds the organizations among them that sit at the table again.
    """

    statement: Statement | None
    seats: list[Participation]
    back: set[int] = field(default_factory=set)

    @property
    def first(self) -> Participation:
        return self.seats[0]


@dataclass(frozen=True)
class Need:
    """A requirement and what its holder says of each version shown; None where it said nothing."""

    requirement: Requirement
    has_left: bool
    said: list[tuple[Version, Mark | None]]


def rows(process: Process, seats: Sequence[Participation]) -> list[Row]:
    """Each category with its seats."""
    newest = _newest(seats)
    left = {seat.organization_id for seat in seats if seat.withdrawn_at is not None}
    return [_row(category, newest, left) for category in categories(process)]


def figures(seats: Sequence[Participation]) -> Figures:
    """The table in numbers, from every seat that was ever taken."""
    newest = _newest(seats)
    exits = [seat.organization_id for seat in seats if seat.withdrawn_at is not None]
    seated = _seated(seats)
    return Figures(
        ever=len(newest),
        seated=len(seated),
        left=len(set(exits)),
        returned=len(seated.intersection(exits)),
        withdrawals=len(exits),
    )


def left_sentence(rows: Sequence[Row], counted: Figures) -> str:
    """How many have withdrawn and come back, and of whom where all were of one category; empty while nobody has."""
    left = [row for row in rows if row.left]
    if not counted.left:
        return ""
    if len(left) > 1 or counted.left == 1 or counted.returned:
        return f"{_count(counted.left)} {_left_words(counted)}"
    of = in_words(left[0].seated + left[0].withdrawn)
    return (
        f"{in_words(counted.left).capitalize()} of the {of} organizations in {left[0].category} {_left_words(counted)}"
    )


def departures(process: Process, seats: Sequence[Participation]) -> list[Departure]:
    """Every withdrawal, oldest first; those who left with one statement stand together."""
    left = process.participations.filter(withdrawn_at__isnull=False, withdrawal__isnull=False)
    seated = _seated(seats)
    groups: dict[object, Departure] = {}
    for seat in left.select_related("organization", "category", "withdrawal__statement").order_by(
        "withdrawn_at", "organization__name"
    ):
        statement = seat.withdrawal.statement
        key = ("statement", statement.pk) if statement else ("seat", seat.pk)
        group = groups.setdefault(key, Departure(statement, []))
        group.seats.append(seat)
        group.back.update(seated & {seat.organization_id})
    return list(groups.values())


def balance(process: Process) -> list[Share]:
    """Each category's share of the table now."""
    return shares_of(process, list(at_the_table(process)))


def balance_sentence(charter: Charter | None, shares: Sequence[Share]) -> str:
    """What the shares mean under the charter's limit, in one sentence."""
    limit = limit_of(charter)
    if limit is None:
        return "The charter sets no limit of balance."
    over = [share for share in shares if share.is_over]
    if not over:
        unit = "voices" if any_joined(shares) else "seats"
        return f"No category holds more than {limit.numerator}/{limit.denominator} of the {unit}, the charter's limit."
    worst = over[0]
    total, unit = sum(share.voices for share in shares), "seats" if not any_joined(shares) else "voices"
    return (
        f"{worst.category} holds {worst.voices} of {total} {unit} ({worst.percent}); the charter's limit is "
        f"{limit.numerator}/{limit.denominator}. No call opened from now on can be called consensus until that is "
        "mended."
    )


def any_joined(shares: Iterable[Share]) -> bool:
    """Whether some organizations at the table have one voice, so that there are fewer voices than seats."""
    return any(share.voices < share.seats for share in shares)


def chart(process: Process, seats: Sequence[Participation], at: datetime) -> Chart | None:
    """How the seats changed from the first admission until now; None where nobody ever sat."""
    if not seats:
        return None
    zone = ZoneInfo(process.timezone)
    days = sorted({_day(moment, zone) for seat in seats for moment in (seat.admitted_at, seat.withdrawn_at) if moment})
    names = [category.name for category in categories(process)]
    points = [(day, _counts(seats, day, zone, names)) for day in days]
    finding = _finding(figures(seats))
    return Chart(
        finding=finding,
        note="Organizations at the table by category. Dashed outline: places of those who withdrew.",
        sentence=finding,
        points=points,
        until=max(_day(at, zone), days[-1]),
        events=[(day, f"{_count(number)} withdrew") for day, number in _exits(seats, zone)][-3:],
    )


def needs(process: Process, versions: Sequence[Version], seats: Sequence[Participation]) -> list[Need]:
    """Every requirement against these versions."""
    seated = _seated(seats)
    marks = {(mark.requirement_id, mark.version_id): mark for mark in Mark.objects.filter(version__in=versions)}
    return [
        Need(
            requirement,
            requirement.participation.organization_id not in seated,
            [(version, marks.get((requirement.pk, version.pk))) for version in versions],
        )
        for requirement in requirements(process)
    ]


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def _counts(seats: Sequence[Participation], day: date, zone: ZoneInfo, names: Sequence[str]) -> dict[str, int]:
    counts = dict.fromkeys(names, 0)
    for seat in seats:
        came = seat.admitted_at is not None and _day(seat.admitted_at, zone) <= day
        gone = seat.withdrawn_at is not None and _day(seat.withdrawn_at, zone) <= day
        if came and not gone:
            counts[seat.category.name] += 1
    return counts


def _exits(seats: Sequence[Participation], zone: ZoneInfo) -> list[tuple[date, int]]:
    """Of each day how many organizations withdrew on it."""
    found: dict[date, set[int]] = {}
    for seat in seats:
        if seat.withdrawn_at is not None:
            found.setdefault(_day(seat.withdrawn_at, zone), set()).add(seat.organization_id)
    return sorted((day, len(organizations)) for day, organizations in found.items())


def _seated(seats: Iterable[Participation]) -> set[int]:
    """The organizations that sit now."""
    return {seat.organization_id for seat in seats if seat.withdrawn_at is None}


def _newest(seats: Iterable[Participation]) -> dict[int, Participation]:
    """Of each organization the seat that it took last."""
    taken = sorted(seats, key=lambda seat: (seat.admitted_at or seat.asked_at, seat.pk))
    return {seat.organization_id: seat for seat in taken}


def _row(category: InterestCategory, newest: dict[int, Participation], left: set[int]) -> Row:
    own = [seat for seat in newest.values() if seat.category_id == category.pk]
    seated = {seat.organization_id for seat in own if seat.withdrawn_at is None}
    return Row(category, len(seated), len(own) - len(seated), len(seated & left))


def _finding(counted: Figures) -> str:
    if not counted.left:
        return f"{_count(counted.seated)} {'holds' if counted.seated == 1 else 'hold'} a seat; nobody has withdrawn"
    has = "has" if counted.ever == 1 else "have"
    now = f"{in_words(counted.seated) if counted.seated else 'none'} {'sits' if counted.seated == 1 else 'sit'}"
    return (
        f"{_count(counted.ever)} {has} sat at the table, {now} there now: "
        f"{in_words(counted.left)} {_left_words(counted)}"
    )


def _left_words(counted: Figures) -> str:
    """What those who withdrew did, after their number."""
    said = "has withdrawn" if counted.left == 1 else "have withdrawn"
    if counted.withdrawals > counted.left:
        said += f", {_times(counted.withdrawals)}" + ("" if counted.left == 1 else " in all")
    if not counted.returned:
        return said
    if counted.left == 1:
        return f"{said}, and has come back"
    return f"{said}; {in_words(counted.returned)} {'has' if counted.returned == 1 else 'have'} come back"


def _times(number: int) -> str:
    return "twice" if number == 2 else f"{in_words(number)} times"


def _count(number: int) -> str:
    words = in_words(number).capitalize()
    return f"{words} organization" if number == 1 else f"{words} organizations"
