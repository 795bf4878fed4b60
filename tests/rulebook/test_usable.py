"""Which rules can decide a call, and which organizations a rule's classes find."""

from __future__ import annotations

import pytest

from policyhub.rulebook import PRESETS, classes_of, preset, unusable

NEEDS = {"iso-dual": {"p"}, "ca-browser-forum": {"issuer", "consumer"}}
NEVER = {"two-thirds-present", "balance-third", "balance-half"}


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_usable_at_every_table_but_where_it_says_why_not(name: str) -> None:
    at_an_ordinary_table = unusable(preset(name), ["industry", "advocacy"])
    assert (at_an_ordinary_table is None) == (name not in NEVER | NEEDS.keys())
    with_its_classes = unusable(preset(name), [*NEEDS.get(name, ()), "others"])
    assert (with_its_classes is None) == (name not in NEVER)


def test_the_sentence_names_the_classes_that_are_missing() -> None:
    assert unusable(preset("ca-browser-forum"), ["issuer", "academia"]) == (
        'This rule judges each of its classes by itself, and no interest category is called "consumer". '
        "List them as categories, or choose another rule."
    )


def test_a_class_is_found_by_the_address_of_its_category() -> None:
    assert classes_of(preset("iso-dual"), "p") == {"P"}
    assert classes_of(preset("iso-dual"), "o") == frozenset()
    assert classes_of(preset("majority-cast"), "p") == frozenset()
