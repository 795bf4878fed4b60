from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policyhub.drafting.split import Piece, split

TEXTS = Path(__file__).parents[1] / "data" / "texts"
WORD = re.compile(r"\w+")
LINES = st.lists(
    st.sampled_from(
        [
            "# One",
            "## Two",
            "### 3. Three ##",
            "Four\n====",
            "Five\n---",
            "words here",
            "* item",
            "",
            "```",
            "    code",
            "> quote",
        ]
    ),
    max_size=20,
)


@pytest.mark.parametrize(
    ("markdown", "pieces"),
    [
        ("", ()),
        ("# A\n\nb\n", (Piece(1, "A", "b\n"),)),
        ("## A\n\nb\n\n### C\n\nd", (Piece(1, "A", "b\n"), Piece(2, "C", "d\n"))),
        ("## A\n\n### B\n\nc", (Piece(1, "A", ""), Piece(2, "B", "c\n"))),
        ("A\n---\n\nb\n\nC\n---\n\nd", (Piece(1, "A", "b\n"), Piece(1, "C", "d\n"))),
        ("## A ##\nb", (Piece(1, "A", "b\n"),)),
        ("## _A_\n\n## **B** c\n\n## [D](/e)", (Piece(1, "A", ""), Piece(1, "**B** c", ""), Piece(1, "D", ""))),
        ("## A\n\n```\n# no heading\n```\n", (Piece(1, "A", "```\n# no heading\n```\n"),)),
        ("## A\n\n| a |\n|---|\n\n* b\n---", (Piece(1, "A", "| a |\n|---|\n\n* b\n---\n"),)),
        ("## A\r\n\r\nb\r\n", (Piece(1, "A", "b\n"),)),
        ("\ufeff## A\n\nb", (Piece(1, "A", "b\n"),)),
        ("#hash tag\n\n## A", (Piece(1, "Preamble", "#hash tag\n"), Piece(1, "A", ""))),
    ],
)
def test_headings_begin_pieces(markdown: str, pieces: tuple[Piece, ...]) -> None:
    assert split(markdown).pieces == pieces


def test_single_first_heading_is_the_title() -> None:
    found = split("# Code\n\n## A\n\nb\n\n## C\n\nd")
    assert (found.title, [piece.heading for piece in found.pieces]) == ("Code", ["A", "C"])
    assert found.notes == ("The first heading, “Code”, is the title and no clause.",)


def test_text_below_the_title_becomes_the_preamble() -> None:
    found = split("# Code\n\nWhy we write.\n\n## A\n\nb")
    assert found.pieces == (Piece(1, "Preamble", "Why we write.\n"), Piece(1, "A", "b\n"))


def test_front_matter_is_listed_and_gives_the_title() -> None:
    found = split('---\ntitle: "Terms"\ntopics:\n  - Legal\n---\n\n## A\n\nb')
    assert (found.title, found.pieces) == ("Terms", (Piece(1, "A", "b\n"),))
    assert found.notes == ("The front matter was left out: title, topics.",)


def test_comments_are_listed_but_those_in_code_stay() -> None:
    found = split("## A\n\n<!-- lint\noff -->\n\nb <!-- x --> c `<!-- y -->`\n\n```\n<!-- z -->\n```\n\n<!-- open")
    assert found.pieces == (Piece(1, "A", "b  c `<!-- y -->`\n\n```\n<!-- z -->\n```\n\n<!-- open\n"),)
    assert found.notes == ("Comments that readers never saw were left out: “lint off”, “x”.",)


def test_definitions_go_with_the_pieces_that_use_them() -> None:
    first = "## A\n\nuse [^1]\n\n[^1]: note\n    more\n\n"
    found = split(f"{first}## B\n\nsee [it][Ref], NDA\n\n[ref]: http://a.b\n*[NDA]: secret\n[^9]: lost")
    assert found.pieces == (
        Piece(1, "A", "use [^1]\n\n[^1]: note\n    more\n"),
        Piece(1, "B", "see [it][Ref], NDA\n\n[ref]: http://a.b\n\n*[NDA]: secret\n"),
    )
    assert found.notes == ("Defined but used nowhere, so left out: ^9.",)


def test_what_means_nothing_in_a_clause_is_listed_and_stays() -> None:
    text = "## A\n\na<br>b {% data x.y %} ![seal](s.png) [c](/d) [e](#f) <https://g.h> `<i>`"
    found = split(text)
    assert found.pieces == (Piece(1, "A", text.removeprefix("## A\n\n") + "\n"),)
    assert found.notes == (
        "HTML has no meaning in a clause; these tags stand in the text as they are: <br>.",
        "Marks of the site that the text came from stand in it as they are: {% data x.y %}.",
        "Pictures are not carried; their descriptions stand in their place: ![seal](s.png).",
        "Links to other pages of the source are shown as their words: /d.",
    )


@settings(max_examples=150)
@given(LINES)
def test_no_word_is_lost(lines: list[str]) -> None:
    text = "\n".join(lines)
    found = split(text)
    carried = " ".join([found.title, *(f"{piece.heading} {piece.body}" for piece in found.pieces)])
    assert sorted(WORD.findall(carried.replace("Preamble", ""))) == sorted(WORD.findall(text))


@pytest.mark.parametrize(("year", "count"), [("2017", 70), ("2023", 60), ("2026", 61)])
def test_real_policy_becomes_its_clauses(year: str, count: int) -> None:
    text = (TEXTS / f"terms-of-service-{year}.md").read_text()
    found = split(text)
    assert (found.title, len(found.pieces)) == ("GitHub Terms of Service", count)
    assert [piece.heading for piece in found.pieces[:5]] == [
        "Preamble",
        "Summary",
        "The GitHub Terms of Service",
        "A. Definitions",
        "B. Account Terms",
    ]
    assert {piece.level for piece in found.pieces} == {1, 2}
    assert found.notes[0].startswith("The front matter was left out: title, redirect_from")
    said = re.sub(r"<!--.*?-->", "", text.split("---\n", 2)[2])
    carried = " ".join(f"{piece.heading} {piece.body}" for piece in found.pieces[1:])
    assert sorted(WORD.findall(f"{found.pieces[0].body} {carried}")) == sorted(WORD.findall(said))
