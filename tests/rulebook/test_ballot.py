"""What makes a ballot contradict itself, each refused with one sentence, and what is tolerated."""

from __future__ import annotations

import json
from typing import Any

import pytest

from policyhub.rulebook import Ballot, BallotError, Issue, IssueStatus, Position, RulebookError, Seat, Stance, preset
from tests.rulebook.builders import counted, said, seat

A, B = seat("a"), seat("b", "advocacy")
BALLOT: dict[str, Any] = {"rule": "majority-cast", "roster": [A, B], "positions": [said("a", "support")]}
LADDER = "endorse, support, accept, defer, object, abstain, recuse"


def refusal(changed: dict[str, Any]) -> str:
    """The sentence with which the changed ballot is refused."""
    with pytest.raises(RulebookError) as refused:
        Ballot.from_json({**BALLOT, **changed})
    return str(refused.value)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"positions": [said("c", "support")]}, 'There is a position of "c", which is not on the roster.'),
        ({"withdrawn": ["c"]}, '"withdrawn" names "c", which is not on the roster.'),
        ({"present": ["c"]}, '"present" names "c", which is not on the roster.'),
        ({"authors": ["c"]}, '"authors" names "c", which is not on the roster.'),
        ({"roster": [seat("a", affiliate_of="c")]}, '"a" is an affiliate of "c", which is not on the roster.'),
        ({"roster": [A, A]}, '"a" stands twice on the roster.'),
        (
            {"positions": [said("a", "support"), said("a", "support")]},
            'There are two positions of "a"; only one can be counted.',
        ),
        ({"positions": [said("a", "yes")]}, f'The position of "a" must be one of {LADDER}, not "yes".'),
        ({"positions": [said("a", 1)]}, f'The position of "a" must be one of {LADDER}, not 1.'),  # type: ignore[arg-type]
        ({"categories": ["industry"]}, '"b" is in the category "advocacy", which is not listed.'),
        ({"categories": ["industry", "advocacy", "industry"]}, 'The category "industry" is listed twice.'),
        (
            {"roster": [seat("a", affiliate_of="b"), seat("b", affiliate_of="a")]},
            'The affiliations of "a" go round in a circle.',
        ),
        ({"roster": [seat("a", affiliate_of="a")]}, 'The affiliations of "a" go round in a circle.'),
        (
            {"roster": [A, seat("b", affiliate_of="a")], "positions": [said("a", "support"), said("b", "object")]},
            'The affiliates around "a" have one voice but took different positions: object, support.',
        ),
        (
            {"rule": "two-thirds-present"},
            'The rule is measured against those present, and the ballot does not say who is: it lacks "present".',
        ),
        ({"rule": "two-thirds-present", "present": ["b"]}, 'There is a position of "a", which is not present.'),
        (
            {"rule": "balance-half", "roster": [{"organization": "a"}]},
            '"a" has no category, and the rule judges categories.',
        ),
        ({"treatment": "void"}, 'The treatment of those withdrawn must be one of count_as_cast, exclude, not "void".'),
        (
            {"issues": [{"id": "1", "status": "closed"}]},
            'The status of issue "1" must be one of open, accommodated, answered, not "closed".',
        ),
        ({"issues": [{"id": "1", "status": "open"}] * 2}, 'The issue "1" stands twice.'),
        ({"issues": [{"id": "1"}]}, 'An issue lacks "status".'),
        ({"issues": {}}, "The issues must be a list, not {}."),
        ({"determination": 1}, "The determination must be a text, not 1."),
        ({"roster": ["a"]}, 'An entry of the roster must be an object, not "a".'),
        ({"roster": [{"category": "industry"}]}, 'An entry of the roster lacks "organization".'),
        ({"roster": [seat("a", seats=2)]}, 'An entry of the roster has "seats", which means nothing here.'),
        ({"roster": [seat(" ")]}, 'The organization of an entry of the roster must be a name on one line, not " ".'),
        (
            {"roster": [seat("a", classes=["x\ny"])]},
            'Each of the classes of "a" must be a name on one line, not "x\\ny".',
        ),
        (
            {"positions": [said("a", "support", sustained=1)]},
            '"sustained" in the position of "a" must be true or false, not 1.',
        ),
        ({"positions": [said("a", "object", reason=None)]}, 'The reason of "a" must be a text, not null.'),
        ({"withdrawm": []}, 'The ballot has "withdrawm", which means nothing here.'),
        ({"rule": "z136"}, 'The rule "z136" is unknown; the presets are majority-cast, '),
    ],
)  # fmt: skip
def test_ballot_that_contradicts_itself_is_refused_with_one_sentence(changed: dict[str, Any], sentence: str) -> None:
    found = refusal(changed)
    assert found[: len(sentence)] == sentence
    assert "\n" not in found


