"""Working and drafting groups: opened by chair or convener, joined by whoever wants, left without leaving all."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from policyhub.accounts.models import User
from policyhub.core.errors import Reason, check, refuse, require
from policyhub.core.locks import hold, hold_rows
from policyhub.core.numbers import next_number
from policyhub.core.text import canonical_line, canonical_text, text_hash
from policyhub.participation.models import Group, GroupSeat, Participation, Process
from policyhub.participation.permissions import can_join_group, can_open_group
from policyhub.participation.queries import mandates_of, roles_of
from policyhub.participation.rules import GroupKind, ProcessState, StaffFunction
from policyhub.record.acts import append
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry

MOST_PURPOSE = 8_000


@transaction.atomic
def open_group(*, actor: User, process: Process, kind: GroupKind, name: str, purpose: str, at: datetime) -> Entry:
    """Every organization at the table can join the group, meet and draft in it; it reports to all, decides nothing."""
    process = hold(process, for_change=True)
    hold_rows(roles_of(actor, process))
    require(can_open_group(actor, process))
    check(_no_charter(process))
    group = Group(
        process=process,
        number=next_number(process.groups.all()),
        kind=kind,
        name=canonical_line(name, what="name", limit=120, field="name"),
        purpose=canonical_text(purpose, what="purpose", limit=MOST_PURPOSE, field="purpose"),
        opened_at=at,
    )
    try:
        with transaction.atomic():
            group.save(force_insert=True)
    except IntegrityError:
        raise refuse("name", f"There is a group named {group.name} already. Choose another name.", "name") from None
    body = {"kind": kind.value, "name": group.name, "purpose_hash": text_hash(group.purpose)}
    return append_for_staff(Kind.GROUP_OPENED, actor, group, body, at)


@transaction.atomic
def close_group(*, actor: User, group: Group, reason: str, at: datetime) -> Entry:
    """The group has done its work, or will not; what it wrote and reported stays."""
    process = hold(group.process, for_change=True)
    group = hold(group, for_change=True)
    hold_rows(roles_of(actor, process))
    require(can_open_group(actor, process))
    check(over(group))
    group.closed_at, group.closed_reason = at, canonical_text(reason, what="reason", field="reason")
    group.save(update_fields=["closed_at", "closed_reason"])
    return append_for_staff(Kind.GROUP_CLOSED, actor, group, {"reason_hash": text_hash(group.closed_reason)}, at)


@transaction.atomic
def join_group(*, actor: User, participation: Participation, group: Group, at: datetime) -> Entry:
    """The organization is in the group: it can draft in it, and counts for the quorum of its meetings."""
    group = hold(group)
    participation = hold(participation, for_change=True)
    mandates = mandates_of(actor, participation)
    hold_rows(mandates)
    require(can_join_group(actor, participation))
    check(participation.unseated(at), over(group), _elsewhere(participation, group))
    try:
        with transaction.atomic():
            GroupSeat.objects.create(group=group, participation=participation, joined_at=at)
    except IntegrityError:
        known = f"{participation.organization} has joined {group} already. If it stepped out, it can come back."
        raise refuse("joined", known, "group") from None
    return append(
        Kind.GROUP_JOINED,
        actor=actor,
        role=mandates[0].mandate,
        organization=participation.organization.slug,
        process=group.process,
        subject=group.subject,
        body={},
        at=at,
    )


def append_for_staff(kind: Kind, actor: User, group: Group, body: dict[str, Any], at: datetime) -> Entry:
    """An entry about a group, by the chair or the convener."""
    functions = [StaffFunction.CHAIR, StaffFunction.CONVENER]
    role = roles_of(actor, group.process, functions).order_by("function")[0].function
    return append(kind, actor=actor, role=role, process=group.process, subject=group.subject, body=body, at=at)


def over(group: Group) -> Reason | None:
    """Why nothing more happens in the group, or None while it works."""
    if group.closed_at is None:
        return None
    return Reason("closed", f"The group {group} is closed. Nothing was changed.", "group")


def _no_charter(process: Process) -> Reason | None:
    if process.state == ProcessState.ACTIVE:
        return None
    return Reason("no_charter", "Adopt the charter first: until then nobody sits at the table who could work in it.")


def _elsewhere(participation: Participation, group: Group) -> Reason | None:
    if participation.process_id == group.process_id:
        return None
    return Reason("foreign", "Join a group of the process in which your organization sits.", "group")
