"""Words that name a person leave every text, file and copy; what the texts were stays provable by their hashes."""

from __future__ import annotations

from datetime import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client

from policyhub.accounts.acts import appoint_operator, make_set_up_link
from policyhub.accounts.models import User
from policyhub.core.errors import NotAllowed, NotPossible
from policyhub.core.text import text_hash
from policyhub.drafting.acts import answer_comment, make_comment
from policyhub.drafting.models import ClauseText, Comment, Disposition, Version
from policyhub.insight.agreement import compare
from policyhub.insight.texts import find_public
from policyhub.notifications.models import KeptMail
from policyhub.notifications.redacting import entries_with, find_words, redact_words
from policyhub.publishing.acts import pin_edition, publish_edition
from policyhub.publishing.filling import content_of
from policyhub.publishing.models import Edition, File
from policyhub.publishing.render import render
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry
from tests.factories.drafting import clause, open_draft, publish
from tests.factories.participation import World, make_world
from tests.factories.record import connected
from tests.notifications.test_erasing import hits
from tests.web.asking import send, signed_in

NAME = "Canary Quill"
ASKED = f"Ask {NAME}, who knows.\n"
NAMING = ((None, 1, "Consent", f"{NAME} is asked, *always*, before a face is recognized.\n"),)
WITHOUT = (("c1", 1, "Consent", "The operator is asked before a face is recognized.\n"),)


PDF = f"%PDF-1.7 {NAME}".encode()


@pytest.fixture
def world(now: datetime) -> World:
    """A version, a comment, its answer and a PDF that name somebody; the newest version does not."""
    world = make_world(now)
    document = open_draft(world)
    version = publish(world, document, NAMING)
    make_comment(
        actor=world.outsider,
        clause_text=clause(version),
        type=Comment.Type.GENERAL,
        text=ASKED,
        at=now,
    )
    answer_comment(
        actor=world.editor,
        comment=Comment.objects.get(),
        code=Disposition.Code.NOTED,
        reason=f"{NAME} will be asked.",
        at=now,
    )
    pin_edition(actor=world.chair, version=version, at=now)
    publish_edition(edition=Edition.objects.get(), data=PDF, at=now)
    KeptMail.objects.create(recipients="a@b.org", subject="New", body=f"{NAME} said", source="…", kept_at=now)
    publish(world, document, WITHOUT)
    return world


@pytest.fixture
def operator(world: World) -> User:
    appoint_operator(secret=str(make_set_up_link(run="", at=world.at)), email="o@example.org", run="", at=world.at)
    return User.objects.get(email="o@example.org")


def disagreements() -> list[tuple[str, str]]:
    """Where the tables differ from what entries say; people that the factory made have none."""
    return [(each.field, each.found) for each in compare().listed if each.index is not None]


def test_name_stands_nowhere_any_more_and_the_record_says_which_texts_held_it(
    world: World, operator: User, now: datetime
) -> None:
    whole = Version.objects.get(number=1).text_hash
    file, held = Edition.objects.get().file_hash, [entry.hash_text for entry in Entry.objects.order_by("index")]
    assert ("drafting_clausetext", "tree") in hits(NAME.lower())
    entry = redact_words(actor=operator, process=world.process, words=NAME, reason="personal", at=now)
    assert hits(NAME.lower()) == []
    said = [(each.subject, each.body) for each in Entry.objects.of_kinds(Kind.TEXT_REDACTED).order_by("index")]
    assert {body["text_hash"] for _, body in said} >= {whole, file, text_hash(ASKED)}
    assert [body["replaced_hash"] for subject, body in said if subject.startswith("edition/")] == [None]
    assert entry.index == len(held)
    assert [each.hash_text for each in Entry.objects.order_by("index")][: len(held)] == held
    assert "[removed] is asked" in ClauseText.objects.get(version__number=1).markdown
    assert KeptMail.objects.count() == 0
    assert disagreements() == []


