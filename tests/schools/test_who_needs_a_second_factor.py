"""Operators and district admins always, everyone where a district says so: at every door."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from schools.models import AuditEntry, District, Membership, Role
from schools.second_factors import require_for_all
from schools.tenancy import district_scope
from tests.accounts.passkeys import ADD
from tests.accounts.signing_in import SECOND_FACTOR, by_password, front_door
from tests.factories import make_district, make_school, make_user, seat
from tests.reading import make_key
from tests.second_factors import code_of, make_app, recent_browser_of

pytestmark = pytest.mark.django_db(transaction=True)

APP, REMOVAL = "/accounts/second-factors/app/", "/accounts/second-factors/app/removal/"


@pytest.fixture
def district() -> District:
    return make_district("Riverbend", slug="riverbend")


@pytest.fixture
def admin(district: District) -> Membership:
    return seat(district, Role.DISTRICT_ADMIN)


@pytest.fixture
def alice(district: District) -> Membership:
    """A principal, of whom nothing but a password is asked."""
    return seat(district, Role.PRINCIPAL, make_school(district, "Lincoln"), user=make_user("Alice"))


def with_a_password(person: User) -> Client:
    """A browser in which they have shown no second factor."""
    client = Client()
    by_password(client, person.email)
    return client


def is_led_to_one(answer: Any) -> bool:
    """Whether the answer only says: a second factor first."""
    return answer.status_code == 302 and answer.url.startswith(SECOND_FACTOR)


def require(district: District, by: Membership, *, required: bool = True) -> None:
    """As a district admin does it."""
    with district_scope(district.pk):
        require_for_all(district, by=by, required=required)


def operator_of(_district: District) -> User:
    return make_user("Op", is_staff=True, is_superuser=True)


def admin_of(district: District) -> User:
    return seat(district, Role.DISTRICT_ADMIN).user


def anyone_where_it_is_required(district: District) -> User:
    District.objects.filter(pk=district.pk).update(requires_second_factor=True)
    return seat(district, Role.VIEWER).user


def admin_elsewhere(district: District) -> User:
    """Their account opens another district's people: it is one account."""
    person = seat(district, Role.VIEWER).user
    seat(make_district(), Role.DISTRICT_ADMIN, user=person)
    return person


@pytest.mark.parametrize(
    "made", [operator_of, admin_of, anyone_where_it_is_required, admin_elsewhere]
)
def test_with_a_password_alone_they_reach_no_page(
    district: District, made: Callable[[District], User]
) -> None:
    browser = with_a_password(made(district))
    pages = ("/", "/districts/", "/accounts/", "/accounts/sessions/", "/admin/", "/accounts/mail/")
    inside = ("", "schools/", "people/", "audit/", "security/", "api/")
    posted = (
        "/accounts/sessions/others/end/",
        "/d/riverbend/security/",
        "/accounts/password/change/",
    )

    asked = [browser.get(page) for page in (*pages, *(front_door("riverbend") + p for p in inside))]
    sent = [browser.post(page, {}) for page in posted]

    answers = [it for it in (*asked, *sent) if it.status_code != 404]
    assert all(map(is_led_to_one, answers))
    assert len(answers) > 6


def test_the_admin_site_is_closed_to_a_password(district: District) -> None:
    op = operator_of(district)
    browser = with_a_password(op)

    led = [
        browser.get(page)
        for page in ("/admin/", "/admin/schools/district/", "/admin/password_change/")
    ]
    by_its_own_form = Client().post("/admin/login/", {"username": op.email, "password": "x"})
    signed_in = recent_browser_of(op).post("/admin/login/", {"username": op.email, "password": "x"})

    assert all(map(is_led_to_one, led))
    assert (by_its_own_form.status_code, signed_in.status_code) == (405, 405)


def test_the_api_says_so_in_its_own_words(district: District, admin: Membership) -> None:
    browser = with_a_password(admin.user)
    address = reverse("api-me", args=[district.slug])

    refused = browser.get(address)
    wrote = browser.post(reverse("api-webhooks", args=[district.slug]), "{}", "application/json")

    assert (refused.status_code, wrote.status_code) == (403, 403)
    assert refused.json()["type"] == "urn:ninefold:problem:second_factor_missing"


def test_a_program_s_key_needs_none(district: District, admin: Membership) -> None:
    require(district, admin)
    key = make_key(district, ("schools:read",))
    program = Client(headers={"Authorization": f"Bearer {key}"})

    assert program.get(reverse("api-me", args=[district.slug])).status_code == 200


