"""Public pages and documents at the root; what varies by person below /desk/, /accounts/, /api/ and /admin/."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from policyhub.api import errors as api
from policyhub.runtime import health
from policyhub.web import errors as web

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("accounts/", include("policyhub.web.account_urls")),
    path("desk/", include("policyhub.web.urls")),
    path("api/v1/", include("policyhub.api.urls")),
    path("admin/", admin.site.urls),
    path("", include("policyhub.portal.urls")),
]


def absent(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What is not there, in the form of the door at which it was asked for."""
    return api.not_found() if request.path.startswith("/api/") else web.not_found(request, exception)


def failed(request: HttpRequest) -> HttpResponse:
    """What went wrong here, in the form of the door at which it happened."""
    return api.failed() if request.path.startswith("/api/") else web.failed(request)


handler403 = "policyhub.web.errors.not_allowed"
handler404 = absent
handler500 = failed
