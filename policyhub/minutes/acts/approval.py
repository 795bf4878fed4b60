"""Approving minutes and publishing them. From approval on the text is fixed for ever."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from policyhub.accounts.models import User
from policyhub.core.errors import Reason, check, require
from policyhub.core.locks import hold, hold_rows
from policyhub.meetings.models import Meeting
from policyhub.minutes.acts.texts import stale
from policyhub.minutes.models import Minutes
from policyhub.minutes.permissions import can_approve_minutes, can_publish_minutes
from policyhub.minutes.queries import approving_meetings, get_text, open_corrections
from policyhub.minutes.rules import MinutesState, approval_too_early, step_refused
from policyhub.participation.queries import roles_of
from policyhub.record.acts import append
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry


@transaction.atomic
def approve_minutes(*, actor: User, minutes: Minutes, meeting: Meeting | None, text_hash: str, at: datetime) -> Entry:
    """The body approved the minutes at that later meeting; without one they are certified by the chair, and say so.

    What the chair certified the body can still approve, as it stands.
    """
    minutes = hold(minutes, for_change=True)
    hold_rows(roles_of(actor, minutes.meeting.process))
    require(can_approve_minutes(actor, minutes))
    check(
        _step_refused(minutes, meeting),
        stale(minutes, text_hash),
        approval_too_early(minutes.corrections_until, at),
        _unanswered(minutes),
        _not_later(minutes, meeting, at),
    )
    minutes.state = MinutesState(minutes.state) if minutes.is_only_certified else MinutesState.APPROVED
    minutes.approved_at, minutes.approving_meeting = at, meeting
    minutes.save(update_fields=["state", "approved_at", "approving_meeting"])
    by = meeting.subject if meeting else "chair"
    return _append(Kind.MINUTES_APPROVED, actor, "chair", minutes, at, approved_by=by)


@transaction.atomic
def publish_minutes(*, actor: User, minutes: Minutes, text_hash: str, at: datetime) -> Entry:
    """Everybody can read the approved minutes, for good."""
    minutes = hold(minutes, for_change=True)
    hold_rows(roles_of(actor, minutes.meeting.process))
    require(can_publish_minutes(actor, minutes))
    check(
        step_refused(minutes.state, MinutesState.PUBLISHED),
        stale(minutes, text_hash),
    )
    minutes.state, minutes.published_at = MinutesState.PUBLISHED, at
    minutes.save(update_fields=["state", "published_at"])
    return _append(Kind.MINUTES_PUBLISHED, actor, "convener", minutes, at)


def _append(kind: Kind, actor: User, role: str, minutes: Minutes, at: datetime, **said: str) -> Entry:
    version = get_text(minutes)
    return append(
        kind,
        actor=actor,
        role=role,
        process=minutes.meeting.process,
        subject=minutes.subject,
        body={"version": version.number, "text_hash": version.text_hash, **said},
        at=at,
    )


def _step_refused(minutes: Minutes, meeting: Meeting | None) -> Reason | None:
    if meeting is not None and minutes.is_only_certified:
        return None
    return step_refused(minutes.state, MinutesState.APPROVED)


def _not_later(minutes: Minutes, meeting: Meeting | None, at: datetime) -> Reason | None:
    if meeting is None or approving_meetings(minutes).filter(pk=meeting.pk, opened_at__lte=at).exists():
        return None
    return Reason(
        "not_later",
        "The body approves minutes at a later meeting, opened after they were circulated. Name one, or certify them.",
        "meeting",
    )


def _unanswered(minutes: Minutes) -> Reason | None:
    waiting = open_corrections(minutes).count()
    if not waiting:
        return None
    many = "1 correction waits" if waiting == 1 else f"{waiting} corrections wait"
    return Reason("corrections", f"{many} for an answer. Take them in or decline them with a reason first.")
