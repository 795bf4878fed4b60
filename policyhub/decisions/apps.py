from __future__ import annotations

from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    name = "policyhub.decisions"
    default_auto_field = "django.db.models.BigAutoField"
