"""Taking turns: every contestant once in each round, then medians and what they are of the peer's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from statistics import median
from typing import Any

# One go: it prepares what it needs, and returns the seconds that count.
Go = Callable[[], float]


@dataclass(frozen=True)
class Bench:
    """What is compared with what. `contestants` opens the field; the peer is one of those in it.

    `goals` are the largest shares of the peer's time that we want, by contestant; a missed one fails nothing.
    """

    name: str
    what: str
    peer: str
    rounds: int
    contestants: Callable[[], AbstractContextManager[Mapping[str, Go]]]
    goals: Mapping[str, float]


@dataclass(frozen=True)
class Measured:
    """The seconds of every go of each contestant, in the order of the rounds."""

    bench: Bench
    seconds: Mapping[str, list[float]]

    @property
    def rounds(self) -> int:
        return len(self.seconds[self.bench.peer])

    def median(self, name: str) -> float:
        """The contestant's median, in seconds."""
        return median(self.seconds[name])

    def ratio(self, name: str) -> float:
        """The contestant's time as a share of the peer's: below 1 it is faster."""
        return self.median(name) / self.median(self.bench.peer)

    def as_json(self) -> dict[str, Any]:
        """The result for machines."""
        rows = [
            {"name": name, "median_seconds": self.median(name), "ratio": self.ratio(name), "goal": self._goal(name)}
            for name in self.seconds
        ]
        bench = self.bench
        return {"name": bench.name, "what": bench.what, "peer": bench.peer, "rounds": self.rounds, "contestants": rows}

    def as_text(self) -> str:
        """The result for people."""
        width = max(map(len, self.seconds))
        return "\n".join([f"{self.bench.name}: {self.bench.what}", *(self._line(name, width) for name in self.seconds)])

    def _line(self, name: str, width: int) -> str:
        goal = self._goal(name)
        wanted = f", goal {goal:g} ×" if goal is not None else ""
        share = "the peer" if name == self.bench.peer else f"{self.ratio(name):.2f} × the peer{wanted}"
        return f"  {name:<{width}}  {_spoken(self.median(name)):>9}  {share}"

    def _goal(self, name: str) -> float | None:
        return self.bench.goals.get(name)


def measure(bench: Bench, *, rounds: int | None = None, say: Callable[[str], None]) -> Measured:
    """Every contestant had its go in each round, and each round another one began."""
    rounds = rounds or bench.rounds
    with bench.contestants() as contestants:
        order = list(contestants)
        seconds: dict[str, list[float]] = {name: [] for name in order}
        for number in range(rounds):
            say(f"{bench.name}: round {number + 1} of {rounds}")
            first = number % len(order)
            for name in order[first:] + order[:first]:
                seconds[name].append(contestants[name]())
    return Measured(bench, seconds)


def _spoken(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1000:.2f} ms"
