"""Calls, positions and objections as operators see them."""

from __future__ import annotations

from django.contrib import admin

from policyhub.core.admin import ReadOnly
from policyhub.decisions.models import Call, Determination, Objection, Position, SealedPosition, Seat


@admin.register(Call)
class CallAdmin(ReadOnly):
    list_display = ("process", "number", "question", "state", "opens_at", "closes_at")
    list_filter = ("state",)
    search_fields = ("question",)
    ordering = ("-opens_at",)
    list_select_related = ("process",)


@admin.register(Seat)
class SeatAdmin(ReadOnly):
    list_display = ("call", "organization", "category")
    search_fields = ("organization__name",)
    ordering = ("-call",)
    list_select_related = ("call", "organization", "category")


@admin.register(Position)
class PositionAdmin(ReadOnly):
    list_display = ("call", "organization", "stance", "cast_at")
    list_filter = ("stance",)
    search_fields = ("organization__name",)
    ordering = ("-cast_at",)
    list_select_related = ("call", "organization")


@admin.register(SealedPosition)
class SealedPositionAdmin(ReadOnly):
    """Who has answered, and never what: its words are left out too."""

    fields = ("call", "organization", "commitment", "cast_at", "entry_index", "is_opened")
    list_display = ("call", "organization", "cast_at", "is_opened")
    search_fields = ("organization__name",)
    ordering = ("-cast_at",)
    list_select_related = ("call", "organization")


@admin.register(Objection)
class ObjectionAdmin(ReadOnly):
    list_display = ("process", "number", "holder", "state", "raised_at")
    list_filter = ("state",)
    search_fields = ("holder__name",)
    ordering = ("-raised_at",)
    list_select_related = ("process", "holder")


@admin.register(Determination)
class DeterminationAdmin(ReadOnly):
    list_display = ("call", "outcome", "label", "determined_at")
    list_filter = ("outcome",)
    ordering = ("-determined_at",)
    list_select_related = ("call",)
