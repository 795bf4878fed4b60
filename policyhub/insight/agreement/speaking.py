"""What entries claim of requirements, statements, documents, versions, comments and marks."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch

from policyhub.core.canonical import canonical
from policyhub.core.text import text_hash
from policyhub.core.tree import to_tree
from policyhub.drafting.models import ClauseText, Comment, Disposition, Document, Link, Mark, Version
from policyhub.drafting.rules import number_clauses
from policyhub.insight.agreement.claims import (
    UNKNOWN,
    Check,
    Claim,
    Said,
    consists,
    hashed,
    of_org,
    of_person,
    stated,
    subject,
    subject_and,
    timed,
    written,
)
from policyhub.insight.places import text_of, text_of_clause
from policyhub.participation.acts.requirements import said_of
from policyhub.participation.models import Answer, Point, Requirement, Signature, Sponsor, Statement
from policyhub.record.kinds import Kind
from policyhub.record.models import Secret

_NUMBERED = ("process__slug", "number")
_POINTS = Point.objects.select_related("process")
_REQUIREMENTS = Requirement.objects.select_related("process", "point", "participation__organization")
_SIGNATURES = Signature.objects.select_related("statement__process", "organization")
_STATEMENTS = Statement.objects.select_related("process", "author__organization").prefetch_related("signatures")
_DOCUMENTS = Document.objects.select_related("process", "owner__organization")
_TEXTS = ClauseText.objects.select_related("clause").order_by("position")
_VERSIONS = Version.objects.select_related("document__process", "document__owner__organization").prefetch_related(
    Prefetch("texts", _TEXTS)
)
_COMMENTS = Comment.objects.select_related("process", "organization", "text_on__clause", "text_on__version__document")
_MARKS = Mark.objects.select_related(
    "requirement__process", "requirement__participation__organization", "version__document"
)
_OF_MARK = (
    *("requirement__process__slug", "requirement__number"),
    *("version__document__slug", "version__number"),
)

_SPONSORS = Sponsor.objects.select_related("requirement__process", "participation__organization")
_LINKS = Link.objects.select_related("requirement__process", "clause__document")


def _sponsor(time: str, *, makes: bool = False) -> Claim:
    return Claim(
        _SPONSORS.filter(**{f"{time}_at__isnull": False}),
        ("requirement__process__slug", "requirement__number", "participation__organization__slug"),
        lambda said: (*said.parts, str(said.org)),
        (of_org("participation__organization__slug"), written(f"{time}_at")),
        makes=makes,
        sequence=f"sponsor {time}",
        order=(f"{time}_at", "pk"),
    )


def _link(time: str, *, makes: bool = False) -> Claim:
    return Claim(
        _LINKS.filter(**{f"{time}_at__isnull": False}),
        ("requirement__process__slug", "requirement__number", "clause__document__slug", "clause__key"),
        subject_and("document", "clause"),
        (
            stated("document", "clause__document__slug"),
            stated("clause", "clause__key"),
            written(f"{time}_at"),
        ),
        makes=makes,
        sequence=f"link {time}",
        order=(f"{time}_at", "pk"),
    )


def _writer(document: Document) -> Any:
    """For whom a line is written; a group's members write it, each for its organization."""
    if document.group_id is not None:
        return UNKNOWN
    return document.owner.organization.slug if document.owner is not None else None


