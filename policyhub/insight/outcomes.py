"""What is true after an act and what follows from it: one sentence each, for every kind of entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from policyhub.core.templatetags.marks import word
from policyhub.core.templatetags.typeset import moment_text
from policyhub.decisions.models import Call
from policyhub.insight.calls.outcomes import CALL_OUTCOMES
from policyhub.insight.story import ODD
from policyhub.insight.subjects import About, describe
from policyhub.participation.models import Organization, Process
from policyhub.record.kinds import Kind, find_kind
from policyhub.record.models import Entry


@dataclass(frozen=True)
class Outcome:
    """What is now true, what follows, and the public page of what it is about."""

    heading: str
    follows: str
    path: str | None


# Names in braces: name (of what it is about), process, organization (that acted), until (a call's closing),
# and the fields of the entry's body.
SENTENCES: dict[Kind, tuple[str, str]] = {
    Kind.OPERATOR_APPOINTED: ("You operate this installation", "Say who may convene; everything else is theirs to do."),
    Kind.CONVENING_ALLOWED: ("This person may convene", "They can open a process as soon as they sign in."),
    Kind.CONVENING_ENDED: (
        "This person opens no more processes",
        "Functions held in processes that are open already stay.",
    ),
    Kind.PERSON_ERASED: ("This person is erased", "Entries that meant them name nobody; every proof holds as before."),
    Kind.KEY_ROTATED: (
        "Another key signs the record",
        "The key before signs beside it for thirty days. Tell everybody who kept it.",
    ),
    Kind.TEXT_REDACTED: (
        "The words are removed",
        "The record says which texts held them, by their hashes. Run VACUUM on the database, and let no backup outlive "
        "its thirty-five days.",
    ),
    Kind.LOG_STARTED: (
        "The record is started anew",
        "Its signer goes on with the key that you announced. Publish what happened, and tell everybody who kept the "
        "old key or a checkpoint.",
    ),
    Kind.PROCESS_OPENED: (
        "{name} is announced",
        "Name its chair, secretary and editor, then adopt its charter: until then nobody is seated.",
    ),
    Kind.PROCESS_TOLD: ("{name} has been told", "From here on it goes on live."),
    Kind.PROCESS_CONCLUDED: ("{name} is told to its end", "Nothing more is told of it."),
    Kind.ORGANIZATION_REPORTED: ("{name} is reported to have taken part", "Its sources stand in the entry."),
    Kind.MEETING_REPORTED: ("The meeting of {on} is reported", "Its sources stand in the entry."),
    Kind.CLAIM_RECORDED: ("What sources say is on record", "What others say of it stands beside it."),
    Kind.ROLE_GRANTED: ("The process has a new {role}", "This person is told by mail and can act at once."),
    Kind.ROLE_ENDED: ("This person is {role} no longer", "What they did in that function stays on the record."),
    Kind.CHARTER_ADOPTED: (
        "Version {version} of the charter is adopted",
        "Organizations can be invited and admitted, and calls can open. Its rule computes every outcome.",
    ),
    Kind.CHARTER_PROPOSED: (
        "Everybody has notice of version {version} of the charter",
        "It can be adopted once the days of notice are over. Until then, and in calls that are open, nothing changes.",
    ),
    Kind.CHARTER_PROPOSAL_DROPPED: (
        "Version {version} of the charter is not adopted",
        "The charter stays as it is. What was proposed stays listed, with your reason.",
    ),
    Kind.ORGANIZATION_INVITED: ("{name} is invited", "Its lead representative is told by mail and can take the seat."),
    Kind.ORGANIZATION_APPLIED: ("{name} has asked for a seat", "The convener admits it, or declines with a reason."),
    Kind.ADMISSION_APPROVED: (
        "A seat for {name} is approved",
        "An application the convener can admit now; an invitation its lead can accept.",
    ),
    Kind.ORGANIZATION_ADMITTED: (
        "{name} sits at the table",
        "With a vote it can declare requirements, and is on the roll of every later call.",
    ),
    Kind.ORGANIZATION_DECLINED: (
        "{name} is not admitted",
        "Its representatives are told by mail. The reason is public.",
    ),
    Kind.ORGANIZATION_WITHDRAWN: (
        "{name} has left {process}",
        "What it said and cast stays on the record. Everybody at the table is told by mail.",
    ),
    Kind.WITHDRAWAL_ANNOUNCED: (
        "{name} will leave {process}",
        "It sits at the table until then, and can take this back. Everybody at the table is told by mail.",
    ),
    Kind.WITHDRAWAL_REVOKED: ("{name} stays in {process}", "Everybody who was told of the withdrawal is told by mail."),
    Kind.GROUP_OPENED: ("{name} is open", "Every organization at the table can join it. Everybody is told by mail."),
    Kind.GROUP_CLOSED: ("{name} is closed", "What it wrote and reported stays. Your reason is public."),
    Kind.GROUP_JOINED: (
        "{organization} is in {name}",
        "It can draft there, and counts for the quorum of its meetings. It can step out and stay in the process.",
    ),
    Kind.GROUP_REPORTED: ("{name} has reported to all", "Everybody is told by mail. Nothing is decided by it."),
    Kind.PART_LEFT: (
        "{name} has stepped out of it",
        "It stays in the process, and is on no later roll about it. It can come back.",
    ),
    Kind.PART_RESUMED: ("{name} has come back to it", "It is on the roll of every later call about it."),
    Kind.AFFILIATION_DECLARED: (
        "{name} is listed with {to_name}",
        "Everybody can read it. Related organizations have one voice once the other, or the convener, confirms it.",
    ),
    Kind.AFFILIATION_FOUND: (
        "{name} and {to_name} have one voice",
        "On calls that open from now on. Both are told by mail; your reason is public.",
    ),
    Kind.AFFILIATION_CONFIRMED: (
        "{name} and the other have one voice",
        "On calls that open from now on. Both are told by mail.",
    ),
    Kind.AFFILIATION_ENDED: (
        "{name} and the other are listed together no longer",
        "Calls that are open keep the voices that they were opened with. The reason is public.",
    ),
    Kind.PROFILE_DECLARED: ("What {name} declares is public", "Earlier words stay on the record by their hash."),
    Kind.REPRESENTATIVE_NAMED: (
        "{name} has a new {role} representative",
        "This person is told by mail and can act at once.",
    ),
    Kind.REPRESENTATIVE_ENDED: (
        "This person speaks for {name} no longer",
        "What they said for it stays on the record.",
    ),
    Kind.POINT_ADDED: ("The point is in the list", "Organizations can declare that it must hold, or must not."),
    Kind.REQUIREMENT_DECLARED: (
        "{name} is declared",
        "Everybody can read it. You say for each version whether it is met.",
    ),
    Kind.REQUIREMENT_LODGED: (
        "{name} is declared to the convener alone",
        "The record holds a commitment to it. You can make it public at any time; what it says cannot change.",
    ),
    Kind.REQUIREMENT_RELEASED: ("{name} is public", "The record shows that it is what you committed to."),
    Kind.REQUIREMENT_SPONSORED: ("{organization} stands behind {name}", "It can end this at any time."),
    Kind.REQUIREMENT_UNSPONSORED: ("{organization} stands behind {name} no longer", "Its holder still does."),
    Kind.REQUIREMENT_DROPPED: ("{name} is dropped", "It stays listed, with your reason."),
    Kind.REQUIREMENT_LINKED: (
        "{name} is linked to a clause",
        "When a version changes the clause, you are asked again.",
    ),
    Kind.REQUIREMENT_UNLINKED: ("{name} is no longer linked to a clause", "What you said of versions stays."),
    Kind.REQUIREMENT_MARKED: (
        "What you say of {name} is recorded",
        "It stands for this version; the next one asks you again.",
    ),
    Kind.STATEMENT_PUBLISHED: (
        "The statement is published",
        "Its text and its signatories are fixed. Everybody can read it.",
    ),
    Kind.STATEMENT_SIGNED: ("{organization} stands under {name}", "Its signature is fixed, as the text is."),
    Kind.STATEMENT_ANSWERED: ("{name} is answered", "Those who signed it are told by mail. The reason is public."),
    Kind.DOCUMENT_OPENED: ("{name} is opened", "It has no text yet: publish its first version."),
    Kind.VERSION_PUBLISHED: (
        "Version {version} of {name} is published",
        "It never changes. An open call is suspended if the text it asks about was changed.",
    ),
    Kind.COMMENT_MADE: ("{name} is recorded", "It gets an answer with a reason, and you are told by mail."),
    Kind.COMMENT_ANSWERED: ("{name} is answered", "Whoever made it is told by mail. The reason is public."),
    Kind.MEETING_NOTICED: (
        "{name} is announced",
        "Everybody at the table, and everybody who follows, is told by mail.",
    ),
    Kind.AGENDA_PUBLISHED: ("The agenda of {name} is published", "Everybody at the table is told by mail."),
    Kind.MEETING_OPENED: ("{name} is in session", "Record who comes and goes."),
    Kind.MEETING_RECESSED: ("{name} is in recess", "It goes on when the chair resumes it."),
    Kind.MEETING_RESUMED: ("{name} is in session again", "Record who came back."),
    Kind.MEETING_ADJOURNED: ("{name} is adjourned", "The secretary drafts its minutes."),
    Kind.MEETING_CLOSED: ("{name} is closed", "Its minutes are being written."),
    Kind.MEETING_CANCELLED: ("{name} is cancelled", "It stays in the list with its reason. Everybody is told by mail."),
    Kind.ATTENDANCE_RECORDED: ("The attendance is recorded", "It stands in the minutes of {name}."),
    Kind.MINUTES_DRAFTED: ("There is a draft: {name}", "Only you can see it until you circulate it."),
    Kind.MINUTES_CIRCULATED: (
        "{name} can be corrected",
        "Everybody at the table is told by mail. Nothing is approved before the time you gave for corrections is over.",
    ),
    Kind.MINUTES_CORRECTED: ("The correction of {name} is taken in", "The text before stays listed."),
    Kind.CORRECTION_PROPOSED: ("Your correction of {name} is recorded", "The secretary takes it in, or says why not."),
    Kind.CORRECTION_DECLINED: (
        "The correction of {name} is declined",
        "The reason is public; what was proposed stays listed.",
    ),
    Kind.MINUTES_APPROVED: (
        "The text of {name} is fixed",
        "Nothing in them changes any more. Who approved them stands on the record. The convener publishes them.",
    ),
    Kind.MINUTES_PUBLISHED: ("Published: {name}", "Everybody can read them, and their hash is on the record."),
    **CALL_OUTCOMES,
    Kind.EDITION_PINNED: ("{name} is pinned", "Its file is being made; reload its page in a moment."),
    Kind.EDITION_PUBLISHED: ("{name} is published", "Anyone can check its file against the record."),
}

UNTELLABLE = ("It is recorded", "This site cannot tell this entry in words; what it says stands on the record.")


def outcome_of(entry: Entry) -> Outcome:
    """What an entry made true and what follows from it."""
    process = Process.objects.filter(slug=entry.process).first()
    about, kind = describe(entry.subject, process), find_kind(entry.kind)
    try:
        return _outcome(entry, process, about, SENTENCES[kind] if kind else UNTELLABLE)
    except ODD:
        return Outcome(*UNTELLABLE, about.path)


def _outcome(entry: Entry, process: Process | None, about: About, sentences: tuple[str, str]) -> Outcome:
    words = {**entry.body, **_names(entry, process, about.thing), "name": about.name}
    if "position" in words:
        words["position"] = word(words["position"])
    heading, follows = (sentence.format_map(words) for sentence in sentences)
    return Outcome(heading[:1].upper() + heading[1:], follows, about.path)


def _names(entry: Entry, process: Process | None, thing: Any) -> dict[str, Any]:
    organization = Organization.objects.filter(slug=entry.actor["org"]).first()
    until = moment_text(thing.closes_at, process.timezone) if isinstance(thing, Call) and process else ""
    return {"process": str(process or "this site"), "organization": str(organization or ""), "until": until}
