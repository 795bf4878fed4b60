from __future__ import annotations

from pathlib import Path

import nh3
import pytest
from django.utils.html import conditional_escape
from hypothesis import given, settings

from policyhub.core.html import Html, to_html
from policyhub.core.text import TextRefused
from policyhub.core.tree import Node, to_tree
from tests.core.test_tree import SIGNS

TEXTS = Path(__file__).parents[1] / "data" / "texts"
TAGS = {"a", "abbr", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em", "hr", "ins", "li", "ol", "p"}
TAGS |= {"pre", "section", "span", "strong", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul"}
TAGS |= {"h2", "h3", "h4", "h5", "h6"}
ATTRIBUTES = {
    "*": {"class", "id", "role", "aria-label"},
    "a": {"href", "rel"},
    "ol": {"start"},
    "th": {"scope"},
    "div": {"tabindex"},
    "abbr": {"title"},
}


def html(source: str) -> str:
    return str(to_html(to_tree(source)))


def sanitized(written: str) -> str:
    """What the second wall leaves of it: nothing may be lost."""
    return nh3.clean(written, tags=TAGS, attributes=ATTRIBUTES, link_rel=None, url_schemes={"http", "https", "mailto"})


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a & <b>\n\nc", "<p>a &amp; &lt;b&gt;</p><p>c</p>"),
        ("# a\n\n## b", "<h2>a</h2><h3>b</h3>"),
        ("* a\n* b", "<ul><li>a</li><li>b</li></ul>"),
        ("2. a", '<ol start="2"><li>a</li></ol>'),
        (
            '[x](https://e.org/?a=1&b="c"&d)',
            '<p><a href="https://e.org/?a=1&amp;b=&quot;c&quot;&amp;d" rel="nofollow noopener noreferrer">x</a></p>',
        ),
        (
            "|a|b|\n|-|-:|\n|c|d|",
            '<div class="scroll" role="region" aria-label="Table" tabindex="0"><table><thead><tr><th scope="col">a</th>'
            '<th scope="col" class="num">b</th></tr></thead><tbody><tr><td>c</td><td class="num">d</td></tr></tbody>'
            "</table></div>",
        ),
        (
            "a[^n] b[^n]\n\n[^n]: c",
            '<p>a<sup><a id="t-ref-1" href="#t-note-1" role="doc-noteref" aria-label="Note 1">1</a></sup> b<sup>'
            '<a id="t-ref-1-2" href="#t-note-1" role="doc-noteref" aria-label="Note 1">1</a></sup></p>'
            '<section class="notes" role="doc-endnotes" aria-label="Notes"><ol><li id="t-note-1"><p>c</p> '
            '<a href="#t-ref-1" role="doc-backlink" aria-label="Back to note 1">↩</a></li></ol></section>',
        ),
        ("```\n<x>\n```", "<pre><code>&lt;x&gt;\n</code></pre>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("[a](#here)", "<p>a</p>"),
    ],
)
def test_html_of_markdown(source: str, expected: str) -> None:
    assert html(source) == expected


def test_places_within_the_document_are_linked_where_they_are_known() -> None:
    tree = to_tree("[a](#here) [b](#there)")
    assert to_html(tree, anchors={"#here": "#c1"}) == '<p><a href="#c1">a</a> b</p>'


def test_headings_begin_at_the_given_level_and_end_at_the_sixth() -> None:
    assert to_html(to_tree("# a\n\n## b\n\n### c"), level=5) == "<h5>a</h5><h6>b</h6><h6>c</h6>"


def test_marks_are_real_elements_told_in_words() -> None:
    tree: list[Node] = [
        {"type": "paragraph", "children": [{"type": "deleted", "children": [{"type": "text", "text": "<a>"}]}]},
        {"type": "rule", "mark": "inserted"},
    ]
    assert to_html(tree) == (
        '<p><del><span class="vh">[deleted: </span>&lt;a&gt;<span class="vh"> end of deletion]</span></del></p>'
        '<ins><span class="vh">[inserted: </span><hr><span class="vh"> end of insertion]</span></ins>'
    )


def test_templates_take_it_as_finished() -> None:
    assert conditional_escape(Html("<p>")) == "<p>"


@settings(max_examples=150, deadline=None)
@given(SIGNS)
def test_second_wall_finds_nothing_to_take_away(source: str) -> None:
    try:
        written = html(source)
    except TextRefused:
        return
    assert sanitized(written) == written


@pytest.mark.parametrize("path", sorted(TEXTS.glob("[ct]*.md")), ids=lambda path: path.stem)
def test_second_wall_finds_nothing_to_take_away_from_real_policies(path: Path) -> None:
    written = html(path.read_text())
    assert sanitized(written) == written
