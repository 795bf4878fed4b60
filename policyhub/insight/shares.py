"""How the seats are shared among the interest categories, and what the charter limits them to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

from policyhub.participation.models import InterestCategory, Participation, Process
from policyhub.participation.queries import categories, find_charter


@dataclass(frozen=True)
class Share:
    """A category's seats with their share of the table; None of an empty table."""

    category: InterestCategory
    seats: int
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


def shares_of(process: Process, seated: Sequence[Participation]) -> list[Share]:
    """Each category's seats with its share of them all."""
    limit, total = limit_of(find_charter(process)), len(seated)
    shares = []
    for category in categories(process):
        count = sum(seat.category_id == category.pk for seat in seated)
        share = Fraction(count, total) if total else None
        shares.append(
            Share(
                category=category,
                seats=count,
                share=share,
                is_over=limit is not None and share is not None and share > limit,
            )
        )
    return shares
