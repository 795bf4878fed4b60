"""Opening a document: the process's own line, or a competing one by an organization."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from policyhub.accounts.models import User
from policyhub.core.errors import check, refuse, require
from policyhub.core.locks import hold
from policyhub.core.text import bad_address, canonical_line
from policyhub.drafting.acts.speaking import hold_voice
from policyhub.drafting.acts.versions import import_version
from policyhub.drafting.models import Document
from policyhub.drafting.permissions import can_open_document
from policyhub.participation.acts.groups import over
from policyhub.participation.models import Group, Participation, Process
from policyhub.record.acts import append
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry

MAX_TITLE = 200


@transaction.atomic
def open_document(
    *,
    actor: User,
    process: Process,
    slug: str,
    title: str,
    owner: Participation | None = None,
    group: Group | None = None,
    at: datetime,
) -> Entry:
    """The document has an address and an owner, and waits for a first version; a group's is written by its members."""
    process = hold(process)
    voice = hold_voice(actor, process, owner, group)
    require(can_open_document(actor, process, owner, group))
    check(voice.voiceless(at), bad_address(slug), over(group) if group is not None else None)
    title = canonical_line(title, limit=MAX_TITLE, field="title")
    document = Document(process=process, slug=slug, title=title, owner=owner, group=group, opened_at=at)
    _save(document)
    return append(
        Kind.DOCUMENT_OPENED,
        actor=actor,
        role=voice.role,
        organization=voice.organization,
        process=process,
        subject=document.subject,
        body={
            "title": title,
            "owner": owner.organization.slug if owner is not None else None,
            "group": group.number if group is not None else None,
        },
        at=at,
    )


@transaction.atomic
def import_document(
    *, actor: User, process: Process, slug: str, title: str, markdown: str, note: str = "", at: datetime
) -> Entry:
    """The process has a new document of its own, with the Markdown as its first version."""
    opened = open_document(actor=actor, process=process, slug=slug, title=title, at=at)
    document = Document.objects.get(slug=slug)
    import_version(actor=actor, document=document, markdown=markdown, note=note, at=at)
    return opened


def _save(document: Document) -> None:
    try:
        with transaction.atomic():
            document.save(force_insert=True)
    except IntegrityError:
        raise refuse(
            "address", f"Another document has the address {document.slug}. Choose another one.", "slug"
        ) from None
