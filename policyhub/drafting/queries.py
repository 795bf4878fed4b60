"""Reading documents, versions, clauses, comments and marks."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F, QuerySet

from policyhub.accounts.models import User
from policyhub.drafting import models
from policyhub.drafting.models import ClauseText, Comment, Document, Mark, Version
from policyhub.drafting.redline import Clause, VersionRedline, compare
from policyhub.drafting.rules import ClauseDraft, whole_text
from policyhub.participation.models import Participation, Process, Requirement
from policyhub.participation.queries import requirements
from policyhub.participation.rules import StaffFunction


@dataclass(frozen=True)
class MarksRow:
    """A requirement and what its holder says of each version, in the versions' order; None where nothing is said."""

    requirement: Requirement
    marks: list[Mark | None]


def documents() -> QuerySet[Document]:
    """Every document, newest first, with its process and owner."""
    return Document.objects.select_related("process", "owner__organization").order_by("-opened_at", "-pk")


def documents_of(process: Process) -> QuerySet[Document]:
    """The documents of a process: its own first, then the competing ones in order of opening."""
    return documents().filter(process=process).order_by(F("owner").asc(nulls_first=True), "opened_at", "pk")


def find_document(slug: str) -> Document | None:
    """The document at this address, or None."""
    return documents().filter(slug=slug).first()


def find_own_document(process: Process, title: str) -> Document | None:
    """The process's own document of this title, or None."""
    return documents().filter(process=process, owner__isnull=True, title=title).first()


def find_editor(process: Process) -> User | None:
    """Who has been the process's editor for the longest time, or None."""
    held = process.staff.filter(function=StaffFunction.EDITOR, until__isnull=True, user__is_active=True)
    first = held.select_related("user").order_by("since", "pk").first()
    return first.user if first else None


def versions(document: Document) -> QuerySet[Version]:
    """The versions of a document, newest first."""
    return document.versions.select_related("document__process", "author").order_by("-number")


def find_version(document: Document, number: int) -> Version | None:
    """The version with this number, or None."""
    return versions(document).filter(number=number).first()


def find_newest_version(document: Document) -> Version | None:
    """The newest version, or None while the document has none."""
    return versions(document).first()


def is_newest(version: Version) -> bool:
    """Whether no newer version of the document exists."""
    return not Version.objects.filter(document=version.document_id, number__gt=version.number).exists()


def texts(version: Version) -> QuerySet[ClauseText]:
    """The clauses of a version in their order."""
    return version.texts.select_related("clause", "version__document__process").order_by("position")


def find_clause_text(version: Version, key: str) -> ClauseText | None:
    """A clause as it reads in this version, or None."""
    return texts(version).filter(clause__key=key).first()


def drafts_of(version: Version) -> list[ClauseDraft]:
    """The clauses of a version as somebody could edit them."""
    return [ClauseDraft(each.clause.key, each.level, each.heading, each.markdown) for each in texts(version)]


def text_of(version: Version) -> str:
    """The whole text of a version: the bytes that its hash is taken over."""
    return whole_text(drafts_of(version))


def comments() -> QuerySet[Comment]:
    """Every comment with its clause, its organization and its disposition."""
    return Comment.objects.select_related(
        "process", "organization", "author", "disposition", "text_on__clause", "text_on__version__document"
    )


def comments_of(process: Process) -> QuerySet[Comment]:
    """The comments of a process in the order in which they were made."""
    return comments().filter(process=process).order_by("number")


def comments_on(version: Version) -> QuerySet[Comment]:
    """The comments on a version, clause by clause."""
    return comments().filter(text_on__version=version).order_by("text_on__position", "number")


def unanswered(process: Process) -> QuerySet[Comment]:
    """The comments of a process that wait for a disposition, oldest first."""
    return comments_of(process).filter(disposition__isnull=True)


def marks_of(document: Document) -> QuerySet[Mark]:
    """What the holders of requirements say of the versions of a document, by requirement and version."""
    rows = Mark.objects.filter(version__document=document)
    return rows.select_related("requirement__participation__organization", "version").order_by(
        "requirement__number", "version__number"
    )


def marks_matrix(document: Document) -> tuple[list[Version], list[MarksRow]]:
    """The versions of a document, oldest first, and for each requirement of its process the marks on them."""
    shown = list(versions(document).order_by("number"))
    marks = {(each.requirement_id, each.version_id): each for each in marks_of(document)}
    rows = [
        MarksRow(requirement, [marks.get((requirement.pk, version.pk)) for version in shown])
        for requirement in requirements(document.process)
    ]
    return shown, rows


def redline_of(older: Version, newer: Version) -> VersionRedline:
    """What changed from one version to another of the same document, clause by clause."""
    return compare([_clause(each) for each in texts(older)], [_clause(each) for each in texts(newer)])


def _clause(text: ClauseText) -> Clause:
    return Clause(text.clause.key, text.number, text.heading, text.markdown, text.tree)


def newest_text(clause: models.Clause) -> ClauseText | None:
    """The clause as it reads in the newest version that has it, or None."""
    rows = ClauseText.objects.filter(clause=clause).select_related("version__document", "clause")
    return rows.order_by("-version__number").first()


def clauses_of(process: Process) -> list[ClauseText]:
    """Every clause of the newest version of each of the process's texts."""
    newest = [find_newest_version(document) for document in documents_of(process)]
    return [text for version in newest if version is not None for text in texts(version)]


def unmarked(seat: Participation, newest: Version) -> list[Requirement]:
    """The seat's public requirements of which it has to say whether this version meets them.

    One that is linked to clauses of the text is asked about again only when a version changed one of them.
    """
    public = requirements(newest.document.process).filter(participation=seat, dropped_at__isnull=True)
    return [each for each in public.exclude(marks__version=newest) if not _stands_as_marked(each, newest)]


def _stands_as_marked(requirement: Requirement, newest: Version) -> bool:
    """Whether its holder marked an earlier version in which every clause that it is linked to reads as it does now."""
    linked = requirement.links.filter(ended_at__isnull=True, clause__document=newest.document).values("clause")
    marked = requirement.marks.filter(version__document=newest.document).order_by("-version__number").first()
    if marked is None or not linked.exists():
        return False
    before, now = (
        dict(ClauseText.objects.filter(version=version, clause__in=linked).values_list("clause", "text_hash"))
        for version in (marked.version_id, newest.pk)
    )
    return before == now


def links_of(requirement: Requirement) -> QuerySet[models.Link]:
    """The clauses that a requirement is linked to now."""
    return requirement.links.filter(ended_at__isnull=True).select_related("clause__document").order_by("pk")
