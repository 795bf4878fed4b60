"""What needs somebody, each with the one act that does it: for a seat, and for each function."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from policyhub.accounts.models import User
from policyhub.decisions.queries import calls_awaiting, calls_to_determine, unanswered_objections
from policyhub.drafting.models import Comment
from policyhub.drafting.queries import find_newest_version, unmarked
from policyhub.meetings.models import Meeting
from policyhub.meetings.rules import MeetingState
from policyhub.minutes.models import Correction, Minutes
from policyhub.minutes.rules import MinutesState
from policyhub.participation.models import Affiliation, Participation, Process, Signature
from policyhub.participation.permissions import can_lead
from policyhub.participation.queries import (
    find_charter,
    find_proposal,
    published_statements,
    sponsorships_asked,
    unconfirmed,
)
from policyhub.participation.rules import (
    ANSWERED_KINDS,
    ParticipationState,
    ProcessState,
    StaffFunction,
    StatementKind,
)


@dataclass(frozen=True)
class Waiting:
    """Something that needs this person: what, why, until when, and the route and names of the one act that does it."""

    process: Process
    what: str
    note: str
    act: str
    route: str
    names: tuple[str | int, ...]
    due_at: datetime | None = None


def for_seat(user: User, seat: Participation, at: datetime) -> Iterator[Waiting]:
    """What waits for somebody who speaks for this seat: of the lead what only a lead may do."""
    leads = can_lead(user, seat)
    if seat.state == ParticipationState.INVITED and leads:
        yield Waiting(
            seat.process,
            f"{seat.organization} is invited to the table",
            f"It would sit in the category {seat.category}.",
            "Answer the invitation",
            "accept-invitation",
            (seat.process.slug, seat.organization.slug),
        )
    if seat.sits_at(at):
        yield from _calls(seat, at)
        yield from _marks(seat)
        yield from _sponsorships(seat)
        yield from (*_signatures(seat), *_own_belonging(seat)) if leads else ()


def _calls(seat: Participation, at: datetime) -> Iterator[Waiting]:
    for call in calls_awaiting(seat, at):
        yield Waiting(
            seat.process,
            call.question,
            f"{call}, on {call.version}. {seat.organization} has not answered.",
            "Take a position",
            "cast-position",
            (seat.process.slug, call.number),
            call.closes_at,
        )


def _marks(seat: Participation) -> Iterator[Waiting]:
    """For each draft the first requirement of which its holder has not said whether the newest version meets it."""
    for document in seat.process.documents.order_by("title"):
        newest = find_newest_version(document)
        open_ones = unmarked(seat, newest) if newest is not None else []
        if newest is not None and open_ones:
            first = open_ones[0]
            yield Waiting(
                seat.process,
                f"Say whether {newest} meets your requirement",
                f"{first.point}. {_more(len(open_ones), 'requirement')}".strip(),
                "Mark it",
                "mark-requirement",
                (document.slug, newest.number, first.number),
            )


def _sponsorships(seat: Participation) -> Iterator[Waiting]:
    for asked in sponsorships_asked(seat).order_by("asked_at"):
        held = asked.requirement
        yield Waiting(
            seat.process,
            f"Stand behind a requirement, or decline: {held.point}",
            f"{held.participation.organization} asks {seat.organization}. Whoever declines is not named.",
            "Read it",
            "answer-sponsorship",
            (seat.process.slug, held.number),
        )


def for_seat_left(user: User, seat: Participation) -> Iterator[Waiting]:
    """What waits for somebody whose organization left this seat: it can still say something together with others."""
    if can_lead(user, seat):
        yield from _signatures(seat)


def for_outsider(user: User) -> Iterator[Waiting]:
    """What waits for somebody who was asked to sign for an organization that takes no part."""
    yield from _requests(Signature.objects.filter(invited=user))


def _signatures(seat: Participation) -> Iterator[Waiting]:
    yield from _requests(Signature.objects.filter(participation=seat).exclude(statement__author=seat))


def _requests(asked: QuerySet[Signature]) -> Iterator[Waiting]:
    unanswered = asked.filter(
        signed_at__isnull=True, declined_at__isnull=True, statement__published_at__isnull=True
    ).select_related("organization", "statement__process", "statement__author__organization")
    for signature in unanswered.order_by("asked_at"):
        statement = signature.statement
        yield Waiting(
            statement.process,
            f"Sign, or decline to sign: {statement.title}",
            f"{statement.author.organization} asks {signature.organization}. Whoever declines is not named.",
            "Read it",
            "desk-statement",
            (statement.process.slug, statement.number),
        )


def _statements(process: Process, at: datetime) -> Iterator[Waiting]:
    asking = published_statements(process).filter(kind__in=list(ANSWERED_KINDS), answer__isnull=True)
    for statement in asking.select_related("author__organization"):
        word = StatementKind(statement.kind).word
        yield Waiting(
            process,
            f"Answer: {statement.title}",
            f"{word} by {statement.author.organization}. The answer has a reason, and both are public.",
            "Answer it",
            "answer-statement",
            (process.slug, statement.number),
        )


def _charter(process: Process, at: datetime) -> Iterator[Waiting]:
    if process.state == ProcessState.ACTIVE:
        return
    if not process.staff.filter(function=StaffFunction.CHAIR, until=None).exists():
        yield Waiting(
            process,
            "Name the chair",
            "Then the charter can be adopted; until it is, nobody is seated and no call can open.",
            "Name somebody",
            "grant-role",
            (process.slug,),
        )
    else:
        yield Waiting(
            process,
            "Adopt the charter",
            "Until it is adopted nobody is seated and no call can open.",
            "Adopt it",
            "adopt-charter",
            (process.slug,),
        )


def _proposed_charter(process: Process, at: datetime) -> Iterator[Waiting]:
    proposal = find_proposal(process)
    if proposal is not None and proposal.not_before <= at:
        yield Waiting(
            process,
            f"Adopt version {proposal.version} of the charter, or drop it",
            "The days of notice are over.",
            "Adopt it",
            "adopt-proposal",
            (process.slug,),
        )


def _applications(process: Process, at: datetime) -> Iterator[Waiting]:
    asking = process.participations.filter(state=ParticipationState.APPLIED).order_by("asked_at", "pk")
    two_admit = _two_admit(process)
    for seat in asking.select_related("organization", "category"):
        first = "The chair or the secretary approves it first. " if two_admit and seat.approved_at is None else ""
        yield Waiting(
            process,
            f"{seat.organization} asks for a seat",
            f"{seat.category}, {seat.get_standing_display()}. {first}Admit it, or decline with a reason.",
            "Admit it",
            "admit-organization",
            (process.slug, seat.organization.slug),
        )


def _approvals(process: Process, at: datetime) -> Iterator[Waiting]:
    """Where two persons admit, who waits for the second one."""
    if not _two_admit(process):
        return
    asking = process.participations.filter(
        state__in=[ParticipationState.APPLIED, ParticipationState.INVITED], approved_at__isnull=True
    )
    for seat in asking.select_related("organization", "category").order_by("asked_at", "pk"):
        yield Waiting(
            process,
            f"Approve a seat for {seat.organization}",
            f"In the category {seat.category}, {seat.get_standing_display()}. By the charter two persons admit.",
            "Approve it",
            "approve-admission",
            (process.slug, seat.organization.slug),
        )


def _two_admit(process: Process) -> bool:
    charter = find_charter(process)
    return charter is not None and charter.two_persons_admit


def _belonging(process: Process, at: datetime) -> Iterator[Waiting]:
    for declared in unconfirmed(process):
        yield _confirming(declared)


def _own_belonging(seat: Participation) -> Iterator[Waiting]:
    for declared in unconfirmed(seat.process).filter(to=seat.organization_id):
        yield _confirming(declared)


def _confirming(declared: Affiliation) -> Waiting:
    return Waiting(
        declared.process,
        f"Say whether {declared}",
        "Once that is confirmed the two have one voice.",
        "Confirm it",
        "confirm-affiliation",
        (declared.process.slug, declared.pk),
    )


def _objections(process: Process, at: datetime) -> Iterator[Waiting]:
    for objection in unanswered_objections(process):
        yield Waiting(
            process,
            f"Answer the objection of {objection.holder}",
            f"Raised in {objection.call}. " + ("It names what would lift it." if objection.cure else ""),
            "Answer it",
            "answer-objection",
            (process.slug, objection.number),
        )


def _determinations(process: Process, at: datetime) -> Iterator[Waiting]:
    for call in calls_to_determine(process, at):
        yield Waiting(
            process,
            f"Determine {call} in writing",
            f"It has closed. The question was: {call.question}",
            "Determine it",
            "determine-call",
            (process.slug, call.number),
        )


def _comments(process: Process, at: datetime) -> Iterator[Waiting]:
    """The oldest unanswered comment, and how many come after it: a long list helps nobody."""
    open_ones = Comment.objects.filter(process=process, disposition__isnull=True).order_by("number")
    waiting, oldest = open_ones.count(), open_ones.first()
    if oldest is not None:
        yield Waiting(
            process,
            f"Answer comment {oldest.number} on clause {oldest.text_on.number or oldest.text_on.heading}",
            f"Each comment gets a disposition and a reason. {_more(waiting, 'comment')}".strip(),
            "Answer it",
            "answer-comment",
            (process.slug, oldest.number),
        )


def _minutes_to_draft(process: Process, at: datetime) -> Iterator[Waiting]:
    held = Meeting.objects.filter(process=process, state=MeetingState.ADJOURNED, minutes__isnull=True)
    for meeting in held.order_by("number"):
        yield _of_meeting(meeting, f"Write the minutes of {meeting}", "It is adjourned.", "Draft them", "draft-minutes")


def _minutes_in(state: MinutesState, what: str, note: str, act: str, route: str) -> Callable[..., Iterator[Waiting]]:
    def look(process: Process, at: datetime) -> Iterator[Waiting]:
        rows = Minutes.objects.filter(meeting__process=process, state=state).select_related("meeting__process")
        for minutes in rows.exclude(corrections_until__gt=at).order_by("meeting__number"):
            yield _of_meeting(minutes.meeting, what.format(minutes.meeting), note, act, route)

    return look


def _corrections(process: Process, at: datetime) -> Iterator[Waiting]:
    proposed = Minutes.objects.filter(meeting__process=process, corrections__state=Correction.State.PROPOSED)
    for minutes in proposed.select_related("meeting__process").distinct().order_by("meeting__number"):
        what = f"Answer the corrections proposed to the minutes of {minutes.meeting}"
        note = "Take each in, or say why not. Until then they cannot be approved."
        yield _of_meeting(minutes.meeting, what, note, "See them", "desk-minutes")


def _more(count: int, noun: str) -> str:
    """How many wait after the one that is named."""
    if count < 2:
        return ""
    return f"{count - 1} more {noun}{'s wait' if count > 2 else ' waits'} after it."


def _of_meeting(meeting: Meeting, what: str, note: str, act: str, route: str) -> Waiting:
    return Waiting(meeting.process, what, note, act, route, (meeting.process.slug, meeting.number))


FOR_STAFF: dict[StaffFunction, list[Callable[[Process, datetime], Iterator[Waiting]]]] = {
    StaffFunction.CONVENER: [
        _charter,
        _proposed_charter,
        _applications,
        _belonging,
        _statements,
        _minutes_in(
            MinutesState.APPROVED, "Publish the minutes of {}", "They are approved.", "Publish them", "publish-minutes"
        ),
    ],
    StaffFunction.CHAIR: [
        _charter,
        _proposed_charter,
        _approvals,
        _statements,
        _objections,
        _determinations,
        _minutes_in(
            MinutesState.CIRCULATED,
            "Approve the minutes of {}",
            "They are circulated.",
            "Approve them",
            "approve-minutes",
        ),
    ],
    StaffFunction.SECRETARY: [
        _approvals,
        _minutes_to_draft,
        _corrections,
        _minutes_in(
            MinutesState.DRAFT,
            "Circulate the minutes of {}",
            "Only you can see them yet.",
            "Circulate them",
            "circulate-minutes",
        ),
    ],
    StaffFunction.EDITOR: [_comments],
    StaffFunction.FACILITATOR: [],
}
