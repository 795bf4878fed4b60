"""A short lawful story in leaves: a code, two who sit, a call that one of them loses, a withdrawal, an edition."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable, Iterable
from typing import Any

from policyhub.core.canonical import canonical, dump
from policyhub.record.commitments import commit, opening
from policyhub.record.kinds import Kind

Leaf = dict[str, Any]
Change = Callable[[Leaf], object]

TEXT = "sha256:" + "1" * 64
OTHER = "sha256:" + "2" * 64
WORDS = "sha256:" + "3" * 64
ROLL = f"sha256:{hashlib.sha256(dump([['firm', 'firm'], ['union', 'union']])).hexdigest()}"
DAY = "2026-03-{:02}T09:00:{:02}.000000Z"
NO_END = {"authority_hash": None, "ends_at": None}
AS_INDUSTRY = {"category": "industry", "standing": "voting"}
AS_ADVOCACY = {"category": "advocacy", "standing": "voting"}
WATCHER = {"role": "observer", "person": "commit:w", "authority_hash": WORDS, "ends_at": DAY.format(6, 0)}
REPORTED = {"number": 1, "document": "signs", "version": 1, "text_hash": WORDS, "report_hash": OTHER}
OF_HOLDING = {"to": "holding", "to_name": "Holding"}
OF_COUNCIL = {"to": "council", "to_name": "Council"}
PROFILE = {"about_hash": None, "funding_hash": WORDS, "interests_hash": None}
CALL = {
    "asking": "consensus",
    "question": "Can you accept this?",
    "options": dict.fromkeys(("endorse", "support", "accept", "defer", "object", "abstain", "recuse"), WORDS),
    "document": "code",
    "version": 1,
    "clause": None,
    "text_hash": TEXT,
    "rule": "two-thirds-cast",
    "sealed": False,
    "treatment": "count_as_cast",
    "roll_hash": ROLL,
    "roll_size": 2,
    "opens_at": DAY.format(3, 0),
    "closes_at": DAY.format(10, 0),
    "repeats": None,
    "recirculates": None,
    "reason_hash": None,
}
COUNTS = {"for": 1, "against": 1, "abstain": 0, "defer": 0, "recuse": 0, "not_returned": 0}
CLOSED = {
    "positions": 2,
    "roll_hash": ROLL,
    "counts": COUNTS,
    "outcome": "not_adopted",
    "label": None,
    "depends_on_withdrawal": False,
}
NOTICED = {
    "kind": "virtual",
    "title": "First meeting",
    "starts_at": DAY.format(8, 0),
    "ends_at": DAY.format(9, 0),
    "timezone": "UTC",
    "notice_hash": WORDS,
    "days_ahead": 6,
    "days_required": 5,
    "group": 1,
}
PINNED = {
    "document": "code",
    "version": 2,
    "against": 1,
    "language": "en",
    "text_hash": OTHER,
    "size": 30,
    "root": WORDS,
    "engine": "typst",
    "template": WORDS,
}
STARTED_ANEW = {
    "vkey": "r/2+9ba05f49+AQICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIC",
    "previous": "r+7900fdd5+AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB",
    "checkpoint": ["r", "2", "A" * 43 + "=", "", "— r eQD91QAA"],
    "reason": "key_lost",
}
HANDED_OVER = {"vkey": "r+2+b", "previous": "r+1+a", "signature": "c2lnbmVk", "until": DAY.format(30, 0)}
SAID = {"about": None, "text_hash": WORDS, "effective_at": None}
SIGNED_LATER = {"text_hash": WORDS, "signed_at": DAY.format(13, 0)}
CHARTER = {
    "version": 1,
    "scope_hash": WORDS,
    "categories": [{"slug": "industry", "name": "Industry"}, {"slug": "advocacy", "name": "Advocacy"}],
    "rule": "two-thirds-cast",
    "notice_days": 5,
    "call_hours": 24,
    "treatment": "count_as_cast",
    "balance": None,
    "chair_may_be_party": False,
    "two_persons_admit": True,
    "ballot_rule": None,
    "sealed_calls": False,
    "appeal_days": 21,
}
AMENDED = {**CHARTER, "version": 2, "notice_days": 0}
PROPOSED = {**AMENDED, "reason_hash": WORDS, "not_before": DAY.format(18, 0)}
NEED = {"point": 2, "holds": True, "importance": "essential", "otherwise_leaves": False, "text_hash": WORDS}
KEPT_BACK = commit(NEED)
OPENING = opening(KEPT_BACK.salt, KEPT_BACK.payload)
LEAVES = {
    "category": "industry",
    "scope": "process",
    "effective_at": DAY.format(13, 0),
    "permanent": True,
    "reason_hash": WORDS,
    "return_condition_hash": None,
    "requirements": [],
    "claimed_on": None,
}
ANNOUNCED = {**LEAVES, "statement": None}
# (kind, subject, organization, role, day, body); `process` and `person` are added where they belong.
STORY: list[tuple[str, str, str | None, str, int, dict[str, Any]]] = [
    ("operator.appointed", "site", None, "operator", 1, {"person": "commit:o"}),
    ("convening.allowed", "site", None, "operator", 1, {"person": "commit:c"}),
    ("person.erased", "log", None, "person", 1, {"commitments": ["commit:c"]}),
    ("key.rotated", "log", None, "operator", 1, HANDED_OVER),
    ("log.started", "log", None, "operator", 1, STARTED_ANEW),
    (
        "process.opened",
        "process/faces",
        None,
        "convener",
        1,
        {
            "title": "Faces",
            "convener": "Office",
            "summary_hash": WORDS,
            "timezone": "UTC",
            "source_hash": None,
            "reported_by": None,
        },
    ),
    ("role.granted", "process/faces", None, "convener", 1, {"role": "chair", "person": "commit:x"}),
    ("role.granted", "process/faces", None, "convener", 1, {"role": "editor", "person": "commit:x"}),
    ("role.granted", "process/faces", None, "convener", 1, {"role": "secretary", "person": "commit:x"}),
    (
        "charter.adopted",
        "process/faces",
        None,
        "chair",
        1,
        CHARTER,
    ),
    (
        "organization.invited",
        "organization/firm",
        None,
        "convener",
        1,
        {"name": "Firm", **AS_INDUSTRY},
    ),
    (
        "representative.named",
        "organization/firm",
        None,
        "convener",
        1,
        {"role": "lead", "person": "commit:f", **NO_END},
    ),
    ("admission.approved", "organization/firm", None, "chair", 1, {}),
    ("organization.admitted", "organization/firm", "firm", "lead", 1, AS_INDUSTRY),
    (
        "organization.applied",
        "organization/union",
        "union",
        "lead",
        1,
        {"name": "Union", **AS_ADVOCACY},
    ),
    (
        "representative.named",
        "organization/union",
        "union",
        "lead",
        1,
        {"role": "lead", "person": "commit:u", **NO_END},
    ),
    ("admission.approved", "organization/union", None, "chair", 1, {}),
    ("organization.admitted", "organization/union", None, "convener", 1, AS_ADVOCACY),
    ("representative.named", "organization/firm", "firm", "lead", 1, WATCHER),
    ("affiliation.declared", "organization/firm", "firm", "lead", 1, {**OF_HOLDING, "relation": "related"}),
    ("affiliation.confirmed", "organization/firm", None, "convener", 1, {"to": "holding", "reason_hash": WORDS}),
    ("affiliation.ended", "organization/firm", None, "convener", 1, {"to": "holding", "reason_hash": WORDS}),
    ("affiliation.declared", "organization/firm", "firm", "lead", 1, {**OF_HOLDING, "relation": "member"}),
    ("affiliation.found", "organization/union", None, "convener", 1, {**OF_COUNCIL, "reason_hash": WORDS}),
    ("profile.declared", "organization/firm", "firm", "lead", 1, PROFILE),
    ("point.added", "point/faces/1", "union", "representative", 1, {"proposition": "Consent comes first"}),
    (
        "requirement.declared",
        "requirement/faces/1",
        "union",
        "lead",
        1,
        {"point": 1, "holds": True, "importance": "essential", "otherwise_leaves": True, "text_hash": WORDS},
    ),
    ("document.opened", "document/code", None, "editor", 2, {"title": "Code", "owner": None, "group": None}),
    ("version.published", "document/code", None, "editor", 2, {"version": 1, "text_hash": TEXT, "clauses": 1}),
    (
        "comment.made",
        "comment/faces/1",
        "union",
        "lead",
        2,
        {"document": "code", "version": 1, "clause": "c1", "clause_hash": WORDS, "type": "ge", "text_hash": WORDS},
    ),
    ("comment.answered", "comment/faces/1", None, "editor", 2, {"disposition": "noted", "reason_hash": WORDS}),
    (
        "requirement.marked",
        "requirement/faces/1",
        "union",
        "lead",
        2,
        {"document": "code", "version": 1, "text_hash": TEXT, "mark": "unmet"},
    ),
    ("group.opened", "group/faces/1", None, "chair", 2, {"kind": "drafting", "name": "Signs", "purpose_hash": WORDS}),
    ("group.joined", "group/faces/1", "firm", "lead", 2, {}),
    ("document.opened", "document/signs", "firm", "lead", 2, {"title": "Signs", "owner": None, "group": 1}),
    ("version.published", "document/signs", "firm", "lead", 2, {"version": 1, "text_hash": WORDS, "clauses": 1}),
    ("group.reported", "group/faces/1", None, "chair", 2, REPORTED),
    (
        "part.left",
        "organization/firm",
        "firm",
        "lead",
        2,
        {**LEAVES, "scope": "group/faces/1", "effective_at": DAY.format(2, 0)},
    ),
    ("part.resumed", "organization/firm", "firm", "lead", 2, {"scope": "group/faces/1"}),
    ("group.closed", "group/faces/1", None, "convener", 2, {"reason_hash": WORDS}),
    ("meeting.noticed", "meeting/faces/1", None, "convener", 2, NOTICED),
    ("agenda.published", "meeting/faces/1", None, "chair", 2, {"items": 1, "items_hash": WORDS}),
    ("call.opened", "call/faces/1", None, "chair", 3, CALL),
    ("position.cast", "call/faces/1", "firm", "lead", 4, {"position": "support", "text_hash": TEXT}),
    (
        "position.cast",
        "call/faces/1",
        "union",
        "lead",
        5,
        {"position": "object", "text_hash": TEXT, "reason_hash": WORDS},
    ),
    ("representative.ended", "organization/firm", None, "system", 7, {"role": "observer", "person": "commit:w"}),
    ("meeting.opened", "meeting/faces/1", None, "chair", 8, {"presiding": "commit:x", "secretary": "commit:x"}),
    (
        "attendance.recorded",
        "meeting/faces/1",
        None,
        "secretary",
        8,
        {"organization": "union", "event": "arrived", "occurred_at": DAY.format(8, 0)},
    ),
    ("meeting.adjourned", "meeting/faces/1", None, "chair", 8, {}),
    ("minutes.drafted", "minutes/faces/1", None, "secretary", 8, {"version": 1, "text_hash": TEXT}),
    ("meeting.closed", "meeting/faces/1", None, "secretary", 8, {}),
    (
        "minutes.circulated",
        "minutes/faces/1",
        None,
        "secretary",
        8,
        {"version": 1, "text_hash": TEXT, "corrections_until": DAY.format(9, 0)},
    ),
    (
        "correction.proposed",
        "minutes/faces/1",
        "union",
        "lead",
        8,
        {"number": 1, "what_hash": WORDS, "why_hash": WORDS},
    ),
    (
        "minutes.corrected",
        "minutes/faces/1",
        None,
        "secretary",
        8,
        {"version": 2, "text_hash": OTHER, "previous_hash": TEXT, "reason_hash": WORDS},
    ),
    (
        "minutes.approved",
        "minutes/faces/1",
        None,
        "chair",
        9,
        {"version": 2, "text_hash": OTHER, "approved_by": "chair"},
    ),
    ("minutes.published", "minutes/faces/1", None, "convener", 9, {"version": 2, "text_hash": OTHER}),
    ("call.closed", "call/faces/1", None, "system", 10, CLOSED),
    ("objection.answered", "objection/faces/1", None, "chair", 11, {"accommodated": False, "reason_hash": WORDS}),
    (
        "call.determined",
        "call/faces/1",
        None,
        "chair",
        11,
        {
            "outcome": "not_adopted",
            "label": None,
            "designation": "not_adopted",
            "reasons_hash": WORDS,
            "objections": [{"number": 1, "holder": "union", "state": "addressed_not_accommodated"}],
        },
    ),
    (
        "statement.published",
        "statement/faces/1",
        "union",
        "lead",
        12,
        {
            "kind": "withdrawal",
            "about": None,
            "title": "We leave",
            "text_hash": WORDS,
            "signatories": 1,
            "effective_at": None,
        },
    ),
    (
        "statement.signed",
        "statement/faces/1",
        "union",
        "lead",
        12,
        {"text_hash": WORDS, "signed_at": DAY.format(12, 0)},
    ),
    (
        "organization.withdrawn",
        "organization/union",
        "union",
        "lead",
        12,
        {
            "category": "advocacy",
            "scope": "process",
            "effective_at": DAY.format(12, 0),
            "permanent": True,
            "reason_hash": WORDS,
            "return_condition_hash": None,
            "requirements": [1],
            "statement": 1,
            "claimed_on": None,
        },
    ),
    ("version.published", "document/code", None, "editor", 13, {"version": 2, "text_hash": OTHER, "clauses": 1}),
    (
        "statement.published",
        "statement/faces/2",
        "union",
        "lead",
        13,
        {
            "kind": "complaint",
            "about": None,
            "title": "Short notice",
            "text_hash": WORDS,
            "signatories": 2,
            "effective_at": None,
        },
    ),
    ("statement.signed", "statement/faces/2", "union", "lead", 13, SIGNED_LATER),
    ("statement.signed", "statement/faces/2", "coalition", "signatory", 13, SIGNED_LATER),
    ("statement.answered", "statement/faces/2", None, "chair", 13, {"answer": "granted", "reason_hash": WORDS}),
    ("objection.lifted", "objection/faces/1", "union", "lead", 13, {"by": "union"}),
    ("edition.pinned", "edition/code/1", None, "convener", 13, PINNED),
    (
        "edition.published",
        "edition/code/1",
        None,
        "system",
        13,
        {"document": "code", "version": 2, "number": 1, "file_hash": WORDS, "bytes": 9},
    ),
    ("point.added", "point/faces/2", "firm", "representative", 13, {"proposition": "Nobody is asked twice"}),
    ("requirement.lodged", "requirement/faces/2", "firm", "lead", 13, {"commitment": KEPT_BACK.text}),
    ("requirement.released", "requirement/faces/2", "firm", "lead", 13, {"opening": OPENING}),
    ("requirement.linked", "requirement/faces/2", "firm", "lead", 13, {"document": "code", "clause": "c1"}),
    ("requirement.unlinked", "requirement/faces/2", "firm", "lead", 13, {"document": "code", "clause": "c1"}),
    ("requirement.dropped", "requirement/faces/2", "firm", "lead", 13, {"reason_hash": WORDS}),
    ("part.left", "organization/firm", "firm", "lead", 13, {**LEAVES, "scope": "document/code"}),
    ("part.resumed", "organization/firm", "firm", "lead", 13, {"scope": "document/code"}),
    ("withdrawal.announced", "organization/firm", "firm", "lead", 13, {**ANNOUNCED, "effective_at": DAY.format(15, 0)}),
    ("withdrawal.revoked", "organization/firm", "firm", "lead", 13, {"reason_hash": None}),
    ("withdrawal.announced", "organization/firm", "firm", "lead", 13, {**ANNOUNCED, "effective_at": DAY.format(14, 0)}),
    (
        "organization.withdrawn",
        "organization/firm",
        None,
        "system",
        14,
        {**ANNOUNCED, "effective_at": DAY.format(14, 0)},
    ),
    ("charter.proposed", "process/faces", None, "chair", 12, {**PROPOSED, "notice_days": 1}),
    ("charter.dropped", "process/faces", None, "convener", 12, {"version": 2, "reason_hash": WORDS}),
    ("charter.proposed", "process/faces", None, "chair", 12, PROPOSED),
    ("charter.adopted", "process/faces", None, "convener", 19, AMENDED),
    (
        "text.redacted",
        "comment/faces/1",
        None,
        "operator",
        14,
        {"text_hash": WORDS, "replaced_hash": OTHER, "reason": "personal"},
    ),
]
EMPTY = ("note_hash", "proposed_hash", "cure_hash", "reason_hash", "replaces")


def story() -> list[Leaf]:
    """The story as leaves, each with its own counters and times."""
    return renumbered([leaf(*line, second=number % 60) for number, line in enumerate(STORY)])


def changed(kind: Kind | str, change: Change, *, which: int = 0) -> list[Leaf]:
    """The story in which one entry of that kind is another."""
    leaves = story()
    change([each for each in leaves if each["type"] == kind][which])
    return renumbered(leaves)


def without(kind: Kind | str, *, which: int = 0) -> list[Leaf]:
    """The story in which one entry of that kind is missing, and nobody could tell by the counters."""
    leaves = story()
    leaves.remove([each for each in leaves if each["type"] == kind][which])
    return renumbered(leaves)


def moved(kind: Kind | str, *, behind: Kind | str) -> list[Leaf]:
    """The story in which an entry stands behind the last one of another kind."""
    leaves = story()
    one = next(each for each in leaves if each["type"] == kind)
    leaves.remove(one)
    last = max(place for place, each in enumerate(leaves) if each["type"] == behind)
    one["at"] = leaves[last]["at"]
    leaves.insert(last + 1, one)
    return renumbered(leaves)


def renumbered(leaves: Iterable[Leaf]) -> list[Leaf]:
    """The leaves with counters that have no gap, and positions that replace what is there."""
    counters: dict[str, int] = {}
    found = []
    for each in leaves:
        counters[each["subject"]] = counters.get(each["subject"], 0) + 1
        found.append({**each, "n": counters[each["subject"]]})
    return found


def as_bytes(leaves: Iterable[Leaf]) -> list[bytes]:
    """The leaves as they would stand in a record."""
    return [canonical(each) for each in leaves]


def leaf(kind: str, subject: str, org: str | None, role: str, day: int, body: dict[str, Any], *, second: int) -> Leaf:
    fields = {**dict.fromkeys(FIELDS_LEFT_EMPTY.get(kind, ())), **copy.deepcopy(body)}
    if subject not in {"site", "log"} and not subject.startswith("process/"):
        fields["process"] = "faces"
    at = DAY.format(day, second)
    return {
        "actor": {"org": org, "person": None if role == "system" else "commit:p", "role": role},
        "at": at,
        "body": fields,
        "id": f"019ca{day:03x}-{second:04x}-7000-8000-000000000000",
        "n": 1,
        "subject": subject,
        "type": kind,
        "v": 1,
    }


FIELDS_LEFT_EMPTY = {
    "version.published": ("note_hash",),
    "comment.made": ("proposed_hash",),
    "requirement.marked": ("note_hash",),
    "position.cast": ("reason_hash", "cure_hash", "replaces"),
    "minutes.circulated": ("reason_hash",),
}
