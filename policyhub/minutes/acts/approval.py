"""Approving minutes and publishing them. From approval on the text is fixed for ever."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from policyhub.accounts.models import User
from policyhub.core.errors import Reason, check, require
from policyhub.core.locks import hold, hold_rows
from policyhub.core.moves import move_refused
from policyhub.core.text import canonical_line
from policyhub.minutes.acts.texts import stale
from policyhub.minutes.models import Minutes
from policyhub.minutes.permissions import can_approve_minutes, can_publish_minutes
from policyhub.minutes.queries import get_text, open_corrections
from policyhub.minutes.rules import MINUTES_MOVES, MinutesState
from policyhub.participation.queries import roles_of
from policyhub.record.acts import append
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry


@transaction.atomic
def approve_minutes(*, actor: User, minutes: Minutes, approved_by: str, text_hash: str, at: datetime) -> Entry:
    """The minutes are approved as `approved_by` says: by the body at its next meeting, or certified by the chair."""
    minutes = hold(minutes, for_change=True)
    hold_rows(roles_of(actor, minutes.meeting.process))
    require(can_approve_minutes(actor, minutes))
    check(
        move_refused(MINUTES_MOVES, minutes.state, MinutesState.APPROVED, noun="These minutes"),
        stale(minutes, text_hash),
        _unanswered(minutes),
    )
    minutes.approved_by = canonical_line(approved_by, what="approval", limit=200, field="approved_by")
    minutes.state, minutes.approved_at = MinutesState.APPROVED, at
    minutes.save(update_fields=["state", "approved_by", "approved_at"])
    return _append(Kind.MINUTES_APPROVED, actor, "chair", minutes, at, approved_by=minutes.approved_by)


@transaction.atomic
def publish_minutes(*, actor: User, minutes: Minutes, text_hash: str, at: datetime) -> Entry:
    """Everybody can read the approved minutes, for good."""
    minutes = hold(minutes, for_change=True)
    hold_rows(roles_of(actor, minutes.meeting.process))
    require(can_publish_minutes(actor, minutes))
    check(
        move_refused(MINUTES_MOVES, minutes.state, MinutesState.PUBLISHED, noun="These minutes"),
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


def _unanswered(minutes: Minutes) -> Reason | None:
    waiting = open_corrections(minutes).count()
    if not waiting:
        return None
    many = "1 correction waits" if waiting == 1 else f"{waiting} corrections wait"
    return Reason("corrections", f"{many} for an answer. Take them in or decline them with a reason first.")
