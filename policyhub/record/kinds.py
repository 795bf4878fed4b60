"""What can stand on the record: each kind of entry and the fields its body has.

`process` is added to every body whose subject is not the process itself, `told_at` to every told entry, `reported`
(the sources, and what is unknown) to what an archivist tells; none of them is listed here. Prose goes in by its hash,
so that a leaf stays small and a text can be redacted.
"""

from __future__ import annotations

from enum import StrEnum

# The subject of what concerns the record as a whole.
LOG = "log"


class Kind(StrEnum):
    """The type of an entry, as `noun.verbed`."""

    OPERATOR_APPOINTED = "operator.appointed"
    CONVENING_ALLOWED = "convening.allowed"
    CONVENING_ENDED = "convening.ended"
    PROCESS_OPENED = "process.opened"
    PROCESS_TOLD = "process.told"
    PROCESS_CONCLUDED = "process.concluded"
    ORGANIZATION_REPORTED = "organization.reported"
    MEETING_REPORTED = "meeting.reported"
    CLAIM_RECORDED = "claim.recorded"
    ROLE_GRANTED = "role.granted"
    ROLE_ENDED = "role.ended"
    CHARTER_ADOPTED = "charter.adopted"
    CHARTER_PROPOSED = "charter.proposed"
    CHARTER_PROPOSAL_DROPPED = "charter.dropped"
    ORGANIZATION_INVITED = "organization.invited"
    ORGANIZATION_APPLIED = "organization.applied"
    ADMISSION_APPROVED = "admission.approved"
    ORGANIZATION_ADMITTED = "organization.admitted"
    ORGANIZATION_DECLINED = "organization.declined"
    ORGANIZATION_WITHDRAWN = "organization.withdrawn"
    WITHDRAWAL_ANNOUNCED = "withdrawal.announced"
    WITHDRAWAL_REVOKED = "withdrawal.revoked"
    GROUP_OPENED = "group.opened"
    GROUP_CLOSED = "group.closed"
    GROUP_JOINED = "group.joined"
    GROUP_REPORTED = "group.reported"
    PART_LEFT = "part.left"
    PART_RESUMED = "part.resumed"
    AFFILIATION_DECLARED = "affiliation.declared"
    AFFILIATION_FOUND = "affiliation.found"
    AFFILIATION_CONFIRMED = "affiliation.confirmed"
    AFFILIATION_ENDED = "affiliation.ended"
    PROFILE_DECLARED = "profile.declared"
    REPRESENTATIVE_NAMED = "representative.named"
    REPRESENTATIVE_ENDED = "representative.ended"
    POINT_ADDED = "point.added"
    REQUIREMENT_DECLARED = "requirement.declared"
    REQUIREMENT_LODGED = "requirement.lodged"
    REQUIREMENT_RELEASED = "requirement.released"
    REQUIREMENT_SPONSORED = "requirement.sponsored"
    REQUIREMENT_UNSPONSORED = "requirement.unsponsored"
    REQUIREMENT_DROPPED = "requirement.dropped"
    REQUIREMENT_LINKED = "requirement.linked"
    REQUIREMENT_UNLINKED = "requirement.unlinked"
    REQUIREMENT_MARKED = "requirement.marked"
    STATEMENT_PUBLISHED = "statement.published"
    STATEMENT_SIGNED = "statement.signed"
    STATEMENT_ANSWERED = "statement.answered"
    DOCUMENT_OPENED = "document.opened"
    VERSION_PUBLISHED = "version.published"
    COMMENT_MADE = "comment.made"
    COMMENT_ANSWERED = "comment.answered"
    MEETING_NOTICED = "meeting.noticed"
    AGENDA_PUBLISHED = "agenda.published"
    MEETING_OPENED = "meeting.opened"
    MEETING_RECESSED = "meeting.recessed"
    MEETING_RESUMED = "meeting.resumed"
    MEETING_ADJOURNED = "meeting.adjourned"
    MEETING_CLOSED = "meeting.closed"
    MEETING_CANCELLED = "meeting.cancelled"
    ATTENDANCE_RECORDED = "attendance.recorded"
    MINUTES_DRAFTED = "minutes.drafted"
    MINUTES_CIRCULATED = "minutes.circulated"
    CORRECTION_PROPOSED = "correction.proposed"
    CORRECTION_DECLINED = "correction.declined"
    MINUTES_CORRECTED = "minutes.corrected"
    MINUTES_APPROVED = "minutes.approved"
    MINUTES_PUBLISHED = "minutes.published"
    CALL_OPENED = "call.opened"
    CALL_SUSPENDED = "call.suspended"
    CALL_RESUMED = "call.resumed"
    CALL_VOIDED = "call.voided"
    CALL_CLOSED = "call.closed"
    CALL_DETERMINED = "call.determined"
    POSITION_CAST = "position.cast"
    POSITION_SEALED = "position.sealed"
    POSITION_UNSEALED = "position.unsealed"
    POSITION_ENTERED = "position.entered"
    OBJECTION_ANSWERED = "objection.answered"
    OBJECTION_LIFTED = "objection.lifted"
    EDITION_PINNED = "edition.pinned"
    EDITION_PUBLISHED = "edition.published"
    KEY_ROTATED = "key.rotated"
    LOG_STARTED = "log.started"
    PERSON_ERASED = "person.erased"
    TEXT_REDACTED = "text.redacted"


