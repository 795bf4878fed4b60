"""Documents and versions: who publishes what, and what is refused."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction

from policyhub.core.errors import NotAllowed, NotPossible
from policyhub.core.text import text_hash
from policyhub.drafting import acts
from policyhub.drafting.matching import plain_heading
from policyhub.drafting.models import ClauseText, Document, Version
from policyhub.drafting.queries import (
    documents_of,
    drafts_of,
    find_newest_version,
    find_own_document,
    is_newest,
    text_of,
    texts,
    versions,
)
from policyhub.participation.acts import withdraw_organization
from policyhub.record.queries import size
from tests.factories.drafting import BASIC, CONSENT, NOTICE, Clauses, open_draft, publish, publish_basic
from tests.factories.participation import World, make_world

WHOLE = """# Consent

Nobody is identified by name without consent.

# Notice

A sign says that faces are recognized here.

## Signs

A sign is readable from five meters.
"""


@pytest.fixture
def world(now: datetime) -> World:
    made = make_world(now)
    made.join("Harbor Tenants Union", "advocacy")
    made.join("Tern Mobile", "industry")
    return made


def codes(refusal: pytest.ExceptionInfo[NotPossible]) -> list[str]:
    return [reason.code for reason in refusal.value.reasons]


def refused(world: World, document: Document, clauses: Clauses) -> pytest.ExceptionInfo[NotPossible]:
    before = size()
    with pytest.raises(NotPossible) as refusal:
        publish(world, document, clauses)
    assert (size(), document.versions.count()) == (before, document.versions.count())
    return refusal


def test_the_editor_opens_the_process_own_document(world: World) -> None:
    entry = acts.open_document(
        actor=world.editor, process=world.process, slug="code", title=" Code  of conduct ", at=world.at
    )
    assert (entry.kind, entry.subject, entry.actor["role"], entry.actor["org"], entry.body) == (
        "document.opened",
        "document/code",
        "editor",
        None,
        {"title": "Code of conduct", "owner": None, "group": None, "process": "faces"},
    )
    assert find_own_document(world.process, "Code of conduct") == Document.objects.get()


def test_a_representative_opens_a_competing_line(world: World) -> None:
    own = open_draft(world)
    entry = acts.open_document(
        actor=world.alternates["harbor-tenants-union"],
        process=world.process,
        slug="other",
        title="Another code",
        owner=world.seat("harbor-tenants-union"),
        at=world.at,
    )
    assert (entry.actor["role"], entry.actor["org"], entry.body["owner"]) == (
        "alternate",
        "harbor-tenants-union",
        "harbor-tenants-union",
    )
    assert list(documents_of(world.process)) == [own, Document.objects.get(slug="other")]


@pytest.mark.parametrize("who", ["chair", "convener", "outsider"])
def test_nobody_else_opens_or_publishes(world: World, who: str) -> None:
    document, before = open_draft(world), size()
    with pytest.raises(NotAllowed):
        acts.open_document(actor=getattr(world, who), process=world.process, slug="x", title="X", at=world.at)
    with pytest.raises(NotAllowed):
        acts.publish_version(actor=getattr(world, who), document=document, clauses=BASIC, at=world.at)
    with pytest.raises(NotAllowed):
        acts.import_version(actor=getattr(world, who), document=document, markdown=WHOLE, at=world.at)
    assert size() == before


def test_a_competing_line_is_its_owners_alone(world: World) -> None:
    document = open_draft(world, "other", world.seat("harbor-tenants-union"))
    for stranger in (world.editor, world.leads["tern-mobile"]):
        with pytest.raises(NotAllowed):
            acts.publish_version(actor=stranger, document=document, clauses=BASIC, at=world.at)
    assert publish(world, document).number == 1


def test_an_organization_that_left_publishes_nothing(world: World) -> None:
    seat, lead = world.seat("harbor-tenants-union"), world.leads["harbor-tenants-union"]
    document = open_draft(world, "other", seat)
    withdraw_organization(actor=lead, participation=seat, reason="Consent is not met.", at=world.at)
    assert codes(refused(world, Document.objects.get(pk=document.pk), BASIC)) == ["not_seated"]
    with pytest.raises(NotPossible) as refusal:
        acts.open_document(actor=lead, process=world.process, slug="third", title="Third", owner=seat, at=world.at)
    assert codes(refusal) == ["not_seated"]


@pytest.mark.parametrize(
    ("slug", "title", "code"),
    [("code", "Code", "address"), ("Bad Slug", "Code", "address"), ("", "Code", "address"), ("new", " ", "text")],
)
def test_a_document_needs_a_title_and_an_address_of_its_own(world: World, slug: str, title: str, code: str) -> None:
    open_draft(world)
    with pytest.raises(NotPossible) as refusal:
        acts.open_document(actor=world.editor, process=world.process, slug=slug, title=title, at=world.at)
    assert codes(refusal) == [code]


def test_a_version_is_on_the_record_under_the_hash_of_its_whole_text(world: World) -> None:
    document = open_draft(world)
    entry = acts.publish_version(actor=world.editor, document=document, clauses=BASIC, note="First draft.", at=world.at)
    assert (entry.kind, entry.subject, entry.actor["role"], entry.body) == (
        "version.published",
        "document/code",
        "editor",
        {
            "version": 1,
            "text_hash": text_hash(WHOLE),
            "clauses": 3,
            "note_hash": text_hash("First draft."),
            "process": "faces",
        },
    )
    version = Version.objects.get()
    assert (text_of(version), version.text_hash, version.published_at) == (WHOLE, text_hash(WHOLE), world.at)
    shown = [(each.clause.key, each.number, each.position, each.heading) for each in texts(version)]
    assert shown == [("c1", "1", 1, "Consent"), ("c2", "2", 2, "Notice"), ("c3", "2.1", 3, "Signs")]
    assert version.texts.get(position=1).text_hash == text_hash(
        "Consent\n\nNobody is identified by name without consent."
    )


def test_clauses_keep_their_keys_when_they_move_and_a_key_is_never_given_twice(world: World) -> None:
    first = publish_basic(world)
    consent, notice, signs = drafts_of(first)
    second = publish(world, first.document, [notice, consent, (None, 2, "Refusal", "Saying no costs nothing.\n")])
    third = publish(world, first.document, [consent, (None, 1, "Children", "Never children.\n")])
    assert [[(each.clause.key, each.number) for each in texts(version)] for version in (second, third)] == [
        [("c2", "1"), ("c1", "2"), ("c4", "2.1")],
        [("c1", "1"), ("c5", "2")],
    ]
    assert signs == drafts_of(first)[2]
    assert (is_newest(first), is_newest(third), list(versions(first.document))) == (
        False,
        True,
        [third, second, first],
    )


def test_the_database_refuses_to_change_a_version(world: World) -> None:
    version = publish_basic(world)
    for row in (version, version.texts.get(position=1)):
        with pytest.raises(DatabaseError), transaction.atomic():
            type(row)._default_manager.filter(pk=row.pk).update(text_hash="sha256:0")
    with pytest.raises(DatabaseError), transaction.atomic():
        ClauseText.objects.filter(version=version).delete()


@pytest.mark.parametrize(
    ("clauses", "code"),
    [
        ([], "no_clauses"),
        ([(None, 1, "Consent", " \n")], "empty_clause"),
        ([(None, 1, " ", "Text.")], "no_heading"),
        ([(None, 1, "x" * 301, "Text.")], "long_heading"),
        ([(None, 2, "Consent", "Text.")], "level"),
        ([CONSENT, (None, 3, "Deep", "Text.")], "level"),
        ([("c9", 1, "Consent", "Text.")], "foreign_clause"),
        ([CONSENT] * 401, "too_many"),
        ([(None, 1, "Consent", "a" * 65_537)], "text"),
        ([(None, 1, "Consent", "word " * 1_048_576)], "text"),
        ([(None, 1, "Consent", "Hidden \u202e order.")], "text"),
        ([(None, 1, "Con\u200bsent", "Text.")], "text"),
    ],
)
def test_what_is_no_version_is_refused_and_nothing_is_stored(world: World, clauses: Clauses, code: str) -> None:
    assert codes(refused(world, open_draft(world), clauses)) == [code]


def test_a_refusal_names_each_clause_and_its_field(world: World) -> None:
    refusal = refused(world, open_draft(world), [CONSENT, (None, 1, "Notice", ""), (None, 1, "", "Text.")])
    assert [(each.sentence, each.field) for each in refusal.value.reasons] == [
        ("Clause 2 (Notice) is empty. Write its text, or remove it.", "1-markdown"),
        ("Clause 3 has no heading. Give it one.", "2-heading"),
    ]


def test_a_clause_with_others_below_it_needs_no_text_of_its_own(world: World) -> None:
    chapter: Clauses = [(None, 1, "Chapter", ""), (None, 2, "Consent", "Text.\n")]
    version = publish(world, open_draft(world), chapter)
    assert text_of(version) == "# Chapter\n\n## Consent\n\nText.\n"


def test_the_same_text_again_is_no_new_version(world: World) -> None:
    first = publish_basic(world)
    assert codes(refused(world, first.document, drafts_of(first))) == ["unchanged"]


def test_a_clause_stands_once(world: World) -> None:
    first = publish_basic(world)
    consent = drafts_of(first)[0]
    assert codes(refused(world, first.document, [consent, consent])) == ["doubled_clause"]


def test_an_edit_of_a_superseded_version_is_refused(world: World) -> None:
    first = publish_basic(world)
    publish(world, first.document, [CONSENT])
    with pytest.raises(NotPossible) as refusal:
        acts.publish_version(
            actor=world.editor,
            document=first.document,
            clauses=[NOTICE],
            base_hash=first.text_hash,
            at=world.at,
        )
    assert codes(refusal) == ["text_changed"]
    assert "Version 2 is the newest now." in str(refusal.value)


def test_an_import_keeps_the_keys_of_what_it_knows(world: World) -> None:
    first = publish_basic(world)
    markdown = "# Notice\n\nA sign says so.\n\n## Refusal\n\nSaying no is free.\n\n# Consent\n\nAsk first.\n"
    acts.import_version(actor=world.editor, document=first.document, markdown=markdown, at=world.at)
    newest = find_newest_version(first.document)
    assert newest is not None
    assert [(each.key, each.heading) for each in drafts_of(newest)] == [
        ("c2", "Notice"),
        ("c4", "Refusal"),
        ("c1", "Consent"),
    ]


def test_a_real_policy_and_its_next_version_share_their_clauses(world: World, policies: Path) -> None:
    acts.import_document(
        actor=world.editor,
        process=world.process,
        slug="terms",
        title="Terms of service",
        markdown=(policies / "terms-of-service-2023.md").read_text(),
        at=world.at,
    )
    document = Document.objects.get(slug="terms")
    later = (policies / "terms-of-service-2026.md").read_text()
    acts.import_version(actor=world.editor, document=document, markdown=later, at=world.at)
    new, old = (
        {each.key: plain_heading(each.heading) for each in drafts_of(version)} for version in versions(document)
    )
    assert len(old) >= 60
    assert {heading for key, heading in new.items() if key not in old} == {"access reciprocity"}
    assert {key: heading for key, heading in new.items() if key in old} == old
