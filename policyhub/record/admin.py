"""The record as operators see it; whoever serves the site cannot change it either."""

from __future__ import annotations

from django.contrib import admin

from policyhub.core.admin import ReadOnly
from policyhub.record.models import Cursor, Entry


@admin.register(Entry)
class EntryAdmin(ReadOnly):
    list_display = ("index", "kind", "subject", "process", "recorded_at")
    list_filter = ("kind",)
    search_fields = ("subject", "process")
    ordering = ("-index",)
    fields = ("index", "kind", "subject", "n", "process", "told_at", "recorded_at", "hash_text", "content")
    readonly_fields = ("hash_text", "content")


@admin.register(Cursor)
class CursorAdmin(ReadOnly):
    list_display = ("follower", "position")
    ordering = ("follower",)
