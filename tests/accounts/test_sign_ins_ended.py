"""Whoever speaks for an organization no longer is signed out everywhere, with every token, at once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client

from policyhub.accounts.acts import issue_token
from policyhub.participation import acts
from policyhub.participation.rules import Mandate
from tests.factories.decisions import Table, make_table
from tests.web.asking import signed_in

UNION = "faces-union-1"
CALL = "/desk/processes/faces/calls/1/position/"


@pytest.fixture
def table(now: datetime) -> Table:
    return make_table(now - timedelta(days=3))


def with_token(secret: str) -> int:
    answer = Client().get("/api/v1/processes/faces/requirements/", headers={"Authorization": f"Bearer {secret}"})
    return int(answer.status_code)


def test_removed_representative_is_signed_out_with_every_session_and_token(table: Table) -> None:
    world = table.world
    alternate = world.alternates[UNION]
    phone, desk = signed_in(alternate), signed_in(alternate)
    secret = issue_token(user=alternate, name="script", at=world.at)
    assert [each.get(CALL).status_code for each in (phone, desk)] == [200, 200]
    assert with_token(secret) == 200
    mandate = world.seat(UNION).representatives.get(user=alternate)
    acts.end_representative(actor=world.leads[UNION], representative=mandate, at=world.at)
    for client in (phone, desk):
        answer = client.get(CALL)
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/accounts/login/")
    assert with_token(secret) == 401


def test_lead_who_hands_over_stays_signed_in_and_leads_no_longer(table: Table) -> None:
    world = table.world
    lead = signed_in(world.leads[UNION])
    acts.name_representative(
        actor=world.leads[UNION],
        participation=world.seat(UNION),
        email="successor@example.org",
        mandate=Mandate.LEAD,
        at=world.at,
    )
    assert lead.get("/desk/").status_code == 200
    assert lead.get(f"/desk/processes/faces/organizations/{UNION}/withdraw/").status_code == 404
