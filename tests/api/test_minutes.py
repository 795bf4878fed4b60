"""Minutes over the API."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from typing import Any

import pytest
from rest_framework.test import APIClient

from policyhub.accounts.models import User
from policyhub.core.text import text_hash
from policyhub.meetings.models import Meeting
from policyhub.minutes.models import Minutes
from policyhub.minutes.rules import SECTIONS
from policyhub.record.queries import now
from tests.factories.meetings import DAY, HOUR, MINUTE, adjourn, announce, open_now
from tests.factories.participation import World, make_world

ADDRESS = "/api/v1/processes/faces/meetings/1/minutes/"
COMPLETE = "# Meeting 1\n\n" + "\n\n".join(f"## {section}\n\nNothing." for section in SECTIONS) + "\n"
CORRECTED = COMPLETE.replace("## Papers\n\nNothing.", "## Papers\n\nA letter of the tenants.")
READ = {"text_hash": text_hash(COMPLETE)}
keys = count()


def client_of(person: User | None) -> APIClient:
    client = APIClient()
    if person is not None:
        client.force_authenticate(person)
    return client


def post(person: User | None, address: str, body: dict[str, Any]) -> Any:
    return client_of(person).post(
        f"{ADDRESS}{address}", body, format="json", headers={"Idempotency-Key": f"key-{next(keys)}"}
    )


def soon() -> dict[str, str]:
    """A circulation that gives little time, with its reason."""
    until = (now() + MINUTE).isoformat()
    return {**READ, "corrections_until": until, "short_time_reason": "The body meets in an hour."}


def status(person: User | None) -> int:
    return client_of(person).get(ADDRESS).status_code


@pytest.fixture
def world(now: datetime) -> World:
    made = make_world(now - 10 * DAY - HOUR)
    made.join("Tern Mobile", "industry")
    return made


@pytest.fixture
def meeting(world: World) -> Meeting:
    held = open_now(world, announce(world))
    return adjourn(world, held, held.starts_at + 30 * MINUTE)


@pytest.fixture
def circulated(world: World, meeting: Meeting) -> None:
    assert post(world.secretary, "draft/", {"text": COMPLETE}).status_code == 201
    assert post(world.secretary, "circulate/", soon()).status_code == 201
    Minutes.objects.update(corrections_until=now())


def test_minutes_are_public_only_once_published_and_their_bytes_hash_to_the_leaf(
    world: World, circulated: None
) -> None:
    lead = world.leads["tern-mobile"]
    assert [status(each) for each in (lead, world.outsider, None)] == [200, 404, 404]
    assert post(world.chair, "approve/", {**READ, "meeting": None}).status_code == 201
    assert [status(each) for each in (lead, world.outsider, None)] == [200, 404, 404]
    leaf = post(world.convener, "publish/", READ).json()["content"]
    shown = client_of(None).get(ADDRESS).json()
    assert (shown["state"], shown["text"]["text"]) == ("published", COMPLETE)
    assert shown["approval"] == "Certified by the chair; not yet approved by the body"
    assert (shown["approving_meeting"], shown["short_time_reason"]) == (None, "The body meets in an hour.\n")
    assert text_hash(shown["text"]["text"]) == shown["text"]["text_hash"] == leaf["body"]["text_hash"]


def test_circulation_needs_its_time_and_approval_a_meeting_that_there_is(world: World, circulated: None) -> None:
    naive = {**soon(), "corrections_until": "2027-03-01T09:00:00"}
    answers = [post(world.secretary, "circulate/", body) for body in (READ, naive)]
    assert [answer.status_code for answer in answers] == [400, 400]
    assert list(answers[0].json()["errors"]) == ["corrections_until"]
    assert "with its offset from UTC" in answers[1].json()["errors"]["corrections_until"][0]
    for number, expected in ((7, 400), (10**12, 400), (1, 409)):
        assert post(world.chair, "approve/", {**READ, "meeting": number}).status_code == expected


def test_draft_is_revised_only_on_the_text_that_was_read(world: World, meeting: Meeting) -> None:
    post(world.secretary, "draft/", {"text": COMPLETE})
    body = {"text": CORRECTED, **READ}
    answers = [post(world.secretary, "revise/", body) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 409]
    assert answers[1].json()["code"] == "text_changed"
    versions = client_of(world.chair).get(f"{ADDRESS}versions/").json()["results"]
    assert [(each["number"], each["text"]) for each in versions] == [(2, CORRECTED), (1, COMPLETE)]


def test_corrections_are_proposed_answered_and_listed(world: World, circulated: None) -> None:
    lead = world.leads["tern-mobile"]
    for _ in range(2):
        assert post(lead, "corrections/propose/", {"what": "Name it.", "why": "It came."}).status_code == 201
    assert post(world.secretary, "corrections/1/accept/", {"text": CORRECTED, **READ}).status_code == 201
    assert post(world.chair, "corrections/2/decline/", {"reason": "It is named."}).status_code == 201
    listed = client_of(lead).get(f"{ADDRESS}corrections/").json()["results"]
    assert [(each["number"], each["state"], each["version"], each["answer"]) for each in listed] == [
        (1, "accepted", 2, ""),
        (2, "declined", None, "It is named.\n"),
    ]


def test_acts_are_absent_for_those_who_may_not(world: World, circulated: None) -> None:
    bodies: dict[str, dict[str, Any]] = {
        "revise/": {"text": CORRECTED, **READ},
        "circulate/": soon(),
        "approve/": {**READ, "meeting": None},
        "publish/": READ,
        "corrections/propose/": {"what": "Name it.", "why": "It came."},
    }
    for address, body in bodies.items():
        answers = [post(person, address, body).status_code for person in (world.editor, world.outsider, None)]
        assert answers == [404, 404, 401]
