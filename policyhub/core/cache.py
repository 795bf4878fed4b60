"""A cache that may vanish: while Redis is away, counts are kept in the process and nobody is turned away for it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache; whatever Redis cannot answer is answered from this process's own memory."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._own = LocMemCache("while-redis-is-away", params)

    def add(self, *arguments: Any, **named: Any) -> bool:
        return bool(self._ask("add", super().add, arguments, named))

    def get(self, *arguments: Any, **named: Any) -> Any:
        return self._ask("get", super().get, arguments, named)

    def set(self, *arguments: Any, **named: Any) -> None:
        self._ask("set", super().set, arguments, named)

    def touch(self, *arguments: Any, **named: Any) -> bool:
        return bool(self._ask("touch", super().touch, arguments, named))

    def delete(self, *arguments: Any, **named: Any) -> bool:
        return bool(self._ask("delete", super().delete, arguments, named))

    def incr(self, *arguments: Any, **named: Any) -> int:
        return int(self._ask("incr", super().incr, arguments, named))

    def has_key(self, *arguments: Any, **named: Any) -> bool:
        return bool(self._ask("has_key", super().has_key, arguments, named))

    def clear(self) -> None:
        self._ask("clear", super().clear, (), {})

    def _ask(self, name: str, redis: Callable[..., Any], arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        try:
            return redis(*arguments, **named)
        except RedisError as error:
            logger.warning("Redis did not answer (%s); this process counts for itself meanwhile.", type(error).__name__)
            return getattr(self._own, name)(*arguments, **named)
