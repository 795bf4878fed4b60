"""Requirements over the API: what is kept back is not listed; each act by whoever may."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from policyhub.participation.acts import add_point
from tests.api.asking import get, post
from tests.factories.decisions import Table, make_table

FACES = "processes/faces"
UNION, OTHER = "faces-union-1", "faces-union-2"
ONE = f"{FACES}/requirements/1/"
SAID = {"point": 1, "holds": True, "importance": "essential", "text": "A sign.", "visibility": "convener"}


@pytest.fixture
def table(now: datetime) -> Table:
    made = make_table(now - timedelta(days=3))
    world = made.world
    add_point(actor=world.convener, process=world.process, proposition="There are signs", at=world.at)
    lodged = post(world.leads[UNION], f"{FACES}/organizations/{UNION}/requirements/declare/", SAID)
    assert (lodged.status_code, lodged.json()["kind"]) == (201, "requirement.lodged")
    return made


def test_what_is_kept_back_is_listed_for_holder_and_convener(table: Table) -> None:
    world, listed = table.world, f"{FACES}/requirements/"
    assert get(listed).json()["results"] == []
    assert get(listed, world.leads[OTHER]).json()["results"] == []
    for person in (world.leads[UNION], world.convener):
        assert [each["text"] for each in get(listed, person).json()["results"]] == ["A sign.\n"]


def test_requirement_is_released_sponsored_linked_and_dropped(table: Table) -> None:
    world = table.world
    lead, other = world.leads[UNION], world.leads[OTHER]
    assert post(other, f"{ONE}release/").status_code == 404
    assert post(lead, f"{ONE}release/").json()["kind"] == "requirement.released"
    assert post(lead, f"{ONE}sponsors/ask/", {"organizations": [OTHER]}).status_code == 200
    assert post(other, f"{ONE}sponsors/accept/").json()["kind"] == "requirement.sponsored"
    assert get(f"{FACES}/requirements/").json()["results"][0]["sponsors"] == [OTHER]
    assert post(other, f"{ONE}sponsors/end/").json()["kind"] == "requirement.unsponsored"
    clause = {"clause": "clause/faces-code/c1"}
    assert post(lead, f"{ONE}links/add/", {"clause": "nothing"}).status_code == 404
    assert post(lead, f"{ONE}links/add/", clause).json()["kind"] == "requirement.linked"
    assert post(lead, f"{ONE}links/end/", clause).json()["kind"] == "requirement.unlinked"
    assert post(other, f"{ONE}drop/", {"reason": "No."}).status_code == 404
    assert post(lead, f"{ONE}drop/", {"reason": "Signs are there."}).json()["kind"] == "requirement.dropped"


def test_declining_to_stand_behind_it_leaves_no_entry(table: Table) -> None:
    world = table.world
    post(world.leads[UNION], f"{ONE}sponsors/ask/", {"organizations": [OTHER]})
    assert post(world.outsider, f"{ONE}sponsors/decline/").status_code == 404
    assert post(world.leads[OTHER], f"{ONE}sponsors/decline/").status_code == 204
    assert post(world.leads[OTHER], f"{ONE}sponsors/accept/").status_code == 404
