"""The workspace's pages about processes, seats, mandates and requirements: every act, by everybody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from policyhub.accounts.models import User
from policyhub.participation import acts
from policyhub.participation.models import Charter, Participation, Point, Process, StaffRole
from policyhub.participation.rules import StaffFunction
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry
from policyhub.record.queries import size
from tests.factories.participation import World, make_person, make_world
from tests.web.asking import send, signed_in, without_tokens
from tests.web.markup import Markup

HARBOR, TERN = "harbor-tenants-union", "tern-mobile"
FACES = "/desk/processes/faces"
Said = Callable[[World], dict[str, Any]]
CHARTER = {
    "scope": "Commercial use.",
    "categories": "Industry\nAdvocacy",
    "rule": "two-thirds-cast",
    "notice_days": "7",
}
CHARTER |= {"call_hours": "168", "treatment": "count_as_cast", "balance": "1/2", "appeal_days": "21"}


def requirement(world: World) -> dict[str, Any]:
    return {"point": Point.objects.get().pk, "holds": "yes", "importance": "essential", "text": "Ask first."}


def seat_for(name: str, **more: Any) -> Said:
    return lambda world: {"name": name, "category": world.category("academia").pk, **more}


@dataclass(frozen=True)
class Act:
    """One form: where it is, what is said in it, who may send it and who may not, and what it records."""

    address: str
    said: Said
    may: tuple[str, ...]
    may_not: tuple[str, ...]
    kind: Kind


STAFF_AND_OTHERS = ("chair", "secretary", "editor", "lead", "alternate", "outsider")
SEAT = f"{FACES}/organizations"
ACTS = {
    "open_process": Act(
        "/desk/processes/new/",
        lambda world: {
            "title": "New",
            "slug": "fresh",
            "summary": "A code.",
            "convener": "Office",
            "timezone": "Europe/Berlin",
        },
        ("convener",),
        STAFF_AND_OTHERS,
        Kind.PROCESS_OPENED,
    ),
    "grant_role": Act(
        f"{FACES}/roles/new/",
        lambda world: {"function": "facilitator", "email": "facilitator@example.org"},
        ("convener",),
        STAFF_AND_OTHERS,
        Kind.ROLE_GRANTED,
    ),
    "end_role": Act(f"{FACES}/roles/ROLE/end/", lambda world: {}, ("convener",), STAFF_AND_OTHERS, Kind.ROLE_ENDED),
    "adopt_charter": Act(
        "/desk/processes/unchartered/charter/",
        lambda world: CHARTER,
        ("convener", "chair"),
        ("secretary", "lead", "outsider"),
        Kind.CHARTER_ADOPTED,
    ),
    "invite_organization": Act(
        f"{FACES}/invite/",
        seat_for("Quarry Labs", lead_email="lead@quarry.example.org"),
        ("convener",),
        STAFF_AND_OTHERS,
        Kind.ORGANIZATION_INVITED,
    ),
    "apply_for_seat": Act(
        f"{FACES}/apply/",
        seat_for("Quarry Labs", confirm="on"),
        ("outsider",),
        ("persona",),
        Kind.ORGANIZATION_APPLIED,
    ),
    "accept_invitation": Act(
        f"{SEAT}/northern-institute/accept/",
        lambda world: {},
        ("invited",),
        ("convener", "chair", "lead", "outsider"),
        Kind.ORGANIZATION_ADMITTED,
    ),
    "admit_organization": Act(
        f"{SEAT}/civic-lab/admit/",
        lambda world: {},
        ("convener",),
        (*STAFF_AND_OTHERS, "applicant"),
        Kind.ORGANIZATION_ADMITTED,
    ),
    "decline_organization": Act(
        f"{SEAT}/civic-lab/decline/",
        lambda world: {"reason": "It is no party to this."},
        ("convener",),
        (*STAFF_AND_OTHERS, "applicant"),
        Kind.ORGANIZATION_DECLINED,
    ),
    "name_representative": Act(
        f"{SEAT}/{HARBOR}/representatives/new/",
        lambda world: {"email": "second@harbor.example.org", "mandate": "alternate"},
        ("lead",),
        ("alternate", "other", "convener", "chair", "outsider"),
        Kind.REPRESENTATIVE_NAMED,
    ),
    "end_representative": Act(
        f"{SEAT}/{HARBOR}/representatives/ALTERNATE/end/",
        lambda world: {},
        ("lead",),
        ("alternate", "other", "convener", "chair", "outsider"),
        Kind.REPRESENTATIVE_ENDED,
    ),
    "add_point": Act(
        f"{FACES}/points/new/",
        lambda world: {"proposition": "Data is deleted after a year"},
        ("convener", "chair", "lead", "alternate"),
        ("secretary", "editor", "invited", "applicant", "outsider"),
        Kind.POINT_ADDED,
    ),
    "declare_requirement": Act(
        f"{FACES}/requirements/new/",
        requirement,
        ("other",),
        ("convener", "chair", "invited", "applicant", "outsider"),
        Kind.REQUIREMENT_DECLARED,
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
    opened, chair = Process.objects.get(slug="unchartered"), world.chair.email
    acts.grant_role(actor=world.convener, process=opened, function=StaffFunction.CHAIR, email=chair, at=world.at)


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


def address_of(world: World, act: Act) -> str:
    """The address with the ids of this world's rows."""
    editor = StaffRole.objects.get(process=world.process, function=StaffFunction.EDITOR).pk
    alternate = world.alternates[HARBOR].mandates.get().pk
    return act.address.replace("ROLE", str(editor)).replace("ALTERNATE", str(alternate))