def test_of_others_a_password_is_enough(district: District, alice: Membership) -> None:
    browser = with_a_password(alice.user)

    assert browser.get(reverse("schools", args=[district.slug])).status_code == 200
    assert browser.get(reverse("api-me", args=[district.slug])).status_code == 200


def test_a_session_that_began_before_is_asked_with_its_next_click(
    district: District, admin: Membership, alice: Membership
) -> None:
    browser = with_a_password(alice.user)
    page = reverse("schools", args=[district.slug])
    before = browser.get(page).status_code

    require(district, admin)
    asked = browser.get(page)
    require(district, admin, required=False)

    assert (before, is_led_to_one(asked), browser.get(page).status_code) == (200, True, 200)


def test_who_sets_one_up_goes_on_where_they_were(district: District, admin: Membership) -> None:
    browser = with_a_password(admin.user)
    page = reverse("people", args=[district.slug])
    asked = browser.get(page, follow=True)
    secret = browser.get(APP).context["form"].secret

    codes = browser.post(APP, {"code": code_of(secret)}, follow=True)

    assert "Set up a second factor" in asked.text
    assert f'href="{page}"' in codes.text
    assert browser.get(page).status_code == 200


def test_who_has_one_cannot_put_another_beside_it_by_a_password(
    district: District, admin: Membership
) -> None:
    browser = with_a_password(admin.user)
    make_app(admin.user)

    led = [browser.get(ADD), browser.post(ADD, {}), browser.post(REMOVAL, {})]

    assert all(map(is_led_to_one, led))


def test_showing_it_in_place_opens_the_session(district: District, admin: Membership) -> None:
    browser = with_a_password(admin.user)
    secret = make_app(admin.user)
    page = reverse("people", args=[district.slug])

    asked = browser.get(page, follow=True)
    browser.post("/accounts/reauthenticate/", {"password": "a quiet room for thinking"})
    still = browser.get(page)
    browser.post("/accounts/reauthenticate/code/", {"code": code_of(secret)})

    assert "Show your second factor" in asked.text
    assert (is_led_to_one(still), browser.get(page).status_code) == (True, 200)


def test_the_last_one_cannot_be_removed_where_one_is_needed(admin: Membership) -> None:
    make_app(admin.user)
    browser = recent_browser_of(admin.user)

    answer = browser.post(REMOVAL, {})

    assert "This is your last second factor" in answer.text
    assert Authenticator.objects.filter(user=admin.user).exists()


def test_who_removed_theirs_and_becomes_an_admin_is_asked_for_a_new_one(
    district: District, alice: Membership
) -> None:
    make_app(alice.user)
    browser = recent_browser_of(alice.user)
    elsewhere = recent_browser_of(alice.user)
    browser.post(REMOVAL, {})

    Membership.objects.filter(pk=alice.pk).update(
        role=Role.DISTRICT_ADMIN, sees_whole_district=True
    )

    assert is_led_to_one(browser.get(reverse("people", args=[district.slug])))
    assert elsewhere.get("/accounts/").url.startswith("/accounts/login/")


def test_only_a_district_admin_says_who_needs_one_and_it_stands_in_the_log(
    district: District, admin: Membership, alice: Membership
) -> None:
    page = reverse("security", args=[district.slug])

    refused = recent_browser_of(alice.user).post(page, {"requires_second_factor": "on"})
    recent_browser_of(admin.user).post(page, {"requires_second_factor": "on"})
    with pytest.raises(PermissionDenied):
        require(district, alice, required=False)

    district.refresh_from_db()
    with district_scope(district.pk):
        said = AuditEntry.objects.filter(event="district.security_changed").values_list(
            "actor", "details"
        )
        assert list(said) == [(admin.user_id, {"second_factor_for_all": True})]
    assert (refused.status_code, district.requires_second_factor) == (403, True)


def test_the_page_says_who_has_none_yet(
    district: District, admin: Membership, alice: Membership
) -> None:
    make_app(admin.user)

    page = recent_browser_of(admin.user).get(reverse("security", args=[district.slug]))

    assert "1 of 2 people have no second factor yet" in page.text
    assert "Alice" in page.text


def test_however_many_places_a_person_has_a_page_asks_the_database_the_same(
    alice: Membership, district: District
) -> None:
    browser = with_a_password(alice.user)
    page = reverse("schools", args=[district.slug])

    few = queries_of(browser, page)
    for _ in range(5):
        seat(make_district(), Role.VIEWER, user=alice.user)

    assert queries_of(browser, page) == few


def queries_of(browser: Client, page: str) -> int:
    """How many statements the page takes."""
    browser.get(page)
    with CaptureQueriesContext(connection) as seen:
        assert browser.get(page).status_code == 200
    return len(seen)
