"""Who belongs to whom over the API: declared, confirmed by the other, found and parted by the convener."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from policyhub.participation.models import Organization
from tests.api.asking import get, post
from tests.factories.decisions import Table, make_table

FACES = "processes/faces"
UNION, OTHER, FIRM = "faces-union-1", "faces-union-2", "faces-firm-1"
SEAT = f"{FACES}/organizations/{OTHER}/"


@pytest.fixture
def table(now: datetime) -> Table:
    return make_table(now - timedelta(days=3))


def listed() -> list[tuple[object, ...]]:
    rows = get(f"{FACES}/affiliations/").json()["results"]
    return [(each["organization"], each["to"], each["relation"], each["gives_one_voice"]) for each in rows]


def test_what_one_declares_the_other_confirms_and_the_convener_parts(table: Table) -> None:
    world, union = table.world, Organization.objects.get(slug=UNION).name
    said = {"to": union, "relation": "related"}
    assert post(world.leads[FIRM], f"{SEAT}affiliations/declare/", said).status_code == 404
    assert post(world.leads[OTHER], f"{SEAT}affiliations/declare/", said).json()["kind"] == "affiliation.declared"
    assert listed() == [(OTHER, UNION, "related", False)]
    pair = {"to": UNION}
    for person in (world.leads[OTHER], world.leads[FIRM], world.outsider):
        assert post(person, f"{SEAT}affiliations/confirm/", pair).status_code == 404
    assert post(world.leads[UNION], f"{SEAT}affiliations/confirm/", pair).json()["kind"] == "affiliation.confirmed"
    assert listed() == [(OTHER, UNION, "related", True)]
    end = {**pair, "reason": "It was sold."}
    refused = post(world.leads[OTHER], f"{SEAT}affiliations/end/", end)
    assert (refused.status_code, refused.json()["code"]) == (409, "one_voice")
    assert post(world.convener, f"{SEAT}affiliations/end/", end).json()["kind"] == "affiliation.ended"
    assert listed() == [(OTHER, UNION, "related", False)]


def test_convener_finds_with_a_reason(table: Table) -> None:
    world = table.world
    said = {"to": "Holding", "reason": "The register."}
    assert post(world.chair, f"{SEAT}affiliations/find/", said).status_code == 404
    assert post(world.convener, f"{SEAT}affiliations/find/", said).json()["kind"] == "affiliation.found"
    row = get(f"{FACES}/affiliations/").json()["results"][0]
    assert (row["is_found"], row["reason"], row["confirmed_by"]) == (True, "The register.\n", None)


def test_profile_that_was_declared_last_is_listed(table: Table) -> None:
    world = table.world
    for words in ("Members.", "Members and one donor."):
        done = post(world.leads[OTHER], f"{SEAT}profile/declare/", {"funding": words})
        assert (done.status_code, done.json()["kind"]) == (201, "profile.declared")
    assert post(world.leads[FIRM], f"{SEAT}profile/declare/", {"funding": "No."}).status_code == 404
    rows = get(f"{FACES}/profiles/").json()["results"]
    assert [(each["organization"], each["funding"]) for each in rows] == [(OTHER, "Members and one donor.\n")]


def test_roll_names_the_voice_of_each_organization(table: Table) -> None:
    roll = get(f"{FACES}/calls/1/").json()["roll"]
    assert {"organization": FIRM, "voice": FIRM} in roll
