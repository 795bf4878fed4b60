"""Rules by name, presets with parameters of one's own, rules written out, and what the language refuses."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from policyhub.rulebook import PRESETS, Base, Measure, RuleError, describe, preset

DESCRIPTIONS = {
    "majority-cast": "Adopted when more than half of the positions cast are in favor.",
    "majority-returned": "Adopted when more than half of the positions returned are in favor.",
    "majority-roster-less-abstainers": (
        "Adopted when more than half of the roster, less those who abstain, are in favor."
    ),
    "two-thirds-cast": "Adopted when at least two thirds of the positions cast are in favor.",
    "two-thirds-present": "Adopted when at least two thirds of those present are in favor.",
    "two-thirds-roster": "Adopted when at least two thirds of the roster are in favor.",
    "iso-dual": (
        "Adopted when at least two thirds of the positions cast in the class P are in favor and at most one quarter "
        "of the positions cast object. Not counted in the shares: abstentions and objections without a reason."
    ),
    "iesg": (
        "Adopted when at least two thirds of the roster, less those recused, are in favor, at least 1 is in favor "
        "(endorse or support) and nobody objects, since one objection blocks."
    ),
    "iesg-alternate": (
        "Adopted when at least two thirds of the roster, less those recused, are in favor (endorse or support) "
        "and at most 2 organizations object."
    ),
    "ca-browser-forum": (
        "Adopted when more than half of the roster answer, at least two thirds of the positions cast in the class "
        "issuer are in favor, more than half of the positions cast in the class consumer are in favor and at least 1 "
        "in each class is in favor."
    ),
    "ieee-sa": (
        "Adopted when at least three quarters of the roster answer, less than three tenths of the answers abstain "
        "and at least three quarters of the positions cast are in favor."
    ),
    "w3c": (
        "Adopted when at least half of the roster are in favor. A sustained objection leaves the decision to the chair."
    ),
    "w3c-short-circuit": (
        "Adopted when at least four fifths of the roster are in favor, none object "
        "and the call was open for at least 14 days or everybody on the roster answered."
    ),
    "rough-consensus": (
        "Adopted when at least 1 outside the authors is in favor, every issue is accommodated or answered "
        "and the chair gives written reasons."
    ),
    "interest-unanimity": (
        "Adopted when all of the listed interest categories concur and no listed interest category is vacant."
    ),
    "balance-third": "Balanced when each interest category holds at most one third of the roster.",
    "balance-half": "Balanced when each interest category holds at most half of the roster.",
}


def test_presets_are_those_with_a_description_here() -> None:
    assert list(PRESETS) == list(DESCRIPTIONS)


@pytest.mark.parametrize("name", PRESETS)
def test_preset_is_described_and_cites_a_source(name: str) -> None:
    rule = preset(name)
    assert describe(rule) == DESCRIPTIONS[name]
    assert rule.name == name
    assert rule.title
    assert rule.sources


@pytest.mark.parametrize("name", PRESETS)
def test_preset_named_in_an_object_is_the_same_rule(name: str) -> None:
    assert preset({"preset": name}) == preset(name)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"preset": "w3c", "minimum": "2/3"}, "Adopted when at least two thirds of the roster are in favor."),
        ({"minimum": 7, "opposition": 2}, "Adopted when at least 7 of the positions cast are in favor"),
        ({"minimum": "> 5/7", "base": "roster"}, "Adopted when more than 5/7 of the roster are in favor."),
        (
            {"preset": "iso-dual", "balance": "1/3"},
            "It is not called consensus unless each interest category holds at most one third of the roster.",
        ),
        (
            {"preset": "two-thirds-cast", "vacancy": True, "blocking": True},
            "nobody objects, since one objection blocks and no listed interest category is vacant.",
        ),
    ],
)
def test_object_changes_what_the_rule_says(given: dict[str, Any], expected: str) -> None:
    assert expected in describe(preset(given))


def test_parameters_replace_those_of_the_preset_and_leave_the_rest() -> None:
    rule = preset({"preset": "ieee-sa", "base": "returned", "quorum": 11})
    assert (rule.base, rule.quorum) == (Base.RETURNED, Measure(Fraction(11), is_share=False))
    assert rule.minimum == preset("ieee-sa").minimum
    assert rule.abstention == Measure(Fraction(3, 10), is_strict=True)


def test_value_taken_over_from_a_preset_is_said_and_a_value_given_is_not() -> None:
    said = "The rule names no minimum, so half of the roster is used"
    assert (preset("w3c").assumed, preset({"preset": "w3c", "minimum": "1/2"}).assumed) == ((said,), ())


@pytest.mark.parametrize("written", ["> 1/2", ">1/2"])
def test_strict_minimum_may_be_written_with_or_without_a_space(written: str) -> None:
    assert preset({"minimum": written}) == preset({"minimum": "> 2/4"})


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("z136", f'The rule "z136" is unknown; the presets are {", ".join(PRESETS)}.'),
        ({"preset": "iab"}, f'The rule "iab" is unknown; the presets are {", ".join(PRESETS)}.'),
        ({"preset": None}, f"The rule null is unknown; the presets are {', '.join(PRESETS)}."),
        (7, "The rule must be the name of a preset or an object, not 7."),
        ({}, 'The rule says nothing that could adopt a text: it needs a "minimum", "classes" or "issues".'),
        (
            {"minimum": "2/3", "base": "categories", "classes": {"P": "1/2"}},
            "A rule that counts interest categories cannot judge classes of organizations as well.",
        ),
        ({"preset": "w3c", "quorum": 0}, 'The rule\'s "quorum" must be at least 1.'),
        ({"preset": "w3c", "quorum": -1}, 'The rule\'s "quorum" must lie between 0 and 1000000.'),
        ({"minimum": "1/2", "blocking": 1}, 'The rule\'s "blocking" must be true or false, not 1.'),
        ({"minimum": "1/2", "leave_out": "abstentions"}, 'The rule\'s "leave_out" must be a list, not "abstentions".'),
        (
            {"minimum": "1/2", "leave_out": ["recuse"]},
            'The rule\'s "leave_out" must be one of abstentions, unreasoned_objections, not "recuse".',
        ),
        ({"classes": {}}, 'The rule\'s "classes" must give each class its minimum, not {}.'),
        ({"classes": {"all": "1/2"}}, 'The rule\'s "classes" must give each class its minimum, not {"all": "1/2"}.'),
        ({"minimum": "1/2", "base": ["cast"]}, f'The rule\'s "base" must be one of {", ".join(Base)}, not ["cast"].'),
    ],
)  # fmt: skip
def test_rule_that_cannot_be_judged_is_refused_with_one_sentence(given: object, sentence: str) -> None:
    with pytest.raises(RuleError) as refusal:
        preset(given)
    assert str(refusal.value) == sentence


MALFORMED = ["2", "two thirds", "2/0", "-1/2", "1/-2", "1.5/2", " 1/2", "1/2 ", "< 1/2", "²/3", "1234567/2345678"]


@pytest.mark.parametrize("share", ["3/2", "0/2", "> 1/1", "> 3/2"])
def test_minimum_that_nothing_or_everything_reaches_is_refused(share: str) -> None:
    with pytest.raises(RuleError) as refusal:
        preset({"preset": "w3c", "minimum": share})
    assert str(refusal.value) == f'The rule\'s "minimum" "{share}" is a share that nothing or everything reaches.'


@pytest.mark.parametrize("share", ["3/2", "< 0/2", "< 3/2"])
def test_limit_that_nothing_or_everything_keeps_to_is_refused(share: str) -> None:
    with pytest.raises(RuleError) as refusal:
        preset({"preset": "w3c", "balance": share})
    assert str(refusal.value) == f'The rule\'s "balance" "{share}" is a share that nothing or everything keeps to.'


@pytest.mark.parametrize("share", ["1/1", "> 0/1", "> 1/2"])
def test_minimum_at_the_edge_is_understood(share: str) -> None:
    assert preset({"minimum": share}).minimum is not None


@pytest.mark.parametrize("share", ["0/1", "1/1", "< 1/1", 0])
def test_limit_at_the_edge_is_understood(share: object) -> None:
    assert preset({"minimum": "1/2", "opposition": share}).opposition is not None


@pytest.mark.parametrize("support", ["1/2", True, None])
def test_support_that_is_no_whole_number_is_refused(support: object) -> None:
    with pytest.raises(RuleError, match=r'^The rule\'s "minimum_support" must be a whole number, not '):
        preset({"preset": "w3c", "minimum_support": support})


@pytest.mark.parametrize("written", [*MALFORMED, 0.5, True, None, []])
def test_malformed_fraction_is_refused(written: object) -> None:
    with pytest.raises(RuleError, match=r'^The rule\'s "minimum" must be a fraction such as "2/3", "> 1/2" or a whole'):
        preset({"preset": "w3c", "minimum": written})


def test_words_of_presets_cannot_be_claimed_by_an_object() -> None:
    for parameter in ("labels", "title", "sources", "assumes", "balance_decides"):
        with pytest.raises(RuleError, match=f'^The rule language has no "{parameter}"; it has minimum, base, classes,'):
            preset({"preset": "majority-cast", parameter: "consensus"})
