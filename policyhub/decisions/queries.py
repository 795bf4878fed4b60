"""Reading calls, rolls, positions, objections and tallies."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from policyhub import rulebook
from policyhub.accounts.models import User
from policyhub.core.canonical import dump
from policyhub.decisions.models import Call, Determination, Objection, Position, Seat
from policyhub.decisions.rules import IN_FAVOR, ISSUE_STATUS, CallState, ObjectionState, Stance
from policyhub.drafting.models import ClauseText, Version
from policyhub.drafting.redline import Clause, VersionRedline, compare
from policyhub.participation.models import InterestCategory, Participation, Process, held_now
from policyhub.participation.queries import Person, categories, charter_at, mandates_of, may_take_part
from policyhub.participation.rules import SPEAKING, ParticipationState
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry


def calls(process: Process) -> QuerySet[Call]:
    """Every call of a process, newest first."""
    return process.calls.select_related("process", "version__document", "clause_text", "repeats").order_by("-number")


def find_new_text(call: Call) -> Version | None:
    """The first version, published before the call closed, in which what it asks about is changed or gone; or None."""
    newer = Version.objects.filter(document=call.version.document_id, number__gt=call.version.number)
    newer = newer.filter(published_at__lt=call.closes_at)
    if call.clause_text is None:
        newer = newer.exclude(text_hash=call.text_hash)
    else:
        same = ClauseText.objects.filter(clause=call.clause_text.clause_id, text_hash=call.text_hash)
        newer = newer.exclude(pk__in=same.values("version"))
    return newer.order_by("number").first()


def state_at(call: Call, at: datetime) -> CallState:
    """Where the call stands at that time, by the clock and the text, whether or not anybody wrote it down yet."""
    return CallState(call.state) if call.state != CallState.OPENED else ended_by(call, at)


def ended_by(call: Call, at: datetime) -> CallState:
    """How far the clock and the text had brought the call by then: opened, suspended or closed."""
    newer = find_new_text(call)
    if newer is not None and newer.published_at <= at:
        return CallState.SUSPENDED
    return CallState.CLOSED if at >= call.closes_at else CallState.OPENED


def _superseded() -> Q:
    """The calls for which find_new_text finds a version."""
    newer = Version.objects.filter(
        document=OuterRef("version__document"),
        number__gt=OuterRef("version__number"),
        published_at__lt=OuterRef("closes_at"),
    )
    same = ClauseText.objects.filter(
        version=OuterRef("pk"),
        clause=OuterRef(OuterRef("clause_text__clause")),
        text_hash=OuterRef(OuterRef("text_hash")),
    )
    whole, clause = newer.exclude(text_hash=OuterRef("text_hash")), newer.filter(~Exists(same))
    return Q(Exists(whole), clause_text__isnull=True) | Q(Exists(clause), clause_text__isnull=False)


def calls_on(version: Version, clause_text: ClauseText | None) -> QuerySet[Call]:
    """Every call on these words of this document, newest first: the whole text, or the clause as it reads there."""
    about = clause_text or version
    rows = Call.objects.filter(version__document=version.document_id, text_hash=about.text_hash)
    if clause_text is None:
        rows = rows.filter(clause_text__isnull=True)
    else:
        rows = rows.filter(clause_text__clause=clause_text.clause_id)
    return rows.select_related("process", "version", "clause_text").order_by("-number")


def open_calls(at: datetime) -> QuerySet[Call]:
    """The calls that can be answered at that time, the one that closes first at the top."""
    return (
        Call.objects.filter(~_superseded(), state=CallState.OPENED, opens_at__lte=at, closes_at__gt=at)
        .select_related("process", "version__document", "clause_text")
        .order_by("closes_at", "pk")
    )


def calls_awaiting(participation: Participation, at: datetime) -> QuerySet[Call]:
    """The open calls on which this seat has a voice and has not answered."""
    answered = Position.objects.filter(call=OuterRef("pk"), voice=OuterRef("roll__voice"))
    return open_calls(at).filter(~Exists(answered), roll__participation=participation)


def calls_to_determine(process: Process, at: datetime) -> QuerySet[Call]:
    """The calls that have closed, by the clock or on the record, and are not determined."""
    closed = Q(state=CallState.CLOSED) | Q(~_superseded(), state=CallState.OPENED, closes_at__lte=at)
    return calls(process).filter(closed)


def unsettled_calls(at: datetime) -> QuerySet[Call]:
    """The calls that ended by the clock or by a newer text while nobody wrote it down; told processes settle theirs."""
    told = Q(process__source_hash__isnull=False, process__told_until__isnull=True)
    ended = Q(_superseded()) | Q(closes_at__lte=at)
    return Call.objects.filter(ended, state=CallState.OPENED).exclude(told).order_by("closes_at", "pk")


def roll(call: Call) -> QuerySet[Seat]:
    """The frozen roll, by category and name."""
    return call.roll.select_related("organization", "category", "participation", "voice").order_by(
        "category__position", "organization__name"
    )


def roll_hash(voices: Mapping[str, str]) -> str:
    """The hash of a roll: SHA-256 over the canonical bytes of the sorted array of pairs, organization and voice."""
    return f"sha256:{hashlib.sha256(dump(sorted(map(list, voices.items())))).hexdigest()}"


def joined(seats: Iterable[Seat]) -> list[list[Seat]]:
    """Those on a roll that share a voice: the one that it is named after first, then the others."""
    voices: dict[int, list[Seat]] = {}
    for seat in sorted(seats, key=lambda seat: (seat.is_joined, seat.organization.name)):
        voices.setdefault(seat.voice_id, []).append(seat)
    return [each for each in voices.values() if len(each) > 1]


def unanswered(call: Call) -> QuerySet[Seat]:
    """The seats from which nothing has been heard, nor from any that has the same voice."""
    answered = Position.objects.filter(call=OuterRef("call"), voice=OuterRef("voice"))
    return roll(call).filter(~Exists(answered))


def positions(call: Call) -> QuerySet[Position]:
    """Every position as it stands, by name, each with `has_left`: whether its organization withdrew since."""
    left = Seat.objects.filter(
        call=OuterRef("call"),
        organization=OuterRef("organization"),
        participation__state=ParticipationState.WITHDRAWN,
    )
    return call.positions.select_related("organization").annotate(has_left=Exists(left)).order_by("organization__name")


def find_position(call: Call, seat: Seat) -> Position | None:
    """What the organization of that seat said, or None."""
    return call.positions.filter(organization=seat.organization_id).first()


def related_seats(call: Call, seat: Seat | None) -> QuerySet[Seat]:
    """The other seats on the roll that have the voice of this one, by name."""
    if seat is None:
        return Seat.objects.none()
    return roll(call).filter(voice=seat.voice_id).exclude(pk=seat.pk)


def find_voiced(call: Call, seat: Seat) -> Position | None:
    """What was said with the voice of that seat, by its organization or a related one; or None."""
    return call.positions.filter(voice=seat.voice_id).select_related("organization").first()


def find_voice(user: Person, call: Call) -> Seat | None:
    """The seat on the roll that a person speaks for, or None."""
    if not isinstance(user, User) or not may_take_part(user, call.process):
        return None
    own = call.roll.filter(
        held_now("participation__representatives__"),
        participation__representatives__user=user,
        participation__representatives__mandate__in=SPEAKING,
    )
    # Somebody may have spoken for one that left, and speaks for another now: the seat still held comes first.
    held = F("participation__withdrawn_at").desc(nulls_first=True)
    return own.select_related("organization", "participation", "voice").order_by(held).first()


def find_holder_seat(user: Person, objection: Objection) -> Participation | None:
    """The holder's newest seat, even one that was left, if this person speaks for it; or None."""
    seats = Participation.objects.ever_admitted().filter(process=objection.process_id, organization=objection.holder_id)
    # Once it is back, only those who speak for it now speak for it; a seat that was only asked for gives no voice.
    newest = seats.select_related("process").order_by(F("withdrawn_at").desc(nulls_first=True), "-pk").first()
    return newest if newest is not None and mandates_of(user, newest).exists() else None


