"""The API, below /api/v1/. Each module lists its own routes."""

from __future__ import annotations

from django.urls import path
from django.views.decorators.http import conditional_page
from drf_spectacular.views import SpectacularAPIView

from policyhub.api import (
    belonging,
    calls,
    decisions,
    docs,
    drafting,
    groups,
    meetings,
    minutes,
    needs,
    operating,
    participation,
    publishing,
    record,
    seats,
    statements,
)

urlpatterns = [
    path("schema/", conditional_page(SpectacularAPIView.as_view()), name="api-schema"),
    path("docs/", conditional_page(docs.page), name="api-docs"),
    *record.ROUTES,
    *operating.ROUTES,
    *participation.ROUTES,
    *seats.ROUTES,
    *belonging.ROUTES,
    *groups.ROUTES,
    *needs.ROUTES,
    *statements.ROUTES,
    *drafting.ROUTES,
    *meetings.ROUTES,
    *calls.ROUTES,
    *decisions.ROUTES,
    *minutes.ROUTES,
    *publishing.ROUTES,
]