@pytest.mark.parametrize(("act", "who"), DONE)
def test_act_is_done_from_its_page_and_shown_on_another(world: World, act: Act, who: str) -> None:
    client, address, before = signed_in(person(world, who)), address_of(world, act), size()
    page: Any = client.get(address)
    assert (page.status_code, page["Cache-Control"], size()) == (200, "private, no-store", before)
    assert Markup(page.content.decode()).faults == []
    answer = send(client, address, **act.said(world))
    entry = Entry.objects.filter(index__gte=before).order_by("index")[0]
    assert (answer.status_code, answer["Location"]) == (302, f"/desk/done/{entry.index}/")
    assert entry.kind == act.kind
    done = client.get(answer["Location"])
    assert (done.status_code, Markup(done.content.decode()).faults) == (200, [])


@pytest.mark.parametrize("name", ACTS)
def test_page_is_absent_for_those_who_may_not(world: World, name: str) -> None:
    act, before = ACTS[name], size()
    address = address_of(world, act)
    for who in act.may_not:
        client = signed_in(person(world, who))
        nowhere = without_tokens(client.get("/desk/processes/none/"))
        for answer in (client.get(address), client.post(address, {"nonce": "n", **act.said(world)})):
            assert (answer.status_code, without_tokens(answer)) == (404, nowhere)
    assert size() == before


@pytest.mark.parametrize("name", ACTS)
def test_page_asks_strangers_to_sign_in(world: World, name: str) -> None:
    address, before = address_of(world, ACTS[name]), size()
    client = signed_in(None)
    for answer in (client.get(address), client.post(address, {"nonce": "n", **ACTS[name].said(world)})):
        assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={address}")
    assert size() == before


@pytest.mark.parametrize("name", sorted(set(ACTS) - {"open_process"}))
def test_what_is_unknown_or_foreign_is_absent(world: World, name: str) -> None:
    make_world(world.at, slug="voices")
    address = address_of(world, ACTS[name])
    client = signed_in(person(world, ACTS[name].may[0]))
    wrong = [address.replace("/faces/", "/none/").replace("/unchartered/", "/none/")]
    if name != "apply_for_seat":
        wrong.append(address.replace("/faces/", "/voices/").replace("/unchartered/", "/voices/"))
    for part in (HARBOR, "civic-lab", "northern-institute"):
        if part in address:
            wrong += [address.replace(part, "none")]
    if name in ("end_role", "end_representative"):
        wrong += [address.replace(address.split("/")[-3], number) for number in ("0", str(10**30))]
    assert [client.get(each).status_code for each in wrong] == [404] * len(wrong)


