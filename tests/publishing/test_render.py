from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import pikepdf
import pypdf
import pytest

from policyhub.core.tree import to_tree
from policyhub.drafting.redline import Clause, compare
from policyhub.publishing import render as rendering
from policyhub.publishing.content import (
    CallPart,
    CategoryPart,
    ClausePart,
    EditionContent,
    FilePart,
    ObjectionPart,
    PositionPart,
    StatementPart,
    WithdrawalPart,
)
from policyhub.publishing.glyphs import fitted, without_glyph
from policyhub.publishing.render import RenderFailed, render, template_hash

HOME = Path(__file__).parents[2]
OLD = "The operator keeps images for ninety days."
NEW = """\
The operator keeps images for thirty days.[^1]

* one `code`
* two
    1. deep

|kind|days|
|-|-:|
|known|30|

> quoted

Term
:   meaning

```
verbatim #let x
```

---

[link](https://example.org/?a=1)

[^1]: counted from the first
"""
SOURCE = f"# Retention\n\n{NEW}"


def sample() -> EditionContent:
    redline = compare(
        [Clause("c1", "1", "Retention", OLD, to_tree(OLD))], [Clause("c1", "1", "Retention", NEW, to_tree(NEW))]
    )
    return EditionContent(
        title="Code #let *x*",
        process="Face recognition in public spaces",
        convener="Office for Public Dialogue",
        version=4,
        number=2,
        pinned_on="20 July 2026, 09:00 EDT",
        timestamp=1_784_552_400,
        status="Adopted by the remaining participants.",
        text_hash=f"sha256:{hashlib.sha256(SOURCE.encode()).hexdigest()}",
        record_size=12_847,
        record_root="sha256:" + "9f2c41d7" * 8,
        address="https://policyhub.example.org/documents/code/editions/2/",
        clauses=[ClausePart("1", 1, "Retention", to_tree(NEW))],
        calls=[call()],
        objections=[
            ObjectionPart(
                number=3, holder="Freedom to Walk Coalition", reason="Ask first.\n\nThen match.", state="Open."
            ),
            ObjectionPart(
                number=4, holder="Quiet Streets League", reason="No.", state="Open.", cure="Opt-in.", answer="Noted."
            ),
        ],
        withdrawals=[
            WithdrawalPart(
                organization="Freedom to Walk Coalition", category="Advocacy", left_on="16 June 2026", why="No opt-in"
            )
        ],
        statements=[
            StatementPart(
                title="Why we leave",
                kind="Joint withdrawal",
                answer="",
                published_on="16 June 2026",
                tree=to_tree("We came to agree."),
                signatories=["Freedom to Walk Coalition", "Harbor Tenants Union"],
            )
        ],
        balance="When this edition was ordered 2 organizations sat at the table.",
        against=3,
        redline_summary=redline.sentence,
        redline=[ClausePart("1", 1, "Retention", redline.clauses[0].tree, "Changed")],
        files=[FilePart("code-4.md", "text/markdown", "The clauses", SOURCE)],
    )


def call() -> CallPart:
    return CallPart(
        number=14,
        question="Adopt draft 4?",
        open_from="2 July 2026",
        open_until="16 July 2026, 17:00 EDT",
        outcome="Adopted",
        rule="Two thirds of the positions cast decide.",
        explanation=["One was for.", "None was against."],
        categories=[CategoryPart(category="Industry", endorse=1, support=2, accept=0, object=0, other=0, none=3)],
        positions=[
            PositionPart(organization="Atlas Retail Association", category="Industry", stance="Support", left=False),
            PositionPart(organization="Freedom to Walk Coalition", category="Advocacy", stance="Object", left=True),
        ],
        determination="It is adopted.",
    )


@cache
def made() -> bytes:
    return render(sample())


def words(data: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages).split())


