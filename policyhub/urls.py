"""Public pages and documents at the root; what varies by person below /desk/, /accounts/, /api/ and /admin/."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from policyhub.runtime import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("accounts/", include("policyhub.web.account_urls")),
    path("accounts/", include("allauth.urls")),
    path("desk/", include("policyhub.web.urls")),
    path("api/v1/", include("policyhub.api.urls")),
    path("admin/", admin.site.urls),
    path("", include("policyhub.portal.urls")),
]

handler403 = "policyhub.web.errors.not_allowed"
handler404 = "policyhub.web.errors.not_found"
handler500 = "policyhub.web.errors.failed"
