"""Forms that perform acts: sent twice, sent again with other words after going back, asked for without being sent."""

from __future__ import annotations

from datetime import datetime

import pytest

from policyhub.participation.models import Point, Statement
from tests.factories.participation import World, make_world
from tests.web.asking import nonce_on, signed_in

pytestmark = pytest.mark.django_db

POINTS = "/desk/processes/faces/points/new/"


@pytest.fixture
def world(now: datetime) -> World:
    made = make_world(now)
    made.join("Harbor Tenants Union", "advocacy")
    return made


def test_page_sent_again_with_other_words_asks_first_and_then_does_it(world: World) -> None:
    client = signed_in(world.convener)
    assert client.post(POINTS, {"nonce": "one", "proposition": "Consent comes first"}).status_code == 302
    answer = client.post(POINTS, {"nonce": "one", "proposition": "Signs are posted"})
    page = answer.content.decode()
    assert (answer.status_code, "This page was sent before" in page, "Signs are posted" in page) == (409, True, True)
    assert "Idempotency-Key" not in page
    assert Point.objects.count() == 1
    fresh = nonce_on(answer)
    assert fresh != "one"
    assert client.post(POINTS, {"nonce": fresh, "proposition": "Signs are posted"}).status_code == 302
    assert list(Point.objects.order_by("number").values_list("proposition", flat=True)) == [
        "Consent comes first",
        "Signs are posted",
    ]


def test_head_of_a_form_is_as_its_get(world: World) -> None:
    client = signed_in(world.convener)
    assert (client.head(POINTS).status_code, client.get(POINTS).status_code) == (200, 200)


def test_draft_sent_twice_is_one_draft(world: World) -> None:
    client, page = signed_in(world.leads["harbor-tenants-union"]), "/desk/processes/faces/statements/new/"
    said = {"nonce": "one", "title": "Why we leave", "text": "No consent.", "kind": "joint", "is_permanent": "yes"}
    answers = [client.post(page, said) for _ in range(2)]
    assert [each.status_code for each in answers] == [302, 409]
    assert "has a draft of this title already" in answers[1].content.decode()
    assert Statement.objects.count() == 1


def test_withdrawal_of_who_left_is_not_even_asked_for(world: World) -> None:
    client = signed_in(world.leads["harbor-tenants-union"])
    page = "/desk/processes/faces/organizations/harbor-tenants-union/withdraw/"
    said = {"nonce": "one", "reason": "No consent.", "is_permanent": "yes", "return_condition": "", "confirm": "on"}
    assert client.get(page).status_code == 200
    assert client.post(page, said).status_code == 302
    again = client.get(page)
    assert (again.status_code, "there is nothing to leave" in again.content.decode()) == (409, True)
    assert "Withdraw this organization" not in again.content.decode()
