"""The site's icon, for readers' programs that ask for it at the address where icons have always been."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse

DAY = 24 * 60 * 60


def favicon(request: HttpRequest) -> HttpResponse:
    """The icon as SVG, kept by readers for a day."""
    return HttpResponse(_drawing(), content_type="image/svg+xml", headers={"Cache-Control": f"public, max-age={DAY}"})


@cache
def _drawing() -> bytes:
    return (Path(settings.BASE_DIR) / "static" / "favicon.svg").read_bytes()
