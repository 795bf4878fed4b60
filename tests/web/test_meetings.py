"""The workspace's pages about meetings, through HTTP."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.http import HttpResponse
from django.test import Client

from policyhub.accounts.models import User
from policyhub.core.text import text_hash
from policyhub.drafting.models import Document, Version
from policyhub.meetings.acts import Matter, open_meeting, publish_agenda
from policyhub.meetings.models import Attendance, Meeting
from policyhub.record.models import Entry
from policyhub.record.queries import size
from tests.factories.meetings import DAY, HOUR, announce, comes, make_notice, open_now
from tests.factories.participation import World, make_world

ADDRESS = "/desk/processes/faces/meetings/"
NEW_YORK = ZoneInfo("America/New_York")


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def send(client: Client, address: str, **said: Any) -> HttpResponse:
    """The form at this address, filled in and sent with the nonce that its page carries."""
    page = client.get(address).content.decode()
    found = re.search(r'name="nonce" value="([^"]+)"', page)
    assert found is not None
    return client.post(address, {"nonce": found[1], **said})  # type: ignore[return-value]


@pytest.fixture
def world(now: datetime) -> World:
    """A process in which a meeting noticed ten days ahead begins about now."""
    made = make_world(now - 10 * DAY - HOUR)
    made.join("Tern Mobile", "industry")
    made.join("Harbor Tenants Union", "advocacy")
    return made


@pytest.fixture
def meeting(world: World) -> Meeting:
    return announce(world)


def notice(starts_at: datetime, **changes: Any) -> dict[str, Any]:
    """A notice as somebody in the process's zone types it."""
    local = starts_at.astimezone(NEW_YORK)
    return {
        "title": "Consent and notice",
        "kind": "in_person",
        "starts_at": f"{local:%Y-%m-%dT%H:%M}",
        "ends_at": f"{local + 2 * HOUR:%Y-%m-%dT%H:%M}",
        "purpose": "To compare the drafts.",
        "decides": "no",
        "place": "Hall of Records",
        "how_to_comment": "In writing.",
        "contact": "secretary@example.org",
        **changes,
    }


def test_notice_is_read_on_the_clocks_of_the_process(world: World, now: datetime) -> None:
    starts_at = (now + 20 * DAY).replace(hour=17, minute=30, second=0, microsecond=0)
    answer = send(signed_in(world.convener), f"{ADDRESS}new/", **notice(starts_at))
    made = Meeting.objects.get()
    assert (made.starts_at, made.ends_at, made.notice.decides) == (starts_at, starts_at + 2 * HOUR, False)
    assert (answer.status_code, answer["Location"]) == (302, f"/desk/done/{size() - 1}/")


def test_short_notice_keeps_what_was_typed_and_counts_the_days(world: World, now: datetime) -> None:
    before = size()
    answer = send(signed_in(world.convener), f"{ADDRESS}new/", **notice(now + 3 * DAY, title="A hasty meeting"))
    page = answer.content.decode()
    assert (answer.status_code, size()) == (409, before)
    assert "The charter asks for 7 days of notice and this gives 3 days." in page
    assert "What you typed gives <b>3</b>" in page
    assert "A hasty meeting" in page


@pytest.mark.parametrize("year", ["0001", "9999"])
def test_year_that_no_zone_can_count_with_is_refused_and_kept(world: World, meeting: Meeting, year: str) -> None:
    typed = f"{year}-01-01T00:00"
    said = notice(world.at) | {"starts_at": typed, "ends_at": typed}
    answer = send(signed_in(world.convener), f"{ADDRESS}new/", **said)
    open_now(world, meeting)
    came = {"participation": world.seat("tern-mobile").pk, "event": "arrived", "occurred_at": typed}
    other = send(signed_in(world.secretary), f"{ADDRESS}1/attendance/", **came)
    for page in (answer, other):
        assert page.status_code == 409
        assert "Write a year from 1900 to 2999." in page.content.decode()
        assert f'value="{typed}"' in page.content.decode()


def test_past_start_is_no_short_notice(world: World) -> None:
    page = send(signed_in(world.convener), f"{ADDRESS}new/", **notice(world.at - 2000 * DAY)).content.decode()
    assert "A meeting is noticed before it starts." in page
    assert "this gives" not in page
    assert "What you typed gives" not in page


def test_place_is_not_called_optional_and_says_when_it_is_needed(world: World) -> None:
    page = signed_in(world.convener).get(f"{ADDRESS}new/").content.decode()
    labels = dict(re.findall(r'<label for="id_(place|connection|registration)">(.*?)</label>', page))
    assert labels["place"] == "Place"
    assert labels["connection"] == "Connection"
    assert "(optional)" in labels["registration"]
    assert "Needed when people meet in person." in page


