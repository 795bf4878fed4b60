"""Calls over the API."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from rest_framework.test import APIClient

from policyhub.accounts.models import User
from policyhub.core.canonical import moment
from policyhub.decisions.models import Call, Position
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry
from tests.factories.decisions import WEEK, Table, make_table

HOUR = timedelta(hours=1)
ADDRESS = "/api/v1/processes/faces"
keys = count()


def post(person: User | None, address: str, body: dict[str, Any], **headers: str) -> Any:
    client = APIClient()
    if person is not None:
        client.force_authenticate(person)
    return client.post(
        f"{ADDRESS}{address}", body, format="json", headers={"Idempotency-Key": f"key-{next(keys)}", **headers}
    )


@pytest.fixture
def table(now: datetime) -> Table:
    return make_table(now - HOUR)


def said(table: Table, **changes: Any) -> dict[str, Any]:
    return {"position": "support", "text_hash": table.call.text_hash, **changes}


def test_calls_are_readable_without_an_account(table: Table) -> None:
    shown = APIClient().get(f"{ADDRESS}/calls/").json()["results"]
    assert [(each["number"], each["state"], each["document"], each["version"]) for each in shown] == [
        (1, "opened", "faces-code", 1)
    ]
    one = APIClient().get(f"{ADDRESS}/calls/1/").json()
    names = ["faces-firm-1", "faces-firm-2", "faces-union-1", "faces-union-2"]
    assert one["roll"] == [{"organization": name, "voice": name} for name in names]


def test_tally_and_positions_are_readable_without_an_account(table: Table) -> None:
    table.cast("faces-firm-1", "support")
    table.cast("faces-union-1", "object", reason="No limit in time.")
    tally = APIClient().get(f"{ADDRESS}/calls/1/tally/").json()
    assert (tally["outcome"], tally["counts"]["for"], tally["counts"]["against"]) == ("not_adopted", 1, 1)
    positions = APIClient().get(f"{ADDRESS}/calls/1/positions/").json()["results"]
    assert [(each["organization"], each["position"]) for each in positions] == [
        ("faces-firm-1", "support"),
        ("faces-union-1", "object"),
    ]
    objections = APIClient().get(f"{ADDRESS}/objections/").json()["results"]
    assert [(each["holder"], each["state"], each["holder_departed"]) for each in objections] == [
        ("faces-union-1", "raised", False)
    ]


def test_open_call_names_the_text(table: Table, now: datetime) -> None:
    body = {
        "question": "Can you accept clause 1?",
        "document": "faces-code",
        "version": 1,
        "clause": "c1",
        "closes_at": moment(now + WEEK),
    }
    assert post(table.world.leads["faces-firm-1"], "/calls/open/", body).status_code == 404
    answer = post(table.world.chair, "/calls/open/", body)
    assert (answer.status_code, answer.json()["content"]["body"]["clause"]) == (201, "c1")
    assert post(table.world.chair, "/calls/open/", {**body, "version": 7}).status_code == 404
    assert post(table.world.chair, "/calls/open/", {**body, "opens_at": moment(now + HOUR)}).status_code == 400
    same = post(table.world.chair, "/calls/open/", body)
    assert (same.status_code, same.json()["code"]) == (409, "asked_now")


def test_open_call_again_on_the_same_text_links_to_the_earlier_one(table: Table, now: datetime) -> None:
    Call.objects.update(closes_at=now - timedelta(minutes=1))
    body = {"question": "Again?", "document": "faces-code", "version": 1, "closes_at": moment(now + WEEK)}
    assert post(table.world.chair, "/calls/open/", body).json()["code"] == "repeat_unexplained"
    assert post(table.world.chair, "/calls/open/", {**body, "reason": "Two were ill."}).status_code == 201
    shown = APIClient().get(f"{ADDRESS}/calls/2/").json()
    assert (shown["repeats"], shown["reason"]) == (1, "Two were ill.\n")
    assert APIClient().get(f"{ADDRESS}/calls/1/").json()["repeats"] is None


def test_cast_position_twice_with_one_key_is_one_entry(table: Table) -> None:
    lead = table.world.leads["faces-firm-1"]
    answers = [post(lead, "/calls/1/positions/cast/", said(table), **{"Idempotency-Key": "mine"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert Entry.objects.of_kinds(Kind.POSITION_CAST).count() == 1


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"organization": "faces-firm-2"}, 400),
        ({"position": "veto"}, 400),
        ({"position": "object"}, 409),
        ({"text_hash": "sha256:other"}, 409),
    ],
)
def test_cast_position_with_forged_or_wrong_fields_stores_nothing(
    table: Table, changes: dict[str, Any], status: int
) -> None:
    answer = post(table.world.leads["faces-firm-1"], "/calls/1/positions/cast/", said(table, **changes))
    assert answer.status_code == status
    assert not Position.objects.exists()


def test_cast_position_without_a_mandate_or_an_account_stores_nothing(table: Table) -> None:
    assert post(table.world.outsider, "/calls/1/positions/cast/", said(table)).status_code == 404
    assert post(None, "/calls/1/positions/cast/", said(table)).status_code == 401
    assert not Position.objects.exists()


def test_objection_and_determination(table: Table, now: datetime) -> None:
    lead = table.world.leads["faces-union-1"]
    assert post(lead, "/calls/1/positions/cast/", said(table, position="object", reason="No limit.")).status_code == 201
    answer = {"accommodated": False, "answer": "The table heard it."}
    assert post(lead, "/objections/1/answer/", answer).status_code == 404
    assert post(table.world.editor, "/objections/1/answer/", answer).status_code == 201
    assert post(table.world.chair, "/objections/1/lift/", {}).status_code == 404
    assert post(table.world.chair, "/calls/1/determine/", {"reasons": "Heard."}).json()["code"] == "still_open"
    Call.objects.update(closes_at=now - timedelta(minutes=1))
    assert post(table.world.chair, "/calls/1/determine/", {}).json()["code"] == "reasons_missing"
    determined = post(table.world.chair, "/calls/1/determine/", {"reasons": "Heard."})
    assert determined.json()["content"]["body"]["outcome"] == "not_adopted"
    assert post(lead, "/objections/1/lift/", {}).status_code == 201
