"""Every kind of entry has a sentence for readers."""

from __future__ import annotations

from policyhub.decisions.rules import Stance
from policyhub.insight.calls.sentences import POSITION_WORDS
from policyhub.insight.story import SENTENCES
from policyhub.record.kinds import Kind


def test_every_kind_is_told() -> None:
    assert set(SENTENCES) == set(Kind)


def test_every_stance_has_words() -> None:
    assert set(POSITION_WORDS) == {stance.value for stance in Stance}
