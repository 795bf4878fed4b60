"""Where the text behind each hash of an entry is kept, and which of them a reader may have."""

from __future__ import annotations

import json

import pytest

from policyhub.core.text import text_hash
from policyhub.drafting.models import Version
from policyhub.drafting.queries import text_of
from policyhub.insight.places import NO_TEXT, PLACES
from policyhub.insight.texts import Kept, find_kept, find_public, kept_of, named_by, public_texts
from policyhub.minutes.models import Minutes
from policyhub.minutes.rules import MinutesState
from policyhub.participation.models import Statement
from policyhub.record.kinds import FIELDS, Kind
from policyhub.record.models import Entry
from policyhub.record.queries import replacements
from tests.factories.participation import World
from tests.factories.story import CORRECTED, NOTES, PDF, tell_story
from tests.portal.test_odd_entries import ODD, write

DRAFT = NOTES + "\nDraft.\n"
# Prose that a later act replaced.
REPLACED = {text_hash(each) for each in ("Not yet read.", "Not at all.")}


@pytest.fixture
def world(db: None) -> World:
    return tell_story()


def where(hashed: str) -> list[tuple[str, tuple[str, ...], bool]]:
    return sorted((type(each.row).__name__, each.place.columns, each.is_public) for each in find_kept(hashed))


def everything_kept() -> dict[tuple[int, str], list[Kept]]:
    return kept_of(list(Entry.objects.order_by("index")))


def test_every_hash_of_every_kind_has_its_place_or_names_no_text() -> None:
    hashes = {(kind, field) for kind, fields in FIELDS.items() for field in fields if field.endswith("_hash")}
    assert (set(PLACES) | set(NO_TEXT), set(PLACES) & set(NO_TEXT)) == (hashes, set())


def test_every_column_of_a_place_is_one_of_its_rows() -> None:
    places = {place for found in PLACES.values() for place in found}
    assert len(places) > 20
    for place in places:
        assert place.rows.model._meta.get_fields()
        assert len(place.by) == len(set(place.by)), place.by
        assert list(place.rows.filter(**dict.fromkeys(place.by, "1"))[:0]) == []


def test_the_story_has_an_entry_of_every_kind(world: World) -> None:
    assert set(Entry.objects.values_list("kind", flat=True)) == set(Kind)


def test_every_text_that_an_entry_names_is_found_unless_it_was_replaced(world: World) -> None:
    entries, kept = list(Entry.objects.order_by("index")), everything_kept()
    named = {(entry.index, field): hashed for entry in entries for field, hashed in named_by(entry).items()}
    found = {place: {each.hash for each in each_kept} for place, each_kept in kept.items()}
    now = {hashed: after or hashed for hashed, after in replacements().items()}
    assert found == {place: {now.get(hashed, hashed)} for place, hashed in named.items() if hashed not in REPLACED}
    assert {(entry.kind, field) for entry in entries for field in named_by(entry)} == {
        (str(kind), field) for kind, field in PLACES
    }


def test_a_text_of_a_version_and_of_its_call_are_the_same_bytes(world: World) -> None:
    version = Version.objects.get(document__slug="faces-code", number=1)
    found = find_public(version.text_hash)
    assert found is not None
    assert (found.content.decode(), found.hash) == (text_of(version), version.text_hash)
    assert found.media_type == "text/plain; charset=utf-8"
    assert [(row, columns) for row, columns in found.columns] == [
        (each, ("heading", "markdown", "tree")) for each in version.texts.order_by("position")
    ]


def test_prose_of_an_objection_stands_in_the_objection_once_the_position_is_another(world: World) -> None:
    assert where(text_hash("It costs.")) == [("Objection", ("reason",), True)]
    assert where(text_hash("It watches still.")) == [("Objection", ("reason",), True), ("Position", ("reason",), True)]


def test_replaced_prose_is_kept_nowhere(world: World) -> None:
    assert [(where(hashed), find_public(hashed)) for hashed in REPLACED] == [([], None)] * 2


def test_minutes_are_public_once_published_and_notes_before_them_never(world: World) -> None:
    texts = [DRAFT, NOTES, CORRECTED, "I heard it.", "The next meeting is near."]
    published = [find_public(text_hash(text)) is not None for text in texts]
    Minutes.objects.update(state=MinutesState.APPROVED)
    before = [find_public(text_hash(text)) is not None for text in texts]
    assert (published, before) == ([False, True, True, True, True], [False] * 5)


def test_the_text_of_a_statement_is_public_with_the_statement(world: World) -> None:
    hashed = text_hash("We stay and watch.")
    published = where(hashed)
    Statement.objects.update(published_at=None)
    kept_back = where(hashed)
    assert (published, kept_back) == ([("Statement", ("text",), True)], [("Statement", ("text",), False)])


def test_a_joint_departure_keeps_its_text_in_the_statement_and_the_withdrawal(world: World) -> None:
    assert where(text_hash("We said why.")) == [("Statement", ("text",), True), ("Withdrawal", ("reason",), True)]


def test_the_reason_of_a_recess_is_on_no_public_page(world: World) -> None:
    assert where(text_hash("Lunch.")) == [("Recess", ("reason",), False)]


def test_the_notice_and_the_agenda_are_canonical_json(world: World) -> None:
    notice, agenda = (
        find_public(Entry.objects.filter(kind=kind).earliest("index").body[field])
        for kind, field in ((Kind.MEETING_NOTICED, "notice_hash"), (Kind.AGENDA_PUBLISHED, "items_hash"))
    )
    assert notice is not None
    assert agenda is not None
    assert json.loads(notice.content)["title"] == "Consent"
    assert [each["note"] for each in json.loads(agenda.content)] == ["Read it.\n", ""]


def test_a_file_is_its_bytes(world: World) -> None:
    found = find_public(Entry.objects.get(kind=Kind.EDITION_PUBLISHED).body["file_hash"])
    assert found is not None
    assert (found.content, found.media_type) == (PDF, "application/pdf")


def test_every_public_text_comes_once(world: World) -> None:
    found = [each.hash for each in public_texts(Entry.objects.order_by("index"))]
    named = {hashed for entry in Entry.objects.all() for hashed in named_by(entry).values()}
    redacted = replacements()
    kept_back = {*REPLACED, *redacted, text_hash(DRAFT), text_hash("Lunch."), text_hash("A letter of 3 May.")}
    assert sorted(found) == sorted(named - kept_back | {hashed for hashed in redacted.values() if hashed})


@pytest.mark.odd_entries
def test_odd_entries_name_nothing_that_is_kept(world: World) -> None:
    assert kept_of([write(*each) for each in ODD]) == {}