@pytest.mark.parametrize("name", sorted(set(ACTS) - {"open_process", "adopt_charter"}))
def test_doubled_click_is_one_act(world: World, name: str) -> None:
    act = ACTS[name]
    client, address = signed_in(person(world, act.may[0])), address_of(world, act)
    said = {"nonce": "the-same-one", **act.said(world)}
    first = client.post(address, said)
    after = size()
    second = client.post(address, said)
    assert (first.status_code, second.status_code) == (302, 302)
    assert (second["Location"], size()) == (first["Location"], after)


@pytest.mark.parametrize(
    ("name", "changes", "sentence", "kept"),
    [
        ("open_process", {"slug": "faces", "title": "Voices"}, "Another process has the address faces.", "Voices"),
        ("open_process", {"timezone": "Mars/Base"}, "Mars/Base is no time zone.", "Mars/Base"),
        ("grant_role", {"function": "chair", "email": "chair@faces.example.org"}, "has this function", "chair@faces"),
        ("adopt_charter", {"scope": ""}, "This is empty. Write something, then send it again.", "Advocacy"),
        ("adopt_charter", {"categories": "Industry\nindustry"}, "Two categories are the same.", "industry"),
        ("adopt_charter", {"categories": "Industry\n産業"}, "“産業” needs a letter from a to z", "産業"),
        ("adopt_charter", {"categories": "x" * 81}, "has at most 80 characters", "x" * 81),
        ("adopt_charter", {"rule": "iso-dual"}, "no interest category is called &quot;P&quot;", "Advocacy"),
        ("adopt_charter", {"rule": "two-thirds-present"}, "Select a valid choice.", "Advocacy"),
        ("adopt_charter", {"call_hours": "8761"}, "less than or equal to 8760", "8761"),
        ("adopt_charter", {"balance": "half"}, "Write a fraction such as 1/2.", "half"),
        ("adopt_charter", {"balance": "1/0"}, "Write a fraction such as 1/2.", "1/0"),
        ("invite_organization", {"name": "Tern Mobile"}, "sits at this table", "lead@quarry.example.org"),
        ("invite_organization", {"lead_email": "chair@faces.example.org"}, "cannot be named here.", "Quarry Labs"),
        ("apply_for_seat", {"name": "Civic Lab"}, "waiting for an answer, already.", "Civic Lab"),
        (
            "apply_for_seat",
            {"confirm": ""},
            "This is not ticked. Tick it if it is so, then send it again.",
            "Quarry Labs",
        ),
        ("decline_organization", {"reason": " "}, "This is empty. Write something, then send it again.", "Decline it"),
        ("name_representative", {"email": f"lead@{TERN}.example.org"}, "cannot be named here.", "lead@tern"),
        ("add_point", {"proposition": "Consent comes before identification"}, "in the list already.", "Consent comes"),
        ("declare_requirement", {"text": "Ask\u200bfirst."}, "U+200B ZERO WIDTH SPACE", "first."),
        ("declare_requirement", {"point": "0"}, "Select a valid choice.", "Ask first."),
    ],
)
def test_refusal_says_why_and_keeps_what_was_typed(
    world: World, name: str, changes: dict[str, str], sentence: str, kept: str
) -> None:
    act, before = ACTS[name], size()
    client = signed_in(person(world, act.may[0]))
    answer = send(client, address_of(world, act), **{**act.said(world), **changes})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert sentence in page
    assert kept in page
    assert (Markup(page).faults, size()) == ([], before)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("end_role", "Nothing was changed."),
        ("adopt_charter", "is adopted already. Nothing was changed."),
        ("accept_invitation", "is not waiting for an answer to an invitation."),
        ("admit_organization", "is not waiting for admission."),
        ("decline_organization", "is declined already. Nothing was changed."),
        ("end_representative", "was ended before. Nothing was changed."),
        ("declare_requirement", "on this point already."),
    ],
)
def test_act_done_before_is_refused(world: World, name: str, sentence: str) -> None:
    act = ACTS[name]
    client, address = signed_in(person(world, act.may[0])), address_of(world, act)
    said = act.said(world)
    assert client.post(address, {"nonce": "first", **said}).status_code == 302
    before = size()
    again = client.post(address, {"nonce": "second", **said})
    assert (again.status_code, sentence in again.content.decode(), size()) == (409, True, before)


