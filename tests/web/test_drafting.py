"""The workspace's pages about documents: who sees them, what they do, and that nothing typed is lost."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from policyhub.accounts.models import User
from policyhub.drafting.models import Comment, Document, Mark, Version
from policyhub.drafting.queries import drafts_of, find_newest_version
from policyhub.record.models import Entry
from policyhub.record.queries import size
from tests.factories.drafting import CONSENT, clause, comment_on, open_draft, publish, publish_basic
from tests.factories.participation import World, make_world

HARBOR = "harbor-tenants-union"
EDIT = "/desk/documents/code/edit/"
IMPORT = "/desk/documents/code/import/"


@pytest.fixture
def world(now: datetime) -> World:
    made = make_world(now)
    made.join("Harbor Tenants Union", "advocacy")
    return made


def as_person(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def fields(response: Any) -> dict[str, Any]:
    """What a browser would send of the page's form as it stands."""
    form = response.context["form"]
    return {bound.html_name: "" if bound.value() is None else bound.value() for bound in form if bound.name != "file"}


def done(response: Any) -> Entry:
    """The entry that the act wrote; its page is where the person is sent."""
    entry = Entry.objects.latest("index")
    assert (response.status_code, response.headers["Location"]) == (302, f"/desk/done/{entry.index}/")
    return entry


def test_a_page_for_each_document_is_found_only_by_those_who_may_act(world: World) -> None:
    version = publish_basic(world)
    requirement = world.require(HARBOR)
    comment_on(world, clause(version))
    lead = world.leads[HARBOR]
    pages = {
        "/desk/processes/faces/documents/new/": {world.editor, lead},
        EDIT: {world.editor},
        IMPORT: {world.editor},
        "/desk/processes/faces/comments/": {world.editor, world.chair},
        "/desk/processes/faces/comments/1/answer/": {world.editor, world.chair},
        f"/desk/documents/code/versions/1/requirements/{requirement.number}/mark/": {lead},
        "/desk/documents/code/": {world.editor, world.chair, lead, world.outsider},
        "/desk/documents/code/versions/1/clauses/c1/comment/": {world.editor, world.chair, lead, world.outsider},
        "/desk/documents/none/edit/": set(),
        "/desk/documents/code/versions/1/clauses/c9/comment/": set(),
    }
    for page, allowed in pages.items():
        for person in (world.editor, world.chair, lead, world.outsider):
            expected = 200 if person in allowed else 404
            assert (page, person, as_person(person).get(page).status_code) == (page, person, expected)
        assert Client().get(page).status_code == 302


def test_the_editor_opens_a_document(world: World) -> None:
    client = as_person(world.editor)
    page = client.get("/desk/processes/faces/documents/new/")
    said = {**fields(page), "title": "Code of conduct", "slug": "code"}
    assert done(client.post("/desk/processes/faces/documents/new/", said)).kind == "document.opened"
    assert Document.objects.get().owner is None


def test_a_representative_opens_a_competing_line(world: World) -> None:
    client = as_person(world.leads[HARBOR])
    page = client.get("/desk/processes/faces/documents/new/")
    said = {**fields(page), "title": "Another code", "slug": "other"}
    assert done(client.post("/desk/processes/faces/documents/new/", said)).body["owner"] == HARBOR


def test_a_taken_address_keeps_what_was_typed(world: World) -> None:
    open_draft(world)
    client = as_person(world.editor)
    said = {**fields(client.get("/desk/processes/faces/documents/new/")), "title": "My title", "slug": "code"}
    response = client.post("/desk/processes/faces/documents/new/", said)
    assert response.status_code == 409
    assert fields(response)["title"] == "My title"
    assert response.context["form"].errors == {"slug": ["Another document has the address code. Choose another one."]}


def test_the_first_version_is_written_on_an_empty_page(world: World) -> None:
    open_draft(world)
    client = as_person(world.editor)
    said = {**fields(client.get(EDIT)), "0-heading": "Consent", "0-markdown": "Ask first.", "note": "A start."}
    assert done(client.post(EDIT, said)).body["clauses"] == 1
    assert Version.objects.get().note == "A start.\n"


def test_a_doubled_click_publishes_once(world: World) -> None:
    publish_basic(world)
    client = as_person(world.editor)
    said = {**fields(client.get(EDIT)), "0-markdown": "Ask first, then ask again."}
    assert [done(client.post(EDIT, said)).body["version"] for _ in range(2)] == [2, 2]


def test_buttons_arrange_the_clauses_and_store_nothing(world: World) -> None:
    publish_basic(world)
    client, before = as_person(world.editor), size()
    page = client.get(EDIT)
    for button in ("down-0", "add-0", "remove-2", "show", "up-99", "nonsense"):
        said = {**fields(page), "note": "Kept.", "0-heading": fields(page)["0-heading"] + "!", "edit": button}
        page = client.post(EDIT, said)
        assert page.status_code == 200
    shown = fields(page)
    assert [(shown[f"{place}-key"], shown[f"{place}-heading"]) for place in range(int(shown["count"]))] == [
        ("c2", "Notice!!!!!"),
        ("c3", "Signs"),
        ("c1", "Consent!"),
    ]
    assert (shown["note"], size(), Version.objects.count()) == ("Kept.", before, 1)


