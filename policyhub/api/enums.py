"""Names for the schema's enumerations where several things have a field of the same name."""

from __future__ import annotations

from policyhub.decisions.rules import Asking, CallState, Means, ObjectionState
from policyhub.meetings.rules import MeetingKind, MeetingState
from policyhub.minutes.rules import MinutesState
from policyhub.participation.models import choices
from policyhub.participation.rules import (
    AnswerCode,
    GroupKind,
    ParticipationState,
    ProcessState,
    StatementKind,
    Treatment,
)

PROCESS_STATES = choices(ProcessState)
PARTICIPATION_STATES = choices(ParticipationState)
MEETING_STATES = choices(MeetingState)
MINUTES_STATES = choices(MinutesState)
CALL_STATES = choices(CallState)
WAYS_OF_ASKING = choices(Asking)
MEANS = choices(Means)
OBJECTION_STATES = choices(ObjectionState)
STATEMENT_KINDS = choices(StatementKind)
ANSWER_CODES = choices(AnswerCode)
TREATMENTS = choices(Treatment)
MEETING_KINDS = choices(MeetingKind)
GROUP_KINDS = choices(GroupKind)
