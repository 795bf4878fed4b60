"""Editions: ordered, rendered, published once, built again to the same byte."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from pypdf import PdfReader

from policyhub.core.errors import NotAllowed, NotPossible
from policyhub.drafting.models import Version
from policyhub.participation import acts as participation
from policyhub.publishing import acts
from policyhub.publishing.making import make, render_ordered
from policyhub.publishing.models import Edition, File
from policyhub.record.models import Entry
from policyhub.record.queries import root_at, size
from tests.factories.drafting import publish, publish_basic
from tests.factories.participation import World, make_world


@pytest.fixture
def world(now: datetime) -> World:
    return make_world(now)


@pytest.fixture
def version(world: World) -> Version:
    return publish_basic(world)


def order(world: World, version: Version, against: Version | None = None) -> Edition:
    acts.pin_edition(actor=world.convener, version=version, against=against, at=world.at)
    return Edition.objects.latest("number")


def text_of(data: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages).split())


def test_an_order_pins_the_text_and_the_record(world: World, version: Version) -> None:
    entries = size()
    edition = order(world, version)
    entry = Entry.objects.get(kind="edition.pinned")
    assert (edition.record_size, edition.record_root) == (entries, f"sha256:{root_at(entries).hex()}")
    assert entry.body == {
        "process": "faces",
        "document": "code",
        "version": 1,
        "against": None,
        "language": "en",
        "text_hash": version.text_hash,
        "size": entries,
        "root": edition.record_root,
        "engine": edition.engine,
        "template": edition.template,
    }


def test_only_the_convener_and_the_chair_order(world: World, version: Version) -> None:
    for somebody in (world.editor, world.secretary, world.outsider):
        with pytest.raises(NotAllowed):
            acts.pin_edition(actor=somebody, version=version, at=world.at)
    assert acts.pin_edition(actor=world.chair, version=version, at=world.at).kind == "edition.pinned"


def test_a_comparison_is_with_another_version_of_the_same_document(world: World, version: Version) -> None:
    with pytest.raises(NotPossible):
        acts.pin_edition(actor=world.convener, version=version, against=version, at=world.at)
    assert Edition.objects.count() == 0


def test_what_was_ordered_is_rendered_and_published_once(world: World, version: Version) -> None:
    edition = order(world, version)
    render_ordered()
    render_ordered()
    edition.refresh_from_db()
    file = File.objects.get(hash=edition.file_hash)
    entry = Entry.objects.get(kind="edition.published")
    assert (entry.body["file_hash"], entry.body["bytes"]) == (acts.file_hash(bytes(file.data)), len(bytes(file.data)))
    assert "Nobody is identified by name without consent." in text_of(bytes(file.data))
    with pytest.raises(NotPossible):
        acts.publish_edition(edition=edition, data=b"other", at=world.at)


def test_an_edition_is_built_again_from_its_pin_whatever_happened_since(world: World, version: Version) -> None:
    edition = order(world, version)
    first = make(edition)
    world.at += timedelta(seconds=1)
    world.join("Harbor Tenants Union", "advocacy")
    publish(world, version.document, [("c1", 1, "Consent", "Something else.\n")])
    assert make(Edition.objects.get(pk=edition.pk)) == first


def test_whoever_came_back_is_named_with_the_day_of_both(world: World, version: Version) -> None:
    world.join("Harbor Tenants Union", "advocacy")
    slug = "harbor-tenants-union"
    lead, seat, day = world.leads[slug], world.seat(slug), timedelta(days=1)
    participation.withdraw_organization(actor=lead, participation=seat, reason="Not for us.", at=world.at)
    participation.apply_for_seat(
        actor=lead,
        process=world.process,
        name="Harbor Tenants Union",
        category=world.category("advocacy"),
        at=world.at + day,
    )
    before = order(world, version)
    participation.admit_organization(actor=world.convener, participation=world.seat(slug), at=world.at + 2 * day)
    world.at += 3 * day
    assert ", back on " not in text_of(make(before))
    assert ", back on " in text_of(make(order(world, version)))


def test_the_redline_is_bound_in(world: World, version: Version) -> None:
    newer = publish(world, version.document, [("c1", 1, "Consent", "Nobody is identified without a yes.\n")])
    words = text_of(make(order(world, newer, against=version)))
    assert "What changed since version 1" in words
    assert "2 are gone" in words


def test_the_command_publishes_then_rebuilds_the_same(
    world: World, version: Version, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "code.pdf"
    call_command("publish_edition", "code", "--version", "1", "--output", str(output))
    first = output.read_bytes()
    call_command("publish_edition", "code", "--version", "1", "--output", str(output))
    assert (output.read_bytes(), Edition.objects.count()) == (first, 1)
    call_command("publish_edition", "code", "--version", "1", "--output", str(output), "--new")
    assert Edition.objects.count() == 2
    said = capsys.readouterr().out
    assert said.count("is published") == 2
    assert said.count("was rebuilt and is the same") == 1


@pytest.mark.parametrize(
    "words", [["absent", "--version", "1"], ["code", "--version", "9"], ["code", "--version", "1", "--against", "9"]]
)
def test_the_command_refuses_words_that_lead_nowhere(
    version: Version, words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("publish_edition", *words, "--output", str(tmp_path / "x.pdf"))
    assert ended.value.code == 2
    assert Edition.objects.count() == 0
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