def objections(process: Process) -> QuerySet[Objection]:
    """Every objection with `holder_departed`: whether its holder holds no seat any more."""
    seated = Participation.objects.active().filter(process=OuterRef("process"), organization=OuterRef("holder"))
    return (
        process.objections.select_related("process", "holder", "call", "clause")
        .annotate(holder_departed=~Exists(seated))
        .order_by("number")
    )


def standing_objections(process: Process) -> QuerySet[Objection]:
    """The objections that their holders have not lifted, answered or not."""
    return objections(process).exclude(state=ObjectionState.LIFTED)


def unanswered_objections(process: Process) -> QuerySet[Objection]:
    """The objections that wait for an answer."""
    return objections(process).filter(state=ObjectionState.RAISED)


def texts(call: Call) -> QuerySet[ClauseText]:
    """The exact text that is asked about: one clause, or all of the version in order."""
    rows = ClauseText.objects.filter(version=call.version_id).select_related("clause").order_by("position")
    return rows if call.clause_text_id is None else rows.filter(pk=call.clause_text_id)


def find_changes(call: Call) -> VersionRedline | None:
    """What changed in that text since the version before; None when there is no version before."""
    earlier = Version.objects.filter(document=call.version.document_id, number__lt=call.version.number)
    before = earlier.order_by("-number").first()
    if before is None:
        return None
    old = before.texts.select_related("clause").order_by("position")
    if call.clause_text is not None:
        old = old.filter(clause=call.clause_text.clause_id)
    return compare([_clause(each) for each in old], [_clause(each) for each in texts(call)])


