from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policyhub.core.text import TextRefused
from policyhub.core.tree import Node, depth, plain, to_tree, walk
from policyhub.core.tree.limits import MAX_DEPTH
from policyhub.core.tree.reading import safe_href

TEXTS = Path(__file__).parents[1] / "data" / "texts"
SIGNS = st.text(st.sampled_from(list("ab1 \n\t*_`[]()<>#-+=|:~\\!&;.^\"'/")), max_size=120)


def text(words: str) -> Node:
    return {"type": "text", "text": words}


def paragraph(*inlines: Any) -> Node:
    return {"type": "paragraph", "children": [text(each) if isinstance(each, str) else each for each in inlines]}


def line(words: str) -> Node:
    return {"type": "line", "children": [text(words)]}


def bullets(*items: list[Node]) -> Node:
    return {"type": "list", "ordered": False, "start": 1, "items": list(items)}


@pytest.mark.parametrize(
    ("source", "tree"),
    [
        ("", []),
        ("one\ntwo", [paragraph("one two")]),
        ("one  \ntwo", [paragraph("one", {"type": "break"}, "two")]),
        (
            "**a** *b*",
            [
                paragraph(
                    {"type": "strong", "children": [text("a")]}, " ", {"type": "emphasis", "children": [text("b")]}
                )
            ],
        ),
        ("`a  <b>&amp;`", [paragraph({"type": "code_span", "text": "a  <b>&amp;"})]),
        ("a <b>c</b> &copy; &lt;i>", [paragraph("a <b>c</b> © <i>")]),
        (
            '[a](http://b.c/?d=1&copy=2 "t")',
            [paragraph({"type": "link", "href": "http://b.c/?d=1&copy=2", "children": [text("a")]})],
        ),
        (
            "[a](javascript:alert(1)) [b](/c) [d](#e)",
            [paragraph("a b ", {"type": "link", "href": "#e", "children": [text("d")]})],
        ),
        ("![seal](http://a.b/c.png)", [paragraph("seal")]),
        ("* a\n* b\n    * c", [bullets([line("a")], [line("b"), bullets([line("c")])])]),
        ("Rules:\n- a\n- b", [paragraph("Rules:"), bullets([line("a")], [line("b")])]),
        ("- a\n  - b\n\n  more", [bullets([paragraph("a"), bullets([line("b")]), paragraph("more")])]),
        ("3. a\n4. b", [{"type": "list", "ordered": True, "start": 3, "items": [[line("a")], [line("b")]]}]),
        ("1986. was a year", [{"type": "list", "ordered": True, "start": 1986, "items": [[line("was a year")]]}]),
        ("It was\n1986. Or later", [paragraph("It was 1986. Or later")]),
        ("> a", [{"type": "quote", "children": [paragraph("a")]}]),
        ("```py\n<a> &amp;\n```", [{"type": "code", "text": "<a> &amp;\n", "language": "py"}]),
        ("    a < b", [{"type": "code", "text": "a < b\n", "language": ""}]),
        ("a\n\n* * *\n\nb", [paragraph("a"), {"type": "rule"}, paragraph("b")]),
        ("T\n:   m", [{"type": "definitions", "items": [{"terms": [[text("T")]], "meanings": [[line("m")]]}]}]),
        (
            "|a|b|\n|-|-:|\n|c|*d*|",
            [
                {
                    "type": "table",
                    "align": ["left", "right"],
                    "head": [[text("a")], [text("b")]],
                    "rows": [[[text("c")], [{"type": "emphasis", "children": [text("d")]}]]],
                }
            ],
        ),
        (
            "x[^1]\n\n[^1]: see [^1]",
            [paragraph("x", {"type": "note", "name": "1", "children": [paragraph("see [^1]")]})],
        ),
        (
            "the NDA\n\n*[NDA]: an agreement",
            [paragraph("the ", {"type": "abbreviation", "title": "an agreement", "children": [text("NDA")]})],
        ),
    ],
)
def test_tree_of_markdown(source: str, tree: list[Node]) -> None:
    assert to_tree(source) == tree


def test_heading_levels_are_closed_up_and_headings_within_blocks_are_strong_lines() -> None:
    tree = to_tree("## a\n\n#### b\n\n## c\n\n> ### d")
    assert [(node["type"], node.get("level")) for node in tree] == [
        ("heading", 1),
        ("heading", 2),
        ("heading", 1),
        ("quote", None),
    ]
    assert tree[-1]["children"] == [paragraph({"type": "strong", "children": [text("d")]})]


@pytest.mark.parametrize(
    "source",
    [
        *("[" * 1_900, "[a](" * 5_000, "`a " * 20_000, "\\`" * 900 + " " + "\\`" * 900, "*" * 20_000, "`" * 20_000),
        *(">" * 500 + " x", "> " * 40 + "x", "- " * 500 + "x"),
        *("a\n===\n" * 5_000, "# a\n" * 5_000, "---\n" * 5_000, "a\n:   b\n" * 5_000, "~~~ a\n" * 5_000),
        *("*[a]: b\n" * 500, "&#x202e;", "a &#8203; b", "&#xE000;", "`a` \u202e", "\x02\x03"),
    ],
)
def test_what_would_cost_too_much_or_mislead_is_refused_with_a_sentence(source: str) -> None:
    with pytest.raises(TextRefused) as refusal:
        to_tree(source)
    assert refusal.value.sentence.startswith(("This text holds ", "Lists, quotes or emphasis "))


@settings(max_examples=150, deadline=None)
@given(SIGNS)
def test_any_text_gives_a_tree_or_a_refusal(source: str) -> None:
    try:
        tree = to_tree(source)
    except TextRefused:
        return
    assert json.loads(json.dumps(tree)) == tree
    assert depth(tree) <= MAX_DEPTH
    assert all("type" in node for node in walk(tree))


@pytest.mark.parametrize("path", sorted(TEXTS.glob("t*.md")), ids=lambda path: path.stem)
def test_real_policies_keep_all_their_words(path: Path) -> None:
    source = path.read_text().split("---\n", 2)[2]
    words = plain(to_tree(source))
    assert "**" not in words
    assert "](" not in words
    assert not any(each.startswith(("* ", "- ")) for each in words.split("\n"))
    assert words.count("Account") == source.count("Account") - source.count("-Account")


@pytest.mark.parametrize(
    ("href", "safe"),
    [
        ("https://a.b/c", "https://a.b/c"),
        (" HTTP://a.b ", "HTTP://a.b"),
        ("mailto:a@b.org", "mailto:a@b.org"),
        ("#part", "#part"),
        *(
            (href, None)
            for href in ("", "#", "/a", "//a.b", "javascript:x", "data:x", "https:", "http://[", "ftp://a.b")
        ),
    ],
)
def test_only_plain_addresses_are_followed(href: str, safe: str | None) -> None:
    assert safe_href(href) == safe


def test_plain_sets_blocks_on_lines_of_their_own() -> None:
    source = "# H\n\na *b*\n\n* c\n* d\n\n|e|f|\n|-|-|\n|g|h|\n\nx[^1]\n\n[^1]: note"
    assert plain(to_tree(source)) == "H\na b\nc\nd\ne\tf\ng\th\nx [note]"
