"""Minutes as operators see them; a draft's text is the secretary's alone."""

from __future__ import annotations

from django.contrib import admin

from policyhub.core.admin import ReadOnly
from policyhub.minutes.models import Minutes


@admin.register(Minutes)
class MinutesAdmin(ReadOnly):
    list_display = ("meeting", "state", "circulated_at", "approved_at", "published_at")
    list_filter = ("state",)
    ordering = ("-pk",)
    list_select_related = ("meeting",)
