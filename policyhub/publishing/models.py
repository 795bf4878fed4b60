"""Editions: a document's version as it stands with everybody's positions, pinned and rendered."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from policyhub.drafting.models import Document, Version


class Edition(models.Model):
    """A pin (version, comparison, language, record size and root, engine, template) and the file made from it."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField()
    version = models.ForeignKey(Version, models.PROTECT, related_name="editions")
    against = models.ForeignKey(Version, models.PROTECT, null=True, related_name="+")
    language = models.CharField(max_length=8, default="en")
    record_size = models.BigIntegerField()
    record_root = models.CharField(max_length=71)
    engine = models.CharField(max_length=40)
    template = models.CharField(max_length=71)
    pinned_at = models.DateTimeField()
    pinned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    file_hash = models.CharField(max_length=71, null=True)
    published_at = models.DateTimeField(null=True)
    failure = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="edition_number_once"),
            models.CheckConstraint(
                condition=Q(file_hash__isnull=True, published_at__isnull=True)
                | Q(file_hash__isnull=False, published_at__isnull=False),
                name="edition_published_has_file",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document}, edition {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("edition", args=[self.document.slug, self.number])

    @property
    def subject(self) -> str:
        return f"edition/{self.document.slug}/{self.number}"


class File(models.Model):
    """Exact bytes under their hash."""

    hash = models.CharField(max_length=71, primary_key=True)
    media_type = models.CharField(max_length=80)
    data = models.BinaryField()
