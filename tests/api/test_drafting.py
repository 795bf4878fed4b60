"""Documents over the API: reading without an account, acting with a key, stale texts refused."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from typing import Any

import pytest
from rest_framework.test import APIClient

from policyhub.accounts.models import User
from policyhub.core.text import text_hash
from policyhub.drafting.models import Version
from policyhub.drafting.queries import drafts_of
from policyhub.record.queries import size
from tests.factories.drafting import CONSENT, clause, comment_on, publish, publish_basic
from tests.factories.participation import World, make_world

HARBOR = "harbor-tenants-union"
KEYS = count()


@pytest.fixture
def world(now: datetime) -> World:
    made = make_world(now)
    made.join("Harbor Tenants Union", "advocacy")
    return made


@pytest.fixture
def version(world: World) -> Version:
    return publish_basic(world)


def get(path: str) -> Any:
    response = APIClient().get(f"/api/v1/{path}")
    assert (response.status_code, "ETag" in response.headers) == (200, True)
    return response.json()


def post(person: User | None, path: str, data: dict[str, Any]) -> Any:
    client = APIClient()
    if person is not None:
        client.force_authenticate(person)
    return client.post(f"/api/v1/{path}", data, format="json", headers={"Idempotency-Key": f"key-{next(KEYS)}"})


def test_documents_are_listed_for_everybody(version: Version) -> None:
    listed = get("documents/")["results"]
    assert [each["slug"] for each in listed] == ["code"]
    assert get("processes/faces/documents/")["results"] == listed
    assert get("documents/code/") == listed[0]
    assert (listed[0]["process"], listed[0]["owner"]) == ("faces", None)


def test_a_version_carries_the_text_that_its_hash_is_taken_over(version: Version) -> None:
    shown = get("documents/code/versions/1/")
    assert text_hash(shown["markdown"]) == shown["text_hash"] == version.text_hash
    assert [(each["key"], each["number"], each["heading"]) for each in shown["clauses"]] == [
        ("c1", "1", "Consent"),
        ("c2", "2", "Notice"),
        ("c3", "2.1", "Signs"),
    ]
    assert [each["number"] for each in get("documents/code/versions/")["results"]] == [1]


def test_the_redline_of_two_versions_gives_both_back(world: World, version: Version) -> None:
    consent, notice, _ = drafts_of(version)
    publish(world, version.document, [notice, consent._replace(markdown="Nobody is identified without consent.\n")])
    shown = get("documents/code/versions/2/redline/1/")
    assert [(each["key"], each["state"]) for each in shown["clauses"]] == [
        ("c2", "unchanged"),
        ("c3", "gone"),
        ("c1", "changed"),
    ]
    operations = shown["clauses"][2]["operations"]
    assert ["".join(each[side] for each in operations) for side in ("old", "new")] == [
        consent.markdown,
        "Nobody is identified without consent.\n",
    ]


@pytest.mark.parametrize(
    "path",
    [
        "documents/none/",
        "documents/none/versions/",
        "documents/code/versions/9/",
        "documents/code/versions/1/redline/9/",
    ],
)
def test_what_is_absent_is_404(version: Version, path: str) -> None:
    assert APIClient().get(f"/api/v1/{path}").status_code == 404


def test_a_document_is_opened_and_published(world: World) -> None:
    opened = post(world.editor, "processes/faces/documents/open/", {"slug": "code", "title": "Code"})
    assert (opened.status_code, opened.json()["kind"]) == (201, "document.opened")
    written = {"clauses": [{"heading": "Consent", "markdown": "Ask first.\n"}], "base_hash": ""}
    published = post(world.editor, "documents/code/versions/publish/", written)
    assert (published.status_code, published.json()["content"]["body"]["version"]) == (201, 1)
    imported = {"markdown": "# Consent\n\nAsk twice.\n", "base_hash": Version.objects.get().text_hash}
    assert post(world.editor, "documents/code/versions/import/", imported).status_code == 201
    assert [each.key for each in drafts_of(Version.objects.get(number=2))] == ["c1"]


def test_a_competing_line_is_opened_for_the_callers_own_seat_only(world: World) -> None:
    said = {"slug": "other", "title": "Other", "owner": HARBOR}
    assert post(world.editor, "processes/faces/documents/open/", said).status_code == 404
    opened = post(world.leads[HARBOR], "processes/faces/documents/open/", said)
    assert (opened.status_code, opened.json()["content"]["body"]["owner"]) == (201, HARBOR)


def test_an_act_needs_an_account_and_a_right(world: World, version: Version) -> None:
    written = {"clauses": [{"heading": "Consent", "markdown": "Ask first.\n"}], "base_hash": version.text_hash}
    before = size()
    assert [
        post(person, "documents/code/versions/publish/", written).status_code
        for person in (None, world.outsider, world.leads[HARBOR])
    ] == [401, 404, 404]
    assert size() == before


def test_a_stale_text_is_409(world: World, version: Version) -> None:
    requirement = world.require(HARBOR)
    publish(world, version.document, [CONSENT])
    comment = {"type": "ge", "text": "Say who asks.", "text_hash": clause(version).text_hash}
    mark = {"document": "code", "version": 2, "value": "met", "text_hash": version.text_hash}
    written = {"clauses": [{"heading": "New", "markdown": "New.\n"}], "base_hash": version.text_hash}
    before = size()
    answers = [
        post(world.outsider, "documents/code/versions/1/clauses/c1/comments/make/", comment),
        post(world.leads[HARBOR], f"processes/faces/requirements/{requirement.number}/mark/", mark),
        post(world.editor, "documents/code/versions/publish/", written),
    ]
    assert [(each.status_code, each.json()["code"]) for each in answers] == [(409, "text_changed")] * 3
    assert size() == before


def test_a_comment_is_made_answered_and_listed(world: World, version: Version) -> None:
    said = {"type": "te", "text": "Say who asks.", "text_hash": clause(version).text_hash}
    made = post(world.leads[HARBOR], "documents/code/versions/1/clauses/c1/comments/make/", said)
    assert made.status_code == 201
    answer = {"code": "accepted", "reason": "So be it."}
    assert post(world.editor, "processes/faces/comments/1/answer/", answer).status_code == 201
    listed = get("documents/code/versions/1/comments/")["results"]
    assert listed == get("processes/faces/comments/")["results"]
    assert [(each["number"], each["organization"], each["disposition"]["code"]) for each in listed] == [
        (1, HARBOR, "accepted")
    ]


def test_a_comment_without_an_answer_says_so(world: World, version: Version) -> None:
    comment_on(world, clause(version))
    listed = get("processes/faces/comments/")["results"]
    assert [(each["organization"], each["disposition"]) for each in listed] == [(None, None)]


def test_a_requirement_is_marked_and_listed(world: World, version: Version) -> None:
    requirement = world.require(HARBOR)
    said = {"document": "code", "version": 1, "value": "partly_met", "text_hash": version.text_hash}
    marked = post(world.leads[HARBOR], f"processes/faces/requirements/{requirement.number}/mark/", said)
    assert marked.status_code == 201
    listed = get("documents/code/marks/")["results"]
    assert [(each["requirement"], each["organization"], each["version"], each["value"]) for each in listed] == [
        (requirement.number, HARBOR, 1, "partly_met")
    ]
