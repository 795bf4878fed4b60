"""How public pages word what they show: the ladder's words, whole sentences, no more text than a page can bear."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client

from policyhub.core.templatetags.marks import POSITIONS
from policyhub.decisions.rules import Stance
from policyhub.insight.outcomes import outcome_of
from policyhub.participation import acts
from policyhub.participation.models import Process
from policyhub.portal.frame import first_entries
from tests.factories.decisions import make_table
from tests.factories.drafting import clause, comment_on, publish_basic
from tests.factories.participation import make_world
from tests.portal.reading import read


@pytest.mark.parametrize("stance", list(Stance))
def test_a_receipt_says_the_position_in_the_words_of_the_ladder(now: datetime, stance: Stance) -> None:
    entry = make_table(now).cast("faces-firm-1", stance)
    assert outcome_of(entry).follows.startswith(f"faces firm 1: {POSITIONS[stance].word}, on Call 1.")


def test_a_receipt_claims_what_can_be_shown_today(now: datetime, client: Client) -> None:
    table = make_table(now)
    entry = table.cast("faces-firm-1", "support")
    client.force_login(table.world.leads["faces-firm-1"])
    page = read(client, f"/desk/done/{entry.index}/")
    assert "can show that this entry, with these bytes, stood there" in page
    assert "prove" not in page


@pytest.mark.parametrize(("said", "ending"), [("Nothing is kept.", "kept. "), ("Nothing is kept", "kept. ")])
def test_a_sentence_ends_once(now: datetime, client: Client, said: str, ending: str) -> None:
    world = make_world(now)
    acts.add_point(actor=world.convener, process=world.process, proposition=said, at=now)
    assert f"A point was listed: Nothing is {ending}" in read(client, "/record/")


def test_a_comment_is_told_by_the_number_of_its_clause(now: datetime, client: Client) -> None:
    world = make_world(now)
    text = clause(publish_basic(world), "c3")
    comment_on(world, text)
    assert f"commented on clause {text.number}." in read(client, "/record/")


def test_entries_are_counted_in_english() -> None:
    assert [first_entries(number) for number in (1, 2, 12847)] == [
        "the first entry",
        "the first 2 entries",
        "the first 12,847 entries",
    ]


def test_a_long_summary_is_cut_where_it_would_bury_the_page(now: datetime, client: Client) -> None:
    world = make_world(now)
    Process.objects.filter(pk=world.process.pk).update(summary="word " * 4000)
    assert client.get("/").content.decode().count("word ") < 100
    page = client.get("/processes/faces/").content.decode()
    assert page.index("The whole summary") < page.index("Where it stands")
    assert page.partition("<body")[0].count("word ") < 130


def test_the_icon_is_where_programs_ask_for_it(client: Client) -> None:
    response = client.get("/favicon.ico")
    assert (response.status_code, response["Content-Type"]) == (200, "image/svg+xml")
    assert response["Cache-Control"] == "public, max-age=86400"
    assert response.content.startswith(b"<svg")
