"""How organizations come to the table and who speaks for them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from policyhub.core.errors import NotAllowed, NotPossible
from policyhub.core.text import text_hash
from policyhub.participation import acts
from policyhub.participation.models import Organization, Participation, Process, Representative
from policyhub.participation.queries import declined
from policyhub.participation.rules import Mandate, StaffFunction
from policyhub.record.models import Entry
from policyhub.record.queries import size
from tests.factories.participation import World, make_convener, make_person, make_world


@pytest.fixture
def world(now: datetime) -> World:
    return make_world(now)


def codes(refusal: pytest.ExceptionInfo[NotPossible]) -> list[str]:
    return [reason.code for reason in refusal.value.reasons]


def test_an_invited_organization_sits_when_its_lead_accepts(world: World) -> None:
    category = world.category("advocacy")
    acts.invite_organization(
        actor=world.convener,
        process=world.process,
        name="Harbor Tenants Union",
        category=category,
        lead_email="lead@example.org",
        at=world.at,
    )
    seat = world.seat("harbor-tenants-union")
    lead = Representative.objects.get(participation=seat).user
    with pytest.raises(NotAllowed):
        acts.accept_invitation(actor=world.convener, participation=seat, at=world.at)
    entry = acts.accept_invitation(actor=lead, participation=seat, at=world.at)
    assert (entry.kind, entry.subject, entry.actor["org"], entry.body) == (
        "organization.admitted",
        "organization/harbor-tenants-union",
        "harbor-tenants-union",
        {"category": "advocacy", "standing": "voting", "process": "faces"},
    )
    assert world.seat("harbor-tenants-union").state == "active"


def test_an_applicant_sits_when_the_convener_admits_it(world: World) -> None:
    seat = world.join("Tern Mobile", "industry")
    assert (seat.state, seat.admitted_at) == ("active", world.at)
    kinds = list(Entry.objects.of_subject("organization/tern-mobile").order_by("n").values_list("kind", flat=True))
    assert kinds == ["organization.applied", "representative.named", "organization.admitted", "representative.named"]


def test_only_the_convener_admits_and_declines(world: World) -> None:
    acts.apply_for_seat(
        actor=world.outsider, process=world.process, name="Tern", category=world.category("industry"), at=world.at
    )
    seat = world.seat("tern")
    for somebody in (world.outsider, world.chair):
        with pytest.raises(NotAllowed):
            acts.admit_organization(actor=somebody, participation=seat, at=world.at)
        with pytest.raises(NotAllowed):
            acts.decline_organization(actor=somebody, participation=seat, reason="No.", at=world.at)


def test_a_declined_application_has_a_reason_and_can_be_made_again(world: World) -> None:
    category = world.category("industry")
    acts.apply_for_seat(actor=world.outsider, process=world.process, name="Tern", category=category, at=world.at)
    with pytest.raises(NotPossible) as refusal:
        acts.decline_organization(actor=world.convener, participation=world.seat("tern"), reason=" ", at=world.at)
    assert codes(refusal) == ["text"]
    entry = acts.decline_organization(
        actor=world.convener, participation=world.seat("tern"), reason="It has no interest in faces.", at=world.at
    )
    seat = declined(world.process).get()
    assert (seat.organization.slug, seat.declined_at) == ("tern", world.at)
    assert text_hash(seat.declined_reason) == entry.body["reason_hash"]
    acts.apply_for_seat(actor=world.outsider, process=world.process, name="Tern", category=category, at=world.at)
    assert [seat.state for seat in Participation.objects.order_by("pk")] == ["declined", "applied"]


def test_names_that_share_an_address_are_two_organizations_and_one_name_is_one(world: World) -> None:
    category = world.category("industry")
    asked: dict[str, Any] = {"process": world.process, "category": category, "at": world.at}
    acts.apply_for_seat(actor=world.outsider, name="Tern & Sons", **asked)
    acts.apply_for_seat(actor=make_person("b@example.org"), name="Tern Sons", **asked)
    acts.apply_for_seat(actor=make_person("c@example.org"), name="T" * 70, **asked)
    acts.apply_for_seat(actor=make_person("d@example.org"), name="T" * 70 + "s", **asked)
    assert list(Organization.objects.filter(name__startswith="T").order_by("pk").values_list("slug", flat=True)) == [
        "tern-sons",
        "tern-sons-2",
        "t" * 60,
        "t" * 50 + "-2",
    ]
    with pytest.raises(NotPossible) as refusal:
        acts.apply_for_seat(actor=make_person("e@example.org"), name=" tern  & sons ", **asked)
    assert codes(refusal) == ["asked_already"]


@pytest.mark.parametrize("name", ["Союз", "デジタル権利協会", "اتحاد المستأجرين"])
def test_a_name_in_other_letters_gets_an_address_too(world: World, name: str) -> None:
    asked: dict[str, Any] = {"process": world.process, "category": world.category("industry"), "at": world.at}
    acts.apply_for_seat(actor=world.outsider, name=name, **asked)
    acts.apply_for_seat(actor=make_person("b@example.org"), name=f"{name} 二", **asked)
    named = Organization.objects.order_by("pk").values_list("slug", "name")
    assert list(named) == [("organization", name), ("organization-2", f"{name} 二")]
    with pytest.raises(NotPossible) as refusal:
        acts.apply_for_seat(actor=make_person("c@example.org"), name="— …", **asked)
    assert codes(refusal) == ["name"]


def test_what_is_said_about_an_organization_is_short(world: World) -> None:
    asked: dict[str, Any] = {"process": world.process, "category": world.category("industry"), "at": world.at}
    with pytest.raises(NotPossible) as refusal:
        acts.apply_for_seat(actor=world.outsider, name="Tern", about="a" * 4_000, **asked)
    assert codes(refusal) == ["text"]
    acts.apply_for_seat(actor=world.outsider, name="Tern", about="a" * 3_999, **asked)


def test_nobody_is_seated_before_the_charter(now: datetime) -> None:
    convener = make_convener()
    acts.open_process(actor=convener, slug="p", title="P", summary="P.", convener="C", at=now)
    elsewhere = make_world(now)
    with pytest.raises(NotPossible) as refusal:
        acts.apply_for_seat(
            actor=convener,
            process=Process.objects.get(slug="p"),
            name="Tern",
            category=elsewhere.category("industry"),
            at=now,
        )
    assert codes(refusal) == ["no_charter", "category"]


def test_an_organization_has_one_seat(world: World) -> None:
    world.join("Tern Mobile", "industry")
    before = size()
    with pytest.raises(NotPossible) as refusal:
        acts.apply_for_seat(
            actor=world.outsider,
            process=world.process,
            name="Tern Mobile",
            category=world.category("advocacy"),
            at=world.at,
        )
    assert (codes(refusal), size()) == (["asked_already"], before)


def test_one_person_speaks_for_one_organization(world: World) -> None:
    world.join("Tern Mobile", "industry")
    with pytest.raises(NotPossible) as refusal:
        acts.apply_for_seat(
            actor=world.leads["tern-mobile"],
            process=world.process,
            name="Gull",
            category=world.category("industry"),
            at=world.at,
        )
    assert codes(refusal) == ["cannot_be_named"]
    assert not Participation.objects.filter(organization__slug="gull").exists()


def test_the_chair_is_nobodys_party(world: World) -> None:
    world.join("Tern Mobile", "industry")
    with pytest.raises(NotPossible) as refusal:
        acts.name_representative(
            actor=world.leads["tern-mobile"],
            participation=world.seat("tern-mobile"),
            email=world.chair.email,
            mandate=Mandate.ALTERNATE,
            at=world.at,
        )
    assert codes(refusal) == ["cannot_be_named"]
    with pytest.raises(NotPossible) as refusal:
        acts.grant_role(
            actor=world.convener,
            process=world.process,
            function=StaffFunction.CHAIR,
            email=world.leads["tern-mobile"].email,
            at=world.at,
        )
    assert codes(refusal) == ["cannot_be_named"]


def test_the_charter_may_let_the_chair_be_a_party(now: datetime) -> None:
    world = make_world(now, chair_may_be_party=True)
    world.join("Tern Mobile", "industry")
    acts.name_representative(
        actor=world.leads["tern-mobile"],
        participation=world.seat("tern-mobile"),
        email=world.chair.email,
        mandate=Mandate.ALTERNATE,
        at=now,
    )
    assert Representative.objects.filter(user=world.chair, until__isnull=True).count() == 1


def test_naming_a_lead_ends_the_lead_before(world: World) -> None:
    seat = world.join("Tern Mobile", "industry")
    before = world.leads["tern-mobile"]
    acts.name_representative(
        actor=before, participation=seat, email="new@example.org", mandate=Mandate.LEAD, at=world.at
    )
    leads = seat.representatives.filter(until__isnull=True, mandate="lead").values_list("user__email", flat=True)
    assert list(leads) == ["new@example.org"]
    with pytest.raises(NotAllowed):
        acts.name_representative(
            actor=before, participation=seat, email="x@example.org", mandate=Mandate.LEAD, at=world.at
        )


def test_an_alternate_ends_at_once_and_a_lead_is_replaced_not_ended(world: World) -> None:
    seat = world.join("Tern Mobile", "industry")
    lead = seat.representatives.get(mandate="lead")
    alternate = seat.representatives.get(mandate="alternate")
    entry = acts.end_representative(actor=world.leads["tern-mobile"], representative=alternate, at=world.at)
    assert (entry.kind, entry.body["role"]) == ("representative.ended", "alternate")
    with pytest.raises(NotPossible) as refusal:
        acts.end_representative(actor=world.leads["tern-mobile"], representative=lead, at=world.at)
    assert codes(refusal) == ["last_lead"]


@pytest.mark.parametrize("who", ["outsider", "chair", "rival", "alternate"])
def test_others_do_not_name_representatives(world: World, who: str) -> None:
    seat = world.join("Tern Mobile", "industry")
    world.join("Gull", "industry")
    people: dict[str, Callable[[], object]] = {
        "outsider": lambda: world.outsider,
        "chair": lambda: world.chair,
        "rival": lambda: world.leads["gull"],
        "alternate": lambda: world.alternates["tern-mobile"],
    }
    with pytest.raises(NotAllowed):
        acts.name_representative(
            actor=people[who](),  # type: ignore[arg-type]
            participation=seat,
            email="x@example.org",
            mandate=Mandate.ALTERNATE,
            at=world.at,
        )


def test_a_former_lead_is_told_nothing(world: World) -> None:
    seat = world.join("Tern Mobile", "industry")
    stranger = make_person("stranger@example.org")
    with pytest.raises(NotAllowed):
        acts.accept_invitation(actor=stranger, participation=seat, at=world.at)
