from __future__ import annotations

from django.apps import AppConfig


class DraftingConfig(AppConfig):
    name = "policyhub.drafting"
    default_auto_field = "django.db.models.BigAutoField"