# Why words are taken out of texts: they name a person who does not want it, or a law or a court asks for it.
REDACTION_REASONS = ("personal", "unlawful")

# What a version of the charter says.
CHARTER = frozenset(
    {
        "version",
        "scope_hash",
        "categories",
        "rule",
        "notice_days",
        "call_hours",
        "treatment",
        "balance",
        "chair_may_be_party",
        "two_persons_admit",
        "ballot_rule",
        "sealed_calls",
        "appeal_days",
    }
)
# What an organization says when it leaves the process, one text or one group.
LEAVING = frozenset(
    {
        "category",
        "scope",
        "effective_at",
        "permanent",
        "reason_hash",
        "return_condition_hash",
        "requirements",
        "claimed_on",
    }
)

FIELDS: dict[Kind, frozenset[str]] = {
    Kind.OPERATOR_APPOINTED: frozenset({"person"}),
    Kind.CONVENING_ALLOWED: frozenset({"person"}),
    Kind.CONVENING_ENDED: frozenset({"person"}),
    Kind.PROCESS_OPENED: frozenset({"title", "convener", "summary_hash", "timezone", "source_hash", "reported_by"}),
    Kind.PROCESS_TOLD: frozenset({"until"}),
    Kind.PROCESS_CONCLUDED: frozenset({"reason_hash"}),
    Kind.ORGANIZATION_REPORTED: frozenset({"name", "category", "category_name"}),
    Kind.MEETING_REPORTED: frozenset({"number", "title", "kind", "on", "sitting", "noticed_on", "note_hash"}),
    Kind.CLAIM_RECORDED: frozenset({"topic", "says_hash", "on", "mark"}),
    Kind.ROLE_GRANTED: frozenset({"role", "person"}),
    Kind.ROLE_ENDED: frozenset({"role", "person"}),
    Kind.CHARTER_ADOPTED: CHARTER,
    Kind.CHARTER_PROPOSED: CHARTER | {"reason_hash", "not_before"},
    Kind.CHARTER_PROPOSAL_DROPPED: frozenset({"version", "reason_hash"}),
    Kind.ORGANIZATION_INVITED: frozenset({"name", "category", "standing"}),
    Kind.ORGANIZATION_APPLIED: frozenset({"name", "category", "standing"}),
    Kind.ADMISSION_APPROVED: frozenset(),
    Kind.ORGANIZATION_ADMITTED: frozenset({"category", "standing"}),
    Kind.ORGANIZATION_DECLINED: frozenset({"reason_hash"}),
    Kind.ORGANIZATION_WITHDRAWN: LEAVING | {"statement"},
    Kind.WITHDRAWAL_ANNOUNCED: LEAVING | {"statement"},
    Kind.WITHDRAWAL_REVOKED: frozenset({"reason_hash"}),
    Kind.GROUP_OPENED: frozenset({"kind", "name", "purpose_hash"}),
    Kind.GROUP_CLOSED: frozenset({"reason_hash"}),
    Kind.GROUP_JOINED: frozenset(),
    Kind.GROUP_REPORTED: frozenset({"number", "document", "version", "text_hash", "report_hash"}),
    Kind.PART_LEFT: LEAVING,
    Kind.PART_RESUMED: frozenset({"scope"}),
    Kind.AFFILIATION_DECLARED: frozenset({"to", "to_name", "relation"}),
    Kind.AFFILIATION_FOUND: frozenset({"to", "to_name", "reason_hash"}),
    Kind.AFFILIATION_CONFIRMED: frozenset({"to", "reason_hash"}),
    Kind.AFFILIATION_ENDED: frozenset({"to", "reason_hash"}),
    Kind.PROFILE_DECLARED: frozenset({"about_hash", "funding_hash", "interests_hash"}),
    Kind.REPRESENTATIVE_NAMED: frozenset({"role", "person", "authority_hash", "ends_at"}),
    Kind.REPRESENTATIVE_ENDED: frozenset({"role", "person"}),
    Kind.POINT_ADDED: frozenset({"proposition"}),
    Kind.REQUIREMENT_DECLARED: frozenset({"point", "holds", "importance", "otherwise_leaves", "text_hash"}),
    Kind.REQUIREMENT_LODGED: frozenset({"commitment"}),
    Kind.REQUIREMENT_RELEASED: frozenset({"opening"}),
    Kind.REQUIREMENT_SPONSORED: frozenset(),
    Kind.REQUIREMENT_UNSPONSORED: frozenset(),
    Kind.REQUIREMENT_DROPPED: frozenset({"reason_hash"}),
    Kind.REQUIREMENT_LINKED: frozenset({"document", "clause"}),
    Kind.REQUIREMENT_UNLINKED: frozenset({"document", "clause"}),
    Kind.REQUIREMENT_MARKED: frozenset({"document", "version", "text_hash", "mark", "note_hash"}),
    Kind.STATEMENT_PUBLISHED: frozenset({"kind", "about", "title", "text_hash", "signatories", "effective_at"}),
    Kind.STATEMENT_SIGNED: frozenset({"text_hash", "signed_at"}),
    Kind.STATEMENT_ANSWERED: frozenset({"answer", "reason_hash"}),
    Kind.DOCUMENT_OPENED: frozenset({"title", "owner", "group"}),
    Kind.VERSION_PUBLISHED: frozenset({"version", "text_hash", "clauses", "note_hash"}),
    Kind.COMMENT_MADE: frozenset(
        {"document", "version", "clause", "clause_hash", "type", "text_hash", "proposed_hash"}
    ),
    Kind.COMMENT_ANSWERED: frozenset({"disposition", "reason_hash"}),
    Kind.MEETING_NOTICED: frozenset(
        {"kind", "title", "starts_at", "ends_at", "timezone", "notice_hash", "days_ahead", "days_required", "group"}
    ),
    Kind.AGENDA_PUBLISHED: frozenset({"items_hash", "items"}),
    Kind.MEETING_OPENED: frozenset({"presiding", "secretary"}),
    Kind.MEETING_RECESSED: frozenset({"reason_hash"}),
    Kind.MEETING_RESUMED: frozenset(),
    Kind.MEETING_ADJOURNED: frozenset(),
    Kind.MEETING_CLOSED: frozenset(),
    Kind.MEETING_CANCELLED: frozenset({"reason_hash"}),
    Kind.ATTENDANCE_RECORDED: frozenset({"organization", "event", "occurred_at"}),
    Kind.MINUTES_DRAFTED: frozenset({"version", "text_hash"}),
    Kind.MINUTES_CIRCULATED: frozenset({"version", "text_hash", "corrections_until", "reason_hash"}),
    Kind.CORRECTION_PROPOSED: frozenset({"number", "what_hash", "why_hash"}),
    Kind.CORRECTION_DECLINED: frozenset({"number", "reason_hash"}),
    Kind.MINUTES_CORRECTED: frozenset({"version", "text_hash", "previous_hash", "reason_hash"}),
    Kind.MINUTES_APPROVED: frozenset({"version", "text_hash", "approved_by"}),
    Kind.MINUTES_PUBLISHED: frozenset({"version", "text_hash"}),
    Kind.CALL_OPENED: frozenset(
        {
            "asking",
            "question",
            "options",
            "document",
            "version",
            "clause",
            "text_hash",
            "rule",
            "sealed",
            "treatment",
            "roll_hash",
            "roll_size",
            "opens_at",
            "closes_at",
            "repeats",
            "recirculates",
            "reason_hash",
        }
    ),
    Kind.CALL_SUSPENDED: frozenset({"reason", "version", "reason_hash"}),
    Kind.CALL_RESUMED: frozenset({"reason_hash"}),
    Kind.CALL_VOIDED: frozenset({"reason_hash"}),
    Kind.CALL_CLOSED: frozenset({"positions", "roll_hash", "counts", "outcome", "label", "depends_on_withdrawal"}),
    Kind.CALL_DETERMINED: frozenset({"outcome", "label", "designation", "reasons_hash", "objections"}),
    Kind.POSITION_CAST: frozenset({"position", "text_hash", "reason_hash", "cure_hash", "replaces"}),
    Kind.POSITION_SEALED: frozenset({"commitment", "text_hash", "replaces"}),
    Kind.POSITION_UNSEALED: frozenset({"organization", "position", "reason_hash", "cure_hash", "salt"}),
    Kind.POSITION_ENTERED: frozenset(
        {
            "organization",
            "means",
            "note_hash",
            "position",
            "text_hash",
            "reason_hash",
            "cure_hash",
            "replaces",
        }
    ),
    Kind.OBJECTION_ANSWERED: frozenset({"accommodated", "reason_hash"}),
    Kind.OBJECTION_LIFTED: frozenset({"by"}),
    Kind.EDITION_PINNED: frozenset(
        {"document", "version", "against", "language", "text_hash", "size", "root", "engine", "template"}
    ),
    Kind.EDITION_PUBLISHED: frozenset({"document", "version", "number", "file_hash", "bytes"}),
    Kind.PERSON_ERASED: frozenset({"commitments"}),
    Kind.TEXT_REDACTED: frozenset({"text_hash", "replaced_hash", "reason"}),
    Kind.KEY_ROTATED: frozenset({"vkey", "previous", "signature", "until"}),
    Kind.LOG_STARTED: frozenset({"vkey", "previous", "checkpoint", "reason"}),
}


def misfits(kind: Kind, body: dict[str, object]) -> str | None:
    """What is wrong with a body's fields, or None when they are exactly those of the kind."""
    wanted, found = FIELDS[kind], frozenset(body)
    if missing := sorted(wanted - found):
        return f"{kind} lacks {', '.join(missing)}"
    if extra := sorted(found - wanted):
        return f"{kind} has no {', '.join(extra)}"
    return None


def find_kind(word: str) -> Kind | None:
    """The kind of that name, or None: an entry may have been written past the acts."""
    return next((kind for kind in Kind if kind == word), None)
