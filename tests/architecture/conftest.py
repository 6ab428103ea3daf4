"""Two districts for all tests of a module, with real transactions, and everyone who asks."""

from collections.abc import Iterator

import pytest
from django.core.cache import caches
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from tests.architecture.callers import Caller
from tests.architecture.keeping import kept, put_back
from tests.architecture.locks import BOTH, LOCKS
from tests.architecture.places import World
from tests.architecture.two_districts import Side
from tests.canaries import WATCH, files, read_what_is_kept
from tests.database import empty_tables


@pytest.fixture(scope="module")
def lasting_rows(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Rows that all tests of a module read; they go when the module is done."""
    # A program asks more often here than it may.
    unlimited = override_settings(API_REQUESTS_A_MINUTE=1_000_000)
    with django_db_blocker.unblock(), unlimited:
        for name in ("default", "template_fragments"):
            caches[name].clear()
        older = files()
        try:
            yield
            read_what_is_kept(older)
            assert WATCH.taken() == []
        finally:
            empty_tables()


@pytest.fixture(scope="module")
def world(lasting_rows: None) -> World:
    """Both districts."""
    put_back()
    return kept().copy_of_world()


@pytest.fixture(autouse=True)
def _recent(request: pytest.FixtureRequest) -> None:
    """Nobody has waited so long that they are asked again who they are."""
    if "world" in request.fixturenames:
        request.getfixturevalue("world")
        kept().sign_in_again()


@pytest.fixture(scope="module")
def ours(world: World) -> Side:
    """Our district: wherever a stranger reads "goldfinch", something has leaked."""
    return world.ours


@pytest.fixture(scope="module")
def theirs(world: World) -> Side:
    """The stranger's district."""
    return world.theirs


@pytest.fixture(scope="module")
def principals(world: World) -> dict[str, Caller]:
    """Everyone of `places.py`, by name."""
    return kept().principals_anew()


@pytest.fixture(scope="module")
def locks(request: pytest.FixtureRequest, world: World) -> Iterator[str]:
    """What holds meanwhile; the rows are there before anything is taken away."""
    holding = getattr(request, "param", BOTH)
    with LOCKS[holding]():
        yield holding
