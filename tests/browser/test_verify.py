"""In a browser: a receipt and a file are checked where they are, and nothing of them is sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from policyhub.core.text import text_hash
from policyhub.drafting.models import Version
from policyhub.publishing.acts import pin_edition, publish_edition
from policyhub.publishing.models import Edition
from policyhub.record.keeping import Keeping
from policyhub.record.models import Entry
from policyhub.record.queries import now, receipt_of
from tests.browser.conftest import Site, Visit, visit
from tests.factories.decisions import make_table
from tests.factories.record import connected, started

pytestmark = [pytest.mark.browser, pytest.mark.slow]

REASON = "The text has no limit in time.\n"
VECTORS = {
    "": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "abc": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq": (
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    "a" * 119: "31eba51c313a5c08226adf18d4a359cfdfd8d2e816b13f4af952f7ea6584dcfb",
}


@pytest.fixture
def receipt(site: Site, tmp_path: Path) -> Iterator[str]:
    """The receipt of a signed position, on a record that goes on behind it."""
    table = make_table(now())
    entry = table.cast("faces-union-1", "object", reason=REASON)
    with connected("signer") as database:
        signer = started(Keeping(tmp_path / "signer", origin="policyhub.example/record"), database)
        signer.step()
        kept = str(receipt_of(Entry.objects.get(index=entry.index)))
        table.cast("faces-firm-1", "support")
        signer.step()
        yield kept


@pytest.fixture
def edition(receipt: str) -> Entry:
    """The entry by which an edition is published; made before a browser's own loop begins."""
    version = Version.objects.get()
    pin_edition(actor=version.document.process.staff.get(function="chair").user, version=version, at=now())
    return publish_edition(edition=Edition.objects.get(), data=b"%PDF-1.7 \xe2\xe3", at=now())


def shown(chromium: Browser, site: Site) -> Visit:
    visitor = visit(chromium, width=375, script=True)
    visitor.page.goto(f"{site.url}/record/verify/")
    return visitor


def give(visitor: Visit, name: str, content: str | bytes) -> None:
    """The file is chosen; nothing that the browser sends holds any of it."""
    sent: list[str] = []
    visitor.page.on("request", lambda request: sent.append(f"{request.url} {request.post_data or ''}"))
    data = content if isinstance(content, bytes) else content.encode()
    visitor.page.set_input_files("input[type=file]", {"name": name, "mimeType": "", "buffer": data})
    expect(visitor.page.locator("[data-outcome] h3")).not_to_have_text("Checking…")
    # The first line of a checkpoint is the site's own name.
    assert not any(data.decode("latin-1")[-40:] in each for each in sent)


def test_receipt_holds_and_one_changed_letter_does_not(receipt: str, site: Site, chromium: Browser) -> None:
    visitor, said = shown(chromium, site), json.loads(receipt)
    outcome = visitor.page.locator("[data-outcome]")
    give(visitor, "entry.receipt.json", receipt)
    expect(outcome.locator("h3")).to_have_text(f"The receipt holds: it is entry {said['index']} of {said['origin']}")
    expect(outcome).to_contain_text("continues it unchanged")
    give(visitor, "forged.json", json.dumps({**said, "leaf": said["leaf"].replace("object", "accept")}))
    expect(outcome).to_contain_text("one of the two was changed")
    give(visitor, "moved.json", json.dumps({**said, "index": said["index"] - 1}))
    expect(outcome).to_contain_text("The proof in the receipt is of another entry.")
    lines = said["proof"].split("\n")
    lines[2] = ("B" if lines[2][0] != "B" else "C") + lines[2][1:]
    give(visitor, "proof.json", json.dumps({**said, "proof": "\n".join(lines)}))
    expect(outcome).to_contain_text("The proof does not lead to the signed root.")
    assert visitor.complaints == []


def test_text_is_found_by_its_hash_and_a_foreign_one_is_not(receipt: str, site: Site, chromium: Browser) -> None:
    visitor, index = shown(chromium, site), json.loads(receipt)["index"]
    outcome = visitor.page.locator("[data-outcome]")
    give(visitor, "reason.txt", REASON)
    expect(outcome.locator("h3")).to_have_text(f"reason.txt is what entry {index} names")
    expect(outcome).to_contain_text(text_hash(REASON))
    give(visitor, "reason.txt", REASON.upper())
    expect(outcome).to_contain_text("No entry names this file.")
    assert visitor.complaints == []


def test_proof_and_older_checkpoint_hold_and_forged_ones_do_not(receipt: str, site: Site, chromium: Browser) -> None:
    visitor, said = shown(chromium, site), json.loads(receipt)
    outcome, proof = visitor.page.locator("[data-outcome]"), said["proof"]
    give(visitor, "entry.tlog-proof", proof)
    expect(outcome.locator("h3")).to_contain_text(f"The proof holds: it is of entry {said['index']}, position.cast")
    give(visitor, "moved.tlog-proof", proof.replace(f"index {said['index']}\n", f"index {said['index'] - 1}\n"))
    expect(outcome).to_contain_text("The proof does not lead to the signed root.")
    checkpoint = proof.partition("\n\n")[2]
    give(visitor, "checkpoint", checkpoint)
    expect(outcome.locator("h3")).to_contain_text("holds: nothing under it was changed")
    lines = checkpoint.split("\n")
    lines[2] = ("B" if lines[2][0] != "B" else "C") + lines[2][1:]
    give(visitor, "forged", "\n".join(lines))
    expect(outcome).to_contain_text("not signed by a key of this site")
    assert visitor.complaints == []


def test_pdf_of_an_edition_is_found_by_its_hash(edition: Entry, site: Site, chromium: Browser) -> None:
    entry, visitor = edition, shown(chromium, site)
    give(visitor, "edition.pdf", b"%PDF-1.7 \xe2\xe3")
    outcome = visitor.page.locator("[data-outcome]")
    expect(outcome.locator("h3")).to_have_text(f"edition.pdf is what entry {entry.index} names")
    give(visitor, "edition.pdf", b"%PDF-1.7 \xe2\xe4")
    expect(outcome).to_contain_text("a copy that was opened and saved again is another file")


def test_hashing_without_the_browsers_own_gives_the_published_values(site: Site, chromium: Browser) -> None:
    visitor = shown(chromium, site)
    script = """async (texts) => {
        const { sha256Here } = await import("/static/js/sha256.js");
        const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
        return texts.map((text) => hex(sha256Here(new TextEncoder().encode(text))));
    }"""
    assert visitor.page.evaluate(script, list(VECTORS)) == list(VECTORS.values())
