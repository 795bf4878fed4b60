"""A second tally, written from the rules' wording alone: slow, flat, and sharing no code with the first.

What is needed is found by trying every number; shares are compared by cross-multiplication.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Ballot = dict[str, Any]
Head = dict[str, Any]
Test = dict[str, Any]
FAR = 200


def naive(ballot: Ballot) -> dict[str, Any]:
    """The tally of a ballot without its explanation."""
    asked = ballot.get("treatment", "count_as_cast")
    judged = "exclude" if ballot["rule"].startswith("balance") else asked
    other = "count_as_cast" if judged == "exclude" else "exclude"
    first, second = judge(ballot, judged), judge(ballot, other)
    return {
        "outcome": first["outcome"],
        "label": first["label"],
        "tests": first["tests"],
        "counts": sides(heads(ballot, asked)),
        "other_treatment": {"treatment": other, "outcome": second["outcome"], "tests": second["tests"]},
        "depends_on_withdrawal": first["outcome"] != second["outcome"],
    }


def heads(ballot: Ballot, treatment: str) -> list[Head]:
    """One head per group of affiliates."""
    rows = {row["organization"]: row for row in ballot["roster"]}

    def root(name: str) -> str:
        above = rows[name].get("affiliate_of")
        return name if above is None else root(above)

    found = []
    for name in rows:
        if root(name) != name:
            continue
        members = [each for each in rows if root(each) == name]
        said = [p for p in ballot["positions"] if p["organization"] in members]
        head = {
            "category": rows[name]["category"],
            "classes": rows[name].get("classes", []),
            "position": said[0]["position"] if said else None,
            "sustained": any(p.get("sustained") for p in said),
            "reasoned": any(p.get("reason", "").strip() for p in said),
            "gone": all(each in ballot.get("withdrawn", []) for each in members),
            "present": any(each in (ballot.get("present") or []) for each in members),
            "author": any(each in ballot.get("authors", []) for each in members),
        }
        if treatment == "count_as_cast" or not head["gone"]:
            found.append(head)
    return found


def number(people: list[Head], *positions: str | None) -> int:
    """How many heads took one of the positions."""
    return len([head for head in people if head["position"] in positions])


def sides(people: list[Head]) -> dict[str, int]:
    """The counts by side."""
    return {
        "for": number(people, "endorse", "support", "accept"),
        "against": number(people, "object"),
        "abstain": number(people, "abstain"),
        "defer": number(people, "defer"),
        "recuse": number(people, "recuse"),
        "not_returned": number(people, None),
    }


def reach(name: str, base: int, have: int, passes: Callable[[int], bool], scope: str = "all") -> Test:
    """A test that needs at least the smallest passing number."""
    if base == 0 and name == "approval":
        return shape(name, scope, 0, 0, 0, False)
    needed = min(n for n in range(FAR) if passes(n))
    return shape(name, scope, base, needed, have, passes(have))


def keep(name: str, base: int, have: int, passes: Callable[[int], bool], scope: str = "all") -> Test:
    """A test that allows at most the largest passing number."""
    if base == 0:
        return shape(name, scope, 0, 0, 0, False)
    return shape(name, scope, base, max(n for n in range(FAR) if passes(n)), have, passes(have))


def none(name: str, base: int, found: int) -> Test:
    """A test that nothing stands in the way."""
    return shape(name, "all", base, 0, found, found == 0)


def shape(name: str, scope: str, base: int, needed: int, have: int, passed: bool) -> Test:
    """A test as the output has it."""
    share = f"{have}/{base}" if base else None
    test: Test = {"name": name, "scope": scope, "base": base, "needed": needed, "have": have, "share": share}
    return {**test, "passed": passed}


def judge(ballot: Ballot, treatment: str) -> dict[str, Any]:
    """Outcome, label and tests under one treatment."""
    rule, people = ballot["rule"], heads(ballot, treatment)
    tests = RULES[rule](ballot, people)
    dissent = rule == "w3c" and any(h["position"] == "object" and h["sustained"] for h in people)
    unwritten = rule == "rough-consensus" and not (ballot.get("determination") or "").strip()
    # With nobody at the table there is not even a category to be balanced.
    outcome = verdict(tests, dissent or unwritten) if tests else "no_quorum"
    return {"outcome": outcome, "label": label(ballot, people, tests, outcome, dissent), "tests": tests}


def verdict(tests: list[Test], chair: bool) -> str:
    """The first outcome that applies."""
    failed = [test["name"] for test in tests if not test["passed"]]
    empty = [t for t in tests if t["base"] == 0 and t["name"] in ("approval", "opposition", "balance")]
    if (
        "quorum" in failed
        or "abstention" in failed
        or [t for t in empty if t["scope"] not in ("P", "issuer", "consumer")]
    ):
        return "no_quorum"
    if "blocking" in failed or "vacancy" in failed or "issues" in failed:
        return "blocked"
    if chair:
        return "chair_determines"
    return "not_adopted" if failed else "adopted"


def label(ballot: Ballot, people: list[Head], tests: list[Test], outcome: str, dissent: bool) -> str | None:
    """The word beside the outcome."""
    if ballot["rule"] == "w3c":
        if dissent:
            return "dissent"
        if not tests[0]["passed"]:
            return "insufficient_support"
        return "unanimity" if tests[0]["have"] == len(people) else "consensus"
    if ballot["rule"] not in ("iso-dual", "rough-consensus", "interest-unanimity") or outcome != "adopted":
        return None
    return "agreed_by_remaining_participants" if vacant(ballot) else "consensus"


def listed(ballot: Ballot) -> list[str]:
    """The categories of the charter, or of the groups in alphabetical order."""
    if ballot.get("categories") is not None:
        return list(ballot["categories"])
    return sorted({head["category"] for head in heads(ballot, "count_as_cast")})


def vacant(ballot: Ballot) -> list[str]:
    """Listed categories without anyone who stayed."""
    staying = heads(ballot, "exclude")
    return [c for c in listed(ballot) if not [h for h in staying if h["category"] == c]]


def yes(people: list[Head]) -> int:
    """How many are for."""
    return sides(people)["for"]


def cast(people: list[Head]) -> int:
    """How many are for or against."""
    return yes(people) + sides(people)["against"]


def answers(people: list[Head]) -> int:
    """How many returned a position."""
    return len([head for head in people if head["position"] not in (None, "recuse")])


def majority(people: list[Head], base: int) -> list[Test]:
    """More than half of a base."""
    return [reach("approval", base, yes(people), lambda n: 2 * n > base)]


def two_thirds(people: list[Head], base: int) -> list[Test]:
    """At least two thirds of a base."""
    return [reach("approval", base, yes(people), lambda n: 3 * n >= 2 * base)]


def iso(ballot: Ballot, people: list[Head]) -> list[Test]:
    """Two thirds of P, at most a quarter of all against, unreasoned objections aside."""
    people = [h for h in people if not (h["position"] == "object" and not h["reasoned"])]
    members = [head for head in people if "P" in head["classes"]]
    base, everyone = cast(members), cast(people)
    return [
        reach("approval", base, yes(members), lambda n: 3 * n >= 2 * base, "P"),
        keep("opposition", everyone, number(people, "object"), lambda n: 4 * n <= everyone),
    ]


def iesg(ballot: Ballot, people: list[Head]) -> list[Test]:
    """Two thirds say Yes or No Objection, nobody Discuss, one Yes."""
    base = len(people) - number(people, "recuse")
    return [
        reach("approval", base, yes(people), lambda n: 3 * n >= 2 * base),
        none("blocking", base, number(people, "object")),
        reach("minimum_support", base, number(people, "endorse", "support"), lambda n: n >= 1),
    ]


def iesg_alternate(ballot: Ballot, people: list[Head]) -> list[Test]:
    """Two thirds say Yes, at most two No."""
    base = len(people) - number(people, "recuse")
    return [
        reach("approval", base, number(people, "endorse", "support"), lambda n: 3 * n >= 2 * base),
        keep("opposition", base, number(people, "object"), lambda n: n <= 2),
    ]


def forum(ballot: Ballot, people: list[Head]) -> list[Test]:
    """Issuers two thirds, consumers more than half, one yes in each, more than half answer."""
    issuers = [head for head in people if "issuer" in head["classes"]]
    consumers = [head for head in people if "consumer" in head["classes"]]
    return [
        reach("quorum", len(people), answers(people), lambda n: n >= len(people) // 2 + 1),
        reach("approval", cast(issuers), yes(issuers), lambda n: 3 * n >= 2 * cast(issuers), "issuer"),
        reach("approval", cast(consumers), yes(consumers), lambda n: 2 * n > cast(consumers), "consumer"),
        reach("minimum_support", cast(issuers), yes(issuers), lambda n: n >= 1, "issuer"),
        reach("minimum_support", cast(consumers), yes(consumers), lambda n: n >= 1, "consumer"),
    ]


def ieee(ballot: Ballot, people: list[Head]) -> list[Test]:
    """Three quarters return, under 30 % of these abstain, three quarters of those cast approve."""
    back, base = answers(people), cast(people)
    return [
        reach("quorum", len(people), back, lambda n: 4 * n >= 3 * len(people)),
        keep("abstention", back, number(people, "abstain"), lambda n: 10 * n < 3 * back),
        reach("approval", base, yes(people), lambda n: 4 * n >= 3 * base),
    ]


def short_circuit(ballot: Ballot, people: list[Head]) -> list[Test]:
    """Four fifths of the roster and nobody against."""
    base = len(people)
    return [
        reach("approval", base, yes(people), lambda n: 5 * n >= 4 * base),
        keep("opposition", base, number(people, "object"), lambda n: n <= 0),
    ]


def rough(ballot: Ballot, people: list[Head]) -> list[Test]:
    """A supporter outside the authors, and no issue open."""
    issues = ballot.get("issues", [])
    return [
        reach("minimum_support", cast(people), yes([h for h in people if not h["author"]]), lambda n: n >= 1),
        none("issues", len(issues), len([issue for issue in issues if issue["status"] == "open"])),
    ]


def interests(ballot: Ballot, people: list[Head]) -> list[Test]:
    """Every listed interest has someone for and nobody against; none is vacant."""
    names = listed(ballot)
    concurring = []
    for name in names:
        side = [head for head in people if head["category"] == name]
        if yes(side) and not number(side, "object"):
            concurring.append(name)
    return [
        reach("approval", len(names), len(concurring), lambda n: n >= len(names)),
        none("vacancy", len(names), len(vacant(ballot))),
    ]


def balance(part: int) -> Callable[[Ballot, list[Head]], list[Test]]:
    """No category above one part of the roster."""

    def judged(ballot: Ballot, people: list[Head]) -> list[Test]:
        shares = [(name, len([h for h in people if h["category"] == name])) for name in listed(ballot)]
        return [keep("balance", len(people), have, lambda n: part * n <= len(people), name) for name, have in shares]

    return judged


RULES: dict[str, Callable[[Ballot, list[Head]], list[Test]]] = {
    "majority-cast": lambda _, people: majority(people, cast(people)),
    "majority-returned": lambda _, people: majority(people, answers(people)),
    "majority-roster-less-abstainers": lambda _, people: majority(people, len(people) - number(people, "abstain")),
    "two-thirds-cast": lambda _, people: two_thirds(people, cast(people)),
    "two-thirds-present": lambda _, people: two_thirds(people, len([h for h in people if h["present"]])),
    "two-thirds-roster": lambda _, people: two_thirds(people, len(people)),
    "iso-dual": iso,
    "iesg": iesg,
    "iesg-alternate": iesg_alternate,
    "ca-browser-forum": forum,
    "ieee-sa": ieee,
    "w3c": lambda _, people: [reach("approval", len(people), yes(people), lambda n: 2 * n >= len(people))],
    "w3c-short-circuit": short_circuit,
    "rough-consensus": rough,
    "interest-unanimity": interests,
    "balance-third": balance(3),
    "balance-half": balance(2),
}
