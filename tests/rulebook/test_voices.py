"""Who has one voice: everybody is heard once, related ones together, whatever the order in which they are named."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from policyhub.rulebook import voices_of

NAMES = st.sampled_from("abcdefgh")
LINKS = st.lists(st.tuples(NAMES, NAMES), max_size=8)
TABLE = st.lists(NAMES, unique=True)


def related(name: str, links: list[tuple[str, str]]) -> set[str]:
    """All that are reached from a name by links in either direction, walked one step at a time."""
    reached = {name}
    while more := {other for pair in links for other in pair if reached.intersection(pair)} - reached:
        reached |= more
    return reached


@given(TABLE, LINKS)
def test_two_have_one_voice_exactly_when_links_lead_from_one_to_the_other(
    table: list[str], links: list[tuple[str, str]]
) -> None:
    voices = voices_of(table, links)
    assert list(voices) == table
    for one in table:
        for other in table:
            assert (voices[one] == voices[other]) == (other in related(one, links))


@given(TABLE, LINKS)
def test_a_voice_is_named_after_one_of_those_who_have_it_and_sit_at_the_table(
    table: list[str], links: list[tuple[str, str]]
) -> None:
    voices = voices_of(table, links)
    for name, voice in voices.items():
        assert voice in table
        assert voice in related(name, links)
        assert voices[voice] == voice


@given(TABLE, LINKS, st.randoms(use_true_random=False))
def test_order_changes_nothing(table: list[str], links: list[tuple[str, str]], random: object) -> None:
    mixed, other = list(table), list(links)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    random.shuffle(other)  # type: ignore[attr-defined]
    assert voices_of(mixed, other) == voices_of(table, links)


def test_it_is_named_after_who_belongs_to_no_other() -> None:
    assert voices_of(["atlas", "zenith"], [("atlas", "zenith")]) == {"atlas": "zenith", "zenith": "zenith"}


def test_two_that_belong_to_one_who_is_absent_have_one_voice() -> None:
    links = [("b", "holding"), ("a", "holding")]
    assert voices_of(["b", "a", "c"], links) == {"b": "a", "a": "a", "c": "c"}
