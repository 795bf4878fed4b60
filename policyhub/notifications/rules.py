"""Which entries people are told of, whom each concerns, and when a letter that failed is tried again."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from policyhub.record.kinds import Kind, find_kind


class Audience(StrEnum):
    """Whom a kind of entry concerns."""

    EVERYBODY = "everybody"
    EVERYBODY_AND_WHO_LEFT = "everybody_and_who_left"
    EVERYBODY_AND_SIGNATORIES = "everybody_and_signatories"
    TABLE = "table"
    ORGANIZATION = "organization"
    RELATED = "related"
    LEAD = "lead"
    SIGNATORY = "signatory"
    HOLDER = "holder"
    COMMENTER = "commenter"
    COMMENTER_AND_ORGANIZATION = "commenter_and_organization"
    PERSON = "person"
    PERSON_AND_ORGANIZATION = "person_and_organization"


# Everybody: those at the table, the staff, and those who follow. The table: without those who follow.
AUDIENCES: dict[Kind, Audience] = {
    Kind.CHARTER_ADOPTED: Audience.EVERYBODY,
    Kind.CHARTER_PROPOSED: Audience.EVERYBODY,
    Kind.CHARTER_PROPOSAL_DROPPED: Audience.EVERYBODY,
    Kind.MEETING_NOTICED: Audience.EVERYBODY,
    Kind.MEETING_CANCELLED: Audience.EVERYBODY,
    Kind.AGENDA_PUBLISHED: Audience.EVERYBODY,
    Kind.MINUTES_CIRCULATED: Audience.TABLE,
    Kind.MINUTES_PUBLISHED: Audience.EVERYBODY,
    Kind.VERSION_PUBLISHED: Audience.EVERYBODY,
    Kind.CALL_OPENED: Audience.EVERYBODY,
    Kind.CALL_SUSPENDED: Audience.EVERYBODY,
    Kind.CALL_RESUMED: Audience.EVERYBODY,
    Kind.CALL_VOIDED: Audience.EVERYBODY,
    Kind.CALL_CLOSED: Audience.EVERYBODY,
    Kind.CALL_DETERMINED: Audience.EVERYBODY,
    Kind.ORGANIZATION_WITHDRAWN: Audience.EVERYBODY_AND_WHO_LEFT,
    Kind.WITHDRAWAL_ANNOUNCED: Audience.EVERYBODY,
    Kind.WITHDRAWAL_REVOKED: Audience.EVERYBODY,
    Kind.GROUP_OPENED: Audience.EVERYBODY,
    Kind.GROUP_REPORTED: Audience.EVERYBODY,
    Kind.GROUP_CLOSED: Audience.EVERYBODY,
    Kind.PART_LEFT: Audience.EVERYBODY,
    Kind.PART_RESUMED: Audience.EVERYBODY,
    Kind.STATEMENT_PUBLISHED: Audience.EVERYBODY,
    Kind.STATEMENT_ANSWERED: Audience.EVERYBODY_AND_SIGNATORIES,
    Kind.EDITION_PUBLISHED: Audience.EVERYBODY,
    Kind.ORGANIZATION_INVITED: Audience.LEAD,
    Kind.ORGANIZATION_ADMITTED: Audience.ORGANIZATION,
    Kind.ORGANIZATION_DECLINED: Audience.ORGANIZATION,
    Kind.AFFILIATION_DECLARED: Audience.RELATED,
    Kind.AFFILIATION_FOUND: Audience.RELATED,
    Kind.AFFILIATION_CONFIRMED: Audience.RELATED,
    Kind.AFFILIATION_ENDED: Audience.RELATED,
    Kind.POSITION_CAST: Audience.ORGANIZATION,
    Kind.POSITION_SEALED: Audience.ORGANIZATION,
    Kind.POSITION_ENTERED: Audience.ORGANIZATION,
    Kind.STATEMENT_SIGNED: Audience.SIGNATORY,
    Kind.COMMENT_MADE: Audience.COMMENTER_AND_ORGANIZATION,
    Kind.COMMENT_ANSWERED: Audience.COMMENTER,
    Kind.OBJECTION_ANSWERED: Audience.HOLDER,
    Kind.OBJECTION_LIFTED: Audience.HOLDER,
    Kind.REPRESENTATIVE_NAMED: Audience.PERSON,
    Kind.REPRESENTATIVE_ENDED: Audience.PERSON_AND_ORGANIZATION,
    Kind.ROLE_GRANTED: Audience.PERSON,
}

# A sender that dies holds its letters no longer than this; longer than the task may run.
LEASE = timedelta(minutes=10)
MAX_ATTEMPTS = 8
LONGEST_WAIT = timedelta(hours=6)


def audience_of(kind: str) -> Audience | None:
    """Whom a kind of entry concerns; None when nobody is told by mail."""
    known = find_kind(kind)
    return AUDIENCES.get(known) if known else None


def retry_at(attempts: int, at: datetime) -> datetime | None:
    """When to try again after so many attempts: 2, 4, 8 … minutes, at most six hours later; None to give up."""
    if attempts >= MAX_ATTEMPTS:
        return None
    return at + min(timedelta(minutes=2**attempts), LONGEST_WAIT)
