"""Publish an edition as a PDF, or rebuild one from its pin and compare."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from policyhub.core.errors import NotPossible
from policyhub.drafting.models import Version
from policyhub.drafting.queries import find_document, find_version
from policyhub.participation.models import StaffRole
from policyhub.participation.rules import StaffFunction
from policyhub.publishing.acts import file_hash, pin_edition, publish_edition
from policyhub.publishing.making import make
from policyhub.publishing.models import Edition
from policyhub.publishing.queries import find_edition_of
from policyhub.publishing.render import RenderFailed
from policyhub.record.queries import now


class BadInput(Exception):
    """The command's words lead nowhere; the message says which."""


class Command(BaseCommand):
    """Exit 2 for words that lead nowhere, 1 when a rebuilt edition differs from the published one."""

    help = "Publish an edition of a document's version as PDF; for an existing pin, rebuild it and compare."

    def create_parser(self, prog_name: str, subcommand: str, **options: Any) -> CommandParser:
        """The parser, in which `--version` means the document's and not Django's."""
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **options)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("document", help="the document's slug")
        parser.add_argument("--version", dest="number", type=int, required=True)
        parser.add_argument("--output", type=Path, required=True)
        parser.add_argument("--against", type=int, help="add the changes since this version")
        parser.add_argument("--new", action="store_true", help="make the next edition even where this pin exists")

    def handle(self, *arguments: Any, **options: Any) -> None:
        try:
            version, against = _versions(options)
            edition = None if options["new"] else find_edition_of(version, against)
            data, sentence = _rebuild(edition) if edition and edition.file_hash else _publish(version, against)
            options["output"].write_bytes(data)
        except (BadInput, NotPossible) as refusal:
            self.stderr.write(str(refusal))
            sys.exit(2)
        except (RenderFailed, OSError) as failure:
            self.stderr.write(f"The edition could not be written: {failure}")
            sys.exit(1)
        self.stdout.write(f"{sentence} {file_hash(data)} written to {options['output']}.")


def _versions(options: dict[str, Any]) -> tuple[Version, Version | None]:
    document = find_document(options["document"])
    if document is None:
        raise BadInput(f"There is no document called {options['document']}.")
    found = []
    for number in (options["number"], options["against"]):
        version = find_version(document, number) if number is not None else None
        if number is not None and version is None:
            raise BadInput(f"{document.title} has no version {number}.")
        found.append(version)
    if found[0] is None:
        raise BadInput("Say which version.")
    return found[0], found[1]


def _rebuild(edition: Edition) -> tuple[bytes, str]:
    data = make(edition)
    if file_hash(data) != edition.file_hash:
        raise RenderFailed(
            f"what is built now has the hash {file_hash(data)}, the published file has {edition.file_hash}. "
            "Use --new to make the next edition."
        )
    return data, f"{edition} was rebuilt and is the same."


def _publish(version: Version, against: Version | None) -> tuple[bytes, str]:
    process = version.document.process
    convener = StaffRole.objects.filter(process=process, function=StaffFunction.CONVENER, until__isnull=True).first()
    if convener is None:
        raise BadInput(f"{process.title} has no convener who could order an edition.")
    pin_edition(actor=convener.user, version=version, against=against, at=now())
    edition = Edition.objects.filter(document=version.document).latest("number")
    data = make(edition)
    publish_edition(edition=edition, data=data, at=now())
    return data, f"{edition} is published."
