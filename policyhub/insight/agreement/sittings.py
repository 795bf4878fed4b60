"""What entries claim of meetings, attendance, minutes and corrections."""

from __future__ import annotations

from django.db.models import Prefetch

from policyhub.core.tree import to_tree
from policyhub.insight.agreement.claims import (
    Check,
    Claim,
    Said,
    consists,
    hashed,
    is_now,
    of_org,
    of_person,
    stated,
    subject,
    subject_and,
    timed,
    written,
)
from policyhub.meetings.models import AgendaItem, Attendance, Meeting, Notice, Recess
from policyhub.meetings.queries import agenda_text, notice_text
from policyhub.meetings.rules import MeetingState
from policyhub.minutes.models import Correction, Minutes, MinutesVersion
from policyhub.minutes.rules import MinutesState
from policyhub.record.kinds import Kind

_NUMBERED = ("process__slug", "number")
_MEETINGS = Meeting.objects.select_related("process").prefetch_related(
    Prefetch("agenda", AgendaItem.objects.select_related("version").order_by("position"))
)
_OF_MEETING = ("meeting__process__slug", "meeting__number")
_ATTENDANCE = Attendance.objects.select_related("meeting__process", "participation__organization")
_MINUTES = Minutes.objects.select_related("meeting__process", "approving_meeting__process")
_VERSIONS = MinutesVersion.objects.select_related("minutes__meeting__process")
_OF_MINUTES = ("minutes__meeting__process__slug", "minutes__meeting__number")
_CORRECTIONS = Correction.objects.select_related("minutes__meeting__process", "participation__organization", "version")


def _meeting(state: MeetingState, *checks: Check, makes: bool = False) -> Claim:
    return Claim(_MEETINGS, _NUMBERED, subject, (*checks, is_now(state, "state", "meeting")), makes=makes)


def _version(*checks: Check, makes: bool = False) -> Claim:
    return Claim(
        _VERSIONS,
        (*_OF_MINUTES, "number"),
        subject_and("version"),
        (
            stated("version", "number"),
            stated("text_hash", "text_hash"),
            hashed("text_hash", "text"),
            consists("tree", lambda row: [] if row.tree == to_tree(row.text) else [f"version {row.number}"]),
            *checks,
        ),
        makes=makes,
    )


def _minutes(state: MinutesState | None, *checks: Check, makes: bool = False) -> Claim:
    said = (is_now(state, "state", "minutes"),) if state else ()
    return Claim(_MINUTES, _OF_MEETING, subject, (*checks, *said), makes=makes)


def _coming(said: Said) -> tuple[str | int | bool, ...]:
    return (*said.parts, said.body["organization"], said.body["event"])


def _answered(state: Correction.State, by: str, name: str, *checks: Check) -> Claim:
    return Claim(
        _CORRECTIONS,
        (*_OF_MINUTES, by),
        subject_and(name),
        (*checks, Check("type", lambda said: str(state), lambda row: row.state), written("answered_at")),
    )


