"""Finding editions."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from policyhub.drafting.models import Version
from policyhub.publishing.models import Edition


def editions() -> QuerySet[Edition]:
    """Every edition with what it is made of, newest first."""
    return Edition.objects.select_related("document__process", "version", "against").order_by("-pk")


def find_edition_of(version: Version, against: Version | None, language: str = "en") -> Edition | None:
    """The newest edition with this pin, or None."""
    return editions().filter(version=version, against=against, language=language).order_by("-number").first()


def unrendered() -> QuerySet[Edition]:
    """The editions ordered live that have no file yet, oldest first; told ones are rendered as they are told."""
    told = Q(document__process__source_hash__isnull=False, document__process__told_until__isnull=True)
    return editions().filter(file_hash__isnull=True, failure="").exclude(told).order_by("pk")
