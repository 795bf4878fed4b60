"""Minutes from the secretary's notes to publication: what is recorded, what is refused, who may."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, transaction

from policyhub.core.canonical import moment
from policyhub.core.errors import NotAllowed, NotPossible
from policyhub.core.text import text_hash
from policyhub.meetings.models import Meeting
from policyhub.minutes import acts, queries
from policyhub.minutes.changes import changes
from policyhub.minutes.models import Correction, Minutes, MinutesVersion
from policyhub.minutes.rules import BLANK, SECTIONS, sections_of
from policyhub.participation import acts as participation
from policyhub.record.models import Entry
from policyhub.record.queries import size
from tests.factories.meetings import DAY, HOUR, MINUTE, adjourn, announce, comes, goes, open_now
from tests.factories.participation import World, make_world

COMPLETE = "# Meeting 1\n\n" + "\n\n".join(f"## {section}\n\nNothing." for section in SECTIONS) + "\n"
CORRECTED = COMPLETE.replace("## Papers\n\nNothing.", "## Papers\n\nA letter of the tenants.")


@pytest.fixture
def world(now: datetime) -> World:
    made = make_world(now)
    made.join("Tern Mobile", "industry")
    made.join("Harbor Tenants Union", "advocacy")
    return made


@pytest.fixture
def meeting(world: World) -> Meeting:
    """A meeting that was adjourned, from which one organization walked out."""
    held = open_now(world)
    for organization in ("tern-mobile", "harbor-tenants-union"):
        comes(world, held, organization, held.starts_at)
    goes(world, held, "harbor-tenants-union", held.starts_at + HOUR)
    return adjourn(world, held)


@pytest.fixture
def draft(world: World, meeting: Meeting) -> Minutes:
    acts.draft_minutes(actor=world.secretary, meeting=meeting, text=COMPLETE, at=meeting.ends_at)
    return Minutes.objects.get(meeting=meeting)


@pytest.fixture
def circulated(world: World, draft: Minutes) -> Minutes:
    circulate(world, draft)
    return again(draft)


@pytest.fixture
def approved(world: World, circulated: Minutes) -> Minutes:
    approve(world, circulated)
    return again(circulated)


def again(minutes: Minutes) -> Minutes:
    return Minutes.objects.select_related("meeting__process").get(pk=minutes.pk)


def later(minutes: Minutes) -> datetime:
    return minutes.meeting.ends_at + HOUR


def given(minutes: Minutes) -> datetime:
    """When the time for corrections is over."""
    return later(minutes) + DAY


def circulate(world: World, minutes: Minutes, **changes: Any) -> Entry:
    said = {"text_hash": text_hash(COMPLETE), "corrections_until": given(minutes), "at": later(minutes)}
    return acts.circulate_minutes(actor=world.secretary, minutes=minutes, **{**said, **changes})


def approve(world: World, minutes: Minutes, **changes: Any) -> Entry:
    said = {"meeting": None, "text_hash": text_hash(COMPLETE), "at": given(minutes)}
    return acts.approve_minutes(actor=world.chair, minutes=minutes, **{**said, **changes})


def propose(world: World, minutes: Minutes, organization: str = "tern-mobile", **changes: Any) -> Correction:
    said = {"what": "Name the letter.", "why": "It was handed in.", "at": later(minutes)}
    acts.propose_correction(actor=world.leads[organization], minutes=minutes, **{**said, **changes})
    return minutes.corrections.latest("number")


def codes(refusal: pytest.ExceptionInfo[NotPossible]) -> list[str]:
    return [reason.code for reason in refusal.value.reasons]


def test_drafting_writes_the_first_text_and_closes_the_meeting(world: World, meeting: Meeting) -> None:
    entry = acts.draft_minutes(actor=world.secretary, meeting=meeting, text=COMPLETE + "\n\n", at=meeting.ends_at)
    assert (entry.kind, entry.subject, entry.actor["role"]) == ("minutes.drafted", "minutes/faces/1", "secretary")
    assert entry.body == {"version": 1, "text_hash": text_hash(COMPLETE), "process": "faces"}
    assert Entry.objects.get(index=entry.index + 1).kind == "meeting.closed"
    meeting.refresh_from_db()
    assert meeting.state == "closed"
    with pytest.raises(NotPossible) as refusal:
        acts.draft_minutes(actor=world.secretary, meeting=meeting, text=COMPLETE, at=meeting.ends_at)
    assert codes(refusal) == ["wrong_state"]


def test_minutes_wait_for_the_adjournment(world: World) -> None:
    meeting = open_now(world)
    with pytest.raises(NotPossible) as refusal:
        acts.draft_minutes(actor=world.secretary, meeting=meeting, text=COMPLETE, at=meeting.ends_at)
    assert codes(refusal) == ["wrong_state"]


def test_only_the_secretary_writes_minutes(world: World, meeting: Meeting) -> None:
    before = size()
    for somebody in (world.chair, world.convener, world.editor, world.leads["tern-mobile"], world.outsider):
        with pytest.raises(NotAllowed):
            acts.draft_minutes(actor=somebody, meeting=meeting, text=COMPLETE, at=meeting.ends_at)
    assert size() == before


@pytest.mark.parametrize(("text", "said"), [("  \n", "empty"), ("é" * 600_000, "bytes"), ("a\u202eb", "direction")])
def test_text_that_cannot_be_taken_is_refused_beside_its_field(
    world: World, meeting: Meeting, text: str, said: str
) -> None:
    with pytest.raises(NotPossible) as refusal:
        acts.draft_minutes(actor=world.secretary, meeting=meeting, text=text, at=meeting.ends_at)
    assert refusal.value.reasons[0].field == "text"
    assert said in refusal.value.reasons[0].sentence
    assert Minutes.objects.count() == 0


def test_proposed_text_tells_the_walk_out_and_what_was_recorded(world: World, meeting: Meeting) -> None:
    sections = sections_of(queries.proposed_text(meeting))
    assert "- Harbor Tenants Union: " in sections["Present"]
    assert sections["Present"].count("left and did not return") == 1
    assert "At the adjournment 1 of 2 organizations" in sections["Present"]
    assert sections["Earlier minutes"] == "There were no earlier minutes."
    assert "@" not in queries.proposed_text(meeting)


def test_proposed_text_lists_what_stands_on_the_record_for_that_time(now: datetime) -> None:
    world = make_world(now - 11 * 24 * HOUR)
    world.join("Harbor Tenants Union", "advocacy")
    meeting = announce(world)
    open_now(world, meeting)
    participation.withdraw_organization(
        actor=world.leads["harbor-tenants-union"],
        participation=world.seat("harbor-tenants-union"),
        reason="Opt-in was refused.",
        at=meeting.starts_at + MINUTE,
    )
    # Live entries stand at the time of writing: a meeting that lasts until now holds this one.
    adjourn(world, meeting, now + HOUR)
    assert sections_of(queries.proposed_text(meeting))["Votes and calls"].endswith(
        "Harbor Tenants Union withdrew from the process"
    )


def test_draft_is_revised_by_new_versions_and_old_ones_stay(world: World, draft: Minutes) -> None:
    entry = acts.revise_minutes_draft(
        actor=world.secretary, minutes=draft, text=CORRECTED, text_hash=text_hash(COMPLETE), at=later(draft)
    )
    assert (entry.kind, entry.body["version"], entry.body["text_hash"]) == ("minutes.drafted", 2, text_hash(CORRECTED))
    assert list(draft.versions.order_by("number").values_list("text", flat=True)) == [COMPLETE, CORRECTED]
    for stale, text, expected in (
        (text_hash(COMPLETE), COMPLETE, "text_changed"),
        (text_hash(CORRECTED), CORRECTED, "unchanged"),
    ):
        with pytest.raises(NotPossible) as refusal:
            acts.revise_minutes_draft(actor=world.secretary, minutes=draft, text=text, text_hash=stale, at=later(draft))
        assert codes(refusal) == [expected]


def test_circulation_needs_every_section_filled(world: World, meeting: Meeting) -> None:
    text = queries.proposed_text(meeting)
    acts.draft_minutes(actor=world.secretary, meeting=meeting, text=text, at=meeting.ends_at)
    minutes = Minutes.objects.get(meeting=meeting)
    with pytest.raises(NotPossible) as refusal:
        circulate(world, minutes, text_hash=text_hash(text))
    assert codes(refusal) == ["blank"]
    whole = text.replace(BLANK, "none")
    acts.revise_minutes_draft(
        actor=world.secretary, minutes=minutes, text=whole, text_hash=text_hash(text), at=later(minutes)
    )
    entry = circulate(world, minutes, text_hash=text_hash(whole))
    assert (entry.kind, entry.body) == (
        "minutes.circulated",
        {
            "version": 2,
            "text_hash": text_hash(whole),
            "corrections_until": moment(given(minutes)),
            "reason_hash": None,
            "process": "faces",
        },
    )


@pytest.mark.parametrize(
    ("ahead", "reason", "expected"),
    [
        (DAY, "", None),
        (DAY - MINUTE, "", "short_time"),
        (MINUTE, "The body meets tomorrow.", None),
        (-MINUTE, "The body meets tomorrow.", "past"),
        (400 * DAY, "", "too_far"),
        (None, "", "no_time"),
    ],
)
def test_circulation_gives_the_table_a_day_or_says_why_not(
    world: World, draft: Minutes, ahead: timedelta | None, reason: str, expected: str | None
) -> None:
    until = None if ahead is None else later(draft) + ahead
    found = None
    try:
        circulate(world, draft, corrections_until=until, short_time_reason=reason)
    except NotPossible as refusal:
        found = refusal.reasons[0].code
    assert (found, again(draft).state) == (expected, "draft" if expected else "circulated")


def test_nothing_is_approved_while_the_time_for_corrections_runs(world: World, circulated: Minutes) -> None:
    with pytest.raises(NotPossible) as refusal:
        approve(world, circulated, at=given(circulated) - MINUTE)
    assert codes(refusal) == ["too_early"]
    assert approve(world, circulated).kind == "minutes.approved"


def next_meeting(world: World, minutes: Minutes, *, days: int) -> Meeting:
    """Another meeting of the body, sitting."""
    return open_now(world, announce(world, in_days=10 + days))


def test_body_approves_at_a_later_meeting_that_was_opened_after_the_circulation(world: World, draft: Minutes) -> None:
    too_soon = next_meeting(world, draft, days=1)
    circulate(world, draft, at=too_soon.starts_at + HOUR, corrections_until=too_soon.starts_at + 2 * DAY)
    announced, later_on = announce(world, in_days=15), next_meeting(world, draft, days=6)
    elsewhere = open_now(make_world(world.at, slug="voices"))
    for wrong in (draft.meeting, too_soon, announced, elsewhere):
        with pytest.raises(NotPossible) as refusal:
            approve(world, draft, meeting=wrong, at=later_on.starts_at)
        assert codes(refusal) == ["not_later"]
    entry = approve(world, draft, meeting=later_on, at=later_on.starts_at + MINUTE)
    assert entry.body["approved_by"] == later_on.subject
    assert again(draft).approval == "Approved by the body at meeting 4"


def test_certified_minutes_say_so_until_the_body_approves_them_as_they_stand(world: World, approved: Minutes) -> None:
    assert approved.approval == "Certified by the chair; not yet approved by the body"
    with pytest.raises(NotPossible) as refusal:
        approve(world, approved)
    assert codes(refusal) == ["wrong_state"]
    acts.publish_minutes(actor=world.convener, minutes=approved, text_hash=text_hash(COMPLETE), at=given(approved))
    meeting = next_meeting(world, approved, days=5)
    entry = approve(world, approved, meeting=meeting, at=meeting.starts_at)
    assert (entry.body["approved_by"], again(approved).state) == ("meeting/faces/2", "published")
    assert again(approved).approval == "Approved by the body at meeting 2"


def test_refusal_says_in_words_where_minutes_stand(world: World, draft: Minutes, circulated: Minutes) -> None:
    with pytest.raises(NotPossible) as refusal:
        circulate(world, circulated)
    assert str(refusal.value) == "These minutes are circulated and cannot be circulated now. Nothing was changed."


def test_correction_is_proposed_by_the_table_and_recorded(world: World, circulated: Minutes) -> None:
    correction = propose(world, circulated)
    entry = Entry.objects.latest("index")
    assert (entry.kind, entry.subject, entry.actor["org"], entry.actor["role"]) == (
        "correction.proposed",
        "minutes/faces/1",
        "tern-mobile",
        "lead",
    )
    assert entry.body == {
        "number": 1,
        "what_hash": text_hash("Name the letter."),
        "why_hash": text_hash("It was handed in."),
        "process": "faces",
    }
    assert correction.participation == world.seat("tern-mobile")
    for somebody in (world.convener, world.secretary, world.outsider):
        with pytest.raises(NotAllowed):
            acts.propose_correction(actor=somebody, minutes=circulated, what="No.", why="No.", at=world.at)


def test_whoever_left_the_process_may_still_correct_what_minutes_say_of_it(world: World, circulated: Minutes) -> None:
    leave(world, circulated.meeting.ends_at)
    assert propose(world, circulated, "harbor-tenants-union").participation == world.seat("harbor-tenants-union")


def test_whoever_left_before_the_meeting_neither_reads_nor_corrects_its_minutes(
    world: World, circulated: Minutes
) -> None:
    leave(world, circulated.meeting.starts_at)
    departed = world.leads["harbor-tenants-union"]
    assert not queries.minutes_visible_to(departed, world.process).exists()
    with pytest.raises(NotAllowed):
        propose(world, circulated, "harbor-tenants-union")


def test_whoever_came_to_the_table_after_the_meeting_reads_its_minutes_and_does_not_correct_them(
    world: World, circulated: Minutes
) -> None:
    world.join("Late Comers", "academia")
    seat = world.seat("late-comers")
    type(seat).objects.filter(pk=seat.pk).update(admitted_at=circulated.meeting.ends_at + MINUTE)
    assert list(queries.minutes_visible_to(world.leads["late-comers"], world.process)) == [circulated]
    with pytest.raises(NotAllowed):
        propose(world, circulated, "late-comers")


def leave(world: World, at: datetime) -> None:
    seat, lead = world.seat("harbor-tenants-union"), world.leads["harbor-tenants-union"]
    participation.withdraw_organization(actor=lead, participation=seat, reason="Opt-in was refused.", at=at)


def test_accepted_correction_makes_a_new_version(world: World, circulated: Minutes) -> None:
    correction = propose(world, circulated)
    entry = acts.accept_correction(
        actor=world.chair,
        correction=correction,
        text=CORRECTED,
        text_hash=text_hash(COMPLETE),
        at=later(circulated),
    )
    assert (entry.kind, entry.actor["role"]) == ("minutes.corrected", "chair")
    assert entry.body == {
        "version": 2,
        "text_hash": text_hash(CORRECTED),
        "previous_hash": text_hash(COMPLETE),
        "reason_hash": text_hash("It was handed in."),
        "process": "faces",
    }
    correction.refresh_from_db()
    assert (correction.state, correction.version) == ("accepted", queries.get_text(circulated))
    assert again(circulated).state == "circulated"


def test_every_correction_shows_what_it_changed_and_drafts_stay_the_secretarys(world: World, draft: Minutes) -> None:
    acts.revise_minutes_draft(
        actor=world.secretary, minutes=draft, text=CORRECTED, text_hash=text_hash(COMPLETE), at=later(draft)
    )
    circulate(world, draft, text_hash=text_hash(CORRECTED))
    correction = propose(world, again(draft))
    text, read = CORRECTED + "\nSlipped in.\n", text_hash(CORRECTED)
    acts.accept_correction(actor=world.secretary, correction=correction, text=text, text_hash=read, at=later(draft))
    newest, first = changes(again(draft))
    assert (newest.version.number, first.version.number) == (3, 2)
    assert (newest.correction, first.correction, first.changed) == (correction, None, None)
    assert newest.changed is not None
    assert newest.changed.count("<ins") == 1
    assert "Slipped in." in newest.changed
    assert "A letter of the tenants." not in newest.changed


def test_declined_correction_stays_listed_with_its_reason(world: World, circulated: Minutes) -> None:
    correction = propose(world, circulated)
    with pytest.raises(NotPossible) as refusal:
        acts.decline_correction(actor=world.secretary, correction=correction, reason=" ", at=later(circulated))
    assert [each.field for each in refusal.value.reasons] == ["reason"]
    entry = acts.decline_correction(
        actor=world.secretary, correction=correction, reason="No letter was handed in.", at=later(circulated)
    )
    assert (entry.kind, entry.body) == (
        "correction.declined",
        {"number": 1, "reason_hash": text_hash("No letter was handed in."), "process": "faces"},
    )
    assert [each.answer for each in queries.corrections(circulated)] == ["No letter was handed in.\n"]
    with pytest.raises(NotPossible) as refusal:
        acts.decline_correction(actor=world.secretary, correction=correction, reason="Still no.", at=later(circulated))
    assert codes(refusal) == ["answered"]


def test_only_secretary_and_chair_answer_corrections(world: World, circulated: Minutes) -> None:
    correction = propose(world, circulated)
    for somebody in (world.convener, world.leads["tern-mobile"], world.outsider):
        with pytest.raises(NotAllowed):
            acts.decline_correction(actor=somebody, correction=correction, reason="No.", at=later(circulated))
        with pytest.raises(NotAllowed):
            acts.accept_correction(
                actor=somebody,
                correction=correction,
                text=CORRECTED,
                text_hash=text_hash(COMPLETE),
                at=later(circulated),
            )


def test_approval_waits_for_every_correction_to_be_answered(world: World, circulated: Minutes) -> None:
    correction = propose(world, circulated)
    with pytest.raises(NotPossible) as refusal:
        approve(world, circulated)
    assert codes(refusal) == ["corrections"]
    acts.decline_correction(actor=world.secretary, correction=correction, reason="No.", at=later(circulated))
    entry = approve(world, circulated)
    assert (entry.kind, entry.actor["role"]) == ("minutes.approved", "chair")
    assert entry.body == {
        "version": 1,
        "text_hash": text_hash(COMPLETE),
        "approved_by": "chair",
        "process": "faces",
    }


def test_approval_names_the_text_and_is_the_chairs_to_record(world: World, circulated: Minutes) -> None:
    with pytest.raises(NotPossible) as refusal:
        approve(world, circulated, text_hash=text_hash("Else."))
    assert codes(refusal) == ["text_changed"]
    for somebody in (world.secretary, world.convener, world.leads["tern-mobile"], world.outsider):
        with pytest.raises(NotAllowed):
            acts.approve_minutes(
                actor=somebody,
                minutes=circulated,
                meeting=None,
                text_hash=text_hash(COMPLETE),
                at=later(circulated),
            )


def test_approved_minutes_are_never_edited(world: World, approved: Minutes) -> None:
    before = size()
    arguments: dict[str, Any] = {"minutes": approved, "at": later(approved)}
    refused = []
    with pytest.raises(NotPossible) as refusal:
        acts.revise_minutes_draft(actor=world.secretary, text=CORRECTED, text_hash=text_hash(COMPLETE), **arguments)
    refused += codes(refusal)
    with pytest.raises(NotPossible) as refusal:
        acts.propose_correction(actor=world.leads["tern-mobile"], what="More.", why="Because.", **arguments)
    refused += codes(refusal)
    assert refused == ["approved", "approved"]
    assert "never edited" in str(refusal.value)
    assert (size(), queries.get_text(approved).text) == (before, COMPLETE)


def test_published_bytes_hash_to_the_value_in_the_leaf(world: World, approved: Minutes) -> None:
    entry = acts.publish_minutes(
        actor=world.convener, minutes=approved, text_hash=text_hash(COMPLETE), at=later(approved)
    )
    assert (entry.kind, entry.actor["role"]) == ("minutes.published", "convener")
    assert entry.body == {"version": 1, "text_hash": text_hash(COMPLETE), "process": "faces"}
    assert text_hash(queries.get_text(approved).text) == entry.body["text_hash"]
    assert list(queries.published_minutes(world.process)) == [approved]


def test_the_database_refuses_to_change_a_text_of_minutes(draft: Minutes) -> None:
    rows = MinutesVersion.objects.filter(minutes=draft)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(text="Something else.")
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.delete()


def test_only_the_convener_publishes_and_only_what_is_approved(world: World, circulated: Minutes) -> None:
    for somebody in (world.secretary, world.chair, world.leads["tern-mobile"], world.outsider):
        with pytest.raises(NotAllowed):
            acts.publish_minutes(
                actor=somebody, minutes=circulated, text_hash=text_hash(COMPLETE), at=later(circulated)
            )
    with pytest.raises(NotPossible) as refusal:
        acts.publish_minutes(
            actor=world.convener, minutes=circulated, text_hash=text_hash(COMPLETE), at=later(circulated)
        )
    assert codes(refusal) == ["wrong_state"]


def test_minutes_are_seen_by_more_people_at_each_step(world: World, draft: Minutes) -> None:
    lead, everybody = world.leads["tern-mobile"], AnonymousUser()
    readers = (world.secretary, world.chair, world.convener, lead, world.outsider, everybody)

    def who_sees() -> list[bool]:
        return [queries.minutes_visible_to(each, world.process).exists() for each in readers]

    assert who_sees() == [True, True, False, False, False, False]
    circulate(world, draft)
    assert who_sees() == [True, True, True, True, False, False]
    approve(world, draft)
    assert who_sees() == [True, True, True, True, False, False]
    acts.publish_minutes(actor=world.convener, minutes=draft, text_hash=text_hash(COMPLETE), at=later(draft))
    assert who_sees() == [True] * 6