def test_opening_is_offered_only_once_it_is_possible(world: World, meeting: Meeting, now: datetime) -> None:
    ahead = announce(world, in_days=20)
    chair = signed_in(world.chair)
    page = chair.get(f"{ADDRESS}{ahead.number}/").content.decode()
    assert "It can be opened from" in page
    assert f"{ADDRESS}{ahead.number}/open/" not in page
    assert "not before" in chair.get(f"{ADDRESS}{ahead.number}/open/").content.decode()
    assert f"{ADDRESS}1/open/" in chair.get(f"{ADDRESS}1/").content.decode()


def test_opening_without_an_agenda_says_what_follows(world: World, meeting: Meeting) -> None:
    page = signed_in(world.chair).get(f"{ADDRESS}1/open/").content.decode()
    assert "No agenda was published, and none can be once the meeting is open" in page
    publish_agenda(actor=world.chair, meeting=meeting, items=[Matter("Consent")], at=world.at)
    assert "No agenda was published" not in signed_in(world.chair).get(f"{ADDRESS}1/open/").content.decode()


def test_everybody_reads_how_many_days_of_notice_were_given_and_asked(world: World) -> None:
    announce(world, in_days=3, terms=make_notice(short_notice_reason="The hall is free that day only."))
    page = Client().get("/processes/faces/meetings/1/").content.decode()
    assert "3 given; the charter asks for 7" in page
    assert "The hall is free that day only." in page


def test_meeting_that_is_over_before_its_hour_is_not_the_next_one(world: World, meeting: Meeting) -> None:
    ahead = announce(world, in_days=10, starts_at=world.at + 11 * DAY, ends_at=world.at + 11 * DAY + HOUR)
    assert "Meeting 2: Consent" in Client().get("/").content.decode()
    early = ahead.starts_at - HOUR / 4
    open_meeting(actor=world.chair, meeting=ahead, presiding=world.chair, secretary=world.secretary, at=early)
    assert "Meeting 2: Consent" not in Client().get("/").content.decode()


def test_time_that_the_clocks_skip_is_refused(world: World) -> None:
    skipped = notice(world.at) | {"starts_at": "2035-03-11T02:30", "ends_at": "2035-03-11T05:00"}
    answer = send(signed_in(world.convener), f"{ADDRESS}new/", **skipped)
    assert (answer.status_code, Meeting.objects.count()) == (409, 0)
    assert "The clocks are set forward over this time" in answer.content.decode()


def test_agenda_takes_lines_and_leaves_empty_ones_out(world: World, meeting: Meeting) -> None:
    document = Document.objects.create(process=world.process, slug="code", title="Code", opened_at=world.at)
    version = Version.objects.create(
        document=document, number=1, text_hash=text_hash("One."), published_at=world.at, author=world.editor
    )
    said = {"count": 8, "1-title": "Draft 1", "1-version": version.pk, "5-title": "Next steps", "5-note": "Dates."}
    answer = send(signed_in(world.convener), f"{ADDRESS}1/agenda/", **said)
    assert answer.status_code == 302
    assert list(meeting.agenda.order_by("position").values_list("position", "title", "note", "version")) == [
        (1, "Draft 1", "", version.pk),
        (2, "Next steps", "Dates.\n", None),
    ]


def test_agenda_button_adds_lines_and_keeps_what_was_typed(world: World, meeting: Meeting) -> None:
    before = size()
    answer = send(
        signed_in(world.chair), f"{ADDRESS}1/agenda/", **{"count": 8, "8-title": "The last one", "more": "yes"}
    )
    page = answer.content.decode()
    assert (answer.status_code, size(), meeting.agenda.count()) == (200, before, 0)
    assert 'name="14-title"' in page
    assert 'value="The last one"' in page


def test_agenda_line_without_a_name_is_refused_beside_it(world: World, meeting: Meeting) -> None:
    answer = send(signed_in(world.chair), f"{ADDRESS}1/agenda/", **{"count": 8, "2-note": "About the draft."})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'id="id_2-title_error"' in page
    assert "Name matter 2." in page
    assert "About the draft." in page


