"""How a test signs in and goes where it is led: through the form, as a person does."""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests import second_factors
from tests.factories import PASSWORD

LOGIN = "/accounts/login/"
SECOND_FACTOR = "/accounts/second-factor/"


def sign_in(client: Client, email: str, password: str = PASSWORD, **hidden: str) -> Any:
    """Fill in the form and follow wherever it leads; who must show a second factor shows one."""
    answer = by_password(client, email, password, follow=True, **hidden)
    if where(answer) == SECOND_FACTOR:
        second_factors.show_in(client.session.session_key or "")
        answer = client.get(answer.wsgi_request.GET["next"], follow=True)
    return answer


def by_password(
    client: Client, email: str, password: str = PASSWORD, *, follow: bool = False, **hidden: str
) -> Any:
    """Fill in the form, and no more."""
    return client.post(LOGIN, {"login": email, "password": password, **hidden}, follow=follow)


def browser_of(user: User) -> Client:
    """A browser in which the person has signed in."""
    client = Client()
    sign_in(client, user.email)
    return client


def is_signed_in(client: Client) -> bool:
    """Whether somebody is, in this browser."""
    return SESSION_KEY in client.session


def where(response: Any) -> str:
    """The address at which someone has ended up."""
    address: str = response.wsgi_request.path
    return address


def front_door(slug: str) -> str:
    """The address of a district."""
    return reverse("district", args=[slug])
