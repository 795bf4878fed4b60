"""The record as people read it: a sentence for each entry, and the page it is about."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.urls import NoReverseMatch, reverse

from policyhub.core.templatetags.typeset import in_words
from policyhub.drafting.models import Comment, Document
from policyhub.insight.calls.sentences import CALL_SENTENCES
from policyhub.insight.wording import Telling, about, acting, ended, number_of, numbered, slug_of, who
from policyhub.participation.models import Group, Organization
from policyhub.record.keyring import REASONS
from policyhub.record.kinds import Kind, find_kind
from policyhub.record.models import Entry

# Whose scope is a text, or a group, by its subject.
ABOUT_PARTS = {Kind.PART_LEFT, Kind.PART_RESUMED}
COUNTED = re.compile("[0-9]{1,4}")
# What an entry can lack, or have otherwise, when it was written past the acts.
ODD = (AttributeError, LookupError, NoReverseMatch, TypeError, ValueError)


@dataclass(frozen=True)
class Told:
    """An entry in words, with the address of what it is about; None where it has no page of its own."""

    entry: Entry
    sentence: str
    href: str | None


def tell(entries: Iterable[Entry]) -> list[Told]:
    """Each entry in words; names and addresses are looked up once for all of them."""
    found = list(entries)
    comments = _comments(found)
    clauses = {subject: _clause_words(each) for subject, each in comments.items()}
    names, pages = _names(found) | clauses, {subject: _clause_address(each) for subject, each in comments.items()}
    return [Told(entry, sentence_of(entry, names), pages.get(entry.subject) or address_of(entry)) for entry in found]


def sentence_of(entry: Entry, names: dict[str, str]) -> str:
    """What happened, subject first; `names` gives organizations by slug, documents and comments' clauses by subject."""
    kind = find_kind(entry.kind)
    try:
        return SENTENCES[kind](entry, entry.body, names) if kind else _untellable(entry)
    except ODD:
        return _untellable(entry)


def address_of(entry: Entry) -> str | None:
    """The public page of what the entry is about, or None."""
    try:
        return _address(entry)
    except ODD:
        return None


def _untellable(entry: Entry) -> str:
    return f"An entry of kind {entry.kind} that this site cannot tell in words."


def _address(entry: Entry) -> str | None:
    noun, *rest = entry.subject.split("/")
    if noun == "minutes" and entry.kind != Kind.MINUTES_PUBLISHED:
        return reverse("meeting", args=rest)
    if noun == "group":
        return f"{reverse('process-groups', args=rest[:1])}#group-{rest[1]}"
    if noun == "claim":
        return f"{reverse('process-claims', args=rest[:1])}#claim-{rest[1]}"
    if noun in PAGES and len(rest) == PAGES[noun][1]:
        return reverse(PAGES[noun][0], args=rest)
    if noun == "document":
        number = entry.body.get("version")
        return reverse("version", args=[rest[0], number]) if number else reverse("document", args=rest)
    if entry.process and noun in {"organization", "requirement", "point"}:
        return reverse("process-table", args=[entry.process])
    if entry.process and noun == "objection":
        return reverse("process-decisions", args=[entry.process])
    return None


PAGES: dict[str, tuple[str, int]] = {
    "process": ("process", 1),
    "meeting": ("meeting", 2),
    "minutes": ("minutes", 2),
    "call": ("call", 2),
    "statement": ("statement", 2),
    "edition": ("edition", 2),
}


def _names(entries: list[Entry]) -> dict[str, str]:
    groups = {f"group/{each.process.slug}/{each.number}": each.name for each in _groups(entries)}
    slugs = {slug for entry in entries for slug in _mentioned(entry) if slug.isprintable()}
    drafts = {slug_of(entry) for entry in entries if entry.kind == Kind.VERSION_PUBLISHED}
    drafts |= {str(entry.body.get("scope")).removeprefix("document/") for entry in entries if entry.kind in ABOUT_PARTS}
    titles = Document.objects.filter(slug__in=drafts).values_list("slug", "title")
    organizations = Organization.objects.filter(slug__in=slugs).values_list("slug", "name")
    return {**groups, **dict(organizations), **{f"document/{slug}": title for slug, title in titles}}


