"""The real stack and a real browser, for whole stories."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from pytest_django.plugin import DjangoDbBlocker

from schools.models import Role, School
from tests.database import empty_tables
from tests.factories import cycle_of, make_campaign, make_district, make_school, make_user, seat
from tests.journeys.browsing import Visits, chromium
from tests.journeys.looking import Looker
from tests.journeys.table import Table
from tests.running import web_server


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for a module; each person gets a profile of their own in it.

    Playwright keeps an event loop running in this thread, which Django takes for an async caller.
    """
    with pytest.MonkeyPatch.context() as patch, chromium() as opened:
        patch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield opened


@pytest.fixture(scope="session")
def site(django_db_setup: None) -> Iterator[str]:
    """The address of the web server, on this worker's database; one for all journeys there."""
    with web_server() as address:
        yield address


@pytest.fixture
def visits(browser: Browser, site: str) -> Iterator[Visits]:
    """For a test in which people come and go. No console may complain, or a policy was broken."""
    opened = Visits(browser, site)
    yield opened
    opened.close()
    assert opened.complaints == []


@pytest.fixture(scope="module")
def lasting_rows(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Rows that all tests of a module read; they go when the module is done."""
    with django_db_blocker.unblock():
        yield
        empty_tables()


@pytest.fixture(scope="module")
def looker() -> Looker:
    """Looks at each page once."""
    return Looker()


@pytest.fixture
def table() -> Table:
    """Lincoln's, in a campaign that is open."""
    district = make_district("Riverbend")
    school: School = make_school(district, "Lincoln")
    alice = seat(district, Role.PRINCIPAL, school, user=make_user("Alice"))
    bob = seat(district, Role.TEAM_MEMBER, school, user=make_user("Bob"))
    return Table(district, cycle_of(school, make_campaign(district)), alice, bob)
