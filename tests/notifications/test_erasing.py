"""Erasing a person: no byte of their address is left, every proof holds, and nobody is erased who still acts."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from policyhub.accounts.acts import issue_token
from policyhub.accounts.models import User
from policyhub.accounts.queries import find_person_behind
from policyhub.core.errors import NotAllowed, NotPossible
from policyhub.drafting.acts import make_comment
from policyhub.drafting.models import Comment
from policyhub.notifications.acts import follow_process, follow_record, send_due
from policyhub.notifications.erasing import AT_ONCE, erase_person, names
from policyhub.notifications.models import KeptMail
from policyhub.participation.acts import end_representative, name_representative
from policyhub.participation.models import Representative
from policyhub.participation.rules import Mandate
from policyhub.record.acts import commit_person
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry, Secret
from policyhub.record.queries import root_at, size
from tests.factories.drafting import clause, publish_basic
from tests.factories.participation import World, make_person, make_world
from tests.web.asking import signed_in

ADDRESS = "canary-7c2f@somebody.example.org"


@pytest.fixture
def world(now: datetime) -> World:
    """A process in which somebody was an alternate, commented, followed it and got mail; they act no more."""
    world = make_world(now)
    seat = world.join("Harbor Union", "advocacy")
    lead = world.leads["harbor-union"]
    name_representative(actor=lead, participation=seat, email=ADDRESS, mandate=Mandate.ALTERNATE, at=now)
    person = User.objects.get(email=ADDRESS)
    text = clause(publish_basic(world))
    make_comment(actor=person, clause_text=text, type=Comment.Type.GENERAL, text="Say who asks.", at=now)
    follow_process(user=person, process=world.process, at=now)
    issue_token(user=person, name="nightly", at=now)
    signed_in(person).get("/desk/")
    follow_record()
    send_due()
    mandate = Representative.objects.get(user=person)
    end_representative(actor=lead, representative=mandate, at=now + timedelta(hours=1))
    return world


def hits(word: str) -> list[tuple[str, str]]:
    """Every column of every table in which the word stands, as text or as bytes."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' "
            "AND data_type IN ('text', 'character varying', 'json', 'jsonb', 'bytea', 'ARRAY') ORDER BY 1, 2"
        )
        for table, column in cursor.fetchall():
            inside = f"position(%s IN lower(encode({column}::text::bytea, 'escape'))) > 0"
            as_bytes = f"position(%s IN lower({column}::text)) > 0"
            cursor.execute(f"SELECT count(*) FROM {table} WHERE {inside} OR {as_bytes}", [word, word.encode().hex()])
            if cursor.fetchone()[0]:
                found.append((table, column))
    return found


def entries() -> list[tuple[int, str]]:
    return [(entry.index, entry.hash_text) for entry in Entry.objects.order_by("index")]


def test_no_column_holds_the_address_afterwards_and_every_proof_holds(world: World, now: datetime) -> None:
    person, operator = User.objects.get(email=ADDRESS), make_person("operator@example.org", is_operator=True)
    before, root, held = hits(ADDRESS), root_at(size()), size()
    assert ("accounts_user", "email") in before
    assert ("notifications_message", "address") in before
    kept = entries()
    comment = Entry.objects.get(kind=Kind.COMMENT_MADE)
    assert find_person_behind(comment.actor["person"]) == person.pk
    entry = erase_person(actor=operator, person=person, at=now + timedelta(hours=2))
    assert hits(ADDRESS) == []
    assert (root_at(held), entries()[:held]) == (root, kept)
    assert comment.actor["person"] in entry.body["commitments"]
    assert find_person_behind(comment.actor["person"]) is None
    assert not Secret.objects.filter(person=person.pk).exists()
    person.refresh_from_db()
    assert (str(person), person.is_active) == ("Erased person", False)


def test_person_erases_themself_on_a_page_and_is_nobody_afterwards(world: World) -> None:
    person = User.objects.get(email=ADDRESS)
    client = signed_in(person)
    page = client.get("/accounts/erase/").content.decode()
    nonce = page.split('name="nonce" value="')[1].split('"')[0]
    refused: Any = client.post("/accounts/erase/", {"nonce": nonce, "address": "other@example.org"})
    assert (refused.status_code, User.objects.filter(email=ADDRESS).exists()) == (409, True)
    done: Any = client.post("/accounts/erase/", {"nonce": nonce, "address": ADDRESS})
    assert (done.status_code, "You are erased here" in done.content.decode()) == (200, True)
    entry = Entry.objects.latest("index")
    assert (entry.kind, entry.actor) == ("person.erased", {"org": None, "person": None, "role": "person"})
    assert client.get("/desk/").status_code == 302
    assert hits(ADDRESS) == []


def test_command_erases_at_a_request_and_says_what_is_left_to_do(world: World) -> None:
    make_person("operator@example.org", is_operator=True)
    out = StringIO()
    call_command("erase_person", ADDRESS, stdout=out)
    assert "erased. Run VACUUM on the database" in out.getvalue()
    with pytest.raises(CommandError, match="Nobody has the address"):
        call_command("erase_person", ADDRESS)


def test_who_still_acts_operates_or_is_a_persona_is_not_erased(world: World, now: datetime) -> None:
    operator = make_person("operator@example.org", is_operator=True)
    persona = make_person("persona@example.org", is_persona=True)
    for person, code in ((world.leads["harbor-union"], "acts"), (world.chair, "acts"), (persona, "persona")):
        with pytest.raises(NotPossible) as refusal:
            erase_person(actor=operator, person=person, at=now)
        assert [reason.code for reason in refusal.value.reasons] == [code]
    with pytest.raises(NotPossible, match="Who operates this installation cannot be erased"):
        erase_person(actor=operator, person=operator, at=now)


def test_nobody_erases_somebody_else(world: World, now: datetime) -> None:
    person = User.objects.get(email=ADDRESS)
    for other in (world.convener, world.leads["harbor-union"], world.outsider):
        with pytest.raises(NotAllowed):
            erase_person(actor=other, person=person, at=now)
    assert hits(ADDRESS) != []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("a@b.org", True),
        ("Somebody <A@B.ORG>, other@b.org", True),
        ("write to a@b.org.", True),
        ("aa@b.org", False),
        ("x.a@b.org", False),
        ("a@b.org.uk", False),
        ("a@b.organic", False),
        ("a@b.org-x.net", False),
        ("a@bxorg", False),
    ],
)
def test_only_the_whole_address_is_the_persons(text: str, named: bool) -> None:
    assert names("a@b.org", text) is named


def test_mail_to_somebody_with_a_longer_address_stays(world: World, now: datetime) -> None:
    person, operator = User.objects.get(email=ADDRESS), make_person("operator@example.org", is_operator=True)
    for recipient in (ADDRESS.upper(), f"other-{ADDRESS}"):
        KeptMail.objects.create(recipients=recipient, subject="A notice", body="…", source="…", kept_at=now)
    erase_person(actor=operator, person=person, at=now)
    assert [mail.recipients for mail in KeptMail.objects.filter(subject="A notice")] == [f"other-{ADDRESS}"]


def test_many_commitments_take_several_entries(world: World, now: datetime) -> None:
    person, operator = User.objects.get(email=ADDRESS), make_person("operator@example.org", is_operator=True)
    for _ in range(2 * AT_ONCE):
        commit_person(person)
    erase_person(actor=operator, person=person, at=now)
    written = [len(entry.body["commitments"]) for entry in Entry.objects.of_kinds(Kind.PERSON_ERASED).order_by("index")]
    assert written[:2] == [AT_ONCE, AT_ONCE]
    assert len(written) == 3
