from __future__ import annotations

import json
import random
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policyhub.drafting.redline import Op, Operation, as_html, as_json, as_page, as_text, redline, word_redline

TEXTS = Path(__file__).parents[1] / "data" / "texts"
YEARS = ("2017", "2023", "2026")
WORDS = st.lists(
    st.sampled_from(["the", "sign", "camera", "30", "days", ",", ".", " ", "\n", "\n\n", "* ", "é"]), max_size=60
)
LOOSE = st.one_of(st.text(max_size=80), WORDS.map(" ".join), WORDS.map("".join))


def policy(year: str) -> str:
    return (TEXTS / f"terms-of-service-{year}.md").read_text()


def joined(operations: list[Operation]) -> tuple[str, str]:
    return "".join(each.old for each in operations), "".join(each.new for each in operations)


def assert_lawful(operations: list[Operation]) -> None:
    """What each operation promises of its two sides, and that moved words are the same at both places."""
    for each in operations:
        match each.op:
            case Op.EQUAL:
                assert each.old == each.new != ""
            case Op.INSERT:
                assert each.old == ""
                assert each.new
            case Op.DELETE:
                assert each.new == ""
                assert each.old
            case Op.MOVE:
                assert bool(each.old) != bool(each.new)
    moved = [each for each in operations if each.op is Op.MOVE]
    away, here = ("".join(sides).split() for sides in joined(moved))
    assert sorted("".join(away)) == sorted("".join(here))
    assert all(first.op is not second.op or first.op is Op.MOVE for first, second in pairwise(operations))


@settings(max_examples=300, deadline=None)
@given(LOOSE, LOOSE)
def test_redline_gives_both_texts_back_exactly(old: str, new: str) -> None:
    for made in (redline(old, new), word_redline(old, new)):
        assert joined(made) == (old, new)
        assert_lawful(made)


@settings(max_examples=100, deadline=None)
@given(LOOSE)
def test_redline_of_equal_texts_is_one_equal_operation(text: str) -> None:
    assert redline(text, text) == ([Operation(Op.EQUAL, text, text)] if text else [])


@pytest.mark.parametrize(("old", "new"), [(old, new) for old in YEARS for new in YEARS if old != new])
def test_redline_of_real_policies_gives_both_back_exactly(old: str, new: str) -> None:
    made = redline(policy(old), policy(new))
    assert joined(made) == (policy(old), policy(new))
    assert_lawful(made)


@settings(max_examples=15, deadline=None)
@given(st.randoms(use_true_random=False))
def test_redline_of_shuffled_and_edited_policy_gives_both_back_exactly(chance: random.Random) -> None:
    old = policy("2023")
    lines = old.splitlines(keepends=True)
    chance.shuffle(lines)
    new = "".join(lines).replace("the", chance.choice(["that", "", "the the", "\n"]))
    made = redline(old, new)
    assert joined(made) == (old, new)
    assert_lawful(made)


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("", "", ""),
        ("", "a", "{+a+}"),
        ("a", "", "[-a-]"),
        ("within 30 days.", "within 60 days.", "within [-30-]{+60+} days."),
        ("It may be kept.", "It may not be kept.", "It may{+ not+} be kept."),
        ("One. Two.", "One. New. Two.", "One.{+ New.+} Two."),
        ("a sign at the entrance only", "a sign on the spot only", "a sign [-at the entrance-]{+on the spot+} only"),
        ("in C.1 and C.2", "in C.1 and D.2", "in C.1 and [-C.2-]{+D.2+}"),
        ("a  b", "a b", "a[-  -]{+ +}b"),
        ("a\nb\n", "a\n\nb\n", "a[-\n-]{+\n\n+}b\n"),
        ("user's", "users’", "[-user's-]{+users’+}"),
        (
            "The first line stays.\nThis one goes last.\nThe longest line stays too.\n",
            "The first line stays.\nThe longest line stays too.\nThis one goes last.\n",
            "The first line stays.\n[~This one goes last.\n~]The longest line stays too.\n{~This one goes last.\n~}",
        ),
        (
            "Keep images for thirty days.\nTell people first.\nName who answers for it.\nAsk before matching.\n",
            "Tell people first.\nName who answers for it.\nAsk before matching.\nKeep images for ninety days.\n",
            "[~Keep images for ~][-thirty-][~ days.\n~]Tell people first.\nName who answers for it.\n"
            "Ask before matching.\n{~Keep images for ~}{+ninety+}{~ days.\n~}",
        ),
    ],
)
def test_redline_reads_as_a_person_would_mark_it(old: str, new: str, shown: str) -> None:
    assert as_text(redline(old, new)) == shown


def test_short_lines_out_of_order_are_not_called_moved() -> None:
    made = redline("a\nlong line that stays in its place\n", "long line that stays in its place\na\n")
    assert [each.op for each in made] == [Op.DELETE, Op.EQUAL, Op.INSERT]


def test_real_amendment_is_found_whole() -> None:
    inserted = [each.new for each in redline(policy("2023"), policy("2026")) if each.op is Op.INSERT]
    [clause] = [each for each in inserted if each.startswith("### 8. Access Reciprocity\n")]
    [sentence] = [each for each in inserted if "injunctive relief" in each]
    assert policy("2026").count(clause) == 1
    assert clause.endswith("\n\n")
    assert sentence.startswith(" However, any claim for injunctive relief with respect to a violation of section D.8")
    assert sentence.endswith(" may be brought in any jurisdiction.")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a " * 20_000, "a b " * 10_000),
        ("*" * 20_000, "*_" * 10_000),
        (" " * 20_000, "\n" * 20_000),
        ("a\n" * 5_000, "a\nb\n" * 2_500),
    ],
)
def test_redline_of_hostile_repetition_is_exact(old: str, new: str) -> None:
    assert joined(redline(old, new)) == (old, new)


def test_json_is_the_operations_over_the_whole_text() -> None:
    assert json.loads(as_json(redline("a 1 c\n", "a 2 c\n"))) == [
        {"op": "equal", "old": "a ", "new": "a "},
        {"op": "delete", "old": "1", "new": ""},
        {"op": "insert", "old": "", "new": "2"},
        {"op": "equal", "old": " c\n", "new": " c\n"},
    ]
    assert json.loads(as_json([])) == []


def test_html_has_real_elements_and_no_markup_of_the_text() -> None:
    assert as_html(redline("<b> 1\n", "<b> 2\n")) == (
        '&lt;b&gt; <del><span class="vh">[deleted: </span>1<span class="vh"> end of deletion]</span></del>'
        '<ins><span class="vh">[inserted: </span>2<span class="vh"> end of insertion]</span></ins>\n'
    )


def test_page_names_what_it_compares() -> None:
    page = as_page(redline("a", "a"), title="<old> and new")
    assert page.count("&lt;old&gt; and new") == 2
    assert '<div class="redline">a</div>' in page