def _groups(entries: list[Entry]) -> Iterable[Group]:
    """The groups that entries are about, or whose members stepped out of them."""
    said = {str(entry.body.get("scope") or entry.subject) for entry in entries}
    processes = {subject.split("/")[1] for subject in said if subject.startswith("group/") and subject.count("/") == 2}
    return Group.objects.filter(process__slug__in=processes).select_related("process") if processes else []


def _mentioned(entry: Entry) -> list[str]:
    """The slugs that an entry may name organizations by."""
    try:
        named = (slug_of(entry), entry.actor["org"], entry.body.get("organization"), entry.body.get("to"))
        return [str(each) for each in named]
    except ODD:
        return [slug_of(entry)]


def _comments(entries: list[Entry]) -> dict[str, Comment]:
    """The comments that entries are about, by subject."""
    numbers: dict[str, set[str]] = {}
    for entry in entries:
        noun, *rest = entry.subject.split("/")
        if noun == "comment" and len(rest) == 2 and COUNTED.fullmatch(rest[1]):
            numbers.setdefault(rest[0], set()).add(rest[1])
    wanted = [Q(process__slug=process, number__in=those) for process, those in numbers.items()]
    if not wanted:
        return {}
    rows = Comment.objects.filter(reduce(or_, wanted)).select_related(
        "process", "text_on__clause", "text_on__version__document"
    )
    return {f"comment/{each.process.slug}/{each.number}": each for each in rows}


def _clause_address(comment: Comment) -> str:
    return f"{comment.text_on.version.get_absolute_url()}#{comment.text_on.clause.key}"


def _clause_words(comment: Comment) -> str:
    return f"clause {comment.text_on.number or comment.text_on.heading}"


SITTINGS = {
    "held": "held",
    "cancelled": "cancelled",
    "unheard_of": "announced; absent from the list of meetings held",
}


def _organizations(number: int) -> str:
    return "One organization is" if number == 1 else f"{in_words(number).capitalize()} organizations are"


STATEMENT_VERBS = {
    "withdrawal": "announced a joint withdrawal",
    "joint": "published a statement",
    "minority": "published a minority statement",
    "complaint": "complained about the process",
    "scope_request": "asked for another scope",
    "parking": "proposed to park a clause",
}


def _withdrawn(entry: Entry, body: dict[str, Any], names: dict[str, str]) -> str:
    how = "withdrew" if body["permanent"] else "withdrew for the time being"
    announced = ", as announced" if entry.actor["role"] == "system" else ""
    return f"{who(entry, names)} {how}{announced}."


def _announced(entry: Entry, body: dict[str, Any], names: dict[str, str]) -> str:
    return f"{who(entry, names)} announced that it withdraws on {body['effective_at'][:10]}."


def _scope(body: dict[str, Any], names: dict[str, str]) -> str:
    """What was stepped out of, by its title where it is a text."""
    noun, _, rest = body["scope"].partition("/")
    title = names.get(body["scope"])
    if noun == "document":
        return title or f"the text {rest}"
    return f"the group {title or rest.rpartition('/')[2]}"


def _group(entry: Entry, names: dict[str, str]) -> str:
    return f"the group {names.get(entry.subject, number_of(entry))}"


def _reported(entry: Entry, body: dict[str, Any], names: dict[str, str]) -> str:
    with_text = f", with version {body['version']} of its text" if body["document"] else ""
    return f"The group {names.get(entry.subject, number_of(entry))} reported to all{with_text}."


