"""Saying which clauses a requirement is about."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from policyhub.accounts.models import User
from policyhub.core.errors import Reason, check, refuse, require
from policyhub.core.locks import hold
from policyhub.drafting.acts.speaking import Voice, hold_voice
from policyhub.drafting.models import Clause, Link
from policyhub.drafting.permissions import can_mark_requirement
from policyhub.participation.models import Requirement
from policyhub.record.acts import append
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry


@transaction.atomic
def link_requirement(*, actor: User, requirement: Requirement, clause: Clause, at: datetime) -> Entry:
    """The requirement is about this clause: when a version changes it, the holder is asked again."""
    requirement, voice = _hold(actor, requirement)
    check(voice.voiceless(at), _foreign(requirement, clause), kept_back(requirement))
    try:
        with transaction.atomic():
            link = Link.objects.create(requirement=requirement, clause=clause, linked_at=at)
    except IntegrityError:
        raise refuse("linked", "This requirement is linked to that clause already.", "clause") from None
    return _append(Kind.REQUIREMENT_LINKED, actor, voice, link, at)


@transaction.atomic
def unlink_requirement(*, actor: User, link: Link, at: datetime) -> Entry:
    """The requirement is no longer about this clause."""
    _, voice = _hold(actor, link.requirement)
    link = hold(link, for_change=True)
    check(voice.voiceless(at))
    if link.ended_at is not None:
        raise refuse("unlinked", "This link was ended before. Nothing was changed.")
    link.ended_at = at
    link.save(update_fields=["ended_at"])
    return _append(Kind.REQUIREMENT_UNLINKED, actor, voice, link, at)


def kept_back(requirement: Requirement) -> Reason | None:
    """Why nothing can be said in public about a requirement: it is kept back, or was dropped."""
    if requirement.dropped_at is not None:
        return Reason("dropped", "This requirement was dropped: nothing more is said about it.")
    if requirement.is_public:
        return None
    return Reason("kept_back", "Release this requirement first: this would tell of it in public.")


def _hold(actor: User, requirement: Requirement) -> tuple[Requirement, Voice]:
    requirement = hold(requirement)
    voice = hold_voice(actor, requirement.process, requirement.participation)
    require(can_mark_requirement(actor, requirement))
    return requirement, voice


def _append(kind: Kind, actor: User, voice: Voice, link: Link, at: datetime) -> Entry:
    return append(
        kind,
        actor=actor,
        role=voice.role,
        organization=voice.organization,
        process=link.requirement.process,
        subject=link.requirement.subject,
        body={"document": link.clause.document.slug, "clause": link.clause.key},
        at=at,
    )


def _foreign(requirement: Requirement, clause: Clause) -> Reason | None:
    if clause.process_id == requirement.process_id:
        return None
    return Reason("foreign", "Link clauses of this process's texts only.", "clause")
