"""Two people publish at once: one version stands, the other person is told."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

from policyhub.core.errors import NotPossible
from policyhub.drafting import acts
from policyhub.drafting.models import Version
from policyhub.record.queries import now as record_now
from tests.factories.drafting import publish_basic
from tests.factories.participation import make_world


def at_once(act: Callable[[int], str], times: int) -> list[str]:
    """What the act said, done by so many threads that all begin together."""
    ready = Barrier(times)

    def begin(place: int) -> str:
        try:
            ready.wait(timeout=10)
            return act(place)
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(begin, range(times)))


def test_of_two_edits_of_one_version_one_is_published(own_database: str) -> None:
    world = make_world(record_now())
    first = publish_basic(world)

    def publish(place: int) -> str:
        try:
            acts.publish_version(
                actor=world.editor,
                document=first.document,
                clauses=[("c1", 1, "Consent", f"Ask {place} times.")],
                base_hash=first.text_hash,
                at=record_now(),
            )
        except NotPossible as refusal:
            return refusal.reasons[0].code
        return "published"

    assert sorted(at_once(publish, 4)) == ["published", "text_changed", "text_changed", "text_changed"]
    assert list(Version.objects.order_by("number").values_list("number", flat=True)) == [1, 2]
