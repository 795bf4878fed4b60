"""One value of the tables is changed by the database's owner: the comparison names the entry that says otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.db.models import F, Model

from policyhub.accounts.models import User
from policyhub.decisions.models import Call, Determination, Objection, Option, Position, SealedPosition, Seat
from policyhub.drafting.models import Clause, ClauseText, Comment, Disposition, Document, Link, Mark, Report, Version
from policyhub.insight.agreement import compare
from policyhub.meetings.models import AgendaItem, Attendance, Meeting, Notice, Recess, ReportedMeeting
from policyhub.minutes.models import Correction, Minutes, MinutesVersion
from policyhub.participation.models import (
    Affiliation,
    Announcement,
    Answer,
    Charter,
    CharterProposal,
    Claim,
    Group,
    GroupSeat,
    InterestCategory,
    Organization,
    PartialWithdrawal,
    Participation,
    Point,
    Process,
    Profile,
    Representative,
    Requirement,
    Signature,
    Sponsor,
    StaffRole,
    Statement,
    Withdrawal,
)
from policyhub.publishing.models import Edition, File
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry
from tests.factories.story import FIRM, LAB, UNION

HOUR = timedelta(hours=1)
OTHER = "sha256:" + "0" * 64


def outsider() -> int:
    return User.objects.get(email="outsider@example.org").pk


def operator() -> int:
    return User.objects.get(email="operator@example.org").pk


def other_process() -> int:
    other = Process.objects.get(slug="faces")
    other.pk, other.slug = None, "other"
    other.save(force_insert=True)
    return other.pk


def later(column: str) -> Any:
    return F(column) + HOUR


@dataclass(frozen=True)
class Change:
    """A row's column that becomes another value, and what the entry says that is no longer so."""

    kind: Kind
    field: str
    model: type[Model]
    where: dict[str, Any]
    column: str
    value: Any
    subject: str | None = None

    def __str__(self) -> str:
        return f"{self.kind}:{self.field}:{self.model.__name__}.{self.column}"

    def make(self) -> None:
        value = self.value() if callable(self.value) else self.value
        assert self.model._default_manager.filter(**self.where).update(**{self.column: value}) == 1


EMAIL = {"email": "operator@example.org"}
PROCESS = {"slug": "faces"}
CHAIR, EDITOR_ROLE = {"function": "chair"}, {"function": "editor"}
FACILITATOR, CONVENER = {"function": "facilitator"}, {"function": "convener"}
FIRST, SECOND, THIRD = {"number": 1}, {"number": 2}, {"number": 3}
OF_UNION, OF_FIRM, OF_LAB = ({"organization__slug": each} for each in (UNION, FIRM, LAB))
DECLINED = {"organization__slug": "nobody"}
UNION_LEFT = {"participation__organization__slug": UNION}
LEAD = {"participation__organization__slug": LAB, "mandate": "lead"}
ENDED = {"participation__organization__slug": FIRM, "mandate": "alternate"}
JOINT, LEAVING = {"title": "What we expect"}, {"title": "Why we leave"}
SIGNED = {"statement__title": "What we expect"}
OWN, CODE = {"slug": "faces-own"}, {"slug": "faces-code"}
VERSION = {"document__slug": "faces-code", "number": 1}
CLAUSE = {"version__document__slug": "faces-code", "version__number": 1, "clause__key": "c1"}
OF_FIRST = {"meeting__number": 1}
ARRIVED = {"meeting__number": 1, "event": "arrived", "participation__organization__slug": FIRM}
ACCEPTED, REFUSED = {"number": 1, "state": "accepted"}, {"number": 2, "state": "declined"}
FIRMS = {"call__number": 1, "organization__slug": FIRM}
UNIONS = {"call__number": 3, "organization__slug": UNION}
BALLOT, RECIRCULATED = {"number": 5}, {"number": 6}
OBJECTION = {"call__number": 1, "holder__slug": UNION}
LIFTED = {"call__number": 3, "holder__slug": UNION}


def of(
    kind: Kind, model: type[Model], where: dict[str, Any], subject: str | None, *changes: tuple[str, str, Any]
) -> list[Change]:
    return [Change(kind, name, model, where, column, value, subject) for name, column, value in changes]


TAKEN_BACK = {"revoked_reason": "A better offer.\n"}
OF_LAB_ALONE = {"organization__slug": LAB}

TERMS: tuple[str, ...] = ("categories", "rule", "notice_days", "call_hours", "treatment", "balance")
TERMS += ("chair_may_be_party", "two_persons_admit", "ballot_rule", "sealed_calls", "appeal_days")


def other_terms() -> dict[str, str | None]:
    return {**dict.fromkeys(TERMS), "ballot_rule": "majority-cast"}


OLD = {"slug": "old"}
BELONGED, MEMBER = {"to__slug": "coastal-holding"}, {"relation": "member"}
FOUND = {"is_found": True}
KEPT_BACK = {"visibility": "convener"}

