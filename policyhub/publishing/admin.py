"""Editions as operators see them."""

from __future__ import annotations

from django.contrib import admin

from policyhub.core.admin import ReadOnly
from policyhub.publishing.models import Edition


@admin.register(Edition)
class EditionAdmin(ReadOnly):
    list_display = ("document", "number", "version", "language", "pinned_at", "published_at")
    search_fields = ("document__title",)
    ordering = ("-pinned_at",)
    list_select_related = ("document", "version__document")