CLAIMS: dict[Kind, tuple[Claim, ...]] = {
    Kind.MEETING_NOTICED: (
        _meeting(
            MeetingState.NOTICED,
            *(stated(name, name) for name in ("kind", "title", "timezone")),
            timed("starts_at", "starts_at"),
            timed("ends_at", "ends_at"),
            stated("group", "group__number"),
            makes=True,
        ),
        Claim(
            Notice.objects.select_related("meeting__process"),
            _OF_MEETING,
            subject,
            (
                hashed("notice_hash", notice_text),
                stated("days_ahead", "days_ahead"),
                stated("days_required", "days_required"),
                written("published_at"),
            ),
            makes=True,
        ),
    ),
    Kind.AGENDA_PUBLISHED: (
        _meeting(
            MeetingState.AGENDA_PUBLISHED,
            stated("items", lambda row: len(row.agenda.all())),
            hashed("items_hash", lambda row: agenda_text(row.agenda.all())),
        ),
    ),
    Kind.MEETING_OPENED: (
        _meeting(
            MeetingState.IN_SESSION,
            of_person("presiding_id", "presiding"),
            of_person("secretary_id", "secretary"),
            written("opened_at"),
        ),
    ),
    Kind.MEETING_RECESSED: (
        _meeting(MeetingState.RECESS),
        Claim(
            Recess.objects.select_related("meeting__process"),
            _OF_MEETING,
            subject,
            (hashed("reason_hash", "reason"), written("began_at")),
            makes=True,
            sequence="recess",
        ),
    ),
    Kind.MEETING_RESUMED: (
        _meeting(MeetingState.IN_SESSION),
        Claim(
            Recess.objects.select_related("meeting__process").filter(ended_at__isnull=False),
            _OF_MEETING,
            subject,
            (),
            sequence="recess ended",
        ),
    ),
    Kind.MEETING_ADJOURNED: (_meeting(MeetingState.ADJOURNED, written("adjourned_at")),),
    Kind.MEETING_CLOSED: (_meeting(MeetingState.CLOSED),),
    Kind.MEETING_CANCELLED: (_meeting(MeetingState.CANCELLED, hashed("reason_hash", "cancelled_reason")),),
    Kind.ATTENDANCE_RECORDED: (
        Claim(
            _ATTENDANCE,
            (*_OF_MEETING, "participation__organization__slug", "event"),
            _coming,
            (
                stated("organization", "participation__organization__slug"),
                stated("event", "event"),
                timed("occurred_at", "occurred_at"),
                written("recorded_at"),
            ),
            makes=True,
            sequence="attendance",
        ),
    ),
    Kind.MINUTES_DRAFTED: (
        _version(of_person("written_by_id"), written("written_at"), makes=True),
        _minutes(MinutesState.DRAFT, makes=True),
    ),
    Kind.MINUTES_CIRCULATED: (
        _version(),
        _minutes(
            MinutesState.CIRCULATED,
            timed("corrections_until", "corrections_until"),
            hashed("reason_hash", "short_time_reason"),
            written("circulated_at"),
        ),
    ),
    Kind.CORRECTION_PROPOSED: (
        Claim(
            _CORRECTIONS,
            (*_OF_MINUTES, "number"),
            subject_and("number"),
            (
                stated("number", "number"),
                hashed("what_hash", "what"),
                hashed("why_hash", "why"),
                of_org("participation__organization__slug"),
                of_person("proposed_by_id"),
                written("proposed_at"),
            ),
            makes=True,
        ),
    ),
    Kind.CORRECTION_DECLINED: (
        _answered(
            Correction.State.DECLINED, "number", "number", stated("number", "number"), hashed("reason_hash", "answer")
        ),
    ),
    Kind.MINUTES_CORRECTED: (
        _version(of_person("written_by_id"), written("written_at"), makes=True),
        Claim(
            _VERSIONS,
            (*_OF_MINUTES, "number"),
            lambda said: (*said.parts, said.body["version"] - 1),
            (stated("previous_hash", "text_hash"),),
        ),
        _answered(Correction.State.ACCEPTED, "version__number", "version", hashed("reason_hash", "why")),
    ),
    Kind.MINUTES_APPROVED: (
        _version(),
        _minutes(
            None,
            stated("approved_by", lambda row: _approved_by(row), "approval"),
            written("approved_at", "approved"),
            # What the chair certified and published the body can still approve: it stays published.
            is_now(True, lambda row: row.state in {MinutesState.APPROVED, MinutesState.PUBLISHED}, "minutes"),
        ),
    ),
    Kind.MINUTES_PUBLISHED: (_version(), _minutes(MinutesState.PUBLISHED, written("published_at"))),
}


def _approved_by(minutes: Minutes) -> str:
    return minutes.approving_meeting.subject if minutes.approving_meeting else "chair"
