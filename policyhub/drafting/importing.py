"""What becomes of a Markdown text when it is imported into a document: shown before anything is stored."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from policyhub.core.errors import refuse
from policyhub.core.text import canonical_text
from policyhub.drafting.matching import match_keys
from policyhub.drafting.models import Document
from policyhub.drafting.queries import drafts_of, find_newest_version
from policyhub.drafting.rules import ClauseDraft, close_up, number_clauses
from policyhub.drafting.split import split

MAX_IMPORT = 4 * 1024 * 1024
UNREADABLE = {
    ".docx": "Word",
    ".doc": "Word",
    ".odt": "OpenDocument",
    ".html": "HTML",
    ".htm": "HTML",
    ".pdf": "PDF",
    ".rtf": "RTF",
}


@dataclass(frozen=True)
class PlannedClause:
    """A clause to be, and the clause of the newest version that it continues, if any."""

    number: str
    draft: ClauseDraft
    continues: ClauseDraft | None

    @property
    def is_changed(self) -> bool:
        """Whether the clause that it continues reads differently."""
        return self.continues is not None and self.continues != self.draft


@dataclass(frozen=True)
class Plan:
    """The clauses to be, the present clauses that would be gone, and what could not be carried."""

    planned: list[PlannedClause]
    gone: list[ClauseDraft]
    notes: list[str]

    @property
    def clauses(self) -> list[ClauseDraft]:
        return [each.draft for each in self.planned]


def read_markdown(name: str, content: bytes) -> str:
    """The text of a Markdown file; refused with one sentence when the file is something else."""
    ending = PurePath(name).suffix.lower()
    if ending in UNREADABLE:
        raise refuse("format", f"{UNREADABLE[ending]} files cannot be read yet. Save the text as Markdown.", "file")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refuse("format", f"{name} is not a text in UTF-8. Save it as Markdown in UTF-8.", "file") from None


def plan_import(document: Document, markdown: str) -> Plan:
    """The clauses that the text's headings make, with the keys of those that the newest version knows."""
    taken = split(canonical_text(markdown, what="text", limit=MAX_IMPORT, field="markdown"))
    if not taken.pieces:
        raise refuse("no_clauses", "Nothing in this text can become a clause. Send a text with headings.", "markdown")
    newest = find_newest_version(document)
    before = drafts_of(newest) if newest else []
    levels = close_up([piece.level for piece in taken.pieces])
    read = [
        ClauseDraft(None, level, piece.heading, f"{piece.body.strip()}\n" if piece.body.strip() else "")
        for level, piece in zip(levels, taken.pieces, strict=True)
    ]
    keys = match_keys(before, read)
    drafts = [draft._replace(key=key) for draft, key in zip(read, keys, strict=True)]
    known = {each.key: each for each in before}
    return Plan(
        planned=[
            PlannedClause(number, draft, known.get(draft.key))
            for number, draft in zip(number_clauses(levels), drafts, strict=True)
        ],
        gone=[each for each in before if each.key not in keys],
        notes=list(taken.notes),
    )
