"""Public pages: a function of their address and the record, the same for everybody, readable by programs too."""

from __future__ import annotations

import hashlib
from datetime import datetime
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from icalendar import Calendar

from policyhub.drafting.models import Version
from policyhub.participation import acts
from policyhub.participation.rules import StatementKind
from policyhub.record.models import Entry
from tests.factories.drafting import publish, publish_basic
from tests.factories.meetings import announce
from tests.factories.participation import World, make_world
from tests.web.markup import Markup

ATOM = "{http://www.w3.org/2005/Atom}"
PAGES = [
    "/",
    "/processes/faces/",
    "/processes/faces/drafts/",
    "/processes/faces/meetings/",
    "/processes/faces/decisions/",
    "/processes/faces/table/",
    "/processes/faces/record/",
    "/documents/code/",
    "/documents/code/versions/2/",
    "/documents/code/versions/2/?compare=1",
    "/record/",
    "/record/0/",
]


@pytest.fixture
def world(now: datetime) -> World:
    world = make_world(now)
    world.join("Harbor Tenants Union", "advocacy")
    world.join("Tern Mobile", "industry")
    world.require("harbor-tenants-union")
    version = publish_basic(world)
    publish(world, version.document, [("c1", 1, "Consent", "Nobody is identified without a yes.\n")], note="Shorter.")
    return world


@pytest.mark.parametrize("page", PAGES)
def test_page_is_well_formed_and_takes_no_cookie(world: World, client: Client, page: str) -> None:
    client.cookies["policyhub_session"] = "anything"
    response = client.get(page)
    assert (response.status_code, Markup(response.content.decode()).faults) == (200, [])
    assert response.cookies == {}
    assert "Cookie" not in response.headers.get("Vary", "")
    assert response["Cache-Control"] == "public, max-age=5"


@pytest.mark.parametrize("page", PAGES)
def test_who_has_the_page_is_told_so_until_something_happens(world: World, client: Client, page: str) -> None:
    etag = client.get(page)["ETag"]
    assert client.get(page, headers={"If-None-Match": etag}).status_code == 304
    acts.add_point(actor=world.convener, process=world.process, proposition="Signs are large", at=world.at)
    assert client.get(page, headers={"If-None-Match": etag}).status_code == 200


def test_pages_are_read_and_never_written_to(world: World, client: Client) -> None:
    assert client.head("/processes/faces/").status_code == 200
    response = client.post("/processes/faces/")
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    "page",
    [
        "/processes/none/",
        "/documents/none/",
        "/documents/code/versions/9/",
        "/documents/code/versions/2/?compare=9",
        "/documents/code/versions/2/?compare=x",
        "/processes/faces/calls/1/",
        "/processes/faces/statements/1/",
        "/record/99999/",
    ],
)
def test_what_is_absent_is_404(world: World, client: Client, page: str) -> None:
    assert client.get(page).status_code == 404


def test_a_withdrawn_organization_keeps_its_place(world: World, client: Client) -> None:
    acts.withdraw_organization(
        actor=world.leads["harbor-tenants-union"],
        participation=world.seat("harbor-tenants-union"),
        reason="Nobody would ask first.",
        at=world.at,
    )
    page = client.get("/processes/faces/table/").content.decode()
    assert "0 of 1; 1 withdrew" in page
    assert "Nobody would ask first." in page


def test_an_unpublished_statement_is_nowhere(world: World, client: Client) -> None:
    acts.draft_statement(
        actor=world.leads["harbor-tenants-union"],
        participation=world.seat("harbor-tenants-union"),
        kind=StatementKind.WITHDRAWAL,
        title="Canary title",
        text="Canary text.",
        at=world.at,
    )
    pages = [*PAGES, "/processes/faces/feed.atom", "/processes/faces/calendar.ics"]
    assert [page for page in pages if "Canary" in client.get(page).content.decode()] == []


def test_the_text_hashes_to_what_the_record_says(world: World, client: Client) -> None:
    data = client.get("/documents/code/versions/2/text.md").content
    assert f"sha256:{hashlib.sha256(data).hexdigest()}" == Version.objects.get(number=2).text_hash


def test_an_entry_shows_its_exact_bytes(world: World, client: Client) -> None:
    entry = Entry.objects.get(index=0)
    page = client.get("/record/0/").content.decode()
    assert bytes(entry.leaf).decode().replace('"', "&quot;") in page


def test_the_feed_carries_the_record(world: World, client: Client) -> None:
    response = client.get("/processes/faces/feed.atom")
    feed = ET.fromstring(response.content)
    entries = Entry.objects.of_process("faces").order_by("-index")[:60]
    assert [each.findtext(f"{ATOM}id") for each in feed.findall(f"{ATOM}entry")] == [
        f"urn:uuid:{entry.event_id}" for entry in entries
    ]
    assert all("root" in str(each.findtext(f"{ATOM}summary")) for each in feed.findall(f"{ATOM}entry"))


def test_the_calendar_can_be_read(world: World, client: Client) -> None:
    calendar = Calendar.from_ical(client.get("/processes/faces/calendar.ics").content)
    assert calendar["X-WR-CALNAME"] == world.process.title
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == [world.process.timezone]
    announce(world)
    event = Calendar.from_ical(client.get("/processes/faces/calendar.ics").content).walk("VEVENT")[0]
    assert str(event["LOCATION"]) == "Hall of Records, Room 2"
