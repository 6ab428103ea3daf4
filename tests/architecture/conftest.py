"""Two districts for all tests of a module, with real transactions."""

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.architecture.making_sides import make_side
from tests.architecture.two_districts import Side
from tests.database import empty_tables


@pytest.fixture(scope="module")
def lasting_rows(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Rows that all tests of a module read; they go when the module is done."""
    with django_db_blocker.unblock():
        try:
            yield
        finally:
            empty_tables()


@pytest.fixture(scope="module")
def ours(lasting_rows: None) -> Side:
    """Our district: wherever a stranger reads "heron", something has leaked."""
    return make_side("heron")


@pytest.fixture(scope="module")
def theirs(lasting_rows: None) -> Side:
    """The stranger's district."""
    return make_side("badger")
