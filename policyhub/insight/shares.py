"""How the seats are shared among the interest categories, and what the charter limits them to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

from policyhub import rulebook
from policyhub.participation.models import InterestCategory, Participation, Process
from policyhub.participation.queries import categories, find_charter, voice_links


@dataclass(frozen=True)
class Share:
    """A category's seats and voices, with its share of all voices; None of an empty table."""

    category: InterestCategory
    seats: int
    voices: int
    share: Fraction | None
    is_over: bool

    @property
    def percent(self) -> str:
        return percent(self.share)


class Balanced(Protocol):
    """A charter, of the tables or of the record, that may limit a category's share."""

    @property
    def balance(self) -> Any: ...


def percent(share: Fraction | None) -> str:
    """A share in percent with two decimals, exactly rounded; "none" of an empty table."""
    if share is None:
        return "none"
    hundredths = round(share * 10_000)
    return f"{hundredths // 100}.{hundredths % 100:02d} %"


def limit_of(charter: Balanced | None) -> Fraction | None:
    """The charter's limit of balance, or None."""
    if charter is None or charter.balance is None:
        return None
    return Fraction(charter.balance["num"], charter.balance["den"])


def voices_by_category(seated: Mapping[str, str], related: Collection[rulebook.Link]) -> Counter[str]:
    """How many voices each category has, from the category of each organization: related ones have one voice."""
    return Counter(seated[voice] for voice in set(rulebook.voices_of(seated, related).values()))


def share_of(category: str, voices: Counter[str], limit: Fraction | None) -> tuple[Fraction | None, bool]:
    """A category's share of all voices, None of an empty table, and whether it is over the limit."""
    share = Fraction(voices[category], voices.total()) if voices.total() else None
    return share, limit is not None and share is not None and share > limit


def shares_of(process: Process, seated: Sequence[Participation]) -> list[Share]:
    """Each category's seats, and its share of the voices at the table."""
    limit = limit_of(find_charter(process))
    places = {seat.organization.slug: seat.category.slug for seat in seated}
    voices, seats = voices_by_category(places, voice_links(process)), Counter(places.values())
    return [
        Share(each, seats[each.slug], voices[each.slug], *share_of(each.slug, voices, limit))
        for each in categories(process)
    ]
