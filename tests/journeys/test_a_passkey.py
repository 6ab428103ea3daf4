"""A district admin who has no second factor sets up a passkey, and signs in by it alone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from schools.models import Role
from tests.factories import PASSWORD, make_district, make_user, seat
from tests.journeys.browsing import Visits

pytestmark = pytest.mark.django_db(transaction=True)

_DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """A browser whose device keeps passkeys; for a number in place of a name it makes none."""
    visits = Visits(browser, site.replace("127.0.0.1", "localhost"))
    yield visits.guest()
    visits.close()
    assert visits.complaints == []


def device_of(page: Page) -> tuple[CDPSession, str]:
    """The device, and its id."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": _DEVICE})
    return session, made["authenticatorId"]


def test_a_passkey_is_set_up_and_opens_the_door_alone(page: Page) -> None:
    admin = seat(make_district("Riverbend"), Role.DISTRICT_ADMIN, user=make_user("Ana"))
    device, number = device_of(page)

    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(admin.user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("link", name="Set up a passkey").click()
    page.get_by_role("button", name="Go on").click()
    expect(page.locator(".codes li")).to_have_count(10)
    page.get_by_role("link", name="I have kept them: go on").click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()

    page.get_by_text("Ana").click()
    page.get_by_role("button", name="Sign out").click()
    page.goto("/accounts/login/")
    device.send("WebAuthn.setUserVerified", {"authenticatorId": number, "isUserVerified": False})
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("No passkey was used")
    device.send("WebAuthn.setUserVerified", {"authenticatorId": number, "isUserVerified": True})
    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    page.goto("/accounts/second-factors/")
    expect(page.get_by_text("signs in by itself")).to_be_visible()
    expect(page.get_by_text("last used on")).to_be_visible()
