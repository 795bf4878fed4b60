"""The demo's public pages: a walk-out and what followed, told at a glance and served within bounds."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.core.management import call_command
from django.test import Client
from icalendar import Calendar

from policyhub.drafting.models import Version
from policyhub.publishing.models import Edition
from policyhub.record.models import Entry
from policyhub.record.queries import root_at, size
from tests.conftest import worker_name
from tests.databases import cloned
from tests.web.markup import Markup

ATOM = "{http://www.w3.org/2005/Atom}"
PROCESS = "/processes/face-recognition/"
DOCUMENT = "/documents/face-recognition-code/"
POLICY = {
    "default-src 'none'",
    *(f"{what}-src 'self'" for what in ("script", "style", "img", "font", "connect", "manifest")),
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}
# Of every public page, how many queries it may take: more would mean that they grow with what it shows.
QUERIES = {
    "/": 18,
    PROCESS: 36,
    f"{PROCESS}drafts/": 11,
    f"{PROCESS}meetings/": 11,
    f"{PROCESS}meetings/3/": 17,
    f"{PROCESS}meetings/4/": 17,
    f"{PROCESS}meetings/6/": 17,
    f"{PROCESS}meetings/4/minutes/": 13,
    f"{PROCESS}decisions/": 13,
    f"{PROCESS}calls/1/": 24,
    f"{PROCESS}calls/2/": 24,
    f"{PROCESS}calls/3/": 24,
    f"{PROCESS}table/": 34,
    f"{PROCESS}statements/1/": 13,
    f"{PROCESS}record/": 15,
    f"{PROCESS}record/?page=4": 15,
    DOCUMENT: 18,
    f"{DOCUMENT}versions/1/": 19,
    f"{DOCUMENT}versions/4/?compare=3": 17,
    f"{DOCUMENT}editions/1/": 13,
    "/documents/opt-in-draft/": 19,
    "/record/": 16,
    "/record/300/": 11,
}
FILES = {
    f"{PROCESS}feed.atom": 18,
    f"{PROCESS}calendar.ics": 12,
    f"{DOCUMENT}versions/1/text.md": 10,
    f"{DOCUMENT}editions/1/edition.pdf": 9,
}


@pytest.fixture(scope="module", autouse=True)
def told(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A database of the module's own into which the demo was loaded."""
    with django_db_blocker.unblock(), cloned(f"{worker_name(request.config)}_portal"):
        call_command("load_demo", verbosity=0)
        yield


def read(client: Client, address: str) -> str:
    """What the page shows, without its markup."""
    html = client.get(address).content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", main).replace("&#x27;", "'").split())


@pytest.mark.parametrize("address", QUERIES)
def test_page_is_well_formed_and_names_its_own_address(client: Client, address: str) -> None:
    response = client.get(address)
    page = response.content.decode()
    canonical = address if "?page=" in address else address.partition("?")[0]
    assert (response.status_code, Markup(page).faults) == (200, [])
    assert re.findall(r'rel="canonical" href="[^/]+//[^/]+([^"]+)"', page) == [canonical]
    assert page.count("<h1") == 1


# No signer runs beside this test: what it makes within seconds is not there.
SIGNED = re.compile(r"/record/(checkpoint|vkey|\d+/entry\.tlog-proof)")


@pytest.mark.parametrize("address", [*QUERIES, *FILES])
def test_answer_is_the_same_for_everybody(client: Client, address: str) -> None:
    client.cookies["policyhub_session"] = "somebody"
    response = client.get(address)
    assert (response.cookies, "Cookie" in response.headers.get("Vary", "")) == ({}, False)
    assert set(response["Content-Security-Policy"].split("; ")) == POLICY
    assert client.get(address, headers={"If-None-Match": response["ETag"]}).status_code == 304
    assert (client.head(address).status_code, client.head(address).content) == (200, b"")


@pytest.mark.parametrize(("address", "most"), [*QUERIES.items(), *FILES.items()])
def test_queries_do_not_grow_with_the_page(
    client: Client, django_assert_max_num_queries: Any, address: str, most: int
) -> None:
    with django_assert_max_num_queries(most):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("address", QUERIES)
def test_no_link_within_the_public_pages_is_dead(client: Client, address: str) -> None:
    page = client.get(address).content.decode()
    links = {each.partition("#")[0] for each in re.findall(r'<a[^>]* href="(/[^"]*)"', page)}
    public = {each for each in links if not each.startswith(("/desk/", "/accounts/", "/api/"))}
    relative = {address.partition("?")[0] + each for each in re.findall(r'href="(\?page=\d+)"', page)}
    expected = {each: 404 if SIGNED.fullmatch(each) else 200 for each in public | relative}
    assert {each: client.head(each).status_code for each in public | relative} == expected


def test_a_post_is_told_that_the_page_is_only_read(client: Client) -> None:
    response = Client(enforce_csrf_checks=True).post(PROCESS)
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")


def test_an_absent_page_has_a_page_of_its_own(client: Client) -> None:
    response = client.get(f"{PROCESS}nothing/")
    assert (response.status_code, Markup(response.content.decode()).faults) == (404, [])
    assert "There is nothing at this address" in response.content.decode()
    assert (response.cookies, "Cookie" in response.headers.get("Vary", "")) == ({}, False)


