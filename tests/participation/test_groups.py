"""Groups: part of the table drafts, meets and reports; leaving one is not leaving all, and none of them decides."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.html import strip_tags

from policyhub.core.errors import NotAllowed, NotPossible
from policyhub.decisions.queries import roll
from policyhub.drafting import acts as drafting
from policyhub.drafting.models import Document, Report
from policyhub.insight.parts import parts_to_leave
from policyhub.meetings import acts as meetings
from policyhub.meetings.models import Meeting
from policyhub.meetings.queries import room_of
from policyhub.meetings.rules import MeetingKind
from policyhub.participation import acts
from policyhub.participation.models import Group
from policyhub.participation.queries import groups_of, members, stepped_out
from policyhub.participation.rules import GroupKind, ParticipationState
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry
from policyhub.record.queries import now as database_now
from policyhub.record.queries import size
from tests.api.asking import get, post
from tests.factories.decisions import Table, make_table
from tests.record.replay.believing import disbelieved
from tests.web.asking import send, signed_in

UNION, SECOND, FIRM = "faces-union-1", "faces-union-2", "faces-firm-1"
CLAUSES: list[tuple[str | None, int, str, str]] = [(None, 1, "Signs", "A sign says who watches.")]


@pytest.fixture
def table(now: datetime) -> Table:
    made = make_table(now - timedelta(days=3))
    acts.open_group(
        actor=made.world.chair,
        process=made.world.process,
        kind=GroupKind.DRAFTING,
        name="Signs",
        purpose="It writes what a sign says.",
        at=database_now(),
    )
    return made


def group() -> Group:
    return Group.objects.select_related("process").get()


def join(table: Table, *organizations: str) -> None:
    world = table.world
    for each in organizations:
        acts.join_group(actor=world.leads[each], participation=world.seat(each), group=group(), at=database_now())


def draft(table: Table, organization: str = UNION) -> Document:
    lead = table.world.leads[organization]
    drafting.open_document(
        actor=lead, process=table.world.process, slug="signs", title="Signs", group=group(), at=database_now()
    )
    document = Document.objects.get(slug="signs")
    drafting.publish_version(actor=lead, document=document, clauses=CLAUSES, at=database_now())
    return document


def step_out(table: Table, organization: str = UNION) -> Entry:
    world = table.world
    return acts.step_out(
        actor=world.leads[organization],
        participation=world.seat(organization),
        matter=group(),
        reason="Not our work.",
        at=database_now(),
    )


def codes(refusal: pytest.ExceptionInfo[NotPossible]) -> list[str]:
    return [reason.code for reason in refusal.value.reasons]


def names() -> list[str]:
    return [seat.organization.slug for seat in members(group())]


def test_chair_and_convener_open_a_group_and_nobody_else(table: Table) -> None:
    world = table.world
    for person in (world.editor, world.secretary, world.leads[UNION], world.outsider):
        with pytest.raises(NotAllowed):
            acts.open_group(
                actor=person,
                process=world.process,
                kind=GroupKind.WORKING,
                name="Other",
                purpose="It reads.",
                at=database_now(),
            )
    with pytest.raises(NotPossible) as refusal:
        acts.open_group(
            actor=world.convener,
            process=world.process,
            kind=GroupKind.WORKING,
            name="Signs",
            purpose="Again.",
            at=database_now(),
        )
    assert codes(refusal) == ["name"]


def test_organization_joins_once_by_its_own_people(table: Table) -> None:
    world = table.world
    for person in (world.leads[FIRM], world.chair, world.outsider):
        with pytest.raises(NotAllowed):
            acts.join_group(actor=person, participation=world.seat(UNION), group=group(), at=database_now())
    join(table, UNION)
    with pytest.raises(NotPossible) as refusal:
        join(table, UNION)
    assert codes(refusal) == ["joined"]
    assert names() == [UNION]
    assert list(groups_of(world.seat(UNION))) == [group()]


def test_stepping_out_of_a_group_is_not_leaving_the_process(table: Table) -> None:
    world = table.world
    join(table, UNION, FIRM)
    entry = step_out(table)
    assert (entry.kind, entry.body["scope"]) == (Kind.PART_LEFT, "group/faces/1")
    assert (names(), world.seat(UNION).state) == ([FIRM], ParticipationState.ACTIVE)
    assert UNION in [seat.organization.slug for seat in roll(table.call)]
    assert group() not in parts_to_leave(world.seat(UNION))
    acts.come_back(actor=world.leads[UNION], stepped=stepped_out(world.seat(UNION)).get(), at=database_now())
    assert names() == [FIRM, UNION]


def test_who_is_not_in_a_group_cannot_step_out_of_it(table: Table) -> None:
    with pytest.raises(NotPossible) as refusal:
        step_out(table)
    assert codes(refusal) == ["not_in_it"]


def test_leaving_the_process_is_leaving_its_groups(table: Table) -> None:
    world = table.world
    join(table, UNION, FIRM)
    acts.withdraw_organization(
        actor=world.leads[UNION], participation=world.seat(UNION), reason="No.", at=database_now()
    )
    assert names() == [FIRM]


def test_members_and_the_editor_write_its_text_and_nobody_else(table: Table) -> None:
    world = table.world
    join(table, UNION, SECOND)
    with pytest.raises(NotAllowed):
        draft(table, FIRM)
    document = draft(table)
    assert (document.owner, document.group) == (None, group())
    more = [("c1", 1, "Signs", "A sign says who watches, and why.")]
    with pytest.raises(NotAllowed):
        drafting.publish_version(actor=world.leads[FIRM], document=document, clauses=more, at=database_now())
    entry = drafting.publish_version(actor=world.leads[SECOND], document=document, clauses=more, at=database_now())
    assert (entry.actor["org"], entry.actor["role"]) == (SECOND, "lead")
    step_out(table, SECOND)
    again = [("c1", 1, "Signs", "A sign says more.")]
    with pytest.raises(NotAllowed):
        drafting.publish_version(actor=world.leads[SECOND], document=document, clauses=again, at=database_now())
    entry = drafting.publish_version(actor=world.editor, document=document, clauses=again, at=database_now())
    assert (entry.actor["org"], entry.actor["role"]) == (None, "editor")


def test_group_reports_with_a_version_that_it_wrote(table: Table) -> None:
    world = table.world
    join(table, UNION)
    version = draft(table).versions.get()
    for person in (world.leads[UNION], world.editor, world.outsider):
        with pytest.raises(NotAllowed):
            drafting.report_group(actor=person, group=group(), text="Done.", at=database_now())
    with pytest.raises(NotPossible) as refusal:
        drafting.report_group(
            actor=world.chair, group=group(), text="Done.", version=table.call.version, at=database_now()
        )
    assert codes(refusal) == ["foreign"]
    entry = drafting.report_group(actor=world.chair, group=group(), text="Done.", version=version, at=database_now())
    assert (entry.kind, entry.body["text_hash"]) == (Kind.GROUP_REPORTED, version.text_hash)
    assert Report.objects.get().text == "Done.\n"


def test_nothing_more_happens_in_a_group_that_is_closed(table: Table) -> None:
    world = table.world
    join(table, UNION)
    document = draft(table)
    acts.close_group(actor=world.convener, group=group(), reason="It has reported.", at=database_now())
    before = size()
    for act in (
        lambda: join(table, FIRM),
        lambda: drafting.report_group(actor=world.chair, group=group(), text="More.", at=database_now()),
        lambda: acts.close_group(actor=world.chair, group=group(), reason="Again.", at=database_now()),
        lambda: drafting.publish_version(
            actor=world.leads[UNION],
            document=document,
            clauses=[("c1", 1, "Signs", "Otherwise.")],
            at=database_now(),
        ),
    ):
        with pytest.raises(NotPossible) as refusal:
            act()
        assert codes(refusal) == ["closed"]
    assert size() == before


def test_members_alone_make_the_quorum_of_its_meeting(table: Table) -> None:
    world = table.world
    join(table, UNION, SECOND)
    meetings.give_notice(
        actor=world.convener,
        process=world.process,
        group=group(),
        title="Signs, first draft",
        kind=MeetingKind.VIRTUAL,
        starts_at=database_now() + timedelta(days=9),
        ends_at=database_now() + timedelta(days=9, hours=2),
        terms=meetings.NoticeTerms(
            purpose="To write.", how_to_comment="In writing.", contact="x@y.example", decides=False, connection="Here."
        ),
        at=database_now(),
    )
    meeting = Meeting.objects.get()
    room = room_of(meeting)
    assert ([each.participation.organization.slug for each in room.presences], room.seats) == ([UNION, SECOND], 2)
    entry = Entry.objects.of_kinds(Kind.MEETING_NOTICED).get()
    assert entry.body["group"] == 1


def test_record_of_a_group_is_believed(table: Table) -> None:
    join(table, UNION, FIRM)
    version = draft(table).versions.get()
    drafting.report_group(actor=table.world.chair, group=group(), text="Done.", version=version, at=database_now())
    step_out(table)
    assert disbelieved() == []


def text_of(address: str) -> str:
    answer: Any = Client().get(address)
    return " ".join(strip_tags(answer.content.decode()).split())


def test_workspace_joins_and_steps_out_and_the_public_page_tells(table: Table) -> None:
    world = table.world
    client = signed_in(world.leads[UNION])
    desk = "/desk/processes/faces/groups/"
    assert "Join it" in client.get(desk).content.decode()
    assert send(client, f"{desk}1/join/").status_code == 302
    assert "is in it" in client.get(desk).content.decode()
    assert "In it now" in text_of("/processes/faces/groups/")
    chair = signed_in(world.chair)
    assert send(chair, f"{desk}1/report/", text="Two signs are enough.", version="").status_code == 302
    shown = text_of("/processes/faces/groups/")
    assert "Two signs are enough." in shown
    matter = {"matter": "group/faces/1", "reason": "No.", "confirm": "on", "is_permanent": "yes"}
    done = send(client, f"/desk/processes/faces/organizations/{UNION}/step-out/", **matter)
    assert done.status_code == 302
    assert "Stepped out, and in the process" in text_of("/processes/faces/groups/")
    assert send(chair, f"{desk}1/close/", reason="It has reported.").status_code == 302
    assert "It has reported." in text_of("/processes/faces/groups/")


def test_group_is_opened_joined_and_reports_over_the_api(table: Table) -> None:
    world, address = table.world, "processes/faces/groups/"
    said = {"kind": "working", "name": "Notices", "purpose": "It reads."}
    assert post(world.leads[UNION], f"{address}open/", said).status_code == 404
    assert post(world.chair, f"{address}open/", said).json()["subject"] == "group/faces/2"
    assert post(world.leads[UNION], f"{address}1/join/").json()["kind"] == "group.joined"
    document = {"slug": "signs", "title": "Signs", "group": 1}
    assert post(world.leads[UNION], "processes/faces/documents/open/", document).json()["kind"] == "document.opened"
    drafting.publish_version(
        actor=world.leads[UNION], document=Document.objects.get(slug="signs"), clauses=CLAUSES, at=database_now()
    )
    report = {"text": "Done.", "document": "signs", "version": 1}
    assert post(world.chair, f"{address}1/report/", report).json()["kind"] == "group.reported"
    assert post(world.chair, f"{address}2/close/", {"reason": "Empty."}).json()["kind"] == "group.closed"
    first, second = get(address).json()["results"]
    assert (first["members"], first["documents"], first["reports"][0]["document"]) == ([UNION], ["signs"], "signs")
    assert (second["closed_reason"], second["members"]) == ("Empty.\n", [])
