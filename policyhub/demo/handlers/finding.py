"""Finding what a line refers to: the versions, calls, seats and people that were told before it."""

from __future__ import annotations

from policyhub.accounts.models import User
from policyhub.decisions.models import Call, Objection
from policyhub.demo.plainyaml import FileRefused
from policyhub.demo.said import Said
from policyhub.demo.telling import Telling
from policyhub.drafting.models import ClauseText, Comment, Document, Version
from policyhub.meetings.models import Meeting
from policyhub.minutes.models import Correction, Minutes
from policyhub.participation.models import (
    Group,
    Participation,
    Representative,
    Requirement,
    StaffRole,
    Statement,
    held_now,
)
from policyhub.participation.queries import find_last_seat_of, find_seat_of
from policyhub.participation.rules import Mandate, StaffFunction


def somebody(actor: User | None) -> User:
    """The person who acts; a line without `by` is refused."""
    if actor is None:
        raise FileRefused("This act needs somebody who did it. Write by: and who.")
    return actor


def own_seat(telling: Telling, actor: User | None) -> Participation:
    """The seat that the person who acts speaks for at this point of the story."""
    seat = find_seat_of(somebody(actor), telling.process)
    if seat is None:
        raise FileRefused(f"{somebody(actor).label} speaks for no organization at the table then.")
    return seat


def last_seat(telling: Telling, actor: User | None) -> Participation:
    """The seat that the person who acts speaks for, or spoke for until it was left."""
    seat = find_last_seat_of(somebody(actor), telling.process)
    if seat is None:
        raise FileRefused(f"{somebody(actor).label} speaks for no organization of the process.")
    return seat


def role_of(telling: Telling, said: Said) -> StaffRole:
    """The function that a person holds then."""
    function = said.choice("function", StaffFunction)
    person = telling.person(said.text("person", function.value))
    rows = StaffRole.objects.filter(process=telling.process, user=person, function=function, until__isnull=True)
    return telling.one(rows, f"The function of {function}")


def representative_of(telling: Telling, said: Said) -> Representative:
    """The mandate that a person holds then for an organization."""
    slug, mandate = said.text("organization"), said.choice("mandate", Mandate, Mandate.ALTERNATE)
    person = telling.person(said.text("person", f"{mandate}/{slug}"))
    rows = Representative.objects.filter(held_now(), participation=telling.seat(slug), user=person)
    return telling.one(rows, f"The mandate of {person.label}")


def group_of(telling: Telling, said: Said) -> Group:
    """The group that a line names by number."""
    number = said.number("group")
    return telling.one(Group.objects.filter(process=telling.process, number=number), f"Group {number}")


def statement_of(telling: Telling, said: Said) -> Statement:
    """The statement that a line names by number."""
    number = said.number("statement")
    return telling.one(Statement.objects.filter(process=telling.process, number=number), f"Statement {number}")


def requirement_of(telling: Telling, said: Said) -> Requirement:
    """The requirement that a line names by number."""
    number = said.number("requirement")
    return telling.one(Requirement.objects.filter(process=telling.process, number=number), f"Requirement {number}")


def document_of(telling: Telling, said: Said) -> Document:
    """The document that a line names."""
    slug = said.text("document")
    return telling.one(Document.objects.filter(process=telling.process, slug=slug), f"The document {slug}")


def version_of(telling: Telling, said: Said) -> Version:
    """The version that a line names by document and number."""
    number = said.number("version")
    return telling.one(document_of(telling, said).versions.filter(number=number), f"Version {number}")


def clause_of(telling: Telling, said: Said, version: Version) -> ClauseText:
    """The clause that a line names by its number in the version."""
    number = said.text("clause")
    return telling.one(ClauseText.objects.filter(version=version, number=number), f"Clause {number}")


def comment_of(telling: Telling, said: Said) -> Comment:
    """The comment that a line names by number."""
    number = said.number("comment")
    return telling.one(Comment.objects.filter(process=telling.process, number=number), f"Comment {number}")


def meeting_of(telling: Telling, said: Said) -> Meeting:
    """The meeting that a line names by number."""
    number = said.number("meeting")
    rows = Meeting.objects.filter(process=telling.process, number=number).select_related("process")
    return telling.one(rows, f"Meeting {number}")


def minutes_of(telling: Telling, said: Said) -> Minutes:
    """The minutes of the meeting that a line names by number."""
    meeting = meeting_of(telling, said)
    return telling.one(Minutes.objects.filter(meeting=meeting), f"The draft of the minutes of meeting {meeting.number}")


def correction_of(telling: Telling, said: Said) -> Correction:
    """The correction that a line names by meeting and number."""
    number = said.number("correction")
    return telling.one(minutes_of(telling, said).corrections.filter(number=number), f"Correction {number}")


def call_of(telling: Telling, said: Said) -> Call:
    """The call that a line names by number."""
    number = said.number("call")
    rows = Call.objects.filter(process=telling.process, number=number).select_related("process", "version")
    return telling.one(rows, f"Call {number}")


def objection_of(telling: Telling, said: Said) -> Objection:
    """The objection that a line names by number."""
    number = said.number("objection")
    return telling.one(Objection.objects.filter(process=telling.process, number=number), f"Objection {number}")