def _clause(text: ClauseText) -> Clause:
    return Clause(text.clause.key, text.number, text.heading, text.markdown, text.tree)


@dataclass(frozen=True)
class Standing:
    """How many of a category's voices took which side; of all voices where the category is None."""

    category: InterestCategory | None
    in_favor: int
    against: int
    other: int
    to_come: int

    @property
    def asked(self) -> int:
        return self.answered + self.to_come

    @property
    def answered(self) -> int:
        return self.in_favor + self.against + self.other


def counts_by_category(call: Call) -> list[Standing]:
    """The state of play: one row for each of the charter's categories, the sum last."""
    said = dict(call.positions.values_list("voice", "stance"))
    stances = [(seat.category_id, said.get(seat.voice_id)) for seat in call.roll.all() if not seat.is_joined]
    listed = [
        _standing(category, [stance for place, stance in stances if place == category.pk])
        for category in categories(call.process)
    ]
    return [*listed, _standing(None, [stance for _, stance in stances])]


def _standing(category: InterestCategory | None, stances: list[str | None]) -> Standing:
    in_favor = sum(stance in IN_FAVOR for stance in stances if stance is not None)
    against, to_come = stances.count(Stance.OBJECT), stances.count(None)
    return Standing(category, in_favor, against, len(stances) - in_favor - against - to_come, to_come)


def find_determination(call: Call) -> Determination | None:
    """What the chair determined, or None."""
    return Determination.objects.filter(call=call).first()


def tally_of(call: Call, *, determination: str = "") -> dict[str, Any]:
    """The tally in the shape of the `tally` command: as determined, or as the rule computes it now."""
    found = find_determination(call)
    return found.tally if found is not None else recount(call, determination=determination)


def recount(call: Call, *, determination: str = "") -> dict[str, Any]:
    """The tally as the rule computes it from what stands in the tables now, determined or not."""
    ballot = ballot_of(call, determination=determination)
    return rulebook.judged_by_time(ballot.rule, rulebook.tally(ballot).as_json(), call.closes_at - call.opens_at)


def ballot_of(call: Call, *, determination: str = "") -> rulebook.Ballot:
    """Everything that the outcome of a call depends on, as the rulebook takes it."""
    rule, seats = rulebook.preset(call.rule), list(roll(call))
    raised = list(call.objections.exclude(state=ObjectionState.LIFTED).order_by("number"))
    sustained = {each.holder_id for each in raised}
    return rulebook.Ballot(
        rule=rule,
        roster=tuple(
            rulebook.Seat(
                each.organization.slug,
                each.category.slug,
                rulebook.classes_of(rule, each.category.slug),
                each.voice.slug if each.is_joined else None,
            )
            for each in seats
        ),
        positions=tuple(
            rulebook.Position(
                each.organization.slug, rulebook.Stance(each.stance), each.organization_id in sustained, each.reason
            )
            for each in positions(call)
        ),
        categories=_categories_at_opening(call),
        withdrawn=frozenset(each.organization.slug for each in seats if _left_before(each, call.closes_at)),
        treatment=rulebook.Treatment(call.treatment),
        authors=_authors(call, seats) if rule.needs_outside_support else frozenset(),
        issues=tuple(rulebook.Issue(str(each.number), ISSUE_STATUS[ObjectionState(each.state)]) for each in raised),
        determination=determination or None,
    )


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