def _statement(entry: Entry, body: dict[str, Any], names: dict[str, str]) -> str:
    if entry.actor["role"] == "archivist":
        who, did = _organizations(body["signatories"]), STATEMENT_VERBS[body["kind"]]
        return f"{who} reported to have {did}: {ended(body['title'])}"
    others = body["signatories"] - 1
    beside = f" and {others} other organization{'s' if others > 1 else ''}" if others else ""
    verb = STATEMENT_VERBS[body["kind"]]
    return f"{acting(entry, names)}{beside} {verb}: {ended(body['title'])}"


def _mandate(verb: str) -> Telling:
    """Who named somebody, or ended a mandate: the organization by its lead, or another by its own function."""

    def told(entry: Entry, body: dict[str, Any], names: dict[str, str]) -> str:
        if entry.actor["role"] == "system":
            return f"The mandate of the {body['role']} of {who(entry, names)} was over."
        if entry.actor["org"]:
            return f"{who(entry, names)} {verb} its {body['role']}."
        return f"The {entry.actor['role']} {verb} the {body['role']} of {who(entry, names)}."

    return told


def _as_what(verb: str) -> Telling:
    """What an organization did; as what, where it is without a vote."""

    def told(entry: Entry, body: dict[str, Any], names: dict[str, str]) -> str:
        beside = "" if body["standing"] == "voting" else f" as {body['standing']}, without a vote"
        return f"{who(entry, names)} {verb}{beside}."

    return told


def _declared_affiliation(entry: Entry, body: dict[str, Any], names: dict[str, str]) -> str:
    how = "is a member of" if body["relation"] == "member" else "belongs to"
    return f"{who(entry, names)} declared that it {how} {ended(body['to_name'])}"


def _pair(verb: str) -> Telling:
    """What somebody, an organization's lead or the convener, did about two that belong together."""

    def told(entry: Entry, body: dict[str, Any], names: dict[str, str]) -> str:
        other = names.get(body["to"], body["to"])
        return f"{acting(entry, names)} {verb} {who(entry, names)} belongs to {ended(other)}"

    return told


def _marked(entry: Entry, body: dict[str, Any], names: dict[str, str]) -> str:
    word = str(body["mark"]).replace("_", " ")
    return f"{acting(entry, names)} marked its requirement {number_of(entry)} as {word} by version {body['version']}."


def _attendance(entry: Entry, body: dict[str, Any], names: dict[str, str]) -> str:
    name = names.get(body["organization"], body["organization"])
    verb = "came to" if body["event"] == "arrived" else "left the room of"
    return f"{name} {verb} meeting {number_of(entry)}."


def _approved(entry: Entry, body: dict[str, Any], names: dict[str, str]) -> str:
    minutes = f"The minutes of meeting {number_of(entry)} were"
    if body["approved_by"] == "chair":
        return f"{minutes} certified by the chair; the body has not approved them."
    return f"{minutes} approved by the body at meeting {str(body['approved_by']).rpartition('/')[2]}."


