"""Random ballots: affiliates, withdrawals, presence, issues and all positions, small enough to meet every boundary."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from policyhub.rulebook import IssueStatus, Stance, Treatment

CATEGORIES = ["industry", "advocacy", "academia"]
CLASSES = ["P", "issuer", "consumer"]


@st.composite
def rosters(draw: st.DrawFn, *, affiliates: bool = True, most: int = 9) -> list[dict[str, Any]]:
    """A roster in which an organization may be affiliated to an earlier one."""
    rows: list[dict[str, Any]] = []
    for i in range(draw(st.integers(0, most))):
        above = (
            draw(st.sampled_from([None, None, None, *(row["organization"] for row in rows)])) if affiliates else None
        )
        category, classes = draw(st.sampled_from(CATEGORIES)), draw(st.lists(st.sampled_from(CLASSES), unique=True))
        rows.append({"organization": f"o{i}", "category": category, "classes": classes, "affiliate_of": above})
    return draw(st.permutations(rows))


def roots(roster: list[dict[str, Any]]) -> dict[str, str]:
    """The organization that speaks for each one's group."""
    above = {row["organization"]: row["affiliate_of"] for row in roster}

    def root(name: str) -> str:
        return name if above[name] is None else root(above[name])

    return {name: root(name) for name in above}


def some_of(names: list[str]) -> st.SearchStrategy[list[str]]:
    """Any of the names."""
    return st.lists(st.sampled_from(names), unique=True) if names else st.just([])


@st.composite
def ballots(draw: st.DrawFn, rule: object, *, affiliates: bool = True) -> dict[str, Any]:
    """A ballot without contradictions, in JSON."""
    roster = draw(rosters(affiliates=affiliates))
    names = [row["organization"] for row in roster]
    positions = draw(_positions(roster))
    ballot = {
        "rule": rule,
        "roster": roster,
        "positions": positions,
        "withdrawn": draw(some_of(names)),
        "present": [*{*draw(some_of(names)), *(position["organization"] for position in positions)}],
        "treatment": draw(st.sampled_from([str(treatment) for treatment in Treatment])),
        "authors": draw(some_of(names)),
        "issues": [{"id": str(i), "status": status} for i, status in enumerate(draw(_statuses()))],
        "determination": draw(st.sampled_from([None, " ", "Every issue was weighed."])),
    }
    return {**ballot, "categories": CATEGORIES} if draw(st.booleans()) else ballot


def _statuses() -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from([str(status) for status in IssueStatus]), max_size=2)


@st.composite
def _positions(draw: st.DrawFn, roster: list[dict[str, Any]]) -> list[dict[str, Any]]:
    # Mostly for or against, and seldom silent, or else no ballot would ever come near a threshold.
    ladder = [*(str(stance) for stance in Stance), "support", "support", "object", None]
    voices = {root: draw(st.sampled_from(ladder)) for root in {**dict.fromkeys(roots(roster).values())}}
    positions = []
    for name, root in roots(roster).items():
        if voices[root] is not None and draw(st.sampled_from([True, True, True, False])):
            sustained, reason = draw(st.booleans()), draw(st.sampled_from(["", " ", "It harms tenants."]))
            positions.append({"organization": name, "position": voices[root], "sustained": sustained, "reason": reason})
    return positions
