"""A decision rule as plain values: what is counted, against which base, and what must hold to adopt a text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .measure import Measure


class Stance(StrEnum):
    """The ladder of positions, one per organization."""

    ENDORSE = "endorse"
    SUPPORT = "support"
    ACCEPT = "accept"
    DEFER = "defer"
    OBJECT = "object"
    ABSTAIN = "abstain"
    RECUSE = "recuse"


class Base(StrEnum):
    """What a share is taken of."""

    CAST = "cast"
    RETURNED = "returned"
    PRESENT = "present"
    ROSTER = "roster"
    ROSTER_LESS_ABSTAINERS = "roster_less_abstainers"
    ROSTER_LESS_RECUSED = "roster_less_recused"
    CATEGORIES = "categories"


class LeftOut(StrEnum):
    """Positions that a rule may leave out before it counts."""

    ABSTENTIONS = "abstentions"
    UNREASONED_OBJECTIONS = "unreasoned_objections"


class Labels(StrEnum):
    """Which words a rule may put beside its outcome."""

    NONE = "none"
    CONSENSUS = "consensus"
    W3C = "w3c"


FOR = frozenset({Stance.ENDORSE, Stance.SUPPORT, Stance.ACCEPT})
CAST = FOR | {Stance.OBJECT}
EVERYONE = "all"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One decision rule; a condition that is None, empty or False is not asked for."""

    name: str | None = None
    title: str
    sources: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    labels: Labels = Labels.NONE
    balance_decides: bool = False

    base: Base = Base.CAST
    minimum: Measure | None = None
    classes: tuple[tuple[str, Measure], ...] = ()
    approving: frozenset[Stance] = FOR
    minimum_support: int | None = None
    supporting: frozenset[Stance] = FOR
    needs_outside_support: bool = False
    quorum: Measure | None = None
    abstention: Measure | None = None
    opposition: Measure | None = None
    blocking: bool = False
    dissent: bool = False
    balance: Measure | None = None
    vacancy: bool = False
    issues: bool = False
    leave_out: frozenset[LeftOut] = frozenset()
    # Judged by whoever closes a call, never by the tally: a ballot knows no time.
    open_days: int | None = None

    @property
    def judges_categories(self) -> bool:
        """Whether a test of this rule needs the category of every organization."""
        return self.vacancy or self.balance is not None or self.base is Base.CATEGORIES
