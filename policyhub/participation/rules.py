"""Processes, seats and mandates: states, moves and what stands in the way."""

from __future__ import annotations

from enum import StrEnum

from policyhub.core.moves import Moves


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
