"""What every test can ask for."""

import gc
import os
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.contrib.auth.signals import user_logged_in
from django.test import TransactionTestCase

from tests import counting, in_turn, second_factors
from tests.canaries import WATCH, watching
from tests.database import empty_tables
from tests.mutants import SHARE

# The modules that take minutes: begun last, they would leave the other workers idle at the end.
_LONG = (
    *("tests/journeys/test_every_page", "tests/architecture/test_role_table"),
    *("tests/architecture/test_other", "tests/journeys/", "tests/schools/test_locking"),
    *("tests/assessments/test_answer_races", "tests/assessments/notifications/test_crashes"),
    *("tests/assessments/reports/test_report", "tests/architecture/"),
)


def pytest_configure(config: pytest.Config) -> None:
    """Say which part of what is tested in turn this run takes."""
    config.addinivalue_line("markers", "in_turn(n): one in n of the cases, others another day")
    in_turn.settle_the_part()
    user_logged_in.connect(second_factors.signed_in_by_force)
    if SHARE in os.environ:
        # Here alone: it brings all the nets along, which no other run of tests needs.
        config.pluginmanager.import_plugin("tests.mutants.judging")


def pytest_report_header() -> str:
    """So that a failure of today can be seen again tomorrow."""
    return in_turn.said()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with the longest. Workers take modules in this order."""
    if waiting := in_turn.keep_what_is_due(items):
        config.hook.pytest_deselected(items=waiting)
    items.sort(key=lambda item: [not item.nodeid.startswith(long) for long in _LONG])


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what stays until the end, and come less often.

    Half a million objects, of all tests and all that they import, were looked at again and again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker hands over what it has counted."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput[counting.KEY] = counting.of_this_worker()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """One that crashed has handed over nothing."""
    if counted := getattr(node, "workeroutput", {}).get(counting.KEY):
        counting.take_over(counted)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What the nets have tried."""
    for line in counting.said():
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None) -> Iterator[None]:
    """Use the clone that `services_plugin` made, as the app role, instead of a test database.

    After a test with real transactions Django would TRUNCATE, which that role may not.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _test: empty_tables())
        yield


@pytest.fixture(scope="session", autouse=True)
def _watched() -> Iterator[None]:
    """Whatever is emitted is read."""
    with watching():
        yield


@pytest.fixture(autouse=True)
def _no_canary_where_it_does_not_belong() -> Iterator[None]:
    yield
    assert WATCH.taken() == []


@pytest.fixture
def second_connection() -> Iterator[psycopg.Connection]:
    """Another connection of the app role, for what two people do at the same moment."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def owner_connection() -> Iterator[psycopg.Connection]:
    """A connection of the role that migrates. Row-level security binds it too."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as connection:
        yield connection
