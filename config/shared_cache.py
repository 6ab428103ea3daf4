"""What all web processes know together: how often somebody has tried, which codes are used up.

Kept in Redis. While that is away each process counts for itself: signing in must go on, and an
attacker who could take Redis away must not try without end.
"""

import logging
import time
from collections.abc import Callable
from typing import Any, Final

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis import RedisError

# So long nobody waits for Redis again once it did not answer: each sign-in asks it ten times.
_LEFT_ALONE_SECONDS: Final = 5.0

logger = logging.getLogger(__name__)


class _Redis:
    """Of this process: whether it is worth asking."""

    away_until: float = 0.0


class SharedCache(RedisCache):
    """Django's cache in Redis, or in this process alone while Redis is away."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._alone = LocMemCache("shared_cache", params)

    def add(self, *args: Any, **kwargs: Any) -> bool:
        """Set a key that is not there; whether it was not."""
        return self._asked(super().add, self._alone.add, *args, **kwargs)

    def get(self, *args: Any, **kwargs: Any) -> Any:
        """What is kept under a key."""
        return self._asked(super().get, self._alone.get, *args, **kwargs)

    def set(self, *args: Any, **kwargs: Any) -> None:
        """Keep something under a key."""
        self._asked(super().set, self._alone.set, *args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        """Forget a key; whether it was there."""
        return self._asked(super().delete, self._alone.delete, *args, **kwargs)

    def _asked(
        self, together: Callable[..., Any], alone: Callable[..., Any], *args: Any, **kwargs: Any
    ) -> Any:
        if time.monotonic() >= _Redis.away_until:
            try:
                return together(*args, **kwargs)
            except RedisError:
                _Redis.away_until = time.monotonic() + _LEFT_ALONE_SECONDS
                logger.warning("Redis is away: this process counts for itself", exc_info=True)
        return alone(*args, **kwargs)
