"""Processes, seats and mandates: states, moves and what stands in the way."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from enum import StrEnum

from policyhub.core.canonical import canonical
from policyhub.core.errors import Reason
from policyhub.core.moves import Moves
from policyhub.core.text import text_hash as hash_of


class ProcessState(StrEnum):
    """Where a process stands; until it is active no call can open."""

    ANNOUNCED = "announced"
    CHARTERING = "chartering"
    ACTIVE = "active"
    CONCLUDED = "concluded"


PROCESS_MOVES: Moves = {
    ProcessState.ANNOUNCED: frozenset({ProcessState.CHARTERING, ProcessState.ACTIVE}),
    # Concluded without a charter is only what an archive tells of: no call could ever be opened in it.
    ProcessState.CHARTERING: frozenset({ProcessState.ACTIVE, ProcessState.CONCLUDED}),
    ProcessState.ACTIVE: frozenset(),
    ProcessState.CONCLUDED: frozenset(),
}


class StaffFunction(StrEnum):
    """What a person does for a process without being a party to it."""

    CONVENER = "convener"
    CHAIR = "chair"
    SECRETARY = "secretary"
    EDITOR = "editor"
    FACILITATOR = "facilitator"


# Who can be the second person of an admission, beside the convener.
APPROVERS = (StaffFunction.CHAIR, StaffFunction.SECRETARY)

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
    OBSERVER = "observer"


# Who says something for an organization; an observer comes and reads for it.
SPEAKING = (Mandate.LEAD, Mandate.ALTERNATE)


class Standing(StrEnum):
    """As what an organization takes part: with a vote, or without one as observer, or as liaison of another body."""

    VOTING = "voting"
    OBSERVER = "observer"
    LIAISON = "liaison"


class GroupKind(StrEnum):
    """For what part of the table comes together: to work something out, or to write a text."""

    WORKING = "working"
    DRAFTING = "drafting"


class Relation(StrEnum):
    """How one organization belongs to another: related ones have one voice; a member keeps its own."""

    RELATED = "related"
    MEMBER = "member"


class Treatment(StrEnum):
    """What a withdrawal does to a call that is open: fixed by the charter, locked at opening."""

    COUNT_AS_CAST = "count_as_cast"
    EXCLUDE = "exclude"


class Importance(StrEnum):
    """How much a requirement weighs for its holder."""

    ESSENTIAL = "essential"
    IMPORTANT = "important"


class Visibility(StrEnum):
    """Who reads a requirement: everybody, or its holder and the convener until the holder releases it."""

    PUBLIC = "public"
    CONVENER = "convener"


# As far ahead as a call may close.
LONGEST_NOTICE = timedelta(days=366)


def impossible_end(ends_at: datetime | None, at: datetime, mandate: Mandate, *, is_being_told: bool) -> Reason | None:
    """The reason why a mandate cannot end by itself then, or None."""
    if ends_at is None:
        return None
    if mandate == Mandate.LEAD:
        return Reason("lead_ends", "A lead stays until another is named: leave the end empty.", "ends_at")
    if is_being_told:
        return Reason("told", "Tell the end of the mandate at the time at which it ended.", "ends_at")
    if ends_at <= at:
        return Reason("ends_at", "This mandate would have ended already. Choose a later day.", "ends_at")
    return None


def impossible_time(effective_at: datetime | None, at: datetime, *, is_being_told: bool) -> Reason | None:
    """The reason why no withdrawal can be announced for that time, or None."""
    if effective_at is None or effective_at <= at:
        return None
    if is_being_told:
        return Reason("told", "Tell the withdrawal at the time at which it took effect.", "effective_at")
    if effective_at - at > LONGEST_NOTICE:
        return Reason("too_late", f"Announce a withdrawal at most {LONGEST_NOTICE.days} days ahead.", "effective_at")
    return None


class StatementKind(StrEnum):
    """What a statement is for."""

    WITHDRAWAL = "withdrawal"
    JOINT = "joint"
    MINORITY = "minority"
    COMPLAINT = "complaint"
    SCOPE_REQUEST = "scope_request"
    PARKING = "parking"

    @property
    def word(self) -> str:
        """What people call it."""
        return STATEMENT_WORDS[self]


STATEMENT_WORDS = {
    StatementKind.WITHDRAWAL: "Joint withdrawal",
    StatementKind.JOINT: "Joint statement",
    StatementKind.MINORITY: "Minority statement",
    StatementKind.COMPLAINT: "Process complaint",
    StatementKind.SCOPE_REQUEST: "Scope request",
    StatementKind.PARKING: "Proposal to park a clause",
}

# What asks the chair or the convener for something, and so gets an answer with a reason.
ANSWERED_KINDS = frozenset({StatementKind.COMPLAINT, StatementKind.SCOPE_REQUEST, StatementKind.PARKING})
# What can still be said by organizations that left, and signed by those who never sat.
OPEN_KINDS = frozenset({StatementKind.JOINT, StatementKind.MINORITY, StatementKind.COMPLAINT})
# What a statement of the kind can be about, as the first part of a subject; those of other kinds are about nothing.
MATTERS = {StatementKind.MINORITY: "call", StatementKind.PARKING: "clause"}


class ClaimMark(StrEnum):
    """How well sources bear out a claim of an archive."""

    CONFIRMED = "confirmed"
    PARTLY = "partly"
    DISPUTED = "disputed"


class AnswerCode(StrEnum):
    """What became of a complaint, a scope request or a proposal to park a clause."""

    GRANTED = "granted"
    GRANTED_IN_PART = "granted_in_part"
    REFUSED = "refused"


def signing_hash(text_hash: str, *, is_permanent: bool, return_condition: str, effective_at: str | None = None) -> str:
    """What a signature covers, a statement's text and its terms: SHA-256 over canonical JSON that names both."""
    condition = hash_of(return_condition) if return_condition else None
    terms = {
        "effective_at": effective_at,
        "permanent": is_permanent,
        "return_condition_hash": condition,
        "text_hash": text_hash,
    }
    return f"sha256:{hashlib.sha256(canonical(terms)).hexdigest()}"
