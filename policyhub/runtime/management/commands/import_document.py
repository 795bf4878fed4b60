"""A file becomes a document of a process, each heading a clause."""

from __future__ import annotations

import sys
from itertools import chain, count
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.text import slugify

from policyhub.core.errors import NotPossible, refuse
from policyhub.drafting import acts
from policyhub.drafting.importing import read_markdown
from policyhub.drafting.queries import find_document, find_editor, find_own_document
from policyhub.participation.models import Process
from policyhub.record.queries import now


class Command(BaseCommand):
    """Print the document's slug, or one sentence with exit status 2."""

    help = (
        "Import a Markdown file into a process as its editor and print the document's slug. A document of the same "
        "title gets the text as its next version."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Name the file, the process and the title."""
        parser.add_argument("file", type=Path, help="the Markdown file")
        parser.add_argument("--process", required=True, help="the slug of the process")
        parser.add_argument("--title", required=True, help="the title of the document")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import the file; what is refused leaves nothing behind."""
        try:
            slug = import_file(options["file"], process=options["process"], title=options["title"])
        except NotPossible as refusal:
            self.stderr.write(str(refusal))
            sys.exit(2)
        self.stdout.write(slug)


def import_file(file: Path, *, process: str, title: str) -> str:
    """The slug of the document that has the file's text as its newest version."""
    markdown = read_markdown(file.name, _content(file))
    found = Process.objects.filter(slug=process).first()
    if found is None:
        raise refuse("process", f"There is no process {process}. Open it first, or name another.")
    editor = find_editor(found)
    if editor is None:
        raise refuse("editor", f"The process {process} has no editor. Name one first: its documents are the editor's.")
    title = " ".join(title.split())
    document = find_own_document(found, title)
    if document is not None:
        acts.import_version(actor=editor, document=document, markdown=markdown, at=now())
        return document.slug
    slug = free_slug(title)
    acts.import_document(actor=editor, process=found, slug=slug, title=title, markdown=markdown, at=now())
    return slug


def free_slug(title: str) -> str:
    """The title as an address that no document has yet."""
    base = slugify(title)[:50].strip("-") or "document"
    numbered = (f"{base}-{number}" for number in count(2))
    return next(slug for slug in chain([base], numbered) if find_document(slug) is None)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise refuse("file", f"{file} cannot be read: {error.strerror or error}.") from None
