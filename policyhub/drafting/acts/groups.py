"""A group reports to the whole table, by the chair, with the version that it wrote."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from policyhub.accounts.models import User
from policyhub.core.errors import Reason, check, require
from policyhub.core.locks import hold, hold_rows
from policyhub.core.numbers import next_number
from policyhub.core.text import canonical_text, text_hash
from policyhub.drafting.models import Report, Version
from policyhub.participation.acts.groups import append_for_staff, over
from policyhub.participation.models import Group
from policyhub.participation.permissions import can_open_group
from policyhub.participation.queries import roles_of
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry


@transaction.atomic
def report_group(*, actor: User, group: Group, text: str, version: Version | None = None, at: datetime) -> Entry:
    """Everybody reads what the group came to, beside the exact version that it wrote; nothing is decided by it."""
    process = hold(group.process)
    group = hold(group, for_change=True)
    hold_rows(roles_of(actor, process))
    require(can_open_group(actor, process))
    check(over(group), _foreign(group, version))
    report = Report.objects.create(
        group=group,
        number=next_number(group.reports.all()),
        text=canonical_text(text, what="report", field="text"),
        version=version,
        reported_at=at,
        reported_by=actor,
    )
    body = {
        "number": report.number,
        "document": version.document.slug if version is not None else None,
        "version": version.number if version is not None else None,
        "text_hash": version.text_hash if version is not None else None,
        "report_hash": text_hash(report.text),
    }
    return append_for_staff(Kind.GROUP_REPORTED, actor, group, body, at)


def _foreign(group: Group, version: Version | None) -> Reason | None:
    if version is None or version.document.group_id == group.pk:
        return None
    return Reason("foreign", f"Choose a version of a text that {group} wrote.", "version")
