"""Statements and withdrawal in the workspace: a draft is nobody's but its author's and those asked."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from policyhub.accounts.models import User
from policyhub.core.text import text_hash
from policyhub.notifications.models import Message
from policyhub.notifications.tasks import follow
from policyhub.participation.acts import name_representative, withdraw_organization
from policyhub.participation.models import PartialWithdrawal, Participation, Signature, Statement
from policyhub.participation.rules import Mandate, signing_hash
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry
from policyhub.record.queries import now as record_now
from policyhub.record.queries import size
from tests.factories.drafting import open_draft
from tests.factories.participation import World, make_world
from tests.web.asking import send, signed_in, without_tokens
from tests.web.markup import Markup

FACES = "/desk/processes/faces"
DRAFT = f"{FACES}/statements/1/"
HARBOR, TERN, CIVIC = "harbor-tenants-union", "tern-mobile", "civic-lab"
TITLE, TEXT = "Canarytitle of the draft", "Canarytext: we leave for want of consent."
PAGES = [DRAFT, f"{DRAFT}ask/", f"{DRAFT}publish/", f"{DRAFT}withdraw/", f"{DRAFT}sign/", f"{DRAFT}decline/"]
PAGES.append(f"{DRAFT}take-back/")


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


def lead(world: World, organization: str = HARBOR) -> Client:
    return signed_in(world.leads[organization])


def draft(world: World, kind: str = "withdrawal", **changes: str) -> Any:
    said = {"title": TITLE, "text": TEXT, "kind": kind, "is_permanent": "yes", **changes}
    return send(lead(world), f"{FACES}/statements/new/", **said)


def ask(world: World, *organizations: str) -> Any:
    seats = [world.seat(each).pk for each in organizations]
    return send(lead(world), f"{DRAFT}ask/", participations=seats)


def sign(world: World, organization: str, text: str = TEXT) -> Any:
    read = signing_hash(text_hash(text), is_permanent=True, return_condition="")
    return lead(world, organization).post(f"{DRAFT}sign/", {"signing_hash": read})


@pytest.fixture
def asked(world: World) -> World:
    assert [draft(world)["Location"], ask(world, CIVIC)["Location"]] == [DRAFT, DRAFT]
    return world


def strangers(world: World) -> list[User]:
    """Everybody to whom the draft does not exist."""
    staff = [world.convener, world.chair, world.secretary, world.editor]
    return [*staff, world.leads[TERN], world.alternates[TERN], world.outsider]


def test_only_the_lead_drafts(world: World) -> None:
    address, before = f"{FACES}/statements/new/", size()
    for person in (world.alternates[HARBOR], world.convener, world.outsider):
        client = signed_in(person)
        said = {"nonce": "n", "title": TITLE, "text": TEXT, "kind": "joint"}
        assert [client.get(address).status_code, client.post(address, said).status_code] == [404, 404]
    assert lead(world).get(address).status_code == 200
    assert (Statement.objects.count(), size()) == (0, before)


def test_draft_that_cannot_be_taken_keeps_what_was_typed(world: World) -> None:
    answer = draft(world, text=f"{TEXT}\u202e")
    page = answer.content.decode()
    assert (answer.status_code, "U+202E RIGHT-TO-LEFT OVERRIDE" in page, TITLE in page, TEXT in page) == (
        409,
        True,
        True,
        True,
    )
    assert not Statement.objects.exists()


def test_draft_is_read_by_its_author_and_those_asked_alone(asked: World) -> None:
    readers = [asked.leads[HARBOR], asked.alternates[HARBOR], asked.leads[CIVIC], asked.alternates[CIVIC]]
    for person in readers:
        page: Any = signed_in(person).get(DRAFT)
        assert (page.status_code, TEXT in page.content.decode(), page["Cache-Control"]) == (
            200,
            True,
            "private, no-store",
        )
        assert Markup(page.content.decode()).faults == []
    assert signed_in(None).get(DRAFT)["Location"] == f"/accounts/login/?next={DRAFT}"


@pytest.mark.parametrize("address", PAGES)
def test_draft_is_absent_for_everybody_else(asked: World, address: str) -> None:
    before = size()
    said = {"nonce": "n", "signing_hash": Statement.objects.get().signing_hash, "confirm": "on"}
    for person in strangers(asked):
        client = signed_in(person)
        nowhere = without_tokens(client.get(f"{FACES}/statements/9/"))
        for answer in (client.get(address), client.post(address, said)):
            assert (answer.status_code, without_tokens(answer)) == (404, nowhere)
    untouched = Signature.objects.filter(signed_at__isnull=True, declined_at__isnull=True)
    assert (size(), untouched.count(), Statement.objects.get().published_at) == (before, 1, None)


def test_those_asked_do_not_publish_and_alternates_do_not_answer(asked: World) -> None:
    for address in PAGES[1:4]:
        assert lead(asked, CIVIC).get(address).status_code == 404
        assert signed_in(asked.alternates[HARBOR]).get(address).status_code == 404
    read = Statement.objects.get().signing_hash
    for answer in ("sign", "take-back", "decline"):
        posted = signed_in(asked.alternates[CIVIC]).post(f"{DRAFT}{answer}/", {"signing_hash": read})
        assert posted.status_code == 404
    assert Signature.objects.filter(signed_at__isnull=True, declined_at__isnull=True).count() == 1


def test_asking_again_or_strangers_is_refused(asked: World) -> None:
    assert "was asked already." in ask(asked, CIVIC).content.decode()
    assert "Select a valid choice." in ask(asked, HARBOR).content.decode()
    answer = send(lead(asked), f"{DRAFT}ask/", participations=[0])
    assert (answer.status_code, Signature.objects.count()) == (409, 2)


def test_organization_signs_once_and_what_it_read(asked: World) -> None:
    client = lead(asked, CIVIC)
    assert client.get(f"{DRAFT}sign/")["Location"] == DRAFT
    assert not Signature.objects.filter(participation=asked.seat(CIVIC), signed_at__isnull=False).exists()
    stale = sign(asked, CIVIC, "Something else.")
    assert (stale.status_code, "This is not the text, or not the terms, that you read." in stale.content.decode()) == (
        409,
        True,
    )
    assert Markup(stale.content.decode()).faults == []
    assert sign(asked, CIVIC)["Location"] == DRAFT
    again = sign(asked, CIVIC)
    assert (again.status_code, "has answered already." in again.content.decode()) == (409, True)
    assert client.post(f"{DRAFT}maybe/").status_code == 404


def test_whoever_declines_is_named_to_the_author_alone(asked: World) -> None:
    ask(asked, TERN)
    assert lead(asked, CIVIC).post(f"{DRAFT}decline/")["Location"] == DRAFT
    pages = {each: lead(asked, each).get(DRAFT).content.decode() for each in (HARBOR, CIVIC, TERN)}
    assert {each: "Declined" in page for each, page in pages.items()} == {HARBOR: True, CIVIC: True, TERN: False}
    assert pages[TERN].count("Asked, has not signed") == 2


def test_a_signature_is_taken_back_until_publication(asked: World) -> None:
    client = lead(asked, CIVIC)
    assert "has not signed." in client.post(f"{DRAFT}take-back/").content.decode()
    sign(asked, CIVIC)
    page = client.get(DRAFT).content.decode()
    assert ("Take back the signature of Civic Lab" in page, "Sign for Civic Lab" in page) == (True, False)
    assert Markup(page).faults == []
    assert client.get(f"{DRAFT}take-back/")["Location"] == DRAFT
    assert client.post(f"{DRAFT}take-back/")["Location"] == DRAFT
    assert "Sign for Civic Lab" in client.get(DRAFT).content.decode()
    assert Signature.objects.get(participation=asked.seat(CIVIC)).signer is None
    sign(asked, CIVIC)
    send(lead(asked), f"{DRAFT}withdraw/", confirm="on")
    published = signed_in(asked.leads[HARBOR]).post(f"{DRAFT}take-back/")
    assert published.status_code == 409
    assert Entry.objects.of_kinds(Kind.STATEMENT_SIGNED).count() == 2


def test_who_is_asked_reads_the_terms_before_signing(world: World) -> None:
    draft(world, is_permanent="no", return_condition="Consent first.")
    ask(world, CIVIC)
    page = lead(world, CIVIC).get(DRAFT).content.decode()
    assert "<b>Who signs leaves</b> for the time being, at once when this is published." in page
    assert "Consent first." in page
    assert sign(world, CIVIC).status_code == 409  # a hash of other terms


def test_who_is_asked_reads_when_the_signers_leave(world: World) -> None:
    ahead = (record_now() + timedelta(days=30)).replace(second=0, microsecond=0)
    draft(world, effective_at=ahead.strftime("%Y-%m-%dT%H:%M"))
    ask(world, CIVIC)
    kept = Statement.objects.get().effective_at
    assert kept is not None
    read = lead(world, CIVIC).get(DRAFT).content.decode()
    leaving = lead(world).get(f"{DRAFT}withdraw/").content.decode()
    shown = [f'<time datetime="{kept:%Y-%m-%dT%H:%M:%S}' in page for page in (read, leaving)]
    assert (shown, "at once" in read + leaving) == ([True, True], False)


def test_the_author_sees_whose_signature_lapsed_and_why(asked: World) -> None:
    ask(asked, TERN)
    sign(asked, CIVIC)
    sign(asked, TERN)
    name_representative(
        actor=asked.leads[CIVIC],
        participation=asked.seat(CIVIC),
        email="new@civic.example.org",
        mandate=Mandate.LEAD,
        at=asked.at,
    )
    withdraw_organization(actor=asked.leads[TERN], participation=asked.seat(TERN), reason="Enough.", at=asked.at)
    for address in (DRAFT, f"{DRAFT}withdraw/"):
        page = lead(asked).get(address).content.decode()
        assert "somebody signed who leads Civic Lab no longer" in page
        assert "Tern Mobile has left the table" in page
        assert Markup(page).faults == []
    assert "Withdraw Harbor Tenants Union from the process" in lead(asked).get(f"{DRAFT}withdraw/").content.decode()


def test_joint_statement_is_published_once(world: World) -> None:
    draft(world, "joint")
    ask(world, CIVIC, TERN)
    sign(world, CIVIC)
    client, address = lead(world), f"{DRAFT}publish/"
    page = client.get(address).content.decode()
    assert (Markup(page).faults, Statement.objects.get().published_at) == ([], None)
    answers = [client.post(address, {"nonce": "the-same-one"}) for _ in range(2)]
    assert {each.status_code for each in answers} == {302}
    assert answers[0]["Location"] == answers[1]["Location"]
    entry = Entry.objects.of_kinds(Kind.STATEMENT_PUBLISHED).get()
    signed = Entry.objects.of_kinds(Kind.STATEMENT_SIGNED).order_by("index")
    assert (entry.body["signatories"], [each.actor["org"] for each in signed]) == (2, [HARBOR, CIVIC])
    assert TEXT in signed_in(None).get("/processes/faces/statements/1/").content.decode()
    refused = client.post(address, {"nonce": "another"})
    assert (refused.status_code, "can no longer change." in refused.content.decode()) == (409, True)
    assert "can no longer change." in ask(world, TERN).content.decode()


def test_announced_withdrawal_is_not_published_without_leaving(asked: World) -> None:
    answer = send(lead(asked), f"{DRAFT}publish/")
    assert (answer.status_code, "it is published when you withdraw." in answer.content.decode()) == (409, True)


def test_joint_statement_has_no_page_to_leave_by(world: World) -> None:
    draft(world, "joint")
    assert lead(world).get(f"{DRAFT}withdraw/").status_code == 404


def test_those_who_signed_leave_together(asked: World) -> None:
    ask(asked, TERN)
    sign(asked, CIVIC)
    Statement.objects.update(is_permanent=False, return_condition="Consent first.\n")
    client, address = lead(asked), f"{DRAFT}withdraw/"
    page = client.get(address).content.decode()
    assert ("Withdraw 2 organizations together" in page, Markup(page).faults) == (True, [])
    assert send(client, address).status_code == 409
    said = {"nonce": "the-same-one", "is_permanent": "yes", "return_condition": "Never.", "confirm": "on"}
    answers = [client.post(address, said) for _ in range(2)]
    assert {each.status_code for each in answers} == {302}
    assert answers[0]["Location"] == answers[1]["Location"]
    left = Participation.objects.filter(state="withdrawn").order_by("organization__slug")
    assert list(left.values_list("organization__slug", "withdrawal__is_permanent", "withdrawal__return_condition")) == [
        (CIVIC, False, "Consent first.\n"),
        (HARBOR, False, "Consent first.\n"),
    ]
    assert Entry.objects.of_kinds(Kind.STATEMENT_PUBLISHED, Kind.ORGANIZATION_WITHDRAWN).count() == 3


WITHDRAW = f"{FACES}/organizations/{HARBOR}/withdraw/"
LEAVING = {"reason": TEXT, "is_permanent": "yes", "return_condition": "", "confirm": "on"}


def test_withdrawal_says_what_follows_before_anything_is_done(world: World) -> None:
    before = size()
    page = lead(world).get(WITHDRAW).content.decode()
    assert [each in page for each in ("What follows at once", "Vacant", "This is not how you change a position")] == [
        True
    ] * 3
    assert (Markup(page).faults, size()) == ([], before)


def test_withdrawal_is_the_leads_alone(world: World) -> None:
    before = size()
    for person in (world.alternates[HARBOR], world.leads[CIVIC], *strangers(world)):
        client = signed_in(person)
        answers = [client.get(WITHDRAW), client.post(WITHDRAW, {"nonce": "n", **LEAVING})]
        assert [each.status_code for each in answers] == [404, 404]
    assert lead(world).get(WITHDRAW.replace(HARBOR, "none")).status_code == 404
    assert size() == before


@pytest.mark.parametrize("changes", [{"reason": " "}, {"confirm": ""}, {"reason": f"{TEXT}\u200b"}])
def test_refused_withdrawal_keeps_what_was_typed(world: World, changes: dict[str, str]) -> None:
    answer = send(lead(world), WITHDRAW, **{**LEAVING, "return_condition": "Consent first.", **changes})
    page = answer.content.decode()
    assert (answer.status_code, "Consent first." in page, Markup(page).faults) == (409, True, [])
    assert world.seat(HARBOR).state == "active"


def test_withdrawal_names_only_own_requirements(world: World) -> None:
    own, others = world.require(HARBOR), world.require(CIVIC)
    page = lead(world).get(WITHDRAW).content.decode()
    assert (f'value="{own.pk}"' in page, f'value="{others.pk}"' in page) == (True, False)
    forged = send(lead(world), WITHDRAW, **LEAVING, requirements=[others.pk])
    assert (forged.status_code, world.seat(HARBOR).state) == (409, "active")
    assert send(lead(world), WITHDRAW, **LEAVING, requirements=[own.pk]).status_code == 302
    assert Entry.objects.of_kinds(Kind.ORGANIZATION_WITHDRAWN).get().body["requirements"] == [own.number]


def test_doubled_withdrawal_is_one_and_a_second_is_refused(world: World) -> None:
    client = lead(world)
    answers = [client.post(WITHDRAW, {"nonce": "the-same-one", **LEAVING}) for _ in range(3)]
    assert {(each.status_code, each["Location"]) for each in answers} == {(302, answers[0]["Location"])}
    assert Entry.objects.of_kinds(Kind.ORGANIZATION_WITHDRAWN).count() == 1
    again = client.post(WITHDRAW, {"nonce": "another", **LEAVING})
    assert (again.status_code, "is withdrawn already." in again.content.decode()) == (409, True)


def public_addresses() -> list[str]:
    """Everything about the process that anybody can read, feeds and data included."""
    below = (
        "",
        "drafts/",
        "meetings/",
        "decisions/",
        "table/",
        "record/",
        "statements/1/",
        "feed.atom",
        "calendar.ics",
    )
    data = (
        "",
        "organizations/",
        "requirements/",
        "statements/",
        "statements/1/",
        "withdrawals/",
        "calls/",
        "documents/",
    )
    return [
        "/",
        "/record/",
        *(f"/processes/faces/{each}" for each in below),
        *(f"/record/{each}/" for each in range(size())),
        "/api/v1/record/entries/?limit=200",
        "/api/v1/documents/",
        *(f"/api/v1/processes/faces/{each}" for each in data),
    ]


def test_draft_shows_nowhere_until_it_is_published(asked: World) -> None:
    sign(asked, CIVIC)
    follow()
    desks = ["/desk/", f"{FACES}/", DRAFT, WITHDRAW, "/admin/"]
    found = [
        address
        for person in (None, *strangers(asked))
        for address in [*public_addresses(), *desks]
        if "canary" in signed_in(person).get(address, follow=True).content.decode().lower()
    ]
    leaves = [bytes(leaf) for leaf in Entry.objects.values_list("leaf", flat=True)]
    mails = json.dumps(list(Message.objects.values()), default=str)
    assert (found, [leaf for leaf in leaves if b"canary" in leaf.lower()], "canary" in mails.lower()) == ([], [], False)


def test_published_statement_shows_where_the_draft_did_not(world: World) -> None:
    draft(world, "joint")
    send(lead(world), f"{DRAFT}publish/")
    found = {each for each in public_addresses() if "canary" in signed_in(None).get(each).content.decode().lower()}
    assert found >= {
        "/processes/faces/statements/1/",
        "/api/v1/processes/faces/statements/1/",
        "/processes/faces/table/",
    }


def outside(world: World, email: str = "visitor@coalition.example.org") -> Any:
    return send(lead(world), f"{DRAFT}ask-outside/", name="Coalition", email=email)


def test_organization_from_outside_is_asked_finds_the_draft_waiting_and_signs(world: World) -> None:
    draft(world, kind="minority")
    assert outside(world)["Location"] == DRAFT
    visitor = User.objects.get(email="visitor@coalition.example.org")
    waiting = signed_in(visitor).get("/desk/").content.decode()
    assert f"Sign, or decline to sign: {TITLE}" in waiting
    page = signed_in(visitor).get(DRAFT).content.decode()
    assert "You are asked to sign for Coalition" in page
    signed_in(visitor).post(f"{DRAFT}sign/", {"signing_hash": Statement.objects.get().signing_hash})
    send(lead(world), f"{DRAFT}publish/")
    public: Any = Client().get("/processes/faces/statements/1/")
    assert "whoever signed vouches for speaking for it" in public.content.decode()
    follow()
    assert Message.objects.filter(recipient=visitor, template="statement.signed").exists()


def test_author_takes_a_request_back_by_a_post_alone(world: World) -> None:
    draft(world, kind="joint")
    ask(world, CIVIC)
    address = f"{DRAFT}signatures/{CIVIC}/remove/"
    lead(world).get(address)
    assert signed_in(world.leads[CIVIC]).post(address).status_code == 404
    assert Signature.objects.count() == 2
    assert lead(world).post(address)["Location"] == DRAFT
    assert [each.organization.slug for each in Signature.objects.all()] == [HARBOR]
    assert lead(world).post(f"{DRAFT}signatures/{HARBOR}/remove/").status_code == 409


def test_complaint_waits_on_the_desks_of_chair_and_convener_until_it_is_answered(world: World) -> None:
    draft(world, kind="complaint")
    send(lead(world), f"{DRAFT}publish/")
    answer = f"{FACES}/statements/1/answer/"
    for person in (world.chair, world.convener):
        assert f"Answer: {TITLE}" in signed_in(person).get("/desk/").content.decode()
    assert "Not answered yet" in Client().get("/processes/faces/statements/1/").content.decode()
    refused = send(signed_in(world.chair), answer, code="refused", reason="")
    assert refused.status_code == 409
    done = send(signed_in(world.chair), answer, code="refused", reason="The law says so.")
    assert done.status_code == 302
    public = Client().get("/processes/faces/statements/1/").content.decode()
    assert "The law says so." in public
    assert f"Answer: {TITLE}" not in signed_in(world.convener).get("/desk/").content.decode()
    assert signed_in(world.editor).get(answer).status_code == 404


def test_who_left_writes_a_dissent_from_the_desk(world: World) -> None:
    withdraw_organization(
        actor=world.leads[HARBOR], participation=world.seat(HARBOR), reason="No consent.", at=world.at
    )
    page = lead(world).get(f"{FACES}/statements/new/").content.decode()
    assert "Minority statement" in page
    assert "Joint withdrawal" not in page
    assert draft(world, kind="minority")["Location"] == DRAFT
    assert "Write a statement" in lead(world).get(f"{FACES}/").content.decode()


def test_withdrawal_is_announced_shown_and_taken_back(world: World) -> None:
    address = f"{FACES}/organizations/{HARBOR}/withdraw/"
    ahead = (record_now() + timedelta(days=9)).strftime("%Y-%m-%dT%H:%M")
    said = {"reason": "No consent.", "is_permanent": "yes", "confirm": "on", "effective_at": ahead}
    assert send(lead(world), address, **said, claimed_on="2015-06-16").status_code == 302
    public = Client().get("/processes/faces/table/").content.decode()
    assert "Announced, and still to come" in public
    assert "Stay after all" in lead(world).get(f"{FACES}/").content.decode()
    taken_back = send(lead(world), f"{address}take-back/", reason="They listened.")
    assert taken_back.status_code == 302
    assert "Announced, and still to come" not in Client().get("/processes/faces/table/").content.decode()
    assert lead(world).get(f"{address}take-back/").status_code == 409


def test_report_says_what_followed_from_a_withdrawal(world: World) -> None:
    address = f"{FACES}/organizations/{HARBOR}/withdraw/"
    said = {"reason": "No consent.", "is_permanent": "yes", "confirm": "on", "claimed_on": "2015-06-16"}
    send(lead(world), address, **said)
    left = Entry.objects.get(kind=Kind.ORGANIZATION_WITHDRAWN)
    table = Client().get("/processes/faces/table/").content.decode()
    assert "16 June 2015" in table
    assert f"/processes/faces/withdrawals/{left.index}/" in table
    page = Client().get(f"/processes/faces/withdrawals/{left.index}/").content.decode()
    assert "What followed when Harbor Tenants Union withdrew" in page
    assert "Vacant" in page
    assert Markup(page).faults == []
    assert Client().get("/processes/faces/withdrawals/0/").status_code == 404


def test_part_of_the_work_is_left_and_resumed(world: World) -> None:
    document = open_draft(world, "faces-code")
    address = f"{FACES}/organizations/{HARBOR}/step-out/"
    assert "Step out of one text" in lead(world).get(f"{FACES}/").content.decode()
    said = {"matter": document.subject, "reason": "Not this text.", "is_permanent": "no", "confirm": "on"}
    assert send(lead(world), address, **said).status_code == 302
    assert "stepped out of" in Client().get("/processes/faces/table/").content.decode()
    assert send(lead(world), address, **said).status_code == 409
    stepped = PartialWithdrawal.objects.get()
    assert signed_in(world.leads[CIVIC]).get(f"{address}{stepped.pk}/back/").status_code == 404
    assert send(lead(world), f"{address}{stepped.pk}/back/").status_code == 302
    assert "it came back on" in Client().get("/processes/faces/table/").content.decode()
