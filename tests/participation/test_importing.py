"""Inviting a list: all of it or nothing, and each line that cannot be taken is named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from policyhub.accounts.models import User
from policyhub.core.errors import NotAllowed, NotPossible
from policyhub.participation import acts
from policyhub.participation.importing import MOST_LINES, read_list
from policyhub.participation.models import InterestCategory, Organization, Participation
from policyhub.participation.queries import categories
from policyhub.participation.rules import ParticipationState, Standing
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry
from policyhub.record.queries import now as database_now
from policyhub.record.queries import size
from tests.api.asking import post
from tests.factories.participation import World, make_world
from tests.web.asking import nonce_on, signed_in

LIST = """name,category,email,standing,about
Tern Mobile,industry,lead@tern.example.org,,Makes telephones.
"Kestrel, Cameras",Industry,lead@kestrel.example.org,observer,
Harbor Tenants Union,Advocacy,lead@harbor.example.org,voting,
"""
PLACES = [InterestCategory(slug="industry", name="Industry"), InterestCategory(slug="advocacy", name="Advocacy")]


@pytest.fixture
def world(now: datetime) -> World:
    return make_world(now)


def refused(content: str | bytes) -> list[str]:
    with pytest.raises(NotPossible) as refusal:
        read_list(content, PLACES)
    return [reason.sentence for reason in refusal.value.reasons]


def test_list_is_read_in_its_order_with_names_or_addresses_of_categories() -> None:
    read = read_list(LIST, PLACES)
    assert [(each.line, each.name, each.category.slug, each.standing) for each in read] == [
        (2, "Tern Mobile", "industry", Standing.VOTING),
        (3, "Kestrel, Cameras", "industry", Standing.OBSERVER),
        (4, "Harbor Tenants Union", "advocacy", Standing.VOTING),
    ]
    assert (read[0].about, read[0].lead_email) == ("Makes telephones.", "lead@tern.example.org")


@pytest.mark.parametrize("mark", [";", "\t"])
def test_other_marks_a_byte_order_mark_and_other_line_ends_are_read_too(mark: str) -> None:
    rows = ("name", "category", "email"), ("Tern", "industry", "lead@tern.example.org")
    text = "\r\n".join(mark.join(row) for row in rows)
    (read,) = read_list(b"\xef\xbb\xbf" + text.encode(), PLACES)
    assert (read.name, read.lead_email) == ("Tern", "lead@tern.example.org")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", ["The first line names the columns; it lacks name, category, email."]),
        ("name,category,email\n", ["The list is empty. Its first line names the columns: name, category, email."]),
        ("name,email\nTern,a@b.example", ["The first line names the columns; it lacks category."]),
        (
            "name,category,email,size\n",
            ["There is no column “size”; a list has name, category, email, about, standing."],
        ),
        ("name,name,category,email\n", ["The first line names a column twice."]),
        (
            "name,category,email\nTern,trade,lead\n",
            [
                "Line 2: there is no category “trade”. There are Industry, Advocacy.",
                "Line 2: “lead” is no e-mail address.",
            ],
        ),
        ("name,category,email\n,industry,a@b.example\n", ["Line 2 has no name."]),
        (
            "name,category,email\nTern,industry,a@b.example\n\nTERN,industry,c@b.example\n",
            ["Line 4: TERN stands in the list already."],
        ),
        (
            "name,category,email\nTern,industry,a@b.example\nKite,industry,A@b.example\n",
            ["Line 3: A@b.example stands in the list already."],
        ),
        (
            "name,category,email,standing\nTern,industry,a@b.example,friend\n",
            ["Line 2: the standing is voting, observer or liaison."],
        ),
        ("name,category,email\nTern,industry,a@b.example,x\n", ["Line 2 has more columns than the first line."]),
        (
            b"name,category,email\nT\xe4rn,industry,a@b.example\n",
            ["The file is not UTF-8. Save it again as CSV in UTF-8."],
        ),
    ],
)
def test_each_line_that_cannot_be_taken_is_named(content: str | bytes, said: list[str]) -> None:
    assert refused(content) == said


def test_list_that_is_too_long_or_too_large_is_refused() -> None:
    row = "Tern {0},industry,lead{0}@tern.example.org\n"
    many = "name,category,email\n" + "".join(row.format(number) for number in range(MOST_LINES + 1))
    assert refused(many) == [f"The list has {MOST_LINES + 1} organizations; at most {MOST_LINES} are taken at once."]
    assert refused("x" * 600_000) == ["The list has more than 512 KB. Split it in two."]


@given(st.one_of(st.text(max_size=200), st.binary(max_size=200)))
def test_whatever_is_sent_ends_in_organizations_or_in_sentences(content: str | bytes) -> None:
    said: list[str] = []
    try:
        said += [each.name for each in read_list(content, PLACES)]
    except NotPossible as refusal:
        said += [reason.sentence for reason in refusal.reasons if reason.sentence.endswith(".")]
    assert said


def invite(world: World, content: str = LIST, actor: User | None = None) -> Entry:
    listed = read_list(content, list(categories(world.process)))
    return acts.invite_organizations(
        actor=actor or world.convener, process=world.process, listed=listed, at=database_now()
    )


def test_all_are_invited_and_their_leads_can_accept(world: World) -> None:
    first = invite(world)
    assert (first.kind, first.subject) == (Kind.ORGANIZATION_INVITED, "organization/tern-mobile")
    seats = Participation.objects.filter(process=world.process).order_by("pk")
    assert [(seat.organization.slug, seat.state, seat.standing) for seat in seats] == [
        ("tern-mobile", ParticipationState.INVITED, Standing.VOTING),
        ("kestrel-cameras", ParticipationState.INVITED, Standing.OBSERVER),
        ("harbor-tenants-union", ParticipationState.INVITED, Standing.VOTING),
    ]
    lead = User.objects.get(email="lead@kestrel.example.org")
    acts.accept_invitation(actor=lead, participation=world.seat("kestrel-cameras"), at=database_now())


def test_one_line_that_cannot_be_taken_invites_nobody(world: World) -> None:
    world.join("Harbor Tenants Union", "advocacy")
    before, people = size(), User.objects.count()
    with pytest.raises(NotPossible) as refusal:
        invite(world)
    assert [reason.sentence for reason in refusal.value.reasons] == [
        "Line 4: Harbor Tenants Union sits at this table, or is waiting for an answer, already."
    ]
    assert (size(), User.objects.count()) == (before, people)
    assert not Organization.objects.filter(slug="tern-mobile").exists()


def test_who_holds_a_neutral_function_is_led_by_nobody(world: World) -> None:
    content = f"name,category,email\nTern,industry,{world.chair.email}\n"
    with pytest.raises(NotPossible) as refusal:
        invite(world, content)
    assert refusal.value.reasons[0].sentence.startswith(f"Line 2: {world.chair.email} cannot be named here.")


def test_nobody_but_the_convener_invites_a_list(world: World) -> None:
    for person in (world.chair, world.secretary, world.outsider):
        with pytest.raises(NotAllowed):
            invite(world, actor=person)


def test_convener_sees_what_was_read_before_anybody_is_invited(world: World) -> None:
    client, address = signed_in(world.convener), "/desk/processes/faces/invite/list/"
    before = size()
    said: dict[str, Any] = {"nonce": nonce_on(client.get(address)), "text": LIST}
    page = client.post(address, said)
    shown = page.content.decode()
    assert (page.status_code, size()) == (200, before)
    assert "Kestrel, Cameras" in shown
    assert "Invite 3 organizations" in shown
    form: Any = page.context["form"]
    unseen = client.post(address, {**said, "text": LIST + "Kite,industry,a@kite.example.org\n", "invite": "yes"})
    assert (unseen.status_code, size()) == (200, before)
    done = client.post(address, {**said, "invite": "yes", "shown_hash": form.data["shown_hash"]})
    assert (done.status_code, Participation.objects.count()) == (302, 3)


def test_list_that_is_refused_stays_in_the_page(world: World) -> None:
    client, address = signed_in(world.convener), "/desk/processes/faces/invite/list/"
    page = client.post(address, {"nonce": nonce_on(client.get(address)), "text": "name,category\nTern,trade\n"})
    assert page.status_code == 409
    assert "it lacks email" in page.content.decode()
    assert "Tern,trade" in page.content.decode()


def test_list_is_invited_over_the_api(world: World) -> None:
    address = "processes/faces/organizations/invite-list/"
    assert post(world.chair, address, {"csv": LIST}).status_code == 404
    done = post(world.convener, address, {"csv": LIST})
    assert (done.status_code, done.json()["kind"], Participation.objects.count()) == (201, "organization.invited", 3)
    refusal = post(world.convener, address, {"csv": "name,category,email\nTern,trade,x@y.example\n"})
    assert (refusal.status_code, refusal.json()["code"]) == (409, "category")


@pytest.fixture
def command(tmp_path: Path) -> Callable[[str], tuple[str, str, int]]:
    def run(content: str) -> tuple[str, str, int]:
        file, out, err = tmp_path / "list.csv", StringIO(), StringIO()
        file.write_text(content, encoding="utf-8")
        try:
            call_command("invite_organizations", str(file), process="faces", stdout=out, stderr=err)
        except SystemExit as end:
            return out.getvalue(), err.getvalue(), int(end.code or 0)
        return out.getvalue(), err.getvalue(), 0

    return run


def test_command_invites_the_file_or_says_what_is_wrong(
    world: World, command: Callable[[str], tuple[str, str, int]]
) -> None:
    assert command("name,category,email\nTern,trade,x\n") == (
        "",
        "Line 2: there is no category “trade”. There are Industry, Advocacy, Academia.\n"
        "Line 2: “x” is no e-mail address.\n",
        2,
    )
    assert command(LIST) == ("3 organizations invited.\n", "", 0)
