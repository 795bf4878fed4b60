"""The workspace's pages about calls, through HTTP."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.http import HttpResponse
from django.test import Client

from policyhub.accounts.models import User
from policyhub.decisions import acts
from policyhub.decisions.models import Call, Position
from policyhub.decisions.rules import ObjectionState
from policyhub.participation.acts import withdraw_organization
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry
from tests.factories.decisions import WEEK, Table, make_table, publish

HOUR = timedelta(hours=1)
ADDRESS = "/desk/processes/faces"


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
def table(now: datetime) -> Table:
    return make_table(now - HOUR)


def voter(table: Table, organization: str) -> Client:
    return signed_in(table.world.leads[organization])


def test_open_call_reads_the_closing_on_the_clocks_of_the_process(table: Table) -> None:
    closing = (table.world.at + 2 * WEEK).astimezone(ZoneInfo("America/New_York")).replace(second=0, microsecond=0)
    answer = send(
        signed_in(table.world.chair),
        f"{ADDRESS}/calls/new/",
        question="Can you accept clause 1?",
        version=table.call.version.pk,
        clause_text=table.call.version.texts.get().pk,
        closes_at=f"{closing:%Y-%m-%dT%H:%M}",
    )
    opened = Call.objects.latest("pk")
    assert (answer.status_code, opened.number, opened.closes_at) == (302, 2, closing)
    entry = Entry.objects.of_kinds(Kind.CALL_OPENED).order_by("-index")[0]
    assert answer["Location"] == f"/desk/done/{entry.index}/"


def test_open_call_is_absent_for_others(table: Table) -> None:
    for person in (table.world.convener, table.world.leads["faces-firm-1"], table.world.outsider):
        assert signed_in(person).get(f"{ADDRESS}/calls/new/").status_code == 404


def test_call_page_shows_the_exact_text_the_rule_and_the_ladder(table: Table) -> None:
    table.cast("faces-union-1", "object", reason="No limit in time.")
    page = voter(table, "faces-firm-1").get(f"{ADDRESS}/calls/1/position/").content.decode()
    for shown in (
        "Can your organization accept this text?",
        "Ask first.",
        "at least two thirds of the positions cast are in favor",
        "1 of 4 have answered",
        "No limit in time.",
        table.call.text_hash,
    ):
        assert shown in page
    assert re.findall(r'name="stance" value="(\w+)"', page) == [
        "endorse",
        "support",
        "accept",
        "defer",
        "object",
        "abstain",
        "recuse",
    ]


def test_call_page_shows_what_changed_since_the_version_before(table: Table, now: datetime) -> None:
    world = table.world
    version = publish(table.document, "Ask first, always.\n", by=world, at=now)
    acts.open_call(
        actor=world.chair, process=world.process, question="And this?", version=version, closes_at=now + WEEK, at=now
    )
    page = voter(table, "faces-firm-1").get(f"{ADDRESS}/calls/2/position/").content.decode()
    assert "1 clause changed." in page
    assert "always" in re.sub(r"<[^>]+>", "", page[page.index("<ins>") : page.rindex("</ins>")])


def test_cast_position_is_recorded_for_the_own_organization_whatever_is_forged(table: Table) -> None:
    other = table.world.organization("faces-firm-2")
    answer = send(
        voter(table, "faces-firm-1"),
        f"{ADDRESS}/calls/1/position/?organization={other.slug}",
        stance="support",
        text_hash=table.call.text_hash,
        organization=other.pk,
        seat=other.pk,
        actor=table.world.leads["faces-firm-2"].pk,
    )
    assert answer.status_code == 302
    assert list(Position.objects.values_list("organization__slug", "stance")) == [("faces-firm-1", "support")]


def test_a_doubled_click_is_one_position(table: Table) -> None:
    client = voter(table, "faces-firm-1")
    said = {"stance": "support", "text_hash": table.call.text_hash, "nonce": "the-same-one"}
    answers = [client.post(f"{ADDRESS}/calls/1/position/", said) for _ in range(3)]
    assert {answer["Location"] for answer in answers} == {answers[0]["Location"]}
    assert Entry.objects.of_kinds(Kind.POSITION_CAST).count() == 1


def test_refused_position_keeps_what_was_typed(table: Table) -> None:
    client = voter(table, "faces-firm-1")
    answer = send(
        client, f"{ADDRESS}/calls/1/position/", stance="object", cure="Add: 180 days.", text_hash=table.call.text_hash
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Say why you object." in page
    assert "Add: 180 days." in page
    stale = send(client, f"{ADDRESS}/calls/1/position/", stance="support", text_hash="sha256:other")
    assert (stale.status_code, "Read it again" in stale.content.decode()) == (409, True)
    assert not Position.objects.exists()


def test_a_reason_is_recorded_with_every_position_and_asked_for_with_an_objection_alone(table: Table) -> None:
    client, address = voter(table, "faces-firm-1"), f"{ADDRESS}/calls/1/position/"
    page = client.get(address).content.decode()
    assert re.findall(r'<label for="id_reason">(.*?)</label>', page) == ["Your reason"]
    said = {"reason": "With the exception for small shops.", "cure": "Forgotten.", "text_hash": table.call.text_hash}
    assert send(client, address, stance="support", **said).status_code == 302
    kept = Position.objects.get()
    assert (kept.stance, kept.reason, kept.cure) == ("support", "With the exception for small shops.\n", "")


def test_open_call_again_needs_a_reason_and_the_pages_link_both_ways(table: Table, now: datetime) -> None:
    Call.objects.filter(pk=table.call.pk).update(closes_at=now - timedelta(minutes=1))
    said = {"question": "And now?", "version": table.call.version.pk, "closes_at": f"{now + WEEK:%Y-%m-%dT%H:%M}"}
    client = signed_in(table.world.chair)
    refused = send(client, f"{ADDRESS}/calls/new/", **said)
    page = refused.content.decode()
    assert (refused.status_code, "Call 1 on the same text has closed. Say why" in page, "And now?" in page) == (
        409,
        True,
        True,
    )
    assert send(client, f"{ADDRESS}/calls/new/", reason="Two were ill.", **said).status_code == 302
    later, earlier = (Client().get(f"/processes/faces/calls/{number}/").content.decode() for number in (2, 1))
    assert '<a href="/processes/faces/calls/1/">Call 1</a>' in later
    assert "Two were ill." in later
    assert '<a href="/processes/faces/calls/2/">Call 2</a>' in earlier


def test_open_call_at_the_end_of_the_calendar_is_refused_and_kept(table: Table) -> None:
    for closing in ("9999-12-31T23:59", "0001-01-01T00:00"):
        answer = send(
            signed_in(table.world.chair),
            f"{ADDRESS}/calls/new/",
            question="Forever?",
            version=table.call.version.pk,
            closes_at=closing,
        )
        assert (answer.status_code, closing in answer.content.decode()) == (409, True)
    assert Call.objects.count() == 1


def test_a_suspended_call_shows_what_was_cast(table: Table, now: datetime) -> None:
    table.cast("faces-firm-1", "support", reason="Fine with us.")
    publish(table.document, "Ask first, always.\n", by=table.world, at=now - timedelta(minutes=1))
    page = Client().get("/processes/faces/calls/1/").content.decode()
    assert "The call is suspended: the text changed while it was open." in page
    assert "Fine with us." in page


@pytest.mark.parametrize("who", ["convener", "secretary", "outsider"])
def test_call_page_is_absent_without_a_mandate(table: Table, who: str) -> None:
    assert signed_in(getattr(table.world, who)).get(f"{ADDRESS}/calls/1/position/").status_code == 404
    assert voter(table, "faces-firm-1").get(f"{ADDRESS}/calls/9/position/").status_code == 404


def test_determine_page_shows_both_counts_and_takes_reasons(now: datetime) -> None:
    table = make_table(now - HOUR)
    table.cast("faces-firm-1", "support")
    table.cast("faces-union-1", "object")
    lead = table.world.leads["faces-union-1"]
    seat = table.world.seat("faces-union-1")
    withdraw_organization(actor=lead, participation=seat, reason="We leave.", at=now - HOUR / 2)
    Call.objects.filter(pk=table.call.pk).update(closes_at=now - timedelta(minutes=1))
    client = signed_in(table.world.chair)
    page = client.get(f"{ADDRESS}/calls/1/determine/").content.decode()
    assert "The outcome depends on who withdrew" in page
    assert page.index("Not adopted") < page.index("Adopted")
    refused = send(client, f"{ADDRESS}/calls/1/determine/", reasons="", designation="")
    assert (refused.status_code, "Answer objection 1 first: it stands" in refused.content.decode()) == (409, True)
    table.answer("faces-union-1")
    done = send(client, f"{ADDRESS}/calls/1/determine/", reasons="What was cast counts.", designation="")
    assert (done.status_code, Call.objects.get().state) == (302, "determined")


def test_objection_is_answered_and_lifted(table: Table) -> None:
    table.cast("faces-union-1", "object", reason="No limit in time.")
    answered = send(
        signed_in(table.world.editor),
        f"{ADDRESS}/objections/1/answer/",
        accommodated="no",
        answer="The table heard it.",
    )
    assert answered.status_code == 302
    for person in (table.world.chair, table.world.leads["faces-union-2"]):
        assert signed_in(person).get(f"{ADDRESS}/objections/1/lift/").status_code == 404
    lifted = send(voter(table, "faces-union-1"), f"{ADDRESS}/objections/1/lift/")
    assert (lifted.status_code, table.objection("faces-union-1").state) == (302, ObjectionState.LIFTED)
