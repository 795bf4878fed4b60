"""Everything that varies by person, below /desk/. Each module lists its own routes."""

from __future__ import annotations

from policyhub.web import (
    belonging,
    calls,
    decisions,
    drafting,
    groups,
    home,
    meetings,
    minutes,
    needs,
    participation,
    publishing,
    seats,
    statements,
)

urlpatterns = [
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
    *home.ROUTES,
]
