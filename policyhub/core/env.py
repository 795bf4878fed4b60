"""Settings from the environment, read once, refused early."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


class EnvironmentRefused(SystemExit):
    """A setting in the environment cannot be used; the message says which and what to write instead."""


def text(name: str, default: str = "") -> str:
    """The variable's value, or the default when it is unset or empty."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool = False) -> bool:
    """Whether the variable says yes (1, true, yes, on)."""
    value = text(name)
    if not value:
        return default
    if value.lower() in {"1", "true", "yes", "on"}:
        return True
    if value.lower() in {"0", "false", "no", "off"}:
        return False
    raise EnvironmentRefused(f"{name} is {value!r}: write 1 or 0.")


def items(name: str, default: str = "") -> list[str]:
    """The variable's comma-separated values."""
    return [item.strip() for item in text(name, default).split(",") if item.strip()]


def database(name: str) -> dict[str, Any]:
    """Django's settings of a database behind a postgresql:// URL; an empty dict when the variable is unset."""
    url = text(name)
    if not url:
        return {}
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"} or not parts.path.strip("/"):
        raise EnvironmentRefused(f"{name} must look like postgresql://user:password@host:5432/database.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or 5432),
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


def mail(name: str) -> dict[str, Any]:
    """Django's e-mail settings behind an smtp://, smtp+tls:// or smtps:// URL; empty when the variable is unset."""
    url = text(name)
    if not url:
        return {}
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtp+tls", "smtps"} or not parts.hostname:
        raise EnvironmentRefused(f"{name} must look like smtp+tls://user:password@mail.example.org:587.")
    default_port = {"smtp": 25, "smtp+tls": 587, "smtps": 465}[parts.scheme]
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or default_port,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
    }
