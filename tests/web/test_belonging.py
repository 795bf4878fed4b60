"""Who belongs to whom in the workspace and on the public page: each sees what it can do about it, and no more."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.html import strip_tags

from policyhub.decisions import acts as decisions
from policyhub.decisions.models import Call
from policyhub.participation.models import Affiliation, Organization
from policyhub.record.queries import now as database_now
from tests.factories.decisions import WEEK, Table, make_table
from tests.web.asking import send, signed_in

FACES = "/desk/processes/faces"
UNION, OTHER, FIRM = "faces-union-1", "faces-union-2", "faces-firm-1"
SEAT = f"{FACES}/organizations/{OTHER}/"


@pytest.fixture
def table(now: datetime) -> Table:
    return make_table(now - timedelta(days=3))


def page(client: Client, address: str) -> str:
    answer: Any = client.get(address)
    assert answer.status_code == 200
    return " ".join(strip_tags(answer.content.decode()).split())


def declare(table: Table, to: str = UNION) -> int:
    name = Organization.objects.get(slug=to).name
    done = send(signed_in(table.world.leads[OTHER]), f"{SEAT}belonging/declare/", to=name, relation="related")
    assert done.status_code == 302
    return Affiliation.objects.get().pk


def test_each_is_offered_what_it_can_do_about_it(table: Table) -> None:
    world, pk = table.world, declare(table)
    offered = {
        person: ("Confirm it" in shown, "End it" in shown)
        for person in (UNION, OTHER, FIRM)
        for shown in [page(signed_in(world.leads[person]), f"{FACES}/belonging/")]
    }
    assert offered == {UNION: (True, False), OTHER: (False, True), FIRM: (False, False)}
    assert "Confirm it" in page(signed_in(world.convener), f"{FACES}/belonging/")
    assert send(signed_in(world.leads[UNION]), f"{FACES}/belonging/{pk}/confirm/").status_code == 302
    assert "End it" not in page(signed_in(world.leads[OTHER]), f"{FACES}/belonging/")
    assert "End it" in page(signed_in(world.convener), f"{FACES}/belonging/")


def test_public_page_tells_declared_from_confirmed(table: Table) -> None:
    pk = declare(table)
    assert "not confirmed, so each has its own voice" in page(Client(), "/processes/faces/table/")
    send(signed_in(table.world.convener), f"{FACES}/belonging/{pk}/confirm/", reason="One board.")
    shown = page(Client(), "/processes/faces/table/")
    assert "One voice." in shown
    assert "confirmed by the convener" in shown
    assert "One board." in shown


def test_convener_who_gives_no_reason_is_told_so_and_nothing_is_lost(table: Table) -> None:
    client = signed_in(table.world.convener)
    refused = send(client, f"{SEAT}belonging/find/", to="Holding", reason="")
    assert refused.status_code == 409
    assert "Holding" in refused.content.decode()
    assert not Affiliation.objects.exists()


def test_whose_voice_was_heard_is_told_who_answered(table: Table) -> None:
    world, pk = table.world, declare(table)
    send(signed_in(world.leads[UNION]), f"{FACES}/belonging/{pk}/confirm/")
    decisions.open_call(
        actor=world.chair,
        process=world.process,
        question="And now?",
        version=table.call.version,
        closes_at=database_now() + WEEK,
        at=database_now(),
    )
    call = Call.objects.latest("pk")
    answer = {"stance": "support", "reason": "", "cure": "", "text_hash": call.text_hash}
    address = f"{FACES}/calls/{call.number}/position/"
    shown = page(signed_in(world.leads[OTHER]), address)
    assert "are related and have one voice" in shown
    assert send(signed_in(world.leads[OTHER]), address, **answer).status_code == 302
    refused = send(signed_in(world.leads[UNION]), address, **answer)
    assert refused.status_code == 409
    assert "has answered" in refused.content.decode()
    public = page(Client(), f"/processes/faces/calls/{call.number}/")
    assert "Who had one voice" in public


def test_profile_is_shown_to_everybody_and_offered_again_as_it_stands(table: Table) -> None:
    client = signed_in(table.world.leads[OTHER])
    assert send(client, f"{SEAT}profile/", about="", funding="One donor.", interests="").status_code == 302
    assert "One donor." in page(Client(), "/processes/faces/table/")
    assert "One donor." in client.get(f"{SEAT}profile/").content.decode()
