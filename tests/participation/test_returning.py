"""Who left the process and comes back, comes back to all of it: the tables and the verifier agree on that."""

from __future__ import annotations

from datetime import datetime

import pytest

from policyhub.decisions import acts as decisions
from policyhub.decisions.models import Call
from policyhub.participation import acts
from policyhub.participation.models import Group
from policyhub.participation.queries import is_member
from policyhub.participation.rules import GroupKind
from policyhub.record.queries import now as database_now
from tests.factories.decisions import WEEK, Table, make_table
from tests.record.replay.believing import disbelieved

UNION = "faces-union-1"


@pytest.fixture
def table(now: datetime) -> Table:
    return make_table(now)


def leave_and_return(table: Table) -> None:
    world, lead = table.world, table.world.leads[UNION]
    acts.withdraw_organization(actor=lead, participation=world.seat(UNION), reason="No.", at=database_now())
    acts.apply_for_seat(
        actor=lead,
        process=world.process,
        name=world.seat(UNION).organization.name,
        category=world.category("advocacy"),
        at=database_now(),
    )
    acts.admit_organization(actor=world.convener, participation=world.seat(UNION), at=database_now())


def test_who_returns_joins_groups_anew_and_is_on_the_roll_of_a_text_it_had_left(table: Table) -> None:
    world, lead = table.world, table.world.leads[UNION]
    acts.open_group(
        actor=world.chair,
        process=world.process,
        kind=GroupKind.WORKING,
        name="Signs",
        purpose="It reads.",
        at=database_now(),
    )
    group = Group.objects.get()
    acts.join_group(actor=lead, participation=world.seat(UNION), group=group, at=database_now())
    for part in (group, table.document):
        acts.step_out(actor=lead, participation=world.seat(UNION), matter=part, reason="Not ours.", at=database_now())
    leave_and_return(table)
    assert not is_member(world.seat(UNION), group)
    acts.join_group(actor=lead, participation=world.seat(UNION), group=group, at=database_now())
    assert is_member(world.seat(UNION), group)
    decisions.open_call(
        actor=world.chair,
        process=world.process,
        question="And now?",
        version=table.call.version,
        closes_at=database_now() + WEEK,
        at=database_now(),
    )
    on_roll = Call.objects.latest("pk").roll.values_list("organization__slug", flat=True)
    assert UNION in on_roll
    assert disbelieved() == []
