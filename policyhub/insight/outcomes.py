"""What is true after an act and what follows from it: one sentence each, for every kind of entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from policyhub.core.templatetags.marks import word
from policyhub.core.templatetags.typeset import moment_text
from policyhub.decisions.models import Call
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
    Kind.PROCESS_OPENED: (
        "{name} is announced",
        "Name its chair, secretary and editor, then adopt its charter: until then nobody is seated.",
    ),
    Kind.PROCESS_TOLD: ("{name} has been told", "From here on it goes on live."),
    Kind.ROLE_GRANTED: ("The process has a new {role}", "This person is told by mail and can act at once."),
    Kind.ROLE_ENDED: ("This person is {role} no longer", "What they did in that function stays on the record."),
    Kind.CHARTER_ADOPTED: (
        "Version {version} of the charter is adopted",
        "Organizations can be invited and admitted, and calls can open. Its rule computes every outcome.",
    ),
    Kind.ORGANIZATION_INVITED: ("{name} is invited", "Its lead representative is told by mail and can take the seat."),
    Kind.ORGANIZATION_APPLIED: ("{name} has asked for a seat", "The convener admits it, or declines with a reason."),
    Kind.ORGANIZATION_ADMITTED: (
        "{name} sits at the table",
        "It can declare requirements, and is on the roll of every later call.",
    ),
    Kind.ORGANIZATION_DECLINED: (
        "{name} is not admitted",
        "Its representatives are told by mail. The reason is public.",
    ),
    Kind.ORGANIZATION_WITHDRAWN: (
        "{name} has left {process}",
        "What it said and cast stays on the record. Everybody at the table is told by mail.",
    ),
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
    Kind.REQUIREMENT_MARKED: (
        "What you say of {name} is recorded",
        "It stands for this version; the next one asks you again.",
    ),
    Kind.STATEMENT_PUBLISHED: (
        "The statement is published",
        "Its text and its signatories are fixed. Everybody can read it.",
    ),
    Kind.STATEMENT_SIGNED: ("{organization} stands under {name}", "Its signature is fixed, as the text is."),
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
    Kind.CALL_OPENED: (
        "{name} is open until {until}",
        "Every organization on its roll is told by mail. Nothing of it changes while it is open.",
    ),
    Kind.CALL_SUSPENDED: ("{name} is suspended", "Open another call on the new text."),
    Kind.CALL_CLOSED: ("{name} has closed", "The count is public. The chair determines the result in writing."),
    Kind.CALL_DETERMINED: ("{name} is determined", "The result and the reasons are public, objections beside them."),
    Kind.POSITION_CAST: (
        "Your position is recorded",
        "{organization}: {position}, on {name}. You can change it until {until}.",
    ),
    Kind.OBJECTION_ANSWERED: ("{name} is answered", "Its holder is told by mail, and alone can lift it."),
    Kind.OBJECTION_LIFTED: ("{name} is lifted", "What it said stays on the record."),
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
