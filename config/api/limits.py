"""How often a caller may ask. Counted in Redis, so for all web processes together."""

import logging
from secrets import token_hex
from typing import Any, Final

from django.conf import settings
from django.core.cache import caches
from redis import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

MICROSECONDS: Final = 1_000_000
# The moments at which this caller was let in, of the last minute alone, by the clock of Redis: it
# is the same for all web servers. Answers 0 and counts this one, or the microseconds to wait. Who
# is refused is not counted: whoever keeps asking gets in all the same, once a minute is over.
_LET_IN: Final = """
    local clock = redis.call('TIME')
    local now = clock[1] * 1000000 + clock[2]
    local minute = 60 * 1000000
    redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - minute)
    if redis.call('ZCARD', KEYS[1]) < tonumber(ARGV[1]) then
        redis.call('ZADD', KEYS[1], now, ARGV[2])
        redis.call('EXPIRE', KEYS[1], 61)
        return 0
    end
    local first = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
    return first[2] and (first[2] + minute - now) or minute
"""

logger = logging.getLogger(__name__)


class RateLimit(BaseThrottle):
    """So many requests in any sixty seconds, for each person and each API client."""

    seconds: float = 0

    def allow_request(self, request: Request, _view: Any) -> bool:
        """Whether this one is not too many. While Redis is away nobody is turned away."""
        caller = getattr(request.user, "who", None)
        if caller is None:
            return True
        try:
            self.seconds = _let_in(f"api/{caller.user_id}") / MICROSECONDS
        except RedisError:
            logger.warning("A request could not be counted", exc_info=True)
            return True
        return self.seconds == 0

    def wait(self) -> float:
        """The seconds until the oldest of them is a minute ago."""
        return self.seconds


def _let_in(key: str) -> int:
    cache = caches["limits"]
    # Django's cache has no way to count and to decide in one step; its connections are Redis's own.
    client = cache._cache.get_client(write=True)  # type: ignore[attr-defined]
    names = [cache.make_key(key)]
    waited: int = client.eval(
        _LET_IN, len(names), *names, settings.API_REQUESTS_A_MINUTE, token_hex(8)
    )
    return waited
