"""The tally as people read it: counted, and explained in sentences."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .ballot import Ballot
from .counting import Tallied, judge
from .explain import explain


@dataclass(frozen=True)
class Outcome(Tallied):
    """A ballot counted, with the sentences that explain it."""

    @cached_property
    def explanation(self) -> tuple[str, ...]:
        """The tally in plain sentences, the outcome first."""
        return explain(self.asked, self.other)

    def as_json(self) -> dict[str, Any]:
        """The tally in the shape of the `tally` command."""
        return {**self.figures(), "explanation": list(self.explanation)}


def tally(ballot: Ballot) -> Outcome:
    """The outcome of a ballot by its rule; a pure function of the ballot."""
    return Outcome(ballot, *judge(ballot))
