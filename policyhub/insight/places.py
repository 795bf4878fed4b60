"""Where the text or the file behind each hash of an entry is kept: rows, columns, and who may read it.

An entry names a text by its hash alone. `PLACES` says, for each kind and field, in which rows that text can stand now.
Prose that a later act replaced (an earlier position, mark or answer) is kept nowhere: its hash alone is left of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Any

from django.db.models import Prefetch, QuerySet

from policyhub.decisions.models import Call, Determination, Objection, Position
from policyhub.drafting.models import ClauseText, Comment, Disposition, Mark, Report, Version
from policyhub.drafting.rules import ClauseDraft, clause_text, whole_text
from policyhub.meetings.models import AgendaItem, Meeting, Notice, Recess, ReportedMeeting
from policyhub.meetings.queries import agenda_text, notice_text
from policyhub.minutes.models import Correction, Minutes, MinutesVersion
from policyhub.minutes.queries import versions as versions_in_question
from policyhub.minutes.rules import MinutesState
from policyhub.participation.models import (
    Affiliation,
    Announcement,
    Answer,
    Charter,
    CharterProposal,
    Claim,
    Group,
    PartialWithdrawal,
    Participation,
    Process,
    Profile,
    Representative,
    Requirement,
    Statement,
    Withdrawal,
)
from policyhub.publishing.models import File
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry

# What a row is looked up by, one value for each of the place's lookups; None where this entry's text is elsewhere.
Key = tuple[str | int, ...]
# What an entry can lack, or have otherwise, when it was written past the acts.
ODD = (AttributeError, LookupError, TypeError, ValueError)


@dataclass(frozen=True, eq=False)
class Place:
    """Rows of one model that keep a text.

    `by` are the lookups that `key` gives the values of, `columns` those that hold the text (of the row, or of the
    rows in `parts`), `derived` those that were made from it.
    """

    rows: QuerySet[Any]
    by: tuple[str, ...]
    key: Callable[[Entry], Key | None]
    columns: tuple[str, ...]
    read: Callable[[Any], str | bytes]
    derived: tuple[str, ...] = ()
    is_public: Callable[[Any], bool] = lambda row: True
    parts: Callable[[Any], list[Any]] = lambda row: [row]

    def find_key(self, entry: Entry) -> Key | None:
        """What the entry's rows are looked up by, or None where its text is not kept here."""
        try:
            found = self.key(entry)
            return found if found is None or all(isinstance(each, str | int) for each in found) else None
        except ODD:
            return None

    def key_of(self, row: Any) -> Key:
        """What this row is looked up by."""
        return tuple(reduce(getattr, lookup.split("__"), row) for lookup in self.by)

    def content(self, row: Any) -> bytes:
        """The exact bytes that the row keeps: what the hash of the text, or of the file, is taken over."""
        kept = self.read(row)
        return kept if isinstance(kept, bytes) else kept.encode()


def parts_of(subject: str) -> tuple[str | int, ...]:
    """The parts of a subject after its noun, the second of two as a number."""
    _, slug, *number = subject.split("/")
    return (slug, *(int(each) for each in number))


def _own(entry: Entry) -> Key:
    return parts_of(entry.subject)


def _of_body(*fields: str) -> Callable[[Entry], Key]:
    """The subject's parts, then the values of these fields."""
    return lambda entry: (*parts_of(entry.subject), *(entry.body[field] for field in fields))


def _seat(entry: Entry) -> Key:
    return (str(entry.process), *parts_of(entry.subject))


def _version(entry: Entry) -> Key:
    return (entry.body["document"], entry.body["version"])


def _column(place: str) -> Callable[[Any], str]:
    return lambda row: str(getattr(row, place))


def _before(entry: Entry) -> Key:
    return (*parts_of(entry.subject), entry.body["version"] - 1)


def text_of(version: Version) -> str:
    """The whole text of a version whose clauses were fetched with it."""
    return whole_text(
        [ClauseDraft(each.clause.key, each.level, each.heading, each.markdown) for each in _texts(version)]
    )


def text_of_clause(text: ClauseText) -> str:
    """The text of one clause, as its hash is taken over it."""
    return clause_text(text.heading, text.markdown)


def _texts(version: Version) -> list[ClauseText]:
    return list(version.texts.all())


