"""Several people at once: at the closing instant, at the end of a mandate, two voices of one organization."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from policyhub.accounts.models import User
from policyhub.core.errors import NotAllowed, NotPossible
from policyhub.decisions.acts import cast_position, open_call, settle_calls
from policyhub.decisions.models import Call, Position
from policyhub.decisions.rules import CallState, Stance
from policyhub.participation.acts import end_representative, name_representative
from policyhub.participation.models import Representative
from policyhub.participation.rules import Mandate
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry
from policyhub.record.queries import now
from tests.factories.decisions import Table, make_table


def at_once(*jobs: Callable[[], Any]) -> list[Any]:
    """What each job returned, or the refusal it met; all start at the same moment on connections of their own."""
    ready = threading.Barrier(len(jobs))
    results: list[Any] = [None] * len(jobs)

    def run(place: int, job: Callable[[], Any]) -> None:
        ready.wait()
        time.sleep(random.random() / 500)
        try:
            results[place] = job()
        except (NotAllowed, NotPossible) as refusal:
            results[place] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def casting(table: Table, organization: str, stance: str, actor: Any = None) -> Callable[[], Any]:
    def cast() -> Entry:
        return cast_position(
            actor=actor or table.world.leads[organization],
            call=table.call,
            stance=Stance(stance),
            reason="No limit in time.",
            text_hash=table.call.text_hash,
            at=now(),
        )

    return cast


def ending(lead: User, sent: Representative) -> Callable[[], Any]:
    return lambda: end_representative(actor=lead, representative=sent, at=now())


def closing_soon(table: Table) -> Table:
    """The same table with another call, which closes in a second and a half."""
    opening = now()
    open_call(
        actor=table.world.chair,
        process=table.world.process,
        question="And now, quickly?",
        version=table.call.version,
        closes_at=opening + timedelta(milliseconds=1500),
        at=opening,
    )
    return replace(table, call=Call.objects.latest("pk"))


def entries(table: Table, *kinds: Kind) -> list[Entry]:
    return list(Entry.objects.of_subject(table.call.subject).of_kinds(*kinds).order_by("index"))


def test_lead_and_alternate_at_once_leave_one_position_and_two_entries(own_database: str) -> None:
    table = make_table(now(), industry=1, advocacy=1)
    for _ in range(10):
        before = len(entries(table, Kind.POSITION_CAST))
        at_once(
            casting(table, "faces-firm-1", "support"),
            casting(table, "faces-firm-1", "object", table.world.alternates["faces-firm-1"]),
        )
        first, second = entries(table, Kind.POSITION_CAST)[before:]
        assert second.body["replaces"] == first.index
        assert list(Position.objects.values_list("entry_index", "stance")) == [(second.index, second.body["position"])]


def test_objectors_at_once_take_different_numbers(own_database: str) -> None:
    table = make_table(now(), industry=3, advocacy=3)
    at_once(*(casting(table, organization, "object") for organization in table.world.leads))
    assert sorted(table.world.process.objections.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]


def test_no_position_follows_the_closing(own_database: str) -> None:
    table = closing_soon(make_table(now(), industry=2, advocacy=2))

    def until_closed(organization: str, stance: str) -> Callable[[], str]:
        cast = casting(table, organization, stance)

        def keep_casting() -> str:
            while True:
                try:
                    cast()
                except NotPossible as refusal:
                    return refusal.reasons[0].code

        return keep_casting

    def close() -> datetime:
        while not settle_calls(at=now()):
            time.sleep(0.01)
        return now()

    at_once(
        close,
        *(
            until_closed(name, stance)
            for name, stance in zip(table.world.leads, ("support", "object", "accept", "abstain"), strict=True)
        ),
    )
    cast, (closed,) = entries(table, Kind.POSITION_CAST), entries(table, Kind.CALL_CLOSED)
    assert max(entry.index for entry in cast) < closed.index
    assert max(entry.recorded_at for entry in cast) < table.call.closes_at <= closed.recorded_at
    assert closed.body["positions"] == len({entry.actor["org"] for entry in cast})
    assert table.fresh().state == CallState.CLOSED


@pytest.mark.slow
def test_nobody_casts_after_the_end_of_their_mandate(own_database: str) -> None:
    table = make_table(now(), industry=1, advocacy=1)
    world = table.world
    seat, lead, person = world.seat("faces-firm-1"), world.leads["faces-firm-1"], world.alternates["faces-firm-1"]
    for _ in range(40):
        sent = Representative.objects.get(participation=seat, user=person, until=None)
        at_once(
            casting(table, "faces-firm-1", "support", person),
            ending(lead, sent),
        )
        (ended,) = list(Entry.objects.of_kinds(Kind.REPRESENTATIVE_ENDED).order_by("-index"))[:1]
        late = [entry for entry in entries(table, Kind.POSITION_CAST) if entry.index > ended.index]
        assert late == []
        name_representative(actor=lead, participation=seat, email=person.email, mandate=Mandate.ALTERNATE, at=now())
