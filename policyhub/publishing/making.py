"""Having what was ordered rendered and published, one edition after the other."""

from __future__ import annotations

import logging

from django.db import connection

from policyhub.publishing.acts import note_failure, publish_edition
from policyhub.publishing.filling import content_of
from policyhub.publishing.models import Edition
from policyhub.publishing.queries import unrendered
from policyhub.publishing.render import RenderFailed, render
from policyhub.record.queries import now

logger = logging.getLogger(__name__)

# One renderer at a time: a second worker that is woken for the same order finds it taken.
RENDERING = 20_160_615


def make(edition: Edition) -> bytes:
    """The edition's PDF, from the pin alone: the same bytes whenever it is made. RenderFailed when there are none."""
    return render(content_of(edition))


def render_ordered() -> None:
    """Every edition that was ordered is rendered and published, or says why it could not be."""
    if not _taken("SELECT pg_try_advisory_lock(%s)"):
        return
    try:
        for edition in unrendered():
            _render(edition)
    finally:
        _taken("SELECT pg_advisory_unlock(%s)")


def _render(edition: Edition) -> None:
    try:
        data = make(edition)
    except RenderFailed as failure:
        logger.error("%s could not be rendered: %s", edition, failure)
        note_failure(edition=edition, sentence="The renderer refused it; the operator finds the reason in the log.")
        return
    publish_edition(edition=edition, data=data, at=now())


def _taken(statement: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, [RENDERING])
        return bool(cursor.fetchone()[0])
