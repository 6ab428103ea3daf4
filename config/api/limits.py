"""How often a caller may ask. Counted in Redis, so for all web processes together."""

import logging
from time import time
from typing import Any

from django.conf import settings
from django.core.cache import caches
from redis import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

MINUTE = 60

logger = logging.getLogger(__name__)


class RateLimit(BaseThrottle):
    """So many requests in each minute of the clock, for each person and each API client."""

    def allow_request(self, request: Request, _view: Any) -> bool:
        """Whether this one is not too many. While Redis is away nobody is turned away."""
        caller = getattr(request.user, "who", None)
        if caller is None:
            return True
        key = f"api/{caller.user_id}/{int(time()) // MINUTE}"
        try:
            return self._count(key) <= settings.API_REQUESTS_A_MINUTE
        except (RedisError, ValueError):
            logger.warning("A request could not be counted", exc_info=True)
            return True

    def wait(self) -> float:
        """The seconds until the next minute begins."""
        return MINUTE - time() % MINUTE

    def _count(self, key: str) -> int:
        counted = caches["limits"]
        counted.add(key, 0, timeout=2 * MINUTE)
        return counted.incr(key)
