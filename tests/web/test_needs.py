"""Requirements in the workspace: kept back, released, sponsored, linked, dropped."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client

from policyhub.drafting.models import Link
from policyhub.participation.acts import add_point
from policyhub.participation.models import Requirement
from policyhub.participation.queries import sponsors
from tests.factories.decisions import Table, make_table
from tests.web.asking import send, signed_in
from tests.web.markup import Markup

NEEDS = "/desk/processes/faces/requirements/"
UNION, OTHER = "faces-union-1", "faces-union-2"


@pytest.fixture
def table(now: datetime) -> Table:
    """The union has kept one requirement back."""
    made = make_table(now - timedelta(days=3))
    world = made.world
    add_point(actor=world.convener, process=world.process, proposition="There are signs", at=world.at)
    said = {"holds": "yes", "importance": "essential", "text": "Canary sign.", "visibility": "convener"}
    point = str(world.process.points.get().pk)
    assert send(signed_in(world.leads[UNION]), f"{NEEDS}new/", point=point, **said).status_code == 302
    return made


def test_convener_and_holder_read_what_is_kept_back_and_another_organization_does_not(table: Table) -> None:
    world = table.world
    for person in (world.convener, world.leads[UNION]):
        page = signed_in(person).get(NEEDS).content.decode()
        assert "Canary sign." in page
        assert Markup(page).faults == []
    assert "Canary" not in signed_in(world.leads[OTHER]).get(NEEDS).content.decode()
    assert signed_in(world.outsider).get(NEEDS).status_code == 404
    assert "Canary" not in Client().get("/processes/faces/table/").content.decode()


def test_requirement_is_released_sponsored_linked_and_dropped(table: Table) -> None:
    world = table.world
    lead, other = signed_in(world.leads[UNION]), signed_in(world.leads[OTHER])
    assert send(lead, f"{NEEDS}1/release/").status_code == 302
    assert "Canary sign." in Client().get("/processes/faces/table/").content.decode()
    assert send(lead, f"{NEEDS}1/ask/", participations=[world.seat(OTHER).pk]).status_code == 302
    assert "Stand behind a requirement" in other.get("/desk/").content.decode()
    assert Markup(other.get(f"{NEEDS}1/sponsor/").content.decode()).faults == []
    assert send(other, f"{NEEDS}1/sponsor/").status_code == 302
    assert "faces union 2" in Client().get("/processes/faces/table/").content.decode()
    assert send(other, f"{NEEDS}1/sponsor/end/").status_code == 302
    assert not sponsors().exists()
    assert send(lead, f"{NEEDS}1/link/", clause="clause/faces-code/c1").status_code == 302
    assert send(lead, f"{NEEDS}1/links/{Link.objects.get().pk}/end/").status_code == 302
    assert other.get(f"{NEEDS}1/drop/").status_code == 404
    assert send(lead, f"{NEEDS}1/drop/", reason="Signs are there.").status_code == 302
    assert Requirement.objects.get().dropped_at is not None


def test_declining_to_stand_behind_it_takes_a_post_and_names_nobody(table: Table) -> None:
    world = table.world
    send(signed_in(world.leads[UNION]), f"{NEEDS}1/ask/", participations=[world.seat(OTHER).pk])
    other = signed_in(world.leads[OTHER])
    other.get(f"{NEEDS}1/sponsor/decline/")
    assert other.get(f"{NEEDS}1/sponsor/").status_code == 200
    other.post(f"{NEEDS}1/sponsor/decline/")
    assert other.get(f"{NEEDS}1/sponsor/").status_code == 404
    assert "declined" not in signed_in(world.convener).get(NEEDS).content.decode()
