"""Marks: what the holder of a requirement says of one version."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from policyhub.accounts.models import User
from policyhub.core.errors import Reason, check, require
from policyhub.core.locks import hold
from policyhub.core.text import optional_text, text_hash
from policyhub.drafting.acts.links import kept_back
from policyhub.drafting.acts.speaking import hold_voice
from policyhub.drafting.models import Mark, Version
from policyhub.drafting.permissions import can_mark_requirement
from policyhub.participation.models import Requirement
from policyhub.record.acts import append
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry


@transaction.atomic
def mark_requirement(
    *,
    actor: User,
    requirement: Requirement,
    version: Version,
    value: Mark.Value,
    note: str = "",
    read_hash: str | None = None,
    at: datetime,
) -> Entry:
    """The holder's word on this version stands; a later word on the same version takes its place.

    `read_hash` names the version's text that was read; refused when it is another.
    """
    requirement = hold(requirement, for_change=True)
    voice = hold_voice(actor, requirement.process, requirement.participation)
    require(can_mark_requirement(actor, requirement))
    check(voice.voiceless(at), kept_back(requirement), _foreign(requirement, version), _stale(version, read_hash))
    note = optional_text(note, what="note", field="note")
    check(_said(requirement, version, value, note))
    Mark.objects.update_or_create(
        requirement=requirement, version=version, defaults={"value": value, "note": note, "marked_at": at}
    )
    return append(
        Kind.REQUIREMENT_MARKED,
        actor=actor,
        role=voice.role,
        organization=voice.organization,
        process=requirement.process,
        subject=requirement.subject,
        body={
            "document": version.document.slug,
            "version": version.number,
            "text_hash": version.text_hash,
            "mark": str(Mark.Value(value)),
            "note_hash": text_hash(note) if note else None,
        },
        at=at,
    )


def _foreign(requirement: Requirement, version: Version) -> Reason | None:
    if version.document.process_id == requirement.process_id:
        return None
    return Reason("foreign", "Mark versions of this process's documents only.", "version")


def _stale(version: Version, read_hash: str | None) -> Reason | None:
    if read_hash is None or read_hash == version.text_hash:
        return None
    return Reason("text_changed", "This is not the text that you read. Read the version again, then mark it.")


def _said(requirement: Requirement, version: Version, value: Mark.Value, note: str) -> Reason | None:
    if not Mark.objects.filter(requirement=requirement, version=version, value=value, note=note).exists():
        return None
    return Reason("said", "You have said exactly this of this version already. Nothing was changed.")
