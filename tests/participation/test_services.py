"""An organization's tokens: its programs read what it reads in its process, do nothing, and end with who made them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from policyhub.accounts.models import User
from policyhub.core.errors import NotAllowed, NotPossible
from policyhub.participation import acts
from policyhub.participation.models import ServiceToken
from policyhub.participation.queries import find_service_token
from policyhub.participation.rules import Mandate
from policyhub.record.queries import now as database_now
from policyhub.record.queries import size
from tests.api.asking import post
from tests.factories.decisions import Table, make_table
from tests.factories.participation import World
from tests.participation.test_requirements import declare
from tests.web.asking import nonce_on, signed_in

UNION, OTHER = "faces-union-1", "faces-union-2"
NEEDS = "/api/v1/processes/faces/requirements/"


@pytest.fixture
def table(now: datetime) -> Table:
    return make_table(now - timedelta(days=3))


def issue(world: World, actor: User | None = None, **said: Any) -> str:
    return acts.issue_service_token(
        actor=actor or world.leads[UNION],
        participation=world.seat(UNION),
        name="archive",
        at=said.pop("at", database_now()),
        **said,
    )


def read(secret: str, address: str = NEEDS, method: str = "get") -> Any:
    return getattr(Client(), method)(address, headers={"Authorization": f"Bearer {secret}"})


def test_program_reads_what_the_organization_reads(table: Table) -> None:
    world = table.world
    declare(world)
    before = size()
    secret = issue(world)
    assert size() == before
    assert [each["text"] for each in read(secret).json()["results"]] == ["Canary: a sign at every door.\n"]
    assert Client().get(NEEDS).json()["results"] == []


def test_program_does_nothing_and_reads_no_other_process(table: Table) -> None:
    secret = issue(table.world)
    refused = read(secret, "/api/v1/processes/faces/points/add/", "post")
    assert (refused.status_code, "only reads" in refused.json()["detail"]) == (403, True)
    for address in ("/api/v1/processes/", "/api/v1/processes/other/requirements/", "/api/v1/documents/"):
        assert read(secret, address).status_code == 403


def test_lead_alone_makes_and_ends_it(table: Table) -> None:
    world = table.world
    people = (world.alternates[UNION], world.leads[OTHER], world.convener, world.outsider)
    for person in people:
        with pytest.raises(NotAllowed):
            issue(world, person)
    secret = issue(world)
    token = ServiceToken.objects.get()
    for person in people:
        with pytest.raises(NotAllowed):
            acts.end_service_token(actor=person, token=token, at=database_now())
    acts.end_service_token(actor=world.leads[UNION], token=token, at=database_now())
    assert read(secret).status_code == 401


def test_it_ends_with_the_mandate_of_who_made_it(table: Table) -> None:
    world = table.world
    secret = issue(world)
    acts.name_representative(
        actor=world.leads[UNION],
        participation=world.seat(UNION),
        email=world.alternates[UNION].email,
        mandate=Mandate.LEAD,
        at=database_now(),
    )
    assert find_service_token(secret, at=database_now()) is None
    assert read(secret).status_code == 401


def test_it_ends_by_the_clock_and_never_before_it_began(table: Table) -> None:
    world, at = table.world, database_now()
    with pytest.raises(NotPossible):
        issue(world, expires_at=at - timedelta(hours=1))
    secret = issue(world, expires_at=at + timedelta(hours=1))
    assert find_service_token(secret, at=at) is not None
    assert find_service_token(secret, at=at + timedelta(hours=1)) is None


def test_only_its_digest_is_kept(table: Table) -> None:
    secret = issue(table.world)
    assert secret not in str(ServiceToken.objects.values())


def test_page_shows_the_secret_once_and_ends_it_by_a_post(table: Table) -> None:
    client = signed_in(table.world.leads[UNION])
    address = f"/desk/processes/faces/organizations/{UNION}/tokens/"
    shown = client.post(address, {"nonce": nonce_on(client.get(address)), "name": "Archive", "expires_at": ""})
    token = ServiceToken.objects.get()
    secret = shown.content.decode().partition("<code>")[2].partition("</code>")[0]
    assert read(secret).status_code == 200
    assert secret not in client.get(address).content.decode()
    client.get(f"{address}{token.pk}/end/")
    assert read(secret).status_code == 200
    client.post(f"{address}{token.pk}/end/")
    assert read(secret).status_code == 401


def test_it_is_made_over_the_api(table: Table) -> None:
    address = f"processes/faces/organizations/{UNION}/service-tokens/issue/"
    assert post(table.world.alternates[UNION], address, {"name": "Archive"}).status_code == 404
    made = post(table.world.leads[UNION], address, {"name": "Archive"})
    assert made.status_code == 201
    assert read(made.json()["secret"]).status_code == 200
