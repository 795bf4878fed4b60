"""The impact of a withdrawal: balance, vacancy, open calls counted both ways, and what stays.

Its facts are gathered twice and apart: from the tables before anybody leaves (`impact_of`), and from the entries of the
record alone after it (`impact_on_record`). What is counted from them is counted by the same functions. The two reports
are the same, or one of the two gatherings is wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from django.db.models import QuerySet

from policyhub import rulebook
from policyhub.core.canonical import parse_moment
from policyhub.decisions.models import Call
from policyhub.decisions.queries import answered_voices, ballot_of, open_calls, standing_objections
from policyhub.decisions.rules import Asking
from policyhub.drafting.queries import documents_of
from policyhub.insight.shares import limit_of, percent, share_of, voices_by_category
from policyhub.participation.models import Organization, Participation, Process
from policyhub.participation.queries import at_the_table, categories, find_charter, requirements, voice_links
from policyhub.participation.rules import Importance
from policyhub.record.models import Entry
from policyhub.record.replay.asking import has_changed
from policyhub.record.replay.state import LIFTED, OPENED, CallHeld, ProcessHeld
from policyhub.record.replay.story import Story
from policyhub.record.replay.votes import ballot_from

# What stands for an outcome that nobody may compute yet.
SEALED = "sealed"


@dataclass(frozen=True)
class CategoryEffect:
    """A category's seats before and after, with its share of the voices after; None of an empty table."""

    category: str
    before: int
    after: int
    share: Fraction | None
    is_over: bool

    @property
    def is_vacant(self) -> bool:
        return self.before > 0 and self.after == 0

    @property
    def percent(self) -> str:
        return percent(self.share)


@dataclass(frozen=True)
class CallEffect:
    """What the positions cast so far would give, had the call closed: before, and after under both treatments.

    Roll and positions are the same in all three. `unanswered` are those leaving whose voice was not heard.
    """

    number: int
    before: str
    as_cast: str
    without: str
    depends: bool
    quorum: str | None
    unanswered: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """What changes for the process when the organizations leave, and what does not."""

    leaving: tuple[str, ...]
    seats_before: int
    seats_after: int
    categories: tuple[CategoryEffect, ...]
    calls: tuple[CallEffect, ...]
    objections: tuple[int, ...]
    requirements: tuple[int, ...]
    drafts: tuple[str, ...]

    @property
    def vacant(self) -> list[str]:
        return [each.category for each in self.categories if each.is_vacant]


def impact_of(leaving: Sequence[Participation], at: datetime) -> Report | None:
    """The effect of these seats leaving now, from the tables; None when nobody leaves."""
    if not leaving:
        return None
    process, gone = leaving[0].process, {each.organization.slug for each in leaving}
    seated = {each.organization.slug: each.category.slug for each in at_the_table(process)}
    charter = find_charter(process)
    objections = standing_objections(process).filter(holder__in=[each.organization_id for each in leaving])
    needs = requirements(process).filter(
        participation__in=leaving, importance=Importance.ESSENTIAL, dropped_at__isnull=True
    )
    return Report(
        leaving=tuple(sorted(gone)),
        seats_before=len(seated),
        seats_after=len(seated.keys() - gone),
        categories=_effects(
            seated,
            gone,
            voice_links(process),
            categories(process).values_list("slug", flat=True),
            limit_of(charter),
        ),
        calls=tuple(_call_effect(each, gone) for each in _open_in(process, at)),
        objections=tuple(objections.values_list("number", flat=True)),
        requirements=tuple(sorted(needs.values_list("number", flat=True))),
        drafts=tuple(sorted(documents_of(process).filter(owner__in=leaving).values_list("slug", flat=True))),
    )


def impact_on_record(leaves: Iterable[Mapping[str, Any]], leaving: Collection[str], at: str) -> Report:
    """The same from entries alone: those of the process that stand before the first of these withdrawals."""
    story = Story()
    for index, leaf in enumerate(leaves):
        for _ in story.problems(index, dict(leaf)):
            continue
    process, gone = next(iter(story.held.processes.values())), set(leaving)
    seated = {name: seat.category for name, seat in process.roll(at).items()}
    charter = process.charter
    seats = {id(process.seat(name)) for name in gone}
    return Report(
        leaving=tuple(sorted(gone)),
        seats_before=len(seated),
        seats_after=len(seated.keys() - gone),
        categories=_effects(
            seated, gone, process.voice_links(), charter.categories if charter else (), limit_of(charter)
        ),
        calls=tuple(_effect_on_record(story, process, each, gone) for each in _open_on_record(story, process, at)),
        objections=tuple(
            number
            for number, each in sorted(process.objections.items())
            if each.state != LIFTED and each.holder in gone
        ),
        requirements=tuple(
            number
            for number, seat in sorted(process.requirements.items())
            if id(seat) in seats and number in process.essential
        ),
        drafts=tuple(sorted(slug for slug, held in story.held.documents.items() if held.owner in gone)),
    )


