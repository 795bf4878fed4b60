"""Who gets a letter about an entry: exactly those it concerns, once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import connection

from policyhub.accounts.models import User
from policyhub.notifications import acts
from policyhub.notifications.models import Message, Subscription
from policyhub.participation import acts as participation
from policyhub.participation.models import Process
from policyhub.participation.rules import Mandate, StaffFunction, StatementKind
from policyhub.record.models import Cursor, Entry
from policyhub.record.queries import lag_of
from policyhub.record.queries import now as clock
from tests.factories.decisions import make_table
from tests.factories.drafting import clause, comment_on, publish_basic
from tests.factories.participation import World, make_person, make_world

pytestmark = pytest.mark.django_db

STAFF = [
    "chair@faces.example.org",
    "convener@faces.example.org",
    "editor@faces.example.org",
    "secretary@faces.example.org",
]


@pytest.fixture
def world(now: datetime) -> World:
    """Two organizations at the table; everything so far has been read."""
    world = make_world(now)
    world.join("Harbor Tenants Union", "advocacy")
    world.join("Tern Mobile", "industry")
    acts.follow_record()
    Message.objects.all().delete()
    return world


def told(entry: Entry) -> list[str]:
    """The addresses that get a letter about the entry, in order."""
    acts.follow_record()
    return sorted(Message.objects.filter(entry_index=entry.index).values_list("address", flat=True))


def people_of(*organizations: str) -> list[str]:
    return [f"{who}@{slug}.example.org" for slug in organizations for who in ("lead", "alternate")]


def test_withdrawal_is_told_to_those_who_remain_the_staff_and_those_who_follow(world: World, now: datetime) -> None:
    acts.follow_process(user=world.outsider, process=world.process, at=now)
    entry = participation.withdraw_organization(
        actor=world.leads["tern-mobile"], participation=world.seat("tern-mobile"), reason="Opt-in.", at=now
    )
    receipt = people_of("tern-mobile")
    assert told(entry) == sorted([*STAFF, *people_of("harbor-tenants-union"), *receipt, world.outsider.email])


def publish(world: World, title: str, at: datetime) -> Entry:
    """A statement by the tenants alone."""
    lead, seat = world.leads["harbor-tenants-union"], world.seat("harbor-tenants-union")
    drafted = participation.draft_statement(
        actor=lead, participation=seat, kind=StatementKind.JOINT, title=title, text=title, at=at
    )
    return participation.publish_statement(actor=lead, statement=drafted, at=at)


def test_who_is_told_is_who_was_there_at_the_time_however_late_the_record_is_read(world: World, now: datetime) -> None:
    before = publish(world, "We stay", now)
    participation.withdraw_organization(
        actor=world.leads["tern-mobile"], participation=world.seat("tern-mobile"), reason="Opt-in.", at=clock()
    )
    after = publish(world, "We still stay", now)
    left = set(people_of("tern-mobile"))
    assert left <= set(told(before))
    assert not left & set(told(after))


def test_follower_who_stopped_is_told_no_more(world: World, now: datetime) -> None:
    acts.follow_process(user=world.outsider, process=world.process, at=now)
    acts.follow_process(user=world.outsider, process=world.process, at=now)
    assert Subscription.objects.count() == 1
    acts.unfollow_process(user=world.outsider, process=world.process)
    entry = participation.withdraw_organization(
        actor=world.leads["tern-mobile"], participation=world.seat("tern-mobile"), reason="Opt-in.", at=now
    )
    assert world.outsider.email not in told(entry)


def test_invitation_is_told_to_the_lead_once(world: World, now: datetime) -> None:
    entry = participation.invite_organization(
        actor=world.convener,
        process=world.process,
        name="Northern Institute",
        category=world.category("academia"),
        lead_email="lead@northern.example.org",
        at=now,
    )
    assert told(entry) == ["lead@northern.example.org"]
    assert Message.objects.filter(address="lead@northern.example.org").count() == 1


def test_admission_and_refusal_are_told_to_the_organization(world: World, now: datetime) -> None:
    for name, act, said in (
        ("Open Faces", participation.admit_organization, {}),
        ("Closed Faces", participation.decline_organization, {"reason": "No interest of its own."}),
    ):
        lead, slug = make_person(f"lead@{name[:4].lower()}.example.org"), name.lower().replace(" ", "-")
        participation.apply_for_seat(
            actor=lead, process=world.process, name=name, category=world.category("industry"), at=now
        )
        entry = act(actor=world.convener, participation=world.seat(slug), at=now, **said)
        assert told(entry) == [lead.email]


def test_person_named_by_another_is_told_and_one_who_named_themselves_is_not(world: World, now: datetime) -> None:
    entry = participation.name_representative(
        actor=world.leads["tern-mobile"],
        participation=world.seat("tern-mobile"),
        email="second@tern-mobile.example.org",
        mandate=Mandate.ALTERNATE,
        at=now,
    )
    assert told(entry) == ["second@tern-mobile.example.org"]
    own = participation.grant_role(
        actor=world.convener,
        process=world.process,
        function=StaffFunction.FACILITATOR,
        email=world.convener.email,
        at=now,
    )
    assert told(own) == []


def test_end_of_a_mandate_is_told_to_whose_it_was_and_to_those_who_still_speak(world: World, now: datetime) -> None:
    participation.name_representative(
        actor=world.leads["tern-mobile"],
        participation=world.seat("tern-mobile"),
        email="new@tern-mobile.example.org",
        mandate=Mandate.LEAD,
        at=now,
    )
    entry = Entry.objects.get(kind="representative.ended")
    assert told(entry) == sorted([*people_of("tern-mobile"), "new@tern-mobile.example.org"])


def test_demo_process_writes_to_nobody_but_who_follows_it(world: World, now: datetime) -> None:
    Process.objects.filter(pk=world.process.pk).update(is_demo=True)
    acts.follow_process(user=world.outsider, process=world.process, at=now)
    entries = [
        participation.grant_role(
            actor=world.convener,
            process=world.process,
            function=StaffFunction.FACILITATOR,
            email="stranger@example.org",
            at=now,
        ),
        participation.withdraw_organization(
            actor=world.leads["tern-mobile"], participation=world.seat("tern-mobile"), reason="Opt-in.", at=now
        ),
    ]
    assert [told(entry) for entry in entries] == [[], [world.outsider.email]]


def test_position_is_receipted_to_all_who_speak_for_the_organization(now: datetime) -> None:
    table = make_table(now)
    slug = next(iter(table.world.leads))
    entry = table.cast(slug, "support")
    assert told(entry) == sorted([table.world.leads[slug].email, table.world.alternates[slug].email])


def test_comment_is_receipted_to_its_author_and_all_who_speak_for_the_organization(world: World, now: datetime) -> None:
    text = clause(publish_basic(world))
    comment_on(world, text, actor="tern-mobile")
    entry = Entry.objects.of_kinds("comment.made").latest("index")
    assert told(entry) == sorted([world.leads["tern-mobile"].email, world.alternates["tern-mobile"].email])
    comment_on(world, text)
    assert told(Entry.objects.of_kinds("comment.made").latest("index")) == [world.outsider.email]


def test_cursor_never_passes_a_position_before_its_receipts_exist(now: datetime, monkeypatch: Any) -> None:
    table = make_table(now)
    acts.follow_record()
    slug = next(iter(table.world.leads))
    before, entry = lag_of(acts.FOLLOWER), table.cast(slug, "support")
    monkeypatch.setattr(type(Message.objects), "bulk_create", fail)
    with pytest.raises(OSError, match="no room"):
        acts.follow_record()
    assert (before, lag_of(acts.FOLLOWER)) == (0, 1)
    monkeypatch.undo()
    acts.follow_record()
    receipts = Message.objects.filter(entry_index=entry.index).order_by("address").values_list("address", flat=True)
    assert (lag_of(acts.FOLLOWER), list(receipts)) == (0, told(entry))


def fail(*arguments: Any, **named: Any) -> None:
    raise OSError("no room")


def test_call_is_told_to_everybody_at_the_table(now: datetime) -> None:
    table = make_table(now)
    entry = Entry.objects.get(kind="call.opened")
    everybody = [*table.world.leads.values(), *table.world.alternates.values()]
    assert told(entry) == sorted([*STAFF, *(person.email for person in everybody)])


def test_personas_and_inactive_people_get_no_letter(world: World, now: datetime) -> None:
    User.objects.filter(pk=world.leads["harbor-tenants-union"].pk).update(is_persona=True)
    User.objects.filter(pk=world.chair.pk).update(is_active=False)
    entry = participation.withdraw_organization(
        actor=world.leads["tern-mobile"], participation=world.seat("tern-mobile"), reason="Opt-in.", at=now
    )
    others = {"alternate@harbor-tenants-union.example.org", *people_of("tern-mobile")}
    expected = {*STAFF, *others} - {world.chair.email}
    assert told(entry) == sorted(expected)


def test_what_is_told_from_a_file_causes_no_letter(now: datetime) -> None:
    convener = make_person("teller@example.org", may_convene=True)
    participation.open_told_process(
        actor=convener, slug="past", title="Past", summary="Past.", convener="Office", source_hash="sha256:0", at=now
    )
    process = Process.objects.get(slug="past")
    entry = participation.grant_role(
        actor=convener, process=process, function=StaffFunction.CHAIR, email="chair@past.example.org", at=now
    )
    assert entry.told_at is not None
    assert told(entry) == []


def test_reading_the_record_again_writes_no_second_letter(world: World, now: datetime) -> None:
    entry = participation.withdraw_organization(
        actor=world.leads["tern-mobile"], participation=world.seat("tern-mobile"), reason="Opt-in.", at=now
    )
    before = told(entry)
    Cursor.objects.filter(follower=acts.FOLLOWER).update(position=entry.index)
    acts.follow_record()
    assert told(entry) == before


def test_letter_has_an_id_that_does_not_tell_the_address(world: World, now: datetime) -> None:
    entry = participation.withdraw_organization(
        actor=world.leads["tern-mobile"], participation=world.seat("tern-mobile"), reason="Opt-in.", at=now
    )
    told(entry)
    ids: list[Any] = list(Message.objects.values_list("message_id", flat=True))
    assert len(set(ids)) == len(ids)
    assert all(each.startswith(f"<{entry.event_id}.") and "example.org" not in each for each in ids)
    assert not connection.needs_rollback
