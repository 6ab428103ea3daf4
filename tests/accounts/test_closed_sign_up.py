"""Nobody makes an account from outside: operators and invitations add people."""

import pytest
from django.test import Client

from accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)

SIGN_UP = "/accounts/signup/"


def test_the_page_says_that_it_is_closed(client: Client) -> None:
    answer = client.get(SIGN_UP)

    assert (answer.status_code, "password1" in answer.text) == (200, False)


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (SIGN_UP, "for an invitation"),
        ("/accounts/inactive/", "tell your district’s admin"),
        ("/accounts/password/reset/key/1-abc/", "Send another link"),
    ],
)
def test_a_page_that_lets_nobody_in_says_what_to_do(client: Client, page: str, words: str) -> None:
    answer = client.get(page)

    assert words in answer.text
    assert 'href="/accounts/login/"' in answer.text


def test_a_form_that_is_sent_all_the_same_makes_nobody(client: Client) -> None:
    password = "a long enough password"
    sent = {"email": "eve@example.org", "password1": password, "password2": password}

    client.post(SIGN_UP, sent)

    assert list(User.objects.all()) == []


def test_the_way_in_does_not_point_there(client: Client) -> None:
    answer = client.get("/accounts/login/")

    assert SIGN_UP not in answer.text