def test_redacted_text_is_gone_at_its_hash_and_what_is_left_stands_at_the_new_one(
    world: World, operator: User, now: datetime, client: Client
) -> None:
    old = text_hash(ASKED)
    assert client.get(f"/record/text/{old.removeprefix('sha256:')}").status_code == 200
    redact_words(actor=operator, process=world.process, words=NAME, reason="unlawful", at=now)
    new = text_hash("Ask [removed], who knows.\n")
    assert client.get(f"/record/text/{old.removeprefix('sha256:')}").status_code == 410
    served = client.get(f"/record/text/{new.removeprefix('sha256:')}")
    assert (served.status_code, served.content) == (200, b"Ask [removed], who knows.\n")
    page = client.get(f"/record/hash/{old.removeprefix('sha256:')}/").content.decode()
    assert "Words were removed from a text: a law or a court asked for it." in page
    gone = client.get("/documents/code/editions/1/edition.pdf")
    assert (gone.status_code, "This file was removed" in gone.content.decode()) == (410, True)
    assert NAME not in client.get(f"/processes/{world.process.slug}/feed.atom").content.decode()


def test_second_redaction_of_a_text_is_followed_through_the_first(
    world: World, operator: User, now: datetime, client: Client
) -> None:
    redact_words(actor=operator, process=world.process, words=NAME, reason="personal", at=now)
    redact_words(actor=operator, process=world.process, words="who knows", reason="personal", at=now)
    last = text_hash("Ask [removed], [removed].\n")
    found = find_public(last)
    assert found is not None
    assert found.content == b"Ask [removed], [removed].\n"
    assert disagreements() == []
    between = text_hash("Ask [removed], who knows.\n").removeprefix("sha256:")
    assert client.get(f"/record/text/{between}").status_code == 410


def test_changing_a_redacted_text_is_found_all_the_same(world: World, operator: User, now: datetime) -> None:
    redact_words(actor=operator, process=world.process, words=NAME, reason="personal", at=now)
    Comment.objects.update(text="Ask nobody.\n")
    assert disagreements() == [("text_hash", text_hash("Ask nobody.\n"))]


@pytest.mark.parametrize(
    ("words", "reason", "code"),
    [
        ("xy", "personal", "short"),
        ("Nobody of that name", "personal", "nothing"),
        (NAME, "wished", "reason"),
        ("anary Qui", "personal", "part"),
        ("before a face", "personal", "current"),
    ],
)
def test_what_cannot_be_redacted_changes_nothing(
    world: World, operator: User, now: datetime, words: str, reason: str, code: str
) -> None:
    held = Entry.objects.count()
    with pytest.raises(NotPossible) as refusal:
        redact_words(actor=operator, process=world.process, words=words, reason=reason, at=now)
    assert code in [each.code for each in refusal.value.reasons]
    assert (Entry.objects.count(), Comment.objects.get().text) == (held, ASKED)


def test_who_has_a_stake_in_a_text_takes_nothing_out_of_it(world: World, now: datetime) -> None:
    for person in (world.convener, world.chair, world.editor, world.outsider):
        with pytest.raises(NotAllowed):
            redact_words(actor=person, process=world.process, words=NAME, reason="personal", at=now)


def test_operator_looks_first_and_removes_then(world: World, operator: User) -> None:
    client = signed_in(operator)
    address = f"/desk/operator/redact/?process={world.process.slug}&words={NAME.replace(' ', '+')}"
    page = client.get(address).content.decode()
    assert ("texts hold them" in page, "Remove them for good" in page) == (True, True)
    nothing = client.get(f"/desk/operator/redact/?process={world.process.slug}&words=nobody").content.decode()
    assert "Remove them for good" not in nothing
    done = send(client, address, process=world.process.slug, words=NAME, reason="personal")
    entry = Entry.objects.of_kinds(Kind.TEXT_REDACTED).earliest("index")
    assert done["Location"] == f"/desk/done/{entry.index}/"
    assert find_words(world.process, NAME) == []


def test_words_in_entries_themselves_are_told(world: World) -> None:
    assert entries_with(world.process, NAME) == []
    assert entries_with(world.process, "Code of conduct") == [Entry.objects.get(kind="document.opened").index]


