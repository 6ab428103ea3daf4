"""Every page, for everyone who sees it: axe finds nothing, nothing sticks out, no console complains.

In both themes, at 1440 and at 320 px, in English and the main pages in Spanish.
"""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import Browser, Page

from assessments.demo.people import PASSWORD
from tests.journeys import places as demo
from tests.journeys.browsing import Visits
from tests.journeys.looking import Looker
from tests.journeys.places import Places, page_routes

SPANISH = {demo.GUEST: "account_login", demo.SPECIALIST: "district", demo.PRINCIPAL: "section"}


@pytest.fixture(scope="module")
def places(lasting_rows: None) -> Places:
    """The demo, as `make demo` shows it."""
    call_command("seed_demo", verbosity=0)
    return demo.places()


@pytest.fixture(scope="module")
def looker() -> Looker:
    return Looker()


@pytest.fixture(scope="module")
def everyone(browser: Browser, site: str, places: Places) -> Iterator["People"]:
    people = People(Visits(browser, site))
    yield people
    people.visits.close()


class People:
    """The demo's people, each signed in once."""

    def __init__(self, visits: Visits) -> None:
        self.visits = visits
        self._pages: dict[str, Page] = {}

    def page_of(self, person: str) -> Page:
        if person not in self._pages:
            signed_in = person != demo.GUEST
            self._pages[person] = (
                self.visits.signed_in(person, PASSWORD) if signed_in else self.visits.guest()
            )
        return self._pages[person]

    def complaints(self) -> list[str]:
        """What consoles said since this was asked last."""
        said, self.visits.complaints[:] = list(self.visits.complaints), []
        return said


def test_every_route_has_its_page_here() -> None:
    assert page_routes() == set(demo.SEEN_BY) | set(demo.NO_PAGES)


@pytest.mark.parametrize("person", demo.PEOPLE, ids=lambda email: email or "guest")
def test_every_page_is_for_everyone(
    everyone: People, places: Places, looker: Looker, person: str
) -> None:
    page = everyone.page_of(person)
    found = []

    for route in (route for route, people in demo.SEEN_BY.items() if person in people):
        for address in places.of(route, person):
            answer = page.goto(address)
            problems = looker.problems(page) + everyone.complaints()
            if not answer or answer.status != 200:
                problems.append(f"It answers {answer and answer.status}.")
            found += [f"{address} {problem}" for problem in problems]

    assert found == []
