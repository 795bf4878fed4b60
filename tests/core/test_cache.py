"""The cache while Redis is away."""

from __future__ import annotations

from policyhub.core.cache import ForgivingRedisCache
from tests.journeys.installation import free_port


def test_counts_are_kept_in_the_process_while_redis_is_away() -> None:
    cache = ForgivingRedisCache(f"redis://127.0.0.1:{free_port()}/0", {})
    assert cache.add("tries", 1)
    assert cache.incr("tries") == 2
    cache.set("other", "x")
    assert (cache.get("tries"), cache.get("other"), cache.get("absent", "none")) == (2, "x", "none")
    assert cache.delete("other")
    assert not cache.has_key("other")
    cache.clear()
    assert cache.get("tries") is None
