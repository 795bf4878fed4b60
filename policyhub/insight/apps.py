from __future__ import annotations

from django.apps import AppConfig


class InsightConfig(AppConfig):
    name = "policyhub.insight"
    default_auto_field = "django.db.models.BigAutoField"
