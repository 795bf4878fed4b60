"""Leaving: alone, jointly, with reasons; what was said stays."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from policyhub.accounts.models import User
from policyhub.accounts.queries import was_made_by
from policyhub.core.canonical import moment
from policyhub.core.errors import NotAllowed, NotPossible
from policyhub.core.text import canonical_text, text_hash
from policyhub.participation import acts
from policyhub.participation.models import Signature, Statement, Withdrawal
from policyhub.participation.queries import (
    lapsed_signatures,
    published_statements,
    signatories,
    statements_visible_to,
)
from policyhub.participation.rules import Importance, Mandate, StatementKind
from policyhub.record.kinds import Kind
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
        actor=world.leads[organization], signature=signature, signing_hash=statement.signing_hash, at=world.at
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
        "claimed_on": None,
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
        ("statement.signed", "statement/faces/1"),
        ("statement.signed", "statement/faces/1"),
        ("organization.withdrawn", "organization/harbor-tenants-union"),
        ("organization.withdrawn", "organization/street-commons"),
    ]
    signed = Entry.objects.of_kinds(Kind.STATEMENT_SIGNED).order_by("index")
    assert (entry.body["signatories"], [each.actor["org"] for each in signed]) == (
        2,
        ["harbor-tenants-union", "street-commons"],
    )
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
            actor=world.leads["open-sky"], signature=signature, signing_hash=text_hash("another"), at=world.at
        )
    assert codes(refusal) == ["text_changed"]


def test_nobody_signs_for_another_or_twice(world: World) -> None:
    statement = draft(world)
    ask(world, statement, "open-sky")
    signature = Signature.objects.get(statement=statement, participation=world.seat("open-sky"))
    for somebody in (world.alternates["open-sky"], world.leads["tern-mobile"], world.outsider):
        with pytest.raises(NotAllowed):
            acts.sign_statement(actor=somebody, signature=signature, signing_hash=statement.signing_hash, at=world.at)
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


def hand_over(world: World, organization: str) -> None:
    acts.name_representative(
        actor=world.leads[organization],
        participation=world.seat(organization),
        email=f"new@{organization}.example.org",
        mandate=Mandate.LEAD,
        at=world.at,
    )
    world.leads[organization] = User.objects.get(email=f"new@{organization}.example.org")


def test_a_signature_lapses_with_the_mandate_of_who_signed(world: World) -> None:
    statement = draft(world)
    ask(world, statement, "open-sky", "street-commons")
    sign(world, statement, "open-sky")
    sign(world, statement, "street-commons")
    hand_over(world, "open-sky")
    assert [each.participation for each in lapsed_signatures(statement)] == [world.seat("open-sky")]
    acts.withdraw_jointly(actor=world.leads["harbor-tenants-union"], statement=statement, at=world.at)
    assert [world.seat(each).state for each in ("open-sky", "street-commons")] == ["active", "withdrawn"]
    assert Signature.objects.get(participation=world.seat("open-sky")).signed_at is None


def test_a_lapsed_signature_is_given_again_or_declined_by_the_new_lead(world: World) -> None:
    statement = draft(world)
    for organization, answer in (("open-sky", acts.decline_to_sign), ("street-commons", None)):
        ask(world, statement, organization)
        sign(world, statement, organization)
        hand_over(world, organization)
        if answer:
            signature = Signature.objects.get(participation=world.seat(organization))
            answer(actor=world.leads[organization], signature=signature, at=world.at)
        else:
            sign(world, statement, organization)
    named = [each.organization.slug for each in signatories(statement)]
    assert named == ["harbor-tenants-union", "street-commons"]


def test_who_publishes_signs_for_the_author(world: World) -> None:
    statement = draft(world)
    hand_over(world, "harbor-tenants-union")
    acts.withdraw_jointly(actor=world.leads["harbor-tenants-union"], statement=statement, at=world.at)
    signed = Entry.objects.of_kinds(Kind.STATEMENT_SIGNED).get()
    assert was_made_by(signed, world.leads["harbor-tenants-union"])
    assert world.seat("harbor-tenants-union").state == "withdrawn"


def test_an_organization_that_left_publishes_nothing(world: World) -> None:
    statement, lead = draft(world), world.leads["harbor-tenants-union"]
    acts.withdraw_organization(actor=lead, participation=world.seat("harbor-tenants-union"), reason=REASON, at=world.at)
    with pytest.raises(NotPossible) as refusal:
        acts.withdraw_jointly(actor=lead, statement=statement, at=world.at)
    assert codes(refusal) == ["not_seated"]


def test_a_hundred_and_five_organizations_sign_one_statement(world: World) -> None:
    statement, slugs = draft(world), [f"member-of-the-network-for-public-spaces-{number}" for number in range(101)]
    for slug in slugs:
        world.join(slug.replace("-", " ").capitalize(), "advocacy")
    ask(world, statement, *slugs, "street-commons", "open-sky", "tern-mobile")
    for slug in (*slugs, "street-commons", "open-sky", "tern-mobile"):
        sign(world, statement, slug)
    entry = acts.withdraw_jointly(actor=world.leads["harbor-tenants-union"], statement=statement, at=world.at)
    signed = Entry.objects.of_kinds(Kind.STATEMENT_SIGNED).order_by("index")
    assert entry.body["signatories"] == 105
    assert [each.index for each in signed] == list(range(entry.index + 1, entry.index + 106))
    assert Entry.objects.of_kinds(Kind.ORGANIZATION_WITHDRAWN).count() == 105


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