CLAIMS: dict[Kind, tuple[Claim, ...]] = {
    Kind.POINT_ADDED: (Claim(_POINTS, _NUMBERED, subject, (stated("proposition", "proposition"),), makes=True),),
    Kind.REQUIREMENT_DECLARED: (
        Claim(
            _REQUIREMENTS,
            _NUMBERED,
            subject,
            (
                stated("point", "point__number"),
                *(stated(name, name) for name in ("holds", "importance", "otherwise_leaves")),
                hashed("text_hash", "text"),
                of_org("participation__organization__slug"),
                written("declared_at"),
            ),
            makes=True,
        ),
    ),
    Kind.REQUIREMENT_LODGED: (
        Claim(
            _REQUIREMENTS,
            _NUMBERED,
            subject,
            (
                stated("commitment", "commitment"),
                of_org("participation__organization__slug"),
                written("declared_at"),
                consists("commitment", lambda row: _not_committed_to(row)),
            ),
            makes=True,
        ),
    ),
    Kind.REQUIREMENT_RELEASED: (
        Claim(
            _REQUIREMENTS,
            _NUMBERED,
            subject,
            (
                Check("opening", lambda said: said.body["opening"]["payload"], lambda row: said_of(row)),
                of_org("participation__organization__slug"),
                written("released_at"),
            ),
        ),
    ),
    Kind.REQUIREMENT_DROPPED: (
        Claim(
            _REQUIREMENTS,
            _NUMBERED,
            subject,
            (
                hashed("reason_hash", "dropped_reason"),
                of_org("participation__organization__slug"),
                written("dropped_at"),
            ),
        ),
    ),
    Kind.REQUIREMENT_SPONSORED: (_sponsor("accepted", makes=True),),
    Kind.REQUIREMENT_UNSPONSORED: (_sponsor("ended"),),
    Kind.REQUIREMENT_LINKED: (_link("linked", makes=True),),
    Kind.REQUIREMENT_UNLINKED: (_link("ended"),),
    Kind.REQUIREMENT_MARKED: (
        Claim(
            _MARKS,
            _OF_MARK,
            subject_and("document", "version"),
            (
                stated("document", "version__document__slug"),
                stated("version", "version__number"),
                stated("text_hash", "version__text_hash"),
                stated("mark", "value", "mark"),
                hashed("note_hash", "note", "note"),
                of_org("requirement__participation__organization__slug"),
                written("marked_at", "marked"),
            ),
            makes=True,
        ),
    ),
    Kind.STATEMENT_PUBLISHED: (
        Claim(
            _STATEMENTS.filter(published_at__isnull=False),
            _NUMBERED,
            subject,
            (
                stated("kind", "kind"),
                stated("about", lambda row: row.about or None),
                stated("title", "title"),
                stated("text_hash", "text_hash"),
                hashed("text_hash", "text"),
                stated("signatories", lambda row: sum(each.signed_at is not None for each in row.signatures.all())),
                timed("effective_at", "effective_at"),
                Check("actor.org", lambda said: said.org, lambda row, said: _author(row, said), beside=True),
                written("published_at"),
                consists("tree", lambda row: [] if row.tree == to_tree(row.text) else [f"statement {row.number}"]),
            ),
            makes=True,
        ),
    ),
    Kind.STATEMENT_SIGNED: (
        Claim(
            _SIGNATURES.filter(signed_at__isnull=False, statement__published_at__isnull=False),
            ("statement__process__slug", "statement__number", "organization__slug"),
            lambda said: (*said.parts, str(said.org)),
            (
                stated("text_hash", "statement__text_hash"),
                timed("signed_at", "signed_at"),
                of_org("organization__slug"),
                of_person("signer_id"),
            ),
            makes=True,
            sequence="signature",
        ),
    ),
    Kind.STATEMENT_ANSWERED: (
        Claim(
            Answer.objects.select_related("statement__process"),
            ("statement__process__slug", "statement__number"),
            subject,
            (
                stated("answer", "code"),
                hashed("reason_hash", "reason"),
                of_person("answered_by_id"),
                written("answered_at"),
            ),
            makes=True,
        ),
    ),
    Kind.DOCUMENT_OPENED: (
        Claim(
            _DOCUMENTS,
            ("slug",),
            subject,
            (
                stated("title", "title"),
                stated("owner", "owner__organization__slug"),
                stated("group", "group__number"),
                of_org(lambda row: _writer(row)),
                written("opened_at"),
                Check("process", lambda said: said.process, lambda row: row.process.slug),
            ),
            makes=True,
        ),
    ),
    Kind.VERSION_PUBLISHED: (
        Claim(
            _VERSIONS,
            ("document__slug", "number"),
            subject_and("version"),
            (
                stated("version", "number"),
                stated("text_hash", "text_hash"),
                hashed("text_hash", text_of),
                stated("clauses", lambda row: len(row.texts.all())),
                hashed("note_hash", "note"),
                of_org(lambda row: _writer(row.document)),
                of_person("author_id"),
                written("published_at"),
                consists("clause_hash", lambda row: _wrong_hashes(row)),
                consists("tree", lambda row: _wrong_trees(row)),
                consists("clause numbers", lambda row: _wrong_numbers(row)),
                Check("process", lambda said: said.process, lambda row: row.document.process.slug),
            ),
            makes=True,
        ),
    ),
    Kind.COMMENT_MADE: (
        Claim(
            _COMMENTS,
            _NUMBERED,
            subject,
            (
                stated("document", "text_on__version__document__slug"),
                stated("version", "text_on__version__number"),
                stated("clause", "text_on__clause__key"),
                stated("clause_hash", "text_on__text_hash"),
                stated("type", "type"),
                hashed("text_hash", "text"),
                hashed("proposed_hash", "proposed"),
                of_org("organization__slug"),
                of_person("author_id"),
                written("made_at"),
            ),
            makes=True,
        ),
    ),
    Kind.COMMENT_ANSWERED: (
        Claim(
            Disposition.objects.select_related("comment__process"),
            ("comment__process__slug", "comment__number"),
            subject,
            (
                stated("disposition", "code"),
                hashed("reason_hash", "reason"),
                of_person("answered_by_id"),
                written("answered_at"),
            ),
            makes=True,
        ),
    ),
}


def _not_committed_to(requirement: Requirement) -> list[str]:
    """The requirement, where what is kept of it is not what it committed to; its secret is compared elsewhere."""
    secret = Secret.objects.filter(commit=requirement.commitment).first()
    fits = secret is None or bytes(secret.payload) == canonical(said_of(requirement))
    return [] if fits else [str(requirement)]


def _author(statement: Statement, said: Said) -> str | None:
    """The organization that published it; what an archivist tells of was published by nobody here."""
    return None if said.entry.actor["role"] == "archivist" else statement.author.organization.slug


def _wrong_hashes(version: Version) -> list[str]:
    """The clauses whose hash is not that of their text."""
    return [each.clause.key for each in version.texts.all() if each.text_hash != text_hash(text_of_clause(each))]


def _wrong_trees(version: Version) -> list[str]:
    """The clauses that pages would show otherwise than they are written."""
    return [each.clause.key for each in version.texts.all() if each.tree != to_tree(each.markdown)]


def _wrong_numbers(version: Version) -> list[str]:
    """The clauses whose number is not that of their place."""
    texts = list(version.texts.all())
    numbers = number_clauses([each.level for each in texts])
    return [each.clause.key for each, number in zip(texts, numbers, strict=True) if each.number != number]