def test_meeting_runs_from_opening_to_adjournment(world: World, meeting: Meeting) -> None:
    chair = signed_in(world.chair)
    people = {"presiding": world.chair.pk, "secretary": world.secretary.pk}
    statuses = [
        send(chair, f"{ADDRESS}1/open/", **people).status_code,
        send(chair, f"{ADDRESS}1/recess/", reason="To confer.").status_code,
        send(chair, f"{ADDRESS}1/resume/").status_code,
        send(chair, f"{ADDRESS}1/adjourn/").status_code,
    ]
    meeting.refresh_from_db()
    assert (statuses, meeting.state) == ([302] * 4, "adjourned")


def test_attendance_is_one_click_for_each_organization(world: World, meeting: Meeting) -> None:
    open_now(world, meeting)
    secretary = signed_in(world.secretary)
    page = secretary.get(f"{ADDRESS}1/").content.decode()
    seat = world.seat("tern-mobile")
    nonce = re.search(
        rf'name="nonce" value="([^"]+)"><input type="hidden" name="participation" value="{seat.pk}"', page
    )
    assert nonce is not None
    said = {"nonce": nonce[1], "participation": seat.pk, "event": "arrived"}
    answers = [secretary.post(f"{ADDRESS}1/attendance/", said) for _ in range(2)]
    assert [answer["Location"] for answer in answers] == [ADDRESS + "1/"] * 2
    assert Attendance.objects.count() == 1
    shown = secretary.get(f"{ADDRESS}1/").content.decode()
    assert "1 of 2 organizations with a vote is in the room. A quorum needs 2" in shown


def test_attendance_at_another_time_is_typed_to_the_minute(world: World, meeting: Meeting) -> None:
    open_now(world, meeting)
    typed = meeting.starts_at.astimezone(NEW_YORK).replace(second=0, microsecond=0)
    said = {"participation": world.seat("tern-mobile").pk, "event": "arrived", "occurred_at": f"{typed:%Y-%m-%dT%H:%M}"}
    assert send(signed_in(world.secretary), f"{ADDRESS}1/attendance/", **said).status_code == 302
    assert Attendance.objects.get().occurred_at == typed


def test_attendance_out_of_order_says_why_and_keeps_the_answer(world: World, meeting: Meeting) -> None:
    open_now(world, meeting)
    said = {"participation": world.seat("tern-mobile").pk, "event": "left"}
    answer = send(signed_in(world.chair), f"{ADDRESS}1/attendance/", **said)
    assert answer.status_code == 409
    assert "This organization is not in the room. Record its arrival first." in answer.content.decode()


def test_cancelled_meeting_says_why(world: World, meeting: Meeting) -> None:
    assert send(signed_in(world.convener), f"{ADDRESS}1/cancel/", reason="The hall is closed.").status_code == 302
    entry = Entry.objects.latest("index")
    assert (entry.kind, entry.body["reason_hash"]) == ("meeting.cancelled", text_hash("The hall is closed."))
    assert "The hall is closed." in signed_in(world.chair).get(f"{ADDRESS}1/").content.decode()


def test_room_shows_who_walked_out_and_who_withdrew(world: World, meeting: Meeting) -> None:
    open_now(world, meeting)
    comes(world, meeting, "harbor-tenants-union", meeting.starts_at)
    page = signed_in(world.chair).get(f"{ADDRESS}1/").content.decode()
    assert "Has not come" in page
    assert page.count('name="event" value="left"') == 1


@pytest.mark.parametrize(
    ("page", "insiders"),
    [
        ("new/", {"convener"}),
        ("1/", {"convener", "chair", "secretary"}),
        ("1/agenda/", {"convener", "chair"}),
        ("1/open/", {"chair"}),
        ("1/attendance/", {"chair", "secretary"}),
        ("1/recess/", {"chair"}),
        ("1/resume/", {"chair"}),
        ("1/adjourn/", {"chair"}),
        ("1/cancel/", {"convener"}),
    ],
)
def test_each_page_exists_only_for_those_who_may(world: World, meeting: Meeting, page: str, insiders: set[str]) -> None:
    people = {name: getattr(world, name) for name in ("convener", "chair", "secretary", "editor", "outsider")}
    people["representative"] = world.leads["tern-mobile"]
    found = {name: signed_in(person).get(ADDRESS + page).status_code for name, person in people.items()}
    assert found == {name: 200 if name in insiders else 404 for name in people}


def test_unknown_meeting_answers_like_a_foreign_one(world: World, meeting: Meeting) -> None:
    elsewhere = make_world(world.at + timedelta(days=1), slug="voices")
    assert signed_in(elsewhere.chair).get(f"{ADDRESS}1/").status_code == 404
    assert signed_in(world.chair).get(f"{ADDRESS}7/").status_code == 404