def test_a_refused_version_keeps_every_clause(world: World) -> None:
    version = publish_basic(world)
    client = as_person(world.editor)
    said = {**fields(client.get(EDIT)), "0-markdown": "", "1-heading": "New words", "2-markdown": "a" * 70_000}
    response = client.post(EDIT, said)
    assert response.status_code == 409
    assert {name: value for name, value in fields(response).items() if name != "count"} == {
        name: value for name, value in said.items() if name != "count"
    }
    assert response.context["form"].errors == {
        "0-markdown": ["Clause 1 (Consent) is empty. Write its text, or remove it."]
    }
    assert find_newest_version(version.document) == version


def test_who_edited_a_superseded_version_is_told_and_can_then_publish_on_top(world: World) -> None:
    version = publish_basic(world)
    client = as_person(world.editor)
    said = {**fields(client.get(EDIT)), "0-markdown": "Ask first."}
    publish(world, version.document, [CONSENT])
    refused = client.post(EDIT, said)
    assert refused.status_code == 409
    assert "Version 2 is the newest now." in refused.content.decode()
    assert fields(refused)["0-markdown"] == "Ask first."
    assert done(client.post(EDIT, fields(refused))).body["version"] == 3


def test_an_import_is_shown_before_anything_is_stored(world: World) -> None:
    version = publish_basic(world)
    client, before = as_person(world.editor), size()
    markdown = "# Consent\n\nAsk first.\n\n# Refusal\n\nSaying no is free.\n"
    file = SimpleUploadedFile("code.md", markdown.encode())
    shown = client.post(IMPORT, {**fields(client.get(IMPORT)), "file": file, "note": "Imported."})
    plan = shown.context["plan"]
    assert (shown.status_code, size()) == (200, before)
    assert [(each.number, each.draft.key, each.is_changed) for each in plan.planned] == [
        ("1", "c1", True),
        ("2", None, False),
    ]
    assert [each.heading for each in plan.gone] == ["Notice", "Signs"]
    assert fields(shown)["markdown"] == markdown
    entry = done(client.post(IMPORT, {**fields(shown), "publish": "yes"}))
    assert (entry.body["version"], entry.body["clauses"]) == (2, 2)
    newest = find_newest_version(version.document)
    assert newest is not None
    assert [each.key for each in drafts_of(newest)] == ["c1", "c4"]


def test_a_text_changed_after_it_was_shown_is_shown_again(world: World) -> None:
    publish_basic(world)
    client, before = as_person(world.editor), size()
    shown = client.post(IMPORT, {**fields(client.get(IMPORT)), "markdown": "# Consent\n\nAsk first.\n"})
    said = {**fields(shown), "markdown": "# Consent\n\nAsk never.\n", "publish": "yes"}
    again = client.post(IMPORT, said)
    assert (again.status_code, size(), fields(again)["markdown"]) == (200, before, "# Consent\n\nAsk never.\n")


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (SimpleUploadedFile("code.docx", b"PK"), "Word files cannot be read yet. Save the text as Markdown."),
        (SimpleUploadedFile("code.md", b"\xff\xfe"), "code.md is not a text in UTF-8. Save it as Markdown in UTF-8."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(world: World, file: SimpleUploadedFile, sentence: str) -> None:
    open_draft(world)
    client = as_person(world.editor)
    file.seek(0)
    response = client.post(IMPORT, {**fields(client.get(IMPORT)), "file": file, "note": "Kept."})
    assert (response.status_code, response.context["form"].errors) == (409, {"file": [sentence]})
    assert fields(response)["note"] == "Kept."


def test_a_comment_is_made_answered_and_shown(world: World) -> None:
    publish_basic(world)
    client = as_person(world.leads[HARBOR])
    address = "/desk/documents/code/versions/1/clauses/c1/comment/"
    page = client.get(address)
    assert "without consent" in page.content.decode()
    assert done(client.post(address, {**fields(page), "text": "Say who asks."})).actor["org"] == HARBOR
    editor = as_person(world.editor)
    assert "Say who asks." in editor.get("/desk/processes/faces/comments/").content.decode()
    answer = "/desk/processes/faces/comments/1/answer/"
    said = {**fields(editor.get(answer)), "code": "accepted", "reason": "So be it."}
    assert done(editor.post(answer, said)).body["disposition"] == "accepted"
    assert "So be it." in editor.get("/desk/processes/faces/comments/").content.decode()


def test_a_comment_on_a_clause_that_changed_is_kept_on_the_page(world: World) -> None:
    version = publish_basic(world)
    client = as_person(world.outsider)
    address = "/desk/documents/code/versions/1/clauses/c1/comment/"
    said = {**fields(client.get(address)), "text": "Say who asks."}
    consent, *others = drafts_of(version)
    publish(world, version.document, [consent._replace(markdown="Ask.\n"), *others])
    response = client.post(address, said)
    assert (response.status_code, fields(response)["text"]) == (409, "Say who asks.")
    assert not Comment.objects.exists()


def test_a_holder_marks_its_requirement(world: World) -> None:
    publish_basic(world)
    requirement = world.require(HARBOR)
    client = as_person(world.alternates[HARBOR])
    address = f"/desk/documents/code/versions/1/requirements/{requirement.number}/mark/"
    assert done(client.post(address, {**fields(client.get(address)), "value": "unmet"})).body["mark"] == "unmet"
    assert Mark.objects.get().value == "unmet"
    assert "Consent comes before identification" in client.get("/desk/documents/code/").content.decode()
