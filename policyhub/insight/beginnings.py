"""What a person can begin in a process, and where they work in it: only what can be done now."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from policyhub.accounts.models import User
from policyhub.decisions.queries import standing_objections
from policyhub.drafting.models import Version
from policyhub.drafting.permissions import can_comment, can_publish_version
from policyhub.insight.parts import parts_to_leave
from policyhub.insight.subjects import describe
from policyhub.meetings.rules import AWAITED_STATES, SITTING_STATES
from policyhub.minutes.queries import minutes_visible_to
from policyhub.minutes.rules import MinutesState
from policyhub.participation.models import Participation, Process
from policyhub.participation.permissions import can_lead
from policyhub.participation.queries import (
    at_the_table,
    find_announcement,
    find_proposal,
    find_seat_left_by,
    find_seat_of,
    roles_of,
    statements_visible_to,
    stepped_out,
)
from policyhub.participation.rules import ProcessState, StaffFunction, Standing

RUNS_MEETINGS = (StaffFunction.CONVENER, StaffFunction.CHAIR, StaffFunction.SECRETARY)


@dataclass(frozen=True)
class Beginning:
    """Something that this person may begin."""

    act: str
    note: str
    route: str
    names: tuple[str | int, ...]


def beginnings(user: User, process: Process) -> list[Beginning]:
    """What a person may begin in a process, by function first, then for their organization, also one that left."""
    held = roles_of(user, process).values_list("function", flat=True)
    found = [
        Beginning(act, note, route, (process.slug,))
        for function in held
        for act, note, route, is_ready in BEGINNINGS[StaffFunction(function)]
        if is_ready(process)
    ]
    seat, left = find_seat_of(user, process), find_seat_left_by(user, process)
    return [
        *found,
        *(_for_organization(user, seat) if seat else ()),
        *(_after_leaving(user, left) if left else ()),
    ]


def under_way(user: User, process: Process) -> list[Beginning]:
    """What goes on in a process, and where a person works on it."""
    return [
        *_documents(user, process),
        *_meetings(user, process),
        *_minutes(user, process),
        *_statements(user, process),
    ]


def _documents(user: User, process: Process) -> Iterator[Beginning]:
    """The texts that a person writes, and those that have a version to comment on."""
    may_comment = can_comment(user, process)
    for each in process.documents.order_by("title"):
        if can_publish_version(user, each):
            yield Beginning(f"Work on {each}", "", "desk-document", (each.slug,))
        elif may_comment and each.versions.exists():
            yield Beginning(f"Comment on {each}", "", "desk-document", (each.slug,))


def _meetings(user: User, process: Process) -> Iterator[Beginning]:
    if roles_of(user, process, RUNS_MEETINGS).exists():
        for each in process.meetings.filter(state__in=AWAITED_STATES + SITTING_STATES).order_by("number"):
            yield Beginning(f"Run {each}", each.title, "run-meeting", (process.slug, each.number))


def _minutes(user: User, process: Process) -> Iterator[Beginning]:
    circulated = minutes_visible_to(user, process).filter(state=MinutesState.CIRCULATED)
    for each in circulated.order_by("meeting__number"):
        words = f"Read the minutes of {each.meeting}"
        yield Beginning(words, "They can still be corrected.", "desk-minutes", (process.slug, each.meeting.number))


def _statements(user: User, process: Process) -> Iterator[Beginning]:
    for each in statements_visible_to(user, process).filter(published_at=None):
        yield Beginning(each.title, "Not published.", "desk-statement", (process.slug, each.number))


def _for_organization(user: User, seat: Participation) -> Iterator[Beginning]:
    here, there = (seat.process.slug,), (seat.process.slug, seat.organization.slug)
    if seat.standing == Standing.VOTING:
        yield from _with_a_vote(seat, here)
    if seat.process.groups.exists():
        yield Beginning("Working and drafting groups", "Join one; step out of it again.", "desk-groups", here)
    if can_lead(user, seat):
        yield Beginning("Write a statement", "Others can be asked to sign it.", "draft-statement", here)
        yield Beginning("Your representatives", "Name one, end a mandate.", "representatives", there)
        yield Beginning("Declare who you are", "What funds you, what you have at stake.", "declare-profile", there)
        yield Beginning("Whom you belong to", "Related organizations have one voice.", "belonging", here)
        if parts_to_leave(seat):
            yield Beginning(
                "Step out of one text or group", "Your organization stays in the process.", "step-out", there
            )
        yield from _coming_back(seat)
        if find_announcement(seat) is not None:
            yield Beginning(
                "Stay after all", "Take back the withdrawal that was announced.", "revoke-withdrawal", there
            )
        else:
            yield Beginning(
                "Leave this process", "Explained first; nothing you said is lost.", "withdraw-organization", there
            )


def _with_a_vote(seat: Participation, here: tuple[str, ...]) -> Iterator[Beginning]:
    yield Beginning("Add a point to the list", "What requirements can be about.", "add-point", here)
    if seat.process.points.exists():
        yield Beginning("Declare a requirement", "What your organization needs at least.", "declare-requirement", here)
    if seat.requirements.exists():
        yield Beginning("Your requirements", "Release, link, drop; ask others to stand behind them.", "my-needs", here)
    yield Beginning("Open a competing draft", "Owned by your organization.", "open-document", here)


def _coming_back(seat: Participation) -> Iterator[Beginning]:
    for stepped in stepped_out(seat).order_by("pk"):
        names = (seat.process.slug, seat.organization.slug, stepped.pk)
        yield Beginning(f"Come back to {describe(stepped.scope, seat.process).name}", "", "come-back", names)


def _after_leaving(user: User, seat: Participation) -> Iterator[Beginning]:
    """What an organization that left can still do: lift what it holds, and come back."""
    here, name = seat.process.slug, str(seat.organization)
    for each in standing_objections(seat.process).filter(holder=seat.organization):
        note = f"It stands although {name} has left; nobody else can lift it."
        yield Beginning(f"Lift objection {each.number}", note, "lift-objection", (here, each.number))
    if can_lead(user, seat):
        yield Beginning("Write a statement", "A dissent, a complaint; others can sign it.", "draft-statement", (here,))
        yield Beginning(
            "Ask for a seat again", "A return is a new seat; what was said before stays.", "apply-for-seat", (here,)
        )


def _always(process: Process) -> bool:
    return True


def _can_be_amended(process: Process) -> bool:
    return _is_chartered(process) and find_proposal(process) is None


def _has_requirements(process: Process) -> bool:
    return process.requirements.exists()


def _is_chartered(process: Process) -> bool:
    return process.state == ProcessState.ACTIVE


def _has_calls(process: Process) -> bool:
    return process.calls.exists()


def _can_be_decided(process: Process) -> bool:
    """Whether there is a rule, somebody to ask and a text to ask about."""
    has_text = Version.objects.filter(document__process=process).exists()
    return _is_chartered(process) and has_text and at_the_table(process).exists()


BEGINNINGS: dict[StaffFunction, list[tuple[str, str, str, Callable[[Process], bool]]]] = {
    StaffFunction.CONVENER: [
        ("Give notice of a meeting", "As many days ahead as the charter asks.", "give-notice", _always),
        ("Propose another charter", "With the notice that the charter asks for.", "propose-charter", _can_be_amended),
        ("Invite an organization", "", "invite-organization", _is_chartered),
        ("Invite a list of organizations", "From a CSV file.", "invite-organizations", _is_chartered),
        ("Name somebody to a function", "", "grant-role", _always),
        ("Add a point to the list", "What requirements can be about.", "add-point", _always),
        ("Requirements", "Also those that only you can read.", "my-needs", _has_requirements),
        ("Working and drafting groups", "Part of the table, reporting to all.", "desk-groups", _is_chartered),
        ("Who belongs to whom", "Related organizations have one voice.", "belonging", _is_chartered),
    ],
    StaffFunction.CHAIR: [
        ("Open a call for consensus", "On one exact text.", "open-call", _can_be_decided),
        ("Open a ballot", "Yes or no on one exact text; the rule counts.", "open-ballot", _can_be_decided),
        ("Take a straw poll", "Which way the table leans; it decides nothing.", "open-straw-poll", _can_be_decided),
        ("Calls", "Interrupt, enter answers, determine, recirculate.", "desk-calls", _has_calls),
        ("Working and drafting groups", "Part of the table, reporting to all.", "desk-groups", _is_chartered),
    ],
    StaffFunction.SECRETARY: [],
    StaffFunction.EDITOR: [("Open a document", "", "open-document", _always)],
    StaffFunction.FACILITATOR: [],
}
