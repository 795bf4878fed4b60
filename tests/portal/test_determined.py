"""What the chair determined is what every page, list, letter and edition says; the rule is beside it."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

import pytest
from django.test import Client
from pypdf import PdfReader

from policyhub.decisions import acts
from policyhub.decisions.rules import Designation
from policyhub.publishing.acts import pin_edition
from policyhub.publishing.making import make
from policyhub.publishing.models import Edition
from tests.factories.decisions import Table, make_table
from tests.portal.reading import read

BESIDE = "By the rule alone: dissent."


@pytest.fixture
def table(now: datetime) -> Table:
    table = make_table(now, rule="w3c")
    table.cast("faces-firm-1", "support")
    table.cast("faces-union-1", "object")
    acts.answer_objection(
        actor=table.world.chair,
        objection=table.objection("faces-union-1"),
        accommodated=False,
        answer="No limit in time was found that both could keep.",
        at=table.call.opens_at + timedelta(minutes=2),
    )
    return table


def determine(table: Table, designation: Designation) -> datetime:
    """The chair determines the call a day after its closing."""
    at = table.call.closes_at + timedelta(days=1)
    acts.determine_call(actor=table.world.chair, call=table.call, reasons="Heard.", designation=designation, at=at)
    return at


def edition_text(table: Table, at: datetime) -> str:
    """An edition ordered then, as its reader sees it."""
    pin_edition(actor=table.world.convener, version=table.call.version, at=at)
    pages = PdfReader(io.BytesIO(make(Edition.objects.latest("number")))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.mark.parametrize(
    ("designation", "word", "heading"),
    [
        (Designation.ADOPTED, "Adopted by the chair", "Version 1 was adopted"),
        (Designation.NOT_ADOPTED, "Not adopted by the chair", "Version 1 was not adopted"),
    ],
)
def test_the_designation_is_what_every_page_says(
    table: Table, client: Client, designation: Designation, word: str, heading: str
) -> None:
    determine(table, designation)
    pages = {
        name: read(client, f"/processes/faces/{path}")
        for name, path in {"glance": "", "list": "decisions/", "call": "calls/1/", "feed": "feed.atom"}.items()
    }
    assert [name for name in ("glance", "list", "call") if word not in pages[name]] == []
    assert [name for name in pages if BESIDE not in pages[name]] == []
    assert heading in pages["call"]
    assert "for the chair to determine" not in pages["call"]
    assert f"The chair determined call 1: {word.lower().removesuffix(' by the chair')}." in pages["feed"]


def test_the_edition_says_what_was_determined_and_not_before_it_was(table: Table) -> None:
    before = edition_text(table, table.call.closes_at + timedelta(hours=1))
    at = determine(table, Designation.ADOPTED)
    after = edition_text(table, at)
    assert "Left to the chair" in before
    assert "Adopted by the chair. By the rule alone: dissent. It is not called consensus." in after
    assert "Adopted, as determined by the chair on" in after
    assert "Left to the chair, as determined by the chair" not in after
