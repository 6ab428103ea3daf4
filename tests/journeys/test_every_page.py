"""Every page, for everyone who sees it: axe finds nothing, nothing sticks out, all is quiet.

Light at 1440 and dark at 320 px, in English and the main pages in Spanish.
"""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import Browser, expect

from tests.in_turn import only_due
from tests.journeys import places as demo
from tests.journeys.browsing import NARROW, People, Visits
from tests.journeys.looking import Looker
from tests.journeys.places import Places, page_routes
from tests.journeys.states import STATES, State

IN_SPANISH = {
    demo.GUEST: ("account_login", "about"),
    demo.SPECIALIST: ("district", "schools", "campaign_new", "cell_across_schools"),
    demo.PRINCIPAL: ("cycle", "section", "part_2", "review"),
}
TABS = 200
# A row of radio buttons is one stop: the arrow keys move within it.
NUMBER_THE_STOPS = """() =>
  [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
    .filter((it) => it.checkVisibility() && it.type !== "hidden" && !it.disabled)
    .map((it, number) => (it.dataset.stop =
      it.type === "radio" ? it.name : `${number} ${it.outerHTML.slice(0, 80)}`))"""
THE_STOP = """() => {
  const here = document.activeElement;
  const drawn = [here, here.closest(".chip")].filter(Boolean).map((it) => getComputedStyle(it));
  const box = here.getBoundingClientRect();
  const isSeen = box.bottom > 0 && box.top < innerHeight
    && drawn.some((style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
  return [here.dataset.stop ?? "", isSeen];
}"""


@pytest.fixture(scope="module")
def places(lasting_rows: None) -> Places:
    """The demo, as `make demo` shows it."""
    call_command("seed_demo", verbosity=0)
    return demo.places()


@pytest.fixture(scope="module")
def looker() -> Looker:
    return Looker()


@pytest.fixture(scope="module")
def everyone(browser: Browser, site: str, places: Places) -> Iterator[People]:
    people = People(Visits(browser, site))
    yield people
    people.visits.close()


def test_every_route_has_its_page_here() -> None:
    assert page_routes() == set(demo.SEEN_BY) | set(demo.NO_PAGES)


@pytest.mark.parametrize("person", demo.PEOPLE, ids=lambda email: email or "guest")
def test_every_page_is_for_everyone(
    everyone: People, places: Places, looker: Looker, person: str
) -> None:
    page = everyone.page_of(person)
    seen = [route for route, people in demo.SEEN_BY.items() if person in people]
    routes = only_due(person, seen, one_in=6)
    found = []

    for address in (address for route in routes for address in places.of(route, person)):
        answer = page.goto(address)
        problems = looker.problems(page) + everyone.complaints()
        if not answer or answer.status != 200:
            problems.append(f"It answers {answer and answer.status}.")
        found += [f"{address} {problem}" for problem in problems]

    assert found == []


@pytest.mark.in_turn(2)
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_a_page_in_a_rare_state_is_for_everyone(
    everyone: People, places: Places, looker: Looker, state: State
) -> None:
    page = state(everyone, places)

    found = looker.problems(page) + everyone.complaints()

    assert found == []


@pytest.mark.in_turn(3)
@pytest.mark.parametrize("person", IN_SPANISH, ids=lambda email: email or "guest")
def test_the_main_pages_speak_spanish(
    everyone: People, places: Places, looker: Looker, person: str
) -> None:
    page = everyone.page_of(person)
    found = []

    page.context.add_cookies([{"name": "django_language", "value": "es", "url": everyone.site}])
    for address in (next(places.of(route, person)) for route in IN_SPANISH[person]):
        page.goto(address)
        expect(page.locator("html")).to_have_attribute("lang", "es")
        problems = looker.problems(page, sizes=[NARROW]) + everyone.complaints()
        found += [f"{address} {problem}" for problem in problems]
    page.context.clear_cookies(name="django_language")

    assert found == []


@pytest.mark.parametrize("route", demo.FOREIGN)
def test_what_others_made_keeps_to_our_policy(everyone: People, route: str) -> None:
    page = everyone.page_of(demo.OPERATOR)

    answer = page.goto(reverse(route))
    page.wait_for_load_state("networkidle")

    assert answer is not None
    assert (answer.status, everyone.complaints()) == (200, [])


def test_a_dashboard_that_refreshes_leaves_its_reader_where_they_are(
    everyone: People, places: Places
) -> None:
    page = everyone.anew(demo.SPECIALIST, viewport=NARROW)
    page.goto(next(places.of("district", demo.SPECIALIST)))
    page.evaluate("document.querySelector('#heatmap-table').scrollLeft = 150")
    page.locator("#weeks-as-table summary").click()
    page.locator("#status-submitted").focus()
    page.evaluate("document.querySelector('#figures').dataset.isOld = '1'")

    page.evaluate("htmx.ajax('GET', location.pathname, {target: '#figures', swap: 'outerHTML'})")

    expect(page.locator("#figures[data-is-old]")).to_have_count(0)
    expect(page.locator("#status-submitted")).to_be_focused()
    expect(page.locator("#weeks-as-table")).to_have_attribute("open", "")
    assert page.evaluate("document.querySelector('#heatmap-table').scrollLeft") == 150


def test_the_keyboard_alone_reaches_everything_and_shows_where_it_is(
    everyone: People, places: Places
) -> None:
    page = everyone.anew(demo.PRINCIPAL, reduced_motion="reduce")
    page.goto(next(places.of("section", demo.PRINCIPAL)))
    stops: set[str] = set(page.evaluate(NUMBER_THE_STOPS))
    reached, unseen = set(), []

    for _ in range(TABS):
        page.keyboard.press("Tab")
        stop, is_seen = page.evaluate(THE_STOP)
        if not stop or stop in reached:
            break
        reached.add(stop)
        unseen += [] if is_seen else [stop]

    assert (stops - reached, unseen) == (set(), [])
