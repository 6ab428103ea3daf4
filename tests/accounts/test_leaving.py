"""Leaving takes effect on the next request, in every channel."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from schools.models import ApiClient, Membership, Role, School, Seat
from schools.tenancy import district_scope
from tests.accounts.signing_in import browser_of, front_door
from tests.factories import cycle_of, make_campaign, make_district, make_school, seat
from tests.reading import make_key

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def school() -> School:
    return make_school(make_district(slug="riverbend"), "Lincoln")


@pytest.fixture
def alice(school: School) -> Membership:
    """The principal."""
    return seat(school.district, Role.PRINCIPAL, school)


def test_a_membership_that_ends_closes_every_page(school: School, alice: Membership) -> None:
    address = reverse("schools", args=[school.district.slug])
    browser = browser_of(alice.user)
    before = browser.get(address).status_code

    with district_scope(school.district_id):
        alice.delete()

    assert (before, browser.get(address).status_code) == (200, 404)
    assert browser.get(front_door("riverbend")).status_code == 404
    assert "no district has given you a place" in browser.get("/").text


def test_a_membership_that_ends_closes_the_api(school: School, alice: Membership) -> None:
    address = reverse("api-schools", args=[school.district.slug])
    browser = browser_of(alice.user)
    before = browser.get(address).status_code

    with district_scope(school.district_id):
        alice.delete()

    assert (before, browser.get(address).status_code) == (200, 404)


def test_a_membership_that_ends_refuses_a_save_that_is_under_way(
    school: School, alice: Membership
) -> None:
    cycle = cycle_of(school, make_campaign(school.district))
    browser = browser_of(alice.user)
    address = reverse("cell", args=[school.district.slug, cycle.pk, "team", "beliefs"])
    with district_scope(school.district_id):
        alice.delete()

    answer = browser.post(
        address, {"team.beliefs-version": 0, "team.beliefs-opportunities": "Still here?"}
    )

    with district_scope(school.district_id):
        written = list(cycle.cells.exclude(opportunities=""))
    assert (answer.status_code, written) == (404, [])


def test_who_leaves_one_school_of_two_keeps_the_other(school: School, alice: Membership) -> None:
    district = school.district
    garfield = make_school(district, "Garfield")
    with district_scope(district.pk):
        Seat.objects.create(district=district, membership=alice, school=garfield)
    browser = browser_of(alice.user)

    with district_scope(district.pk):
        Seat.objects.filter(school=school).delete()

    found = [
        browser.get(reverse("school", args=[district.slug, each.pk])).status_code
        for each in (school, garfield)
    ]
    assert found == [404, 200]


def test_who_becomes_a_viewer_no_longer_writes(school: School, alice: Membership) -> None:
    cycle = cycle_of(school, make_campaign(school.district))
    browser = browser_of(alice.user)
    address = reverse("cell", args=[school.district.slug, cycle.pk, "team", "beliefs"])

    Membership.objects.filter(pk=alice.pk).update(role=Role.VIEWER)

    assert browser.post(address, {"team.beliefs-version": 0}).status_code == 403


def test_a_person_who_is_no_longer_active_is_signed_out(alice: Membership) -> None:
    browser = browser_of(alice.user)

    User.objects.filter(pk=alice.user_id).update(is_active=False)

    answer = browser.get(front_door("riverbend"))
    assert answer["Location"] == "/accounts/login/?next=/d/riverbend/"


def test_an_api_client_that_is_removed_finds_nothing(school: School, client: Client) -> None:
    bearer = {"Authorization": f"Bearer {make_key(school.district, ('roster:read',))}"}
    address = reverse("api-schools", args=[school.district.slug])
    before = client.get(address, headers=bearer).status_code

    ApiClient.objects.all().delete()

    assert (before, client.get(address, headers=bearer).status_code) == (200, 404)
