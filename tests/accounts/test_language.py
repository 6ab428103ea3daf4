"""In which language the pages speak to whom."""

import pytest
from django.test import Client
from django.urls import reverse

from schools.models import Role
from tests.accounts.signing_in import browser_of, front_door
from tests.factories import make_district, make_user, seat

pytestmark = pytest.mark.django_db(transaction=True)

ABOUT = "/about/"


def spoken(client: Client, address: str = ABOUT, **headers: str) -> str:
    """The language that an answer names."""
    answer = client.get(address, headers=headers)
    page = answer.text
    language: str = answer["Content-Language"]
    assert f'<html lang="{language}">' in page
    return language


def test_a_browser_s_wish_counts_for_who_has_said_nothing(client: Client) -> None:
    wishes = ("es-MX,es;q=0.9", "en-US", "fr")

    assert [spoken(client, accept_language=wish) for wish in wishes] == ["es", "en", "en"]


def test_a_person_s_own_language_counts_more_than_the_browser_s() -> None:
    inés = make_user("Inés", email="ines@example.org", language="es")
    browser = browser_of(inés)

    assert spoken(browser, accept_language="en-US") == "es"


def test_a_person_s_own_language_counts_inside_the_district() -> None:
    inés = make_user("Inés", email="ines@example.org", language="es")
    seat(make_district(slug="riverbend"), Role.SPECIALIST, user=inés)

    assert spoken(browser_of(inés), front_door("riverbend")) == "es"


def test_what_was_chosen_in_this_browser_counts_most() -> None:
    inés = make_user("Inés", email="ines@example.org", language="es")
    browser = browser_of(inés)

    chosen = browser.post("/language/", {"language": "en", "next": ABOUT})

    assert (chosen["Location"], spoken(browser)) == (ABOUT, "en")


def test_who_is_not_signed_in_can_choose(client: Client) -> None:
    client.post("/language/", {"language": "es", "next": "/accounts/login/"})

    assert spoken(client, "/accounts/login/") == "es"


@pytest.mark.parametrize("language", ["xx", "", "../../etc", "es\0"])
def test_a_language_that_there_is_not_changes_nothing(client: Client, language: str) -> None:
    client.post("/language/", {"language": language})

    assert spoken(client) == "en"


def test_choosing_leads_to_no_other_site(client: Client) -> None:
    answer = client.post("/language/", {"language": "es", "next": "https://example.com/"})

    assert answer["Location"] == "/"


def test_a_name_is_something_to_be_seen() -> None:
    someone = make_user("Ana")
    browser = browser_of(someone)

    answer = browser.post(reverse("account"), {"name": "\u200b\u200b", "language": "es"})

    someone.refresh_from_db()
    assert (answer.status_code, someone.name) == (422, "Ana")


def test_a_name_turns_nothing_around_of_the_sentences_it_stands_in() -> None:
    someone = make_user("Ana")

    browser_of(someone).post(reverse("account"), {"name": "\u202eanA Ruiz", "language": "es"})

    someone.refresh_from_db()
    assert someone.name == "anA Ruiz"
