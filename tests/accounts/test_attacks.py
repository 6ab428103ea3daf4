"""Somebody tries passwords: many at once, from many addresses, at several of our processes."""

import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
import requests
from pytest_django.plugin import DjangoDbBlocker

from tests.database import empty_tables
from tests.factories import PASSWORD, make_user
from tests.running import OwnRedis, own_redis, web_server

PLACES = 12
# Of `ACCOUNT_RATE_LIMITS`: in five minutes of one account, and in one of one address.
OF_AN_ACCOUNT, OF_AN_ADDRESS = 5, 30
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass
class Attacker:
    """Sends the sign-in form again and again, and says what came of it."""

    site: str
    page: str = field(init=False)
    session: requests.Session = field(init=False)

    def __post_init__(self) -> None:
        self.session = requests.Session()
        self.session.trust_env = False
        self.page = f"{self.site}/accounts/login/"

    def prepare(self) -> "Attacker":
        """Fetch the form's token."""
        found = _TOKEN.search(self.session.get(self.page, timeout=30).text)
        assert found
        self.token = found.group(1)
        return self

    def tries(self, email: str, password: str, *, came_from: str, host: str = "") -> str:
        """`in`, `wrong` or `later`."""
        sent = {"login": email, "password": password, "csrfmiddlewaretoken": self.token}
        named = {"X-Forwarded-For": came_from} | ({"Host": host} if host else {})
        answer = self.session.post(
            self.page, sent, headers=named, timeout=60, allow_redirects=False
        )
        if answer.status_code == 302:
            return "in"
        too_many = answer.status_code == 429 or "Too many failed" in answer.text
        return "later" if too_many else "wrong"


@dataclass(frozen=True)
class Door:
    """A site with two processes, and the Redis in which they count."""

    site: str
    redis: OwnRedis

    def attack(self, tries: list[tuple[str, str, str]], host: str = "") -> Counter[str]:
        """What came of (e-mail address, password, network address), all sent at once."""
        attackers = [Attacker(self.site).prepare() for _ in range(PLACES)]

        def attempt(numbered: tuple[int, tuple[str, str, str]]) -> str:
            number, (email, password, came_from) = numbered
            attacker = attackers[number % PLACES]
            named = host.format(number) if host else ""
            return attacker.tries(email, password, came_from=came_from, host=named)

        with ThreadPoolExecutor(PLACES) as places:
            return Counter(places.map(attempt, enumerate(tries)))


@pytest.fixture(scope="module")
def door(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Door]:
    with django_db_blocker.unblock(), own_redis() as redis:
        for name in ("alice", "bob", "charlie", "dana"):
            make_user(name.title(), email=f"{name}@example.org")
        environment = {
            "DJANGO_SETTINGS_MODULE": "tests.settings_with_limits",
            "REDIS_URL": redis.url,
            "TRUSTED_PROXY_COUNT": "1",
            "WEB_CONCURRENCY": "2",
        }
        with web_server(environment) as site:
            yield Door(site, redis)
        empty_tables()


def test_an_account_is_tried_five_times_from_however_many_addresses(door: Door) -> None:
    guesses = [("alice@example.org", f"guess {n}", f"198.51.100.{n}") for n in range(100)]

    assert door.attack(guesses) == {"wrong": OF_AN_ACCOUNT, "later": 100 - OF_AN_ACCOUNT}
    assert door.attack([("alice@example.org", PASSWORD, "203.0.113.1")]) == {"later": 1}


def test_neither_another_spelling_nor_another_port_is_another_account(door: Door) -> None:
    spellings = ("Bob@example.org", "BOB@EXAMPLE.ORG", " bob@example.org", "bob@example.org ")
    guesses = [(spellings[n % 4], f"guess {n}", f"198.51.100.{n}") for n in range(20)]

    assert door.attack(guesses, host="127.0.0.1:{0}") == {"wrong": OF_AN_ACCOUNT, "later": 15}


def test_an_address_tries_so_many_accounts_a_minute(door: Door) -> None:
    guesses = [(f"somebody-{n}@example.org", "a guess", "192.0.2.9") for n in range(60)]

    assert door.attack(guesses) == {"wrong": OF_AN_ADDRESS, "later": 60 - OF_AN_ADDRESS}
    assert door.attack([("charlie@example.org", PASSWORD, "192.0.2.10")]) == {"in": 1}


def test_without_redis_people_sign_in_and_each_process_counts_for_itself(door: Door) -> None:
    door.redis.stop()
    came_in = door.attack([("charlie@example.org", PASSWORD, "192.0.2.20")])
    guesses = [("dana@example.org", f"guess {n}", f"198.51.100.{n}") for n in range(60)]
    tried = door.attack(guesses)
    door.redis.start()

    assert came_in == {"in": 1}
    assert OF_AN_ACCOUNT <= tried["wrong"] <= 2 * OF_AN_ACCOUNT
    assert tried["wrong"] + tried["later"] == 60
