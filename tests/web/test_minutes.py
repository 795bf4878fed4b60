"""The workspace's pages about minutes, through HTTP."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.http import HttpResponse
from django.test import Client

from policyhub.accounts.models import User
from policyhub.core.text import text_hash
from policyhub.meetings.models import Meeting
from policyhub.minutes import acts
from policyhub.minutes.models import Correction, Minutes
from policyhub.minutes.queries import get_text
from policyhub.minutes.rules import BLANK, SECTIONS
from policyhub.record.models import Entry
from policyhub.record.queries import now, size
from tests.factories.meetings import DAY, MINUTE, adjourn, announce, comes, open_now
from tests.factories.participation import World, make_world

ADDRESS = "/desk/processes/faces/meetings/1/minutes/"
COMPLETE = "# Meeting 1\n\n" + "\n\n".join(f"## {section}\n\nNothing." for section in SECTIONS) + "\n"
CORRECTED = COMPLETE.replace("## Papers\n\nNothing.", "## Papers\n\nA letter of the tenants.")


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def send(client: Client, address: str, **said: Any) -> HttpResponse:
    """The form at this address, sent with what its page carries and what is said."""
    page = client.get(address).content.decode()
    hidden = dict(re.findall(r'type="hidden" name="(nonce|text_hash)" value="([^"]*)"', page))
    assert "nonce" in hidden
    return client.post(address, {**hidden, **said})  # type: ignore[return-value]


@pytest.fixture
def world(now: datetime) -> World:
    made = make_world(now - 13 * DAY)
    made.join("Tern Mobile", "industry")
    return made


@pytest.fixture
def meeting(world: World) -> Meeting:
    held = open_now(world, announce(world))
    comes(world, held, "tern-mobile", held.starts_at)
    return adjourn(world, held, held.starts_at + 30 * MINUTE)


@pytest.fixture
def draft(world: World, meeting: Meeting) -> Minutes:
    acts.draft_minutes(actor=world.secretary, meeting=meeting, text=COMPLETE, at=meeting.ends_at)
    return Minutes.objects.get()


@pytest.fixture
def circulated(world: World, draft: Minutes) -> Minutes:
    ended = draft.meeting.ends_at
    acts.circulate_minutes(
        actor=world.secretary,
        minutes=draft,
        text_hash=text_hash(COMPLETE),
        corrections_until=ended + DAY,
        at=ended,
    )
    return Minutes.objects.get()


def in_a_minute(minutes: Minutes) -> dict[str, str]:
    """A circulation that gives little time, with its reason, as the secretary types it."""
    until = (now() + MINUTE).astimezone(ZoneInfo(minutes.meeting.timezone))
    return {
        "corrections_until": f"{until:%Y-%m-%dT%H:%M:%S}",
        "short_time_reason": "The body meets in an hour.",
    }


def propose(world: World, minutes: Minutes) -> Correction:
    acts.propose_correction(
        actor=world.leads["tern-mobile"],
        minutes=minutes,
        what="Name the letter.",
        why="It was handed in.",
        at=minutes.meeting.ends_at,
    )
    return Correction.objects.get()


def test_draft_starts_from_what_the_record_knows(world: World, meeting: Meeting) -> None:
    secretary = signed_in(world.secretary)
    page = secretary.get(f"{ADDRESS}draft/").content.decode()
    assert "- Tern Mobile: from " in page
    assert BLANK in page
    assert send(secretary, f"{ADDRESS}draft/", text=COMPLETE).status_code == 302
    assert secretary.get(f"{ADDRESS}draft/")["Location"] == ADDRESS


def test_refused_draft_keeps_what_was_typed(world: World, meeting: Meeting) -> None:
    before = size()
    answer = send(signed_in(world.secretary), f"{ADDRESS}draft/", text="    What was typed\u202e here.")
    assert (answer.status_code, size(), Minutes.objects.count()) == (409, before, 0)
    assert "What was typed" in answer.content.decode()


def test_minutes_go_from_draft_to_publication(world: World, draft: Minutes) -> None:
    secretary, chair, convener = (signed_in(each) for each in (world.secretary, world.chair, world.convener))
    assert [
        send(secretary, f"{ADDRESS}revise/", text=CORRECTED).status_code,
        send(secretary, f"{ADDRESS}circulate/", **in_a_minute(draft)).status_code,
    ] == [302] * 2
    Minutes.objects.update(corrections_until=now())
    assert [
        send(chair, f"{ADDRESS}approve/", by="chair").status_code,
        send(convener, f"{ADDRESS}publish/").status_code,
    ] == [302] * 2
    entry = Entry.objects.latest("index")
    assert (entry.kind, entry.body["text_hash"]) == ("minutes.published", text_hash(CORRECTED))
    shown = signed_in(world.outsider).get(ADDRESS).content.decode()
    assert "A letter of the tenants." in shown
    assert "Certified by the chair; not yet approved by the body" in shown
    told = Client().get(f"/record/{size() - 2}/").content.decode()
    assert "The minutes of meeting 1 were certified by the chair; the body has not approved them" in told
    public = Client().get("/processes/faces/meetings/1/minutes/").content.decode()
    assert "Certified by the chair; not yet approved by the body" in public
    assert "Less than a day was given, because: The body meets in an hour." in public


def test_draft_page_says_what_keeps_it_from_circulating(world: World, meeting: Meeting) -> None:
    acts.draft_minutes(actor=world.secretary, meeting=meeting, text="## Papers\n\nNone.", at=meeting.ends_at)
    page = signed_in(world.secretary).get(ADDRESS).content.decode()
    assert page.count("minutes always have it.") == len(SECTIONS) - 1
    answer = send(signed_in(world.secretary), f"{ADDRESS}circulate/", **in_a_minute(Minutes.objects.get()))
    assert (answer.status_code, Minutes.objects.get().state) == (409, "draft")


def test_correction_is_proposed_and_taken_in(world: World, circulated: Minutes) -> None:
    lead = signed_in(world.leads["tern-mobile"])
    assert send(lead, f"{ADDRESS}corrections/new/", what="Name the letter.", why="It came.").status_code == 302
    secretary = signed_in(world.secretary)
    assert "Name the letter." in secretary.get(ADDRESS).content.decode()
    assert send(secretary, f"{ADDRESS}corrections/1/accept/", text=CORRECTED).status_code == 302
    assert get_text(circulated).text == CORRECTED
    assert "accepted in version 2" in lead.get(ADDRESS).content.decode().lower()


def test_correction_is_declined_with_a_reason(world: World, circulated: Minutes) -> None:
    propose(world, circulated)
    answer = send(signed_in(world.chair), f"{ADDRESS}corrections/1/decline/", reason="None was handed in.")
    assert (answer.status_code, Correction.objects.get().state) == (302, "declined")
    assert "None was handed in." in signed_in(world.leads["tern-mobile"]).get(ADDRESS).content.decode()


def test_short_time_without_a_reason_is_refused_beside_its_field(world: World, draft: Minutes) -> None:
    said = {**in_a_minute(draft), "short_time_reason": ""}
    answer = send(signed_in(world.secretary), f"{ADDRESS}circulate/", **said)
    assert (answer.status_code, Minutes.objects.get().state) == (409, "draft")
    assert "The table has at least 24 hours for corrections." in answer.content.decode()


def test_minutes_are_approved_by_the_body_at_a_meeting_that_is_chosen(world: World, circulated: Minutes) -> None:
    chair = signed_in(world.chair)
    assert "The body, at meeting" not in chair.get(f"{ADDRESS}approve/").content.decode()
    later = open_now(world, announce(world, in_days=12, title="The second"))
    assert "The body, at meeting 2: The second" in chair.get(f"{ADDRESS}approve/").content.decode()
    assert send(chair, f"{ADDRESS}approve/", by="7").status_code == 409
    assert send(chair, f"{ADDRESS}approve/", by="2").status_code == 302
    assert Minutes.objects.get().approving_meeting == later
    assert "Approved by the body at meeting 2" in chair.get(ADDRESS).content.decode()
    entry = Client().get(f"/record/{size() - 1}/").content.decode()
    assert "The minutes of meeting 1 were approved by the body at meeting 2" in entry


def test_approval_is_offered_once_the_time_for_corrections_is_over(world: World, circulated: Minutes) -> None:
    chair = signed_in(world.chair)
    assert f'href="{ADDRESS}approve/"' in chair.get(ADDRESS).content.decode()
    Minutes.objects.update(corrections_until=now() + DAY)
    page = chair.get(ADDRESS).content.decode()
    assert f'href="{ADDRESS}approve/"' not in page
    assert "They can be approved after that." in page
    assert send(chair, f"{ADDRESS}approve/", by="chair").status_code == 409


def test_everybody_reads_what_a_correction_changed(world: World, circulated: Minutes) -> None:
    correction = propose(world, circulated)
    send(signed_in(world.secretary), f"{ADDRESS}corrections/1/accept/", text=CORRECTED + "\nSlipped in.\n")
    send(signed_in(world.chair), f"{ADDRESS}approve/", by="chair")
    send(signed_in(world.convener), f"{ADDRESS}publish/")
    for client, address in ((Client(), "/processes/faces/meetings/1/minutes/"), (signed_in(world.chair), ADDRESS)):
        page = client.get(address).content.decode()
        shown = page[page.index("What version 2 changed") :]
        assert f"in answer to correction {correction.number} of Tern Mobile: “Name the letter." in shown
        assert re.search("<ins[^>]*>.*Slipped in.", shown)


def test_act_on_a_text_that_changed_is_refused_and_what_was_typed_kept(world: World, circulated: Minutes) -> None:
    correction = propose(world, circulated)
    secretary = signed_in(world.secretary)
    stale = {"nonce": "once", "text": CORRECTED + "\nMine.", "text_hash": text_hash("An older text.")}
    answer = secretary.post(f"{ADDRESS}corrections/{correction.number}/accept/", stale)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "The minutes changed since you read them." in page
    assert "Mine." in page
    assert text_hash(COMPLETE) in page


def test_approved_minutes_cannot_be_revised(world: World, circulated: Minutes) -> None:
    send(signed_in(world.chair), f"{ADDRESS}approve/", by="chair")
    answer = send(signed_in(world.secretary), f"{ADDRESS}revise/", text=CORRECTED)
    page = answer.content.decode()
    assert (answer.status_code, get_text(circulated).text) == (409, COMPLETE)
    assert "These minutes are approved and are never edited." in page
    assert "A letter of the tenants." in page


@pytest.mark.parametrize(
    ("page", "insiders"),
    [
        ("", {"secretary", "chair", "convener", "editor", "representative"}),
        ("circulate/", {"secretary"}),
        ("revise/", {"secretary"}),
        ("corrections/new/", {"representative"}),
        ("corrections/1/accept/", {"secretary", "chair"}),
        ("corrections/1/decline/", {"secretary", "chair"}),
        ("approve/", {"chair"}),
        ("publish/", {"convener"}),
    ],
)
def test_each_page_exists_only_for_those_who_may(
    world: World, circulated: Minutes, page: str, insiders: set[str]
) -> None:
    propose(world, circulated)
    people = {name: getattr(world, name) for name in ("convener", "chair", "secretary", "editor", "outsider")}
    people["representative"] = world.leads["tern-mobile"]
    found = {name: signed_in(person).get(ADDRESS + page).status_code for name, person in people.items()}
    assert found == {name: 200 if name in insiders else 404 for name in people}


def test_draft_is_nobodys_but_the_secretarys_and_the_chairs(world: World, draft: Minutes) -> None:
    people = (world.secretary, world.chair, world.convener, world.leads["tern-mobile"], world.outsider)
    assert [signed_in(each).get(ADDRESS).status_code for each in people] == [200, 200, 404, 404, 404]
