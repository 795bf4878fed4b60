from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from policyhub.core.html import to_html
from policyhub.core.text import TextRefused
from policyhub.core.tree import Node, plain, to_tree, walk
from policyhub.core.tree.nodes import MARKS
from policyhub.drafting.redline import Clause, State, VersionRedline, compare, mark_tree
from tests.core.test_tree import SIGNS

TEXTS = Path(__file__).parents[1] / "data" / "texts"
OLD_MARKS = {"deleted", "moved_away"}


def marked(old: str, new: str) -> str:
    """The redline as HTML, its words for screen readers left out."""
    html = str(to_html(mark_tree(to_tree(old), to_tree(new))))
    for words in ("inserted", "deleted", "moved here", "moved away"):
        html = html.replace(f'<span class="vh">[{words}: </span>', "")
    for words in ("insertion", "deletion", "moved text"):
        html = html.replace(f'<span class="vh"> end of {words}]</span>', "")
    return html


def side(tree: list[Node], dropped: set[str]) -> list[str]:
    """The words of one side of a marked tree: those in marks of the other side left out."""
    return plain(_without(tree, dropped)).split()


def _without(value: Any, dropped: set[str]) -> Any:
    if isinstance(value, list):
        return [_without(each, dropped) for each in value if not _is_dropped(each, dropped)]
    if isinstance(value, dict):
        return {name: _without(each, dropped) for name, each in value.items()}
    return value


def _is_dropped(value: Any, dropped: set[str]) -> bool:
    return isinstance(value, dict) and (value.get("type") in dropped or value.get("mark") in dropped)


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("a *b* c", "a *b* d", "<p>a <em>b</em> <del>c</del><ins>d</ins></p>"),
        ("a b c", "a **b** c", "<p>a <del>b</del><ins><strong>b</strong></ins> c</p>"),
        ("a", "a\n\nb", "<p>a</p><p><ins>b</ins></p>"),
        ("a\n\nb", "b", "<p><del>a</del></p><p>b</p>"),
        ("- a\n- b", "* a\n* b", "<ul><li>a</li><li>b</li></ul>"),
        ("* a\n* b", "* a\n* c\n* b", "<ul><li>a</li><li><ins>c</ins></li><li>b</li></ul>"),
        ("a `b c`", "a `b d`", "<p>a <code>b </code><del><code>c</code></del><ins><code>d</code></ins></p>"),
        ("> a b", "> a c", "<blockquote><p>a <del>b</del><ins>c</ins></p></blockquote>"),
        ("a", "> b", "<p><del>a</del></p><blockquote><p><ins>b</ins></p></blockquote>"),
        ("x\n\n---", "x", "<p>x</p><del><hr></del>"),
        (
            "The sign names the operator of the camera.\n\nAsk first.\n\nKeep it short.\n\nTell the public.",
            "Ask first.\n\nKeep it short.\n\nTell the public.\n\nThe sign names the operator of every camera.",
            '<p><del class="moved">The sign names the operator of the camera.</del></p><p>Ask first.</p>'
            "<p>Keep it short.</p><p>Tell the public.</p>"
            '<p><ins class="moved">The sign names the operator of </ins><del>the</del><ins>every</ins>'
            '<ins class="moved"> camera.</ins></p>',
        ),
        (
            "T\n:   one two",
            "T\n:   one three",
            "<dl><dt>T</dt><dd>one <del>two</del><ins>three</ins></dd></dl>",
        ),
    ],
)
def test_marks_stand_within_the_text_as_it_is_read(old: str, new: str, shown: str) -> None:
    assert marked(old, new) == shown


def test_cells_of_a_table_are_compared_one_by_one() -> None:
    head = "|kind|days|\n|-|-:|\n"
    shown = marked(f"{head}|nobody|1|\n|somebody known|90|", f"{head}|nobody|1|\n|somebody known|30|\n|other|2|")
    assert '<td>somebody known</td><td class="num"><del>90</del><ins>30</ins></td>' in shown
    assert '<td><ins>other</ins></td><td class="num"><ins>2</ins></td>' in shown


def test_footnotes_are_compared_within() -> None:
    shown = marked("a[^1]\n\n[^1]: one two", "a[^1]\n\n[^1]: one three")
    assert "<p>one <del>two</del><ins>three</ins></p>" in shown
    assert shown.count("<del>") == 1


