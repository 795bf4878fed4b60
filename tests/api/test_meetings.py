"""Meetings over the API."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from typing import Any

import pytest
from rest_framework.test import APIClient

from policyhub.accounts.models import User
from policyhub.core.canonical import moment
from policyhub.core.text import text_hash
from policyhub.drafting.models import Document, Version
from policyhub.meetings.models import Meeting
from policyhub.record.queries import size
from tests.factories.meetings import DAY, HOUR, announce, comes, open_now
from tests.factories.participation import World, make_world

ADDRESS = "/api/v1/processes/faces/meetings/"
keys = count()


def post(person: User | None, address: str, body: dict[str, Any] | None = None) -> Any:
    client = APIClient()
    if person is not None:
        client.force_authenticate(person)
    return client.post(
        f"{ADDRESS}{address}", body or {}, format="json", headers={"Idempotency-Key": f"key-{next(keys)}"}
    )


def get(address: str) -> Any:
    return APIClient().get(f"{ADDRESS}{address}").json()


@pytest.fixture
def world(now: datetime) -> World:
    made = make_world(now - 10 * DAY - HOUR)
    made.join("Tern Mobile", "industry")
    return made


@pytest.fixture
def meeting(world: World) -> Meeting:
    return announce(world)


def notice(starts_at: datetime, **changes: Any) -> dict[str, Any]:
    return {
        "title": "Consent and notice",
        "kind": "virtual",
        "starts_at": moment(starts_at),
        "ends_at": moment(starts_at + HOUR),
        "purpose": "To compare the drafts.",
        "how_to_comment": "In writing.",
        "contact": "secretary@example.org",
        "connection": "https://meet.example.org/1",
        "decides": False,
        **changes,
    }


def test_meeting_is_announced_and_readable_without_an_account(world: World, now: datetime) -> None:
    answer = post(world.convener, "announce/", notice(now + 9 * DAY))
    assert (answer.status_code, answer.json()["kind"]) == (201, "meeting.noticed")
    assert [(each["number"], each["state"]) for each in get("")["results"]] == [(1, "noticed")]
    shown = get("1/")
    assert (shown["notice"]["connection"], shown["timezone"], shown["agenda"]) == (
        "https://meet.example.org/1\n",
        "America/New_York",
        [],
    )


def test_short_notice_is_a_conflict_that_names_the_field(world: World, now: datetime) -> None:
    answer = post(world.convener, "announce/", notice(now + 2 * DAY))
    problem = answer.json()
    assert (answer.status_code, answer["Content-Type"]) == (409, "application/problem+json")
    assert [(each["code"], each["field"]) for each in problem["reasons"]] == [("short_notice", "short_notice_reason")]


@pytest.mark.parametrize(
    ("starts_at", "refused"),
    [
        ("2027-03-01T09:00:00", "offset"),
        ("0001-01-01T00:00:00+01:00", "range"),
        ("9999-12-31T23:59:00-05:00", "range"),
        ("tomorrow", "format"),
    ],
)
def test_time_that_names_no_moment_is_refused_beside_its_field(world: World, starts_at: str, refused: str) -> None:
    answer = post(world.convener, "announce/", {**notice(world.at), "starts_at": starts_at})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["starts_at"])
    assert refused in answer.json()["errors"]["starts_at"][0]


@pytest.mark.parametrize(("starts_at", "code"), [("0001-01-01T00:00:00Z", "past"), ("9999-12-31T23:00:00Z", "too_far")])
def test_meeting_at_the_ends_of_the_calendar_is_a_conflict(world: World, starts_at: str, code: str) -> None:
    ends_at = starts_at.replace(":00:00Z", ":59:00Z")
    answer = post(world.convener, "announce/", {**notice(world.at), "starts_at": starts_at, "ends_at": ends_at})
    assert (answer.status_code, [each["code"] for each in answer.json()["reasons"]]) == (409, [code])


def test_agenda_names_exact_versions(world: World, meeting: Meeting) -> None:
    document = Document.objects.create(process=world.process, slug="code", title="Code", opened_at=world.at)
    Version.objects.create(
        document=document, number=1, text_hash=text_hash("One."), published_at=world.at, author=world.editor
    )
    items = [{"title": "Draft 1", "document": "code", "version": 1}, {"title": "Next steps", "note": "Dates."}]
    assert post(world.chair, "1/agenda/publish/", {"items": items}).status_code == 201
    assert [(each["title"], each["version"], each["text_hash"]) for each in get("1/")["agenda"]] == [
        ("Draft 1", 1, text_hash("One.")),
        ("Next steps", None, None),
    ]


def test_agenda_with_an_unknown_version_is_absent(world: World, meeting: Meeting) -> None:
    items = [{"title": "Draft 1", "document": "code", "version": 4}]
    assert post(world.chair, "1/agenda/publish/", {"items": items}).status_code == 404


def test_meeting_is_held_over_the_api(world: World, meeting: Meeting) -> None:
    people = {"presiding": world.chair.email, "secretary": world.secretary.email}
    came = {"organization": "tern-mobile", "event": "arrived"}
    kinds = [
        post(world.chair, "1/open/", people).json()["kind"],
        post(world.secretary, "1/attendance/record/", came).json()["kind"],
        post(world.chair, "1/recess/", {"reason": "To confer."}).json()["kind"],
        post(world.chair, "1/resume/").json()["kind"],
        post(world.chair, "1/adjourn/").json()["kind"],
    ]
    assert kinds == [
        "meeting.opened",
        "attendance.recorded",
        "meeting.recessed",
        "meeting.resumed",
        "meeting.adjourned",
    ]
    assert [(each["organization"], each["event"]) for each in get("1/attendance/")["results"]] == [
        ("tern-mobile", "arrived")
    ]


def test_cancelled_meeting_stays_listed(world: World, meeting: Meeting) -> None:
    assert post(world.convener, "1/cancel/", {"reason": "The hall is closed."}).status_code == 201
    assert [(each["state"], each["cancelled_reason"]) for each in get("")["results"]] == [
        ("cancelled", "The hall is closed.\n")
    ]


def test_acts_are_absent_for_others_and_need_an_account(world: World, meeting: Meeting) -> None:
    open_now(world, meeting)
    comes(world, meeting, "tern-mobile", meeting.starts_at)
    before = size()
    bodies: dict[str, dict[str, Any]] = {
        "1/attendance/record/": {"organization": "tern-mobile", "event": "left"},
        "1/recess/": {"reason": "Tea."},
        "1/adjourn/": {},
    }
    for address, body in bodies.items():
        answers = [post(person, address, body).status_code for person in (world.editor, world.outsider, None)]
        assert answers == [404, 404, 401]
    assert size() == before
