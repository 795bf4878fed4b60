from __future__ import annotations

from django.apps import AppConfig
from django.core.checks import Tags, register

from policyhub.runtime.serving_role import check_role


class RuntimeConfig(AppConfig):
    name = "policyhub.runtime"

    def ready(self) -> None:
        """`check --deploy` asks the database whether the role that serves is a safe one."""
        register(check_role, Tags.security, deploy=True)
