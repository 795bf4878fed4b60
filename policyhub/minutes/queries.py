"""Reading minutes: the text as it stands, who may read it, and what is known of a meeting before they are written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from policyhub.accounts.models import User
from policyhub.decisions.queries import standing_objections
from policyhub.meetings.models import Meeting
from policyhub.meetings.queries import Room, agenda, meetings_upcoming, room_of
from policyhub.meetings.rules import MeetingKind
from policyhub.minutes.first_text import Attendant, Break, Earlier, Facts, Matter, first_text
from policyhub.minutes.models import Correction, Minutes, MinutesVersion
from policyhub.minutes.rules import MinutesState
from policyhub.participation.models import Participation, Process, held_now
from policyhub.participation.queries import Person, find_seat_of, may_take_part, roles_of
from policyhub.participation.rules import ParticipationState, StaffFunction, Standing
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry

HELD = {
    MeetingKind.IN_PERSON: "Held in person",
    MeetingKind.CALL: "Held by telephone",
    MeetingKind.VIRTUAL: "Held online",
}
# What is worth a line in minutes, and how an entry of that kind reads there.
SENTENCES: dict[str, Callable[[Entry, dict[str, str]], str]] = {
    Kind.CALL_OPENED: lambda entry, _: f"call {_last(entry)} was opened: {entry.body['question']}",
    Kind.CALL_SUSPENDED: lambda entry, _: f"call {_last(entry)} was suspended",
    Kind.CALL_RESUMED: lambda entry, _: f"call {_last(entry)} went on",
    Kind.CALL_VOIDED: lambda entry, _: f"call {_last(entry)} was declared void",
    Kind.CALL_CLOSED: lambda entry, _: (
        f"call {_last(entry)} closed: {_words(entry.body['outcome'] or entry.body['label'])}, {_counts(entry)}"
    ),
    Kind.CALL_DETERMINED: lambda entry, _: f"call {_last(entry)} was determined: {_words(entry.body['designation'])}",
    Kind.VERSION_PUBLISHED: lambda entry, _: f"version {entry.body['version']} of {_last(entry)} was published",
    Kind.STATEMENT_PUBLISHED: lambda entry, _: f"the statement “{entry.body['title']}” was published",
    Kind.ORGANIZATION_WITHDRAWN: lambda entry, names: f"{names[_last(entry)]} withdrew from the process",
    Kind.MINUTES_APPROVED: lambda entry, _: (
        f"the minutes of meeting {_last(entry)} were "
        + ("certified by the chair" if entry.body["approved_by"] == "chair" else "approved")
    ),
}


def minutes_of(process: Process) -> QuerySet[Minutes]:
    """The minutes of every meeting of a process, newest meeting first."""
    rows = Minutes.objects.filter(meeting__process=process).select_related("meeting__process", "approving_meeting")
    return rows.order_by("-meeting__number")


def find_minutes(meeting: Meeting) -> Minutes | None:
    """The minutes of a meeting, or None."""
    return minutes_of(meeting.process).filter(meeting=meeting).first()


def minutes_visible_to(user: Person, process: Process) -> QuerySet[Minutes]:
    """Published minutes for everybody, circulated ones for their parties, drafts for those who write them.

    Parties are the staff, whoever is seated now, and whoever held a seat while that meeting was open.
    """
    seen = Q(state=MinutesState.PUBLISHED)
    if roles_of(user, process).exists() or find_seat_of(user, process):
        seen |= ~Q(state=MinutesState.DRAFT)
    elif isinstance(user, User) and may_take_part(user, process):
        then = _seats_held(user, OuterRef("meeting__opened_at"), OuterRef("meeting__adjourned_at"))
        seen |= ~Q(state=MinutesState.DRAFT) & Q(Exists(then.filter(process=process)))
    if roles_of(user, process, [StaffFunction.SECRETARY, StaffFunction.CHAIR]).exists():
        seen |= Q(state=MinutesState.DRAFT)
    if isinstance(user, User) and roles_of(user, process).exists():
        seen |= Q(meeting__secretary=user)
    return minutes_of(process).filter(seen)


def published_minutes(process: Process) -> QuerySet[Minutes]:
    """The minutes that everybody can read, newest meeting first."""
    return minutes_of(process).filter(state=MinutesState.PUBLISHED)


def get_text(minutes: Minutes) -> MinutesVersion:
    """The text of the minutes as it stands: the newest version's."""
    return minutes.versions.latest("number")


def versions(minutes: Minutes) -> QuerySet[MinutesVersion]:
    """The texts in question, newest first: of a draft all its own, after that those circulated and corrected."""
    rows = minutes.versions.order_by("-number")
    if minutes.state == MinutesState.DRAFT:
        return rows
    return rows.filter(number__gte=rows.filter(corrections=None).values_list("number", flat=True)[:1])


def corrections(minutes: Minutes) -> QuerySet[Correction]:
    """Every correction in the order in which they were proposed."""
    return minutes.corrections.select_related("participation__organization", "version").order_by("number")


def open_corrections(minutes: Minutes) -> QuerySet[Correction]:
    """The corrections that nobody has answered."""
    return corrections(minutes).filter(state=Correction.State.PROPOSED)


