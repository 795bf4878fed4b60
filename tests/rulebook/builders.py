"""Short ways to write a ballot down in tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from policyhub.rulebook import Ballot, Outcome, tally


def seat(organization: str, category: str = "industry", **more: Any) -> dict[str, Any]:
    """One entry of a roster."""
    return {"organization": organization, "category": category, **more}


def said(organization: str, position: str, **more: Any) -> dict[str, Any]:
    """One entry of the positions."""
    return {"organization": organization, "position": position, **more}


def sides(rule: object, /, *, silent: int = 0, **numbers: int) -> dict[str, Any]:
    """A ballot with so many organizations on each position: `sides("majority-cast", support=3, object=2)`."""
    spoken = {f"{position}-{i}": position for position, number in numbers.items() for i in range(number)}
    return {
        "rule": rule,
        "roster": [seat(name) for name in (*spoken, *(f"silent-{i}" for i in range(silent)))],
        "positions": [said(name, position) for name, position in spoken.items()],
    }


def counted(ballot: Mapping[str, Any], /, **changed: Any) -> Outcome:
    """The outcome of a ballot in JSON, with some of its entries changed."""
    return tally(Ballot.from_json({**ballot, **changed}))


def numbers(outcome: Outcome) -> list[tuple[str, str, int, int, int, bool]]:
    """Every test of an outcome as (name, scope, base, needed, have, passed)."""
    return [(test.name, test.scope, test.base, test.needed, test.have, test.passed) for test in outcome.tests]
