"""Letters and subscriptions as operators see them. Kept mail has its own page, on this machine only."""

from __future__ import annotations

from django.contrib import admin

from policyhub.core.admin import ReadOnly
from policyhub.notifications.models import Message, Subscription


@admin.register(Message)
class MessageAdmin(ReadOnly):
    list_display = ("address", "template", "entry_index", "state", "attempts", "due_at", "sent_at")
    list_filter = ("state", "template")
    search_fields = ("address",)
    ordering = ("-pk",)


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnly):
    list_display = ("user", "process", "since")
    search_fields = ("user__email",)
    ordering = ("-since",)
    list_select_related = ("user", "process")
