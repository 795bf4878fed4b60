"""After a walk-out, told through the doors: a tenth follows, one returns, a dissent a year later by other signers."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from policyhub.accounts.models import User
from policyhub.decisions.models import Position
from policyhub.participation.models import Participation, Statement
from policyhub.participation.queries import at_the_table
from policyhub.record.models import Entry
from tests.factories.decisions import Table, make_table
from tests.journeys.person import Person, Refused, words

ONE, TWO, THREE = (f"faces-union-{number}" for number in (1, 2, 3))
DISSENT = "We were absent, and we dissent."


@pytest.fixture
def table(now: datetime) -> Table:
    """Two firms and three unions; the unions objected while the call was open."""
    made = make_table(now - timedelta(days=3), industry=2, advocacy=3)
    for organization in (ONE, TWO):
        made.cast(organization, "object")
    return made


def lead(table: Table, organization: str) -> Person:
    return Person(table.world.leads[organization])


def seat(organization: str) -> Participation:
    return Participation.objects.filter(organization__slug=organization).latest("pk")


def test_after_the_walk_out(table: Table) -> None:
    two_leave_together(table)
    a_third_follows(table)
    read_what_followed(table)
    one_comes_back(table)
    dissent_by_others(table)
    complain_and_be_answered(table)


def two_leave_together(table: Table) -> None:
    first = lead(table, ONE)
    drafted = first.send(
        reverse("draft-statement", args=["faces"]), title="Why we leave", text="No consent.", kind="withdrawal"
    )
    assert drafted.status_code == 302
    first.send(reverse("ask-to-sign", args=["faces", 1]), participations=[seat(TWO).pk])
    assert lead(table, TWO).send(reverse("desk-statement", args=["faces", 1]), which="sign").status_code == 302
    first.do("withdraw-jointly", "faces", 1, confirm=True)
    assert {each.organization.slug for each in at_the_table(table.world.process)} == {
        "faces-firm-1",
        "faces-firm-2",
        THREE,
    }


def a_third_follows(table: Table) -> None:
    """Six days later by its own word; the record counts the time at which it was written."""
    entry = lead(table, THREE).do(
        "withdraw-organization",
        "faces",
        THREE,
        reason="Trade groups dominate it.",
        claimed_on="2015-06-22",
        confirm=True,
    )
    assert entry.body["claimed_on"] == "2015-06-22"
    public = words(Person().open(reverse("process-table", args=["faces"])))
    assert "22 June 2015" in public
    assert "its own word; what counts is the time above" in public


def read_what_followed(table: Table) -> None:
    """Anybody reads what each exit did; nothing that was cast has changed."""
    first = Entry.objects.of_kinds("organization.withdrawn").earliest("index")
    page = words(Person().open(reverse("withdrawal", args=["faces", first.index])))
    assert "What followed when 2 organizations withdrew" in page
    assert "Objections that stay open: objection 1 in call 1 , objection 2 in call 1" in page
    assert set(Position.objects.values_list("stance", flat=True)) == {"object"}
    with pytest.raises((Refused, AssertionError)):
        lead(table, ONE).do("cast-position", "faces", 1, stance="support")


def one_comes_back(table: Table) -> None:
    """A return is a new seat, on no roll of a call that is open, and with no vote for what was decided meanwhile."""
    returning = lead(table, TWO)
    returning.do("apply-for-seat", "faces", name="faces union 2", category=seat(TWO).category_id, confirm=True)
    Person(table.world.convener).do("admit-organization", "faces", TWO)
    assert [each.state for each in Participation.objects.filter(organization__slug=TWO).order_by("pk")] == [
        "withdrawn",
        "active",
    ]
    assert "faces union 2" in {str(each.organization) for each in at_the_table(table.world.process)}
    assert returning.status(reverse("cast-position", args=["faces", 1])) in {200, 404}
    with pytest.raises((Refused, AssertionError)):
        returning.do("cast-position", "faces", 1, stance="support")


def dissent_by_others(table: Table) -> None:
    """One that left begins it; one that never sat here signs it; one that left with it does not."""
    first = lead(table, ONE)
    first.send(reverse("draft-statement", args=["faces"]), title="A joint dissent", text=DISSENT, kind="minority")
    number = Statement.objects.get(title="A joint dissent").number
    first.send(reverse("ask-outside", args=["faces", number]), name="Rights House", email="rights@house.example.org")
    outsider = Person(User.objects.get(email="rights@house.example.org"))
    assert outsider.send(reverse("desk-statement", args=["faces", number]), which="sign").status_code == 302
    first.do("publish-statement", "faces", number)
    public = words(Person().open(reverse("statement", args=["faces", number])))
    assert DISSENT in public
    assert "Rights House" in public
    assert "faces union 3" not in public


def complain_and_be_answered(table: Table) -> None:
    first = lead(table, ONE)
    first.send(reverse("draft-statement", args=["faces"]), title="Nine days", text="Too short.", kind="complaint")
    number = Statement.objects.get(title="Nine days").number
    first.do("publish-statement", "faces", number)
    chair = Person(table.world.chair)
    assert "Answer: Nine days" in words(chair.open(reverse("desk")))
    chair.do("answer-statement", "faces", number, code="granted", reason="Fifteen days from now on.")
    assert "Fifteen days from now on." in words(Person().open(reverse("statement", args=["faces", number])))
