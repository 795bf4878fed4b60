"""Opening a process and saying who does what in it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import available_timezones

from django.db import IntegrityError, transaction

from policyhub.accounts.acts import ensure_person
from policyhub.accounts.models import User
from policyhub.core.canonical import moment
from policyhub.core.errors import Reason, check, refuse, require
from policyhub.core.locks import hold, hold_rows
from policyhub.core.text import bad_address, canonical_line, canonical_text, text_hash
from policyhub.participation.acts.naming import cannot_be_named
from policyhub.participation.models import Process, StaffRole
from policyhub.participation.permissions import can_convene, can_open_process
from policyhub.participation.queries import is_party, may_take_part, neutral_here, roles_of
from policyhub.participation.rules import ProcessState, StaffFunction
from policyhub.record.acts import append, commit_person
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry

# Words that stand where a process's address could stand.
RESERVED = frozenset({"new", "open"})
# In bytes: it stands at the head of pages.
MOST_SUMMARY = 4_000


@transaction.atomic
def open_process(
    *, actor: User, slug: str, title: str, summary: str, convener: str, timezone: str = "UTC", at: datetime
) -> Entry:
    """The process is announced and its opener is its convener."""
    require(can_open_process(actor))
    process = Process(slug=slug, title=title, summary=summary, convener=convener, timezone=timezone, opened_at=at)
    return begin_process(process, actor, at)


@transaction.atomic
def open_told_process(
    *,
    actor: User,
    slug: str,
    title: str,
    summary: str,
    convener: str,
    source_hash: str,
    is_demo: bool = False,
    timezone: str = "UTC",
    at: datetime,
) -> Entry:
    """A process opened from a file of that hash: until `finish_telling` its acts are told, not live.

    No door leads here: whoever can run commands on the machine may tell a file.
    """
    process = Process(
        slug=slug,
        title=title,
        summary=summary,
        convener=convener,
        timezone=timezone,
        opened_at=at,
        source_hash=source_hash,
        is_demo=is_demo,
    )
    return begin_process(process, actor, at)


@transaction.atomic
def finish_telling(*, process: Process, at: datetime) -> Entry:
    """The file has been told; from here on the process goes on live."""
    process = hold(process, for_change=True)
    if not process.is_being_told:
        raise refuse("not_told", f"{process.title} is not being told from a file.")
    entry = append(
        Kind.PROCESS_TOLD,
        actor=None,
        role="system",
        process=process,
        subject=process.subject,
        body={"until": moment(at)},
        at=at,
    )
    process.told_until = at
    process.save(update_fields=["told_until"])
    return entry


@transaction.atomic
def grant_role(*, actor: User, process: Process, function: StaffFunction, email: str, at: datetime) -> Entry:
    """The person with this address has the function in the process."""
    process = hold(process, for_change=True)
    hold_rows(roles_of(actor, process))
    require(can_convene(actor, process))
    person = ensure_person(email, at=at)
    check(_held_already(process, person, function), _cannot_serve(process, person, function))
    StaffRole.objects.create(process=process, user=person, function=function, since=at)
    return _append_role(Kind.ROLE_GRANTED, actor, process, person, function, at)


@transaction.atomic
def end_role(*, actor: User, role: StaffRole, at: datetime) -> Entry:
    """The person no longer has the function; a process keeps at least one convener."""
    process = hold(role.process, for_change=True)
    role = hold(role, for_change=True)
    require(can_convene(actor, process))
    conveners = StaffRole.objects.filter(process=process, function=StaffFunction.CONVENER, until__isnull=True)
    if role.until is not None:
        raise refuse("ended", "This function was ended before. Nothing was changed.")
    if role.function == StaffFunction.CONVENER and conveners.count() == 1:
        raise refuse("last_convener", "Name another convener first: a process is never left without one.")
    role.until = at
    role.save(update_fields=["until"])
    return _append_role(Kind.ROLE_ENDED, actor, process, role.user, StaffFunction(role.function), at)


def begin_process(
    process: Process, actor: User | None, at: datetime, reported: dict[str, list[str]] | None = None
) -> Entry:
    """The process is there, with its opener as its convener; one that an archivist tells of has nobody."""
    check(_zone_unknown(process.timezone), bad_address(process.slug), _reserved(process.slug))
    process.title = canonical_line(process.title, limit=200, field="title")
    process.summary = canonical_text(process.summary, what="summary", limit=MOST_SUMMARY, field="summary")
    process.convener = canonical_line(process.convener, what="name", limit=200, field="convener")
    process.state = ProcessState.CHARTERING
    try:
        with transaction.atomic():
            process.save(force_insert=True)
    except IntegrityError:
        raise refuse("slug_taken", f"Another process has the address {process.slug}. Choose another.", "slug") from None
    if actor is not None:
        StaffRole.objects.create(process=process, user=actor, function=StaffFunction.CONVENER, since=at)
    return append(
        Kind.PROCESS_OPENED,
        actor=actor,
        role="convener" if actor is not None else "archivist",
        process=process,
        subject=process.subject,
        body={
            "title": process.title,
            "convener": process.convener,
            "summary_hash": text_hash(process.summary),
            "timezone": process.timezone,
            "source_hash": process.source_hash,
            "reported_by": process.reported_by or None,
        },
        reported=reported,
        at=at,
    )


def _append_role(
    kind: Kind, actor: User, process: Process, person: User, function: StaffFunction, at: datetime
) -> Entry:
    return append(
        kind,
        actor=actor,
        role="convener",
        process=process,
        subject=process.subject,
        body={"role": function.value, "person": commit_person(person)},
        at=at,
    )


def _held_already(process: Process, person: User, function: StaffFunction) -> Reason | None:
    if not roles_of(person, process, [function]).exists():
        return None
    return Reason("held", f"{person.email} has this function already.", "email")


def _cannot_serve(process: Process, person: User, function: StaffFunction) -> Reason | None:
    if may_take_part(person, process) and not (function in neutral_here(process) and is_party(person, process)):
        return None
    return cannot_be_named(person)


def _reserved(slug: str) -> Reason | None:
    if slug not in RESERVED:
        return None
    return Reason("slug_taken", f"The address {slug} is the site's own. Choose another.", "slug")


def _zone_unknown(timezone: str) -> Reason | None:
    if timezone in available_timezones():
        return None
    return Reason("zone", f"{timezone} is no time zone. Write one like America/New_York.", "timezone")