SENTENCES: dict[Kind, Telling] = {
    Kind.OPERATOR_APPOINTED: lambda entry, body, names: "An operator was appointed.",
    Kind.CONVENING_ALLOWED: lambda entry, body, names: "The operator let somebody convene.",
    Kind.PERSON_ERASED: lambda entry, body, names: "Somebody was erased: entries that meant them name nobody any more.",
    Kind.KEY_ROTATED: lambda entry, body, names: "Another key signs the record from now on.",
    Kind.TEXT_REDACTED: lambda entry, body, names: (
        f"{'Words were removed from a text' if body['replaced_hash'] else 'A file was removed'}: "
        f"{'it named a person' if body['reason'] == 'personal' else 'a law or a court asked for it'}."
    ),
    Kind.LOG_STARTED: lambda entry, body, names: f"The record was started anew: {REASONS[body['reason']]}.",
    Kind.CONVENING_ENDED: lambda entry, body, names: "The operator ended somebody's leave to convene.",
    Kind.PROCESS_OPENED: lambda entry, body, names: f"{body['convener']} opened the process.",
    Kind.PROCESS_CONCLUDED: lambda entry, body, names: "Nothing more is told: the process ended without a charter.",
    Kind.ORGANIZATION_REPORTED: about("is reported to have taken part"),
    Kind.MEETING_REPORTED: lambda entry, body, names: (
        f"Meeting of {body['on']} is reported: {SITTINGS[body['sitting']]}."
    ),
    Kind.CLAIM_RECORDED: lambda entry, body, names: f"Sources are put on record on the question: {body['topic']}",
    Kind.PROCESS_TOLD: lambda entry, body, names: "Everything before this entry was told from a file.",
    Kind.ROLE_GRANTED: lambda entry, body, names: f"The convener named the {body['role']}.",
    Kind.ROLE_ENDED: lambda entry, body, names: f"The function of a {body['role']} ended.",
    Kind.CHARTER_ADOPTED: lambda entry, body, names: f"The charter, version {body['version']}, was adopted.",
    Kind.CHARTER_PROPOSED: lambda entry, body, names: (
        f"{acting(entry, names)} gave notice of version {body['version']} of the charter."
    ),
    Kind.CHARTER_PROPOSAL_DROPPED: lambda entry, body, names: (
        f"{acting(entry, names)} dropped version {body['version']} of the charter, which had been proposed."
    ),
    Kind.ORGANIZATION_INVITED: _as_what("was invited"),
    Kind.ORGANIZATION_APPLIED: _as_what("asked for a seat"),
    Kind.ADMISSION_APPROVED: lambda entry, body, names: (
        f"{acting(entry, names)} approved a seat for {who(entry, names)}, beside the convener."
    ),
    Kind.ORGANIZATION_ADMITTED: _as_what("took its seat"),
    Kind.ORGANIZATION_DECLINED: about("was not admitted"),
    Kind.ORGANIZATION_WITHDRAWN: _withdrawn,
    Kind.WITHDRAWAL_ANNOUNCED: _announced,
    Kind.WITHDRAWAL_REVOKED: about("took back the withdrawal that it had announced"),
    Kind.GROUP_OPENED: lambda entry, body, names: f"{acting(entry, names)} opened {_group(entry, names)}.",
    Kind.GROUP_CLOSED: lambda entry, body, names: f"{acting(entry, names)} closed {_group(entry, names)}.",
    Kind.GROUP_JOINED: lambda entry, body, names: f"{acting(entry, names)} joined {_group(entry, names)}.",
    Kind.GROUP_REPORTED: _reported,
    Kind.PART_LEFT: lambda entry, body, names: (
        f"{who(entry, names)} stepped out of {_scope(body, names)}, and stays in the process."
    ),
    Kind.PART_RESUMED: lambda entry, body, names: f"{who(entry, names)} came back to {_scope(body, names)}.",
    Kind.AFFILIATION_DECLARED: _declared_affiliation,
    Kind.AFFILIATION_FOUND: _pair("found that"),
    Kind.AFFILIATION_CONFIRMED: _pair("confirmed that"),
    Kind.AFFILIATION_ENDED: _pair("ended that"),
    Kind.PROFILE_DECLARED: about("declared what it is, who funds it or what it has at stake"),
    Kind.REPRESENTATIVE_NAMED: _mandate("named"),
    Kind.REPRESENTATIVE_ENDED: _mandate("ended the mandate of"),
    Kind.POINT_ADDED: lambda entry, body, names: f"A point was listed: {ended(body['proposition'])}",
    Kind.REQUIREMENT_DECLARED: lambda entry, body, names: (
        f"{acting(entry, names)} declared requirement {number_of(entry)}."
    ),
    Kind.REQUIREMENT_LODGED: lambda entry, body, names: (
        f"{acting(entry, names)} declared requirement {number_of(entry)}, which the convener alone can read."
    ),
    Kind.REQUIREMENT_RELEASED: lambda entry, body, names: (
        f"{acting(entry, names)} made its requirement {number_of(entry)} public."
    ),
    Kind.REQUIREMENT_SPONSORED: lambda entry, body, names: (
        f"{acting(entry, names)} stands behind requirement {number_of(entry)}."
    ),
    Kind.REQUIREMENT_UNSPONSORED: lambda entry, body, names: (
        f"{acting(entry, names)} stands behind requirement {number_of(entry)} no longer."
    ),
    Kind.REQUIREMENT_DROPPED: lambda entry, body, names: (
        f"{acting(entry, names)} dropped its requirement {number_of(entry)}."
    ),
    Kind.REQUIREMENT_LINKED: lambda entry, body, names: (
        f"{acting(entry, names)} linked its requirement {number_of(entry)} to a clause."
    ),
    Kind.REQUIREMENT_UNLINKED: lambda entry, body, names: (
        f"{acting(entry, names)} unlinked its requirement {number_of(entry)} from a clause."
    ),
    Kind.REQUIREMENT_MARKED: _marked,
    Kind.STATEMENT_PUBLISHED: _statement,
    Kind.STATEMENT_SIGNED: lambda entry, body, names: f"{acting(entry, names)} signed statement {number_of(entry)}.",
    Kind.STATEMENT_ANSWERED: lambda entry, body, names: (
        f"{acting(entry, names)} answered statement {number_of(entry)}: {str(body['answer']).replace('_', ' ')}."
    ),
    Kind.DOCUMENT_OPENED: lambda entry, body, names: f"A draft was begun: {ended(body['title'])}",
    Kind.VERSION_PUBLISHED: lambda entry, body, names: (
        f"Version {body['version']} of {names.get(entry.subject, slug_of(entry))} was published."
    ),
    Kind.COMMENT_MADE: lambda entry, body, names: (
        f"{_comment_by(entry, names)} commented on {names.get(entry.subject, 'a clause')}."
    ),
    Kind.COMMENT_ANSWERED: lambda entry, body, names: (
        f"Comment {number_of(entry)} was answered: {str(body['disposition']).replace('_', ' ')}."
    ),
    Kind.MEETING_NOTICED: lambda entry, body, names: (
        f"Meeting {number_of(entry)} was announced: {ended(body['title'])}"
    ),
    Kind.AGENDA_PUBLISHED: numbered("The agenda of meeting", "was published"),
    Kind.MEETING_OPENED: numbered("Meeting", "began"),
    Kind.MEETING_RECESSED: numbered("Meeting", "went into recess"),
    Kind.MEETING_RESUMED: numbered("Meeting", "went on"),
    Kind.MEETING_ADJOURNED: numbered("Meeting", "was adjourned"),
    Kind.MEETING_CLOSED: numbered("Meeting", "was closed"),
    Kind.MEETING_CANCELLED: numbered("Meeting", "was cancelled"),
    Kind.ATTENDANCE_RECORDED: _attendance,
    Kind.MINUTES_DRAFTED: numbered("The minutes of meeting", "were drafted"),
    Kind.MINUTES_CIRCULATED: numbered("The minutes of meeting", "were circulated"),
    Kind.CORRECTION_PROPOSED: lambda entry, body, names: (
        f"{acting(entry, names)} proposed a correction to the minutes of meeting {number_of(entry)}."
    ),
    Kind.CORRECTION_DECLINED: lambda entry, body, names: (
        f"A correction to the minutes of meeting {number_of(entry)} was not taken in."
    ),
    Kind.MINUTES_CORRECTED: numbered("The minutes of meeting", "were corrected"),
    Kind.MINUTES_APPROVED: _approved,
    Kind.MINUTES_PUBLISHED: numbered("The minutes of meeting", "were published"),
    **CALL_SENTENCES,
    Kind.EDITION_PINNED: lambda entry, body, names: f"An edition of version {body['version']} was ordered.",
    Kind.EDITION_PUBLISHED: lambda entry, body, names: f"Edition {body['number']} was published as a PDF.",
}


def _comment_by(entry: Entry, names: dict[str, str]) -> str:
    return acting(entry, names) if entry.actor["org"] else "Somebody from the public"