@pytest.mark.parametrize(
    "said",
    [
        "Code #let *x*",
        "Adopted by the remaining participants.",
        "4, edition 2",
        "Version 3. The changes stand at the end.",
        "The first 12,847 entries of the public record",
        "The operator keeps images for thirty days.",
        "verbatim #let x",
        "counted from the first",
        "Call 14: Adopt draft 4?",
        "Two thirds of the positions cast decide.",
        "Industry 6 1 2 0 0 0 3",
        "Freedom to Walk Coalition, which withdrew Advocacy Object",
        "Objection 3, Freedom to Walk Coalition Ask first. Then match.",
        "It was not answered when this edition was made.",
        "It would be lifted by: Opt-in. Answer Noted.",
        "Signed by Freedom to Walk Coalition and Harbor Tenants Union.",
        "1 clause changed.",
        "images for [ninety]{+thirty+} days.",
        "Check this edition yourself",
    ],
)
def test_edition_says(said: str) -> None:
    assert said in words(made())


def test_every_page_names_the_edition_its_number_and_the_hash() -> None:
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made())).pages]
    for number, page in enumerate(pages, 1):
        assert "Code #let *x*, version 4, edition 2" in page
        assert f"Page {number} of {len(pages)}" in page
        assert sample().text_hash in page


def test_edition_is_tagged_archival_and_accessible() -> None:
    with pikepdf.open(io.BytesIO(made())) as file:
        assert file.Root.MarkInfo.Marked
        assert str(file.Root.Lang) == "en"
        assert file.Root.StructTreeRoot.K is not None
        with file.open_metadata() as metadata:
            assert metadata["pdfaid:part"] == "3"
            assert metadata["pdfaid:conformance"] == "A"
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"] == "Code #let *x*"


def test_sources_are_bound_in_and_hash_to_what_is_printed() -> None:
    attached = {name: files[0] for name, files in pypdf.PdfReader(io.BytesIO(made())).attachments.items()}
    assert sorted(attached) == ["code-4.md", "edition.json"]
    assert f"sha256:{hashlib.sha256(attached['code-4.md']).hexdigest()}" == sample().text_hash
    data = json.loads(attached["edition.json"])
    assert (data["title"], data["clauses"][0]["tree"]) == ("Code #let *x*", to_tree(NEW))


def test_same_content_gives_the_same_bytes_in_another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    first = made()
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    assert render(sample()) == first
    assert render(replace(sample(), number=3)) != first


def test_barest_edition_is_made() -> None:
    bare = replace(
        sample(), calls=[], objections=[], withdrawals=[], statements=[], balance="", against=None, redline=[], files=[]
    )
    said = words(render(bare))
    assert [part for part in ("Who agreed", "Who objected", "Who left", "What changed") if part in said] == []


def test_characters_without_a_glyph_are_named_everywhere() -> None:
    odd = replace(sample(), title="Thumb 👍 \u202eup", status="漢", convener="Ωmega Ж", against=None, calls=[])
    said = words(render(odd))
    assert "Thumb [U+1F44D] [U+202E]up" in said
    assert "[U+6F22]" in said
    assert "Ωmega Ж" in said


def test_glyphs_are_sought_by_halves() -> None:
    asked: list[str] = []

    def shows(text: str) -> bool:
        asked.append(text)
        return "x" not in text

    assert without_glyph("abcdefgx", shows) == {"x"}
    assert len(asked) <= 7
    assert without_glyph("a\u200b", shows) == {"\u200b"}


def test_only_strings_that_need_it_are_changed() -> None:
    value = {"a": ["é", {"b": "漢 x"}], "n": 1}
    assert fitted(value, lambda text: "漢" not in text) == {"a": ["é", {"b": "[U+6F22] x"}], "n": 1}
    assert fitted(value, lambda text: True) is value


def test_what_stops_the_renderer_is_one_sentence() -> None:
    with pytest.raises(RenderFailed, match=r"^The edition could not be made: .*unknown block odd"):
        render(replace(sample(), clauses=[ClausePart("1", 1, "Odd", [{"type": "odd"}])]))


def test_a_renderer_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "SECONDS", 0.001)
    with pytest.raises(RenderFailed, match="was not ready after"):
        render(sample())


def test_template_hash_covers_the_layout_and_its_fonts() -> None:
    assert template_hash() == template_hash()
    assert template_hash().startswith("sha256:")
    assert len(template_hash()) == 71


def test_renderer_starts_without_the_framework() -> None:
    code = "import sys, policyhub.publishing.render; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=HOME, check=False).returncode == 0
