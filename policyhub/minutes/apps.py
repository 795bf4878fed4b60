from __future__ import annotations

from django.apps import AppConfig


class MinutesConfig(AppConfig):
    name = "policyhub.minutes"
    default_auto_field = "django.db.models.BigAutoField"
