"""Amending the charter: with notice, as it was noticed; calls that are open keep what they were opened by."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from policyhub.core.errors import NotAllowed, NotPossible
from policyhub.decisions.acts import open_call
from policyhub.decisions.models import Call
from policyhub.decisions.queries import ballot_of
from policyhub.participation import acts
from policyhub.participation.models import CharterProposal, InterestCategory
from policyhub.participation.queries import find_charter
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry
from policyhub.record.queries import size
from tests.factories.decisions import WEEK, Table, make_document, make_table, publish
from tests.factories.participation import CATEGORIES, World, make_terms
from tests.web.asking import send, signed_in

DESK = "/desk/processes/faces/charter/"
MORE = (*CATEGORIES, ("government", "Government"))


@pytest.fixture
def table(now: datetime) -> Table:
    """A call under a charter that asks for a week of notice; it closes in a month."""
    return make_table(now - timedelta(days=8), notice_days=7)


def propose(world: World, *, at: datetime, **changes: Any) -> Entry:
    terms = make_terms(**{"notice_days": 7, **changes})
    return acts.propose_charter(actor=world.chair, process=world.process, terms=terms, reason="Because.", at=at)


def codes(refusal: pytest.ExceptionInfo[NotPossible]) -> list[str]:
    return [reason.code for reason in refusal.value.reasons]


def test_amended_after_notice_and_as_noticed(table: Table, now: datetime) -> None:
    world = table.world
    entry = propose(world, at=table.world.at, categories=MORE, rule="majority-cast")
    assert (entry.kind, entry.body["version"]) == (Kind.CHARTER_PROPOSED, 2)
    proposal = CharterProposal.objects.get()
    with pytest.raises(NotPossible) as refusal:
        acts.adopt_proposal(actor=world.chair, proposal=proposal, at=world.at + timedelta(days=6, hours=23))
    assert codes(refusal) == ["too_early"]
    adopted = acts.adopt_proposal(actor=world.convener, proposal=proposal, at=now)
    charter = find_charter(world.process)
    assert charter is not None
    assert (adopted.kind, charter.version, charter.rule) == (Kind.CHARTER_ADOPTED, 2, "majority-cast")
    assert [each["slug"] for each in charter.categories] == [slug for slug, _ in MORE]
    assert InterestCategory.objects.get(slug="government").position == 4
    with pytest.raises(NotPossible) as refusal:
        acts.adopt_proposal(actor=world.convener, proposal=proposal, at=now)
    assert codes(refusal) == ["ended"]


def test_open_call_keeps_rule_treatment_and_categories(table: Table, now: datetime) -> None:
    world, before = table.world, ballot_of(table.call)
    propose(world, at=world.at, categories=MORE, rule="interest-unanimity", treatment=make_terms().treatment)
    acts.adopt_proposal(actor=world.chair, proposal=CharterProposal.objects.get(), at=now)
    assert ballot_of(table.fresh()) == before
    version = publish(make_document(world, "other"), "Another text.", by=world, at=now)
    open_call(
        actor=world.chair,
        process=world.process,
        question="And this?",
        version=version,
        closes_at=now + WEEK,
        at=now,
    )
    newer = ballot_of(Call.objects.get(number=2))
    assert (len(newer.categories or ()), len(before.categories or ())) == (4, 3)
    assert newer.rule.title != before.rule.title


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"categories": CATEGORIES[:2]}, "categories"),
        ({"categories": (("industry", "Firms"), *CATEGORIES[1:])}, "categories"),
        ({}, "same"),
        ({"rule": "by-acclamation"}, "rule"),
    ],
)
def test_what_cannot_be_proposed_changes_nothing(table: Table, changes: dict[str, Any], code: str) -> None:
    before = size()
    with pytest.raises(NotPossible) as refusal:
        propose(table.world, at=table.world.at, **changes)
    assert (codes(refusal), size(), CharterProposal.objects.count()) == ([code], before, 0)


def test_one_proposal_at_a_time_by_chair_or_convener_alone(table: Table) -> None:
    world = table.world
    for person in (world.editor, world.outsider, world.leads["faces-firm-1"]):
        with pytest.raises(NotAllowed):
            acts.propose_charter(
                actor=person, process=world.process, terms=make_terms(notice_days=3), reason="So.", at=world.at
            )
    propose(world, at=world.at, notice_days=3)
    with pytest.raises(NotPossible) as refusal:
        propose(world, at=world.at, notice_days=4)
    assert codes(refusal) == ["proposed"]
    proposal = CharterProposal.objects.get()
    for person in (world.editor, world.outsider, world.leads["faces-firm-1"]):
        with pytest.raises(NotAllowed):
            acts.drop_proposal(actor=person, proposal=proposal, reason="So.", at=world.at)
    acts.drop_proposal(actor=world.convener, proposal=proposal, reason="Not so.", at=world.at)
    propose(world, at=world.at, notice_days=4)


def test_desk_proposes_what_the_charter_says_with_changes_and_everybody_reads_it(table: Table) -> None:
    chair = signed_in(table.world.chair)
    page = chair.get(f"{DESK}propose/").content.decode()
    assert "Industry" in page
    said = {
        "scope": "Commercial use of face recognition.",
        "categories": "Industry\nAdvocacy\nAcademia\nGovernment",
        "rule": "two-thirds-cast",
        "notice_days": "7",
        "call_hours": "0",
        "treatment": "count_as_cast",
        "balance": "1/2",
        "appeal_days": "21",
    }
    assert send(chair, f"{DESK}propose/", **said).status_code == 409
    assert send(chair, f"{DESK}propose/", **said, why="The state asks for a seat.").status_code == 302
    public = Client().get("/processes/faces/table/").content.decode()
    assert "The state asks for a seat." in public
    assert send(chair, f"{DESK}proposal/adopt/").status_code == 409
    assert send(chair, f"{DESK}proposal/drop/", reason="It does not.").status_code == 302
    assert "It does not." in Client().get("/processes/faces/table/").content.decode()
    assert signed_in(table.world.editor).get(f"{DESK}propose/").status_code == 404
