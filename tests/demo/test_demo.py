"""The demo: what a visitor finds on the day it is loaded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from policyhub import demo
from policyhub.accounts.models import User
from policyhub.core.text import text_hash
from policyhub.decisions.models import Call, Determination, Objection
from policyhub.decisions.queries import open_calls, tally_of
from policyhub.decisions.tasks import close_due
from policyhub.decisions.tasks import follow_record as follow_decisions
from policyhub.demo.processfile import ProcessFile, read
from policyhub.meetings.models import Meeting, Notice
from policyhub.notifications.acts import follow_record as follow_notifications
from policyhub.notifications.models import Message
from policyhub.participation.models import Process, Statement
from policyhub.participation.queries import at_the_table
from policyhub.publishing.models import Edition, File
from policyhub.publishing.tasks import follow_record as follow_editions
from policyhub.record.models import Entry
from policyhub.record.queries import now, size
from tests.conftest import worker_name
from tests.databases import cloned

STORY = Path(demo.__file__).parent / "processes" / "face-recognition.yaml"
KINDS = {
    "agenda.published": 5,
    "attendance.recorded": 94,
    "call.closed": 2,
    "affiliation.confirmed": 1,
    "affiliation.declared": 2,
    "call.determined": 2,
    "call.opened": 3,
    "charter.adopted": 1,
    "comment.answered": 12,
    "comment.made": 13,
    "correction.proposed": 1,
    "document.opened": 2,
    "edition.pinned": 1,
    "edition.published": 1,
    "meeting.adjourned": 4,
    "meeting.cancelled": 1,
    "meeting.closed": 4,
    "meeting.noticed": 6,
    "meeting.opened": 4,
    "meeting.recessed": 1,
    "meeting.resumed": 1,
    "minutes.approved": 3,
    "minutes.circulated": 4,
    "minutes.corrected": 1,
    "minutes.drafted": 4,
    "minutes.published": 3,
    "objection.answered": 14,
    "organization.admitted": 28,
    "organization.applied": 28,
    "organization.withdrawn": 9,
    "point.added": 4,
    "profile.declared": 2,
    "position.cast": 54,
    "process.opened": 1,
    "process.told": 1,
    "representative.named": 56,
    "requirement.declared": 15,
    "requirement.marked": 27,
    "role.granted": 4,
    "statement.published": 1,
    "statement.signed": 9,
    "version.published": 6,
}


@pytest.fixture(scope="module")
def told(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """A database of the module's own into which the demo was loaded; what the command said."""
    said = StringIO()
    with django_db_blocker.unblock(), cloned(f"{worker_name(request.config)}_demo"):
        call_command("load_demo", stdout=said)
        yield said.getvalue()


@pytest.fixture
def process(told: str) -> Process:
    return Process.objects.get(slug="face-recognition")


@pytest.fixture(scope="module")
def file() -> ProcessFile:
    return read(STORY)


def call(number: int) -> Call:
    return Call.objects.get(number=number)


def test_every_act_is_on_the_record(told: str) -> None:
    of_demo = Entry.objects.of_process("face-recognition")
    assert Counter(of_demo.values_list("kind", flat=True)) == KINDS
    said = f"Told Face recognition in public spaces: a code of conduct: {sum(KINDS.values())} entries.\n"
    assert told.startswith(said)
    assert told.count("Told ") == 3


def test_told_times_never_go_backwards_and_none_is_later_than_the_loading(process: Process) -> None:
    entries = list(Entry.objects.of_process(process.slug).order_by("index"))
    times = [entry.told_at for entry in entries if entry.told_at is not None]
    assert len(times) == len(entries)
    assert times == sorted(times)
    assert all(entry.told_at <= entry.recorded_at for entry in entries if entry.told_at is not None)
    assert times[-1] == process.told_until


def test_the_record_is_whole(told: str) -> None:
    said = StringIO()
    call_command("verify_record", stdout=said)
    assert said.getvalue().startswith(f"{size()} entries verified.")


def test_the_process_goes_on_live_with_nineteen_of_twenty_eight(process: Process) -> None:
    seats = Counter(seat.category.slug for seat in at_the_table(process))
    assert (process.is_demo, process.is_being_told, process.state) == (True, False, "active")
    assert seats == {"industry": 14, "academia": 3, "advocacy": 1, "government": 1}


