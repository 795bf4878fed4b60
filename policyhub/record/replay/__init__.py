"""Level four of the verifier: the story told again from entries alone."""

from __future__ import annotations

from policyhub.record.replay.story import STORY_RULES, Story

__all__ = ["STORY_RULES", "Story"]
