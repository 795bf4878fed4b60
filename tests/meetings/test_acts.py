"""Meetings from notice to adjournment: what is recorded, what is refused, who may."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from policyhub.core.canonical import moment
from policyhub.core.errors import NotAllowed, NotPossible
from policyhub.core.text import text_hash
from policyhub.drafting.models import Document, Version
from policyhub.meetings import acts, queries
from policyhub.meetings.models import Meeting, Notice
from policyhub.meetings.rules import Coming, MeetingKind
from policyhub.participation import acts as participation
from policyhub.participation.rules import StaffFunction
from policyhub.record.models import Entry
from policyhub.record.queries import size
from tests.factories.meetings import DAY, HOUR, MINUTE, adjourn, announce, comes, goes, make_notice, open_now
from tests.factories.participation import World, make_world


@pytest.fixture
def world(now: datetime) -> World:
    return make_world(now)


@pytest.fixture
def table(world: World) -> World:
    """Three organizations at the table."""
    world.join("Tern Mobile", "industry")
    world.join("Harbor Tenants Union", "advocacy")
    world.join("Coastal University", "academia")
    return world


def codes(refusal: pytest.ExceptionInfo[NotPossible]) -> list[str]:
    return [reason.code for reason in refusal.value.reasons]


def last() -> Entry:
    return Entry.objects.latest("index")


def test_notice_is_recorded_with_its_days_and_the_hash_of_all_it_says(world: World) -> None:
    meeting = announce(world)
    notice = Notice.objects.get(meeting=meeting)
    entry = last()
    assert (entry.kind, entry.subject, entry.actor["role"]) == ("meeting.noticed", "meeting/faces/1", "convener")
    assert entry.body == {
        "kind": "in_person",
        "title": "Consent and notice",
        "starts_at": moment(meeting.starts_at),
        "ends_at": moment(meeting.ends_at),
        "timezone": "America/New_York",
        "notice_hash": queries.notice_hash(notice),
        "days_ahead": 10,
        "days_required": 7,
        "group": None,
        "process": "faces",
    }
    assert (notice.purpose, notice.accessibility) == ("To compare the two drafts on consent.\n", "")


def test_notice_hash_changes_with_anything_the_notice_says(world: World) -> None:
    said: list[dict[str, Any]] = [{}, {"decides": False}, {"place": "Room 3"}, {"registration": "By e-mail."}]
    hashes = {queries.notice_hash(announce(world, terms=make_notice(**each)).notice) for each in said}
    assert len(hashes) == len(said)


def test_short_notice_needs_a_reason_and_keeps_it(world: World) -> None:
    with pytest.raises(NotPossible) as refusal:
        announce(world, in_days=6)
    assert (codes(refusal), Meeting.objects.count()) == (["short_notice"], 0)
    meeting = announce(world, in_days=6, terms=make_notice(short_notice_reason="The court decides on Friday."))
    assert meeting.notice.short_notice_reason == "The court decides on Friday.\n"
    assert (last().body["days_ahead"], last().body["days_required"]) == (6, 7)


def test_notice_names_every_gap_at_once(world: World) -> None:
    before = size()
    with pytest.raises(NotPossible) as refusal:
        announce(world, in_days=1, timezone="Mars/Olympus", terms=make_notice(place=""))
    assert codes(refusal) == ["short_notice", "place", "zone"]
    assert [each.field for each in refusal.value.reasons] == ["short_notice_reason", "place", "timezone"]
    assert size() == before


@pytest.mark.parametrize("field", ["purpose", "how_to_comment", "contact"])
def test_notice_without_a_required_text_is_refused_beside_its_field(world: World, field: str) -> None:
    with pytest.raises(NotPossible) as refusal:
        announce(world, terms=make_notice(**{field: "  "}))
    assert [(each.code, each.field) for each in refusal.value.reasons] == [("text", field)]


def test_only_the_convener_announces_and_cancels(table: World) -> None:
    meeting = announce(table)
    for somebody in (table.chair, table.secretary, table.leads["tern-mobile"], table.outsider):
        with pytest.raises(NotAllowed):
            acts.give_notice(
                actor=somebody,
                process=table.process,
                title="Another",
                kind=MeetingKind.CALL,
                starts_at=table.at + 9 * DAY,
                ends_at=table.at + 10 * DAY,
                terms=make_notice(),
                at=table.at,
            )
        with pytest.raises(NotAllowed):
            acts.cancel_meeting(actor=somebody, meeting=meeting, reason="No.", at=table.at)


def test_meetings_are_numbered_whether_held_or_not(world: World) -> None:
    acts.cancel_meeting(actor=world.convener, meeting=announce(world), reason="The hall is closed.", at=world.at)
    assert announce(world).number == 2


def test_cancelled_meeting_stays_in_the_list_with_its_reason(world: World) -> None:
    meeting = announce(world)
    entry = acts.cancel_meeting(actor=world.convener, meeting=meeting, reason="The hall is closed.", at=world.at)
    assert (entry.kind, entry.body) == (
        "meeting.cancelled",
        {"reason_hash": text_hash("The hall is closed."), "process": "faces"},
    )
    assert [each.cancelled_reason for each in queries.meetings_upcoming(world.process, world.at)] == [
        "The hall is closed.\n"
    ]
    after = world.at + 20 * DAY
    assert [each.number for each in queries.meetings_past(world.process, after)] == [1]
    with pytest.raises(NotPossible) as refusal:
        open_now(world, meeting)
    assert codes(refusal) == ["wrong_state"]


def test_agenda_is_pinned_to_versions_of_the_process(world: World) -> None:
    meeting = announce(world)
    document = Document.objects.create(process=world.process, slug="code", title="Code", opened_at=world.at)
    version = Version.objects.create(
        document=document, number=1, text_hash=text_hash("One."), published_at=world.at, author=world.editor
    )
    matters = [acts.Matter("Draft 1", "Clauses 1 to 4.", version), acts.Matter("  Any   other business ")]
    entry = acts.publish_agenda(actor=world.chair, meeting=meeting, items=matters, at=world.at)
    found = list(queries.agenda(meeting))
    assert [(each.position, each.title, each.note, each.version) for each in found] == [
        (1, "Draft 1", "Clauses 1 to 4.\n", version),
        (2, "Any other business", "", None),
    ]
    assert (entry.kind, entry.actor["role"]) == ("agenda.published", "chair")
    assert entry.body == {"items": 2, "items_hash": queries.items_hash(found), "process": "faces"}


def test_agenda_is_refused_empty_twice_or_with_a_foreign_text(world: World) -> None:
    meeting, elsewhere = announce(world), make_world(world.at, slug="voices")
    document = Document.objects.create(process=elsewhere.process, slug="code", title="Code", opened_at=world.at)
    foreign = Version.objects.create(
        document=document, number=1, text_hash=text_hash("One."), published_at=world.at, author=world.editor
    )
    for items, expected in (([], "empty"), ([acts.Matter("Draft", version=foreign)], "version")):
        with pytest.raises(NotPossible) as refusal:
            acts.publish_agenda(actor=world.convener, meeting=meeting, items=items, at=world.at)
        assert codes(refusal) == [expected]
    acts.publish_agenda(actor=world.convener, meeting=meeting, items=[acts.Matter("Draft")], at=world.at)
    with pytest.raises(NotPossible) as refusal:
        acts.publish_agenda(actor=world.convener, meeting=meeting, items=[acts.Matter("Draft")], at=world.at)
    assert codes(refusal) == ["wrong_state"]
    with pytest.raises(NotAllowed):
        acts.publish_agenda(actor=world.editor, meeting=meeting, items=[acts.Matter("Draft")], at=world.at)


def test_meeting_opens_recesses_resumes_and_adjourns_by_the_chair(world: World) -> None:
    meeting = open_now(world)
    start = meeting.starts_at
    opened = last()
    assert (opened.kind, opened.actor["role"], set(opened.body)) == (
        "meeting.opened",
        "chair",
        {"presiding", "secretary", "process"},
    )
    recess = acts.recess_meeting(actor=world.chair, meeting=meeting, reason="To confer.", at=start + HOUR)
    assert recess.body == {"reason_hash": text_hash("To confer."), "process": "faces"}
    assert acts.resume_meeting(actor=world.chair, meeting=meeting, at=start + 2 * HOUR).kind == "meeting.resumed"
    acts.recess_meeting(actor=world.chair, meeting=meeting, reason="To confer again.", at=start + 2 * HOUR)
    entry = acts.adjourn_meeting(actor=world.chair, meeting=meeting, at=start + 3 * HOUR)
    assert (entry.kind, entry.body) == ("meeting.adjourned", {"process": "faces"})
    meeting.refresh_from_db()
    assert (meeting.state, meeting.opened_at, meeting.adjourned_at) == ("adjourned", start, start + 3 * HOUR)
    assert list(meeting.recesses.order_by("pk").values_list("reason", "began_at", "ended_at")) == [
        ("To confer.\n", start + HOUR, start + 2 * HOUR),
        ("To confer again.\n", start + 2 * HOUR, start + 3 * HOUR),
    ]


def test_session_acts_are_the_chairs_alone(world: World) -> None:
    meeting = announce(world)
    for somebody in (world.convener, world.secretary, world.outsider):
        with pytest.raises(NotAllowed):
            acts.open_meeting(
                actor=somebody, meeting=meeting, presiding=world.chair, secretary=world.secretary, at=meeting.starts_at
            )
    open_now(world, meeting)
    for somebody in (world.convener, world.secretary, world.outsider):
        with pytest.raises(NotAllowed):
            acts.recess_meeting(actor=somebody, meeting=meeting, reason="Tea.", at=meeting.starts_at)
        with pytest.raises(NotAllowed):
            acts.resume_meeting(actor=somebody, meeting=meeting, at=meeting.starts_at)
        with pytest.raises(NotAllowed):
            acts.adjourn_meeting(actor=somebody, meeting=meeting, at=meeting.starts_at)


def test_meeting_is_opened_once_by_people_with_a_function_and_not_too_early(world: World) -> None:
    meeting = announce(world)
    with pytest.raises(NotPossible) as refusal:
        acts.open_meeting(
            actor=world.chair, meeting=meeting, presiding=world.editor, secretary=world.outsider, at=world.at
        )
    assert codes(refusal) == ["too_early", "presiding", "secretary"]
    open_now(world, meeting)
    with pytest.raises(NotPossible) as refusal:
        open_now(world, meeting)
    assert codes(refusal) == ["wrong_state"]
    acts.recess_meeting(actor=world.chair, meeting=meeting, reason="Tea.", at=meeting.starts_at)
    with pytest.raises(NotPossible) as refusal:
        open_now(world, meeting)
    assert codes(refusal) == ["recess"]


def test_resuming_needs_a_recess(world: World) -> None:
    meeting = open_now(world)
    with pytest.raises(NotPossible) as refusal:
        acts.resume_meeting(actor=world.chair, meeting=meeting, at=meeting.starts_at)
    assert codes(refusal) == ["not_in_recess"]


def test_attendance_is_recorded_by_secretary_or_chair(table: World) -> None:
    meeting = open_now(table)
    arrived_at, at = meeting.starts_at + MINUTE, meeting.starts_at + 5 * MINUTE
    entry = acts.record_attendance(
        actor=table.secretary,
        meeting=meeting,
        participation=table.seat("tern-mobile"),
        event=Coming.ARRIVED,
        occurred_at=arrived_at,
        at=at,
    )
    assert (entry.kind, entry.subject, entry.actor["role"], entry.actor["org"]) == (
        "attendance.recorded",
        "meeting/faces/1",
        "secretary",
        None,
    )
    assert entry.body == {
        "organization": "tern-mobile",
        "event": "arrived",
        "occurred_at": moment(arrived_at),
        "process": "faces",
    }
    for somebody in (table.convener, table.leads["tern-mobile"], table.outsider):
        with pytest.raises(NotAllowed):
            acts.record_attendance(
                actor=somebody, meeting=meeting, participation=table.seat("tern-mobile"), event=Coming.LEFT, at=at
            )


def test_room_knows_who_is_inside_and_whether_there_is_a_quorum(table: World) -> None:
    meeting = open_now(table)
    start = meeting.starts_at
    comes(table, meeting, "tern-mobile", start)
    comes(table, meeting, "harbor-tenants-union", start + MINUTE)
    room = queries.room_of(meeting)
    assert (room.seats, room.quorum, room.voices, room.has_quorum) == (3, 2, 2, True)
    goes(table, meeting, "harbor-tenants-union", start + HOUR)
    room = queries.room_of(meeting)
    assert [each.participation.organization.slug for each in room.inside] == ["tern-mobile"]
    assert [each.participation.organization.slug for each in room.presences if each.has_left] == [
        "harbor-tenants-union"
    ]
    assert (room.voices, room.has_quorum) == (1, False)


def test_whoever_withdrew_may_still_be_recorded_as_having_been_there_before(table: World) -> None:
    meeting = open_now(table)
    start, seat = meeting.starts_at, table.seat("harbor-tenants-union")
    participation.withdraw_organization(
        actor=table.leads["harbor-tenants-union"], participation=seat, reason="Opt-in was refused.", at=start + HOUR
    )
    arguments: dict[str, Any] = {"actor": table.secretary, "meeting": meeting, "participation": seat}
    with pytest.raises(NotPossible) as refusal:
        acts.record_attendance(event=Coming.ARRIVED, at=start + 2 * HOUR, **arguments)
    assert codes(refusal) == ["withdrawn"]
    acts.record_attendance(event=Coming.ARRIVED, occurred_at=start, at=start + 2 * HOUR, **arguments)
    assert queries.room_of(meeting).voices == 0
    acts.record_attendance(event=Coming.LEFT, occurred_at=start + HOUR + MINUTE, at=start + 2 * HOUR, **arguments)
    assert table.seat("harbor-tenants-union").state == "withdrawn"


def test_leaving_a_meeting_is_never_a_withdrawal(table: World) -> None:
    meeting = open_now(table)
    comes(table, meeting, "tern-mobile", meeting.starts_at)
    goes(table, meeting, "tern-mobile", meeting.starts_at + MINUTE)
    adjourn(table, meeting)
    assert table.seat("tern-mobile").state == "active"


def test_attendance_is_refused_out_of_order_and_outside_the_meeting(table: World) -> None:
    meeting = announce(table)
    with pytest.raises(NotPossible) as refusal:
        comes(table, meeting, "tern-mobile", meeting.starts_at)
    assert codes(refusal) == ["not_sitting"]
    open_now(table, meeting)
    start = meeting.starts_at
    comes(table, meeting, "tern-mobile", start + HOUR)
    for act, at, expected in (
        (comes, start + HOUR, "inside"),
        (goes, start + MINUTE, "order"),
        (goes, start - MINUTE, "before_opening"),
    ):
        with pytest.raises(NotPossible) as refusal:
            act(table, meeting, "tern-mobile", at)
        assert expected in codes(refusal)
    foreign = make_world(table.at, slug="voices").join("Tern Radio", "industry")
    with pytest.raises(NotPossible) as refusal:
        acts.record_attendance(
            actor=table.secretary, meeting=meeting, participation=foreign, event=Coming.ARRIVED, at=start
        )
    assert codes(refusal) == ["no_seat"]


def test_adjourned_meeting_can_be_completed_up_to_its_end(table: World) -> None:
    meeting = adjourn(table, open_now(table))
    arguments: dict[str, Any] = {
        "actor": table.secretary,
        "meeting": meeting,
        "participation": table.seat("tern-mobile"),
        "event": Coming.ARRIVED,
        "at": meeting.ends_at + HOUR,
    }
    with pytest.raises(NotPossible) as refusal:
        acts.record_attendance(**arguments)
    assert codes(refusal) == ["not_yet"]
    acts.record_attendance(**arguments, occurred_at=meeting.starts_at)
    assert queries.room_of(meeting).voices == 1


def test_lists_part_what_comes_from_what_was(world: World) -> None:
    first, second = announce(world, in_days=10), announce(world, in_days=20)
    third = announce(world, in_days=15)
    at = world.at + 11 * DAY
    assert list(queries.meetings_upcoming(world.process, at)) == [third, second]
    assert list(queries.meetings_past(world.process, at)) == [first]
    open_now(world, first)
    assert list(queries.meetings_upcoming(world.process, at)) == [first, third, second]


def test_a_told_meeting_is_judged_at_its_told_times(now: datetime) -> None:
    world = make_world(now - timedelta(days=300))
    meeting = open_now(world)
    assert meeting.opened_at == world.at + 10 * DAY


def test_a_facilitator_may_preside(world: World) -> None:
    facilitator = world.outsider
    participation.grant_role(
        actor=world.convener,
        process=world.process,
        function=StaffFunction.FACILITATOR,
        email=facilitator.email,
        at=world.at,
    )
    meeting = announce(world)
    acts.open_meeting(
        actor=world.chair, meeting=meeting, presiding=facilitator, secretary=world.editor, at=meeting.starts_at
    )
    meeting.refresh_from_db()
    assert (meeting.presiding, meeting.secretary) == (facilitator, world.editor)
