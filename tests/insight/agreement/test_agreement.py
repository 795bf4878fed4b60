"""The comparison misses nothing that an entry can say, and finds what was planted or removed past the acts."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F, Model

from policyhub.accounts.models import User
from policyhub.core.canonical import canonical
from policyhub.core.ids import uuid7
from policyhub.core.text import text_hash
from policyhub.decisions.models import Call, Determination, Objection, Position, SealedPosition, Seat
from policyhub.drafting.models import Clause, Comment, Disposition, Document, Link, Mark, Report, Version
from policyhub.insight.agreement import CLAIMS, UNCOMPARED, compare
from policyhub.insight.agreement.leaves import commitments
from policyhub.meetings.models import Attendance, Meeting, Notice, Recess, ReportedMeeting
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
from policyhub.record.commitments import commit
from policyhub.record.kinds import FIELDS, Kind
from policyhub.record.models import Entry, Secret
from policyhub.record.queries import now
from tests.factories.decisions import make_table
from tests.factories.story import tell_story
from tests.insight.agreement.test_changed import CHANGES
from tests.portal.test_odd_entries import ODD, write

# What a row is found by: another value there is no row for the entry, which is tried as its `subject`. A state that a
# later entry of the story sets again, said by the kind itself, is tried where it is set last.
BY_KEY = {
    "person",
    "actor.person",
    "actor.org",
    "role",
    "organization",
    "event",
    "document",
    "version",
    "number",
    "clause",
    "scope",
    "to",
    "type",
}
# Tried by tests of their own below, or follow from what is: a label and a dependence never change without the outcome.
ELSEWHERE = {
    ("call.opened", "roll_size"),
    *((f"position.{how}", "answer") for how in ("cast", "entered", "unsealed")),
    *(("call.closed", each) for each in ("outcome", "label", "depends_on_withdrawal")),
}
# The rows that come from acts which leave an entry.
MADE: set[type[Model]] = {
    *(Process, Charter, StaffRole, Participation, Representative, Withdrawal, Point, Requirement, Statement, Signature),
    *(Claim, ReportedMeeting, Sponsor, Link, CharterProposal),
    *(Answer, Announcement, PartialWithdrawal, Affiliation, Profile, Group, GroupSeat, Report),
    *(Document, Version, Comment, Disposition, Mark),
    *(Meeting, Notice, Recess, Attendance, Minutes, MinutesVersion, Correction),
    *(Call, Position, SealedPosition, Objection, Determination, Edition, File),
}


def said() -> list[tuple[int | None, str]]:
    return [(each.index, each.field) for each in compare().listed]


def run(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_every_field_of_every_kind_is_compared_or_excepted_with_a_reason() -> None:
    compared = {(kind, check.field) for kind, claims in CLAIMS.items() for claim in claims for check in claim.checks}
    fields = {(kind, field) for kind, names in FIELDS.items() for field in names}
    assert (fields - compared - set(UNCOMPARED), set(UNCOMPARED) & compared, set(CLAIMS)) == (set(), set(), set(Kind))
    assert set(UNCOMPARED) <= fields
    assert all(UNCOMPARED.values())


def test_every_comparison_has_a_change_that_it_finds() -> None:
    fields = {(kind, check.field) for kind, claims in CLAIMS.items() for claim in claims for check in claim.checks}
    tried = {(change.kind, "at" if change.field == "told_at" else change.field) for change in CHANGES}
    by_key = {(kind, field) for kind, field in fields - tried if field in BY_KEY}
    assert {(str(kind), field) for kind, field in fields - tried - by_key} == ELSEWHERE


def test_every_row_that_acts_make_is_looked_for() -> None:
    assert {claim.rows.model for claims in CLAIMS.values() for claim in claims if claim.makes} == MADE


def test_what_acts_did_agrees(db: None) -> None:
    tell_story()
    found = compare()
    assert (found.agrees, found.listed, found.entries) == (True, (), Entry.objects.count())


@pytest.mark.parametrize("model", sorted(MADE, key=str), ids=lambda each: each.__name__)
def test_a_removed_row_is_missed_at_its_entry(unguarded: None, model: type[Model]) -> None:
    run("SET CONSTRAINTS ALL DEFERRED")
    row = PLANTED[model]().order_by("pk")[0] if model in PLANTED else model._default_manager.order_by("pk")[0]
    table, column = model._meta.db_table, model._meta.pk.column  # type: ignore[union-attr]
    run(f'DELETE FROM "{table}" WHERE "{column}" = %s', row.pk)
    found = compare()
    assert any(each.index is not None and each.found.startswith("no ") for each in found.listed), found.listed


def copy(model: type[Model], **changed: Any) -> Callable[[], Any]:
    """Plants another row of the model."""

    def plant() -> Any:
        rows = PLANTED[model]() if model in PLANTED else model._default_manager.all()
        row = rows.order_by("pk")[0]
        row.pk = None
        for name, value in changed.items():
            setattr(row, name, value() if callable(value) else value)
        row.save(force_insert=True)
        return row.pk

    return plant


PLANTED: dict[type[Model], Callable[[], Any]] = {
    Statement: lambda: Statement.objects.filter(published_at__isnull=False),
    Signature: lambda: Signature.objects.filter(signed_at__isnull=False),
}


def nobody() -> int:
    return User.objects.get(email="outsider@example.org").pk


def lab() -> int:
    return Participation.objects.get(organization__slug="coastal-university").pk


def meeting() -> int:
    return Meeting.objects.get(number=2).pk


def nobodys() -> int:
    return Participation.objects.get(organization__slug="nobody").organization_id


PLANTS = [
    (Process, {"slug": "other"}),
    (Charter, {"version": 9}),
    (StaffRole, {"user_id": nobody}),
    (Participation, {}),
    (Representative, {"user_id": nobody, "mandate": "alternate", "until": None}),
    (Withdrawal, {"participation_id": lab}),
    (Point, {"number": 9, "proposition": "Another"}),
    (
        Requirement,
        {"number": 9, "participation_id": lambda: Participation.objects.get(organization__slug="nobody").pk},
    ),
    (Statement, {"number": 9}),
    (Signature, {"organization_id": nobodys}),
    (Claim, {"number": 7}),
    (CharterProposal, {"version": 9, "dropped_at": now}),
    (Sponsor, {"participation_id": lambda: Participation.objects.get(organization__slug="nobody").pk}),
    (Link, {"clause_id": lambda: Clause.objects.latest("pk").pk}),
    (ReportedMeeting, {"number": 7}),
    (Announcement, {"effective_at": lambda: now() + timedelta(weeks=9)}),
    (PartialWithdrawal, {"scope": "document/other"}),
    (Answer, {"statement_id": lambda: Statement.objects.get(process__slug="faces", number=1).pk}),
    (Document, {"slug": "planted"}),
    (Version, {"number": 9}),
    (Comment, {"number": 9}),
    (Mark, {"version_id": lambda: Version.objects.get(document__slug="faces-code", number=2).pk}),
    (Meeting, {"number": 9}),
    (Recess, {}),
    (Attendance, {}),
    (Minutes, {"meeting_id": meeting}),
    (MinutesVersion, {"number": 9}),
    (Correction, {"number": 9}),
    (Call, {"number": 9}),
    (Position, {"organization_id": nobodys, "voice_id": nobodys}),
    (Affiliation, {"to_id": nobodys}),
    (Group, {"number": 9, "name": "Another"}),
    (GroupSeat, {"participation_id": lambda: Participation.objects.get(organization__slug="nobody").pk}),
    (Report, {"number": 9}),
    (Profile, {}),
    (Objection, {"number": 9, "holder_id": lambda: Participation.objects.get(pk=lab()).organization_id}),
    (Edition, {"number": 9}),
]


@pytest.mark.parametrize(("model", "changed"), PLANTS, ids=[model.__name__ for model, _ in PLANTS])
def test_a_planted_row_is_found(unguarded: None, model: type[Model], changed: dict[str, Any]) -> None:
    copy(model, **changed)()
    # Of rows that are alike any can be the one too many.
    assert [each.field for each in compare().listed if each.index is None] == [str(model._meta.verbose_name)]


def test_a_seat_that_is_gone_from_a_roll_is_found(unguarded: None) -> None:
    opened = Entry.objects.filter(kind=Kind.CALL_OPENED).earliest("index")
    Seat.objects.filter(call__number=1).earliest("pk").delete()
    assert {field for index, field in said() if index == opened.index} == {"roll_hash", "roll_size"}


def test_an_outcome_that_the_positions_do_not_give_is_found(unguarded: None) -> None:
    closed = Entry.objects.filter(kind=Kind.CALL_CLOSED).earliest("index")
    Objection.objects.filter(call__number=1).delete()
    before = [field for index, field in said() if index == closed.index]
    Position.objects.filter(call__number=1, organization__slug="tern-mobile").update(stance="abstain")
    assert (before, {field for index, field in said() if index == closed.index}) == ([], {"counts", "outcome"})


def test_an_objection_that_is_repeated_answered_or_raised_anew_agrees(db: None) -> None:
    table = make_table(now(), slug="voices")
    steps: list[Callable[[], Entry]] = [
        lambda: table.cast("voices-union-1", "object", reason="It watches."),
        lambda: table.answer("voices-union-1"),
        lambda: table.cast("voices-union-1", "object", reason="It watches."),
        lambda: table.cast("voices-union-1", "object", reason="It still watches."),
        lambda: table.answer("voices-union-1"),
        lambda: table.cast("voices-union-1", "object", reason="It still watches."),
        lambda: table.cast("voices-union-1", "support"),
        lambda: table.cast("voices-union-1", "object", reason="It watches again."),
    ]
    for step in steps:
        step()
        about = [each for each in compare().listed if "objection" in each.sentence or each.field == "answer"]
        assert about == []
    Objection.objects.filter(call=table.call).update(answer="Planted.\n")
    assert [each.field for each in compare().listed if "objection" in each.sentence] == ["reason_hash"]


def test_an_answer_that_nobody_gave_is_found(unguarded: None) -> None:
    Objection.objects.filter(call__number=3).update(answer="Planted.\n")
    assert [each.field for each in compare().listed] == ["answer"]


def test_a_planted_file_and_a_right_that_nobody_gave_are_found(unguarded: None) -> None:
    File.objects.create(hash="sha256:" + "1" * 64, media_type="text/plain", data=b"planted")
    User.objects.filter(email="outsider@example.org").update(may_convene=True)
    assert [each.field for each in compare().listed] == ["file", "right to convene or to operate of person"]


COLUMNS = [
    ("subject", "subject = 'process/other'", "subject"),
    ("type", "type = 'role.ended'", "type"),
    ("process", "process = 'other'", "process"),
    ("told_at", "told_at = told_at + interval '1 hour'", "told_at"),
    ("recorded_at", "recorded_at = recorded_at + interval '1 hour'", "at"),
    ("event_id", f"event_id = '{uuid.UUID(int=0)}'", "id"),
    ("subject_seq", "subject_seq = 999", "n"),
    ("leaf_hash", "leaf_hash = sha256('')", "leaf_hash"),
]


@pytest.mark.parametrize(("column", "change", "field"), COLUMNS, ids=[each[0] for each in COLUMNS])
def test_a_column_beside_a_leaf_is_compared_with_its_bytes(
    unguarded: None, column: str, change: str, field: str
) -> None:
    entry = Entry.objects.filter(kind=Kind.ROLE_GRANTED).earliest("index")
    run("ALTER TABLE record_leaf DISABLE TRIGGER USER")
    run(f"UPDATE record_leaf SET {change} WHERE idx = %s", entry.index)
    assert (entry.index, field) in said()


def test_an_entry_of_nothing_is_found(unguarded: None) -> None:
    """A position that the tables do not know, well made and well hashed."""
    cast = Entry.objects.filter(kind=Kind.POSITION_CAST).earliest("index")
    written = write(cast.subject, "position.cast", {**cast.body, "position": "endorse"})
    assert (written.index, "subject") in said()


def test_odd_entries_are_told_and_stop_nothing(unguarded: None) -> None:
    before = Entry.objects.count()
    for each in ODD:
        write(*each)
    found = compare()
    assert found.disagreements >= len(ODD)
    assert {each.index for each in found.listed if each.index is not None and each.index < before} == set()


def test_a_secret_that_does_not_open_its_commitment_is_found(unguarded: None) -> None:
    entry = Entry.objects.filter(kind=Kind.ROLE_GRANTED).earliest("index")
    secret = Secret.objects.get(commit=entry.body["person"])
    Secret.objects.filter(pk=secret.pk).update(salt=b"x" * 32)
    assert said() == [(entry.index, "person")]


def test_a_secret_that_names_somebody_else_beside_is_found(unguarded: None) -> None:
    entry = Entry.objects.filter(kind=Kind.ROLE_GRANTED).earliest("index")
    Secret.objects.filter(commit=entry.body["person"]).update(person=F("person") + 1000)
    assert (entry.index, "person") in said()


def test_a_secret_that_is_gone_is_found_unless_its_erasure_is_on_the_record(unguarded: None) -> None:
    entry = Entry.objects.filter(kind=Kind.POSITION_CAST).latest("index")
    person = Secret.objects.get(commit=entry.actor["person"]).person
    commits = list(Secret.objects.filter(person=person).values_list("commit", flat=True))
    named = sorted(
        each.index for each in Entry.objects.all() for value in commitments(each).values() if value in commits
    )
    Secret.objects.filter(person=person).delete()
    gone = [(index, field) for index, field in said() if index is not None]
    write("log", "person.erased", {"commitments": commits})
    erased = said()
    assert (sorted(index for index, _ in gone), [field for _, field in erased]) == (named, [])


def test_a_secret_that_opens_nothing_is_found(unguarded: None) -> None:
    made = commit({"person": "1"})
    Secret.objects.create(commit=made.text, salt=made.salt, payload=made.payload, person=1)
    assert said() == [(None, "secret")]


def test_who_did_not_hold_the_role_is_found(unguarded: None) -> None:
    made = commit({"person": str(nobody())})
    Secret.objects.create(commit=made.text, salt=made.salt, payload=made.payload, person=nobody())
    cast = Entry.objects.get(kind=Kind.PROCESS_TOLD, subject="process/faces")
    who = {"org": None, "person": made.text, "role": "chair"}
    run(
        "SELECT * FROM record_append(%s, %s, %s, %s, %s, NULL)",
        *(canonical(who).decode(), canonical({"until": cast.body["until"]}).decode(), uuid7(), cast.subject),
        "process.told",
    )
    assert (Entry.objects.latest("index").index, "actor.role") in said()


def test_a_kept_root_is_compared_with_its_leaves(unguarded: None) -> None:
    run("INSERT INTO record_subtree VALUES (1, 0, sha256('')), (1, 7, sha256(''))")
    assert [field for _, field in said()] == ["subtree", "subtree"]


def test_a_text_that_was_redacted_is_not_missed(unguarded: None) -> None:
    comment = Comment.objects.get()
    hashed = Entry.objects.get(kind=Kind.COMMENT_MADE).body["text_hash"]
    Comment.objects.filter(pk=comment.pk).update(text="[removed]\n")
    before = said()
    redaction = {
        "process": "faces",
        "text_hash": hashed,
        "replaced_hash": text_hash("[removed]\n"),
        "reason": "personal",
    }
    write("comment/faces/1", "text.redacted", redaction)
    assert (len(before), said()) == (1, [])
    Comment.objects.filter(pk=comment.pk).update(text="Something else.")
    assert [field for _, field in said()] == ["text_hash"]


def test_times_of_acts_that_are_not_told_are_those_of_writing(unguarded: None) -> None:
    from_now = Entry.objects.latest("index").recorded_at + timedelta(days=3)
    Process.objects.filter(slug="faces").update(opened_at=from_now)
    assert [field for _, field in said()] == ["told_at"]
