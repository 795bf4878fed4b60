"""Rendering what was ordered: woken by the record, swept by the clock."""

from __future__ import annotations

from celery import shared_task

from policyhub.publishing.making import render_ordered
from policyhub.record.acts import follow
from policyhub.record.kinds import Kind
from policyhub.record.models import Entry


@shared_task(name="publishing.follow")
def follow_record() -> None:
    """Render as soon as an order stands on the record."""
    ordered: list[Entry] = []
    follow("publishing", ordered.append)
    if any(entry.kind == Kind.EDITION_PINNED for entry in ordered):
        render_ordered()


@shared_task(name="publishing.render_due")
def render_due() -> None:
    """Render whatever a lost nudge left lying."""
    render_ordered()
