"""Processes and who sits in them, as operators see them. Signatures are for those who were asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.db.models import QuerySet

from policyhub.core.admin import ReadOnly
from policyhub.participation.models import (
    Answer,
    Charter,
    InterestCategory,
    Organization,
    Participation,
    Point,
    Process,
    Representative,
    Requirement,
    StaffRole,
    Statement,
    Withdrawal,
)

if TYPE_CHECKING:
    from django.http import HttpRequest


@admin.register(Process)
class ProcessAdmin(ReadOnly):
    list_display = ("title", "slug", "convener", "state", "opened_at", "is_demo")
    list_filter = ("state", "is_demo")
    search_fields = ("title", "slug")
    ordering = ("-opened_at",)


@admin.register(InterestCategory)
class InterestCategoryAdmin(ReadOnly):
    list_display = ("name", "process", "position")
    search_fields = ("name",)
    ordering = ("process", "position")
    list_select_related = ("process",)


@admin.register(Charter)
class CharterAdmin(ReadOnly):
    list_display = ("process", "version", "notice_days", "treatment", "adopted_at")
    ordering = ("-adopted_at",)
    list_select_related = ("process",)


@admin.register(StaffRole)
class StaffRoleAdmin(ReadOnly):
    list_display = ("process", "function", "user", "since", "until")
    list_filter = ("function",)
    ordering = ("-since",)
    list_select_related = ("process", "user")


@admin.register(Organization)
class OrganizationAdmin(ReadOnly):
    list_display = ("name", "slug", "is_demo")
    list_filter = ("is_demo",)
    search_fields = ("name", "slug")
    ordering = ("name",)


@admin.register(Participation)
class ParticipationAdmin(ReadOnly):
    list_display = ("organization", "process", "category", "state", "admitted_at", "withdrawn_at")
    list_filter = ("state",)
    search_fields = ("organization__name", "process__title")
    ordering = ("-asked_at",)
    list_select_related = ("organization", "process", "category")


@admin.register(Representative)
class RepresentativeAdmin(ReadOnly):
    list_display = ("participation", "user", "mandate", "since", "until")
    list_filter = ("mandate",)
    search_fields = ("user__email",)
    ordering = ("-since",)
    list_select_related = ("participation__organization", "participation__process", "user")


@admin.register(Point)
class PointAdmin(ReadOnly):
    list_display = ("process", "number", "proposition")
    search_fields = ("proposition",)
    ordering = ("process", "number")
    list_select_related = ("process",)


@admin.register(Requirement)
class RequirementAdmin(ReadOnly):
    list_display = ("process", "number", "participation", "point", "importance", "declared_at")
    list_filter = ("importance",)
    ordering = ("-declared_at",)
    list_select_related = ("process", "point", "participation__organization", "participation__process")


@admin.register(Statement)
class StatementAdmin(ReadOnly):
    list_display = ("title", "process", "number", "kind", "published_at")
    list_filter = ("kind",)
    search_fields = ("title",)
    ordering = ("-published_at",)
    list_select_related = ("process",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Statement]:
        """Published ones: before that only those who were asked may read a statement."""
        return super().get_queryset(request).filter(published_at__isnull=False)


@admin.register(Withdrawal)
class WithdrawalAdmin(ReadOnly):
    list_display = ("participation", "effective_at", "is_permanent")
    ordering = ("-effective_at",)
    list_select_related = ("participation__organization", "participation__process")


@admin.register(Answer)
class AnswerAdmin(ReadOnly):
    list_display = ("statement", "code", "answered_at")
    ordering = ("-answered_at",)
    list_select_related = ("statement",)