def test_command_shows_and_removes(world: World, operator: User) -> None:
    out = StringIO()
    call_command("redact_words", world.process.slug, NAME, look=True, stdout=out)
    assert len(out.getvalue().splitlines()) == len(find_words(world.process, NAME))
    call_command("redact_words", world.process.slug, NAME, stdout=out)
    assert hits(NAME.lower()) == []
    with pytest.raises(CommandError, match="No text of this process holds"):
        call_command("redact_words", world.process.slug, NAME)
    with pytest.raises(CommandError, match="There is no process"):
        call_command("redact_words", "nowhere", NAME)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE drafting_clausetext SET markdown = 'Another.'",
        f"UPDATE drafting_clausetext SET markdown = replace(markdown, '{NAME}', '[removed]')",
        "DELETE FROM drafting_clausetext",
        "UPDATE publishing_file SET data = ''",
    ],
)
def test_setting_alone_opens_no_text(world: World, change: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('policyhub.redacted_words', %s, true)", [NAME])
        cursor.execute(change)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE drafting_clausetext SET markdown = 'Another.'",
        f"UPDATE drafting_clausetext SET markdown = replace(markdown, '{NAME}', 'Nobody')",
        "UPDATE drafting_clausetext SET heading = 'Other'",
        "DELETE FROM drafting_disposition",
        "UPDATE publishing_file SET data = 'x'",
        "UPDATE publishing_file SET media_type = 'x', data = ''",
    ],
)
def test_redaction_on_the_record_opens_texts_for_nothing_else(
    world: World, operator: User, now: datetime, change: str
) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        redact_words(actor=operator, process=world.process, words="who knows", reason="personal", at=now)
        cursor.execute("SELECT set_config('policyhub.redacted_words', %s, true)", [NAME])
        cursor.execute(change)


def test_owner_who_replicates_is_refused_too(own_database: str) -> None:
    with connected("owner") as owner:
        rows = owner.execute(
            "SELECT DISTINCT tgenabled FROM pg_trigger WHERE tgname LIKE '%\\_fixed' AND NOT tgisinternal"
        )
        assert rows.fetchall() == [("A",)]


@pytest.mark.parametrize(
    ("words", "code"), [("paragraph", "structure"), ("emphasis", "structure"), ("text", "structure")]
)
def test_words_that_name_parts_of_texts_spoil_none(now: datetime, words: str, code: str) -> None:
    world = make_world(now)
    document = open_draft(world)
    publish(world, document, ((None, 1, "Consent", f"The {words} is *kept*.\n"),))
    publish(world, document, (("c1", 1, "Consent", "Kept.\n"),))
    appoint_operator(secret=str(make_set_up_link(run="", at=now)), email="o@example.org", run="", at=now)
    with pytest.raises(NotPossible) as refusal:
        redact_words(
            actor=User.objects.get(email="o@example.org"), process=world.process, words=words, reason="personal", at=now
        )
    assert [each.code for each in refusal.value.reasons] == ["structure"]


@pytest.mark.parametrize("words", ["2026", 'Canary "Q" \\ Quill', "version"])
def test_words_that_stand_in_other_columns_too_are_taken_out_of_the_text_alone(now: datetime, words: str) -> None:
    world = make_world(now)
    document = open_draft(world)
    publish(world, document, ((None, 1, "Consent", f"In `{words}` it is kept.\n"),))
    publish(world, document, (("c1", 1, "Consent", "Kept.\n"),))
    appoint_operator(secret=str(make_set_up_link(run="", at=now)), email="o@example.org", run="", at=now)
    operator = User.objects.get(email="o@example.org")
    redact_words(actor=operator, process=world.process, words=words, reason="personal", at=now)
    text = ClauseText.objects.get(version__number=1)
    assert (text.markdown, words in str(text.tree), "[removed]" in str(text.tree)) == (
        "In `[removed]` it is kept.\n",
        False,
        True,
    )


def test_file_keeps_its_row(world: World, operator: User, now: datetime) -> None:
    redact_words(actor=operator, process=world.process, words=NAME, reason="personal", at=now)
    assert [(bytes(file.data), file.media_type) for file in File.objects.all()] == [(b"", "application/pdf")]


def test_words_in_a_real_file_are_found_though_its_pages_are_compressed(now: datetime) -> None:
    world = make_world(now)
    pin_edition(actor=world.chair, version=publish(world, open_draft(world), NAMING), at=now)
    edition = Edition.objects.get()
    data = render(content_of(edition))
    publish_edition(edition=edition, data=data, at=now)
    assert NAME.encode() not in data
    found = find_words(world.process, NAME)
    assert sorted({each.entry.kind for each in found}) == [Kind.EDITION_PUBLISHED, Kind.VERSION_PUBLISHED]
    assert find_words(world.process, "Somebody else") == []
