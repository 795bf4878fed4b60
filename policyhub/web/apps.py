from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "policyhub.web"
    default_auto_field = "django.db.models.BigAutoField"