def test_long_value_is_cut_in_the_sentence() -> None:
    assert refusal({"treatment": "x" * 10_000})[-5:] == "xxx…."


@pytest.mark.parametrize("missing", ["rule", "roster", "positions"])
def test_ballot_without_a_required_part_is_refused(missing: str) -> None:
    with pytest.raises(BallotError, match=f'^The ballot lacks "{missing}".$'):
        Ballot.from_json({key: value for key, value in BALLOT.items() if key != missing})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The ballot is not JSON: Expecting value"),
        ("[" * 100_000, "The ballot is not JSON: "),
        ("[]", "The ballot must be an object, not []."),
        ('{"rule": "iesg", "rule": "w3c"}', 'The ballot says "rule" twice in one object.'),
        ('{"rule": 1e999}', 'The ballot lacks "roster".'),
    ],
)
def test_text_that_is_no_ballot_is_refused_with_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(BallotError) as refused:
        Ballot.from_text(text)
    assert str(refused.value)[: len(sentence)] == sentence


def test_ballot_from_text_from_json_and_from_typed_values_is_the_same() -> None:
    typed = Ballot(
        rule=preset("w3c"),
        roster=(Seat("a", "industry", frozenset({"issuer"})), Seat("b", "advocacy", affiliate_of="a")),
        positions=(Position("a", Stance.OBJECT, sustained=True, reason="Too vague."),),
        withdrawn=frozenset({"b"}),
        issues=(Issue("1", IssueStatus.ANSWERED),),
    )
    written = {
        "rule": "w3c",
        "roster": [seat("a", classes=["issuer"]), seat("b", "advocacy", affiliate_of="a")],
        "positions": [said("a", "object", sustained=True, reason="Too vague.")],
        "withdrawn": ["b"],
        "issues": [{"id": "1", "status": "answered"}],
        "determination": None,
        "present": None,
    }
    assert Ballot.from_json(written) == typed
    assert Ballot.from_text(json.dumps(written)) == typed


def test_category_of_a_member_that_no_group_has_is_not_listed_by_default() -> None:
    ballot = Ballot.from_json({**BALLOT, "roster": [A, seat("b", "advocacy", affiliate_of="a")]})
    assert ballot.listed_categories == ("industry",)


def test_roster_entry_needs_only_its_name_where_no_category_is_judged() -> None:
    assert counted(BALLOT, roster=[{"organization": "a"}]).verdict == "adopted"


def test_long_chain_of_affiliates_is_one_voice() -> None:
    chain = [seat("0"), *(seat(str(i), affiliate_of=str(i - 1)) for i in range(1, 5_000))]
    ballot = Ballot.from_json({**BALLOT, "roster": chain[::-1], "positions": []})
    assert [len(group.members) for group in ballot.groups] == [5_000]


def test_objection_is_neither_sustained_nor_reasoned_unless_said() -> None:
    assert Position("a", Stance.OBJECT) == Position.from_json(said("a", "object"))
    assert Position("a", Stance.OBJECT) == Position("a", Stance.OBJECT, sustained=False, reason="")
