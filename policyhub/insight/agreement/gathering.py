"""What entries claim of working and drafting groups: opened, joined, closed, reporting."""

from __future__ import annotations

from policyhub.drafting.models import Report
from policyhub.insight.agreement.claims import (
    Check,
    Claim,
    Said,
    hashed,
    is_now,
    of_org,
    of_person,
    stated,
    subject,
    subject_and,
    written,
)
from policyhub.participation.models import Group, GroupSeat
from policyhub.record.kinds import Kind

_GROUPS = Group.objects.select_related("process")
_NUMBERED = ("process__slug", "number")
_SEATS = GroupSeat.objects.select_related("group__process", "participation__organization")
_REPORTS = Report.objects.select_related("group__process", "version__document")


def _open(*, is_so: bool) -> Check:
    return is_now(is_so, lambda row: row.closed_at is None, "open")


def _joining(said: Said) -> tuple[str | int | bool, ...]:
    return (*said.parts, str(said.org))


CLAIMS: dict[Kind, tuple[Claim, ...]] = {
    Kind.GROUP_OPENED: (
        Claim(
            _GROUPS,
            _NUMBERED,
            subject,
            (
                stated("kind", "kind"),
                stated("name", "name"),
                hashed("purpose_hash", "purpose"),
                written("opened_at"),
                _open(is_so=True),
            ),
            makes=True,
        ),
    ),
    Kind.GROUP_CLOSED: (
        Claim(
            _GROUPS,
            _NUMBERED,
            subject,
            (hashed("reason_hash", "closed_reason"), written("closed_at"), _open(is_so=False)),
        ),
    ),
    Kind.GROUP_JOINED: (
        Claim(
            _SEATS,
            ("group__process__slug", "group__number", "participation__organization__slug"),
            _joining,
            (of_org("participation__organization__slug"), written("joined_at")),
            makes=True,
            sequence="group joined",
        ),
    ),
    Kind.GROUP_REPORTED: (
        Claim(
            _REPORTS,
            ("group__process__slug", "group__number", "number"),
            subject_and("number"),
            (
                stated("number", "number"),
                stated("document", "version__document__slug"),
                stated("version", "version__number"),
                stated("text_hash", "version__text_hash"),
                hashed("report_hash", "text"),
                of_person("reported_by_id"),
                written("reported_at"),
            ),
            makes=True,
        ),
    ),
}
