"""Ordering an edition, which pins it, and publishing the file that was made from the pin."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction

from policyhub.accounts.models import User
from policyhub.core.errors import Reason, check, refuse, require
from policyhub.core.locks import hold, hold_rows
from policyhub.core.numbers import next_number
from policyhub.decisions.queries import sealed_calls, state_at
from policyhub.decisions.rules import CallState
from policyhub.drafting.models import Version
from policyhub.participation.queries import roles_of
from policyhub.participation.rules import StaffFunction
from policyhub.publishing.models import Edition, File
from policyhub.publishing.permissions import can_order_edition
from policyhub.publishing.render import ENGINE, template_hash
from policyhub.record.acts import append
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry
from policyhub.record.queries import root_at, size

LANGUAGES = ("en",)


@transaction.atomic
def pin_edition(
    *, actor: User, version: Version, against: Version | None = None, language: str = "en", at: datetime
) -> Entry:
    """An edition of the version is ordered: what it will be made of is fixed, the record's size and root with it."""
    document = hold(version.document, for_change=True)
    roles = roles_of(actor, document.process, [StaffFunction.CONVENER, StaffFunction.CHAIR])
    hold_rows(roles)
    require(can_order_edition(actor, document.process))
    check(_foreign(version, against), _unknown_language(language), _being_opened(version, at))
    entries = size()
    edition = Edition.objects.create(
        document=document,
        number=next_number(document.editions.all()),
        version=version,
        against=against,
        language=language,
        record_size=entries,
        record_root=f"sha256:{root_at(entries).hex()}",
        engine=ENGINE,
        template=template_hash(),
        pinned_at=at,
        pinned_by=actor,
    )
    return append(
        Kind.EDITION_PINNED,
        actor=actor,
        role=roles.order_by("function")[0].function,
        process=document.process,
        subject=edition.subject,
        body={
            "document": document.slug,
            "version": version.number,
            "against": against.number if against else None,
            "language": language,
            "text_hash": version.text_hash,
            "size": entries,
            "root": edition.record_root,
            "engine": edition.engine,
            "template": edition.template,
        },
        at=at,
    )


@transaction.atomic
def publish_edition(*, edition: Edition, data: bytes, at: datetime) -> Entry:
    """The file made from the pin is public; its hash is on the record. Done by the renderer, not by a person."""
    edition = hold(edition, for_change=True)
    if edition.file_hash is not None:
        raise refuse("published", f"{edition} is published already. Nothing was changed.")
    edition.file_hash, edition.published_at = file_hash(data), at
    File.objects.get_or_create(hash=edition.file_hash, defaults={"media_type": "application/pdf", "data": data})
    edition.save(update_fields=["file_hash", "published_at"])
    return append(
        Kind.EDITION_PUBLISHED,
        actor=None,
        role="system",
        process=edition.document.process,
        subject=edition.subject,
        body={
            "document": edition.document.slug,
            "version": edition.version.number,
            "number": edition.number,
            "file_hash": edition.file_hash,
            "bytes": len(data),
        },
        at=at,
    )


def note_failure(*, edition: Edition, sentence: str) -> None:
    """Say on the edition's page why it could not be rendered; ordering it again makes a new one."""
    Edition.objects.filter(pk=edition.pk, file_hash__isnull=True).update(failure=sentence)


def file_hash(data: bytes) -> str:
    """SHA-256 over a file's exact bytes, as `sha256:` and 64 digits."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def _foreign(version: Version, against: Version | None) -> Reason | None:
    if against is None or (against.document_id == version.document_id and against.pk != version.pk):
        return None
    return Reason("against", "Compare with another version of the same document.", "against")


def _being_opened(version: Version, at: datetime) -> Reason | None:
    """An edition says how a call went: between its end and the opening of what was sealed nobody knows."""
    over = [call for call in sealed_calls(version) if state_at(call, at) is CallState.CLOSED]
    if not over:
        return None
    return Reason("being_opened", f"{over[0]} has just closed and its positions are being opened. Try in a minute.")


def _unknown_language(language: str) -> Reason | None:
    if language in LANGUAGES:
        return None
    return Reason("language", f"There is no edition in {language}. Choose one of {', '.join(LANGUAGES)}.", "language")
