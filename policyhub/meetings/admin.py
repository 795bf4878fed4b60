"""Meetings as operators see them."""

from __future__ import annotations

from django.contrib import admin

from policyhub.core.admin import ReadOnly
from policyhub.meetings.models import AgendaItem, Attendance, Meeting, Notice


@admin.register(Meeting)
class MeetingAdmin(ReadOnly):
    list_display = ("process", "number", "title", "state", "starts_at")
    list_filter = ("state", "kind")
    search_fields = ("title",)
    ordering = ("-starts_at",)
    list_select_related = ("process",)


@admin.register(Notice)
class NoticeAdmin(ReadOnly):
    list_display = ("meeting", "published_at", "days_required", "decides")
    ordering = ("-published_at",)
    list_select_related = ("meeting",)


@admin.register(AgendaItem)
class AgendaItemAdmin(ReadOnly):
    list_display = ("meeting", "position", "title")
    search_fields = ("title",)
    ordering = ("-meeting", "position")
    list_select_related = ("meeting",)


@admin.register(Attendance)
class AttendanceAdmin(ReadOnly):
    list_display = ("meeting", "participation", "event", "occurred_at")
    list_filter = ("event",)
    ordering = ("-occurred_at",)
    list_select_related = ("meeting", "participation__organization", "participation__process")
