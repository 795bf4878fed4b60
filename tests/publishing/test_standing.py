"""What an edition says of calls that were suspended or asked again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from policyhub.decisions import acts as decisions
from policyhub.decisions.models import Call
from policyhub.publishing import acts
from policyhub.publishing.content import EditionContent
from policyhub.publishing.filling import content_of
from policyhub.publishing.models import Edition
from tests.factories.decisions import WEEK, Table, make_table, publish

HOUR = timedelta(hours=1)


def edition_at(table: Table, at: datetime) -> EditionContent:
    """What an edition of the called version says that is ordered at that time."""
    acts.pin_edition(actor=table.world.convener, version=table.call.version, at=at)
    return content_of(Edition.objects.latest("pk"))


def ask_again(table: Table, at: datetime, **said: Any) -> Call:
    decisions.open_call(
        actor=table.world.chair,
        process=table.world.process,
        question="And now?",
        version=table.call.version,
        closes_at=at + WEEK,
        at=at,
        **said,
    )
    return Call.objects.latest("number")


def test_a_suspended_call_is_shown_with_what_was_cast_and_decides_nothing(now: datetime) -> None:
    table = make_table(now)
    table.cast("faces-firm-1", "support")
    before = edition_at(table, now + HOUR)
    assert before.calls == []
    publish(table.document, "Ask first, always.\n", by=table.world, at=now + 2 * HOUR)
    after = edition_at(table, now + 3 * HOUR)
    (shown,) = after.calls
    assert (shown.outcome, after.status) == (
        "Suspended: the text changed",
        "A draft: no call on this text has closed.",
    )
    assert [each.stance for each in shown.positions if each.organization == "faces firm 1"] == ["Support"]
    assert content_of(Edition.objects.get(number=1)).calls == []


def test_a_call_that_was_asked_again_says_so(now: datetime) -> None:
    table = make_table(now - 3 * WEEK)
    again = ask_again(table, now - 2 * WEEK, reason="Two were ill.")
    first, second = edition_at(table, now).calls
    assert (first.number, second.number) == (1, again.number)
    assert second.question == "And now? It repeats call 1: Two were ill."
