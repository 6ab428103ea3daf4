"""What several people do at the same moment, each on a real connection of their own."""

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
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


@contextmanager
def not_yet_committed(district_id: UUID, call: Call) -> Iterator[Any]:
    """Someone else has made the call in the district, and commits when the block is left."""
    done: Future[Any] = Future()
    may_commit = threading.Event()

    def work() -> None:
        with district_scope(district_id):
            try:
                done.set_result(call())
            except Exception as error:
                done.set_exception(error)
                raise
            may_commit.wait(_PATIENCE)

    with ThreadPoolExecutor(1) as someone:
        working = someone.submit(_on_an_own_connection, work)
        try:
            yield done.result(_PATIENCE)
        finally:
            may_commit.set()
            working.result(_PATIENCE)


@contextmanager
def in_the_background(call: Call) -> Iterator["Future[Any]"]:
    """Someone else makes the call meanwhile; the future says what became of it."""
    with ThreadPoolExecutor(1) as someone:
        yield someone.submit(_on_an_own_connection, call)


def wait_for_someone_to_wait() -> None:
    """Until a session stands before a lock that another one holds."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as watcher:
        wait_until(lambda: watcher.execute(_WAITING).fetchone() != (0,))


def _on_an_own_connection(call: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return call(*arguments)
    finally:
        connections.close_all()
