"""Whether the verifier believes what acts wrote in a test."""

from __future__ import annotations

from policyhub.record.models import Entry
from policyhub.record.replay.story import Story

# Nobody let a factory's convener convene.
BY_A_FACTORY = "nobody was allowed to convene then"


def disbelieved() -> list[tuple[int, str, str]]:
    """The entries so far that the verifier holds for impossible: index, kind and why."""
    story = Story()
    return [
        (entry.index, entry.kind, problem)
        for entry in Entry.objects.order_by("index")
        for problem in story.problems(entry.index, entry.content)
        if problem != BY_A_FACTORY
    ]
