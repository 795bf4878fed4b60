"""Reading minutes: the text as it stands, who may read it, and what is known of a meeting before they are written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db.models import Q, QuerySet

from policyhub.accounts.models import User
from policyhub.decisions.queries import standing_objections
from policyhub.meetings.models import Meeting
from policyhub.meetings.queries import Room, agenda, meetings_upcoming, room_of
from policyhub.meetings.rules import MeetingKind
from policyhub.minutes.first_text import Attendant, Break, Earlier, Facts, Matter, first_text
from policyhub.minutes.models import Correction, Minutes, MinutesVersion
from policyhub.minutes.rules import MinutesState
from policyhub.participation.models import Participation, Process
from policyhub.participation.queries import Person, may_take_part, roles_of
from policyhub.participation.rules import ParticipationState, StaffFunction
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
    Kind.CALL_CLOSED: lambda entry, _: f"call {_last(entry)} closed: {_words(entry.body['outcome'])}, {_counts(entry)}",
    Kind.CALL_DETERMINED: lambda entry, _: f"call {_last(entry)} was determined: {_words(entry.body['outcome'])}",
    Kind.VERSION_PUBLISHED: lambda entry, _: f"version {entry.body['version']} of {_last(entry)} was published",
    Kind.STATEMENT_PUBLISHED: lambda entry, _: f"the statement “{entry.body['title']}” was published",
    Kind.ORGANIZATION_WITHDRAWN: lambda entry, names: f"{names[_last(entry)]} withdrew from the process",
    Kind.MINUTES_APPROVED: lambda entry, _: f"the minutes of meeting {_last(entry)} were approved",
}


def minutes_of(process: Process) -> QuerySet[Minutes]:
    """The minutes of every meeting of a process, newest meeting first."""
    rows = Minutes.objects.filter(meeting__process=process).select_related("meeting__process")
    return rows.order_by("-meeting__number")


def find_minutes(meeting: Meeting) -> Minutes | None:
    """The minutes of a meeting, or None."""
    return minutes_of(meeting.process).filter(meeting=meeting).first()


def minutes_visible_to(user: Person, process: Process) -> QuerySet[Minutes]:
    """Published minutes for everybody, circulated ones for the table and the staff, drafts for those who write them."""
    seen = Q(state=MinutesState.PUBLISHED)
    if roles_of(user, process).exists() or find_seat_ever(user, process):
        seen |= ~Q(state=MinutesState.DRAFT)
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
    """Every text the minutes had, newest first."""
    return minutes.versions.order_by("-number")


def corrections(minutes: Minutes) -> QuerySet[Correction]:
    """Every correction in the order in which they were proposed."""
    return minutes.corrections.select_related("participation__organization", "version").order_by("number")


def open_corrections(minutes: Minutes) -> QuerySet[Correction]:
    """The corrections that nobody has answered."""
    return corrections(minutes).filter(state=Correction.State.PROPOSED)


def find_seat_ever(user: Person, process: Process) -> Participation | None:
    """The seat a person speaks for, even one that was left since: what minutes say of it concerns them still."""
    if not may_take_part(user, process) or not isinstance(user, User):
        return None
    held = [ParticipationState.ACTIVE, ParticipationState.WITHDRAWN]
    return (
        Participation.objects.filter(process=process, state__in=held)
        .filter(representatives__user=user, representatives__until__isnull=True)
        .select_related("organization", "category", "process")
        .order_by("state", "-asked_at")
        .first()
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


def _held(meeting: Meeting) -> str:
    held, place = HELD[MeetingKind(meeting.kind)], " ".join(meeting.notice.place.split())
    return f"{held}: {place}" if place else held


def _function(person: User | None, otherwise: str) -> str:
    """What a person is called in public: their function, never their address."""
    return (person.label if person else "") or otherwise


def _attendants(room: Room) -> tuple[Attendant, ...]:
    return tuple(
        Attendant(each.participation.organization.name, each.participation.category.name, each.stays)
        for each in room.presences
    )


def _earlier(meeting: Meeting) -> tuple[Earlier, ...]:
    before = minutes_of(meeting.process).filter(meeting__number__lt=meeting.number)
    return tuple(Earlier(each.meeting.number, each.approved_at, each.approved_by) for each in before)


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