def _text_asked(call: Call) -> str:
    return text_of_clause(call.clause_text) if call.clause_text is not None else text_of(call.version)


def _parts_asked(call: Call) -> list[ClauseText]:
    return [call.clause_text] if call.clause_text is not None else _texts(call.version)


def _is_published(minutes: Minutes) -> bool:
    return minutes.state == MinutesState.PUBLISHED


def _is_in_question(version: MinutesVersion) -> bool:
    return _is_published(version.minutes) and versions_in_question(version.minutes).filter(pk=version.pk).exists()


_TEXTS = ClauseText.objects.select_related("clause").order_by("position")
_VERSIONS = Version.objects.select_related("document").prefetch_related(Prefetch("texts", _TEXTS))
_CALLS = Call.objects.select_related("process", "version", "clause_text__clause").prefetch_related(
    Prefetch("version__texts", _TEXTS)
)
_OF_MINUTES = ("minutes__meeting__process__slug", "minutes__meeting__number")
_CORRECTIONS = Correction.objects.select_related("minutes__meeting__process", "version")
_SEATS = ("participation__process__slug", "participation__organization__slug")
_WORDS = ("heading", "markdown")
_NOTICE = (
    *("purpose", "place", "connection", "registration", "how_to_comment", "accessibility", "contact"),
    "short_notice_reason",
)


def _whole_version(key: Callable[[Entry], Key | None]) -> Place:
    return Place(_VERSIONS, ("document__slug", "number"), key, _WORDS, text_of, derived=("tree",), parts=_texts)


def _minutes_text(key: Callable[[Entry], Key]) -> Place:
    rows = MinutesVersion.objects.select_related("minutes__meeting__process")
    by = (*_OF_MINUTES, "number")
    return Place(rows, by, key, ("text",), _column("text"), derived=("tree",), is_public=_is_in_question)


def _correction(column: str, by: str, field: str) -> Place:
    return Place(
        _CORRECTIONS,
        (*_OF_MINUTES, by),
        _of_body(field),
        (column,),
        _column(column),
        is_public=lambda row: _is_published(row.minutes),
    )


def _withdrawal(column: str) -> Place:
    rows = Withdrawal.objects.select_related("participation__process", "participation__organization")
    return Place(rows, _SEATS, _seat, (column,), _column(column))


def _proposal(column: str) -> Place:
    rows = CharterProposal.objects.select_related("process")
    return Place(rows, ("process__slug", "version"), _of_body("version"), (column,), _column(column))


def _announcement(column: str) -> Place:
    rows = Announcement.objects.select_related("participation__process", "participation__organization")
    return Place(rows, _SEATS, _seat, (column,), _column(column))


def _affiliation(column: str) -> Place:
    rows = Affiliation.objects.select_related("process", "organization", "to")
    by = ("process__slug", "organization__slug", "to__slug")
    return Place(rows, by, lambda entry: (*_seat(entry), entry.body["to"]), (column,), _column(column))


def _authority() -> Place:
    rows = Representative.objects.select_related("participation__process", "participation__organization")
    # No public page shows it: it can name people.
    return Place(rows, _SEATS, _seat, ("authority",), _column("authority"), is_public=lambda row: False)


def _profile(column: str) -> Place:
    rows = Profile.objects.select_related("participation__process", "participation__organization")
    return Place(rows, _SEATS, _seat, (column,), _column(column))


def _stepped(column: str) -> Place:
    rows = PartialWithdrawal.objects.select_related("participation__process", "participation__organization")
    return Place(
        rows, (*_SEATS, "scope"), lambda entry: (*_seat(entry), entry.body["scope"]), (column,), _column(column)
    )


def _statement(column: str, key: Callable[[Entry], Key | None], derived: tuple[str, ...] = ()) -> Place:
    return Place(
        Statement.objects.select_related("process"),
        ("process__slug", "number"),
        key,
        (column,),
        _column(column),
        derived=derived,
        is_public=lambda row: row.published_at is not None,
    )


def _joint(entry: Entry) -> Key | None:
    number = entry.body["statement"]
    return (str(entry.process), number) if number is not None else None


def _by_actor(entry: Entry) -> Key:
    return (*parts_of(entry.subject), entry.actor["org"])


