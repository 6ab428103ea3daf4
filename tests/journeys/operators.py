"""Pages in states that operators bring about: a reason that says nothing, a district read."""

from django.urls import reverse
from playwright.sync_api import Page, expect

from schools.models import District
from tests.factories import PASSWORD, make_district, make_user
from tests.journeys.browsing import People
from tests.journeys.places import Places


def a_reason_that_says_nothing(everyone: People, _places: Places) -> Page:
    """Refused, and kept."""
    page = _asked(everyone, make_district("Newfield"), "because")
    expect(page.locator("[name=reason]")).to_have_attribute("aria-invalid", "true")
    return page


def an_operator_reads(everyone: People, _places: Places) -> Page:
    """With the banner that stands on every page."""
    page = _asked(everyone, make_district("Newfield"), "Their admin asked why two figures differ")
    expect(page.get_by_role("button", name="End it now")).to_be_visible()
    return page


STATES = (a_reason_that_says_nothing, an_operator_reads)


def _asked(everyone: People, district: District, reason: str) -> Page:
    operator = make_user("Olive", is_staff=True)
    page = everyone.visits.signed_in(operator.email, PASSWORD)
    page.goto(reverse("break_glass"))
    page.locator("[name=district]").fill(district.slug)
    page.locator("[name=reason]").fill(reason)
    page.get_by_role("button", name="Begin to read").click()
    return page
