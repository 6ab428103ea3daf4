"""Which mails a person gets: signed in, by the link in a mail, by one click of a mail program."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.mail import token_for
from accounts.models import User
from tests.accounts.signing_in import browser_of
from tests.factories import make_user
from tests.second_factors import recent_browser_of

pytestmark = pytest.mark.django_db(transaction=True)

MINE = "/accounts/mail/"
ADDRESS = "/accounts/mail/address/"


@pytest.fixture
def alice() -> User:
    return make_user("Alice")


def by_token(user: User) -> str:
    return reverse("mail_choices_by_token", args=[token_for(user)])


def wants(user: User) -> tuple[bool, bool]:
    """Comments, reminders."""
    user.refresh_from_db()
    return user.gets_comments_by_mail, user.gets_reminders_by_mail


@pytest.fixture
def stranger() -> Client:
    """A browser in which nobody has signed in; it asks for the CSRF token as a real one does."""
    return Client(enforce_csrf_checks=True)


def test_looking_changes_nothing(stranger: Client, alice: User) -> None:
    page = stranger.get(by_token(alice))

    assert (page.status_code, wants(alice)) == (200, (True, True))
    assert page.text.count("checked") == 2


def test_who_holds_the_mail_can_choose(stranger: Client, alice: User) -> None:
    page = stranger.post(by_token(alice), {"gets_reminders_by_mail": "on"})

    assert ("Saved." in page.text, wants(alice)) == (True, (False, True))


def test_one_click_turns_everything_off(stranger: Client, alice: User) -> None:
    sent = {"List-Unsubscribe": "One-Click", "gets_comments_by_mail": "on"}

    page = stranger.post(by_token(alice), sent)

    assert (page.status_code, wants(alice)) == (200, (False, False))


def test_a_token_does_not_expire_but_belongs_to_one_person(stranger: Client, alice: User) -> None:
    bob = make_user("Bob")

    stranger.post(by_token(alice), {})

    assert (wants(alice), wants(bob)) == ((False, False), (True, True))


@pytest.mark.parametrize("change", ["x", "", "nonsense", "0" * 32 + ":abc", "\0", "ñ", "A" * 5_000])
def test_a_token_that_was_not_made_here_is_no_page(
    stranger: Client, alice: User, change: str
) -> None:
    token = token_for(alice) + change if len(change) == 1 else change
    address = f"{MINE}{token}/" if token else f"{MINE}x/"

    answers = [stranger.get(address).status_code, stranger.post(address).status_code]

    assert (answers, wants(alice)) == ([404, 404], (True, True))


def test_the_page_behind_a_mail_speaks_the_person_s_language(
    stranger: Client,
) -> None:
    inés = make_user("Ines", language="es")

    page = stranger.get(by_token(inés), headers={"accept-language": "en"})

    assert (page["Content-Language"], '<html lang="es">' in page.text) == ("es", True)


def test_who_has_signed_in_chooses_from_the_menu(alice: User) -> None:
    browser = browser_of(alice)
    menu, account = (browser.get(page).text for page in ("/districts/", "/accounts/"))

    browser.post(MINE, {"gets_comments_by_mail": "on"})

    assert 'href="/accounts/"' in menu
    assert (f'href="{MINE}"' in account, wants(alice)) == (True, (True, False))


def test_who_has_not_signed_in_is_asked_to(stranger: Client) -> None:
    assert stranger.get(MINE)["Location"] == f"/accounts/login/?next={MINE}"


def test_a_refused_address_is_told_of_until_the_person_objects(alice: User) -> None:
    browser = browser_of(alice)
    User.objects.filter(pk=alice.pk).update(mail_refused_at=timezone.now())
    told = browser.get(MINE).text

    answer: Any = browser.post(ADDRESS, {"next": MINE})

    alice.refresh_from_db()
    assert (alice.email in told, "was refused on" in told) == (True, True)
    assert (answer["Location"], alice.mail_refused_at) == (MINE, None)
    assert "was refused on" not in browser.get(MINE).text


@pytest.mark.parametrize("nowhere", ["nowhere", "district", "account_logout"])
def test_what_is_no_address_is_no_mistake_of_ours(alice: User, nowhere: str) -> None:
    browser = recent_browser_of(alice)

    answer: Any = browser.post(ADDRESS, {"next": nowhere})
    shown: Any = browser.get("/accounts/second-factor/", {"next": nowhere})

    assert (answer.status_code, answer["Location"]) == (302, nowhere)
    assert (shown.status_code, shown["Location"]) == (302, nowhere)


def test_objecting_leads_to_no_other_site_and_is_a_form(alice: User) -> None:
    browser = browser_of(alice)

    answers: Any = [browser.post(ADDRESS, {"next": "https://example.com/"}), browser.get(ADDRESS)]

    assert (answers[0]["Location"], answers[1].status_code) == ("/", 405)