def find_seat_at(user: Person, meeting: Meeting) -> Participation | None:
    """The seat a person speaks for that was held while the meeting was open: what its minutes say concerns them."""
    if not may_take_part(user, meeting.process) or not isinstance(user, User):
        return None
    if meeting.opened_at is None or meeting.adjourned_at is None:
        return None
    seats = _seats_held(user, meeting.opened_at, meeting.adjourned_at).filter(process=meeting.process)
    return seats.select_related("organization", "category", "process").first()


def approving_meetings(minutes: Minutes) -> QuerySet[Meeting]:
    """The later meetings at which the body could have approved the minutes: opened after they were circulated."""
    later = minutes.meeting.process.meetings.filter(number__gt=minutes.meeting.number)
    return (
        later.filter(opened_at__gt=minutes.circulated_at).order_by("number") if minutes.circulated_at else later.none()
    )


def proposed_text(meeting: Meeting) -> str:
    """The text that the secretary of an adjourned meeting starts from."""
    return first_text(facts_of(meeting))


def facts_of(meeting: Meeting) -> Facts:
    """What is known of a meeting that was adjourned."""
    if meeting.opened_at is None or meeting.adjourned_at is None:
        raise ValueError("nothing is known of a meeting that was not adjourned")
    room, upcoming = room_of(meeting), meetings_upcoming(meeting.process, meeting.adjourned_at)
    matters = tuple(Matter(each.title, str(each.version) if each.version else None) for each in agenda(meeting))
    following = upcoming.exclude(pk=meeting.pk).exclude(state="cancelled").first()
    return Facts(
        number=meeting.number,
        title=meeting.title,
        process=meeting.process.title,
        convener=meeting.process.convener,
        held=_held(meeting),
        timezone=meeting.timezone,
        opened_at=meeting.opened_at,
        adjourned_at=meeting.adjourned_at,
        presiding=_function(meeting.presiding, "the presiding officer"),
        secretary=_function(meeting.secretary, "the secretary"),
        breaks=tuple(
            Break(each.began_at, each.ended_at or meeting.adjourned_at, each.reason)
            for each in meeting.recesses.order_by("began_at", "pk")
        ),
        attendants=_attendants(room),
        voices=room.voices,
        seats=room.seats,
        quorum=room.quorum,
        earlier=_earlier(meeting),
        matters=matters,
        happened=_happened(meeting, meeting.opened_at, meeting.adjourned_at),
        papers=tuple(dict.fromkeys(each.paper for each in matters if each.paper)),
        objections=tuple(
            f"Objection {each.number} of {each.holder} stands" for each in standing_objections(meeting.process)
        ),
        next_meeting=(following.title, following.starts_at) if following else None,
    )


def _seats_held(
    user: User, opened_at: datetime | OuterRef, adjourned_at: datetime | OuterRef
) -> QuerySet[Participation]:
    """The seats that a person speaks for and that were held between these times, those still held first."""
    held = [ParticipationState.ACTIVE, ParticipationState.WITHDRAWN]
    spoken_for = Participation.objects.filter(held_now("representatives__"), representatives__user=user)
    not_left = Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=opened_at)
    return spoken_for.filter(not_left, state__in=held, admitted_at__lte=adjourned_at).order_by("state", "-asked_at")


def _held(meeting: Meeting) -> str:
    held, place = HELD[MeetingKind(meeting.kind)], " ".join(meeting.notice.place.split())
    return f"{held}: {place}" if place else held


def _function(person: User | None, otherwise: str) -> str:
    """What a person is called in public: their function, never their address."""
    return (person.label if person else "") or otherwise


def _attendants(room: Room) -> tuple[Attendant, ...]:
    return tuple(
        Attendant(_with_standing(each.participation), each.participation.category.name, each.stays)
        for each in room.presences
    )


def _with_standing(seat: Participation) -> str:
    """The organization's name; as what it takes part, where it is without a vote."""
    return seat.organization.name + ("" if seat.standing == Standing.VOTING else f" ({seat.standing})")


def _earlier(meeting: Meeting) -> tuple[Earlier, ...]:
    before = minutes_of(meeting.process).filter(meeting__number__lt=meeting.number)
    return tuple(
        Earlier(
            each.meeting.number, each.approved_at, each.approving_meeting.number if each.approving_meeting else None
        )
        for each in before
    )


def _happened(meeting: Meeting, since: datetime, until: datetime) -> tuple[tuple[datetime, str], ...]:
    names = dict(meeting.process.participations.values_list("organization__slug", "organization__name"))
    entries = Entry.objects.of_process(meeting.process.slug).of_kinds(*SENTENCES).order_by("index")
    return tuple(
        (entry.occurred_at, SENTENCES[entry.kind](entry, names))
        for entry in entries
        if since <= entry.occurred_at <= until
    )


def _last(entry: Entry) -> str:
    return entry.subject.rpartition("/")[2]


def _words(outcome: str) -> str:
    return outcome.replace("_", " ")


def _counts(entry: Entry) -> str:
    return ", ".join(f"{_words(side)} {count}" for side, count in entry.body["counts"].items())
