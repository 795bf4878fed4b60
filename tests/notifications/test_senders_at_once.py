"""Several senders over one database: each letter goes out once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from policyhub.notifications import acts
from policyhub.notifications.models import Message
from policyhub.record.queries import now
from tests.factories.participation import make_world
from tests.notifications.conftest import Sink

SENDERS = 3


def test_two_senders_at_once_send_each_letter_once(own_database: str, sink: Sink) -> None:
    world = make_world(now())
    for number in range(6):
        world.join(f"Firm {number}", "industry")
    acts.follow_record()
    waiting = Message.objects.count()
    start = threading.Barrier(SENDERS)

    def send() -> int:
        try:
            start.wait()
            return acts.send_due()
        finally:
            connection.close()

    with ThreadPoolExecutor(SENDERS) as pool:
        counts = [each.result() for each in [pool.submit(send) for _ in range(SENDERS)]]
    assert sum(counts) == waiting == len(sink.received)
    assert len({letter["Message-ID"] for letter in sink.received}) == waiting
