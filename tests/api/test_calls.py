"""Straw polls, ballots, answers from paper and interruptions over the API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from rest_framework.test import APIClient

from policyhub.core.canonical import moment
from policyhub.decisions.models import Call
from policyhub.decisions.rules import MEANINGS, Asking
from tests.api.test_decisions import ADDRESS, HOUR, post
from tests.factories.decisions import WEEK, Table, make_table

ROUTES = {Asking.STRAW_POLL: "open-straw-poll", Asking.CONSENSUS: "open", Asking.BALLOT: "open-ballot"}


@pytest.fixture
def table(now: datetime) -> Table:
    return make_table(now - HOUR)


def question(now: datetime, **changes: Any) -> dict[str, Any]:
    return {
        "question": "Shall it be frozen?",
        "document": "faces-code",
        "version": 1,
        "closes_at": moment(now + 2 * WEEK),
        **changes,
    }


@pytest.mark.parametrize("asking", list(Asking))
def test_each_way_of_asking_is_an_act_of_its_own(table: Table, now: datetime, asking: Asking) -> None:
    said = question(now, meanings={"support": "Freeze it for testing."})
    answer = post(table.world.chair, f"/calls/{ROUTES[asking]}/", said)
    assert (answer.status_code, answer.json()["content"]["body"]["asking"]) == (201, asking)
    shown = APIClient().get(f"{ADDRESS}/calls/2/").json()
    usual: dict[str, str] = {str(stance): said for stance, said in MEANINGS[asking].items()}
    assert shown["options"] == {**usual, "support": "Freeze it for testing."}
    assert (shown["asking"], shown["is_sealed"], shown["answered"]) == (asking, False, [])
    assert post(table.world.convener, f"/calls/{ROUTES[asking]}/", said).status_code == 404


@pytest.mark.parametrize("strange", [{"veto": "No."}, {"endorse": "Follow it."}])
def test_meanings_of_what_is_not_offered_are_refused(table: Table, now: datetime, strange: dict[str, str]) -> None:
    answer = post(table.world.chair, "/calls/open-ballot/", question(now, meanings=strange))
    assert (answer.status_code, answer.json()["code"]) == (409, "not_offered")
    assert Call.objects.count() == 1


def test_an_answer_from_a_roll_call_is_entered_for_an_organization_on_the_roll(table: Table) -> None:
    said = {
        "organization": "faces-firm-1",
        "means": "roll_call",
        "note": "Read by the secretary.",
        "position": "support",
        "text_hash": table.call.text_hash,
    }
    address = "/calls/1/positions/enter/"
    assert post(table.world.leads["faces-firm-1"], address, said).status_code == 404
    assert post(table.world.chair, address, {**said, "organization": "guild"}).status_code == 404
    assert post(table.world.chair, address, {**said, "means": "itself"}).status_code == 400
    assert post(table.world.chair, address, said).status_code == 201
    (shown,) = APIClient().get(f"{ADDRESS}/calls/1/positions/").json()["results"]
    assert (shown["organization"], shown["means"], shown["note"]) == (
        "faces-firm-1",
        "roll_call",
        "Read by the secretary.\n",
    )


def test_a_call_is_interrupted_goes_on_and_is_void(table: Table) -> None:
    chair, why = table.world.chair, {"reason": "A question of order."}
    for act, state in (("suspend", "suspended"), ("resume", "opened"), ("suspend", "suspended"), ("void", "void")):
        assert post(table.world.editor, f"/calls/1/{act}/", why).status_code == 404
        assert post(chair, f"/calls/1/{act}/", {}).status_code == 400
        assert post(chair, f"/calls/1/{act}/", why).status_code == 201
        assert APIClient().get(f"{ADDRESS}/calls/1/").json()["state"] == state
    assert post(chair, "/calls/1/resume/", why).json()["code"] == "wrong_state"


def test_only_a_determined_call_is_recirculated(table: Table, now: datetime) -> None:
    said = {"closes_at": moment(now + WEEK), "reason": "Think again."}
    answer = post(table.world.chair, "/calls/1/recirculate/", said)
    assert (answer.status_code, answer.json()["code"]) == (409, "not_determined")


def test_the_tally_of_a_straw_poll_has_a_label_and_no_outcome(table: Table, now: datetime) -> None:
    post(table.world.chair, "/calls/open-straw-poll/", question(now))
    poll = Table(table.world, table.document, Call.objects.latest("number"))
    poll.cast("faces-firm-1", "support", at=now)
    tally = APIClient().get(f"{ADDRESS}/calls/2/tally/").json()
    assert (tally["outcome"], tally["label"], tally["explanation"][0]) == (
        None,
        "general_support",
        "General support. A straw poll decides nothing.",
    )
