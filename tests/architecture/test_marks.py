"""Whatever state a page may have to show, a mark is drawn for it."""

from __future__ import annotations

import pytest

from policyhub.core.templatetags.marks import find_mark
from policyhub.decisions.rules import CallState, ObjectionState, Stance
from policyhub.drafting.models import Mark
from policyhub.meetings.rules import MeetingState
from policyhub.minutes.rules import MinutesState
from policyhub.participation.rules import ParticipationState
from policyhub.rulebook import Verdict

STATES = [
    str(state.value)
    for states in (
        CallState,
        ObjectionState,
        Stance,
        MeetingState,
        MinutesState,
        ParticipationState,
        Mark.Value,
        Verdict,
    )
    for state in states
]


@pytest.mark.parametrize("state", STATES)
def test_every_state_has_a_mark_and_a_word(state: str) -> None:
    assert find_mark(state).word
