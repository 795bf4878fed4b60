"""Every letter's words, composed from entries that the acts themselves wrote."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from policyhub.accounts.models import User
from policyhub.decisions import acts as decisions
from policyhub.decisions.rules import Means, Stance
from policyhub.drafting import acts as drafting
from policyhub.drafting.models import Disposition, Document
from policyhub.meetings import acts as meetings
from policyhub.minutes.models import Minutes
from policyhub.notifications.letters import compose
from policyhub.notifications.models import Message
from policyhub.notifications.rules import AUDIENCES
from policyhub.participation import acts as participation
from policyhub.participation.models import Affiliation, Process, Statement
from policyhub.participation.rules import AnswerCode, GroupKind, Relation, StatementKind
from policyhub.publishing.models import Edition
from policyhub.record.acts import append
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry
from policyhub.record.queries import now as record_now
from policyhub.record.queries import stand
from tests.factories.decisions import make_table
from tests.factories.drafting import clause, comment_on, publish_basic
from tests.factories.meetings import announce
from tests.factories.participation import World, make_person, make_terms, make_world

pytestmark = pytest.mark.django_db

MISSING = "NOTHING-IS-HERE"


@pytest.fixture
def strict(settings: Any) -> None:
    """Templates that show where they speak of something that is not there."""
    templates = deepcopy(settings.TEMPLATES)
    templates[0]["OPTIONS"]["string_if_invalid"] = MISSING
    settings.TEMPLATES = templates


def table_story(now: datetime) -> None:
    """A call with an objection that is answered, a determination, a withdrawal after it."""
    table = make_table(now)
    world, (first, second, *_) = table.world, list(table.world.leads)
    table.cast(first, "object")
    table.cast(second, "support")
    table.cast(second, "accept")
    decisions.answer_objection(
        actor=world.chair, objection=table.objection(first), accommodated=False, answer="The limit is in 3.2.", at=now
    )
    closed = table.call.closes_at
    decisions.close_call(call=table.call, at=closed)
    decisions.determine_call(actor=world.chair, call=table.fresh(), reasons="It stands.", at=closed)
    participation.withdraw_organization(
        actor=world.leads[first], participation=world.seat(first), reason="Opt-in & consent.", at=closed
    )
    decisions.lift_objection(actor=world.leads[first], objection=table.objection(first), at=closed)
    participation.apply_for_seat(
        actor=world.outsider, process=world.process, name="Closed Faces", category=world.category("industry"), at=now
    )
    participation.decline_organization(
        actor=world.convener, participation=world.seat("closed-faces"), reason="None.", at=now
    )
    participation.invite_organization(
        actor=world.convener,
        process=world.process,
        name="Northern Institute",
        category=world.category("academia"),
        lead_email="lead@northern.example.org",
        at=now,
    )


def text_story(now: datetime) -> None:
    """A text with an answered comment, a meeting with an agenda that is cancelled, minutes, an edition, a statement."""
    world = make_world(now, slug="texts")
    lead = world.join("Tern Mobile", "industry")
    version = publish_basic(world)
    comment = comment_on(world, clause(version))
    drafting.answer_comment(
        actor=world.editor, comment=comment, code=Disposition.Code.ACCEPTED_IN_PART, reason="The sign says it.", at=now
    )
    meeting = announce(world)
    meetings.publish_agenda(actor=world.chair, meeting=meeting, items=[meetings.Matter("Consent")], at=now)
    meetings.cancel_meeting(actor=world.convener, meeting=meeting, reason="The hall burned.", at=now)
    minutes = Minutes.objects.create(meeting=meeting)
    written = {"version": 1, "text_hash": "sha256:0"}
    time_given = {"corrections_until": None, "reason_hash": None}
    write(Kind.MINUTES_CIRCULATED, world.process, minutes.subject, now, **written, **time_given)
    write(Kind.MINUTES_PUBLISHED, world.process, minutes.subject, now, **written)
    edition = Edition.objects.create(
        document=version.document,
        number=1,
        version=version,
        record_size=1,
        record_root="sha256:0",
        engine="e",
        template="t",
        pinned_at=now,
        pinned_by=world.editor,
    )
    said = {"document": version.document.slug, "version": 1, "number": 1, "file_hash": "sha256:1", "bytes": 9}
    write(Kind.EDITION_PUBLISHED, world.process, edition.subject, now, **said)
    participation.draft_statement(
        actor=world.leads["tern-mobile"], participation=lead, kind=StatementKind.JOINT, title="On us", text="A.", at=now
    )
    statement = Statement.objects.get()
    participation.publish_statement(actor=world.leads["tern-mobile"], statement=statement, at=now)
    complaint = participation.draft_statement(
        actor=world.leads["tern-mobile"],
        participation=lead,
        kind=StatementKind.COMPLAINT,
        title="Nine days",
        text="Too short.",
        at=now,
    )
    participation.publish_statement(actor=world.leads["tern-mobile"], statement=complaint, at=now)
    complaint.refresh_from_db()
    participation.answer_statement(
        actor=world.chair, statement=complaint, code=AnswerCode.GRANTED, reason="It was.", at=now
    )
    _step_out_and_announce(world, version.document)
    participation.propose_charter(
        actor=world.chair, process=world.process, terms=make_terms(notice_days=3), reason="Too long.", at=now
    )
    participation.drop_proposal(
        actor=world.chair, proposal=world.process.charter_proposals.get(), reason="Not so.", at=now
    )
    _belong(world)
    _gather(world)
    alternate = lead.representatives.get(mandate="alternate")
    participation.end_representative(actor=world.leads["tern-mobile"], representative=alternate, at=now)


def _gather(world: World) -> None:
    """A group is opened, reports and is closed."""
    at = record_now()
    participation.open_group(
        actor=world.chair, process=world.process, kind=GroupKind.WORKING, name="Signs", purpose="It reads.", at=at
    )
    group = world.process.groups.get()
    drafting.report_group(actor=world.chair, group=group, text="It has read.", at=at)
    participation.close_group(actor=world.chair, group=group, reason="It has reported.", at=at)


def _belong(world: World) -> None:
    """The firm belongs to a group, as the convener confirms and ends; and to a club, as the convener finds."""
    seat, at = world.seat("tern-mobile"), record_now()
    participation.declare_affiliation(
        actor=world.leads["tern-mobile"], participation=seat, to="Tern Group", relation=Relation.RELATED, at=at
    )
    declared = Affiliation.objects.get()
    participation.confirm_affiliation(actor=world.convener, affiliation=declared, reason="It says so.", at=at)
    participation.end_affiliation(actor=world.convener, affiliation=declared, reason="It was sold.", at=at)
    participation.find_affiliation(actor=world.convener, participation=seat, to="Club", reason="Its list.", at=at)


def _step_out_and_announce(world: World, document: Document) -> None:
    """The firm steps out of the text and comes back; it announces that it leaves, and takes that back."""
    person, at = world.leads["tern-mobile"], record_now()
    seat = world.seat("tern-mobile")
    participation.step_out(actor=person, participation=seat, matter=document, reason="Not ours.", at=at)
    participation.come_back(actor=person, stepped=seat.partial_withdrawals.get(), at=at)
    participation.withdraw_organization(
        actor=person, participation=seat, reason="No.", effective_at=at + timedelta(days=9), at=at
    )
    participation.revoke_withdrawal(actor=person, participation=seat, at=at)


def suspended_story(now: datetime) -> None:
    """A call whose text changes while it is open."""
    table = make_table(now, slug="voices")
    version = table.document.versions.create(
        number=2, text_hash="sha256:2", published_at=now + timedelta(hours=1), author=table.world.editor
    )
    decisions.stop_call(call=table.call, version=version, at=now + timedelta(hours=2))


def interrupted_story(now: datetime) -> None:
    """A call interrupted by the chair, one declared void, and what was answered on paper or under seal."""
    table = make_table(now, slug="papers")
    chair, call = table.world.chair, table.call
    decisions.enter_position(
        actor=chair,
        call=call,
        organization=table.world.seat("papers-firm-1").organization,
        means=Means.PAPER,
        note="Its letter.",
        stance=Stance.SUPPORT,
        text_hash=call.text_hash,
        at=now,
    )
    for act in (decisions.suspend_call, decisions.resume_call, decisions.suspend_call, decisions.void_call):
        act(actor=chair, call=call, reason="A question of order.", at=now)
    sealed = make_table(now, slug="seals", sealed_calls=True)
    sealed.cast("seals-firm-1", "support")


def write(kind: Kind, process: Process, subject: str, at: datetime, **body: Any) -> Entry:
    return append(kind, actor=None, role="system", process=process, subject=subject, body=body, at=at)


def letters(entries: Iterator[Entry] | list[Entry], reader: User) -> dict[str, EmailMultiAlternatives]:
    """For each kind that is told, the letter about its newest entry."""
    found, proof, server = {}, stand(), get_connection()
    for entry in entries:
        if Kind(entry.kind) in AUDIENCES:
            message = Message(
                entry_index=entry.index, template=entry.kind, recipient=reader, address=reader.email, message_id="<1@x>"
            )
            found[entry.kind] = compose(message, proof, server)
    return found


def all_letters(stories: list[Callable[[datetime], None]], now: datetime) -> dict[str, EmailMultiAlternatives]:
    for story in stories:
        story(now)
    return letters(list(Entry.objects.order_by("index")), make_person("reader@example.org"))


@pytest.mark.odd_entries
def test_letters_of_every_kind_are_whole_sentences_with_nothing_missing(now: datetime, strict: None) -> None:
    found = all_letters([table_story, suspended_story, interrupted_story, text_story], now)
    assert set(found) == set(AUDIENCES)
    entry_of = {entry.kind: entry for entry in Entry.objects.order_by("index")}
    for kind, letter in found.items():
        html = str(letter.alternatives[0][0])
        for words in (str(letter.subject), str(letter.body), html):
            assert MISSING not in words, (kind, words)
            assert "None" not in words, (kind, words)
            assert not re.search(r"[{}]|:\s*\.|\s\.(\s|$)", words.split("</style>")[-1]), (kind, words)
        assert "\n" not in str(letter.subject)
        assert "&amp;" not in str(letter.subject) + str(letter.body)
        assert entry_of[kind].hash_text in str(letter.body), kind
        assert entry_of[kind].hash_text in html, kind
        assert f"\n{settings.SITE_URL}" in str(letter.body), kind
        assert f'<a href="{settings.SITE_URL}' in html, kind


def test_receipt_of_a_position_carries_its_place_and_hash(now: datetime) -> None:
    found = all_letters([table_story], now)
    entry = Entry.objects.filter(kind=Kind.POSITION_CAST, process="faces").latest("index")
    receipt = found[Kind.POSITION_CAST]
    assert entry.hash_text in str(receipt.body)
    assert f"This is entry {entry.index} of the public record." in str(receipt.body)
    assert f"It replaces the position in entry {entry.body['replaces']}" in str(receipt.body)
    assert str(receipt.subject) == "Receipt: the position of faces firm 2 is recorded"
