"""Texts and what was said about them, as operators see them."""

from __future__ import annotations

from django.contrib import admin

from policyhub.core.admin import ReadOnly
from policyhub.drafting.models import ClauseText, Comment, Disposition, Document, Mark, Version


@admin.register(Document)
class DocumentAdmin(ReadOnly):
    list_display = ("title", "slug", "process", "owner", "opened_at")
    search_fields = ("title", "slug")
    ordering = ("-opened_at",)
    list_select_related = ("process", "owner__organization", "owner__process")


@admin.register(Version)
class VersionAdmin(ReadOnly):
    list_display = ("document", "number", "text_hash", "published_at")
    ordering = ("-published_at",)
    list_select_related = ("document",)


@admin.register(ClauseText)
class ClauseTextAdmin(ReadOnly):
    list_display = ("version", "clause", "number", "heading")
    search_fields = ("heading",)
    ordering = ("-version", "position")
    list_select_related = ("version__document", "clause")


@admin.register(Comment)
class CommentAdmin(ReadOnly):
    list_display = ("process", "number", "type", "organization", "made_at")
    list_filter = ("type",)
    search_fields = ("text",)
    ordering = ("-made_at",)
    list_select_related = ("process", "organization")


@admin.register(Disposition)
class DispositionAdmin(ReadOnly):
    list_display = ("comment", "code", "answered_at")
    list_filter = ("code",)
    ordering = ("-answered_at",)


@admin.register(Mark)
class MarkAdmin(ReadOnly):
    list_display = ("requirement", "version", "value", "marked_at")
    list_filter = ("value",)
    ordering = ("-marked_at",)
    list_select_related = ("version__document",)
