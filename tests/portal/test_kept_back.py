"""What is not public yet, or never will be, reaches no public page, feed or calendar."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client

from policyhub.core.text import text_hash
from policyhub.meetings.models import Meeting
from policyhub.minutes import acts
from policyhub.minutes.models import Minutes
from policyhub.minutes.rules import SECTIONS
from policyhub.notifications.models import Message
from policyhub.record.models import Entry
from policyhub.record.queries import size
from tests.factories.meetings import DAY, HOUR, adjourn, open_now
from tests.factories.participation import World, make_world

TEXT = "# Meeting 1\n\n" + "\n\n".join(f"## {section}\n\nCanary." for section in SECTIONS) + "\n"
PROCESS = "/processes/faces/"
MINUTES = f"{PROCESS}meetings/1/minutes/"
PAGES = ["/", "/record/", PROCESS, *(f"{PROCESS}{part}" for part in ("meetings/", "meetings/1/", "record/", "table/"))]
FILES = [f"{PROCESS}feed.atom", f"{PROCESS}calendar.ics"]


@pytest.fixture
def world(now: datetime) -> World:
    made = make_world(now)
    made.join("Tern Mobile", "industry")
    return made


@pytest.fixture
def meeting(world: World) -> Meeting:
    return adjourn(world, open_now(world))


def told(client: Client, word: str) -> list[str]:
    """The public pages on which the word stands."""
    pages = [*PAGES, *FILES, *(f"/record/{index}/" for index in range(size()))]
    return [page for page in pages if word in client.get(page).content.decode()]


def test_minutes_reach_public_pages_only_once_they_are_published(
    world: World, meeting: Meeting, client: Client
) -> None:
    at, of_text = meeting.ends_at + HOUR, text_hash(TEXT)
    acts.draft_minutes(actor=world.secretary, meeting=meeting, text=TEXT, at=at)
    minutes = Minutes.objects.get(meeting=meeting)
    found = [client.get(MINUTES).status_code]
    until = at + DAY
    acts.circulate_minutes(actor=world.secretary, minutes=minutes, text_hash=of_text, corrections_until=until, at=at)
    found.append(client.get(MINUTES).status_code)
    acts.approve_minutes(actor=world.chair, minutes=minutes, meeting=None, text_hash=of_text, at=until)
    found.append(client.get(MINUTES).status_code)
    assert (found, told(client, "Canary"), told(client, MINUTES)) == ([404, 404, 404], [], [])
    acts.publish_minutes(actor=world.convener, minutes=minutes, text_hash=of_text, at=until)
    assert client.get(MINUTES).content.decode().count("Canary.") == len(SECTIONS)


def test_nobody_is_named_by_their_address(world: World, client: Client) -> None:
    Message.objects.create(
        entry_index=Entry.objects.latest("index").index,
        template="notice",
        recipient=world.chair,
        address="canary@faces.example.org",
        message_id="<canary@faces.example.org>",
        last_error="Canary refused.",
        due_at=world.at,
    )
    people = [world.chair, world.convener, world.editor, world.outsider, *world.leads.values()]
    assert [told(client, word) for word in ("canary", "Canary", *(person.email for person in people))] == [[]] * 7
