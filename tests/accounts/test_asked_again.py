"""Who does what could do harm says again who they are, in place; nothing typed is lost."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from schools.models import ApiClient, Invitation, Membership, Role, School
from schools.tenancy import district_scope
from tests.factories import PASSWORD, make_district, make_school, make_user, seat
from tests.reading import problem
from tests.second_factors import make_app, recent_browser_of

pytestmark = pytest.mark.django_db(transaction=True)

SAY_IT = "/accounts/reauthenticate/"


@pytest.fixture
def admin() -> Membership:
    return seat(make_district("Riverbend", slug="riverbend"), Role.DISTRICT_ADMIN)


@pytest.fixture
def bob(admin: Membership, school: School) -> Membership:
    return seat(admin.district, Role.TEAM_MEMBER, school, user=make_user("Bob"))


@pytest.fixture
def school(admin: Membership) -> School:
    return make_school(admin.district)


@pytest.fixture
def browser(admin: Membership) -> Iterator[Client]:
    """Where the admin has signed in forty minutes ago."""
    client = recent_browser_of(admin.user)
    with time_machine.travel(timezone.now() + timedelta(minutes=40)):
        yield client


def page(name: str, *args: object) -> str:
    return reverse(name, args=["riverbend", *args])


def sensitive(bob: Membership) -> dict[str, tuple[str, dict[str, str]]]:
    """Each address with what is sent there."""
    return {
        "a program's key": (page("api_clients"), {"name": "Warehouse", "days": "30"}),
        "a role": (page("membership", bob.pk), {"role": "viewer"}),
        "an end": (page("leaving", bob.pk), {"confirmed": "1"}),
        "a webhook": (page("webhooks"), {"address": "https://example.org"}),
        "who needs a second factor": (page("security"), {"requires_second_factor": "on"}),
        "a reset": (page("factors_reset", bob.pk), {"confirmed": "1"}),
        "an end of a link": (page("unlinking", bob.pk), {"confirmed": "1"}),
        "an admin's invitation": (
            page("invitation_new"),
            {"email": "eve@example.org", "role": "district_admin", "language": "en"},
        ),
    }


def test_what_is_sent_too_late_is_kept_and_asked_about(browser: Client, bob: Membership) -> None:
    for name, (address, typed) in sensitive(bob).items():
        answer = browser.post(address, typed)

        assert (answer.status_code, "Is it you?" in answer.text) == (403, True), name
        for key, value in typed.items():
            assert f'<input type="hidden" name="{key}" value="{value}">' in answer.text

    bob.refresh_from_db()
    with district_scope(bob.district_id):
        done = [*ApiClient.objects.all(), *Invitation.objects.all()]
    assert (done, bob.role) == ([], Role.TEAM_MEMBER)


def test_after_saying_it_the_same_is_done(browser: Client, bob: Membership, school: School) -> None:
    address, typed = page("membership", bob.pk), {"role": "viewer", "schools": [str(school.pk)]}
    browser.post(address, typed)

    led = browser.post(SAY_IT, {"password": PASSWORD, "next": "/accounts/reauthenticate/done/"})
    browser.post(address, typed)

    bob.refresh_from_db()
    assert led.url == "/accounts/reauthenticate/done/"
    assert bob.role == Role.VIEWER


def test_a_page_that_is_only_for_it_asks_first_and_leads_back(
    browser: Client, bob: Membership
) -> None:
    ending = page("leaving", bob.pk)

    asked = browser.get(ending)
    led = browser.post(asked.url, {"password": PASSWORD, "next": ending})

    assert asked.url.startswith(SAY_IT)
    assert (led.url, browser.get(ending).status_code) == (ending, 200)


def test_the_audit_log_is_not_taken_along_by_who_sits_down_at_a_desk(browser: Client) -> None:
    file = page("audit_file", "csv")

    asked = browser.get(f"{file}?event=person.left")

    assert asked.status_code == 302
    assert "audit%2F%3Fevent%3Dperson.left" in asked.url
    assert browser.get(page("audit_log")).status_code == 200


def test_looking_is_free(browser: Client, bob: Membership) -> None:
    looked = [browser.get(page(name)) for name in ("api_clients", "webhooks", "people")]

    assert [answer.status_code for answer in looked] == [200] * 3


@pytest.mark.parametrize("password", ["", "wrong", "\0"])
def test_a_wrong_password_leads_nowhere(browser: Client, bob: Membership, password: str) -> None:
    ending = page("leaving", bob.pk)

    browser.post(SAY_IT, {"password": password, "next": ending})

    assert browser.get(ending).status_code == 302


def test_second_factors_are_changed_by_nobody_else_either(
    browser: Client, admin: Membership
) -> None:
    make_app(admin.user)

    answers = [
        browser.post(f"/accounts/second-factors/{what}/", {})
        for what in ("app/removal", "codes/new", "passkeys/new")
    ]

    assert {answer.url.partition("?")[0] for answer in answers} == {SAY_IT}


def test_what_was_typed_is_text_and_nothing_else(browser: Client, bob: Membership) -> None:
    answer = browser.post(page("api_clients"), {"name": '"><script>alert(1)</script>'})

    assert "<script>alert" not in answer.text


def test_nobody_is_led_to_another_site(browser: Client) -> None:
    led = browser.post(SAY_IT, {"password": PASSWORD, "next": "https://evil.example/"})

    assert "evil.example" not in led.url


def test_the_api_is_no_way_around_it(browser: Client, admin: Membership) -> None:
    address = reverse("api-webhooks", args=["riverbend"])
    wanted = {"url": "https://evil.example/", "event_types": ["cycle.submitted"]}

    asked = browser.post(address, wanted, "application/json")
    browser.post(SAY_IT, {"password": PASSWORD, "next": "/"})
    made = browser.post(address, wanted, "application/json")

    assert problem(asked) == (403, "sign_in_again")
    assert made.status_code == 201


def test_who_may_not_is_not_asked(bob: Membership) -> None:
    client = recent_browser_of(bob.user)
    with time_machine.travel(timezone.now() + timedelta(minutes=40)):
        assert client.post(page("api_clients"), {"name": "Mine"}).status_code == 403
        assert "Is it you?" not in client.post(page("api_clients"), {"name": "Mine"}).text
