"""What entries claim of archives: who took part, what was held, what sources say."""

from __future__ import annotations

from policyhub.insight.agreement.claims import Claim, hashed, is_now, stated, subject, subject_and, written
from policyhub.insight.agreement.seats import seat_claim
from policyhub.meetings.models import ReportedMeeting
from policyhub.participation.models import Claim as ClaimRow
from policyhub.participation.models import Process
from policyhub.participation.rules import ParticipationState, ProcessState
from policyhub.record.kinds import Kind

CLAIMS: dict[Kind, tuple[Claim, ...]] = {
    Kind.PROCESS_CONCLUDED: (
        Claim(
            Process.objects.all(),
            ("slug",),
            subject,
            (
                hashed("reason_hash", "concluded_reason"),
                written("concluded_at"),
                is_now(ProcessState.CONCLUDED, "state", "process"),
            ),
        ),
    ),
    Kind.ORGANIZATION_REPORTED: (
        seat_claim(
            ParticipationState.ACTIVE,
            stated("name", "organization__name"),
            stated("category", "category__slug"),
            stated("category_name", "category__name"),
            sequence="seat asked",
            column="asked_at",
            makes=True,
        ),
    ),
    Kind.MEETING_REPORTED: (
        Claim(
            ReportedMeeting.objects.select_related("process"),
            ("process__slug", "number"),
            subject_and("number"),
            (
                *(stated(name, name) for name in ("number", "title", "kind", "sitting")),
                stated("on", lambda row: row.on.isoformat()),
                stated("noticed_on", lambda row: row.noticed_on.isoformat() if row.noticed_on is not None else None),
                hashed("note_hash", "note"),
                written("recorded_at"),
            ),
            makes=True,
        ),
    ),
    Kind.CLAIM_RECORDED: (
        Claim(
            ClaimRow.objects.select_related("process"),
            ("process__slug", "number"),
            subject,
            (
                *(stated(name, name) for name in ("topic", "mark")),
                stated("on", lambda row: row.on.isoformat() if row.on is not None else None),
                hashed("says_hash", "says"),
                written("recorded_at"),
            ),
            makes=True,
        ),
    ),
}