def test_form_without_its_nonce_does_nothing(world: World) -> None:
    client, before = signed_in(world.convener), size()
    answer = client.post(f"{FACES}/points/new/", {"proposition": "Data is deleted after a year"})
    assert (answer.status_code, size()) == (409, before)


def test_form_from_another_site_does_nothing(world: World) -> None:
    client, before = signed_in(world.convener), size()
    client.handler.enforce_csrf_checks = True
    answer = client.post(f"{FACES}/points/new/", {"nonce": "n", "proposition": "Data is deleted after a year"})
    assert (answer.status_code, size()) == (403, before)


def test_charter_is_adopted_as_it_was_written(world: World) -> None:
    send(signed_in(world.chair), ACTS["adopt_charter"].address, **{**CHARTER, "balance": " 1 / 3 "})
    charter = Charter.objects.get(process__slug="unchartered")
    assert (charter.rule, charter.notice_days, charter.balance) == ("two-thirds-cast", 7, {"num": 1, "den": 3})
    assert charter.call_hours == 168
    named = charter.process.categories.order_by("position").values_list("slug", "name")
    assert list(named) == [("industry", "Industry"), ("advocacy", "Advocacy")]
    assert charter.chair_may_be_party is False


def test_charter_page_offers_the_rules_that_can_decide_a_call_in_words(world: World) -> None:
    page = signed_in(world.chair).get(ACTS["adopt_charter"].address).content.decode()
    assert "<b>Majority of the positions cast.</b> Adopted when more than half of the positions cast" in page
    assert "List these among the interest categories: issuer, consumer." in page
    for unusable in ("two-thirds-present", "balance-third", "balance-half"):
        assert unusable not in page


def test_charter_page_says_at_once_why_none_can_be_adopted(world: World) -> None:
    client = signed_in(world.convener)
    StaffRole.objects.filter(process__slug="unchartered", function="chair").update(until=world.at)
    refused = client.get(ACTS["adopt_charter"].address)
    assert (refused.status_code, "Name the chair first" in refused.content.decode()) == (409, True)
    adopted = client.get(f"{FACES}/charter/")
    assert (adopted.status_code, "is adopted already." in adopted.content.decode()) == (409, True)


def test_requirement_is_declared_for_the_own_organization_whatever_is_forged(world: World) -> None:
    harbor = world.seat(HARBOR)
    said = {**requirement(world), "participation": harbor.pk, "organization": HARBOR, "actor": world.leads[HARBOR].pk}
    send(signed_in(world.leads[TERN]), f"{FACES}/requirements/new/?organization={HARBOR}", **said)
    assert list(Participation.objects.filter(requirements__isnull=False).order_by("pk")) == [harbor, world.seat(TERN)]


def test_mandate_that_ended_opens_no_page(world: World) -> None:
    alternate = world.alternates[HARBOR]
    client = signed_in(alternate)
    assert client.get(f"{FACES}/requirements/new/").status_code == 200
    acts.end_representative(actor=world.leads[HARBOR], representative=alternate.mandates.get(), at=world.at)
    assert client.get(f"{FACES}/requirements/new/").status_code == 302  # signed out
    alternate.refresh_from_db()
    assert signed_in(alternate).get(f"{FACES}/requirements/new/").status_code == 404


def test_role_of_another_process_is_absent_here(world: World) -> None:
    other = make_world(world.at, slug="voices")
    role = StaffRole.objects.get(process=other.process, function=StaffFunction.EDITOR)
    assert signed_in(world.convener).get(f"{FACES}/roles/{role.pk}/end/").status_code == 404
