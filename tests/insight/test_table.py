"""How many sat, left and came back: every page says the same, and the same as the record."""

from __future__ import annotations

import random
import re
from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.test import Client

from policyhub.core.templatetags.typeset import WORDS
from policyhub.insight.table import Figures, chart, departures, figures, left_sentence, needs, rows
from policyhub.participation import acts
from policyhub.participation.queries import roster
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry
from tests.factories.participation import World, make_world
from tests.portal.reading import read

NUMBERS = {**{word: number for number, word in enumerate(WORDS)}, "none": 0, "once": 1, "twice": 2}
CATEGORIES = ("industry", "advocacy", "academia")


@pytest.fixture
def world(now: datetime) -> World:
    return make_world(now)


def leave(world: World, slug: str) -> None:
    acts.withdraw_organization(
        actor=world.leads[slug], participation=world.seat(slug), reason="Not for us.", is_permanent=False, at=world.at
    )


def come_back(world: World, slug: str) -> None:
    seat = world.seat(slug)
    acts.apply_for_seat(
        actor=world.leads[slug],
        process=world.process,
        name=seat.organization.name,
        category=seat.category,
        at=world.at,
    )
    acts.admit_organization(actor=world.convener, participation=world.seat(slug), at=world.at)


def live_through(world: World, chance: random.Random, steps: int) -> None:
    """A history of joining, leaving and coming back."""
    for step in range(steps):
        world.at += timedelta(hours=chance.choice([1, 5, 30]))
        away = [slug for slug in world.leads if world.seat(slug).withdrawn_at is not None]
        seated = [slug for slug in world.leads if slug not in away]
        what = chance.choice(["join", *(["leave"] * 2 if seated else []), *(["return"] if away else [])])
        if what == "join":
            world.join(f"Member {step}", chance.choice(CATEGORIES))
        else:
            (leave if what == "leave" else come_back)(world, chance.choice(seated if what == "leave" else away))


def recounted(world: World) -> Figures:
    """The figures from the record alone."""
    came: Counter[str] = Counter()
    left: Counter[str] = Counter()
    for entry in Entry.objects.of_process(world.process.slug).order_by("index"):
        count = {Kind.ORGANIZATION_ADMITTED: came, Kind.ORGANIZATION_WITHDRAWN: left}.get(Kind(entry.kind))
        if count is not None:
            count[entry.subject] += 1
    seated = [each for each in came if came[each] > left[each]]
    return Figures(len(came), len(seated), len(left), sum(1 for each in seated if left[each]), left.total())


def left(world: World) -> str:
    """The sentence about those who withdrew, as the process's page shows it."""
    seats = list(roster(world.process))
    return left_sentence(rows(world.process, seats), figures(seats))


def number(words: str | None) -> int:
    """The number that a word or figures say; 0 for words that are not there."""
    said = (words or "no").lower()
    return NUMBERS[said] if said in NUMBERS else int(said)


def said_of_exits(sentence: str) -> tuple[int, int, int]:
    """How many withdrew, came back, and how often somebody withdrew, as a sentence says it."""
    left = re.search(r"(\w+)(?: of the \w+)?(?: organizations?)?(?: in \w+)? (?:has|have) withdrawn", sentence)
    back = re.search(r"(\w+) (?:has|have) come back", sentence)
    times = re.search(r"withdrawn, (\w+)(?: times)?(?: in all)?", sentence)
    gone = number(left.group(1) if left and "nobody" not in sentence else None)
    returned = 1 if ", and has come back" in sentence else number(back.group(1) if back else None)
    return gone, returned, number(times.group(1)) if times and times.group(1) != "and" else gone


@pytest.mark.parametrize("seed", range(12))
def test_every_figure_equals_a_recount_of_the_record(world: World, client: Client, seed: int) -> None:
    live_through(world, random.Random(seed), 14)
    counted = recounted(world)
    seats = list(roster(world.process))
    assert figures(seats) == counted
    exits = (counted.left, counted.returned, counted.withdrawals)
    listed = rows(world.process, seats)
    drawn = chart(world.process, seats, world.at)
    assert drawn is not None
    assert said_of_exits(left(world)) == exits
    assert said_of_exits(drawn.finding) == exits
    sums = [sum(getattr(row, name) for row in listed) for name in ("seated", "left", "returned")]
    assert sums == [counted.seated, counted.left, counted.returned]
    assert sum(row.seated + row.withdrawn for row in listed) == counted.ever
    assert sum(drawn.points[-1][1].values()) == counted.seated
    assert sum(len(each.seats) for each in departures(world.process, seats)) == counted.withdrawals
    for path in ("", "table/"):
        page = read(client, f"/processes/faces/{path}")
        assert drawn.finding in page
        assert [row.words for row in listed if row.words not in page] == []


def test_leaving_and_coming_back_on_one_day_is_told_as_both(world: World, client: Client) -> None:
    for name in ("Firm", "Union", "Clinic"):
        world.join(name, "advocacy")
    for slug in ("union", "clinic"):
        leave(world, slug)
    come_back(world, "union")
    sentence = "Two organizations have withdrawn; one has come back"
    assert left(world) == sentence
    page = read(client, "/processes/faces/")
    assert sentence in page
    assert "Three organizations have sat at the table, two sit there now: two have withdrawn; one has come back" in page
    assert "2 of 3; 2 withdrew, 1 came back" in page
    assert "Union Advocacy has come back" in read(client, "/processes/faces/table/")


def test_whoever_came_back_is_not_gone_and_leaving_twice_is_told(world: World) -> None:
    world.join("Union", "advocacy")
    world.require("union")
    leave(world, "union")
    assert [need.has_left for need in needs(world.process, [], list(roster(world.process)))] == [True]
    come_back(world, "union")
    assert [need.has_left for need in needs(world.process, [], list(roster(world.process)))] == [False]
    leave(world, "union")
    assert left(world) == "One organization has withdrawn, twice"
    come_back(world, "union")
    assert left(world) == "One organization has withdrawn, twice, and has come back"
