"""The record over the API: for everybody, with ETags, and the same bytes that were hashed."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from policyhub.core.canonical import canonical
from policyhub.record.keeping import Keeping
from policyhub.record.models import Entry
from policyhub.record.proofs import check_consistency, check_inclusion
from policyhub.record.queries import root_at, size
from tests.api.asking import ABSENT, client_of, get
from tests.factories.participation import World, make_world
from tests.factories.record import connected, started, write

READABLE = [
    "record/",
    "record/entries/",
    "record/entries/0/",
    "processes/",
    "processes/faces/",
    "processes/faces/organizations/",
    "processes/faces/requirements/",
    "processes/faces/statements/",
    "processes/faces/withdrawals/",
]


@pytest.fixture
def world(now: datetime) -> World:
    return make_world(now)


def test_head_says_size_and_root(world: World) -> None:
    assert get("record/").json() == {"size": size(), "root": f"sha256:{root_at(size()).hex()}"}


def test_entry_carries_the_content_that_its_hash_is_taken_over(world: World) -> None:
    for entry in get("record/entries/").json()["results"]:
        leaf = hashlib.sha256(b"\0" + canonical(entry["content"])).hexdigest()
        assert (entry["hash"], entry["content"]["type"]) == (f"sha256:{leaf}", entry["kind"])


def test_entries_are_listed_oldest_first_and_narrowed(world: World) -> None:
    make_world(world.at, slug="voices")
    listed = get("record/entries/").json()
    assert (listed["count"], [each["index"] for each in listed["results"]]) == (size(), list(range(size())))
    ours = get("record/entries/?process=voices").json()["results"]
    assert {each["subject"] for each in ours} == {"process/voices"}
    assert len(ours) == size() / 2
    adopted = get("record/entries/?process=voices&kind=charter.adopted").json()["results"]
    assert [each["kind"] for each in adopted] == ["charter.adopted"]
    assert get("record/entries/?subject=process/none").json()["results"] == []


def test_pages_of_a_list_lose_nothing_and_are_bounded(world: World) -> None:
    found: list[int] = []
    path = "record/entries/?limit=2"
    while path:
        page = get(path).json()
        assert len(page["results"]) <= 2
        found += [each["index"] for each in page["results"]]
        path = (page["next"] or "").partition("/api/v1/")[2]
    assert found == list(range(size()))
    assert len(get("record/entries/?limit=100000").json()["results"]) == size()


@pytest.mark.parametrize("index", [10**6, 10**30])
def test_entry_that_is_not_there_is_absent(world: World, index: int) -> None:
    answer = get(f"record/entries/{index}/")
    assert (answer.status_code, answer.json()) == (404, ABSENT)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("limit=-1", 400),
        ("limit=0", 400),
        ("limit=x", 400),
        ("limit=", 400),
        ("limit=%D9%A3", 400),
        ("offset=-1", 400),
        ("offset=1.5", 400),
        (f"offset={10**30}", 400),
        ("kind=none", 200),
        ("kind=", 200),
        ("process=%00", 400),
        ("subject=a%00", 400),
    ],
)
def test_list_answers_whatever_it_is_asked(world: World, query: str, status: int) -> None:
    assert get(f"record/entries/?{query}").status_code == status


def test_list_beyond_its_end_is_empty(world: World) -> None:
    assert get(f"record/entries/?offset={10**9}").json()["results"] == []


def test_page_that_cannot_be_counted_is_refused_in_a_sentence(world: World) -> None:
    found = [get(f"processes/?{query}").json()["detail"] for query in ("limit=abc", "offset=-1")]
    assert found == [
        "limit says how many things a page holds: a whole number from 1 on. No page holds more than 200.",
        "offset says how many things are skipped: a whole number from 0 to 1,000,000,000.",
    ]


@pytest.mark.parametrize("path", READABLE)
def test_reader_who_has_it_is_told_so(world: World, path: str) -> None:
    first = get(path)
    etag = first["ETag"]
    for known in (etag, f'"other", {etag}', f"W/{etag}", "*"):
        again = get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
        assert again["Cache-Control"] == "private, no-store"
    assert get(path, headers={"If-None-Match": '"other"'}).json() == first.json()
    assert client_of(None).head(f"/api/v1/{path}")["ETag"] == etag


def test_etag_changes_with_what_is_shown(world: World) -> None:
    before = {path: get(path)["ETag"] for path in ("record/", "processes/faces/organizations/", "processes/faces/")}
    world.join("Harbor Tenants Union", "advocacy")
    changed = {path for path, etag in before.items() if get(path)["ETag"] != etag}
    assert changed == {"record/", "processes/faces/organizations/"}


@pytest.mark.parametrize("path", READABLE)
def test_reading_changes_nothing_and_needs_nobody(world: World, path: str) -> None:
    before: Any = (size(), root_at(size()))
    bodies = [get(path, each).json() for each in (None, world.outsider, world.convener)]
    assert bodies == [bodies[0]] * 3
    assert (size(), root_at(size())) == before


def ask(name: str, **asked: object) -> Any:
    return get(f"record/proofs/{name}/?{urlencode(asked)}")


def test_proofs_in_json_hold(own_database: str) -> None:
    write(6)
    held = size()
    for index in range(held):
        said = ask("inclusion", index=index, size=held).json()
        proof, root = [bytes.fromhex(each) for each in said["hashes"]], bytes.fromhex(said["roots"][str(held)])
        check_inclusion(bytes(Entry.objects.get(index=index).leaf_hash), index, held, proof, root)
        assert root == root_at(held)
    said = ask("consistency", old=3, new=held).json()
    roots = {int(number): bytes.fromhex(root) for number, root in said["roots"].items()}
    check_consistency(3, held, roots[3], roots[held], [bytes.fromhex(each) for each in said["hashes"]])


@pytest.mark.parametrize(
    ("name", "asked", "sentence"),
    [
        ("inclusion", {"index": 0, "size": 7}, "The record holds 6 entries: ask for a size up to that."),
        ("inclusion", {"index": 5, "size": 5}, "There is no such proof: no leaf 5 is among 5."),
        (
            "consistency",
            {"old": 4, "new": 3},
            "There is no such proof: the tree of 3 leaves does not continue one of 4.",
        ),
        ("consistency", {"old": 1, "new": 2**53}, "Some fields cannot be used as sent."),
        ("inclusion", {"index": -1, "size": 2}, "Some fields cannot be used as sent."),
        ("inclusion", {"size": "all"}, "Some fields cannot be used as sent."),
    ],
)
def test_proof_that_there_is_not_is_one_sentence(
    own_database: str, name: str, asked: dict[str, object], sentence: str
) -> None:
    write(6)
    answer = ask(name, **asked)
    assert (answer.status_code, answer.json()["detail"]) == (400, sentence)


def test_checkpoints_are_listed(own_database: str, tmp_path: Path) -> None:
    assert get("record/checkpoints/").json()["results"] == []
    with connected("signer") as database:
        signer = started(Keeping(tmp_path, origin="policyhub.example/record"), database)
        for count in (2, 3):
            write(count)
            signer.step()
    listed = get("record/checkpoints/").json()["results"]
    assert [(each["size"], each["root"]) for each in listed] == [
        (number, f"sha256:{root_at(number).hex()}") for number in (5, 2)
    ]
