"""Charts that were drawn once are shown again as long as they say the same, and no longer."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import caches

from assessments.dashboards.snapshot import mark_present_years
from assessments.models import Campaign
from assessments.tasks import refresh_dashboard
from schools.models import District, Role, School, SchoolLevel
from schools.tenancy import district_scope
from tests.assessments.views.browsing import Browser
from tests.factories import cycle_of, make_campaign, make_district, make_school, seat, submitted

pytestmark = pytest.mark.django_db(transaction=True)

# What is new in every answer: the secret of its forms, the clock, when a view was counted.
OF_THE_MOMENT = re.compile(
    r'name="csrfmiddlewaretoken" value="[^"]*"|X-CSRFToken[^}]*|\d{13}|Computed [^<]* from'
)


@pytest.fixture
def campaign(district: District) -> Campaign:
    """One of two schools has handed in."""
    return one_of_two_handed_in(district)


@pytest.fixture
def browser(district: District) -> Browser:
    """The specialist's."""
    return Browser(seat(district, Role.SPECIALIST))


def one_of_two_handed_in(district: District) -> Campaign:
    first, second = (
        make_school(district, name, level=SchoolLevel.ELEMENTARY) for name in ("Adams", "Burr")
    )
    campaign = make_campaign(district)
    submitted(cycle_of(first, campaign), by=seat(district, Role.PRINCIPAL, first), level=1)
    seat(district, Role.PRINCIPAL, second)
    refresh_dashboard(str(district.pk), campaign.school_year)
    return campaign


def another_hands_in(campaign: Campaign) -> None:
    with district_scope(campaign.district_id):
        school = School.objects.get(name="Burr")
        principal = seat(campaign.district, Role.PRINCIPAL, school)
        submitted(cycle_of(school, campaign), by=principal, level=3)
    refresh_dashboard(str(campaign.district_id), campaign.school_year)


def one_is_renamed(campaign: Campaign) -> None:
    with district_scope(campaign.district_id):
        School.objects.filter(name="Adams").update(name="Quincy")
    mark_present_years()
    refresh_dashboard(str(campaign.district_id), campaign.school_year)


def it_closes_later(campaign: Campaign) -> None:
    later = campaign.closes_on + timedelta(days=40)
    with district_scope(campaign.district_id):
        Campaign.objects.filter(pk=campaign.pk).update(closes_on=later)


def levels_are_switched_off(campaign: Campaign) -> None:
    with district_scope(campaign.district_id):
        Campaign.objects.filter(pk=campaign.pk).update(asks_level=False)


def shown(browser: Browser, query: str = "") -> str:
    answer: Any = browser.get("district", query)
    assert answer.status_code == 200
    return OF_THE_MOMENT.sub("", answer.text)


@pytest.mark.parametrize(
    "happens", [another_hands_in, one_is_renamed, it_closes_later, levels_are_switched_off]
)
def test_after_a_change_the_page_is_what_it_would_be_if_nothing_were_kept(
    browser: Browser, campaign: Campaign, happens: Callable[[Campaign], None]
) -> None:
    before = shown(browser)

    happens(campaign)

    after = shown(browser)
    caches["template_fragments"].clear()
    assert (after == before, after == shown(browser)) == (False, True)


@pytest.mark.parametrize("query", ["?school_level=elementary", "?cell=team.beliefs&at=1", "?x=1"])
def test_another_view_is_drawn_by_itself(browser: Browser, campaign: Campaign, query: str) -> None:
    shown(browser)

    view = shown(browser, query)

    caches["template_fragments"].clear()
    assert view == shown(browser, query)


def test_another_language_is_drawn_by_itself(browser: Browser, campaign: Campaign) -> None:
    shown(browser)

    browser.client.cookies["django_language"] = "es"

    assert "Escuelas por celdas" in shown(browser)


def test_another_district_with_the_same_figures_sees_its_own(
    browser: Browser, campaign: Campaign
) -> None:
    other = make_district("Elsewhere")
    one_of_two_handed_in(other)
    shown(browser)

    page = shown(Browser(seat(other, Role.SPECIALIST)))

    assert (f"/d/{other.slug}/" in page, f"/d/{campaign.district.slug}/" in page) == (True, False)