def departure_report(together: Sequence[Entry]) -> Report:
    """The impact of these withdrawals, as the record stood before the first of them."""
    first = together[0]
    before = Entry.objects.of_process(str(first.process)).filter(index__lt=first.index).order_by("index")
    names = [each.subject.removeprefix("organization/") for each in together]
    return impact_on_record((each.content for each in before.iterator()), names, first.body["effective_at"])


def left_together(entry: Entry) -> list[Entry]:
    """The withdrawal in this entry, with those of who left by the same statement at the same time, in log order."""
    same = Entry.objects.of_process(str(entry.process)).of_kinds(entry.kind).order_by("index")
    said = entry.body["statement"], entry.body["effective_at"]
    if said[0] is None:
        return [entry]
    return [each for each in same if (each.body["statement"], each.body["effective_at"]) == said]


def _effects(
    seated: Mapping[str, str],
    gone: Collection[str],
    related: Collection[rulebook.Link],
    listed: Iterable[str],
    limit: Fraction | None,
) -> tuple[CategoryEffect, ...]:
    """Each category's seats; its share is of voices, as rules count them."""
    staying = {name: category for name, category in seated.items() if name not in gone}
    before, after = Counter(seated.values()), Counter(staying.values())
    heard = voices_by_category(staying, related)
    return tuple(CategoryEffect(each, before[each], after[each], *share_of(each, heard, limit)) for each in listed)


def _open_in(process: Process, at: datetime) -> QuerySet[Call]:
    """The calls of a process by which something will be decided."""
    return open_calls(at).filter(process=process).exclude(asking=Asking.STRAW_POLL).order_by("number")


def _call_effect(call: Call, gone: Collection[str]) -> CallEffect:
    if call.is_sealed:
        roll = {seat.organization.slug: seat.voice.slug for seat in call.roll.select_related("organization", "voice")}
        heard = set(Organization.objects.filter(pk__in=answered_voices(call)).values_list("slug", flat=True))
        return _under_seal(call.number, roll, heard, gone)
    return _counted(call.number, ballot_of(call), call.closes_at - call.opens_at, gone)


def _under_seal(number: int, roll: Mapping[str, str], heard: Collection[str], gone: Collection[str]) -> CallEffect:
    """Of a sealed call nothing is computed before it closes, only who has not answered."""
    unanswered = tuple(sorted(name for name, voice in roll.items() if name in gone and voice not in heard))
    return CallEffect(number, SEALED, SEALED, SEALED, False, None, unanswered)


def _open_on_record(story: Story, process: ProcessHeld, at: str) -> list[CallHeld]:
    """The calls that can still be answered: opened, not over by the clock, their text as it was."""
    return [
        call
        for _, call in sorted(process.calls.items())
        if call.state == OPENED
        and not call.is_poll
        and call.opens_at <= at < call.closes_at
        and not has_changed(story.held, call)
    ]


def _effect_on_record(story: Story, process: ProcessHeld, call: CallHeld, gone: Collection[str]) -> CallEffect:
    if call.sealed:
        roll = {name: call.voices.get(name, name) for name in call.roll}
        return _under_seal(call.number, roll, {roll[name] for name in call.under_seal}, gone)
    open_for = parse_moment(call.closes_at) - parse_moment(call.opens_at)
    return _counted(call.number, ballot_from(story.held, process, call, None), open_for, gone)


def _counted(number: int, ballot: rulebook.Ballot, open_for: timedelta, gone: Collection[str]) -> CallEffect:
    on_roll = {seat.organization for seat in ballot.roster} & set(gone)
    left = replace(ballot, withdrawn=ballot.withdrawn | on_roll)
    before, after = (
        rulebook.judged_by_time(each.rule, rulebook.tally(each).as_json(), open_for) for each in (ballot, left)
    )
    other = after["other_treatment"]
    by_treatment = {ballot.treatment.value: after["outcome"], other["treatment"]: other["outcome"]}
    voices = {seat.organization: seat.affiliate_of or seat.organization for seat in ballot.roster}
    heard = {voices[each.organization] for each in ballot.positions}
    return CallEffect(
        number=number,
        before=before["outcome"],
        as_cast=by_treatment["count_as_cast"],
        without=by_treatment["exclude"],
        depends=after["depends_on_withdrawal"],
        quorum=_quorum(after["tests"]),
        unanswered=tuple(sorted(name for name in on_roll if voices[name] not in heard)),
    )


def _quorum(tests: Iterable[Mapping[str, Any]]) -> str | None:
    """How the call stands for its quorum after the withdrawal; None where its rule has none."""
    found = next((each for each in tests if each["name"] == "quorum"), None)
    return f"{found['have']} of the {found['needed']} needed" if found is not None else None
