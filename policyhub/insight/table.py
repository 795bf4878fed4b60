"""Who is at the table: seats by category, how they changed, what each needs and whether the text gives it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from policyhub.core.templatetags.typeset import in_words
from policyhub.drafting.models import Mark, Version
from policyhub.insight.impact import Share, limit_of, shares_of
from policyhub.participation.models import InterestCategory, Participation, Process, Requirement, Statement
from policyhub.participation.queries import at_the_table, categories, find_charter, requirements, roster


@dataclass(frozen=True)
class Row:
    """One category: who sits, who left."""

    category: InterestCategory
    seated: int
    withdrawn: int

    @property
    def words(self) -> str:
        if not self.withdrawn:
            return f"{self.seated} of {self.seated}"
        return f"{self.seated} of {self.seated + self.withdrawn}; {self.withdrawn} withdrew"


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
    """Those who left with one statement, or one organization that left for reasons of its own."""

    statement: Statement | None
    seats: list[Participation]

    @property
    def first(self) -> Participation:
        return self.seats[0]


@dataclass(frozen=True)
class Need:
    """A requirement and what its holder says of each version shown; None where it said nothing."""

    requirement: Requirement
    has_left: bool
    said: list[tuple[Version, Mark | None]]


def rows(process: Process) -> list[Row]:
    """Each category with its seats; an organization that came back counts as seated only."""
    newest = {seat.organization_id: seat for seat in roster(process)}
    return [
        Row(
            category,
            sum(1 for seat in newest.values() if seat.category_id == category.pk and seat.withdrawn_at is None),
            sum(1 for seat in newest.values() if seat.category_id == category.pk and seat.withdrawn_at is not None),
        )
        for category in categories(process)
    ]


def left_sentence(rows: Sequence[Row]) -> str:
    """How many have withdrawn, and of whom where all were of one category; empty while nobody has."""
    left = [row for row in rows if row.withdrawn]
    gone = sum(row.withdrawn for row in left)
    if not left:
        return ""
    verb = "has" if gone == 1 else "have"
    if len(left) > 1 or gone == 1:
        return f"{_count(gone)} {verb} withdrawn"
    of = in_words(left[0].seated + gone)
    return f"{in_words(gone).capitalize()} of the {of} organizations in {left[0].category} {verb} withdrawn"


def departures(process: Process) -> list[Departure]:
    """Every withdrawal, oldest first; those who left with one statement stand together."""
    left = process.participations.filter(withdrawn_at__isnull=False, withdrawal__isnull=False)
    groups: dict[object, Departure] = {}
    for seat in left.select_related("organization", "category", "withdrawal__statement").order_by(
        "withdrawn_at", "organization__name"
    ):
        statement = seat.withdrawal.statement
        key = ("statement", statement.pk) if statement else ("seat", seat.pk)
        groups.setdefault(key, Departure(statement, [])).seats.append(seat)
    return list(groups.values())


def balance(process: Process) -> list[Share]:
    """Each category's share of the table now."""
    seated = list(at_the_table(process))
    return shares_of(process, seated, seated)


def balance_sentence(process: Process) -> str:
    """What the shares mean under the charter's limit, in one sentence."""
    charter = find_charter(process)
    limit = limit_of(charter)
    if limit is None:
        return "The charter sets no limit of balance."
    over = [share for share in balance(process) if share.is_over]
    if not over:
        return f"No category holds more than {limit.numerator}/{limit.denominator} of the seats, the charter's limit."
    worst = over[0]
    total = sum(share.after for share in balance(process))
    return (
        f"{worst.category} holds {worst.after} of {total} seats ({worst.percent}); the charter's limit is "
        f"{limit.numerator}/{limit.denominator}. Until that is mended no result here can be called consensus."
    )


def chart(process: Process, at: datetime) -> Chart | None:
    """How the seats changed from the first admission until now; None while nobody sits."""
    seats = list(roster(process))
    if not seats:
        return None
    zone = ZoneInfo(process.timezone)
    days = sorted({_day(moment, zone) for seat in seats for moment in (seat.admitted_at, seat.withdrawn_at) if moment})
    names = [category.name for category in categories(process)]
    points = [(day, _counts(seats, day, zone, names)) for day in days]
    exits = _exits(seats, zone)
    return Chart(
        finding=_finding(points, exits),
        note="Organizations at the table by category. Dashed outline: places of those who withdrew.",
        sentence=_finding(points, exits),
        points=points,
        until=max(_day(at, zone), days[-1]),
        events=[(day, f"{_count(number)} withdrew") for day, number in exits][-3:],
    )


def needs(process: Process, versions: Sequence[Version]) -> list[Need]:
    """Every requirement against these versions."""
    marks = {(mark.requirement_id, mark.version_id): mark for mark in Mark.objects.filter(version__in=versions)}
    return [
        Need(
            requirement,
            requirement.participation.withdrawn_at is not None,
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
    found: dict[date, int] = {}
    for seat in seats:
        if seat.withdrawn_at is not None:
            day = _day(seat.withdrawn_at, zone)
            found[day] = found.get(day, 0) + 1
    return sorted(found.items())


def _finding(points: Sequence[tuple[date, dict[str, int]]], exits: Sequence[tuple[date, int]]) -> str:
    total = sum(points[-1][1].values())
    if not exits:
        return f"{_count(total)} {'holds' if total == 1 else 'hold'} a seat; nobody has withdrawn"
    peak = max(sum(counts.values()) for _, counts in points)
    gone = sum(number for _, number in exits)
    return f"The table went from {peak} organizations to {total}: {in_words(gone)} withdrew"


def _count(number: int) -> str:
    words = in_words(number).capitalize()
    return f"{words} organization" if number == 1 else f"{words} organizations"
