"""What entries claim of editions and their files."""

from __future__ import annotations

from policyhub.insight.agreement.claims import (
    Check,
    Claim,
    hash_of_text,
    of_person,
    stated,
    subject,
    written,
)
from policyhub.publishing.models import Edition, File
from policyhub.record.kinds import Kind

_EDITIONS = Edition.objects.select_related("document__process", "version", "against")
_OF_EDITION = ("document__slug", "number")

CLAIMS: dict[Kind, tuple[Claim, ...]] = {
    Kind.EDITION_PINNED: (
        Claim(
            _EDITIONS,
            _OF_EDITION,
            subject,
            (
                stated("document", "document__slug"),
                stated("version", "version__number"),
                stated("against", "against__number"),
                stated("language", "language"),
                stated("text_hash", "version__text_hash"),
                stated("size", "record_size"),
                stated("root", "record_root"),
                stated("engine", "engine"),
                stated("template", "template"),
                of_person("pinned_by_id"),
                written("pinned_at"),
            ),
            makes=True,
        ),
    ),
    Kind.EDITION_PUBLISHED: (
        Claim(
            _EDITIONS.filter(published_at__isnull=False),
            _OF_EDITION,
            subject,
            (
                stated("document", "document__slug"),
                stated("version", "version__number"),
                stated("number", "number"),
                stated("file_hash", "file_hash"),
                written("published_at"),
            ),
        ),
        Claim(
            File.objects.all(),
            ("hash",),
            lambda said: (said.body["file_hash"],),
            (
                Check("file_hash", lambda said: said.body["file_hash"], lambda row: hash_of_text(bytes(row.data))),
                stated("bytes", lambda row: len(row.data)),
            ),
            makes=True,
        ),
    ),
}
