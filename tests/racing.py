"""What several people do at the same moment, each on a real connection of their own."""

import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any
from uuid import UUID

import psycopg
from django.db import connections

from schools.tenancy import district_scope
from tests.running import wait_until

Call = Callable[[], Any]
_PATIENCE = 20.0
# Whoever does nothing but wait for a lock, in this worker's database.
_WAITING = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


def in_scope(district_id: UUID, call: Call) -> Call:
    """The call as a request makes it: inside its district, in one transaction."""

    def inside() -> Any:
        with district_scope(district_id):
            return call()

    return inside


def all_at_once(*calls: Call) -> list[Any]:
    """Let everyone start together; what each call returned or raised, in their order."""
    start = threading.Barrier(len(calls))

    def begin(call: Call) -> Any:
        start.wait(_PATIENCE)
        return call()

    with ThreadPoolExecutor(len(calls)) as crowd:
        begun = [crowd.submit(_on_an_own_connection, begin, call) for call in calls]
        return [each.exception(_PATIENCE) or each.result() for each in begun]


def race_after_race(*racers: Callable[[int], Any], rounds: int) -> list[list[Any]]:
    """Let everyone start together, again and again, each on one connection that stays open.

    What each call returned or raised, in their order, by round.
    """
    start = threading.Barrier(len(racers))

    def run(racer: Callable[[int], Any]) -> list[Any]:
        outcomes: list[Any] = []
        for number in range(rounds):
            start.wait(_PATIENCE)
            try:
                outcomes.append(racer(number))
            except Exception as error:
                outcomes.append(error)
        return outcomes

    with ThreadPoolExecutor(len(racers)) as crowd:
        begun = [crowd.submit(_on_an_own_connection, run, racer) for racer in racers]
        return [list(outcomes) for outcomes in zip(*(each.result() for each in begun), strict=True)]


def what_becomes_of_the_second(district_id: UUID, first: Call, second: Call) -> Any:
    """The first call is made in the district but not yet committed when the second one begins.

    The second must wait for that; what it then returned or raised.
    """
    made: Future[Any] = Future()
    may_commit = threading.Event()

    def make() -> None:
        with district_scope(district_id):
            try:
                made.set_result(first())
            except Exception as error:
                made.set_exception(error)
                raise
            may_commit.wait(_PATIENCE)

    with ThreadPoolExecutor(2) as crowd:
        making = crowd.submit(_on_an_own_connection, make)
        made.result(_PATIENCE)
        following = crowd.submit(_on_an_own_connection, second)
        try:
            wait_for_someone_to_wait()
        finally:
            may_commit.set()
        making.result(_PATIENCE)
        return following.exception(_PATIENCE) or following.result()


def wait_for_someone_to_wait() -> None:
    """Until a session stands before a lock that another one holds."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as watcher:
        wait_until(lambda: watcher.execute(_WAITING).fetchone() != (0,))


def _on_an_own_connection(call: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return call(*arguments)
    finally:
        connections.close_all()
