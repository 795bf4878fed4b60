"""Letters over real SMTP: headers, words, retries, and what a crash leaves behind."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db.models import F

from policyhub.notifications import acts, tasks
from policyhub.notifications.models import KeptMail, Message
from policyhub.notifications.queries import find_subscription
from policyhub.notifications.rules import LEASE, MAX_ATTEMPTS
from policyhub.participation import acts as participation
from policyhub.record.models import Entry
from policyhub.record.queries import now as record_now
from policyhub.record.queries import root_at, size, stand
from tests.factories.participation import World, make_world
from tests.notifications.conftest import Sink

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(now: datetime) -> World:
    """A process that an outsider follows; everything so far has been read."""
    world = make_world(now)
    world.join("Harbor Tenants Union", "advocacy")
    world.join("Tern Mobile", "industry")
    acts.follow_process(user=world.outsider, process=world.process, at=now)
    acts.follow_record()
    Message.objects.all().delete()
    return world


def withdraw(world: World) -> Entry:
    entry = participation.withdraw_organization(
        actor=world.leads["tern-mobile"], participation=world.seat("tern-mobile"), reason="Opt-in.", at=world.at
    )
    acts.follow_record()
    return entry


def letter_to(sink: Sink, address: str) -> EmailMessage:
    (letter,) = [each for each in sink.received if each["To"] == address]
    return letter


def text_of(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def make_all_due() -> None:
    Message.objects.filter(state=Message.State.WAITING).update(due_at=record_now() - timedelta(seconds=1))


def test_letters_go_out_over_one_connection_and_are_marked_sent(world: World, sink: Sink) -> None:
    entry = withdraw(world)
    count = acts.send_due()
    assert count == Message.objects.filter(entry_index=entry.index).count() == 9
    assert sorted(letter["To"] for letter in sink.received) == sorted(Message.objects.values_list("address", flat=True))
    assert len(sink.sessions) == 1
    assert set(Message.objects.values_list("state", "attempts")) == {("sent", 1)}
    assert acts.send_due() == 0


def test_letter_says_what_happened_why_it_came_and_what_proves_it(world: World, sink: Sink, settings: Any) -> None:
    entry = withdraw(world)
    acts.send_due()
    letter = letter_to(sink, "chair@faces.example.org")
    assert letter["Subject"] == "Tern Mobile has withdrawn: Face recognition in public spaces"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["List-Unsubscribe"] is None
    text = text_of(letter)
    assert "Tern Mobile has withdrawn from Face recognition in public spaces." in text
    assert "You receive this because you take part in Face recognition in public spaces." in text
    assert f"The record when this was sent: {stand()}" in text
    assert f"sha256:{root_at(size()).hex()}" in text
    links = [word for word in text.split() if word.startswith("http")]
    assert {
        f"{urlsplit(link).scheme}://{urlsplit(link).netloc}" for link in links if link != "http://127.0.0.1:8000"
    } == {settings.SITE_URL}
    assert any(link.endswith(f"/{entry.index}/") for link in links)
    html = letter.get_body(("html",))
    assert html is not None
    assert "<h1>Tern Mobile has withdrawn" in html.get_content()


def test_letter_to_a_follower_can_be_ended_by_one_click(world: World, sink: Sink) -> None:
    withdraw(world)
    acts.send_due()
    letter = letter_to(sink, world.outsider.email)
    link = str(letter["List-Unsubscribe"]).strip(" <>")
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link in text_of(letter)
    assert find_subscription(link.rstrip("/").rsplit("/", 1)[1]) == (world.outsider, world.process)


def test_refused_address_waits_and_keeps_nobody_else_waiting(world: World, sink: Sink) -> None:
    withdraw(world)
    sink.refused.add(world.chair.email)
    acts.send_due()
    failed = Message.objects.get(address=world.chair.email)
    assert (failed.state, failed.attempts, failed.sent_at) == ("waiting", 1, None)
    assert "no such mailbox" in failed.last_error
    assert failed.due_at > record_now() + timedelta(seconds=100)
    assert Message.objects.filter(state="sent").count() == len(sink.received) == 8


def test_letter_that_keeps_failing_is_given_up_and_stays_listed(world: World, sink: Sink) -> None:
    withdraw(world)
    sink.refused.add(world.chair.email)
    for _ in range(MAX_ATTEMPTS):
        make_all_due()
        acts.send_due()
    failed = Message.objects.get(address=world.chair.email)
    assert (failed.state, failed.attempts) == ("failed", MAX_ATTEMPTS)
    assert acts.send_due() == 0


def test_absent_server_loses_nothing(world: World, sink: Sink, settings: Any) -> None:
    withdraw(world)
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    acts.send_due()
    assert set(Message.objects.values_list("state", flat=True)) == {"waiting"}
    settings.EMAIL_PORT = port
    make_all_due()
    acts.send_due()
    assert set(Message.objects.values_list("state", "last_error")) == {("sent", "")}
    assert len(sink.received) == 9


def test_sender_that_dies_after_sending_repeats_the_same_message_id(
    world: World, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    withdraw(world)

    def die(message: Message, trouble: Exception | None) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(acts, "_settle", die)
        with pytest.raises(KeyboardInterrupt):
            acts.send_due()
    (first,) = sink.received
    assert acts.send_due() == 0
    Message.objects.update(due_at=F("due_at") - LEASE)
    acts.send_due()
    again = [each for each in sink.received if each["To"] == first["To"]]
    assert [each["Message-ID"] for each in again] == [first["Message-ID"]] * 2
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}


def test_letter_that_cannot_be_written_keeps_nobody_else_waiting(world: World, sink: Sink) -> None:
    withdraw(world)
    broken = Message.objects.order_by("pk").first()
    assert broken is not None
    Message.objects.filter(pk=broken.pk).update(template="no.such")
    acts.send_due()
    assert Message.objects.get(pk=broken.pk).last_error == "email/no.such.subject.txt"
    assert len(sink.received) == 8


def test_tasks_read_the_record_and_send(world: World, sink: Sink) -> None:
    participation.withdraw_organization(
        actor=world.leads["tern-mobile"], participation=world.seat("tern-mobile"), reason="Opt-in.", at=world.at
    )
    tasks.follow()
    tasks.send_due()
    assert len(sink.received) == 9


def test_without_a_server_mail_is_kept_in_the_database(world: World, settings: Any) -> None:
    settings.EMAIL_BACKEND = "policyhub.notifications.backends.KeepInDatabase"
    withdraw(world)
    acts.send_due()
    kept = KeptMail.objects.get(recipients=world.chair.email)
    assert kept.subject == "Tern Mobile has withdrawn: Face recognition in public spaces"
    assert kept.body.startswith("Tern Mobile has withdrawn from")
    assert "Message-ID: <" in kept.source
    assert KeptMail.objects.count() == 9
