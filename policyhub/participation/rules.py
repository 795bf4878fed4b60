"""Processes, seats and mandates: states, moves and what stands in the way."""

from __future__ import annotations

import hashlib
from enum import StrEnum

from policyhub.core.canonical import canonical
from policyhub.core.moves import Moves
from policyhub.core.text import text_hash as hash_of


class ProcessState(StrEnum):
    """Where a process stands; until it is active no call can open."""

    ANNOUNCED = "announced"
    CHARTERING = "chartering"
    ACTIVE = "active"


PROCESS_MOVES: Moves = {
    ProcessState.ANNOUNCED: frozenset({ProcessState.CHARTERING, ProcessState.ACTIVE}),
    ProcessState.CHARTERING: frozenset({ProcessState.ACTIVE}),
    ProcessState.ACTIVE: frozenset(),
}


class StaffFunction(StrEnum):
    """What a person does for a process without being a party to it."""

    CONVENER = "convener"
    CHAIR = "chair"
    SECRETARY = "secretary"
    EDITOR = "editor"
    FACILITATOR = "facilitator"


# Who calls, presides or mediates is nobody's party; the charter may make an exception of the chair alone.
NEUTRAL_FUNCTIONS = frozenset({StaffFunction.CONVENER, StaffFunction.CHAIR, StaffFunction.FACILITATOR})


def neutral_functions(*, chair_may_be_party: bool) -> frozenset[StaffFunction]:
    """The functions whose holders speak for no organization in the same process."""
    return NEUTRAL_FUNCTIONS - {StaffFunction.CHAIR} if chair_may_be_party else NEUTRAL_FUNCTIONS


class ParticipationState(StrEnum):
    """Where an organization stands in a process. A return is a new participation."""

    INVITED = "invited"
    APPLIED = "applied"
    ACTIVE = "active"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


PARTICIPATION_MOVES: Moves = {
    ParticipationState.INVITED: frozenset({ParticipationState.ACTIVE, ParticipationState.DECLINED}),
    ParticipationState.APPLIED: frozenset({ParticipationState.ACTIVE, ParticipationState.DECLINED}),
    ParticipationState.ACTIVE: frozenset({ParticipationState.WITHDRAWN}),
    ParticipationState.DECLINED: frozenset(),
    ParticipationState.WITHDRAWN: frozenset(),
}
OPEN_STATES = (ParticipationState.INVITED, ParticipationState.APPLIED, ParticipationState.ACTIVE)


class Mandate(StrEnum):
    """For what an organization sent somebody."""

    LEAD = "lead"
    ALTERNATE = "alternate"


class Treatment(StrEnum):
    """What a withdrawal does to a call that is open: fixed by the charter, locked at opening."""

    COUNT_AS_CAST = "count_as_cast"
    EXCLUDE = "exclude"


class Importance(StrEnum):
    """How much a requirement weighs for its holder."""

    ESSENTIAL = "essential"
    IMPORTANT = "important"


class StatementKind(StrEnum):
    """What a statement is for."""

    WITHDRAWAL = "withdrawal"
    JOINT = "joint"


def signing_hash(text_hash: str, *, is_permanent: bool, return_condition: str) -> str:
    """What a signature covers, a statement's text and its terms: SHA-256 over canonical JSON that names both."""
    condition = hash_of(return_condition) if return_condition else None
    terms = {"permanent": is_permanent, "return_condition_hash": condition, "text_hash": text_hash}
    return f"sha256:{hashlib.sha256(canonical(terms)).hexdigest()}"
