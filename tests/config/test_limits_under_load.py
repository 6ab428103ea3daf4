"""How often a caller may ask: many at once, several processes, with and without Redis."""

import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.database import empty_tables
from tests.factories import make_district
from tests.reading import make_key
from tests.running import OwnRedis, own_redis, web_server

AT_MOST = 30


@dataclass(frozen=True)
class Asked:
    """An address, a key that fits, and the Redis that counts."""

    address: str
    keys: tuple[str, ...]
    redis: OwnRedis

    def by(self, key: int, times: int) -> Counter[int]:
        """How often each status came, asked from eight places at once."""
        with ThreadPoolExecutor(8) as places:
            return Counter(places.map(lambda _: self._once(self.keys[key]), range(times)))

    def _once(self, key: str) -> int:
        browser = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        asked = urllib.request.Request(self.address, headers={"Authorization": f"Bearer {key}"})  # noqa: S310 - our own
        try:
            with browser.open(asked, timeout=30) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            with refused:
                patience = int(refused.headers["Retry-After"])
                return refused.code if 1 <= patience <= 60 else -patience


@pytest.fixture(scope="module")
def asked(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Asked]:
    with django_db_blocker.unblock(), own_redis() as redis:
        district = make_district(slug="riverbend")
        keys = tuple(make_key(district, ("schools:read",)) for _ in range(4))
        environment = {
            "API_REQUESTS_A_MINUTE": str(AT_MOST),
            "REDIS_URL": f"{redis.url}",
            "WEB_CONCURRENCY": "2",
        }
        with web_server(environment) as address:
            yield Asked(f"{address}/api/v1/districts/riverbend/me/", keys, redis)
        empty_tables()


def test_exactly_so_many_get_in_whoever_of_our_processes_they_ask(asked: Asked) -> None:
    assert asked.by(0, 2 * AT_MOST) == {200: AT_MOST, 429: AT_MOST}


def test_one_caller_s_haste_is_not_another_s(asked: Asked) -> None:
    asked.by(1, AT_MOST + 1)

    assert asked.by(2, AT_MOST) == {200: AT_MOST}


def test_redis_gone_and_back_turns_nobody_away_and_then_counts_again(asked: Asked) -> None:
    asked.redis.stop()
    meanwhile = asked.by(3, AT_MOST + 10)
    asked.redis.start()
    afterwards = asked.by(3, AT_MOST + 10)

    assert meanwhile == {200: AT_MOST + 10}
    # A connection that Redis closed is noticed by the request that takes it up: that one is let in.
    assert set(afterwards) == {200, 429}
    assert AT_MOST <= afterwards[200] <= AT_MOST + 8
