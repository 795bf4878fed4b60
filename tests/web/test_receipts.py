"""Receipts on the desk: for whoever acted, and for everybody who spoke for the organization then."""

from __future__ import annotations

from datetime import datetime, timedelta

from policyhub.accounts.models import User
from policyhub.insight.receipts import receipts_of
from policyhub.participation.acts import end_representative, name_representative
from policyhub.participation.models import Representative
from policyhub.participation.rules import Mandate
from tests.factories.decisions import Table, make_table
from tests.web.asking import signed_in

MINUTE = timedelta(minutes=1)


def make_colleague(table: Table, at: datetime) -> User:
    world = table.world
    seat = table.call.roll.get(organization__slug="faces-union-1").participation
    lead = world.leads["faces-union-1"]
    email = "alternate@union.example.org"
    name_representative(actor=lead, participation=seat, email=email, mandate=Mandate.ALTERNATE, at=at)
    return User.objects.get(email=email)


def test_lead_and_colleague_have_the_receipt_and_nobody_else(now: datetime) -> None:
    table = make_table(now - timedelta(days=1))
    colleague = make_colleague(table, now - 10 * MINUTE)
    entry = table.cast("faces-union-1", "object", at=now)
    for person in (table.world.leads["faces-union-1"], colleague):
        assert [each.index for each in receipts_of(person)] == [entry.index]
        page = signed_in(person).get("/desk/receipts/").content.decode()
        assert f'href="/record/{entry.index}/receipt.json"' in page
        listed = signed_in(person).get("/api/v1/receipts/").json()["results"]
        assert [each["index"] for each in listed] == [entry.index]
    for person in (table.world.leads["faces-firm-1"], table.world.chair, table.world.outsider):
        assert receipts_of(person) == []
        assert "Nothing was recorded in your name yet." in signed_in(person).get("/desk/receipts/").content.decode()


def test_whoever_speaks_no_longer_has_no_receipt_of_what_comes_after(now: datetime) -> None:
    table = make_table(now - timedelta(days=1))
    colleague = make_colleague(table, now - 10 * MINUTE)
    first = table.cast("faces-union-1", "object", at=now)
    mandate = Representative.objects.get(user=colleague)
    end_representative(actor=table.world.leads["faces-union-1"], representative=mandate, at=first.recorded_at + MINUTE)
    Representative.objects.filter(pk=mandate.pk).update(until=first.recorded_at)
    second = table.cast("faces-union-1", "accept", at=now + 2 * MINUTE)
    assert [each.index for each in receipts_of(colleague)] == []
    assert second.index in [each.index for each in receipts_of(table.world.leads["faces-union-1"])]


def test_receipts_are_for_who_is_signed_in(db: None) -> None:
    assert signed_in(None).get("/desk/receipts/").status_code == 302
    assert signed_in(None).get("/api/v1/receipts/").json()["results"] == []
