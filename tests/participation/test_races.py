"""People named at the same moment, from two sides, on connections of their own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from policyhub.accounts.acts import ensure_person
from policyhub.accounts.models import User
from policyhub.core.errors import NotPossible
from policyhub.participation import acts
from policyhub.participation.models import Representative, StaffRole
from policyhub.participation.rules import Mandate, StaffFunction
from policyhub.record.models import Entry
from policyhub.record.queries import now
from tests.decisions.test_races import at_once
from tests.factories.participation import World, make_person, make_world

SOMEBODY = "somebody@example.org"
ROUNDS = 5


def naming(world: World, organization: str) -> Callable[[], Entry]:
    return lambda: acts.name_representative(
        actor=world.leads[organization],
        participation=world.seat(organization),
        email=SOMEBODY,
        mandate=Mandate.ALTERNATE,
        at=now(),
    )


def granting(world: World) -> Callable[[], Entry]:
    return lambda: acts.grant_role(
        actor=world.convener, process=world.process, function=StaffFunction.CHAIR, email=SOMEBODY, at=now()
    )


def applying(world: World, name: str) -> Callable[[], Entry]:
    person, category = User.objects.get(email=SOMEBODY), world.category("industry")
    return lambda: acts.apply_for_seat(actor=person, process=world.process, name=name, category=category, at=now())


@pytest.mark.parametrize("second", ["another lead", "the convener", "the person"])
def test_a_person_named_from_two_sides_at_once_is_named_once(own_database: str, second: str) -> None:
    world = make_world(now())
    world.join("Tern Mobile", "industry")
    world.join("Gull", "industry")
    make_person(SOMEBODY)
    jobs = {
        "another lead": naming(world, "gull"),
        "the convener": granting(world),
        "the person": applying(world, "Eel"),
    }
    done = at_once(naming(world, "tern-mobile"), jobs[second])
    held = Representative.objects.filter(user__email=SOMEBODY).count()
    assert held + StaffRole.objects.filter(user__email=SOMEBODY).count() == 1
    assert sorted(type(each).__name__ for each in done) == ["Entry", "NotPossible"]


def test_a_new_address_used_twice_at_once_is_one_person(own_database: str) -> None:
    at = now()
    for number in range(ROUNDS):
        address = f"{number}@example.org"
        made = at_once(*[lambda address=address: ensure_person(address, at=at)] * 4)
        assert {each.pk for each in made} == {User.objects.get(email=address).pk}


def test_one_new_organization_invited_in_two_processes_at_once(own_database: str) -> None:
    worlds = [make_world(now(), slug=slug) for slug in ("faces", "voices")]

    def inviting(world: World) -> Callable[[], Entry]:
        category = world.category("industry")
        return lambda: acts.invite_organization(
            actor=world.convener,
            process=world.process,
            name="Tern Mobile",
            category=category,
            lead_email="lead@tern.example.org",
            at=now(),
        )

    done = at_once(*(inviting(world) for world in worlds))
    assert [type(each).__name__ for each in done] == ["Entry", "Entry"]
    assert not any(isinstance(each, NotPossible) for each in done)
    assert len({world.seat("tern-mobile").organization_id for world in worlds}) == 1