def _said(column: str, key: Callable[[Entry], Key] = _by_actor) -> tuple[Place, ...]:
    """A position's prose stands in the position, and of an objection in the objection too, which outlives it."""
    by = ("call__process__slug", "call__number")
    positions = Position.objects.select_related("call__process", "organization")
    objections = Objection.objects.select_related("call__process", "holder")
    return (
        Place(positions, (*by, "organization__slug"), key, (column,), _column(column)),
        Place(objections, (*by, "holder__slug"), key, (column,), _column(column)),
    )


def _simple(rows: QuerySet[Any], by: tuple[str, ...], column: str, key: Callable[[Entry], Key] = _own) -> Place:
    return Place(rows, by, key, (column,), _column(column))


def _of_call(column: str) -> Place:
    return _simple(Call.objects.select_related("process"), _NUMBERED, column)


_NUMBERED = ("process__slug", "number")
_OF_MEETING = ("meeting__process__slug", "meeting__number")
_CALL_TEXT = Place(_CALLS, _NUMBERED, _own, _WORDS, _text_asked, derived=("tree",), parts=_parts_asked)
_VERSION_TEXT = _whole_version(_version)
_STATEMENT_TEXT = _statement("text", _own, derived=("tree",))
_MINUTES_TEXT = _minutes_text(_of_body("version"))
_COMMENTS = Comment.objects.select_related("process")
_CLAUSE_TEXT = Place(
    ClauseText.objects.select_related("version__document", "clause"),
    ("version__document__slug", "version__number", "clause__key"),
    lambda entry: (entry.body["document"], entry.body["version"], entry.body["clause"]),
    _WORDS,
    text_of_clause,
    derived=("tree",),
)

