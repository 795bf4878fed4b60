"""Level four: what could have happened is believed, what could not is found at the first entry that could not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from policyhub.record.kinds import FIELDS, Kind, misfits
from policyhub.record.replay import STORY_RULES, Story
from policyhub.record.replay.asking import hash_of_roll
from tests.record.replay.told import CALL, CLOSED, COUNTS, DAY, OTHER, TEXT, Leaf, changed, moved, story, without


def first_problem(leaves: list[Leaf]) -> tuple[str, str] | None:
    """The kind of the first entry that could not be, and why; None when all of them could."""
    told = Story()
    for index, leaf in enumerate(leaves):
        if problem := told.problem(index, leaf):
            return leaf["type"], problem
    return None


def test_every_kind_has_a_rule() -> None:
    assert set(STORY_RULES) == set(FIELDS)


def test_lawful_story_is_believed_and_has_the_fields_of_its_kinds() -> None:
    leaves = story()
    assert first_problem(leaves) is None
    for leaf in leaves:
        fields = {name: value for name, value in leaf["body"].items() if name != "process"}
        assert misfits(Kind(leaf["type"]), fields) is None


def body(**said: Any) -> Callable[[Leaf], object]:
    """A change of some fields of the body."""
    return lambda leaf: leaf["body"].update(said)


def actor(**said: Any) -> Callable[[Leaf], object]:
    return lambda leaf: leaf["actor"].update(said)


def at(day: int) -> Callable[[Leaf], object]:
    return lambda leaf: leaf.update(at=DAY.format(day, 0))


def joined() -> list[Leaf]:
    """The story in which the two at the table have one voice, and both answer."""
    leaves = changed("affiliation.found", body(to="firm"))
    for leaf in leaves:
        if leaf["type"] in {"call.opened", "call.closed"}:
            leaf["body"]["roll_hash"] = hash_of_roll({"firm": "firm", "union": "firm"})
    return leaves


def observing(name: str) -> list[Leaf]:
    """The story in which one organization takes part as observer."""
    leaves = story()
    for leaf in leaves:
        if leaf["subject"] == f"organization/{name}" and "standing" in leaf["body"]:
            leaf["body"]["standing"] = "observer"
    return leaves


def _with_a_point_of_the_convener(leaves: list[Leaf]) -> list[Leaf]:
    next(each for each in leaves if each["type"] == "point.added")["actor"].update(org=None, role="convener")
    return leaves


LEAD = {"org": "firm", "person": "commit:f", "role": "lead"}
FORGED: dict[str, tuple[list[Leaf], str, str]] = {
    "convening without leave": (without("operator.appointed"), "convening.allowed", "there was no operator then"),
    "a process by nobody who may": (
        [each for each in story() if each["subject"] not in {"site", "log"}],
        "process.opened",
        "nobody was allowed to convene then",
    ),
    "a key that hands over to itself": (
        changed("key.rotated", body(vkey="r+1+a")),
        "key.rotated",
        "it hands over from a key that was not the newest",
    ),
    "a record started anew under the key that is lost": (
        changed("log.started", body(vkey="r/2+86a91c64+AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB")),
        "log.started",
        "it names a key, or a checkpoint, that is none",
    ),
    "a lost key that signed more than there is": (
        changed("log.started", body(checkpoint=["r", "200", "A" * 43 + "=", "", "— r eQD91QAA"])),
        "log.started",
        "the key is said to be lost, but so are entries that it signed",
    ),
    "a text redacted by the chair": (
        changed("text.redacted", actor(role="chair")),
        "text.redacted",
        "the operator alone has texts redacted",
    ),
    "a text redacted because somebody wished it": (
        changed("text.redacted", body(reason="wished")),
        "text.redacted",
        "a text is not redacted because of wished",
    ),
    "a text replaced by itself": (
        changed("text.redacted", lambda leaf: leaf["body"].update(replaced_hash=leaf["body"]["text_hash"])),
        "text.redacted",
        "it does not name one text and another one in its place, or none",
    ),
    "an erasure by an organization": (
        changed("person.erased", actor(org="firm")),
        "person.erased",
        "a person erases themself, or the operator does at their request",
    ),
    "a chair who was never named": (without("role.granted"), "charter.adopted", "nobody was chair of the process then"),
    "a charter without a rule": (
        changed("charter.adopted", body(rule="by-acclamation")),
        "charter.adopted",
        'the charter cannot be applied: The rule "by-acclamation" is unknown',
    ),
    "a table before the charter": (
        without("charter.adopted"),
        "organization.invited",
        "no charter said then who sits at the table",
    ),
    "a lead who was not named with the seat": (
        without("representative.named"),
        "admission.approved",
        "it stands where another entry of the act before must stand",
    ),
    "an organization nobody admitted": (
        without("organization.admitted", which=1),
        "point.added",
        "union did not sit at the table then",
    ),
    "admitted to another category": (
        changed("organization.admitted", body(category="advocacy")),
        "organization.admitted",
        "organization/firm asked for a seat in the category industry",
    ),
    "a requirement without its point": (without("point.added"), "requirement.declared", "there was no point 1"),
    "a mark on another text": (
        changed("requirement.marked", body(text_hash=OTHER)),
        "requirement.marked",
        "version 1 of code has another hash",
    ),
    "a mark by another organization": (
        changed("requirement.marked", actor(org="firm")),
        "requirement.marked",
        "firm did not hold requirement/faces/1 at the table then",
    ),
    "a version by somebody else's pen": (
        changed("version.published", actor(org="firm", role="lead")),
        "version.published",
        "a line is written by its owner",
    ),
    "a comment on a version that was not there": (
        changed("comment.made", body(version=7)),
        "comment.made",
        "there was no version 7 of code in the process",
    ),
    "a comment answered twice": (
        story()[:31] + [story()[30]] + story()[31:],
        "comment.answered",
        "comment/faces/1 had its answer",
    ),
    "a roll that leaves somebody out": (
        changed("call.opened", body(roll_size=1)),
        "call.opened",
        "the roll is not that of the 2 organizations at the table",
    ),
    "another rule than the charter's": (
        changed("call.opened", body(rule="majority-cast")),
        "call.opened",
        "the rule, or the treatment of those who leave, is not the charter's",
    ),
    "a call shorter than the charter says": (
        changed("call.opened", body(closes_at=DAY.format(3, 59))),
        "call.opened",
        "it is open for a shorter or a longer time than the charter says",
    ),
    "a call on an older text": (
        changed("call.opened", body(text_hash=OTHER)),
        "call.opened",
        "version 1 of code has another hash",
    ),
    "a position after the close": (
        moved("position.cast", behind="call.closed"),
        "call.closed",
        "1 positions were cast, and the roll is the one it opened with",
    ),
    "a late position": (
        changed("position.cast", at(11)),
        "position.cast",
        f"by the clock it was cast outside the time from {CALL['opens_at']} to {CALL['closes_at']}",
    ),
    "a position on another text": (
        changed("position.cast", body(text_hash=OTHER)),
        "position.cast",
        "it answers another text than the call asks about",
    ),
    "a position for an organization that is not on the roll": (
        changed("position.cast", actor(org="guild")),
        "position.cast",
        "nobody was lead representative of guild then",
    ),
    "a position for somebody else": (
        changed("position.cast", actor(org="union")),
        "position.cast",
        "it does not replace what union had said last",
    ),
    "a position under no mandate": (
        changed("position.cast", actor(role="alternate")),
        "position.cast",
        "nobody was alternate representative of firm then",
    ),
    "an objection without a reason": (
        changed("position.cast", body(reason_hash=None), which=1),
        "position.cast",
        "an objection says why",
    ),
    "closed before its time": (
        changed("call.closed", at(9)),
        "call.closed",
        f"by the clock it was open until {CALL['closes_at']}",
    ),
    "another outcome than the rule gives": (
        changed("call.closed", body(outcome="adopted")),
        "call.closed",
        "by its rule and its positions the outcome is not_adopted, not adopted",
    ),
    "other counts than were cast": (
        changed("call.closed", body(counts={**COUNTS, "for": 2, "against": 0})),
        "call.closed",
        f"by its rule and its positions the counts is {COUNTS}, not { ({**COUNTS, 'for': 2, 'against': 0}) }",
    ),
    "a position that is dropped": (
        without("position.cast", which=1),
        "call.closed",
        "1 positions were cast, and the roll is the one it opened with",
    ),
    "a determination against the rule": (
        changed("call.determined", body(designation="adopted")),
        "call.determined",
        "the rule leaves not_adopted, not adopted",
    ),
    "a determination that forgets an objection": (
        changed("call.determined", body(objections=[])),
        "call.determined",
        "the objections that stood are 1, as they stood",
    ),
    "an objection left without an answer": (
        without("objection.answered"),
        "call.determined",
        "the objections that stood are 1, as they stood",
    ),
    "an objection lifted by somebody else": (
        changed("objection.lifted", actor(org="firm")),
        "objection.lifted",
        "union alone lifts it",
    ),
    "a change claimed that was not made": (
        changed("objection.answered", body(accommodated=True)),
        "objection.answered",
        "no newer version was published that could accommodate it",
    ),
    "minutes rewritten after they were approved": (
        changed("minutes.published", body(text_hash="sha256:" + "9" * 64)),
        "minutes.published",
        "it names another text of the minutes than the newest",
    ),
    "minutes approved over a correction": (
        without("minutes.corrected"),
        "minutes.approved",
        "it names another text of the minutes than the newest",
    ),
    "minutes that skip approval": (
        without("minutes.approved"),
        "minutes.published",
        "minutes/faces/1 was not approved",
    ),
    "a meeting without notice": (
        without("meeting.noticed"),
        "agenda.published",
        "meeting/faces/1 could not come to agenda_published then",
    ),
    "a notice that counts days wrongly": (
        changed("meeting.noticed", body(days_ahead=20)),
        "meeting.noticed",
        "by the clock 20 days do not lie between the notice and the meeting",
    ),
    "a meeting opened early": (
        changed("meeting.opened", at(7)),
        "meeting.opened",
        "by the clock it was opened long before the time in its notice",
    ),
    "a statement with a signature too few": (
        changed("statement.published", body(signatories=2)),
        "organization.withdrawn",
        "it stands where another entry of the act before must stand",
    ),
    "a signature under another text": (
        changed("statement.signed", body(text_hash=OTHER)),
        "statement.signed",
        "another text was signed than the one published",
    ),
    "a statement of a kind that none has": (
        changed("statement.published", body(kind="manifesto"), which=1),
        "statement.published",
        "manifesto is no kind of statement",
    ),
    "a complaint about a call": (
        changed("statement.published", body(about="call/faces/1"), which=1),
        "statement.published",
        "a statement of this kind is not about call/faces/1",
    ),
    "a minority that dissents from a call that was not": (
        changed("statement.published", body(kind="minority", about="call/faces/7"), which=1),
        "statement.published",
        "a statement of this kind is not about call/faces/7",
    ),
    "a proposal to park nothing": (
        changed("statement.published", body(kind="parking"), which=1),
        "statement.published",
        "union did not sit at the table then",
    ),
    "a signature from outside of an organization that sits": (
        changed("statement.signed", lambda leaf: leaf["actor"].update(org="firm"), which=2),
        "statement.signed",
        "firm has a place in the process, or none but those at the table sign this",
    ),
    "an answer to what asks for none": (
        changed("statement.published", body(kind="joint"), which=1),
        "statement.answered",
        "statement/faces/2 asked for nothing, or had its answer",
    ),
    "an answer of an organization": (
        changed("statement.answered", actor(role="lead", org="union")),
        "statement.answered",
        "a lead cannot do this",
    ),
    "an answer that is none": (
        changed("statement.answered", body(answer="perhaps")),
        "statement.answered",
        "an answer grants or refuses, with a reason",
    ),
    "a withdrawal by the clock that nobody announced": (
        without("withdrawal.announced", which=1),
        "organization.withdrawn",
        "organization/firm had not announced that it would leave",
    ),
    "a withdrawal by the clock that was taken back": (
        moved("withdrawal.revoked", behind="withdrawal.announced"),
        "withdrawal.announced",
        "firm had announced it before",
    ),
    "a withdrawal by the clock before its time": (
        changed("organization.withdrawn", at(13), which=1),
        "organization.withdrawn",
        "by the clock it leaves at",
    ),
    "a withdrawal by the clock at another time": (
        changed("organization.withdrawn", body(effective_at=DAY.format(13, 30)), which=1),
        "organization.withdrawn",
        "by the clock it leaves at",
    ),
    "an announcement of what has effect at once": (
        changed("withdrawal.announced", body(effective_at=DAY.format(2, 0))),
        "withdrawal.announced",
        "by the clock it has effect at once, and is no announcement",
    ),
    "taking back what was not announced": (
        without("withdrawal.announced"),
        "withdrawal.revoked",
        "organization/firm had not announced that it would leave",
    ),
    "a lead that ends by itself": (
        changed("representative.named", body(ends_at=DAY.format(9, 0))),
        "representative.named",
        "by the clock such a mandate does not end by itself then",
    ),
    "a mandate that is over before it is given": (
        changed("representative.named", body(ends_at=DAY.format(1, 0)), which=2),
        "representative.named",
        "by the clock such a mandate does not end by itself then",
    ),
    "a mandate that ends before its time": (
        changed("representative.named", body(ends_at=DAY.format(9, 0)), which=2),
        "representative.ended",
        "by the clock no mandate of firm as observer was over",
    ),
    "an observer that casts a position": (
        changed("position.cast", actor(role="observer")),
        "position.cast",
        "nobody was observer representative of firm then",
    ),
    "an observer that declares a profile": (
        changed("profile.declared", actor(role="observer")),
        "profile.declared",
        "nobody was observer representative of firm then",
    ),
    "a group of a kind that none has": (
        changed("group.opened", body(kind="friends")),
        "group.opened",
        "no charter was adopted, or friends is no kind of group",
    ),
    "a group joined twice": (
        changed("group.reported", lambda leaf: leaf.update(type="group.joined", body={"process": "faces"}, actor=LEAD)),
        "group.joined",
        "group/faces/1 was not open, or firm had joined it",
    ),
    "a text of a group by who is not in it": (
        without("group.joined"),
        "document.opened",
        "firm is not in group/faces/1",
    ),
    "a text of a group that nobody opened": (
        changed("document.opened", body(group=2), which=1),
        "document.opened",
        "the process has no group/faces/2",
    ),
    "a report of another text": (
        changed("group.reported", body(text_hash=OTHER)),
        "group.reported",
        "version 1 of signs has another hash",
    ),
    "a report of a version that was not": (
        changed("group.reported", body(version=2)),
        "group.reported",
        "there was no version 2 of signs",
    ),
    "a report of a text that others wrote": (
        changed("group.reported", body(document="code", text_hash=TEXT)),
        "group.reported",
        "group/faces/1 did not write code",
    ),
    "a report that skips a number": (
        changed("group.reported", body(number=2)),
        "group.reported",
        "it is report 1",
    ),
    "a report of a group that is closed": (
        moved("group.reported", behind="group.closed"),
        "group.reported",
        "group/faces/1 was not open",
    ),
    "stepping out of a group that was not joined": (
        changed("part.left", body(scope="group/faces/2")),
        "part.left",
        "the process has no group/faces/2, or firm is not in it",
    ),
    "a meeting of no group": (
        changed("meeting.noticed", body(group=3)),
        "meeting.noticed",
        "the process has no group 3",
    ),
    "a seat that nobody else approved": (
        without("admission.approved"),
        "organization.admitted",
        "no second person had approved the seat of organization/firm",
    ),
    "an approval by the convener": (
        changed("admission.approved", actor(role="convener")),
        "admission.approved",
        "a convener cannot do this",
    ),
    "a seat approved twice": (
        changed("admission.approved", lambda leaf: leaf.update(subject="organization/firm"), which=1),
        "admission.approved",
        "organization/firm did not wait for an approval",
    ),
    "an approval that the charter does not ask for": (
        changed("charter.adopted", body(two_persons_admit=False)),
        "admission.approved",
        "by the charter the convener alone admits organizations",
    ),
    "a standing that is none": (
        changed("organization.applied", body(standing="friend")),
        "organization.applied",
        "nobody takes part as friend",
    ),
    "an admission with a vote that nobody asked for": (
        changed("organization.applied", body(standing="observer")),
        "organization.admitted",
        "organization/union asked for another standing",
    ),
    "a requirement of an observer": (
        [*_with_a_point_of_the_convener(observing("union"))],
        "requirement.declared",
        "union took part without a vote",
    ),
    "a point of an observer": (
        observing("union"),
        "point.added",
        "union took part without a vote",
    ),
    "a voice taken by somebody else than it is about": (
        changed("affiliation.confirmed", actor(role="lead", org="union")),
        "affiliation.confirmed",
        "holding alone says that firm belongs to it, or the convener does",
    ),
    "a voice joined without a reason": (
        changed("affiliation.confirmed", body(reason_hash=None)),
        "affiliation.confirmed",
        "the convener says why two have one voice",
    ),
    "a voice joined that nobody declared": (
        changed("affiliation.confirmed", body(to="other")),
        "affiliation.confirmed",
        "nothing was declared of firm and other that waits to be confirmed",
    ),
    "a member that loses its voice": (
        changed("affiliation.declared", body(relation="member")),
        "affiliation.confirmed",
        "nothing was declared of firm and holding that waits to be confirmed",
    ),
    "an organization that belongs to itself": (
        changed("affiliation.found", body(to="union")),
        "affiliation.found",
        "union and union were listed already, or are one",
    ),
    "a voice found without a reason": (
        changed("affiliation.found", body(reason_hash=None)),
        "affiliation.found",
        "the convener says why two have one voice",
    ),
    "a relation that is none": (
        changed("affiliation.declared", body(relation="friend")),
        "affiliation.declared",
        "there is no relation friend",
    ),
    "one voice parted by whom it joins": (
        changed("affiliation.ended", actor(role="lead", org="firm")),
        "affiliation.ended",
        "the convener alone parts what has one voice",
    ),
    "an end of what was not listed": (
        changed("affiliation.ended", body(to="other")),
        "affiliation.ended",
        "firm and other were not listed as belonging together",
    ),
    "a profile declared for another": (
        changed("profile.declared", actor(org="union")),
        "profile.declared",
        "an organization declares this of itself, by its lead",
    ),
    "a profile of nothing": (
        changed("profile.declared", body(funding_hash=None)),
        "profile.declared",
        "it declares nothing",
    ),
    "a profile of who holds no seat": (
        changed("profile.declared", lambda leaf: leaf.update(subject="organization/other")),
        "profile.declared",
        "organization/other held no seat then, and asked for none",
    ),
    "a second answer with one voice": (
        joined(),
        "position.cast",
        "firm, which has one voice with union, had answered",
    ),
    "a roll that does not know who has one voice": (
        changed("affiliation.found", body(to="firm")),
        "call.opened",
        "the roll is not that of the 2 organizations at the table",
    ),
    "stepping out of a text of nobody": (
        changed("part.left", body(scope="document/other"), which=1),
        "part.left",
        "the process has no document/other, or firm is not in it",
    ),
    "stepping out by an alternate": (
        changed("part.left", actor(role="alternate"), which=1),
        "part.left",
        "nobody was alternate representative of firm then",
    ),
    "coming back without having left": (
        without("part.left", which=1),
        "part.resumed",
        "firm had not stepped out of document/code",
    ),
    "a commitment opened to something else": (
        changed("requirement.released", lambda leaf: leaf["body"]["opening"]["payload"].update(holds=False)),
        "requirement.released",
        "the salt and the payload do not open the commitment",
    ),
    "something released that was not kept back": (
        without("requirement.lodged"),
        "requirement.released",
        "firm did not declare requirement/faces/2",
    ),
    "something released that was dropped": (
        moved("requirement.dropped", behind="requirement.lodged"),
        "requirement.released",
        "requirement/faces/2 was dropped before",
    ),
    "a requirement linked to a text of nobody": (
        changed("requirement.linked", body(document="other")),
        "requirement.linked",
        "the process has no text other",
    ),
    "a requirement unlinked from what it was not linked to": (
        without("requirement.linked"),
        "requirement.unlinked",
        "requirement/faces/2 was linked to it already, or was not, or is kept back",
    ),
    "a requirement dropped by another": (
        changed("requirement.dropped", lambda leaf: leaf.update(subject="requirement/faces/1")),
        "requirement.dropped",
        "firm did not declare requirement/faces/1",
    ),
    "a sponsor of a requirement of its own": (
        changed(
            "requirement.linked",
            lambda leaf: leaf.update(type="requirement.sponsored", body={"process": "faces"}),
        ),
        "requirement.sponsored",
        "requirement/faces/2 was not declared by another organization",
    ),
    "a charter amended without notice": (
        without("charter.proposed", which=1),
        "charter.adopted",
        "the charter was adopted before, and nobody had notice of this version",
    ),
    "a charter amended otherwise than it was noticed": (
        changed("charter.adopted", body(notice_days=3), which=1),
        "charter.adopted",
        "the charter was adopted before, and nobody had notice of this version",
    ),
    "a charter amended too early": (
        changed("charter.adopted", at(17), which=1),
        "charter.adopted",
        "by the clock it could be adopted from",
    ),
    "a notice of a charter that is too short": (
        changed("charter.proposed", body(not_before=DAY.format(14, 0))),
        "charter.proposed",
        "by the clock the charter asks for 5 days of notice",
    ),
    "a charter that drops a category": (
        changed("charter.proposed", body(categories=[])),
        "charter.proposed",
        "a category that the charter lists was dropped",
    ),
    "a proposed charter that was never proposed": (
        without("charter.proposed"),
        "charter.dropped",
        "no such version was proposed",
    ),
    "a withdrawal of somebody else": (
        changed("organization.withdrawn", actor(org="firm")),
        "organization.withdrawn",
        "an organization leaves by its own lead",
    ),
    "a withdrawal for a requirement of nobody": (
        changed("organization.withdrawn", body(requirements=[4])),
        "organization.withdrawn",
        "it names a requirement that union did not declare",
    ),
    "a withdrawal that was signed but never written": (
        without("organization.withdrawn"),
        "version.published",
        "it stands where another entry of the act before must stand",
    ),
    "an edition of another text": (
        changed("edition.pinned", body(text_hash="sha256:" + "9" * 64)),
        "edition.pinned",
        "version 2 of code has another hash",
    ),
    "an edition nobody ordered": (
        without("edition.pinned"),
        "edition.published",
        "no edition like this was ordered and is still to come",
    ),
    "a field of another shape": (
        changed("call.opened", body(opens_at=7)),
        "call.opened",
        "a field of it holds what the field of its kind cannot hold",
    ),
    "a told time in a live process": (
        changed("position.cast", body(told_at=DAY.format(4, 0))),
        "position.cast",
        "a told time stands in all entries of a process that is told, and in no others",
    ),
}


@pytest.mark.parametrize("how", sorted(FORGED))
def test_forged_story_is_found_at_its_first_impossible_entry(how: str) -> None:
    leaves, kind, sentence = FORGED[how]
    found = first_problem(leaves)
    assert found is not None
    assert (found[0], found[1][: len(sentence)]) == (kind, sentence)


def test_withdrawal_before_the_close_is_counted_as_the_charter_says() -> None:
    leaves = story()
    leaving = next(place for place, each in enumerate(leaves) if each["type"] == "statement.published")
    closing = next(place for place, each in enumerate(leaves) if each["type"] == "call.closed")
    gone = leaves[leaving : leaving + 3]
    for each in gone:
        each["at"] = DAY.format(9, 30)
    gone[1]["body"]["signed_at"] = gone[2]["body"]["effective_at"] = DAY.format(9, 30)
    told = leaves[:closing] + gone + [leaves[closing]]
    assert first_problem(told) == (
        "call.closed",
        "by its rule and its positions the depends_on_withdrawal is True, not False",
    )
    leaves[closing]["body"] = {**CLOSED, "depends_on_withdrawal": True, "process": "faces"}
    assert first_problem(leaves[:closing] + gone + [leaves[closing]]) is None
