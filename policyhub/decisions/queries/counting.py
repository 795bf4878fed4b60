"""The count of a call: the state of play by category, and the tally that its rule computes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from policyhub import rulebook
from policyhub.core.errors import refuse
from policyhub.core.templatetags.typeset import moment_text
from policyhub.decisions.models import Call, Determination, Seat
from policyhub.decisions.queries.rolls import answered_voices, is_under_seal, positions, roll
from policyhub.decisions.rules import IN_FAVOR, ISSUE_STATUS, ObjectionState, Stance
from policyhub.participation.models import InterestCategory
from policyhub.participation.queries import categories, charter_at
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry

# What stands for an answer that nobody may know.
SEALED = "sealed"


@dataclass(frozen=True)
class Standing:
    """How many of a category's voices took which side; of all voices where the category is None.

    What was answered under seal is on no side: it is counted as heard, and as nothing else.
    """

    category: InterestCategory | None
    in_favor: int
    against: int
    other: int
    sealed: int
    to_come: int

    @property
    def asked(self) -> int:
        return self.answered + self.to_come

    @property
    def answered(self) -> int:
        return self.in_favor + self.against + self.other + self.sealed


def counts_by_category(call: Call) -> list[Standing]:
    """The state of play: one row for each of the charter's categories, the sum last."""
    said: dict[int, str] = dict.fromkeys(answered_voices(call), SEALED)
    said.update(call.positions.values_list("voice", "stance"))
    stances = [(seat.category_id, said.get(seat.voice_id)) for seat in call.roll.all() if not seat.is_joined]
    listed = [
        _standing(category, [stance for place, stance in stances if place == category.pk])
        for category in categories(call.process)
    ]
    return [*listed, _standing(None, [stance for _, stance in stances])]


def _standing(category: InterestCategory | None, stances: list[str | None]) -> Standing:
    in_favor = sum(stance in IN_FAVOR for stance in stances if stance is not None)
    against, sealed, to_come = stances.count(Stance.OBJECT), stances.count(SEALED), stances.count(None)
    other = len(stances) - in_favor - against - sealed - to_come
    return Standing(category, in_favor, against, other, sealed, to_come)


def find_determination(call: Call) -> Determination | None:
    """What the chair determined, or None."""
    return Determination.objects.filter(call=call).first()


def tally_of(call: Call, *, determination: str = "") -> dict[str, Any]:
    """The tally in the shape of the `tally` command: as determined, or as the rule computes it now."""
    found = find_determination(call)
    return found.tally if found is not None else recount(call, determination=determination)


def recount(call: Call, *, determination: str = "") -> dict[str, Any]:
    """The tally as it is computed from what stands in the tables now, determined or not; refused under seal."""
    if call.is_poll:
        return poll_of(call).as_json()
    ballot = ballot_of(call, determination=determination)
    return rulebook.judged_by_time(ballot.rule, rulebook.tally(ballot).as_json(), call.closes_at - call.opens_at)


def ballot_of(call: Call, *, determination: str = "") -> rulebook.Ballot:
    """Everything that the outcome of a call depends on, as the rulebook takes it; refused under seal."""
    _check_unsealed(call)
    rule, seats = rulebook.preset(call.rule), list(roll(call))
    raised = list(call.objections.exclude(state=ObjectionState.LIFTED).order_by("number"))
    sustained = {each.holder_id for each in raised}
    return rulebook.Ballot(
        rule=rule,
        roster=_roster(seats, rule),
        positions=_positions(call, sustained),
        categories=_categories_at_opening(call),
        withdrawn=_withdrawn(call, seats),
        treatment=rulebook.Treatment(call.treatment),
        authors=_authors(call, seats) if rule.needs_outside_support else frozenset(),
        issues=tuple(rulebook.Issue(str(each.number), ISSUE_STATUS[ObjectionState(each.state)]) for each in raised),
        determination=determination or None,
    )


def poll_of(call: Call) -> rulebook.StrawPoll:
    """A straw poll as the rulebook takes it; refused under seal."""
    _check_unsealed(call)
    seats = list(roll(call))
    return rulebook.straw_poll(
        _roster(seats, None),
        _positions(call, set()),
        withdrawn=_withdrawn(call, seats),
        treatment=rulebook.Treatment(call.treatment),
    )


def _check_unsealed(call: Call) -> None:
    """Before a sealed call closes nothing is computed from what was answered, for nobody."""
    if is_under_seal(call):
        until = moment_text(call.closes_at, call.process.timezone)
        raise refuse("sealed", f"Positions on {call} are sealed until {until}. Only who has answered is shown before.")


def _roster(seats: list[Seat], rule: rulebook.Rule | None) -> tuple[rulebook.Seat, ...]:
    return tuple(
        rulebook.Seat(
            each.organization.slug,
            each.category.slug,
            rulebook.classes_of(rule, each.category.slug) if rule is not None else frozenset(),
            each.voice.slug if each.is_joined else None,
        )
        for each in seats
    )


def _positions(call: Call, sustained: set[int]) -> tuple[rulebook.Position, ...]:
    return tuple(
        rulebook.Position(
            each.organization.slug, rulebook.Stance(each.stance), each.organization_id in sustained, each.reason
        )
        for each in positions(call)
    )


def _withdrawn(call: Call, seats: list[Seat]) -> frozenset[str]:
    return frozenset(each.organization.slug for each in seats if _left_before(each, call.closes_at))


def _categories_at_opening(call: Call) -> tuple[str, ...]:
    """The categories that the charter listed when the call opened; one added since is not judged vacant in it."""
    charter = charter_at(call.process, call.opens_at)
    listed = charter.categories if charter is not None else []
    return tuple(each["slug"] for each in listed)


def _authors(call: Call, seats: list[Seat]) -> frozenset[str]:
    """Who on the roll wrote the text: the document's owner, and whoever published its versions up to this one."""
    document, owner = call.version.document, call.version.document.owner
    published = Entry.objects.of_subject(document.subject).of_kinds(Kind.VERSION_PUBLISHED)
    named = {entry.actor["org"] for entry in published if entry.body["version"] <= call.version.number}
    named.add(owner.organization.slug if owner is not None else None)
    return frozenset(each.organization.slug for each in seats if each.organization.slug in named)


def _left_before(seat: Seat, closing: datetime) -> bool:
    left_at = seat.participation.withdrawn_at or seat.participation.leaves_at
    return left_at is not None and left_at < closing
