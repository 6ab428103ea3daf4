"""A specialist reads two schools and comments, and no hand is on the mouse."""

import pytest
from playwright.sync_api import expect

from assessments.models import Comment, Reading
from schools.models import District, Role
from schools.tenancy import district_scope
from tests.factories import (
    PASSWORD,
    cycle_of,
    make_campaign,
    make_district,
    make_school,
    seat,
    submitted,
)
from tests.journeys.browsing import Visits

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def district() -> District:
    """Adams and Burr have handed in."""
    district = make_district("Riverbend")
    schools = [make_school(district, name) for name in ("Adams", "Burr")]
    campaign = make_campaign(district)
    for school in schools:
        submitted(cycle_of(school, campaign), seat(district, Role.PRINCIPAL, school))
    return district


def test_two_schools_are_read_with_enter_alone(visits: Visits, district: District) -> None:
    specialist = seat(district, Role.SPECIALIST)
    page = visits.signed_in(specialist.user.email, PASSWORD)
    page.goto(f"/d/{district.slug}/reading/")
    page.locator("#begin").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Adams")

    page.locator("#team\\.beliefs .say > summary").press("Enter")
    expect(page.locator("#team\\.beliefs .say textarea")).to_be_focused()
    page.keyboard.type("Thank you.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#team\\.beliefs .comment")).to_contain_text("Thank you.")
    page.locator("main").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Burr")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Nothing waits for you")).to_be_visible()
    with district_scope(district.pk):
        assert (Reading.objects.count(), Comment.objects.get().text) == (2, "Thank you.")
