"""Comparing the tables with the record, every night."""

from __future__ import annotations

import logging

from celery import shared_task

from policyhub.insight.acts import keep_comparison
from policyhub.insight.agreement import compare
from policyhub.record.queries import now

logger = logging.getLogger(__name__)

# Seconds: a large record takes longer than what else workers do.
AT_MOST = 6 * 3600


@shared_task(name="insight.compare", time_limit=AT_MOST)
def compare_tables() -> None:
    """What the comparison found is kept, and told in the log when it is anything."""
    at = now()
    found = keep_comparison(compare(), at=at)
    if found.disagreements:
        logger.error("The tables disagree with the record in %d places: see compare_record.", found.disagreements)
