"""What entries claim of people's rights, processes, charters, staff and seats."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from policyhub.accounts.models import User
from policyhub.insight.agreement.claims import (
    UNKNOWN,
    Check,
    Claim,
    Said,
    hashed,
    is_now,
    of_org,
    of_person,
    seat,
    stated,
    subject,
    subject_and,
    timed,
    with_person,
    written,
)
from policyhub.participation.models import (
    Announcement,
    Charter,
    CharterProposal,
    PartialWithdrawal,
    Participation,
    Process,
    Representative,
    StaffRole,
    Withdrawal,
)
from policyhub.participation.rules import ParticipationState, ProcessState
from policyhub.record.kinds import Kind

_PROCESSES = Process.objects.all()
_PEOPLE = User.objects.all()
_ROLES = StaffRole.objects.select_related("process")
_OF_ROLE = ("process__slug", "function", "user_id")
_SEATS = Participation.objects.select_related("process", "organization", "category")
_OF_SEAT = ("process__slug", "organization__slug")
_MANDATES = Representative.objects.select_related("participation__process", "participation__organization")
_OF_MANDATE = ("participation__process__slug", "participation__organization__slug", "mandate", "user_id")
_LEAVING = Withdrawal.objects.select_related(
    "participation__process", "participation__organization", "participation__category", "statement"
).prefetch_related("requirements")
_ANNOUNCED = Announcement.objects.select_related(
    "participation__process", "participation__organization", "participation__category", "statement"
).prefetch_related("requirements")
_STEPPED = PartialWithdrawal.objects.select_related(
    "participation__process", "participation__organization", "participation__category"
).prefetch_related("requirements")
_OF_LEAVING = ("participation__process__slug", "participation__organization__slug")


def _process(said: Said) -> Any:
    return said.process


def _person(*checks: Check) -> Claim:
    return Claim(_PEOPLE, ("pk",), with_person(), (of_person("pk", "person"), *checks))


def _role(kind: str) -> Claim:
    """The row of a function that was given; of one that ended, once it ended."""
    ended = kind == "ended"
    return Claim(
        _ROLES.filter(until__isnull=False) if ended else _ROLES,
        _OF_ROLE,
        with_person(_process, lambda said: said.body["role"]),
        (
            stated("role", "function"),
            of_person("user_id", "person"),
            written("until" if ended else "since"),
        ),
        makes=not ended,
        sequence=f"role {kind}",
        order=("until", "pk") if ended else ("pk",),
    )


def _mandate(kind: str) -> Claim:
    ended = kind == "ended"
    return Claim(
        _MANDATES.filter(until__isnull=False) if ended else _MANDATES,
        _OF_MANDATE,
        with_person(_process, lambda said: said.parts[0], lambda said: said.body["role"]),
        (
            stated("role", "mandate"),
            *(() if ended else (hashed("authority_hash", "authority"), timed("ends_at", "ends_at"))),
            of_person("user_id", "person"),
            of_org("participation__organization__slug", or_none=True),
            written("until" if ended else "since"),
        ),
        makes=not ended,
        sequence=f"mandate {kind}",
        order=("until", "pk") if ended else ("pk",),
    )


def seat_claim(state: ParticipationState, *checks: Check, sequence: str, column: str, makes: bool = False) -> Claim:
    rows = _SEATS.filter(**{f"{column}__isnull": False})
    return Claim(
        rows,
        _OF_SEAT,
        seat,
        (
            *checks,
            of_org("organization__slug", or_none=True),
            Check("at", lambda said: said.entry, lambda row, said: _time_written(row, said, column), beside=True),
            is_now(state, "state", "seat"),
        ),
        makes=makes,
        sequence=sequence,
    )


def _term(name: str) -> Check:
    """What the proposed charter says is what its row keeps."""
    return stated(name, lambda row: row.terms[name])


_PLACE = (stated("category", "category__slug"), stated("standing", "standing"))
_ASKED = (stated("name", "organization__name"), *_PLACE)


def _said_leaving(rows: QuerySet[Any], *checks: Check, sequence: str, scoped: bool = False) -> Claim:
    """What an organization said when it left, or announced that it would leave, against the row that keeps it."""
    return Claim(
        rows,
        (*_OF_LEAVING, "scope") if scoped else _OF_LEAVING,
        (lambda said: (*seat(said), said.body["scope"])) if scoped else seat,
        (
            stated("category", "participation__category__slug"),
            timed("effective_at", "effective_at"),
            stated("permanent", "is_permanent"),
            hashed("reason_hash", "reason"),
            hashed("return_condition_hash", "return_condition"),
            stated("claimed_on", lambda row: row.claimed_on.isoformat() if row.claimed_on is not None else None),
            Check("requirements", lambda said: sorted(said.body["requirements"]), lambda row: _requirements(row)),
            of_org("participation__organization__slug", or_none=True),
            *checks,
        ),
        makes=True,
        sequence=sequence,
    )


LEAVING: dict[Kind, tuple[Claim, ...]] = {
    Kind.ORGANIZATION_WITHDRAWN: (
        seat_claim(
            ParticipationState.WITHDRAWN,
            timed("effective_at", "withdrawn_at"),
            sequence="seat withdrawn",
            column="withdrawn_at",
        ),
        _said_leaving(_LEAVING, stated("statement", "statement__number"), sequence="withdrawal"),
    ),
    Kind.WITHDRAWAL_ANNOUNCED: (
        _said_leaving(
            _ANNOUNCED,
            stated("statement", "statement__number"),
            written("announced_at"),
            sequence="announcement",
        ),
    ),
    Kind.WITHDRAWAL_REVOKED: (
        Claim(
            _ANNOUNCED.filter(revoked_at__isnull=False),
            _OF_LEAVING,
            seat,
            (
                hashed("reason_hash", "revoked_reason"),
                of_org("participation__organization__slug"),
                written("revoked_at"),
            ),
            sequence="revocation",
            order=("revoked_at", "pk"),
        ),
    ),
    Kind.PART_LEFT: (_said_leaving(_STEPPED, stated("scope", "scope"), sequence="stepping out", scoped=True),),
    Kind.PART_RESUMED: (
        Claim(
            _STEPPED.filter(returned_at__isnull=False),
            (*_OF_LEAVING, "scope"),
            lambda said: (*seat(said), said.body["scope"]),
            (stated("scope", "scope"), of_org("participation__organization__slug"), written("returned_at")),
            sequence="coming back",
            order=("returned_at", "pk"),
        ),
    ),
}

_TERMS_OF_CALLS = ("ballot_rule", "sealed_calls", "appeal_days")

CLAIMS: dict[Kind, tuple[Claim, ...]] = {
    Kind.OPERATOR_APPOINTED: (
        _person(
            Check("type", lambda said: True, lambda row: row.is_operator),
            is_now(True, "may_convene", "convening"),
        ),
    ),
    Kind.CONVENING_ALLOWED: (_person(is_now(True, "may_convene", "convening")),),
    Kind.KEY_ROTATED: (),
    Kind.LOG_STARTED: (),
    Kind.TEXT_REDACTED: (),
    Kind.PERSON_ERASED: (),
    Kind.CONVENING_ENDED: (_person(is_now(False, "may_convene", "convening")),),
    Kind.PROCESS_OPENED: (
        Claim(
            _PROCESSES,
            ("slug",),
            subject,
            (
                stated("title", "title"),
                stated("convener", "convener"),
                hashed("summary_hash", "summary"),
                stated("timezone", "timezone"),
                stated("source_hash", "source_hash"),
                stated("reported_by", lambda row: row.reported_by or None),
                written("opened_at"),
                is_now(ProcessState.CHARTERING, "state", "process"),
            ),
            makes=True,
        ),
        Claim(
            _ROLES,
            _OF_ROLE,
            with_person(_process, lambda said: "convener", person="actor"),
            (of_person("user_id"), written("since")),
            makes=True,
            sequence="role granted",
            applies=lambda said: said.body["reported_by"] is None,
        ),
    ),
    Kind.PROCESS_TOLD: (Claim(_PROCESSES, ("slug",), subject, (timed("until", "told_until"),)),),
    Kind.ROLE_GRANTED: (_role("granted"),),
    Kind.ROLE_ENDED: (_role("ended"),),
    Kind.CHARTER_ADOPTED: (
        Claim(
            Charter.objects.select_related("process").prefetch_related("process__categories"),
            ("process__slug", "version"),
            subject_and("version"),
            (
                stated("version", "version"),
                hashed("scope_hash", "scope"),
                stated("categories", lambda row: _categories(row)),
                *(stated(name, name) for name in ("rule", "notice_days", "call_hours", "treatment", "balance")),
                stated("chair_may_be_party", "chair_may_be_party"),
                *(stated(name, name) for name in _TERMS_OF_CALLS),
                stated("two_persons_admit", "two_persons_admit"),
                written("adopted_at"),
            ),
            makes=True,
        ),
        Claim(_PROCESSES, ("slug",), subject, (is_now(ProcessState.ACTIVE, "state", "process"),)),
    ),
    Kind.CHARTER_PROPOSED: (
        Claim(
            CharterProposal.objects.select_related("process"),
            ("process__slug", "version"),
            subject_and("version"),
            (
                stated("version", "version"),
                hashed("scope_hash", "scope"),
                hashed("reason_hash", "reason"),
                timed("not_before", "not_before"),
                *(_term(name) for name in ("categories", "rule", "notice_days", "call_hours", "treatment", "balance")),
                _term("chair_may_be_party"),
                _term("two_persons_admit"),
                *(_term(name) for name in _TERMS_OF_CALLS),
                written("proposed_at"),
            ),
            makes=True,
            sequence="charter proposed",
        ),
    ),
    Kind.CHARTER_PROPOSAL_DROPPED: (
        Claim(
            CharterProposal.objects.filter(dropped_at__isnull=False).select_related("process"),
            ("process__slug", "version"),
            subject_and("version"),
            (hashed("reason_hash", "dropped_reason"), stated("version", "version"), written("dropped_at")),
            sequence="charter dropped",
        ),
    ),
    Kind.ORGANIZATION_INVITED: (
        seat_claim(
            ParticipationState.INVITED,
            *_ASKED,
            of_person("asked_by_id"),
            sequence="seat asked",
            column="asked_at",
            makes=True,
        ),
    ),
    Kind.ORGANIZATION_APPLIED: (
        seat_claim(
            ParticipationState.APPLIED,
            *_ASKED,
            of_person("asked_by_id"),
            sequence="seat asked",
            column="asked_at",
            makes=True,
        ),
    ),
    Kind.ORGANIZATION_ADMITTED: (
        seat_claim(ParticipationState.ACTIVE, *_PLACE, sequence="seat admitted", column="admitted_at"),
    ),
    Kind.ADMISSION_APPROVED: (
        Claim(
            _SEATS.filter(approved_at__isnull=False),
            _OF_SEAT,
            seat,
            (of_person("approved_by_id"), written("approved_at")),
            sequence="seat approved",
            order=("approved_at", "pk"),
        ),
    ),
    Kind.ORGANIZATION_DECLINED: (
        seat_claim(
            ParticipationState.DECLINED,
            hashed("reason_hash", "declined_reason"),
            sequence="seat declined",
            column="declined_at",
        ),
    ),
    **LEAVING,
    Kind.REPRESENTATIVE_NAMED: (_mandate("named"),),
    Kind.REPRESENTATIVE_ENDED: (_mandate("ended"),),
}


def _time_written(seat: Participation, said: Said, column: str) -> Any:
    """The time of the act in the row; what the clock wrote down happened at its announced time, before that."""
    return UNKNOWN if said.entry.actor["role"] == "system" else getattr(seat, column)


def _categories(charter: Charter) -> list[dict[str, str | None]]:
    """The categories that the charter lists, by the names that organizations sit under now."""
    names = {each.slug: each.name for each in charter.process.categories.all()}
    return [{"slug": each["slug"], "name": names.get(each["slug"])} for each in charter.categories]


def _requirements(withdrawal: Withdrawal | Announcement | PartialWithdrawal) -> list[int]:
    return sorted(each.number for each in withdrawal.requirements.all())
