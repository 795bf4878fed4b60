"""Minutes: states, moves, what they must contain. After approval nothing is edited in place."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from enum import StrEnum

from policyhub.core.errors import Reason
from policyhub.core.moves import Moves, may_move

SHORTEST = timedelta(hours=24)
FARTHEST = timedelta(days=366)


class MinutesState(StrEnum):
    """Where minutes stand; a draft is only the secretary's notes."""

    DRAFT = "draft"
    CIRCULATED = "circulated"
    APPROVED = "approved"
    PUBLISHED = "published"


MINUTES_MOVES: Moves = {
    MinutesState.DRAFT: frozenset({MinutesState.CIRCULATED}),
    MinutesState.CIRCULATED: frozenset({MinutesState.APPROVED}),
    MinutesState.APPROVED: frozenset({MinutesState.PUBLISHED}),
    MinutesState.PUBLISHED: frozenset(),
}
STAND = {
    MinutesState.DRAFT: "are a draft",
    MinutesState.CIRCULATED: "are circulated",
    MinutesState.APPROVED: "are approved",
    MinutesState.PUBLISHED: "are published",
}

# The union of Robert's Rules 48, 41 CFR 102-3.165, 22 CFR 214.35 and the W3C process, and our own.
SECTIONS = (
    "Meeting",
    "Present",
    "Earlier minutes",
    "Matters and resolutions",
    "Votes and calls",
    "Motions and rulings",
    "Papers",
    "Carried forward",
    "Adjournment",
)
BLANK = "[to be written]"
_HEADING = re.compile(r"^## +(.+?)[ #]*$", re.MULTILINE)


def step_refused(state: str, target: MinutesState) -> Reason | None:
    """The reason why minutes in this state cannot come to the other one, or None when they can."""
    if may_move(MINUTES_MOVES, state, target):
        return None
    sentence = f"These minutes {STAND[MinutesState(state)]} and cannot be {target.value} now. Nothing was changed."
    return Reason("wrong_state", sentence)


def time_refused(corrections_until: datetime | None, short_time_reason: str, at: datetime) -> Reason | None:
    """The reason why a circulation does not give the table its time for corrections, or None."""
    if corrections_until is None:
        return Reason("no_time", "Say until when corrections are taken at least.", "corrections_until")
    if corrections_until <= at:
        return Reason(
            "past", "Corrections are taken until a time still to come. Choose a later one.", "corrections_until"
        )
    if corrections_until > at + FARTHEST:
        return Reason("too_far", "Choose a time for corrections within a year.", "corrections_until")
    if corrections_until < at + SHORTEST and not short_time_reason.strip():
        sentence = "The table has at least 24 hours for corrections. Choose a later time, or say why there is less."
        return Reason("short_time", sentence, "short_time_reason")
    return None


def approval_too_early(corrections_until: datetime | None, at: datetime) -> Reason | None:
    """The reason why the time for corrections still runs, or None; a told circulation may not have stated one."""
    if corrections_until is None or at >= corrections_until:
        return None
    return Reason("too_early", "The time given for corrections has not passed. Approve these minutes after it.")


def sections_of(text: str) -> dict[str, str]:
    """What stands under each second-level heading of a Markdown text, without white space around it."""
    parts = _HEADING.split(text)
    return {heading.strip(): body.strip() for heading, body in zip(parts[1::2], parts[2::2], strict=True)}


def gaps(text: str) -> list[Reason]:
    """What keeps minutes from being circulated: a section missing or empty, a place still to be written."""
    found = sections_of(text)
    missing = [name for name in SECTIONS if name not in found]
    empty = [name for name in SECTIONS if name in found and not found[name]]
    reasons = [
        Reason("section_missing", f"Add the section “{name}”: minutes always have it.", "text") for name in missing
    ]
    reasons += [
        Reason("section_empty", f"Say something under “{name}”, even if it is that there was nothing.", "text")
        for name in empty
    ]
    if blanks := text.count(BLANK):
        places = "1 place" if blanks == 1 else f"{blanks} places"
        reasons.append(Reason("blank", f"Complete the minutes first: {places} still read “{BLANK}”.", "text"))
    return reasons


def edit_refused(state: str) -> Reason | None:
    """The reason why the secretary cannot simply rewrite minutes in this state, or None for a draft."""
    if state == MinutesState.DRAFT:
        return None
    if state == MinutesState.CIRCULATED:
        return Reason(
            "circulated", "These minutes are circulated. They change only by corrections that everybody can follow."
        )
    return _approved()


def correction_refused(state: str) -> Reason | None:
    """The reason why minutes in this state take no correction, or None while they are circulated."""
    if state == MinutesState.CIRCULATED:
        return None
    if state == MinutesState.DRAFT:
        return Reason("draft", "These minutes are still the secretary's notes. Wait until they are circulated.")
    return _approved()


def _approved() -> Reason:
    return Reason(
        "approved",
        "These minutes are approved and are never edited. Nothing was changed. "
        "Have what is wrong stated at the next meeting, whose minutes will say it.",
    )