def test_people_are_personas_called_by_their_function(told: str) -> None:
    assert not User.objects.filter(is_persona=False).exists()
    assert not User.objects.exclude(email__endswith="@face-recognition.example.org").exists()
    spoken = {label.split(" ")[0] for label in User.objects.values_list("label", flat=True)}
    assert spoken == {"Convener", "Chair", "Secretary", "Editor", "Facilitator", "Lead", "Alternate", "Member"}


def test_call_1_fails_by_one_and_depends_on_the_withdrawal(told: str) -> None:
    tally = tally_of(call(1))
    approval = tally["tests"][0]
    assert (tally["outcome"], tally["depends_on_withdrawal"]) == ("not_adopted", True)
    assert (approval["have"], approval["needed"], approval["base"]) == (16, 17, 25)
    assert (tally["other_treatment"]["outcome"], tally["other_treatment"]["tests"][0]["share"]) == ("adopted", "16/16")
    assert (tally["counts"]["abstain"], tally["counts"]["not_returned"]) == (1, 2)
    assert Determination.objects.get(call=call(1)).reasons != ""


def test_call_2_is_adopted_by_the_rest_with_two_objections_that_stand(told: str) -> None:
    holders = Objection.objects.filter(call=call(2)).values_list("holder__slug", "state").order_by("number")
    assert tally_of(call(2))["outcome"] == "adopted"
    assert list(holders) == [
        ("harbor-tenants-union", "addressed_not_accommodated"),
        ("northern-institute-for-measurement", "addressed_not_accommodated"),
    ]


def test_a_visitor_can_answer_call_3_and_come_to_meeting_6(told: str) -> None:
    at = now()
    coming = Meeting.objects.filter(starts_at__gt=at, state="agenda_published")
    assert list(open_calls(at)) == [call(3)]
    assert (call(3).positions.count(), call(3).roll.count()) == (10, 19)
    assert timedelta(days=8) < call(3).closes_at - at < timedelta(days=10, hours=18)
    assert [each.number for each in coming] == [6]


def test_every_notice_came_in_time_or_says_why_not(told: str) -> None:
    noticed = {each.subject: each.body for each in Entry.objects.filter(kind="meeting.noticed")}
    short = [subject for subject, body in noticed.items() if body["days_ahead"] < body["days_required"]]
    excused = Notice.objects.exclude(short_notice_reason="")
    assert short == [notice.meeting.subject for notice in excused] == ["meeting/face-recognition/5"]


def test_nine_signed_the_statement_and_left_with_it_before_the_call_closed(told: str) -> None:
    statement = Statement.objects.get(process__slug="face-recognition")
    left = Entry.objects.filter(process="face-recognition", kind="organization.withdrawn")
    assert statement.signatures.filter(signed_at__isnull=False).count() == statement.withdrawals.count() == 9
    assert statement.text_hash == text_hash(statement.text)
    assert all(entry.body["requirements"] and entry.occurred_at < call(1).closes_at for entry in left)


def test_the_edition_is_the_file_whose_hash_is_on_the_record(told: str) -> None:
    edition, entry = Edition.objects.get(), Entry.objects.get(kind="edition.published")
    data = bytes(File.objects.get(hash=edition.file_hash).data)
    assert (edition.version.number, edition.against and edition.against.number) == (3, 2)
    assert (entry.body["file_hash"], entry.body["bytes"], data[:5]) == (edition.file_hash, len(data), b"%PDF-")


def test_followers_write_nothing_and_tell_nobody(told: str) -> None:
    before = size()
    follow_decisions()
    close_due()
    follow_editions()
    follow_notifications()
    assert (size(), Message.objects.count()) == (before, 0)


def test_a_second_loading_does_nothing(told: str) -> None:
    before, said = size(), StringIO()
    call_command("load_demo", stdout=said)
    assert (size(), said.getvalue()) == (before, "")


def test_what_is_told_names_nobody_and_speaks_of_the_table_alone(file: ProcessFile) -> None:
    assert {person.email for person in file.people.values()} == {None}
    assert all("example.org" in word for word in STORY.read_text().split() if "@" in word)