@settings(max_examples=120, deadline=None)
@given(SIGNS, SIGNS)
def test_marked_tree_holds_the_words_of_both_sides(old: str, new: str) -> None:
    try:
        before, after = to_tree(old), to_tree(new)
    except TextRefused:
        return
    tree = mark_tree(before, after)
    assert "".join(side(tree, OLD_MARKS)) == "".join(plain(after).split())


@pytest.mark.parametrize(("old", "new"), [("2017", "2023"), ("2017", "2026"), ("2023", "2026"), ("2026", "2017")])
def test_marked_policy_holds_the_words_of_the_new_one(old: str, new: str) -> None:
    before, after = (to_tree((TEXTS / f"terms-of-service-{year}.md").read_text()) for year in (old, new))
    assert "".join(side(mark_tree(before, after), OLD_MARKS)) == "".join(plain(after).split())


@settings(max_examples=60, deadline=None)
@given(SIGNS)
def test_equal_trees_have_no_marks(source: str) -> None:
    try:
        tree = to_tree(source)
    except TextRefused:
        return
    assert mark_tree(tree, tree) == tree
    assert not any(node["type"] in MARKS for node in walk(tree))


def clauses(*texts: tuple[str, str, str]) -> list[Clause]:
    return [Clause(key, str(n), heading, text, to_tree(text)) for n, (key, heading, text) in enumerate(texts, 1)]


def seen(found: VersionRedline) -> list[tuple[str, State, bool]]:
    return [(each.shown.key, each.state, each.is_moved) for each in found.clauses]


A, B, C = ("c1", "Scope", "One two three."), ("c2", "Notice", "A sign."), ("c3", "Review", "Each year.")


def test_versions_are_aligned_by_key() -> None:
    found = compare(clauses(A, B, C), clauses(("c1", "Scope", "One two four."), ("c4", "Children", "None."), C))
    assert seen(found) == [
        ("c1", State.CHANGED, False),
        ("c2", State.GONE, False),
        ("c4", State.NEW, False),
        ("c3", State.UNCHANGED, False),
    ]
    assert found.sentence == "1 clause changed, 1 is new and 1 is gone; 1 reads as before."
    assert [(each.op, each.old or each.new) for each in found.clauses[0].operations] == [
        ("equal", "One two "),
        ("delete", "three"),
        ("insert", "four"),
        ("equal", "."),
    ]


def test_moved_clause_costs_only_its_own_edits() -> None:
    found = compare(clauses(A, B, C), clauses(B, C, ("c1", "Scope", "One two four.")))
    assert seen(found) == [
        ("c2", State.UNCHANGED, False),
        ("c3", State.UNCHANGED, False),
        ("c1", State.CHANGED, True),
    ]
    assert [each.op for each in found.clauses[2].operations] == ["equal", "delete", "insert", "equal"]
    assert found.sentence == "1 clause changed and 1 moved; 2 read as before."


def test_what_is_only_typed_differently_reads_as_before() -> None:
    found = compare(clauses(("c1", "Scope", "- a\n- b")), clauses(("c1", "Scope", "* a\n* b")))
    assert seen(found) == [("c1", State.UNCHANGED, False)]
    assert found.sentence == "Nothing changed."


def test_heading_is_marked_too() -> None:
    [found] = compare(clauses(A), clauses(("c1", "Wider scope", "One two three."))).clauses
    assert found.state is State.CHANGED
    assert [(each.op, each.old, each.new) for each in found.heading_operations] == [
        ("delete", "Scope", ""),
        ("insert", "", "Wider scope"),
    ]
    assert (found.heading_html.count("<del>"), found.heading_html.count("<ins>")) == (1, 1)


def test_ids_within_a_redline_begin_with_the_clause() -> None:
    [found] = compare([], clauses(("c1", "Scope", "a[^1]\n\n[^1]: b"))).clauses
    assert 'id="c1-redline-ref-1"' in found.html


def test_nothing_in_common_and_nothing_at_all() -> None:
    assert compare(clauses(A, B), clauses(C)).sentence == "1 clause is new and 2 are gone."
    assert compare([], []).sentence == "Nothing changed."
    assert compare(clauses(A, B), clauses(A, B)).sentence == "Nothing changed: all 2 clauses read as before."
