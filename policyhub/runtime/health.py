"""Whether the site can serve, and what works less well than it should."""

from __future__ import annotations

import socket
from datetime import timedelta
from typing import TYPE_CHECKING, TypedDict

import redis
from django.conf import settings
from django.db import Error, connection
from django.http import HttpResponse, JsonResponse

from policyhub.record.models import Cursor, Entry
from policyhub.record.queries import newest_checkpoint, now
from policyhub.runtime.migrations import missing_migrations

if TYPE_CHECKING:
    from django.http import HttpRequest

SECONDS_FOR_A_NEIGHBOUR = 1.0
PATIENCE_WITH_FOLLOWERS = timedelta(minutes=2)
PROMISED_TO_BE_SIGNED = timedelta(seconds=60)


class Health(TypedDict):
    """What `/readyz` answers: the reason why the site cannot serve, or what is degraded."""

    status: str
    reason: str | None
    degraded: list[str]


def healthz(request: HttpRequest) -> HttpResponse:
    """This process is up. The outer app answers first where it stands in front."""
    return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


def readyz(request: HttpRequest) -> JsonResponse:
    """200 where the site can serve, with what is degraded; 503 with the reason where it cannot."""
    reason = find_hindrance()
    if reason:
        health = Health(status="unavailable", reason=reason, degraded=[])
    else:
        health = Health(status="ready", reason=None, degraded=degradations())
    return JsonResponse(health, status=503 if reason else 200, headers={"Cache-Control": "no-store"})


def find_hindrance() -> str | None:
    """The first thing without which the site cannot serve, or None."""
    try:
        if missing := missing_migrations():
            return f"The database lacks {len(missing)} migrations: run manage.py migrate."
        return _wrong_role()
    except Error:
        return "The database does not answer."


def degradations() -> list[str]:
    """What the site does without for now, one sentence each."""
    return [sentence for sentence in (_redis(), _mail(), _signer(), *_followers()) if sentence]


def _wrong_role() -> str | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper OR has_table_privilege('record_leaf', 'INSERT, UPDATE, DELETE, TRUNCATE')"
            " OR has_table_privilege('record_checkpoint', 'INSERT, UPDATE, DELETE, TRUNCATE'),"
            " has_table_privilege('record_leaf', 'SELECT'), current_setting('synchronous_commit')"
            " FROM pg_roles WHERE rolname = current_user"
        )
        role, may_too_much, may_read, durable = cursor.fetchone()
    if may_too_much:
        return f"The site is connected as {role}, which could change the record: DATABASE_URL must name another role."
    if durable == "off":
        return f"synchronous_commit is off for {role}: what people are told is recorded could still be lost. Set it on."
    return None if may_read else f"The role {role} may not read the record: run manage.py migrate."


def _redis() -> str | None:
    timeouts = {"socket_connect_timeout": SECONDS_FOR_A_NEIGHBOUR, "socket_timeout": SECONDS_FOR_A_NEIGHBOUR}
    try:
        with redis.Redis.from_url(settings.REDIS_URL, **timeouts) as client:
            client.ping()
    except (redis.RedisError, ValueError):
        return "Redis does not answer: mail and documents are up to half a minute late."
    return None


def _mail() -> str | None:
    if settings.KEEPS_MAIL:
        return None if settings.LISTENS_ON_LOOPBACK else "No mail server is set: mail is kept and not sent."
    try:
        socket.create_connection((settings.EMAIL_HOST, settings.EMAIL_PORT), SECONDS_FOR_A_NEIGHBOUR).close()
    except OSError:
        return "The mail server does not answer: mail waits."
    return None


def _signer() -> str | None:
    """A sentence when the oldest entry that is not under a checkpoint has waited longer than is promised."""
    signed = newest_checkpoint()
    oldest = Entry.objects.filter(index__gte=signed.size if signed else 0).order_by("index").first()
    if oldest is None or oldest.recorded_at > now() - PROMISED_TO_BE_SIGNED:
        return None
    return "The record is not signed as it grows: the signer does not run, or refuses what it reads. See its output."


def _followers() -> list[str]:
    """A sentence for each follower whose next entry has waited too long."""
    waiting_since = now() - PATIENCE_WITH_FOLLOWERS
    behind = [
        cursor.follower
        for cursor in Cursor.objects.order_by("follower")
        if Entry.objects.filter(index=cursor.position, recorded_at__lt=waiting_since).exists()
    ]
    return [f"{follower} is behind the record." for follower in behind]
