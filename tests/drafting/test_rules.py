"""Numbers, levels, keys and the matching of clauses."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from policyhub.drafting.arranging import Edit, rearrange
from policyhub.drafting.matching import match_keys, plain_heading
from policyhub.drafting.rules import ClauseDraft, close_up, next_key, number_clauses, problems, whole_text

LEVELS = st.lists(st.integers(1, 6), max_size=30)
WORDS = st.sampled_from(["consent", "notice", "signs", "children", "storage", "deletion", "access", "refusal"])
DRAFTS = st.lists(
    st.builds(
        lambda level, heading, words: ClauseDraft(None, level, heading, " ".join(words)),
        st.integers(1, 3),
        WORDS,
        st.lists(WORDS, min_size=1, max_size=12),
    ),
    min_size=1,
    max_size=12,
)


def keyed(drafts: list[ClauseDraft]) -> list[ClauseDraft]:
    return [draft._replace(key=f"c{place}") for place, draft in enumerate(drafts, start=1)]


def test_clauses_are_numbered_by_their_levels() -> None:
    assert number_clauses([1, 2, 2, 3, 1, 2]) == ["1", "1.1", "1.2", "1.2.1", "2", "2.1"]


@given(LEVELS)
def test_closed_up_levels_skip_nothing_and_stay_as_they_are(levels: list[int]) -> None:
    closed = close_up(levels)
    assert all(1 <= level <= above + 1 for above, level in zip([0, *closed], closed, strict=False))
    assert close_up(closed) == closed
    numbers = number_clauses(closed)
    assert len(set(numbers)) == len(numbers)
    assert [number.count(".") + 1 for number in numbers] == closed


def test_a_step_that_skips_levels_is_closed_and_a_step_up_is_kept() -> None:
    assert close_up([2, 4, 4, 3, 2]) == [1, 2, 2, 2, 1]


def test_the_next_key_follows_the_highest_ever_given() -> None:
    assert [next_key(keys) for keys in ([], ["c1", "c3"], ["c10", "c9"])] == [1, 4, 11]


def test_the_whole_text_tells_two_clauses_from_one() -> None:
    parts = [ClauseDraft(None, 1, "One", "Text.\n"), ClauseDraft(None, 2, "Two", "")]
    assert whole_text(parts) == "# One\n\nText.\n\n## Two\n"


def test_a_heading_is_known_without_its_number() -> None:
    headings = ["A. Definitions", "1. Definitions", "(b) Definitions", "Section 3.1: definitions", "Definitions"]
    assert {plain_heading(heading) for heading in headings} == {"definitions"}
    assert [plain_heading(heading) for heading in ("A definition", "1.")] == ["a definition", "1."]


@given(DRAFTS)
@settings(max_examples=50)
def test_no_key_is_given_twice_and_none_is_invented(drafts: list[ClauseDraft]) -> None:
    old = keyed(drafts)
    found = match_keys(old, list(reversed(drafts)))
    given_keys = [key for key in found if key is not None]
    assert len(given_keys) == len(set(given_keys))
    assert set(given_keys) <= {each.key for each in old}


@given(st.permutations(["consent", "notice", "children", "storage", "deletion"]))
@settings(max_examples=30)
def test_moved_clauses_keep_their_keys(order: list[str]) -> None:
    old = keyed([ClauseDraft(None, 1, heading, f"About {heading}.\n") for heading in sorted(order)])
    new = [ClauseDraft(None, 1, heading, f"About {heading}.\n") for heading in order]
    assert match_keys(old, new) == [next(each.key for each in old if each.heading == heading) for heading in order]


def test_a_renamed_clause_is_known_by_its_words_and_a_new_one_is_new() -> None:
    old = keyed([ClauseDraft(None, 1, "Consent", "Nobody is identified by name without consent given before.\n")])
    new = [
        ClauseDraft(None, 1, "Asking first", "Nobody is identified by name without consent given long before.\n"),
        ClauseDraft(None, 1, "Storage", "Templates are kept for a day.\n"),
    ]
    assert match_keys(old, new) == ["c1", None]


def test_equal_subheadings_are_told_apart_by_what_stands_above() -> None:
    old = keyed(
        [
            ClauseDraft(None, 1, "Industry", ""),
            ClauseDraft(None, 2, "Notice", "We tell.\n"),
            ClauseDraft(None, 1, "Agencies", ""),
            ClauseDraft(None, 2, "Notice", "They tell.\n"),
        ]
    )
    new = [each._replace(key=None, markdown="Rewritten entirely.\n") for each in (*old[2:], *old[:2])]
    assert match_keys(old, new) == ["c3", "c4", "c1", "c2"]


@given(DRAFTS)
@settings(max_examples=50)
def test_clauses_with_closed_levels_are_never_refused_for_their_shape(drafts: list[ClauseDraft]) -> None:
    levels = close_up([each.level for each in drafts])
    assert problems([each._replace(level=level) for each, level in zip(drafts, levels, strict=True)], []) == []


def test_what_stands_below_a_clause_moves_with_it() -> None:
    clauses = keyed([ClauseDraft(None, level, "Heading", "Text.\n") for level in (1, 2, 1, 2, 2)])
    orders = {
        (Edit.UP, 2): "c3 c4 c5 c1 c2",
        (Edit.DOWN, 0): "c3 c4 c5 c1 c2",
        (Edit.UP, 4): "c1 c2 c3 c5 c4",
        (Edit.UP, 3): "c1 c2 c3 c4 c5",
        (Edit.DOWN, 1): "c1 c2 c3 c4 c5",
        (Edit.REMOVE, 2): "c1 c2 c4 c5",
        (Edit.ADD, 0): "c1 c2 None c3 c4 c5",
        (Edit.UP, 9): "c1 c2 c3 c4 c5",
    }
    found = {at: " ".join(str(each.key) for each in rearrange(clauses, *at)) for at in orders}
    assert found == orders


@given(DRAFTS, st.integers(0, 12))
@settings(max_examples=50)
def test_moving_loses_no_clause_and_up_undoes_down(drafts: list[ClauseDraft], place: int) -> None:
    levels = close_up([each.level for each in drafts])
    clauses = [each._replace(level=level) for each, level in zip(keyed(drafts), levels, strict=True)]
    moved = rearrange(clauses, Edit.DOWN, place)
    assert sorted(moved) == sorted(clauses)
    if moved != clauses:
        assert rearrange(moved, Edit.UP, moved.index(clauses[place])) == clauses
