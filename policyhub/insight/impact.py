"""What a withdrawal would do, or has done: balance, vacancy, open calls, objections that stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from policyhub.decisions.models import Call, Objection
from policyhub.decisions.queries import open_calls, standing_objections
from policyhub.participation.models import Charter, InterestCategory, Participation, Process
from policyhub.participation.queries import at_the_table, categories, find_charter


@dataclass(frozen=True)
class Share:
    """A category's seats before and after, with its share of the table after; None of an empty table."""

    category: InterestCategory
    before: int
    after: int
    share: Fraction | None
    is_over: bool

    @property
    def is_vacant(self) -> bool:
        return self.before > 0 and self.after == 0

    @property
    def percent(self) -> str:
        """The share in percent with two decimals, exactly rounded."""
        if self.share is None:
            return "none"
        hundredths = round(self.share * 10_000)
        return f"{hundredths // 100}.{hundredths % 100:02d} %"


@dataclass(frozen=True)
class Impact:
    """What changes for the process when the organizations leave."""

    leaving: tuple[Participation, ...]
    seats_before: int
    seats_after: int
    shares: tuple[Share, ...]
    calls: tuple[Call, ...]
    objections: tuple[Objection, ...]

    @property
    def vacant(self) -> list[InterestCategory]:
        return [share.category for share in self.shares if share.is_vacant]

    @property
    def over(self) -> list[Share]:
        return [share for share in self.shares if share.is_over]


def impact_of(leaving: Sequence[Participation], at: datetime) -> Impact | None:
    """The effect of these seats leaving now; None when nobody leaves. What was cast is untouched by it."""
    if not leaving:
        return None
    process, gone = leaving[0].process, {each.pk for each in leaving}
    seated = list(at_the_table(process))
    staying = [seat for seat in seated if seat.pk not in gone]
    return Impact(
        leaving=tuple(leaving),
        seats_before=len(seated),
        seats_after=len(staying),
        shares=tuple(shares_of(process, seated, staying)),
        calls=tuple(open_calls(at).filter(process=process)),
        objections=tuple(standing_objections(process).filter(holder__in=[each.organization_id for each in leaving])),
    )


def limit_of(charter: Charter | None) -> Fraction | None:
    """The charter's limit of balance, or None."""
    if charter is None or charter.balance is None:
        return None
    return Fraction(charter.balance["num"], charter.balance["den"])


def shares_of(process: Process, before: Sequence[Participation], after: Sequence[Participation]) -> list[Share]:
    """Each category's seats before and after, with its share of those after."""
    limit, total = limit_of(find_charter(process)), len(after)
    shares = []
    for category in categories(process):
        count = sum(seat.category_id == category.pk for seat in after)
        share = Fraction(count, total) if total else None
        shares.append(
            Share(
                category=category,
                before=sum(seat.category_id == category.pk for seat in before),
                after=count,
                share=share,
                is_over=limit is not None and share is not None and share > limit,
            )
        )
    return shares
