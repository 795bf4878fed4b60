"""A rule as a call binds it: with the charter's limit of balance, and judged by how long the call was open."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from .judgement import Verdict
from .language import preset
from .rule import Rule


def with_balance(rule: str | dict[str, Any], balance: Mapping[str, int] | None) -> str | dict[str, Any]:
    """The rule with the limit of balance (`{"num", "den"}`) written in, where it has none of its own."""
    if balance is None or preset(rule).balance is not None:
        return rule
    written = {"preset": rule} if isinstance(rule, str) else rule
    return {**written, "balance": f"{balance['num']}/{balance['den']}"}


def judged_by_time(rule: Rule, tally: dict[str, Any], open_for: timedelta) -> dict[str, Any]:
    """The tally, not adopted where the rule asks for a time in which the call was neither open nor fully answered."""
    days, adopted = rule.open_days, str(Verdict.ADOPTED)
    if days is None or open_for >= timedelta(days=days) or not tally["counts"]["not_returned"]:
        return tally
    other, missed = tally["other_treatment"], str(Verdict.NOT_ADOPTED)
    if adopted not in {tally["outcome"], other["outcome"]}:
        return tally
    outcome, beside = (missed if each["outcome"] == adopted else each["outcome"] for each in (tally, other))
    said = (
        f"The rule asks that the call was open for {days} days or that everybody answered; neither is so, and "
        "therefore the text is not adopted."
    )
    explained = {"explanation": [said, *tally["explanation"][1:]]} if "explanation" in tally else {}
    return {
        **tally,
        **explained,
        "outcome": outcome,
        "label": None if outcome != tally["outcome"] else tally["label"],
        "other_treatment": {**other, "outcome": beside},
        "depends_on_withdrawal": outcome != beside,
    }
