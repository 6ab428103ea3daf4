"""Signing in by e-mail, and where it leads."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from schools.models import Role
from schools.tenancy import district_scope
from tests.accounts.signing_in import LOGIN, browser_of, front_door, is_signed_in, sign_in, where
from tests.factories import (
    PASSWORD,
    cycle_of,
    make_campaign,
    make_district,
    make_school,
    make_user,
    seat,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_principal_lands_on_this_year_s_cycle(client: Client) -> None:
    district = make_district()
    lincoln, garfield = make_school(district, "Lincoln"), make_school(district, "Garfield")
    make_campaign(district, district.this_school_year - 1)
    campaign = make_campaign(district)
    alice = seat(district, Role.PRINCIPAL, lincoln, user=make_user("Alice"))

    landed = sign_in(client, alice.user.email)

    cycle = cycle_of(lincoln, campaign)
    assert where(landed) == reverse("cycle", args=[district.slug, cycle.pk])
    assert landed.status_code == 200
    assert garfield.name not in landed.text


def test_a_principal_of_two_schools_lands_on_their_list(client: Client) -> None:
    district = make_district()
    schools = [make_school(district, name) for name in ("Lincoln", "Garfield")]
    make_campaign(district)
    alice = seat(district, Role.PRINCIPAL, *schools)

    landed = sign_in(client, alice.user.email)

    assert where(landed) == reverse("schools", args=[district.slug])


def test_before_the_first_campaign_a_principal_lands_on_the_list(client: Client) -> None:
    district = make_district()
    alice = seat(district, Role.PRINCIPAL, make_school(district))

    landed = sign_in(client, alice.user.email)

    assert (where(landed), landed.status_code) == (reverse("schools", args=[district.slug]), 200)


@pytest.mark.parametrize("role", [Role.SPECIALIST, Role.DISTRICT_ADMIN, Role.VIEWER])
def test_who_sees_the_whole_district_lands_on_its_dashboard(client: Client, role: Role) -> None:
    district = make_district()
    somebody = seat(district, role)

    landed = sign_in(client, somebody.user.email)

    assert (where(landed), landed.status_code) == (front_door(district.slug), 200)


def test_an_address_counts_whatever_its_case(client: Client) -> None:
    make_user("Alice", email="alice@example.org")

    sign_in(client, "Alice@Example.ORG")

    assert is_signed_in(client)


def test_a_person_with_two_districts_chooses_and_the_choice_is_remembered() -> None:
    consultant = make_user("Ines")
    for slug in ("north", "south"):
        seat(make_district(slug.title(), slug=slug), Role.SPECIALIST, user=consultant)
    browser = Client()

    asked = sign_in(browser, consultant.email)
    chosen = browser.post("/districts/", {"district": "south"}, follow=True)
    again = browser.get("/", follow=True)

    assert (where(asked), "North" in asked.text) == ("/", True)
    assert (where(chosen), where(again)) == (front_door("south"), front_door("south"))


def test_the_choice_can_be_made_anew() -> None:
    consultant = make_user("Ines")
    for slug in ("north", "south"):
        seat(make_district(slug.title(), slug=slug), Role.SPECIALIST, user=consultant)
    browser = browser_of(consultant)

    browser.post("/districts/", {"district": "south"})
    asked = browser.get("/districts/")
    browser.post("/districts/", {"district": "north"})
    again = browser.get("/", follow=True)

    assert (asked.status_code, where(again)) == (200, front_door("north"))


def test_a_district_that_is_not_theirs_cannot_be_chosen_and_looks_like_none_at_all() -> None:
    make_district("South", slug="south")
    alice = seat(make_district("North", slug="north"), Role.SPECIALIST)
    browser = browser_of(alice.user)

    answers = [browser.post("/districts/", {"district": slug}) for slug in ("south", "nowhere")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert _without_names(answers[0].text) == _without_names(answers[1].text)


@pytest.mark.parametrize("slug", ["", "\0", "no where", "x" * 5_000])
def test_what_cannot_be_a_district_cannot_be_chosen(slug: str) -> None:
    browser = browser_of(make_user("Noor"))

    assert browser.post("/districts/", {"district": slug}).status_code == 404


@pytest.mark.parametrize("email", ["", "\0", "alice", "alice@example.org\0", "x" * 5_000])
def test_what_is_no_address_lets_nobody_in(client: Client, email: str) -> None:
    make_user("Alice", email="alice@example.org")

    answer = client.post(LOGIN, {"login": email, "password": PASSWORD})

    assert (answer.status_code, is_signed_in(client)) == (200, False)


def test_a_choice_that_is_no_longer_theirs_is_forgotten() -> None:
    consultant = make_user("Ines")
    memberships = [seat(make_district(), Role.SPECIALIST, user=consultant) for _ in range(3)]
    browser = browser_of(consultant)
    browser.post("/districts/", {"district": memberships[0].district.slug})
    with district_scope(memberships[0].district_id):
        memberships[0].delete()

    asked = browser.get("/", follow=True)

    assert (where(asked), asked.status_code) == ("/", 200)


def test_who_has_no_district_is_told_so(client: Client) -> None:
    newcomer = make_user("Noor")

    landed = sign_in(client, newcomer.email)

    assert (where(landed), landed.status_code) == ("/", 200)
    assert "no district has given you a place yet" in landed.text


def test_who_followed_a_link_gets_there_after_signing_in(client: Client) -> None:
    district = make_district()
    alice = seat(district, Role.SPECIALIST)
    campaigns = reverse("campaigns", args=[district.slug])

    asked = client.get(campaigns, follow=True)
    landed = sign_in(client, alice.user.email, next=campaigns)

    assert where(asked) == LOGIN
    assert f'name="next" value="{campaigns}"' in asked.text
    assert where(landed) == campaigns


@pytest.mark.parametrize("elsewhere", ["https://example.com/", "//example.com/", "javascript:1"])
def test_signing_in_leads_to_no_other_site(client: Client, elsewhere: str) -> None:
    alice = seat(make_district(), Role.SPECIALIST)

    answer = client.post(
        LOGIN, {"login": alice.user.email, "password": PASSWORD, "next": elsewhere}
    )

    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_the_form_does_not_say_whose_address_it_knows() -> None:
    make_user("Alice", email="alice@example.org")

    answers = [
        Client().post(LOGIN, {"login": email, "password": "not the one"})
        for email in ("alice@example.org", "nobody@example.org")
    ]

    known, unknown = (_without_names(answer.text) for answer in answers)
    assert known == unknown
    assert "alice" not in known
    assert [answer.status_code for answer in answers] == [200, 200]


def test_a_forgotten_password_does_not_say_whose_address_it_knows() -> None:
    make_user("Alice", email="alice@example.org")

    answers = [
        Client().post("/accounts/password/reset/", {"email": email}, follow=True)
        for email in ("alice@example.org", "nobody@example.org")
    ]

    known, unknown = (_without_names(answer.text) for answer in answers)
    assert (known, where(answers[0])) == (unknown, where(answers[1]))


def test_who_is_no_longer_active_does_not_get_in(client: Client) -> None:
    alice = make_user("Alice")
    User.objects.filter(pk=alice.pk).update(is_active=False)

    sign_in(client, alice.email)

    assert not is_signed_in(client)


def _without_names(page: str) -> str:
    """Without what was typed, and without the token that differs from page to page."""
    page = re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]*', r"\1", page)
    return re.sub(r"\w+@example\.org", "", page)