def test_the_process_page_tells_its_story_at_a_glance(client: Client) -> None:
    page = read(client, PROCESS)
    assert "Version 4 is the newest text. One call is open, until" in page
    assert "Two calls have been determined, one of them adopted." in page
    assert "Nine of the ten organizations in Advocacy have withdrawn" in page
    assert "Industry holds 14 of 19 seats (73.68 %); the charter's limit is 1/2." in page
    assert "1 of 10; 9 withdrew" in page
    assert "of 19 organizations have answered." in page


def test_the_seats_of_those_who_left_stay_drawn(client: Client) -> None:
    page = client.get(PROCESS).content.decode()
    assert (page.count('class="seat"'), page.count('class="seat-left"')) == (19, 9)


def test_a_result_says_the_outcome_first_and_counts_it_both_ways(client: Client) -> None:
    page = read(client, f"{PROCESS}calls/1/")
    assert "Clause 4 was not adopted Of 28 entitled to answer: 16 in favor, 9 against, 1 abstaining" in page
    assert page.index("16 of 25 for, 64.00 %") < page.index("16 of 16 for, 100.00 %")
    assert "Without the nine that withdrew: for comparison" in page
    assert "Would have been adopted" in page
    assert "The outcome depends on the withdrawal" in page


def test_an_open_call_shows_its_text_and_no_count(client: Client) -> None:
    page = read(client, f"{PROCESS}calls/3/")
    assert "Can this table adopt clause 7, on how long images are kept, as it reads in version 4? 10 of 19" in page
    assert page.index("The exact text") < page.index("Every position")
    assert "The count" not in page


def test_an_objection_outlives_its_holder(client: Client) -> None:
    assert read(client, f"{PROCESS}decisions/").count("Its holder has left.") == 9
    assert "9 standing objections" in read(client, DOCUMENT)


def test_a_cancelled_meeting_keeps_its_row_and_its_place_in_calendars(client: Client) -> None:
    assert "Watch lists and sharing" in read(client, f"{PROCESS}meetings/")
    assert "This meeting was cancelled The lift" in read(client, f"{PROCESS}meetings/3/")
    calendar = Calendar.from_ical(client.get(f"{PROCESS}calendar.ics").content)
    states = {str(event["UID"]).partition("@")[0]: str(event["STATUS"]) for event in calendar.walk("VEVENT")}
    assert states == {
        **{f"meeting-face-recognition-{number}": "CONFIRMED" for number in (1, 2, 4, 5, 6)},
        "meeting-face-recognition-3": "CANCELLED",
        **{f"call-face-recognition-{number}": "CONFIRMED" for number in (1, 2, 3)},
    }


def test_leaving_the_room_is_shown_with_its_hour(client: Client) -> None:
    page = read(client, f"{PROCESS}meetings/4/")
    assert "19 of 28 organizations stayed to the end." in page
    assert page.count("13:02 to 15:12") == 9


def test_circulated_minutes_are_not_public(client: Client) -> None:
    assert client.get(f"{PROCESS}meetings/5/minutes/").status_code == 404
    assert f"{PROCESS}meetings/5/minutes/" not in client.get(f"{PROCESS}meetings/").content.decode()


def test_what_nine_said_together_is_said_once_with_their_names(client: Client) -> None:
    page = read(client, f"{PROCESS}table/")
    assert page.count("Nine organizations leave this table today.") == 1
    assert "9 withdrew" in page
    assert "Would come back On the day on which this table is ready to begin with a code that asks first." in page


def test_changes_are_marked_against_an_older_version(client: Client) -> None:
    page = client.get(f"{DOCUMENT}versions/4/?compare=3").content.decode()
    assert "3 clauses changed; 8 read as before." in page
    assert (page.count("<ins>") > 3, page.count("<del>") > 3) == (True, True)


def test_every_text_and_edition_hashes_to_what_the_record_says(client: Client) -> None:
    for version in Version.objects.select_related("document"):
        data = client.get(f"{version.get_absolute_url()}text.md").content
        assert f"sha256:{hashlib.sha256(data).hexdigest()}" == version.text_hash
    data = client.get(f"{DOCUMENT}editions/1/edition.pdf").content
    assert f"sha256:{hashlib.sha256(data).hexdigest()}" == Edition.objects.get().file_hash


def test_the_feed_is_atom_and_each_entry_carries_the_record(client: Client) -> None:
    feed = ET.fromstring(client.get(f"{PROCESS}feed.atom").content)
    items, checkpoint = (
        feed.findall(f"{ATOM}entry"),
        f"{size()} entries, root sha256:{root_at(size()).hex()} (not signed yet).",
    )
    newest = Entry.objects.of_process("face-recognition").order_by("-index")[:60]
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "Office for Public Technology"
    assert [each.findtext(f"{ATOM}id") for each in items] == [f"urn:uuid:{entry.event_id}" for entry in newest]
    assert all(str(each.findtext(f"{ATOM}summary")).endswith(f"Checkpoint: {checkpoint}") for each in items)
    assert all(each.findtext(f"{ATOM}updated") and each.findtext(f"{ATOM}title") for each in items)


def test_the_record_is_read_page_by_page(client: Client) -> None:
    whole = range(1, -(-size() // 50) + 1)
    pages = [client.get(f"/record/?page={number}").content.decode() for number in whole]
    listed = [int(each) for page in pages for each in re.findall(r'href="/record/(\d+)/"', page)]
    assert listed == list(reversed(range(size())))
