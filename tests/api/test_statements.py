"""Statements and withdrawal over the API: private until published, then fixed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from policyhub.accounts.models import User
from policyhub.core.text import text_hash
from policyhub.participation.models import Participation, Signature, Statement
from policyhub.participation.rules import signing_hash
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry
from policyhub.record.queries import now as record_now
from policyhub.record.queries import size
from tests.api.asking import ABSENT, get, post
from tests.factories.drafting import open_draft
from tests.factories.participation import World, make_world

FACES = "processes/faces"
HARBOR, TERN, CIVIC = "harbor-tenants-union", "tern-mobile", "civic-lab"
TEXT = "We leave for want of consent.\n"
DRAFT = {"kind": "withdrawal", "title": "Why we leave", "text": TEXT}
SIGN, DECLINE = f"{FACES}/statements/1/signature/sign/", f"{FACES}/statements/1/signature/decline/"
READ = signing_hash(text_hash(TEXT), is_permanent=True, return_condition="")
SIGNED = {"signing_hash": READ}

TAKE_BACK = f"{FACES}/statements/1/signature/take-back/"


@pytest.fixture
def world(now: datetime) -> World:
    """Harbor drafts, Civic is asked, Tern sits at the table and knows nothing."""
    made = make_world(now)
    for name, category in (
        ("Harbor Tenants Union", "advocacy"),
        ("Civic Lab", "academia"),
        ("Tern Mobile", "industry"),
    ):
        made.join(name, category)
    return made


def draft(world: World, **changes: Any) -> Any:
    return post(world.leads[HARBOR], f"{FACES}/organizations/{HARBOR}/statements/draft/", {**DRAFT, **changes})


def ask(world: World, *organizations: str) -> Any:
    return post(world.leads[HARBOR], f"{FACES}/statements/1/ask/", {"organizations": list(organizations)})


@pytest.fixture
def asked(world: World) -> World:
    assert (draft(world).status_code, ask(world, CIVIC).status_code) == (201, 200)
    return world


def strangers(world: World) -> list[User]:
    """Everybody to whom the draft does not exist."""
    staff = [world.convener, world.chair, world.secretary, world.editor]
    return [*staff, world.leads[TERN], world.alternates[TERN], world.outsider]


def test_draft_answers_with_the_text_and_leaves_no_entry(world: World) -> None:
    before = size()
    answer = draft(world)
    assert (answer.status_code, answer.json()) == (
        201,
        {
            "number": 1,
            "kind": "withdrawal",
            "about": "",
            "title": "Why we leave",
            "text": TEXT,
            "text_hash": text_hash(TEXT),
            "is_permanent": True,
            "return_condition": "",
            "effective_at": None,
            "signing_hash": READ,
            "author": HARBOR,
            "published_at": None,
            "signatories": [HARBOR],
            "answer": None,
            "answer_reason": None,
        },
    )
    assert size() == before


def test_only_the_lead_drafts_for_the_organization(world: World) -> None:
    path = f"{FACES}/organizations/{HARBOR}/statements/draft/"
    answers = [post(each, path, DRAFT) for each in (world.alternates[HARBOR], *strangers(world))]
    assert {(each.status_code, each.json()["detail"]) for each in answers} == {(404, ABSENT["detail"])}
    assert post(None, path, DRAFT).status_code == 401
    assert not Statement.objects.exists()


@pytest.mark.parametrize("text", ["a\u202eb", "x" * 70_000])
def test_draft_that_cannot_be_taken_is_refused(world: World, text: str) -> None:
    answer = draft(world, text=text)
    assert (answer.status_code, answer.json()["code"]) == (409, "text")
    assert not Statement.objects.exists()


def test_draft_exists_for_nobody_but_its_author_and_those_asked(asked: World) -> None:
    path = f"{FACES}/statements/1/"
    readers = [asked.leads[HARBOR], asked.alternates[HARBOR], asked.leads[CIVIC]]
    assert [get(path, each).json()["text"] for each in readers] == [TEXT] * 3
    assert [(get(path, each).status_code, get(path, each).json()) for each in (None, *strangers(asked))] == [
        (404, ABSENT)
    ] * 8
    assert [get(f"{FACES}/statements/", each).json()["results"] for each in (None, *readers)] == [[]] * 4


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (f"{FACES}/statements/1/ask/", {"organizations": [TERN]}),
        (SIGN, SIGNED),
        (TAKE_BACK, {}),
        (DECLINE, {}),
        (f"{FACES}/statements/1/publish/", {}),
        (f"{FACES}/statements/1/withdraw/", {}),
    ],
)
def test_acts_on_a_draft_are_absent_for_everybody_else(asked: World, path: str, body: dict[str, Any]) -> None:
    before = size()
    answers = [post(each, path, body) for each in strangers(asked)]
    assert [(each.status_code, each.json()) for each in answers] == [(404, ABSENT)] * 7
    absent = post(asked.leads[HARBOR], path.replace("/1/", "/2/"), body)
    assert (absent.status_code, absent.json()) == (404, ABSENT)
    assert post(asked.alternates[HARBOR], path, body).json() == ABSENT
    assert post(None, path, body).status_code == 401
    assert (size(), Signature.objects.count(), Statement.objects.get().published_at) == (before, 2, None)


def test_asked_organization_signs_what_it_read(asked: World) -> None:
    stale = post(asked.leads[CIVIC], SIGN, {"signing_hash": text_hash(TEXT)})
    assert (stale.status_code, stale.json()["code"]) == (409, "text_changed")
    assert post(asked.leads[CIVIC], SIGN, {}).json()["errors"] == {"signing_hash": ["This field is required."]}
    signed = post(asked.leads[CIVIC], SIGN, SIGNED)
    assert (signed.status_code, signed.json()["signatories"]) == (200, [HARBOR, CIVIC])
    assert post(asked.leads[CIVIC], SIGN, SIGNED).json()["code"] == "answered"
    assert post(asked.leads[CIVIC], DECLINE).json()["code"] == "answered"


def test_signature_is_taken_back_and_given_again(asked: World) -> None:
    assert post(asked.leads[CIVIC], TAKE_BACK).json()["code"] == "unsigned"
    assert post(asked.leads[HARBOR], TAKE_BACK).json()["code"] == "author"
    post(asked.leads[CIVIC], SIGN, SIGNED)
    back = post(asked.leads[CIVIC], TAKE_BACK)
    assert (back.status_code, back.json()["signatories"]) == (200, [HARBOR])
    assert post(asked.leads[CIVIC], SIGN, SIGNED).json()["signatories"] == [HARBOR, CIVIC]


def test_terms_stand_in_the_draft_and_bind_who_signs(world: World) -> None:
    drafted = draft(world, is_permanent=False, return_condition="Consent first.").json()
    assert (drafted["is_permanent"], drafted["return_condition"]) == (False, "Consent first.\n")
    ask(world, CIVIC)
    assert post(world.leads[CIVIC], SIGN, SIGNED).json()["code"] == "text_changed"
    assert post(world.leads[CIVIC], SIGN, {"signing_hash": drafted["signing_hash"]}).status_code == 200
    refused = draft(world, title="Ours", kind="joint", is_permanent=False).json()
    assert (refused["code"], Statement.objects.count()) == ("terms", 1)
    assert draft(world, title="Ours", return_condition="c" * 2_000).json()["code"] == "text"


def test_whoever_declines_stands_nowhere(asked: World) -> None:
    assert post(asked.alternates[CIVIC], DECLINE).json() == ABSENT
    declined = post(asked.leads[CIVIC], DECLINE)
    assert (declined.status_code, declined.json()["signatories"]) == (200, [HARBOR])
    assert post(asked.leads[CIVIC], SIGN, SIGNED).json()["code"] == "answered"


def test_signature_has_two_answers_and_no_third(asked: World) -> None:
    assert post(asked.leads[CIVIC], f"{FACES}/statements/1/signature/maybe/", SIGNED).status_code == 404
    assert Signature.objects.filter(signed_at__isnull=True, declined_at__isnull=True).count() == 1


def test_asking_names_organizations_at_the_table_once(asked: World) -> None:
    assert ask(asked, CIVIC).json()["code"] == "asked"
    assert ask(asked, TERN, TERN).json()["code"] == "asked"
    assert ask(asked, "nobody").json() == ABSENT
    assert ask(asked).json()["errors"] == {"organizations": ["This list may not be empty."]}
    assert Signature.objects.count() == 2


def test_joint_statement_is_published_with_those_who_signed(world: World) -> None:
    draft(world, kind="joint")
    ask(world, CIVIC, TERN)
    assert post(world.leads[CIVIC], SIGN, SIGNED).status_code == 200
    published = post(world.leads[HARBOR], f"{FACES}/statements/1/publish/")
    body = published.json()["content"]["body"]
    assert (published.status_code, body["text_hash"]) == (201, text_hash(TEXT))
    assert body["signatories"] == 2
    signed = Entry.objects.of_kinds(Kind.STATEMENT_SIGNED).order_by("index")
    assert [each.actor["org"] for each in signed] == [HARBOR, CIVIC]
    listed = get(f"{FACES}/statements/").json()["results"]
    assert listed == [get(f"{FACES}/statements/1/").json()]
    assert (listed[0]["text"], listed[0]["signatories"]) == (TEXT, [HARBOR, CIVIC])
    assert post(world.leads[HARBOR], f"{FACES}/statements/1/publish/").json()["code"] == "published"
    assert post(world.leads[TERN], SIGN, SIGNED).json()["code"] == "published"
    assert ask(world, TERN).json()["code"] == "published"


def test_announced_withdrawal_is_published_only_by_leaving(asked: World) -> None:
    assert post(asked.leads[CIVIC], SIGN, SIGNED).status_code == 200
    assert post(asked.leads[HARBOR], f"{FACES}/statements/1/publish/").json()["code"] == "withdrawal"
    left = post(asked.leads[HARBOR], f"{FACES}/statements/1/withdraw/")
    assert (left.status_code, left.json()["kind"]) == (201, Kind.STATEMENT_PUBLISHED)
    assert list(
        Participation.objects.filter(state="withdrawn")
        .order_by("organization__slug")
        .values_list("organization__slug", flat=True)
    ) == [CIVIC, HARBOR]
    withdrawals = get(f"{FACES}/withdrawals/").json()["results"]
    assert [
        (each["organization"], each["statement"], each["reason"], each["is_permanent"]) for each in withdrawals
    ] == [
        (HARBOR, 1, TEXT, True),
        (CIVIC, 1, TEXT, True),
    ]


def test_joint_statement_takes_nobody_out(world: World) -> None:
    draft(world, kind="joint")
    assert post(world.leads[HARBOR], f"{FACES}/statements/1/withdraw/").json()["code"] == "kind"
    assert not Participation.objects.filter(state="withdrawn").exists()


def test_withdrawal_names_the_requirements_that_were_not_met(world: World) -> None:
    number = world.require(HARBOR).number
    said = {"reason": "No consent.", "requirements": [number], "return_condition": "Consent."}
    left = post(world.leads[HARBOR], f"{FACES}/organizations/{HARBOR}/withdraw/", said)
    body = left.json()["content"]["body"]
    assert (left.status_code, body["requirements"], body["permanent"]) == (201, [number], True)
    assert (body["category"], body["scope"], body["statement"]) == ("advocacy", "process", None)
    assert [
        (each["organization"], each["requirements"], each["return_condition"])
        for each in get(f"{FACES}/withdrawals/").json()["results"]
    ] == [(HARBOR, [number], "Consent.\n")]
    # Who has left has no mandate for the seat it left.
    again = post(world.leads[HARBOR], f"{FACES}/organizations/{HARBOR}/withdraw/", said)
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")


def test_withdrawal_is_the_leads_alone(world: World) -> None:
    path, before = f"{FACES}/organizations/{HARBOR}/withdraw/", size()
    people = [world.alternates[HARBOR], world.leads[CIVIC], *strangers(world)]
    answers = [post(each, path, {"reason": "We leave."}) for each in people]
    assert [(each.status_code, each.json()) for each in answers] == [(404, ABSENT)] * 9
    assert post(None, path, {"reason": "We leave."}).status_code == 401
    assert size() == before


def test_withdrawal_with_anothers_requirement_is_refused(world: World) -> None:
    world.require(CIVIC)
    said = {"reason": "No consent.", "requirements": [1]}
    answer = post(world.leads[HARBOR], f"{FACES}/organizations/{HARBOR}/withdraw/", said)
    assert (answer.status_code, answer.json()["code"]) == (409, "requirement")
    assert not Entry.objects.of_kinds(Kind.ORGANIZATION_WITHDRAWN).exists()


@pytest.mark.parametrize("number", [99, 10**30, -1])
def test_withdrawal_with_an_unknown_requirement_is_never_done_without_it(world: World, number: int) -> None:
    said = {"reason": "No consent.", "requirements": [world.require(HARBOR).number, number]}
    assert post(world.leads[HARBOR], f"{FACES}/organizations/{HARBOR}/withdraw/", said).json() == ABSENT
    assert not Entry.objects.of_kinds(Kind.ORGANIZATION_WITHDRAWN).exists()


def test_complaint_with_a_signature_from_outside_is_published_and_answered(world: World) -> None:
    assert draft(world, kind="complaint").status_code == 201
    statements = f"{FACES}/statements/1/"
    asked = post(world.leads[HARBOR], f"{statements}ask-outside/", {"name": "Coalition", "email": "c@example.org"})
    assert asked.status_code == 200
    visitor = User.objects.get(email="c@example.org")
    assert post(visitor, SIGN, SIGNED).json()["signatories"] == [HARBOR, "coalition"]
    assert post(world.leads[TERN], f"{statements}signature/remove/", {"organization": "coalition"}).status_code == 404
    assert post(world.leads[HARBOR], f"{statements}publish/").status_code == 201
    said = {"code": "granted_in_part", "reason": "From the next meeting on."}
    assert post(world.leads[HARBOR], f"{statements}answer/", said).status_code == 404
    answered = post(world.chair, f"{statements}answer/", said)
    assert (answered.status_code, answered.json()["kind"]) == (201, "statement.answered")
    shown = get(statements).json()
    assert (shown["kind"], shown["answer"], shown["about"]) == ("complaint", "granted_in_part", "")


def test_author_removes_a_signatory(asked: World) -> None:
    removed = post(asked.leads[HARBOR], f"{FACES}/statements/1/signature/remove/", {"organization": CIVIC})
    assert (removed.status_code, Signature.objects.count()) == (200, 1)


def test_statement_about_nothing_that_exists_is_absent(world: World) -> None:
    assert draft(world, kind="minority", about="call/faces/1").status_code == 404
    assert draft(world, kind="minority", about="nothing").status_code == 404


def test_withdrawal_is_announced_and_taken_back(world: World) -> None:
    seat = f"{FACES}/organizations/{HARBOR}/"
    ahead = (record_now() + timedelta(days=9)).isoformat()
    said = {"reason": "No consent.", "effective_at": ahead, "claimed_on": "2015-06-16"}
    announced = post(world.leads[HARBOR], f"{seat}withdraw/", said)
    assert (announced.status_code, announced.json()["kind"]) == (201, "withdrawal.announced")
    (shown,) = get(f"{FACES}/withdrawals/announced/").json()["results"]
    assert (shown["organization"], shown["claimed_on"]) == (HARBOR, "2015-06-16")
    assert post(world.leads[TERN], f"{seat}withdraw/take-back/").status_code == 404
    assert post(world.leads[HARBOR], f"{seat}withdraw/take-back/", {"reason": "They listened."}).status_code == 201
    assert get(f"{FACES}/withdrawals/announced/").json()["results"] == []


def test_part_of_the_work_is_left_and_resumed(world: World) -> None:
    document, seat = open_draft(world, "faces-code"), f"{FACES}/organizations/{HARBOR}/"
    said = {"scope": document.subject, "reason": "Not this text."}
    assert post(world.leads[HARBOR], f"{seat}step-out/", {**said, "scope": "process/faces"}).status_code == 404
    assert post(world.leads[HARBOR], f"{seat}step-out/", said).json()["kind"] == "part.left"
    assert post(world.leads[HARBOR], f"{seat}come-back/", {"scope": document.subject}).json()["kind"] == "part.resumed"
    (shown,) = get(f"{FACES}/withdrawals/partial/").json()["results"]
    assert (shown["scope"], shown["returned_at"] is not None) == (document.subject, True)