CHANGES = [
    *of(Kind.OPERATOR_APPOINTED, User, EMAIL, "site", ("type", "is_operator", False), ("type", "may_convene", False)),
    *of(Kind.CONVENING_ALLOWED, User, {"email": "convener@example.org"}, "site", ("type", "may_convene", False)),
    *of(Kind.CONVENING_ENDED, User, {"email": "guest@example.org"}, "site", ("type", "may_convene", True)),
    *of(
        Kind.PROCESS_OPENED,
        Process,
        OLD,
        "process/old",
        ("reported_by", "reported_by", "Somebody else"),
    ),
    *of(
        Kind.PROCESS_CONCLUDED,
        Process,
        OLD,
        "process/old",
        ("reason_hash", "concluded_reason", "It ended.\n"),
        ("told_at", "concluded_at", later("concluded_at")),
        ("type", "state", "active"),
    ),
    *of(
        Kind.ORGANIZATION_REPORTED,
        Participation,
        {"organization__slug": "old-league"},
        "organization/old-league",
        ("subject", "organization", lambda: Organization.objects.get(slug="nobody").pk),
        ("category", "category", lambda: InterestCategory.objects.get(slug="academia").pk),
        ("category_name", "category", lambda: InterestCategory.objects.get(slug="academia").pk),
        ("told_at", "asked_at", later("asked_at")),
        ("type", "state", "applied"),
    ),
    *of(
        Kind.ORGANIZATION_REPORTED,
        Organization,
        {"slug": "old-league"},
        "organization/old-league",
        ("name", "name", "Another League"),
    ),
    *of(
        Kind.MEETING_REPORTED,
        ReportedMeeting,
        {},
        "process/old",
        ("title", "title", "The second"),
        ("kind", "kind", "virtual"),
        ("sitting", "sitting", "cancelled"),
        ("on", "on", date(2090, 1, 1)),
        ("noticed_on", "noticed_on", None),
        ("note_hash", "note", "It was long.\n"),
        ("told_at", "recorded_at", later("recorded_at")),
        ("subject", "number", 7),
    ),
    *of(
        Kind.CLAIM_RECORDED,
        Claim,
        {},
        "claim/old/1",
        ("topic", "topic", "How few?"),
        ("says_hash", "says", "Two.\n"),
        ("on", "on", None),
        ("mark", "mark", "disputed"),
        ("told_at", "recorded_at", later("recorded_at")),
        ("subject", "number", 7),
    ),
    *of(
        Kind.PROCESS_OPENED,
        Process,
        PROCESS,
        "process/faces",
        ("title", "title", "Faces"),
        ("convener", "convener", "Somebody"),
        ("summary_hash", "summary", "Another code.\n"),
        ("timezone", "timezone", "Europe/Paris"),
        ("source_hash", "source_hash", OTHER),
        ("told_at", "opened_at", later("opened_at")),
    ),
    *of(Kind.PROCESS_OPENED, StaffRole, CONVENER, "process/faces", ("told_at", "since", F("since") - HOUR)),
    *of(Kind.PROCESS_OPENED, StaffRole, CONVENER, "process/faces", ("subject", "user", outsider)),
    *of(Kind.PROCESS_TOLD, Process, PROCESS, "process/faces", ("until", "told_until", later("told_until"))),
    *of(
        Kind.ROLE_GRANTED,
        StaffRole,
        CHAIR,
        "process/faces",
        ("subject", "user", outsider),
        ("subject", "function", "editor"),
        ("told_at", "since", F("since") - HOUR),
    ),
    *of(Kind.ROLE_ENDED, StaffRole, FACILITATOR, "process/faces", ("told_at", "until", later("until"))),
    *of(Kind.ROLE_ENDED, StaffRole, FACILITATOR, "process/faces", ("subject", "until", None)),
    *of(
        Kind.CHARTER_ADOPTED,
        Charter,
        {"version": 1},
        "process/faces",
        ("subject", "version", 9),
        ("scope_hash", "scope", "Any use.\n"),
        ("rule", "rule", "majority-cast"),
        ("notice_days", "notice_days", 1),
        ("call_hours", "call_hours", 1),
        ("treatment", "treatment", "exclude"),
        ("balance", "balance", {"num": 1, "den": 3}),
        ("chair_may_be_party", "chair_may_be_party", True),
        ("two_persons_admit", "two_persons_admit", False),
        ("ballot_rule", "ballot_rule", "two-thirds-roster"),
        ("sealed_calls", "sealed_calls", True),
        ("appeal_days", "appeal_days", 1),
        ("told_at", "adopted_at", later("adopted_at")),
    ),
    *of(Kind.CHARTER_ADOPTED, InterestCategory, {"slug": "industry"}, "process/faces", ("categories", "name", "Firms")),
    *of(Kind.CHARTER_ADOPTED, Process, PROCESS, "process/faces", ("type", "state", "chartering")),
    *of(
        Kind.CHARTER_PROPOSED,
        CharterProposal,
        {"dropped_at__isnull": False},
        "process/faces",
        ("scope_hash", "scope", "Everything.\n"),
        ("reason_hash", "reason", "For nothing.\n"),
        ("not_before", "not_before", later("not_before")),
        ("told_at", "proposed_at", later("proposed_at")),
        *((name, "terms", lambda: other_terms()) for name in TERMS),
    ),
    *of(
        Kind.CHARTER_PROPOSAL_DROPPED,
        CharterProposal,
        {"dropped_at__isnull": False},
        "process/faces",
        ("reason_hash", "dropped_reason", "For nothing.\n"),
        ("told_at", "dropped_at", later("dropped_at")),
    ),
    *of(
        Kind.ORGANIZATION_INVITED,
        Organization,
        {"slug": LAB},
        f"organization/{LAB}",
        ("name", "name", "Inland University"),
        ("subject", "slug", "inland-university"),
    ),
    *of(
        Kind.ORGANIZATION_INVITED,
        Participation,
        OF_LAB,
        f"organization/{LAB}",
        ("category", "category", lambda: InterestCategory.objects.get(slug="industry").pk),
        ("told_at", "asked_at", later("asked_at")),
    ),
    *of(
        Kind.ORGANIZATION_APPLIED,
        Participation,
        OF_FIRM,
        f"organization/{FIRM}",
        ("category", "category", lambda: InterestCategory.objects.get(slug="academia").pk),
        ("standing", "standing", "liaison"),
        ("told_at", "asked_at", later("asked_at")),
    ),
    *of(Kind.ORGANIZATION_APPLIED, Organization, {"slug": FIRM}, f"organization/{FIRM}", ("name", "name", "Tern")),
    *of(
        Kind.ORGANIZATION_ADMITTED,
        Participation,
        OF_LAB,
        f"organization/{LAB}",
        ("category", "category", lambda: InterestCategory.objects.get(slug="industry").pk),
        ("standing", "standing", "observer"),
        ("told_at", "admitted_at", later("admitted_at")),
        ("type", "state", "applied"),
    ),
    *of(
        Kind.ORGANIZATION_DECLINED,
        Participation,
        DECLINED,
        "organization/nobody",
        ("reason_hash", "declined_reason", "No.\n"),
        ("told_at", "declined_at", later("declined_at")),
    ),
    *of(
        Kind.ORGANIZATION_WITHDRAWN,
        Withdrawal,
        UNION_LEFT,
        f"organization/{UNION}",
        ("effective_at", "effective_at", later("effective_at")),
        ("permanent", "is_permanent", True),
        ("reason_hash", "reason", "No.\n"),
        ("return_condition_hash", "return_condition", "Never.\n"),
        ("statement", "statement", lambda: Statement.objects.get(**JOINT).pk),
        ("subject", "participation", lambda: Participation.objects.get(**OF_LAB).pk),
    ),
    *of(
        Kind.ORGANIZATION_WITHDRAWN,
        Participation,
        OF_UNION,
        f"organization/{UNION}",
        ("category", "category", lambda: InterestCategory.objects.get(slug="industry").pk),
        ("told_at", "withdrawn_at", later("withdrawn_at")),
        ("effective_at", "withdrawn_at", later("withdrawn_at")),
    ),
    *of(
        Kind.ORGANIZATION_WITHDRAWN,
        Withdrawal.requirements.through,
        {"withdrawal__participation__organization__slug": UNION},
        f"organization/{UNION}",
        ("requirements", "requirement", lambda: Requirement.objects.get(participation__organization__slug=FIRM).pk),
    ),
    *of(
        Kind.WITHDRAWAL_ANNOUNCED,
        Announcement,
        TAKEN_BACK,
        f"organization/{LAB}",
        ("effective_at", "effective_at", later("effective_at")),
        ("permanent", "is_permanent", True),
        ("reason_hash", "reason", "No.\n"),
        ("return_condition_hash", "return_condition", "Never.\n"),
        ("claimed_on", "claimed_on", None),
        ("subject", "participation", lambda: Participation.objects.get(**OF_FIRM).pk),
        ("statement", "statement", lambda: Statement.objects.get(**JOINT).pk),
        ("at", "announced_at", later("announced_at")),
    ),
    *of(
        Kind.WITHDRAWAL_ANNOUNCED,
        Participation,
        OF_LAB_ALONE,
        f"organization/{LAB}",
        ("category", "category", lambda: InterestCategory.objects.get(slug="industry").pk),
    ),
    *of(
        Kind.PART_LEFT,
        PartialWithdrawal,
        {},
        f"organization/{LAB}",
        ("effective_at", "effective_at", later("effective_at")),
        ("permanent", "is_permanent", True),
        ("reason_hash", "reason", "No.\n"),
        ("return_condition_hash", "return_condition", "Never.\n"),
        ("claimed_on", "claimed_on", None),
        ("subject", "participation", lambda: Participation.objects.get(**OF_FIRM).pk),
        ("subject", "scope", "document/other"),
    ),
    *of(
        Kind.PART_LEFT,
        Participation,
        OF_LAB_ALONE,
        f"organization/{LAB}",
        ("category", "category", lambda: InterestCategory.objects.get(slug="industry").pk),
    ),
    *of(
        Kind.WITHDRAWAL_REVOKED,
        Announcement,
        TAKEN_BACK,
        f"organization/{LAB}",
        ("reason_hash", "revoked_reason", "No.\n"),
        ("at", "revoked_at", F("revoked_at") - HOUR * 48),
    ),
    *of(
        Kind.PART_LEFT,
        PartialWithdrawal.requirements.through,
        {},
        f"organization/{LAB}",
        ("requirements", "requirement", lambda: Requirement.objects.get(participation__organization__slug=FIRM).pk),
    ),
    *of(
        Kind.WITHDRAWAL_ANNOUNCED,
        Announcement.requirements.through,
        {"announcement__revoked_reason": ""},
        f"organization/{LAB}",
        ("requirements", "requirement", lambda: Requirement.objects.get(participation__organization__slug=FIRM).pk),
    ),
    *of(
        Kind.PART_RESUMED,
        PartialWithdrawal,
        {},
        f"organization/{LAB}",
        ("told_at", "returned_at", later("returned_at")),
        ("subject", "scope", "document/other"),
    ),
    *of(
        Kind.STATEMENT_PUBLISHED,
        Statement,
        JOINT,
        "statement/faces/1",
        ("effective_at", "effective_at", F("published_at")),
    ),
    *of(
        Kind.ORGANIZATION_WITHDRAWN,
        Withdrawal,
        UNION_LEFT,
        f"organization/{UNION}",
        ("claimed_on", "claimed_on", date(2020, 1, 1)),
    ),
    *of(
        Kind.ORGANIZATION_INVITED,
        Participation,
        OF_LAB_ALONE,
        f"organization/{LAB}",
        ("standing", "standing", "observer"),
        ("actor.person", "asked_by", outsider),
    ),
    *of(
        Kind.ADMISSION_APPROVED,
        Participation,
        OF_LAB_ALONE,
        f"organization/{LAB}",
        ("actor.person", "approved_by", outsider),
        ("told_at", "approved_at", later("approved_at")),
        ("subject", "approved_at", None),
    ),
    *of(
        Kind.AFFILIATION_DECLARED,
        Affiliation,
        BELONGED,
        f"organization/{LAB}",
        ("subject", "to", lambda: Organization.objects.get(slug="nobody").pk),
        ("subject", "organization", lambda: Organization.objects.get(slug=FIRM).pk),
        ("subject", "is_found", True),
        ("told_at", "declared_at", later("declared_at")),
    ),
    *of(
        Kind.AFFILIATION_DECLARED,
        Organization,
        {"slug": "coastal-holding"},
        f"organization/{LAB}",
        ("to_name", "name", "Another"),
    ),
    *of(
        Kind.AFFILIATION_DECLARED,
        Affiliation,
        MEMBER,
        f"organization/{LAB}",
        ("relation", "relation", "related"),
        ("type", "ended_at", F("declared_at")),
    ),
    *of(
        Kind.AFFILIATION_FOUND,
        Organization,
        {"slug": "tern-group"},
        f"organization/{FIRM}",
        ("to_name", "name", "Another"),
    ),
    *of(
        Kind.AFFILIATION_CONFIRMED,
        Affiliation,
        BELONGED,
        f"organization/{LAB}",
        ("reason_hash", "reason", "No.\n"),
        ("actor.org", "confirmed_by", lambda: Organization.objects.get(slug=FIRM).pk),
        ("told_at", "confirmed_at", later("confirmed_at")),
        ("subject", "to", lambda: Organization.objects.get(slug="nobody").pk),
    ),
    *of(
        Kind.AFFILIATION_ENDED,
        Affiliation,
        BELONGED,
        f"organization/{LAB}",
        ("reason_hash", "ended_reason", "No.\n"),
        ("told_at", "ended_at", later("ended_at")),
        ("subject", "ended_at", None),
    ),
    *of(
        Kind.AFFILIATION_FOUND,
        Affiliation,
        FOUND,
        f"organization/{FIRM}",
        ("reason_hash", "reason", "No.\n"),
        ("subject", "to", lambda: Organization.objects.get(slug="nobody").pk),
        ("actor.org", "confirmed_by", lambda: Organization.objects.get(slug=FIRM).pk),
        ("told_at", "declared_at", later("declared_at")),
        ("told_at", "confirmed_at", later("confirmed_at")),
        ("type", "ended_at", F("declared_at")),
    ),
    *of(
        Kind.PROFILE_DECLARED,
        Profile,
        {"about": "A laboratory.\n"},
        f"organization/{LAB}",
        ("about_hash", "about", "No.\n"),
        ("funding_hash", "funding", "No.\n"),
        ("interests_hash", "interests", "No.\n"),
        ("told_at", "declared_at", later("declared_at")),
        ("subject", "participation", lambda: Participation.objects.get(**OF_FIRM).pk),
    ),
    *of(
        Kind.REPRESENTATIVE_NAMED,
        Representative,
        LEAD,
        f"organization/{LAB}",
        ("subject", "user", outsider),
        ("subject", "mandate", "alternate"),
        ("told_at", "since", F("since") - HOUR),
    ),
    *of(
        Kind.REPRESENTATIVE_NAMED,
        Representative,
        {"mandate": "observer"},
        f"organization/{LAB}",
        ("authority_hash", "authority", "No.\n"),
        ("ends_at", "ends_at", later("ends_at")),
    ),
    *of(
        Kind.REPRESENTATIVE_ENDED,
        Representative,
        ENDED,
        f"organization/{FIRM}",
        ("told_at", "until", later("until")),
        ("subject", "until", None),
    ),
    *of(
        Kind.POINT_ADDED,
        Point,
        FIRST,
        "point/faces/1",
        ("proposition", "proposition", "Nobody is asked"),
        ("subject", "number", 9),
    ),
    *of(
        Kind.REQUIREMENT_DECLARED,
        Requirement,
        FIRST,
        "requirement/faces/1",
        ("holds", "holds", False),
        ("importance", "importance", "important"),
        ("otherwise_leaves", "otherwise_leaves", False),
        ("text_hash", "text", "Nothing.\n"),
        ("told_at", "declared_at", later("declared_at")),
        ("actor.org", "participation", lambda: Participation.objects.get(organization__slug="nobody").pk),
    ),
    *of(Kind.REQUIREMENT_DECLARED, Point, FIRST, "requirement/faces/1", ("point", "number", 9)),
    *of(
        Kind.REQUIREMENT_LODGED,
        Requirement,
        KEPT_BACK,
        "requirement/faces/4",
        ("commitment", "text", "Three pages.\n"),
        ("told_at", "declared_at", later("declared_at")),
        ("actor.org", "participation", lambda: Participation.objects.get(organization__slug="nobody").pk),
        ("subject", "number", 9),
    ),
    *of(
        Kind.REQUIREMENT_RELEASED,
        Requirement,
        KEPT_BACK,
        "requirement/faces/4",
        ("opening", "holds", False),
        ("told_at", "released_at", later("released_at")),
    ),
    *of(
        Kind.REQUIREMENT_DROPPED,
        Requirement,
        KEPT_BACK,
        "requirement/faces/4",
        ("reason_hash", "dropped_reason", "It is long.\n"),
        ("told_at", "dropped_at", later("dropped_at")),
    ),
    *of(
        Kind.REQUIREMENT_SPONSORED,
        Sponsor,
        {},
        "requirement/faces/4",
        ("subject", "participation", lambda: Participation.objects.get(organization__slug="nobody").pk),
        ("told_at", "accepted_at", later("accepted_at")),
    ),
    *of(Kind.REQUIREMENT_UNSPONSORED, Sponsor, {}, "requirement/faces/4", ("told_at", "ended_at", later("ended_at"))),
    *of(
        Kind.REQUIREMENT_LINKED,
        Link,
        {},
        "requirement/faces/4",
        ("subject", "clause", lambda: Clause.objects.latest("pk").pk),
        ("told_at", "linked_at", later("linked_at")),
    ),
    *of(Kind.REQUIREMENT_UNLINKED, Link, {}, "requirement/faces/4", ("told_at", "ended_at", later("ended_at"))),
    *of(
        Kind.REQUIREMENT_MARKED,
        Mark,
        {},
        "requirement/faces/2",
        ("mark", "value", "met"),
        ("note_hash", "note", "Wholly.\n"),
        ("told_at", "marked_at", later("marked_at")),
        ("subject", "version", lambda: Version.objects.get(document__slug="faces-code", number=2).pk),
    ),
    *of(Kind.REQUIREMENT_MARKED, Version, VERSION, "requirement/faces/2", ("text_hash", "text_hash", OTHER)),
    *of(
        Kind.REQUIREMENT_MARKED,
        Requirement,
        SECOND,
        "requirement/faces/2",
        ("subject", "number", 9),
        ("actor.org", "participation", lambda: Participation.objects.get(organization__slug="nobody").pk),
    ),
    *of(
        Kind.STATEMENT_PUBLISHED,
        Statement,
        JOINT,
        "statement/faces/1",
        ("kind", "kind", "withdrawal"),
        ("title", "title", "What we fear"),
        ("text_hash", "text", "We stay.\n"),
        ("text_hash", "text_hash", OTHER),
        ("tree", "tree", []),
        ("told_at", "published_at", later("published_at")),
        ("subject", "published_at", None),
        ("actor.org", "author", lambda: Participation.objects.get(**OF_FIRM).pk),
    ),
    *of(
        Kind.STATEMENT_PUBLISHED,
        Signature,
        SIGNED,
        "statement/faces/1",
        ("signatories", "signed_at", None),
    ),
    *of(
        Kind.STATEMENT_SIGNED,
        Signature,
        SIGNED,
        "statement/faces/1",
        ("signed_at", "signed_at", later("signed_at")),
        ("actor.person", "signer", outsider),
        ("subject", "organization", lambda: Organization.objects.get(slug="nobody").pk),
    ),
    *of(
        Kind.STATEMENT_ANSWERED,
        Answer,
        {},
        "statement/faces/2",
        ("answer", "code", "refused"),
        ("reason_hash", "reason", "No.\n"),
        ("actor.person", "answered_by", outsider),
        ("told_at", "answered_at", later("answered_at")),
    ),
    *of(Kind.STATEMENT_PUBLISHED, Statement, {"number": 3}, "statement/faces/3", ("about", "about", "")),
    *of(Kind.STATEMENT_SIGNED, Statement, JOINT, "statement/faces/1", ("text_hash", "text_hash", OTHER)),
    *of(
        Kind.DOCUMENT_OPENED,
        Document,
        OWN,
        "document/faces-own",
        ("title", "title", "Another"),
        ("owner", "owner", None),
        ("process", "process", lambda: other_process()),
        ("actor.org", "owner", lambda: Participation.objects.get(**OF_LAB).pk),
        ("told_at", "opened_at", later("opened_at")),
        ("subject", "slug", "faces-others"),
    ),
    *of(
        Kind.DOCUMENT_OPENED,
        Document,
        CODE,
        "document/faces-code",
        ("group", "group", lambda: Group.objects.get().pk),
    ),
    *of(
        Kind.GROUP_OPENED,
        Group,
        {},
        "group/faces/1",
        ("kind", "kind", "working"),
        ("name", "name", "Another"),
        ("purpose_hash", "purpose", "No.\n"),
        ("told_at", "opened_at", later("opened_at")),
    ),
    *of(
        Kind.GROUP_CLOSED,
        Group,
        {},
        "group/faces/1",
        ("reason_hash", "closed_reason", "No.\n"),
        ("told_at", "closed_at", later("closed_at")),
        ("subject", "number", 9),
    ),
    *of(
        Kind.GROUP_JOINED,
        GroupSeat,
        {},
        "group/faces/1",
        ("told_at", "joined_at", later("joined_at")),
        ("subject", "participation", lambda: Participation.objects.get(**OF_FIRM).pk),
    ),
    *of(
        Kind.GROUP_REPORTED,
        Report,
        {},
        "group/faces/1",
        ("report_hash", "text", "No.\n"),
        ("text_hash", "version", lambda: Version.objects.get(**VERSION).pk),
        ("actor.person", "reported_by", outsider),
        ("told_at", "reported_at", later("reported_at")),
        ("subject", "number", 9),
    ),
    *of(
        Kind.VERSION_PUBLISHED,
        Version,
        VERSION,
        "document/faces-code",
        ("subject", "number", 9),
        ("text_hash", "text_hash", OTHER),
        ("note_hash", "note", "The last.\n"),
        ("actor.person", "author", outsider),
        ("told_at", "published_at", later("published_at")),
    ),
    *of(
        Kind.VERSION_PUBLISHED,
        ClauseText,
        CLAUSE,
        "document/faces-code",
        ("text_hash", "markdown", "Anybody is identified.\n"),
        ("text_hash", "heading", "Consents"),
        ("text_hash", "level", 2),
        ("clause_hash", "text_hash", OTHER),
        ("tree", "tree", []),
        ("clause numbers", "number", "7"),
    ),
    *of(
        Kind.VERSION_PUBLISHED,
        ClauseText,
        {"version__number": 1, "clause__key": "c3"},
        "document/faces-code",
        ("clauses", "version", lambda: Version.objects.get(document__slug="faces-code", number=2).pk),
    ),
    *of(
        Kind.VERSION_PUBLISHED,
        Document,
        CODE,
        "document/faces-code",
        ("actor.org", "owner", lambda: Participation.objects.get(**OF_LAB).pk),
        ("process", "process", lambda: other_process()),
    ),
    *of(
        Kind.COMMENT_MADE,
        Comment,
        FIRST,
        "comment/faces/1",
        ("type", "type", "ed"),
        ("text_hash", "text", "No.\n"),
        ("proposed_hash", "proposed", "Nobody asks.\n"),
        ("actor.org", "organization", None),
        ("actor.person", "author", outsider),
        ("told_at", "made_at", later("made_at")),
        ("clause", "text_on", lambda: ClauseText.objects.get(version__number=1, clause__key="c2").pk),
        ("version", "text_on", lambda: ClauseText.objects.get(version__number=2, clause__key="c1").pk),
        ("clause_hash", "text_on", lambda: ClauseText.objects.get(version__number=2, clause__key="c1").pk),
        ("subject", "number", 2),
    ),
    *of(Kind.COMMENT_MADE, Document, CODE, "comment/faces/1", ("document", "slug", "faces-codes")),
    *of(
        Kind.COMMENT_ANSWERED,
        Disposition,
        {},
        "comment/faces/1",
        ("disposition", "code", "rejected"),
        ("reason_hash", "reason", "No.\n"),
        ("actor.person", "answered_by", outsider),
        ("told_at", "answered_at", later("answered_at")),
    ),
    *of(
        Kind.MEETING_NOTICED,
        Meeting,
        FIRST,
        "meeting/faces/1",
        ("title", "title", "Signs"),
        ("kind", "kind", "virtual"),
        ("timezone", "timezone", "Europe/Paris"),
        ("starts_at", "starts_at", F("starts_at") - HOUR),
        ("ends_at", "ends_at", later("ends_at")),
        ("notice_hash", "title", "Signs"),
        ("group", "group", lambda: Group.objects.get().pk),
        ("subject", "number", 9),
    ),
    *of(
        Kind.MEETING_NOTICED,
        Notice,
        OF_FIRST,
        "meeting/faces/1",
        ("notice_hash", "purpose", "To agree.\n"),
        ("days_required", "days_required", 1),
        ("told_at", "published_at", later("published_at")),
        ("days_ahead", "published_at", F("published_at") - timedelta(days=3)),
    ),
    *of(
        Kind.AGENDA_PUBLISHED,
        AgendaItem,
        {"meeting__number": 1, "position": 1},
        "meeting/faces/1",
        ("items_hash", "title", "No consent"),
        ("items_hash", "note", "Do not read it.\n"),
        ("items_hash", "version", None),
        ("items", "meeting", lambda: Meeting.objects.get(number=3).pk),
    ),
    *of(
        Kind.MEETING_OPENED,
        Meeting,
        FIRST,
        "meeting/faces/1",
        ("presiding", "presiding", outsider),
        ("secretary", "secretary", outsider),
        ("told_at", "opened_at", F("opened_at") - HOUR),
    ),
    *of(
        Kind.MEETING_RECESSED,
        Recess,
        {},
        "meeting/faces/1",
        ("reason_hash", "reason", "Tea.\n"),
        ("told_at", "began_at", F("began_at") - HOUR),
        ("subject", "meeting", lambda: Meeting.objects.get(number=3).pk),
    ),
    *of(Kind.MEETING_RESUMED, Recess, {}, "meeting/faces/1", ("subject", "ended_at", None)),
    *of(Kind.MEETING_ADJOURNED, Meeting, FIRST, "meeting/faces/1", ("told_at", "adjourned_at", later("adjourned_at"))),
    *of(Kind.MEETING_CLOSED, Meeting, FIRST, "meeting/faces/1", ("type", "state", "adjourned")),
    *of(Kind.MEETING_CANCELLED, Meeting, SECOND, "meeting/faces/2", ("reason_hash", "cancelled_reason", "No.\n")),
    *of(Kind.MEETING_CANCELLED, Meeting, SECOND, "meeting/faces/2", ("type", "state", "noticed")),
    *of(
        Kind.ATTENDANCE_RECORDED,
        Attendance,
        ARRIVED,
        "meeting/faces/1",
        ("subject", "event", "left"),
        ("occurred_at", "occurred_at", later("occurred_at")),
        ("told_at", "recorded_at", later("recorded_at")),
        ("subject", "participation", lambda: Participation.objects.get(**OF_LAB).pk),
    ),
    *of(
        Kind.MINUTES_DRAFTED,
        MinutesVersion,
        FIRST,
        "minutes/faces/1",
        ("text_hash", "text", "No.\n"),
        ("text_hash", "text_hash", OTHER),
        ("tree", "tree", []),
        ("actor.person", "written_by", outsider),
        ("told_at", "written_at", later("written_at")),
        ("subject", "number", 9),
    ),
    *of(
        Kind.MINUTES_CIRCULATED,
        MinutesVersion,
        SECOND,
        "minutes/faces/1",
        ("text_hash", "text", "No.\n"),
        ("tree", "tree", []),
        ("subject", "number", 9),
    ),
    *of(
        Kind.MINUTES_CIRCULATED,
        Minutes,
        {},
        "minutes/faces/1",
        ("corrections_until", "corrections_until", later("corrections_until")),
        ("reason_hash", "short_time_reason", "No.\n"),
        ("told_at", "circulated_at", later("circulated_at")),
    ),
    *of(
        Kind.CORRECTION_PROPOSED,
        Correction,
        FIRST,
        "minutes/faces/1",
        ("what_hash", "what", "No.\n"),
        ("why_hash", "why", "No.\n"),
        ("actor.org", "participation", lambda: Participation.objects.get(**OF_LAB).pk),
        ("actor.person", "proposed_by", outsider),
        ("told_at", "proposed_at", later("proposed_at")),
        ("subject", "number", 9),
    ),
    *of(
        Kind.CORRECTION_DECLINED,
        Correction,
        REFUSED,
        "minutes/faces/1",
        ("reason_hash", "answer", "No.\n"),
        ("told_at", "answered_at", later("answered_at")),
        ("subject", "number", 9),
    ),
    *of(
        Kind.MINUTES_CORRECTED,
        Correction,
        ACCEPTED,
        "minutes/faces/1",
        ("reason_hash", "why", "No.\n"),
        ("told_at", "answered_at", later("answered_at")),
        ("subject", "version", lambda: MinutesVersion.objects.get(number=1).pk),
    ),
    *of(
        Kind.MINUTES_CORRECTED,
        MinutesVersion,
        THIRD,
        "minutes/faces/1",
        ("text_hash", "text", "No.\n"),
        ("tree", "tree", []),
        ("actor.person", "written_by", outsider),
        ("told_at", "written_at", later("written_at")),
        ("subject", "number", 9),
    ),
    *of(Kind.MINUTES_CORRECTED, MinutesVersion, SECOND, "minutes/faces/1", ("previous_hash", "text_hash", OTHER)),
    *of(
        Kind.MINUTES_APPROVED,
        Minutes,
        {},
        "minutes/faces/1",
        ("approved_by", "approving_meeting", None),
        ("told_at", "approved_at", later("approved_at")),
    ),
    *of(
        Kind.MINUTES_APPROVED,
        MinutesVersion,
        THIRD,
        "minutes/faces/1",
        ("text_hash", "text", "No.\n"),
        ("tree", "tree", []),
        ("subject", "number", 9),
    ),
    *of(
        Kind.MINUTES_PUBLISHED,
        Minutes,
        {},
        "minutes/faces/1",
        ("type", "state", "approved"),
        ("told_at", "published_at", later("published_at")),
    ),
    *of(
        Kind.MINUTES_PUBLISHED,
        MinutesVersion,
        THIRD,
        "minutes/faces/1",
        ("text_hash", "text", "No.\n"),
        ("tree", "tree", []),
        ("subject", "number", 9),
    ),
    *of(
        Kind.CALL_OPENED,
        Call,
        FIRST,
        "call/faces/1",
        ("question", "question", "Can you refuse this text?"),
        ("text_hash", "text_hash", OTHER),
        ("rule", "rule", "majority-cast"),
        ("treatment", "treatment", "exclude"),
        ("roll_hash", "roll_hash", OTHER),
        ("opens_at", "opens_at", F("opens_at") - HOUR),
        ("closes_at", "closes_at", later("closes_at")),
        ("version", "version", lambda: Version.objects.get(document__slug="faces-code", number=2).pk),
        ("clause", "clause_text", lambda: ClauseText.objects.get(**CLAUSE).pk),
        ("actor.person", "opened_by", outsider),
        ("subject", "number", 9),
    ),
    *of(
        Kind.CALL_OPENED,
        Call,
        SECOND,
        "call/faces/2",
        ("repeats", "repeats", None),
        ("reason_hash", "reason", "No.\n"),
    ),
    *of(
        Kind.CALL_OPENED,
        Call,
        RECIRCULATED,
        "call/faces/6",
        ("asking", "asking", "ballot"),
        ("sealed", "is_sealed", False),
        ("recirculates", "recirculates", None),
    ),
    *of(
        Kind.CALL_OPENED,
        Option,
        {"call__number": 1, "stance": "support"},
        "call/faces/1",
        ("options", "meaning", "We endorse it."),
    ),
    *of(Kind.CALL_SUSPENDED, Call, RECIRCULATED, "call/faces/6", ("reason_hash", "suspended_reason", "No.\n")),
    *of(Kind.CALL_RESUMED, Call, BALLOT, "call/faces/5", ("reason_hash", "resumed_reason", "No.\n")),
    *of(
        Kind.CALL_VOIDED,
        Call,
        RECIRCULATED,
        "call/faces/6",
        ("type", "state", "suspended"),
        ("reason_hash", "void_reason", "No.\n"),
    ),
    *of(
        Kind.POSITION_ENTERED,
        Position,
        {"call__number": 2, "organization__slug": LAB},
        "call/faces/2",
        ("position", "stance", "support"),
        ("reason_hash", "reason", "No.\n"),
        ("cure_hash", "cure", "No.\n"),
        ("means", "means", "roll_call"),
        ("note_hash", "note", "Another letter.\n"),
        ("index", "entry_index", 0),
        ("actor.person", "cast_by", outsider),
        ("told_at", "cast_at", later("cast_at")),
        ("subject", "organization", lambda: Organization.objects.get(slug="nobody").pk),
    ),
    *of(Kind.POSITION_ENTERED, Call, SECOND, "call/faces/2", ("text_hash", "text_hash", OTHER)),
    *of(
        Kind.POSITION_SEALED,
        SealedPosition,
        {"call__number": 6},
        "call/faces/6",
        ("commitment", "commitment", lambda: SealedPosition.objects.get(call__number=4).commitment),
        ("commitment", "reason", "It is long.\n"),
        ("index", "entry_index", 0),
        ("actor.person", "cast_by", outsider),
        ("told_at", "cast_at", later("cast_at")),
        ("subject", "organization", lambda: Organization.objects.get(slug="nobody").pk),
    ),
    *of(Kind.POSITION_SEALED, Call, RECIRCULATED, "call/faces/6", ("text_hash", "text_hash", OTHER)),
    *of(
        Kind.POSITION_UNSEALED,
        Position,
        {"call__number": 5, "organization__slug": UNION},
        "call/faces/5",
        ("position", "stance", "support"),
        ("reason_hash", "reason", "It does not.\n"),
        ("cure_hash", "cure", "Nothing.\n"),
        ("index", "entry_index", 0),
        ("type", "note", "Another letter.\n"),
        ("subject", "organization", lambda: Organization.objects.get(slug="nobody").pk),
    ),
    *of(
        Kind.POSITION_UNSEALED,
        SealedPosition,
        {"call__number": 5, "organization__slug": UNION},
        "call/faces/5",
        ("salt", "commitment", lambda: SealedPosition.objects.get(call__number=4).commitment),
        ("type", "is_opened", False),
        ("reason_hash", "reason", "It does not.\n"),
        ("cure_hash", "cure", "Nothing.\n"),
    ),
    *of(Kind.CALL_OPENED, Document, CODE, "call/faces/1", ("document", "slug", "faces-codes")),
    *of(
        Kind.CALL_OPENED,
        Seat,
        {"call__number": 1, "organization__slug": LAB},
        "call/faces/1",
        ("roll_hash", "organization", lambda: Organization.objects.get(slug="nobody").pk),
    ),
    *of(Kind.CALL_SUSPENDED, Call, SECOND, "call/faces/2", ("type", "state", "opened")),
    *of(
        Kind.CALL_CLOSED,
        Position,
        FIRMS,
        "call/faces/1",
        ("counts", "stance", "abstain"),
    ),
    *of(
        Kind.CALL_CLOSED,
        Position,
        {"call__number": 1, "organization__slug": LAB},
        "call/faces/1",
        ("positions", "call", lambda: Call.objects.get(number=3).pk),
    ),
    *of(Kind.CALL_CLOSED, Call, FIRST, "call/faces/1", ("roll_hash", "roll_hash", OTHER)),
    *of(
        Kind.CALL_DETERMINED,
        Determination,
        {},
        "call/faces/1",
        ("label", "label", "consensus"),
        ("designation", "outcome", "blocked"),
        ("reasons_hash", "reasons", "No.\n"),
        ("actor.person", "determined_by", outsider),
        ("told_at", "determined_at", later("determined_at")),
        ("outcome", "tally", {"outcome": "blocked", "counts": {}, "label": None, "depends_on_withdrawal": False}),
    ),
    *of(Kind.CALL_DETERMINED, Call, FIRST, "call/faces/1", ("type", "state", "closed")),
    *of(
        Kind.CALL_DETERMINED,
        Objection,
        OBJECTION,
        "call/faces/1",
        ("objections", "holder", lambda: Organization.objects.get(slug=LAB).pk),
    ),
    *of(
        Kind.POSITION_CAST,
        Position,
        UNIONS,
        "call/faces/3",
        ("position", "stance", "support"),
        ("reason_hash", "reason", "It does not.\n"),
        ("cure_hash", "cure", "Nothing.\n"),
        ("index", "entry_index", 0),
        ("actor.person", "cast_by", outsider),
        ("told_at", "cast_at", later("cast_at")),
        ("subject", "organization", lambda: Organization.objects.get(slug="nobody").pk),
    ),
    *of(Kind.POSITION_CAST, Call, THIRD, "call/faces/3", ("text_hash", "text_hash", OTHER)),
    *of(
        Kind.POSITION_CAST,
        Objection,
        LIFTED,
        "call/faces/3",
        ("reason_hash", "reason", "It does not.\n"),
        ("cure_hash", "cure", "Nothing.\n"),
        ("subject", "holder", lambda: Organization.objects.get(slug="nobody").pk),
    ),
    *of(
        Kind.OBJECTION_ANSWERED,
        Objection,
        OBJECTION,
        "objection/faces/2",
        ("accommodated", "state", "addressed_accommodated"),
        ("reason_hash", "answer", "No.\n"),
        ("subject", "number", 9),
    ),
    *of(
        Kind.OBJECTION_LIFTED,
        Objection,
        LIFTED,
        "objection/faces/4",
        ("type", "state", "raised"),
        ("by", "holder", lambda: Organization.objects.get(slug="nobody").pk),
        ("actor.org", "holder", lambda: Organization.objects.get(slug="nobody").pk),
    ),
    *of(
        Kind.EDITION_PINNED,
        Edition,
        {},
        "edition/faces-code/1",
        ("version", "version", lambda: Version.objects.get(document__slug="faces-code", number=1).pk),
        ("text_hash", "version", lambda: Version.objects.get(document__slug="faces-code", number=1).pk),
        ("against", "against", None),
        ("language", "language", "fr"),
        ("size", "record_size", 1),
        ("root", "record_root", OTHER),
        ("engine", "engine", "typst 0"),
        ("template", "template", OTHER),
        ("actor.person", "pinned_by", outsider),
        ("told_at", "pinned_at", later("pinned_at")),
        ("subject", "number", 9),
    ),
    *of(Kind.EDITION_PINNED, Document, CODE, "edition/faces-code/1", ("subject", "slug", "faces-codes")),
    *of(
        Kind.EDITION_PUBLISHED,
        Edition,
        {},
        "edition/faces-code/1",
        ("file_hash", "file_hash", OTHER),
        ("version", "version", lambda: Version.objects.get(document__slug="faces-code", number=1).pk),
        ("told_at", "published_at", later("published_at")),
        ("subject", "number", 9),
    ),
    *of(
        Kind.EDITION_PUBLISHED,
        File,
        {},
        "edition/faces-code/1",
        ("file_hash", "data", b"%PDF-1.7 othered"),
        ("bytes", "data", b"%PDF"),
    ),
]


def disagreeing() -> set[tuple[str, str, str]]:
    """The kind and the subject of each entry with which the tables disagree, and in which field."""
    found = compare().listed
    entries = Entry.objects.in_bulk([each.index for each in found if each.index is not None])
    return {
        (entries[each.index].kind, entries[each.index].subject, each.field) for each in found if each.index is not None
    }


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_a_changed_value_is_found_at_its_entry(unguarded: None, change: Change) -> None:
    change.make()
    found = disagreeing()
    assert (str(change.kind), change.subject, change.field) in found, found


def test_the_story_agrees(unguarded: None) -> None:
    found = compare()
    assert (found.agrees, found.listed) == (True, ())
