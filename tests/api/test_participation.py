"""Processes, seats, mandates and requirements over the API: every act by those who may and those who may not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from policyhub.accounts.models import User
from policyhub.core.text import text_hash
from policyhub.participation import acts
from policyhub.participation.models import Participation, Process
from policyhub.participation.rules import StaffFunction
from policyhub.record.kinds import Kind
from policyhub.record.queries import size
from tests.api.asking import ABSENT, get, post
from tests.factories.participation import World, make_person, make_world

HARBOR, TERN = "harbor-tenants-union", "tern-mobile"
FACES = "processes/faces"
CHARTER: dict[str, Any] = {
    "scope": "Commercial use.",
    "categories": [{"slug": "industry", "name": "Industry"}],
    "rule": "two-thirds-cast",
    "notice_days": 7,
}
REQUIREMENT = {"point": 1, "holds": True, "importance": "essential", "text": "Ask first."}


@dataclass(frozen=True)
class Act:
    """One act over HTTP: who may do it and who may not, among the people of the world."""

    path: str
    body: dict[str, Any]
    may: tuple[str, ...]
    may_not: tuple[str, ...]
    kind: Kind
    says: dict[str, Any]


STAFF_AND_OTHERS = ("chair", "secretary", "editor", "lead", "alternate", "outsider")
ACTS = {
    "open_process": Act(
        "processes/open/",
        {"slug": "fresh", "title": "New", "summary": "A code.", "convener": "Office", "timezone": "America/New_York"},
        ("convener",),
        STAFF_AND_OTHERS,
        Kind.PROCESS_OPENED,
        {
            "title": "New",
            "convener": "Office",
            "summary_hash": text_hash("A code."),
            "timezone": "America/New_York",
            "source_hash": None,
            "reported_by": None,
        },
    ),
    "grant_role": Act(
        f"{FACES}/roles/grant/",
        {"function": "facilitator", "email": "facilitator@example.org"},
        ("convener",),
        STAFF_AND_OTHERS,
        Kind.ROLE_GRANTED,
        {"role": "facilitator"},
    ),
    "end_role": Act(
        f"{FACES}/roles/end/",
        {"function": "editor", "email": "Editor@faces.example.org"},
        ("convener",),
        STAFF_AND_OTHERS,
        Kind.ROLE_ENDED,
        {"role": "editor"},
    ),
    "adopt_charter": Act(
        "processes/unchartered/charter/adopt/",
        CHARTER,
        ("convener", "chair"),
        ("secretary", "lead", "outsider"),
        Kind.CHARTER_ADOPTED,
        {
            "version": 1,
            "scope_hash": text_hash("Commercial use."),
            "categories": [{"slug": "industry", "name": "Industry"}],
            "rule": "two-thirds-cast",
            "notice_days": 7,
            "call_hours": 168,
            "treatment": "count_as_cast",
            "balance": None,
            "chair_may_be_party": False,
            "two_persons_admit": False,
            "ballot_rule": None,
            "sealed_calls": False,
            "appeal_days": 21,
        },
    ),
    "invite_organization": Act(
        f"{FACES}/organizations/invite/",
        {"name": "Quarry Labs", "category": "academia", "lead_email": "lead@quarry.example.org"},
        ("convener",),
        STAFF_AND_OTHERS,
        Kind.ORGANIZATION_INVITED,
        {"name": "Quarry Labs", "category": "academia", "process": "faces"},
    ),
    "apply_for_seat": Act(
        f"{FACES}/organizations/apply/",
        {"name": "Quarry Labs", "category": "academia"},
        ("outsider",),
        ("persona",),
        Kind.ORGANIZATION_APPLIED,
        {"name": "Quarry Labs", "category": "academia", "process": "faces"},
    ),
    "accept_invitation": Act(
        f"{FACES}/organizations/northern-institute/accept/",
        {},
        ("invited",),
        ("convener", "chair", "lead", "outsider"),
        Kind.ORGANIZATION_ADMITTED,
        {"category": "academia", "process": "faces"},
    ),
    "admit_organization": Act(
        f"{FACES}/organizations/civic-lab/admit/",
        {},
        ("convener",),
        (*STAFF_AND_OTHERS, "applicant"),
        Kind.ORGANIZATION_ADMITTED,
        {"category": "academia", "process": "faces"},
    ),
    "decline_organization": Act(
        f"{FACES}/organizations/civic-lab/decline/",
        {"reason": "It is no party to this."},
        ("convener",),
        (*STAFF_AND_OTHERS, "applicant"),
        Kind.ORGANIZATION_DECLINED,
        {"reason_hash": text_hash("It is no party to this."), "process": "faces"},
    ),
    "name_representative": Act(
        f"{FACES}/organizations/{HARBOR}/representatives/name/",
        {"email": "second@harbor.example.org", "mandate": "alternate"},
        ("lead",),
        ("alternate", "other", "convener", "chair", "outsider"),
        Kind.REPRESENTATIVE_NAMED,
        {"role": "alternate", "process": "faces"},
    ),
    "end_representative": Act(
        f"{FACES}/organizations/{HARBOR}/representatives/end/",
        {"email": f"alternate@{HARBOR}.example.org"},
        ("lead",),
        ("alternate", "other", "convener", "chair", "outsider"),
        Kind.REPRESENTATIVE_ENDED,
        {"role": "alternate", "process": "faces"},
    ),
    "add_point": Act(
        f"{FACES}/points/add/",
        {"proposition": "Data is  deleted after a year"},
        ("convener", "chair", "lead", "alternate"),
        ("secretary", "editor", "invited", "applicant", "outsider"),
        Kind.POINT_ADDED,
        {"proposition": "Data is deleted after a year", "process": "faces"},
    ),
    "declare_requirement": Act(
        f"{FACES}/organizations/{TERN}/requirements/declare/",
        REQUIREMENT,
        ("other",),
        ("lead", "alternate", "convener", "chair", "outsider"),
        Kind.REQUIREMENT_DECLARED,
        {
            "point": 1,
            "holds": True,
            "importance": "essential",
            "otherwise_leaves": False,
            "text_hash": text_hash("Ask first."),
            "process": "faces",
        },
    ),
}
DONE = [pytest.param(act, who, id=f"{name} by {who}") for name, act in ACTS.items() for who in act.may]


@pytest.fixture
def world(now: datetime) -> World:
    made = make_world(now)
    made.join("Harbor Tenants Union", "advocacy")
    made.join("Tern Mobile", "industry")
    made.require(HARBOR)
    _bring_to_the_door(made)
    _open_without_charter(made)
    return made


def _bring_to_the_door(world: World) -> None:
    """One organization is invited, another has applied."""
    academia: dict[str, Any] = {"process": world.process, "category": world.category("academia"), "at": world.at}
    email = "lead@northern-institute.example.org"
    acts.invite_organization(actor=world.convener, name="Northern Institute", lead_email=email, **academia)
    acts.apply_for_seat(actor=make_person("lead@civic-lab.example.org"), name="Civic Lab", **academia)
    make_person("persona@demo.example.org", is_persona=True)


def _open_without_charter(world: World) -> None:
    acts.open_process(
        actor=world.convener, slug="unchartered", title="Unchartered", summary="A code.", convener="Office", at=world.at
    )
    opened = Process.objects.get(slug="unchartered")
    acts.grant_role(
        actor=world.convener, process=opened, function=StaffFunction.CHAIR, email=world.chair.email, at=world.at
    )


def person(world: World, who: str) -> User:
    found: dict[str, Callable[[], User]] = {
        "lead": lambda: world.leads[HARBOR],
        "alternate": lambda: world.alternates[HARBOR],
        "other": lambda: world.leads[TERN],
        "invited": lambda: User.objects.get(email="lead@northern-institute.example.org"),
        "applicant": lambda: User.objects.get(email="lead@civic-lab.example.org"),
        "persona": lambda: User.objects.get(is_persona=True),
    }
    return found[who]() if who in found else getattr(world, who)


@pytest.mark.parametrize(("act", "who"), DONE)
def test_act_answers_with_the_entry_it_appended(world: World, act: Act, who: str) -> None:
    answer = post(person(world, who), act.path, act.body)
    entry = answer.json()
    assert (answer.status_code, entry["kind"]) == (201, act.kind)
    assert answer["ETag"] == f'"{entry["hash"]}"'
    said = entry["content"]["body"]
    assert {name: said[name] for name in act.says} == act.says
    assert set(said) - set(act.says) <= {"person", "process", "standing", "authority_hash", "ends_at"}
    assert get(f"record/entries/{entry['index']}/").json() == entry


@pytest.mark.parametrize("name", ACTS)
def test_act_is_absent_for_those_who_may_not(world: World, name: str) -> None:
    act, before = ACTS[name], size()
    answers = [post(person(world, who), act.path, act.body) for who in act.may_not]
    assert [(each.status_code, each.json()) for each in answers] == [(404, ABSENT)] * len(act.may_not)
    assert post(None, act.path, act.body).status_code == 401
    assert size() == before


@pytest.mark.parametrize("name", sorted(set(ACTS) - {"open_process"}))
def test_what_is_unknown_or_foreign_answers_like_what_is_absent(world: World, name: str) -> None:
    make_world(world.at, slug="voices")
    act, before = ACTS[name], size()
    actor = person(world, act.may[0])
    paths = [act.path.replace("processes/faces/", f"processes/{other}/") for other in ("none", "voices")]
    if "organizations/" in act.path and act.path.count("/") > 4:
        paths.append(f"{FACES}/organizations/none/{act.path.split('/', 4)[4]}")
    answers = [post(actor, path, act.body) for path in paths if path != act.path]
    expected = (404, ABSENT)
    if name == "apply_for_seat":
        assert [(each.status_code, each.json()) for each in answers[:1]] == [expected]
    else:
        assert [(each.status_code, each.json()) for each in answers] == [expected] * len(answers)
        assert size() == before


@pytest.mark.parametrize("name", ACTS)
def test_a_field_that_does_not_exist_is_refused(world: World, name: str) -> None:
    act, before = ACTS[name], size()
    answer = post(person(world, act.may[0]), act.path, {**act.body, "organisation": TERN})
    assert (answer.status_code, answer.json()["errors"]) == (400, {"organisation": ["There is no such field."]})
    assert size() == before


@pytest.mark.parametrize(
    ("name", "changes", "code", "field"),
    [
        ("open_process", {"slug": "faces"}, "slug_taken", "slug"),
        ("open_process", {"timezone": "Mars/Base"}, "zone", "timezone"),
        ("grant_role", {"function": "chair", "email": "chair@faces.example.org"}, "held", "email"),
        ("grant_role", {"function": "chair", "email": f"lead@{HARBOR}.example.org"}, "cannot_be_named", "email"),
        ("adopt_charter", {"rule": "by-lot"}, "rule", "rule"),
        ("adopt_charter", {"rule": {"preset": "w3c", "minimum": "most"}}, "rule", "rule"),
        ("adopt_charter", {"rule": "two-thirds-present"}, "rule", "rule"),
        ("adopt_charter", {"rule": {"preset": "iso-dual", "classes": {"P": "2/3"}}}, "rule", "rule"),
        ("adopt_charter", {"categories": []}, "categories", "categories"),
        ("adopt_charter", {"categories": CHARTER["categories"] * 2}, "categories", "categories"),
        ("invite_organization", {"name": "Tern Mobile"}, "asked_already", "name"),
        ("invite_organization", {"name": "?!"}, "name", "name"),
        ("invite_organization", {"lead_email": "chair@faces.example.org"}, "cannot_be_named", "email"),
        ("apply_for_seat", {"name": "Civic Lab"}, "asked_already", "name"),
        ("name_representative", {"email": f"lead@{TERN}.example.org"}, "cannot_be_named", "email"),
        ("name_representative", {"email": f"alternate@{HARBOR}.example.org"}, "named", "email"),
        ("end_representative", {"email": f"lead@{HARBOR}.example.org"}, "last_lead", None),
        ("add_point", {"proposition": "Consent comes before identification"}, "listed", "proposition"),
        ("declare_requirement", {"text": "Ask\u200bfirst."}, "text", "text"),
    ],
)
def test_refusal_is_409_with_its_reasons(
    world: World, name: str, changes: dict[str, Any], code: str, field: str | None
) -> None:
    act, before = ACTS[name], size()
    answer = post(person(world, act.may[0]), act.path, {**act.body, **changes})
    said = answer.json()
    assert (answer.status_code, said["title"], said["code"]) == (409, "Conflict", code)
    assert [(each["code"], each["field"]) for each in said["reasons"]] == [(code, field)]
    assert said["detail"] == said["reasons"][0]["sentence"]
    assert size() == before


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("end_role", "ended"),
        ("adopt_charter", "wrong_state"),
        ("accept_invitation", "not_invited"),
        ("admit_organization", "not_applied"),
        ("decline_organization", "wrong_state"),
        ("end_representative", "ended"),
        ("declare_requirement", "declared"),
    ],
)
def test_act_done_before_is_refused(world: World, name: str, code: str) -> None:
    act = ACTS[name]
    actor = person(world, act.may[0])
    assert post(actor, act.path, act.body).status_code == 201
    before = size()
    assert post(actor, act.path, act.body).json()["code"] == code
    assert size() == before


def test_declined_by_the_convener_an_invitation_is_not_accepted(world: World) -> None:
    declined = f"{FACES}/organizations/northern-institute/decline/"
    assert post(world.convener, declined, {"reason": "Named twice."}).status_code == 201
    accept = ACTS["accept_invitation"]
    assert post(person(world, "invited"), accept.path).json()["code"] == "not_invited"


def test_lead_who_names_another_lead_has_no_say_from_then_on(world: World) -> None:
    named = {"email": "next@harbor.example.org", "mandate": "lead"}
    path = ACTS["name_representative"].path
    assert post(world.leads[HARBOR], path, named).json()["content"]["body"]["role"] == "lead"
    assert post(world.leads[HARBOR], path, {**named, "email": "third@harbor.example.org"}).status_code == 404


def test_naming_a_lead_twice_with_one_key_answers_the_same(world: World) -> None:
    path, named = ACTS["name_representative"].path, {"email": "next@harbor.example.org", "mandate": "lead"}
    answers = [post(world.leads[HARBOR], path, named, key="once") for _ in range(2)]
    assert [each.json()["kind"] for each in answers] == ["representative.named"] * 2
    assert answers[0].json() == answers[1].json()


def test_forged_organization_counts_for_nothing(world: World) -> None:
    answer = post(world.leads[TERN], f"{FACES}/organizations/{TERN}/requirements/declare/", REQUIREMENT)
    assert answer.json()["content"]["actor"]["org"] == TERN
    assert (
        post(world.leads[TERN], f"{FACES}/organizations/{HARBOR}/requirements/declare/", REQUIREMENT).json() == ABSENT
    )


def test_processes_are_readable_without_an_account(world: World) -> None:
    listed = get("processes/").json()["results"]
    assert sorted(each["slug"] for each in listed) == ["faces", "unchartered"]
    assert get("processes/faces/").json() == next(each for each in listed if each["slug"] == "faces")
    assert (get("processes/none/").status_code, get("processes/none/").json()) == (404, ABSENT)


def test_roster_lists_who_was_admitted_and_keeps_those_who_left(world: World) -> None:
    acts.withdraw_organization(actor=world.leads[TERN], participation=world.seat(TERN), reason="We leave.", at=world.at)
    listed = get(f"{FACES}/organizations/").json()["results"]
    assert [(each["organization"], each["category"], each["state"]) for each in listed] == [
        (TERN, "industry", "withdrawn"),
        (HARBOR, "advocacy", "active"),
    ]
    assert Participation.objects.count() == 4


def test_requirements_are_listed_with_their_holders(world: World) -> None:
    assert [
        (each["number"], each["organization"], each["point"], each["holds"])
        for each in get(f"{FACES}/requirements/").json()["results"]
    ] == [(1, HARBOR, "Consent comes before identification", True)]