PLACES: dict[tuple[Kind, str], tuple[Place, ...]] = {
    (Kind.PROCESS_OPENED, "summary_hash"): (_simple(Process.objects.all(), ("slug",), "summary"),),
    (Kind.PROCESS_CONCLUDED, "reason_hash"): (_simple(Process.objects.all(), ("slug",), "concluded_reason"),),
    (Kind.MEETING_REPORTED, "note_hash"): (
        _simple(ReportedMeeting.objects.select_related("process"), _NUMBERED, "note", _of_body("number")),
    ),
    (Kind.CLAIM_RECORDED, "says_hash"): (_simple(Claim.objects.select_related("process"), _NUMBERED, "says"),),
    (Kind.CHARTER_ADOPTED, "scope_hash"): (
        _simple(Charter.objects.select_related("process"), ("process__slug", "version"), "scope", _of_body("version")),
    ),
    (Kind.CHARTER_PROPOSED, "scope_hash"): (_proposal("scope"),),
    (Kind.CHARTER_PROPOSED, "reason_hash"): (_proposal("reason"),),
    (Kind.CHARTER_PROPOSAL_DROPPED, "reason_hash"): (_proposal("dropped_reason"),),
    (Kind.ORGANIZATION_DECLINED, "reason_hash"): (
        _simple(
            Participation.objects.select_related("process", "organization"),
            ("process__slug", "organization__slug"),
            "declined_reason",
            _seat,
        ),
    ),
    (Kind.ORGANIZATION_WITHDRAWN, "reason_hash"): (
        _withdrawal("reason"),
        _statement("text", _joint, derived=("tree",)),
    ),
    (Kind.ORGANIZATION_WITHDRAWN, "return_condition_hash"): (
        _withdrawal("return_condition"),
        _statement("return_condition", _joint),
    ),
    (Kind.WITHDRAWAL_ANNOUNCED, "reason_hash"): (
        _announcement("reason"),
        _statement("text", _joint, derived=("tree",)),
    ),
    (Kind.WITHDRAWAL_ANNOUNCED, "return_condition_hash"): (
        _announcement("return_condition"),
        _statement("return_condition", _joint),
    ),
    (Kind.WITHDRAWAL_REVOKED, "reason_hash"): (_announcement("revoked_reason"),),
    (Kind.REPRESENTATIVE_NAMED, "authority_hash"): (_authority(),),
    (Kind.GROUP_OPENED, "purpose_hash"): (_simple(Group.objects.select_related("process"), _NUMBERED, "purpose"),),
    (Kind.GROUP_CLOSED, "reason_hash"): (_simple(Group.objects.select_related("process"), _NUMBERED, "closed_reason"),),
    (Kind.GROUP_REPORTED, "text_hash"): (_VERSION_TEXT,),
    (Kind.GROUP_REPORTED, "report_hash"): (
        _simple(
            Report.objects.select_related("group__process"),
            ("group__process__slug", "group__number", "number"),
            "text",
            _of_body("number"),
        ),
    ),
    (Kind.AFFILIATION_FOUND, "reason_hash"): (_affiliation("reason"),),
    (Kind.AFFILIATION_CONFIRMED, "reason_hash"): (_affiliation("reason"),),
    (Kind.AFFILIATION_ENDED, "reason_hash"): (_affiliation("ended_reason"),),
    (Kind.PROFILE_DECLARED, "about_hash"): (_profile("about"),),
    (Kind.PROFILE_DECLARED, "funding_hash"): (_profile("funding"),),
    (Kind.PROFILE_DECLARED, "interests_hash"): (_profile("interests"),),
    (Kind.PART_LEFT, "reason_hash"): (_stepped("reason"),),
    (Kind.PART_LEFT, "return_condition_hash"): (_stepped("return_condition"),),
    (Kind.REQUIREMENT_DECLARED, "text_hash"): (
        _simple(Requirement.objects.select_related("process"), _NUMBERED, "text"),
    ),
    (Kind.REQUIREMENT_DROPPED, "reason_hash"): (
        Place(
            Requirement.objects.select_related("process"),
            _NUMBERED,
            _own,
            ("dropped_reason",),
            _column("dropped_reason"),
            is_public=lambda row: row.is_public,
        ),
    ),
    (Kind.REQUIREMENT_MARKED, "text_hash"): (_VERSION_TEXT,),
    (Kind.REQUIREMENT_MARKED, "note_hash"): (
        _simple(
            Mark.objects.select_related("requirement__process", "version__document"),
            ("requirement__process__slug", "requirement__number", "version__document__slug", "version__number"),
            "note",
            _of_body("document", "version"),
        ),
    ),
    (Kind.STATEMENT_PUBLISHED, "text_hash"): (_STATEMENT_TEXT,),
    (Kind.STATEMENT_SIGNED, "text_hash"): (_STATEMENT_TEXT,),
    (Kind.STATEMENT_ANSWERED, "reason_hash"): (
        _simple(
            Answer.objects.select_related("statement__process"),
            ("statement__process__slug", "statement__number"),
            "reason",
        ),
    ),
    (Kind.VERSION_PUBLISHED, "text_hash"): (_whole_version(_of_body("version")),),
    (Kind.VERSION_PUBLISHED, "note_hash"): (
        _simple(Version.objects.select_related("document"), ("document__slug", "number"), "note", _of_body("version")),
    ),
    (Kind.COMMENT_MADE, "clause_hash"): (_CLAUSE_TEXT,),
    (Kind.COMMENT_MADE, "text_hash"): (_simple(_COMMENTS, _NUMBERED, "text"),),
    (Kind.COMMENT_MADE, "proposed_hash"): (_simple(_COMMENTS, _NUMBERED, "proposed"),),
    (Kind.COMMENT_ANSWERED, "reason_hash"): (
        _simple(
            Disposition.objects.select_related("comment__process"),
            ("comment__process__slug", "comment__number"),
            "reason",
        ),
    ),
    (Kind.MEETING_NOTICED, "notice_hash"): (
        Place(Notice.objects.select_related("meeting__process"), _OF_MEETING, _own, _NOTICE, notice_text),
    ),
    (Kind.AGENDA_PUBLISHED, "items_hash"): (
        Place(
            Meeting.objects.select_related("process").prefetch_related(
                Prefetch("agenda", AgendaItem.objects.select_related("version").order_by("position"))
            ),
            _NUMBERED,
            _own,
            ("title", "note"),
            lambda meeting: agenda_text(meeting.agenda.all()),
            parts=lambda meeting: list(meeting.agenda.all()),
        ),
    ),
    # No public page says why a meeting was interrupted.
    (Kind.MEETING_RECESSED, "reason_hash"): (
        Place(
            Recess.objects.select_related("meeting__process"),
            _OF_MEETING,
            _own,
            ("reason",),
            _column("reason"),
            is_public=lambda row: False,
        ),
    ),
    (Kind.MEETING_CANCELLED, "reason_hash"): (
        _simple(Meeting.objects.select_related("process"), _NUMBERED, "cancelled_reason"),
    ),
    (Kind.MINUTES_DRAFTED, "text_hash"): (_MINUTES_TEXT,),
    (Kind.MINUTES_CIRCULATED, "text_hash"): (_MINUTES_TEXT,),
    (Kind.MINUTES_CIRCULATED, "reason_hash"): (
        Place(
            Minutes.objects.select_related("meeting__process"),
            _OF_MEETING,
            _own,
            ("short_time_reason",),
            _column("short_time_reason"),
            is_public=_is_published,
        ),
    ),
    (Kind.CORRECTION_PROPOSED, "what_hash"): (_correction("what", "number", "number"),),
    (Kind.CORRECTION_PROPOSED, "why_hash"): (_correction("why", "number", "number"),),
    (Kind.CORRECTION_DECLINED, "reason_hash"): (_correction("answer", "number", "number"),),
    (Kind.MINUTES_CORRECTED, "text_hash"): (_MINUTES_TEXT,),
    (Kind.MINUTES_CORRECTED, "previous_hash"): (_minutes_text(_before),),
    (Kind.MINUTES_CORRECTED, "reason_hash"): (_correction("why", "version__number", "version"),),
    (Kind.MINUTES_APPROVED, "text_hash"): (_MINUTES_TEXT,),
    (Kind.MINUTES_PUBLISHED, "text_hash"): (_MINUTES_TEXT,),
    (Kind.CALL_OPENED, "text_hash"): (_CALL_TEXT,),
    (Kind.CALL_OPENED, "reason_hash"): (_of_call("reason"),),
    (Kind.CALL_SUSPENDED, "reason_hash"): (_of_call("suspended_reason"),),
    (Kind.CALL_RESUMED, "reason_hash"): (_of_call("resumed_reason"),),
    (Kind.CALL_VOIDED, "reason_hash"): (_of_call("void_reason"),),
    (Kind.CALL_DETERMINED, "reasons_hash"): (
        _simple(
            Determination.objects.select_related("call__process"), ("call__process__slug", "call__number"), "reasons"
        ),
    ),
    (Kind.POSITION_CAST, "text_hash"): (_CALL_TEXT,),
    (Kind.POSITION_CAST, "reason_hash"): _said("reason"),
    (Kind.POSITION_CAST, "cure_hash"): _said("cure"),
    (Kind.POSITION_SEALED, "text_hash"): (_CALL_TEXT,),
    (Kind.POSITION_UNSEALED, "reason_hash"): _said("reason", _of_body("organization")),
    (Kind.POSITION_UNSEALED, "cure_hash"): _said("cure", _of_body("organization")),
    (Kind.POSITION_ENTERED, "text_hash"): (_CALL_TEXT,),
    (Kind.POSITION_ENTERED, "reason_hash"): _said("reason", _of_body("organization")),
    (Kind.POSITION_ENTERED, "cure_hash"): _said("cure", _of_body("organization")),
    (Kind.POSITION_ENTERED, "note_hash"): (_said("note", _of_body("organization"))[0],),
    (Kind.OBJECTION_ANSWERED, "reason_hash"): (
        _simple(Objection.objects.select_related("process"), _NUMBERED, "answer"),
    ),
    (Kind.EDITION_PINNED, "text_hash"): (_VERSION_TEXT,),
    (Kind.EDITION_PUBLISHED, "file_hash"): (
        Place(
            File.objects.all(),
            ("hash",),
            lambda entry: (entry.body["file_hash"],),
            ("data",),
            lambda row: bytes(row.data),
        ),
    ),
}

# Hashes over what is no text that somebody wrote, and where what they are over stands instead.
NO_TEXT: dict[tuple[Kind, str], str] = {
    (Kind.TEXT_REDACTED, "text_hash"): "what was redacted is kept nowhere",
    (Kind.TEXT_REDACTED, "replaced_hash"): "it stands where the entries before it name the text that it replaces",
    (Kind.PROCESS_OPENED, "source_hash"): "the file that a process was told from stays with whoever told it",
    (Kind.CALL_OPENED, "roll_hash"): "the organizations on the roll, which are rows of their own",
    (Kind.CALL_CLOSED, "roll_hash"): "the organizations on the roll, which are rows of their own",
}
