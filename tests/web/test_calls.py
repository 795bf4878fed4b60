"""The chair's pages of calls: three ways of asking, answers from paper, interruptions; and what seals keep."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from policyhub.core.templatetags.typeset import moment_text
from policyhub.decisions import acts
from policyhub.decisions.models import Call, Position
from policyhub.decisions.rules import MEANINGS, Asking, CallState
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry
from policyhub.record.queries import now as record_now
from tests.factories.decisions import WEEK, Table, make_table
from tests.web.asking import send, signed_in

HOUR = timedelta(hours=1)
DESK = "/desk/processes/faces"
ROUTES = {Asking.STRAW_POLL: "polls", Asking.CONSENSUS: "calls", Asking.BALLOT: "ballots"}


@pytest.fixture
def table(now: datetime) -> Table:
    return make_table(record_now() - HOUR)


def question(table: Table, **changes: Any) -> dict[str, Any]:
    closing = record_now() + 2 * WEEK
    return {
        "question": "Shall it be frozen?",
        "version": table.call.version.pk,
        "closes_at": closing.strftime("%Y-%m-%dT%H:%M"),
        **changes,
    }


@pytest.mark.parametrize("asking", list(Asking))
def test_each_way_of_asking_has_its_page_and_says_what_answers_mean(table: Table, asking: Asking) -> None:
    chair, address = signed_in(table.world.chair), f"{DESK}/{ROUTES[asking]}/new/"
    page = chair.get(address).content.decode()
    assert set(re.findall(r'name="means_(\w+)"', page)) == set(MEANINGS[asking])
    meaning = "Freeze it for testing; this is not an endorsement."
    assert send(chair, address, **question(table, means_support=meaning)).status_code == 302
    opened = Call.objects.latest("number")
    assert (opened.asking, opened.options.get(stance="support").meaning) == (asking, meaning)
    public = Client().get(opened.get_absolute_url()).content.decode()
    assert meaning in public
    voter = signed_in(table.world.leads["faces-firm-1"])
    page = voter.get(f"{DESK}/calls/{opened.number}/position/").content.decode()
    assert meaning in page
    assert re.findall(r'name="stance" value="(\w+)"', page) == list(MEANINGS[asking])


def test_a_meaning_left_empty_is_the_usual_one(table: Table) -> None:
    chair = signed_in(table.world.chair)
    assert send(chair, f"{DESK}/ballots/new/", **question(table, means_abstain="")).status_code == 302
    assert Call.objects.latest("number").options.get(stance="abstain").meaning == MEANINGS[Asking.BALLOT]["abstain"]  # type: ignore[index]


def test_the_chair_keeps_its_calls_on_one_page(table: Table) -> None:
    chair = signed_in(table.world.chair)
    table.cast("faces-firm-1", "support")
    page = chair.get(f"{DESK}/calls/").content.decode()
    assert "1 of 4" in page
    assert "faces union 2" in page
    assert re.findall(r'href="/desk/processes/faces/calls/1/(\w+)/"', page) == ["enter", "suspend"]
    assert signed_in(table.world.convener).get(f"{DESK}/calls/").status_code == 404


def test_an_answer_on_paper_is_entered_marked_and_readable(table: Table) -> None:
    chair = signed_in(table.world.chair)
    said = {
        "organization": table.world.organization("faces-firm-1").pk,
        "means": "paper",
        "note": "Its letter of 3 June.",
        "stance": "support",
        "text_hash": table.call.text_hash,
    }
    assert send(chair, f"{DESK}/calls/1/enter/", **{**said, "note": ""}).status_code == 409
    assert send(chair, f"{DESK}/calls/1/enter/", **said).status_code == 302
    public = Client().get("/processes/faces/calls/1/").content.decode()
    assert "entered by the chair: Its letter of 3 June." in public
    outsider = table.world.organization("faces-firm-1")
    assert Position.objects.get().organization == outsider


def test_a_call_is_interrupted_goes_on_and_is_declared_void_with_reasons(table: Table) -> None:
    chair = signed_in(table.world.chair)
    assert send(chair, f"{DESK}/calls/1/suspend/", reason="").status_code == 409
    assert send(chair, f"{DESK}/calls/1/suspend/", reason="A question of order.").status_code == 302
    public = Client().get("/processes/faces/calls/1/").content.decode()
    assert "The chair has suspended the call: A question of order." in public
    voter = signed_in(table.world.leads["faces-firm-1"])
    assert "A question of order." in voter.get(f"{DESK}/calls/1/position/").content.decode()
    page = chair.get(f"{DESK}/calls/").content.decode()
    assert re.findall(r'href="/desk/processes/faces/calls/1/(\w+)/"', page) == ["resume", "void"]
    assert send(chair, f"{DESK}/calls/1/resume/", reason="It is answered.").status_code == 302
    assert send(chair, f"{DESK}/calls/1/suspend/", reason="The wrong text.").status_code == 302
    assert send(chair, f"{DESK}/calls/1/void/", reason="It asked about the wrong text.").status_code == 302
    assert "It asked about the wrong text." in Client().get("/processes/faces/calls/1/").content.decode()
    assert table.fresh().state == CallState.VOID


def test_a_determined_call_is_recirculated_and_both_pages_say_so(table: Table) -> None:
    world = table.world
    table.cast("faces-union-1", "object", reason="No limit in time.")
    table.answer("faces-union-1")
    Call.objects.update(closes_at=record_now() - timedelta(minutes=1))
    acts.determine_call(actor=world.chair, call=table.fresh(), reasons="Counted.", at=record_now())
    chair = signed_in(world.chair)
    closing = (record_now() + WEEK).strftime("%Y-%m-%dT%H:%M")
    answer = send(chair, f"{DESK}/calls/1/recirculate/", closes_at=closing, reason="Think again.")
    assert answer.status_code == 302
    assert "recirculated as" in Client().get("/processes/faces/calls/1/").content.decode()
    assert "Think again." in Client().get("/processes/faces/calls/2/").content.decode()
    page = signed_in(world.leads["faces-union-1"]).get(f"{DESK}/calls/2/position/").content.decode()
    assert "Your objection 1 to the text before still stands." in page


LEGEND = r'<section [^>]*aria-labelledby="meanings">.*?</section>'
WORDS, CURE = "Zebras cross here.", "Paint them blue."


def test_nothing_of_a_sealed_answer_is_shown_before_it_closes(now: datetime) -> None:
    """Whoever asks, wherever: no page, feed, letter, download or answer of the API tells more than who has answered."""
    table = make_table(record_now() - HOUR, sealed_calls=True)
    world = table.world
    table.cast("faces-union-1", "object", reason=WORDS, cure=CURE)
    entry = Entry.objects.of_kinds(Kind.POSITION_SEALED).get()
    public = [
        *("", "decisions/", "calls/1/", "table/", "record/", "feed.atom", "calendar.ics"),
    ]
    addresses = [f"/processes/faces/{each}" for each in public]
    addresses += [f"/record/{entry.index}/", f"/record/{entry.index}/leaf.json", f"/record/{entry.index}/receipt.json"]
    addresses += ["/documents/faces-code/", "/documents/faces-code/versions/1/", "/record/", "/"]
    api = "/api/v1/processes/faces"
    addresses += [f"{api}/calls/", f"{api}/calls/1/", f"{api}/calls/1/positions/", f"{api}/calls/1/tally/"]
    addresses += [f"{api}/objections/"]
    desk = [f"{DESK}/", f"{DESK}/calls/", f"{DESK}/calls/1/position/", f"{DESK}/calls/1/determine/", "/desk/"]
    desk += [f"{DESK}/organizations/faces-firm-1/withdraw/", f"{DESK}/organizations/faces-union-1/withdraw/"]
    people = [world.chair, world.convener, world.secretary, world.editor, world.leads["faces-firm-1"]]
    readers = [(Client(), addresses)] + [(signed_in(person), [*addresses, *desk]) for person in people]
    for reader, asked in readers:
        for address in asked:
            told = re.sub(LEGEND, "", reader.get(address).content.decode(), flags=re.DOTALL)
            assert WORDS not in told, address
            assert CURE not in told, address
            assert not re.search(r"status is-against[^>]*>(?:(?!</span>).)*Object", told), address
    shown = Client().get("/processes/faces/calls/1/").content.decode()
    assert "Answered, sealed" in shown
    assert "1 of 4 organizations have answered so far. What they said is sealed until it closes." in re.sub(
        r"<[^>]+>", "", shown
    )
    assert Client().get(f"{api}/calls/1/").json()["answered"] == ["faces-union-1"]
    assert Client().get(f"{api}/calls/1/positions/").json()["results"] == []
    assert Client().get(f"{api}/calls/1/tally/").status_code == 409
    own = signed_in(world.leads["faces-union-1"]).get(f"{DESK}/calls/1/position/").content.decode()
    assert WORDS in own


def test_after_it_closed_what_was_sealed_is_readable(now: datetime) -> None:
    table = make_table(record_now() - HOUR, sealed_calls=True)
    table.cast("faces-union-1", "object", reason=WORDS, cure=CURE)
    Call.objects.update(closes_at=record_now() - timedelta(seconds=1))
    waiting = Client().get("/processes/faces/calls/1/").content.decode()
    assert "its sealed positions are being opened" in waiting
    assert WORDS not in waiting
    acts.settle_calls(at=record_now())
    assert WORDS in Client().get("/processes/faces/calls/1/").content.decode()
    assert moment_text(table.fresh().closes_at, "UTC")
