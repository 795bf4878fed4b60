"""Opening a process, naming its staff, adopting its charter."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

import pytest

from policyhub.accounts.models import User
from policyhub.core.errors import NotAllowed, NotPossible
from policyhub.core.text import text_hash
from policyhub.participation import acts
from policyhub.participation.models import Charter, Process, StaffRole
from policyhub.participation.rules import StaffFunction
from policyhub.record.models import Entry
from policyhub.record.queries import size
from tests.factories.participation import make_convener, make_person, make_terms, make_world


def open_process(actor: User, at: datetime, **changes: Any) -> Entry:
    arguments: dict[str, Any] = {
        "slug": "faces",
        "title": "Faces",
        "summary": "A code.",
        "convener": "Office for Public Technology",
        "timezone": "America/New_York",
    }
    return acts.open_process(actor=actor, at=at, **{**arguments, **changes})


def refused(refusal: pytest.ExceptionInfo[NotPossible]) -> list[str]:
    return [reason.code for reason in refusal.value.reasons]


def test_opening_announces_the_process_and_makes_its_opener_convener(now: datetime) -> None:
    convener = make_convener()
    entry = open_process(convener, now)
    process = Process.objects.get(slug="faces")
    assert (entry.kind, entry.subject, entry.process) == ("process.opened", "process/faces", "faces")
    assert entry.body == {
        "title": "Faces",
        "convener": "Office for Public Technology",
        "summary_hash": text_hash("A code."),
        "timezone": "America/New_York",
        "source_hash": None,
        "reported_by": None,
    }
    assert list(process.staff.values_list("user", "function")) == [(convener.pk, "convener")]
    assert process.state == "chartering"


def test_only_whom_the_operator_lets_can_open(now: datetime) -> None:
    with pytest.raises(NotAllowed):
        open_process(make_person("somebody@example.org"), now)
    assert (Process.objects.count(), size()) == (0, 0)


@pytest.mark.parametrize(
    ("changes", "code"), [({"slug": "faces"}, "slug_taken"), ({"slug": "b", "timezone": "Mars"}, "zone")]
)
def test_a_process_that_cannot_be_opened_changes_nothing(now: datetime, changes: dict[str, str], code: str) -> None:
    convener = make_convener()
    open_process(convener, now)
    with pytest.raises(NotPossible) as refusal:
        open_process(convener, now, **changes)
    assert refused(refusal) == [code]
    assert (Process.objects.count(), size()) == (1, 1)


def test_only_the_convener_names_staff(now: datetime) -> None:
    world = make_world(now)
    for somebody in (world.chair, world.outsider, make_convener("other@example.org")):
        with pytest.raises(NotAllowed):
            acts.grant_role(
                actor=somebody, process=world.process, function=StaffFunction.EDITOR, email="x@example.org", at=now
            )


def test_a_function_is_held_once_and_ends_once(now: datetime) -> None:
    world = make_world(now)
    with pytest.raises(NotPossible) as refusal:
        acts.grant_role(
            actor=world.convener, process=world.process, function=StaffFunction.CHAIR, email=world.chair.email, at=now
        )
    assert refused(refusal) == ["held"]
    role = StaffRole.objects.get(user=world.chair)
    assert acts.end_role(actor=world.convener, role=role, at=now).kind == "role.ended"
    with pytest.raises(NotPossible) as refusal:
        acts.end_role(actor=world.convener, role=role, at=now)
    assert refused(refusal) == ["ended"]


def test_a_process_is_never_left_without_a_convener(now: datetime) -> None:
    world = make_world(now)
    with pytest.raises(NotPossible) as refusal:
        acts.end_role(actor=world.convener, role=StaffRole.objects.get(user=world.convener), at=now)
    assert refused(refusal) == ["last_convener"]


def test_adopting_the_charter_makes_the_process_active(now: datetime) -> None:
    world = make_world(now)
    entry = Entry.objects.get(kind="charter.adopted")
    assert entry.body == {
        "version": 1,
        "scope_hash": text_hash("Commercial use of face recognition."),
        "categories": [
            {"slug": "industry", "name": "Industry"},
            {"slug": "advocacy", "name": "Advocacy"},
            {"slug": "academia", "name": "Academia"},
        ],
        "rule": "two-thirds-cast",
        "notice_days": 7,
        "call_hours": 0,
        "treatment": "count_as_cast",
        "balance": {"num": 1, "den": 2},
        "chair_may_be_party": False,
        "two_persons_admit": False,
        "ballot_rule": None,
        "sealed_calls": False,
        "appeal_days": 21,
    }
    assert world.process.state == "active"
    assert [each.slug for each in world.process.categories.order_by("position")] == ["industry", "advocacy", "academia"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"scope": " "}, "text"),
        ({"scope": "Faces\u200b."}, "text"),
        ({"categories": (("a", "A" * 81),)}, "text"),
        ({"categories": (("Not an address", "A"),)}, "address"),
        ({"notice_days": 366}, "notice"),
        ({"notice_days": -1}, "notice"),
        ({"balance": Fraction(0)}, "balance"),
        ({"balance": Fraction(3, 2)}, "balance"),
        ({"categories": ()}, "categories"),
        ({"categories": (("a", "A"), ("a", "B"))}, "categories"),
        ({"categories": tuple((f"c{number}", "C") for number in range(31))}, "categories"),
        ({"rule": "by-acclamation"}, "rule"),
        ({"rule": "two-thirds-present"}, "rule"),
        ({"rule": "balance-half"}, "rule"),
        ({"rule": "iso-dual"}, "rule"),
        ({"rule": "ca-browser-forum"}, "rule"),
        ({"rule": {"preset": "ca-browser-forum", "classes": {"industry": "2/3", "banks": "1/2"}}}, "rule"),
        ({"rule": {"preset": "iso-dual", "classes": {"Industry": "2/3"}}}, "rule"),
        ({"call_hours": -1}, "call_hours"),
        ({"call_hours": 8761}, "call_hours"),
    ],
)
def test_a_charter_with_a_gap_is_refused(now: datetime, changes: dict[str, Any], code: str) -> None:
    convener = make_convener()
    open_process(convener, now)
    process = Process.objects.get()
    acts.grant_role(actor=convener, process=process, function=StaffFunction.CHAIR, email="c@example.org", at=now)
    with pytest.raises(NotPossible) as refusal:
        acts.adopt_charter(actor=convener, process=process, terms=make_terms(**changes), at=now)
    assert refused(refusal) == [code]
    assert Charter.objects.count() == 0


def test_no_charter_without_a_chair(now: datetime) -> None:
    convener = make_convener()
    open_process(convener, now)
    with pytest.raises(NotPossible) as refusal:
        acts.adopt_charter(actor=convener, process=Process.objects.get(), terms=make_terms(), at=now)
    assert refused(refusal) == ["no_chair"]


def test_a_charter_is_adopted_once(now: datetime) -> None:
    world = make_world(now)
    with pytest.raises(NotPossible) as refusal:
        acts.adopt_charter(actor=world.convener, process=world.process, terms=make_terms(), at=now)
    assert refused(refusal) == ["wrong_state"]


def test_a_demo_persona_holds_no_right_outside_its_demo(now: datetime) -> None:
    world = make_world(now)
    persona = make_person("persona@example.org", is_persona=True)
    with pytest.raises(NotAllowed):
        acts.apply_for_seat(
            actor=persona, process=world.process, name="Tern", category=world.category("industry"), at=now
        )
    with pytest.raises(NotPossible) as refusal:
        acts.grant_role(
            actor=world.convener, process=world.process, function=StaffFunction.EDITOR, email=persona.email, at=now
        )
    assert refused(refusal) == ["cannot_be_named"]
    with pytest.raises(NotPossible) as refusal:
        acts.invite_organization(
            actor=world.convener,
            process=world.process,
            name="Tern",
            category=world.category("industry"),
            lead_email=persona.email,
            at=now,
        )
    assert refused(refusal) == ["cannot_be_named"]
    StaffRole.objects.create(process=world.process, user=persona, function=StaffFunction.CONVENER, since=now)
    with pytest.raises(NotAllowed):
        acts.grant_role(
            actor=persona, process=world.process, function=StaffFunction.EDITOR, email="x@example.org", at=now
        )


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"title": "Faces\u202e"}, "text", "title"),
        ({"title": "F" * 201}, "text", "title"),
        ({"title": "\x00"}, "text", "title"),
        ({"summary": " "}, "text", "summary"),
        ({"summary": "s" * 4_000}, "text", "summary"),
        ({"convener": "C" * 201}, "text", "convener"),
        ({"slug": "Faces"}, "address", "slug"),
        ({"slug": "f" * 61}, "address", "slug"),
        ({"slug": "faces--1"}, "address", "slug"),
    ],
)
def test_a_process_is_not_opened_with_what_a_reader_cannot_see_or_find(
    now: datetime, changes: dict[str, Any], code: str, field: str
) -> None:
    said = {"slug": "faces", "title": "Faces", "summary": "Faces.", "convener": "The office", **changes}
    with pytest.raises(NotPossible) as refusal:
        acts.open_process(actor=make_convener(), at=now, **said)
    assert [(each.code, each.field) for each in refusal.value.reasons] == [(code, field)]
    assert Process.objects.count() == 0
