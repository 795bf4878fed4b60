"""Statements of every kind: who can begin one, who can stand under it, what is answered."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from policyhub.accounts.acts import ensure_persona
from policyhub.accounts.models import User
from policyhub.core.errors import NotAllowed, NotPossible
from policyhub.core.text import text_hash
from policyhub.decisions.models import Call
from policyhub.drafting.models import Clause
from policyhub.participation import acts
from policyhub.participation.models import Answer, Organization, Signature, Statement
from policyhub.participation.queries import find_request_to, signatories, statements_visible_to
from policyhub.participation.rules import ANSWERED_KINDS, OPEN_KINDS, AnswerCode, StatementKind
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry
from policyhub.record.queries import size
from tests.factories.decisions import Table, make_table
from tests.factories.participation import World, make_person, make_world

UNION, FIRM = "union", "firm"
ALL_KINDS = sorted(StatementKind)


@pytest.fixture
def world(now: datetime) -> World:
    made = make_world(now)
    made.join("Union", "advocacy")
    made.join("Firm", "industry")
    return made


def draft(world: World, kind: StatementKind, organization: str = UNION, **said: Any) -> Statement:
    return acts.draft_statement(
        actor=world.leads[organization],
        participation=world.seat(organization),
        kind=kind,
        title=f"A {kind}",
        text="We say so.",
        at=world.at,
        **said,
    )


def leave(world: World, organization: str = UNION) -> None:
    acts.withdraw_organization(
        actor=world.leads[organization], participation=world.seat(organization), reason="No consent.", at=world.at
    )


def publish(world: World, statement: Statement, organization: str = UNION) -> Entry:
    return acts.publish_statement(
        actor=world.leads[organization], statement=Statement.objects.get(pk=statement.pk), at=world.at
    )


def ask_outside(world: World, statement: Statement, name: str = "Coalition", email: str = "c@example.org") -> Signature:
    (asked,) = acts.ask_outside_to_sign(
        actor=world.leads[UNION], statement=statement, name=name, email=email, at=world.at
    )
    return asked


def sign(world: World, signature: Signature, person: User) -> None:
    acts.sign_statement(actor=person, signature=signature, signing_hash=signature.statement.signing_hash, at=world.at)


def codes(refusal: pytest.ExceptionInfo[NotPossible]) -> list[str]:
    return [reason.code for reason in refusal.value.reasons]


@pytest.mark.parametrize("kind", [each for each in ALL_KINDS if each != StatementKind.PARKING])
def test_organization_that_left_can_still_dissent_and_complain_and_nothing_else(
    world: World, kind: StatementKind
) -> None:
    leave(world)
    if kind in OPEN_KINDS:
        entry = publish(world, draft(world, kind))
        assert (entry.kind, entry.actor["org"], entry.body["kind"]) == (Kind.STATEMENT_PUBLISHED, UNION, kind)
    else:
        with pytest.raises(NotPossible) as refusal:
            draft(world, kind)
        assert codes(refusal) == ["not_seated"]


def test_draft_of_who_leaves_before_publishing_is_published_where_it_is_a_dissent(world: World) -> None:
    dissent, request = draft(world, StatementKind.MINORITY), draft(world, StatementKind.SCOPE_REQUEST)
    leave(world)
    publish(world, dissent)
    with pytest.raises(NotPossible) as refusal:
        publish(world, request)
    assert codes(refusal) == ["not_seated"]


def test_outsider_signs_a_dissent_and_is_named_as_one(world: World) -> None:
    statement, visitor = draft(world, StatementKind.MINORITY), make_person("c@example.org")
    signature = ask_outside(world, statement)
    assert (find_request_to(visitor, statement), signature.participation) == (signature, None)
    assert list(statements_visible_to(visitor, world.process)) == [statement]
    sign(world, signature, visitor)
    entry = publish(world, statement)
    assert entry.body["signatories"] == 2
    signed = Entry.objects.get(index=entry.index + 2)
    assert (signed.kind, signed.actor["org"], signed.actor["role"]) == (Kind.STATEMENT_SIGNED, "coalition", "signatory")
    assert not world.process.participations.filter(organization__slug="coalition").exists()


def test_nobody_but_whom_the_author_asked_signs_for_an_organization_from_outside(world: World) -> None:
    signature = ask_outside(world, draft(world, StatementKind.JOINT))
    for person in (world.outsider, world.convener, world.leads[UNION], world.leads[FIRM]):
        with pytest.raises(NotAllowed):
            sign(world, signature, person)


def test_outsider_whose_account_is_closed_does_not_count(world: World) -> None:
    statement, visitor = draft(world, StatementKind.JOINT), make_person("c@example.org")
    sign(world, ask_outside(world, statement), visitor)
    User.objects.filter(pk=visitor.pk).update(is_active=False)
    assert [each.organization.slug for each in signatories(statement)] == [UNION]


@pytest.mark.parametrize("kind", sorted(set(ALL_KINDS) - OPEN_KINDS - {StatementKind.PARKING}))
def test_outsiders_sign_no_withdrawal_and_no_request(world: World, kind: StatementKind) -> None:
    with pytest.raises(NotPossible) as refusal:
        ask_outside(world, draft(world, kind))
    assert codes(refusal) == ["outside"]


def test_who_has_a_place_here_is_asked_by_it(world: World) -> None:
    statement = draft(world, StatementKind.JOINT)
    leave(world, FIRM)
    with pytest.raises(NotPossible) as refusal:
        ask_outside(world, statement, name="FIRM")
    assert codes(refusal) == ["sat_here"]
    acts.ask_to_sign(actor=world.leads[UNION], statement=statement, participations=[world.seat(FIRM)], at=world.at)
    sign(world, statement.signatures.get(organization__slug=FIRM), world.leads[FIRM])
    assert [each.organization.slug for each in signatories(statement)] == [UNION, FIRM]


def test_signature_of_who_left_lapses_once_others_lead_it_back(world: World) -> None:
    statement = draft(world, StatementKind.JOINT)
    leave(world, FIRM)
    acts.ask_to_sign(actor=world.leads[UNION], statement=statement, participations=[world.seat(FIRM)], at=world.at)
    sign(world, statement.signatures.get(organization__slug=FIRM), world.leads[FIRM])
    acts.apply_for_seat(
        actor=world.leads[FIRM], process=world.process, name="Firm", category=world.category("industry"), at=world.at
    )
    acts.admit_organization(actor=world.convener, participation=world.seat(FIRM), at=world.at)
    assert [each.organization.slug for each in signatories(statement)] == [UNION]


def test_persona_signs_nothing_outside_a_demo(world: World) -> None:
    persona = ensure_persona("persona@example.org", label="A persona", at=world.at)
    with pytest.raises(NotPossible) as refusal:
        ask_outside(world, draft(world, StatementKind.JOINT), email=persona.email)
    assert codes(refusal) == ["cannot_be_named"]
    assert not Organization.objects.filter(slug="coalition").exists()


def test_author_asks_no_longer_until_publication_and_never_itself(world: World) -> None:
    statement = draft(world, StatementKind.JOINT)
    signature = ask_outside(world, statement)
    for person in (world.leads[FIRM], world.outsider):
        with pytest.raises(NotAllowed):
            acts.remove_signatory(actor=person, signature=signature)
    acts.remove_signatory(actor=world.leads[UNION], signature=signature)
    own = statement.signatures.get()
    with pytest.raises(NotPossible) as refusal:
        acts.remove_signatory(actor=world.leads[UNION], signature=own)
    assert codes(refusal) == ["author"]
    publish(world, statement)
    with pytest.raises(NotPossible) as refusal:
        acts.remove_signatory(actor=world.leads[UNION], signature=own)
    assert "published" in codes(refusal)


@pytest.mark.parametrize("kind", sorted(ANSWERED_KINDS - {StatementKind.PARKING}))
def test_what_asks_for_something_is_answered_once_with_a_reason(world: World, kind: StatementKind) -> None:
    statement = draft(world, kind)
    publish(world, statement)
    said: dict[str, Any] = {"code": AnswerCode.REFUSED, "reason": "It is out of our hands.", "at": world.at}
    for person in (world.secretary, world.editor, world.leads[UNION], world.outsider):
        with pytest.raises(NotAllowed):
            acts.answer_statement(actor=person, statement=statement, **said)
    entry = acts.answer_statement(actor=world.convener, statement=statement, **said)
    assert (entry.kind, entry.actor["role"]) == (Kind.STATEMENT_ANSWERED, "convener")
    assert entry.body["reason_hash"] == text_hash(Answer.objects.get(statement=statement).reason)
    with pytest.raises(NotPossible) as refusal:
        acts.answer_statement(actor=world.chair, statement=statement, **said)
    assert codes(refusal) == ["answered"]


def test_nothing_is_answered_that_asks_for_nothing_or_is_a_draft(world: World) -> None:
    joint, complaint, before = draft(world, StatementKind.JOINT), draft(world, StatementKind.COMPLAINT), size()
    publish(world, joint)
    for statement in (joint, complaint):
        with pytest.raises(NotPossible) as refusal:
            acts.answer_statement(
                actor=world.chair, statement=statement, code=AnswerCode.GRANTED, reason="Yes.", at=world.at
            )
        assert codes(refusal) == ["asks_nothing"]
    assert size() == before + 2


@pytest.fixture
def table(now: datetime) -> Table:
    return make_table(now - timedelta(days=3))


def test_minority_names_the_call_and_a_proposal_to_park_the_clause(table: Table) -> None:
    world, clause = table.world, Clause.objects.get()
    dissent = draft(world, StatementKind.MINORITY, "faces-union-1", about=table.call)
    parked = draft(world, StatementKind.PARKING, "faces-union-1", about=clause)
    assert [dissent.about, parked.about] == ["call/faces/1", "clause/faces-code/c1"]
    entry = publish(world, parked, "faces-union-1")
    assert entry.body["about"] == "clause/faces-code/c1"


@pytest.mark.parametrize(
    ("kind", "about"),
    [
        (StatementKind.PARKING, None),
        (StatementKind.PARKING, Call),
        (StatementKind.MINORITY, Clause),
        (StatementKind.JOINT, Call),
        (StatementKind.COMPLAINT, Clause),
    ],
)
def test_statement_is_about_what_its_kind_can_be_about(table: Table, kind: StatementKind, about: Any) -> None:
    with pytest.raises(NotPossible) as refusal:
        draft(table.world, kind, "faces-union-1", about=about.objects.get() if about else None)
    assert codes(refusal) == ["about"]


def test_statement_is_about_nothing_of_another_process(table: Table) -> None:
    world = make_world(table.world.at, slug="other")
    world.join("Elsewhere", "advocacy")
    with pytest.raises(NotPossible) as refusal:
        draft(world, StatementKind.PARKING, "elsewhere", about=Clause.objects.get())
    assert codes(refusal) == ["about"]
