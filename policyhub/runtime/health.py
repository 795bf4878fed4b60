"""Whether the site can serve, and what works less well than it should."""

from __future__ import annotations

import socket
from datetime import timedelta
from typing import TYPE_CHECKING, TypedDict

import redis
from django.conf import settings
from django.db import Error
from django.http import HttpResponse, JsonResponse

from policyhub.core.canonical import moment
from policyhub.insight.queries import last_comparison
from policyhub.record.models import Cursor, Entry
from policyhub.record.queries import find_entry, find_trouble, now
from policyhub.runtime.migrations import missing_migrations
from policyhub.runtime.serving_role import wrong_role

if TYPE_CHECKING:
    from django.http import HttpRequest

SECONDS_FOR_A_NEIGHBOUR = 1.0
PATIENCE_WITH_FOLLOWERS = timedelta(minutes=2)
PROMISED_TO_BE_SIGNED = timedelta(seconds=60)
# Every night, and some hours for it.
COMPARED_EVERY = timedelta(hours=36)


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
        return wrong_role()
    except Error:
        return "The database does not answer."


def degradations() -> list[str]:
    """What the site does without for now, one sentence each."""
    return [sentence for sentence in (_redis(), _mail(), _signer(), _comparison(), *_followers()) if sentence]


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
    trouble = find_trouble(patience=PROMISED_TO_BE_SIGNED)
    if trouble is None:
        return None
    reason = trouble.sentence or "the signer does not run. See its output."
    return f"The record is not signed as it grows since {moment(trouble.since)}: {reason}"


def _comparison() -> str | None:
    """A sentence when the tables disagree with the record, or nobody compared them for more than a night."""
    last = last_comparison()
    if last is not None and last.since is not None:
        places = f"{last.disagreements} place{'' if last.disagreements == 1 else 's'}"
        return f"The tables disagree with the record in {places} since {moment(last.since)}: see compare_record."
    first = find_entry(0)
    begun = last.compared_at if last is not None else first.recorded_at if first is not None else None
    if begun is None or begun > now() - COMPARED_EVERY:
        return None
    return f"The tables were not compared with the record since {moment(begun)}: beat or the worker does not run."


def _followers() -> list[str]:
    """A sentence for each follower whose next entry has waited too long."""
    waiting_since = now() - PATIENCE_WITH_FOLLOWERS
    behind = [
        cursor.follower
        for cursor in Cursor.objects.order_by("follower")
        if Entry.objects.filter(index=cursor.position, recorded_at__lt=waiting_since).exists()
    ]
    return [f"{follower} is behind the record." for follower in behind]
