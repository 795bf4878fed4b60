"""Who may say who speaks for an organization, and who cannot be named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from policyhub.accounts.models import User
from policyhub.core.errors import NotAllowed, NotPossible
from policyhub.insight.story import tell
from policyhub.participation import acts
from policyhub.participation.models import Participation, Representative, StaffRole
from policyhub.participation.rules import NEUTRAL_FUNCTIONS, Mandate, StaffFunction
from policyhub.record.models import Entry
from policyhub.record.queries import size
from tests.factories.participation import World, make_person, make_world

TERN, GULL = "tern-mobile", "gull"


@pytest.fixture
def world(now: datetime) -> World:
    world = make_world(now)
    world.join("Tern Mobile", "industry")
    world.join("Gull", "industry")
    return world


def codes(refusal: pytest.ExceptionInfo[NotPossible]) -> list[str]:
    return [reason.code for reason in refusal.value.reasons]


def name(world: World, actor: User, seat: Participation, email: str, mandate: Mandate = Mandate.LEAD) -> Entry:
    return acts.name_representative(actor=actor, participation=seat, email=email, mandate=mandate, at=world.at)


def invited(world: World) -> Participation:
    acts.invite_organization(
        actor=world.convener,
        process=world.process,
        name="Northern Institute",
        category=world.category("academia"),
        lead_email="first@north.example.org",
        at=world.at,
    )
    return world.seat("northern-institute")


def leave(world: World, organization: str) -> Participation:
    acts.withdraw_organization(
        actor=world.leads[organization], participation=world.seat(organization), reason="No consent.", at=world.at
    )
    return world.seat(organization)


def speakers(seat: Participation) -> list[tuple[str, str]]:
    named = seat.representatives.filter(until__isnull=True).order_by("mandate")
    return list(named.values_list("mandate", "user__email"))


@pytest.mark.parametrize("mandate", Mandate)
@pytest.mark.parametrize("left", [False, True])
def test_the_convener_names_nobody_for_an_organization_that_sat(world: World, mandate: Mandate, left: bool) -> None:
    seat = leave(world, TERN) if left else world.seat(TERN)
    before = (speakers(seat), size())
    with pytest.raises(NotAllowed):
        name(world, world.convener, seat, "crony@example.org", mandate)
    assert (speakers(seat), size()) == before


def test_the_convener_ends_no_mandate(world: World) -> None:
    alternate = world.seat(TERN).representatives.get(mandate=Mandate.ALTERNATE)
    with pytest.raises(NotAllowed):
        acts.end_representative(actor=world.convener, representative=alternate, at=world.at)


def test_the_convener_corrects_whom_an_invitation_reaches_until_it_is_answered(world: World) -> None:
    seat = invited(world)
    entry = name(world, world.convener, seat, "second@north.example.org")
    assert (entry.actor["org"], speakers(seat)) == (None, [("lead", "second@north.example.org")])
    with pytest.raises(NotPossible) as refusal:
        name(world, world.convener, seat, "third@north.example.org", Mandate.ALTERNATE)
    assert codes(refusal) == ["lead_only"]
    lead = User.objects.get(email="second@north.example.org")
    acts.accept_invitation(actor=lead, participation=seat, at=world.at)
    with pytest.raises(NotAllowed):
        name(world, world.convener, world.seat("northern-institute"), "third@north.example.org")


def test_the_story_says_who_named_and_who_ended(world: World) -> None:
    seat, before = invited(world), size()
    name(world, world.convener, seat, "second@north.example.org")
    name(world, world.leads[TERN], world.seat(TERN), "new@tern.example.org", Mandate.ALTERNATE)
    alternate = world.seat(TERN).representatives.get(until=None, user__email="new@tern.example.org")
    acts.end_representative(actor=world.leads[TERN], representative=alternate, at=world.at)
    told = tell(Entry.objects.filter(index__gte=before).order_by("index"))
    assert [each.sentence for each in told] == [
        "The convener named the lead of Northern Institute.",
        "The convener ended the mandate of the lead of Northern Institute.",
        "Tern Mobile named its alternate.",
        "Tern Mobile ended the mandate of its alternate.",
    ]


def test_an_organization_that_left_returns_by_its_own_people_alone(world: World) -> None:
    leave(world, TERN)
    crony, before = make_person("crony@example.org"), size()
    asking: dict[str, Any] = {
        "process": world.process,
        "name": "Tern Mobile",
        "category": world.category("industry"),
        "at": world.at,
    }
    with pytest.raises(NotPossible) as refusal:
        acts.invite_organization(actor=world.convener, lead_email=crony.email, **asking)
    assert codes(refusal) == ["returns_by_another"]
    with pytest.raises(NotPossible) as refusal:
        acts.apply_for_seat(actor=crony, **asking)
    assert (codes(refusal), size()) == (["returns_by_another"], before)
    acts.invite_organization(actor=world.convener, lead_email=world.alternates[TERN].email, **asking)
    assert speakers(world.seat(TERN)) == [("lead", world.alternates[TERN].email)]


def test_a_lead_does_not_step_down_without_another(world: World) -> None:
    seat, lead = world.seat(TERN), world.leads[TERN]
    before = (speakers(seat), size())
    with pytest.raises(NotPossible) as refusal:
        name(world, lead, seat, lead.email, Mandate.ALTERNATE)
    assert (codes(refusal), speakers(seat), size()) == (["last_lead"], *before)
    name(world, lead, seat, world.alternates[TERN].email)
    assert speakers(seat) == [("lead", world.alternates[TERN].email)]


UNFIT: dict[str, Callable[[World], User]] = {
    "speaks for another": lambda world: world.leads[GULL],
    "convener": lambda world: world.convener,
    "chair": lambda world: world.chair,
    "persona": lambda world: make_person("persona@demo.example.org", is_persona=True),
}


@pytest.mark.parametrize("who", UNFIT)
def test_who_cannot_be_named_is_refused_in_one_sentence(world: World, who: str) -> None:
    person, before = UNFIT[who](world), size()
    with pytest.raises(NotPossible) as refusal:
        name(world, world.leads[TERN], world.seat(TERN), person.email, Mandate.ALTERNATE)
    (reason,) = refusal.value.reasons
    assert (reason.code, reason.field, size()) == ("cannot_be_named", "email", before)
    assert reason.sentence == (
        f"{person.email} cannot be named here. In one process nobody speaks for two organizations, or for one while "
        "holding a neutral function; demo personas act in demo processes only."
    )


@pytest.mark.parametrize("function", StaffFunction)
def test_neutral_functions_are_closed_to_parties_both_ways(world: World, function: StaffFunction) -> None:
    staff = make_person("staff@example.org")
    StaffRole.objects.create(process=world.process, user=staff, function=function, since=world.at)
    granting: dict[str, Any] = {"actor": world.convener, "process": world.process, "function": function, "at": world.at}
    if function in NEUTRAL_FUNCTIONS:
        with pytest.raises(NotPossible) as refusal:
            acts.grant_role(email=world.leads[TERN].email, **granting)
        assert codes(refusal) == ["cannot_be_named"]
        with pytest.raises(NotPossible) as refusal:
            name(world, world.leads[TERN], world.seat(TERN), staff.email)
        assert codes(refusal) == ["cannot_be_named"]
    else:
        acts.grant_role(email=world.leads[TERN].email, **granting)
        name(world, world.leads[TERN], world.seat(TERN), staff.email)
        assert Representative.objects.filter(user=staff, until=None).count() == 1


@pytest.mark.parametrize("function", [StaffFunction.CONVENER, StaffFunction.FACILITATOR])
def test_the_charter_excepts_nobody_but_the_chair(now: datetime, function: StaffFunction) -> None:
    world = make_world(now, chair_may_be_party=True)
    world.join("Tern Mobile", "industry")
    with pytest.raises(NotPossible) as refusal:
        acts.grant_role(
            actor=world.convener,
            process=world.process,
            function=function,
            email=world.leads[TERN].email,
            at=now,
        )
    assert codes(refusal) == ["cannot_be_named"]


def test_the_convener_asks_for_no_seat_of_his_own(world: World) -> None:
    with pytest.raises(NotPossible) as refusal:
        acts.apply_for_seat(
            actor=world.convener, process=world.process, name="Ours", category=world.category("industry"), at=world.at
        )
    assert codes(refusal) == ["cannot_be_named"]
