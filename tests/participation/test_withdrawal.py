"""Leaving: alone, jointly, with reasons; what was said stays."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from policyhub.core.canonical import moment
from policyhub.core.errors import NotAllowed, NotPossible
from policyhub.core.text import canonical_text, text_hash
from policyhub.participation import acts
from policyhub.participation.models import Signature, Statement, Withdrawal
from policyhub.participation.queries import published_statements, statements_visible_to
from policyhub.participation.rules import Importance, StatementKind
from policyhub.record.models import Entry
from policyhub.record.queries import size
from tests.factories.participation import World, make_world

REASON = "People should be able to walk down a street unidentified."


@pytest.fixture
def world(now: datetime) -> World:
    world = make_world(now)
    for name in ("Harbor Tenants Union", "Street Commons", "Open Sky"):
        world.join(name, "advocacy")
    world.join("Tern Mobile", "industry")
    return world


def codes(refusal: pytest.ExceptionInfo[NotPossible]) -> list[str]:
    return [reason.code for reason in refusal.value.reasons]


def draft(world: World, author: str = "harbor-tenants-union") -> Statement:
    return acts.draft_statement(
        actor=world.leads[author],
        participation=world.seat(author),
        kind=StatementKind.WITHDRAWAL,
        title="Why we leave",
        text=REASON,
        at=world.at,
    )


def ask(world: World, statement: Statement, *organizations: str) -> None:
    acts.ask_to_sign(
        actor=world.leads["harbor-tenants-union"],
        statement=statement,
        participations=[world.seat(each) for each in organizations],
        at=world.at,
    )


def sign(world: World, statement: Statement, organization: str) -> None:
    signature = Signature.objects.get(statement=statement, participation=world.seat(organization))
    acts.sign_statement(
        actor=world.leads[organization], signature=signature, text_hash=statement.text_hash, at=world.at
    )


def test_withdrawing_alone_is_dated_reasoned_and_on_the_record(world: World) -> None:
    requirement = world.require("open-sky")
    entry = acts.withdraw_organization(
        actor=world.leads["open-sky"],
        participation=world.seat("open-sky"),
        reason=REASON,
        requirements=[requirement],
        is_permanent=False,
        return_condition="Opt-in.",
        at=world.at,
    )
    assert (entry.kind, entry.subject, entry.actor["org"]) == (
        "organization.withdrawn",
        "organization/open-sky",
        "open-sky",
    )
    assert entry.body == {
        "process": "faces",
        "category": "advocacy",
        "scope": "process",
        "effective_at": moment(world.at),
        "permanent": False,
        "reason_hash": text_hash(REASON),
        "return_condition_hash": text_hash("Opt-in."),
        "requirements": [requirement.number],
        "statement": None,
    }
    seat = world.seat("open-sky")
    assert (seat.state, seat.withdrawn_at) == ("withdrawn", world.at)
    assert seat.withdrawal.return_condition == "Opt-in.\n"


def test_a_second_withdrawal_is_refused_and_changes_nothing(world: World) -> None:
    arguments: dict[str, Any] = {"actor": world.leads["open-sky"], "reason": REASON, "at": world.at}
    acts.withdraw_organization(participation=world.seat("open-sky"), **arguments)
    before = size()
    with pytest.raises(NotPossible) as refusal:
        acts.withdraw_organization(participation=world.seat("open-sky"), **arguments)
    assert codes(refusal) == ["wrong_state"]
    assert (size(), Withdrawal.objects.count()) == (before, 1)


@pytest.mark.parametrize("who", ["outsider", "convener", "chair", "rival", "alternate"])
def test_nobody_else_withdraws_an_organization(world: World, who: str) -> None:
    people = {
        "outsider": world.outsider,
        "convener": world.convener,
        "chair": world.chair,
        "rival": world.leads["tern-mobile"],
        "alternate": world.alternates["open-sky"],
    }
    with pytest.raises(NotAllowed):
        acts.withdraw_organization(actor=people[who], participation=world.seat("open-sky"), reason=REASON, at=world.at)
    assert world.seat("open-sky").state == "active"


def test_reasons_are_tied_to_ones_own_requirements(world: World) -> None:
    foreign = world.require("street-commons")
    with pytest.raises(NotPossible) as refusal:
        acts.withdraw_organization(
            actor=world.leads["open-sky"],
            participation=world.seat("open-sky"),
            reason=REASON,
            requirements=[foreign],
            at=world.at,
        )
    assert codes(refusal) == ["requirement"]


def test_a_withdrawal_without_reason_is_refused(world: World) -> None:
    with pytest.raises(NotPossible):
        acts.withdraw_organization(
            actor=world.leads["open-sky"], participation=world.seat("open-sky"), reason="  ", at=world.at
        )
    assert world.seat("open-sky").state == "active"


def test_a_draft_is_seen_by_its_author_and_those_asked_only(world: World) -> None:
    before = size()
    statement = draft(world)
    ask(world, statement, "street-commons")
    seen = {
        organization: list(statements_visible_to(lead, world.process))
        for organization, lead in {**world.leads, "chair": world.chair, "nobody": world.outsider}.items()
    }
    assert seen == {
        "harbor-tenants-union": [statement],
        "street-commons": [statement],
        "open-sky": [],
        "tern-mobile": [],
        "chair": [],
        "nobody": [],
    }
    assert (list(published_statements(world.process)), size()) == ([], before)


def test_a_joint_withdrawal_is_one_statement_and_an_entry_for_each(world: World) -> None:
    world.require("street-commons")
    statement = draft(world)
    ask(world, statement, "street-commons", "open-sky")
    sign(world, statement, "street-commons")
    before = size()
    entry = acts.withdraw_jointly(actor=world.leads["harbor-tenants-union"], statement=statement, at=world.at)
    written = list(Entry.objects.filter(index__gte=before).order_by("index").values_list("kind", "subject"))
    assert written == [
        ("statement.published", "statement/faces/1"),
        ("organization.withdrawn", "organization/harbor-tenants-union"),
        ("organization.withdrawn", "organization/street-commons"),
    ]
    assert [each["organization"] for each in entry.body["signatories"]] == ["harbor-tenants-union", "street-commons"]
    assert entry.body["text_hash"] == text_hash(canonical_text(REASON))
    assert [seat.state for seat in (world.seat("street-commons"), world.seat("open-sky"))] == ["withdrawn", "active"]
    assert list(world.seat("street-commons").withdrawal.requirements.values_list("number", flat=True)) == [1]


def test_whoever_declined_or_did_not_answer_stays(world: World) -> None:
    statement = draft(world)
    ask(world, statement, "street-commons", "open-sky")
    signature = Signature.objects.get(statement=statement, participation=world.seat("street-commons"))
    acts.decline_to_sign(actor=world.leads["street-commons"], signature=signature, at=world.at)
    acts.withdraw_jointly(actor=world.leads["harbor-tenants-union"], statement=statement, at=world.at)
    assert [seat.organization.slug for seat in world.process.participations.active().order_by("pk")] == [
        "street-commons",
        "open-sky",
        "tern-mobile",
    ]


def test_signing_names_the_text_that_was_read(world: World) -> None:
    statement = draft(world)
    ask(world, statement, "open-sky")
    signature = Signature.objects.get(statement=statement, participation=world.seat("open-sky"))
    with pytest.raises(NotPossible) as refusal:
        acts.sign_statement(
            actor=world.leads["open-sky"], signature=signature, text_hash=text_hash("another"), at=world.at
        )
    assert codes(refusal) == ["text_changed"]


def test_nobody_signs_for_another_or_twice(world: World) -> None:
    statement = draft(world)
    ask(world, statement, "open-sky")
    signature = Signature.objects.get(statement=statement, participation=world.seat("open-sky"))
    for somebody in (world.alternates["open-sky"], world.leads["tern-mobile"], world.outsider):
        with pytest.raises(NotAllowed):
            acts.sign_statement(actor=somebody, signature=signature, text_hash=statement.text_hash, at=world.at)
    sign(world, statement, "open-sky")
    with pytest.raises(NotPossible) as refusal:
        sign(world, statement, "open-sky")
    assert codes(refusal) == ["answered"]


def test_a_published_statement_can_no_longer_be_signed(world: World) -> None:
    statement = draft(world)
    ask(world, statement, "open-sky")
    acts.withdraw_jointly(actor=world.leads["harbor-tenants-union"], statement=statement, at=world.at)
    with pytest.raises(NotPossible) as refusal:
        sign(world, statement, "open-sky")
    assert codes(refusal) == ["published"]


def test_whoever_left_alone_before_is_not_withdrawn_again(world: World) -> None:
    statement = draft(world)
    ask(world, statement, "open-sky")
    sign(world, statement, "open-sky")
    acts.withdraw_organization(
        actor=world.leads["open-sky"], participation=world.seat("open-sky"), reason=REASON, at=world.at
    )
    acts.withdraw_jointly(
        actor=world.leads["harbor-tenants-union"], statement=statement, at=world.at + timedelta(seconds=1)
    )
    assert world.seat("open-sky").withdrawn_at == world.at


def test_an_organization_that_left_can_ask_for_a_new_seat(world: World) -> None:
    acts.withdraw_organization(
        actor=world.leads["open-sky"], participation=world.seat("open-sky"), reason=REASON, at=world.at
    )
    earlier = world.seat("open-sky")
    acts.apply_for_seat(
        actor=world.leads["open-sky"],
        process=world.process,
        name="Open Sky",
        category=world.category("advocacy"),
        at=world.at,
    )
    acts.admit_organization(actor=world.convener, participation=world.seat("open-sky"), at=world.at)
    assert (world.seat("open-sky").state, earlier.state) == ("active", "withdrawn")
    assert world.seat("open-sky").pk != earlier.pk


def test_a_requirement_is_declared_once_for_a_point_by_its_organization(world: World) -> None:
    requirement = world.require("open-sky")
    arguments: dict[str, Any] = {
        "participation": world.seat("open-sky"),
        "point": requirement.point,
        "holds": True,
        "importance": Importance.ESSENTIAL,
        "otherwise_leaves": False,
        "text": "Again.",
        "at": world.at,
    }
    with pytest.raises(NotPossible) as refusal:
        acts.declare_requirement(actor=world.leads["open-sky"], **arguments)
    assert codes(refusal) == ["declared"]
    with pytest.raises(NotAllowed):
        acts.declare_requirement(actor=world.leads["tern-mobile"], **arguments)


def test_points_are_listed_once(world: World) -> None:
    acts.add_point(actor=world.leads["open-sky"], process=world.process, proposition="Opt-in  first", at=world.at)
    with pytest.raises(NotPossible) as refusal:
        acts.add_point(actor=world.chair, process=world.process, proposition="Opt-in first", at=world.at)
    assert codes(refusal) == ["listed"]
    with pytest.raises(NotAllowed):
        acts.add_point(actor=world.outsider, process=world.process, proposition="Mine", at=world.at)
