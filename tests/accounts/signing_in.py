"""How a test signs in and goes where it is led: through the form, as a person does."""

from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.factories import PASSWORD

LOGIN = "/accounts/login/"


def sign_in(client: Client, email: str, password: str = PASSWORD, **hidden: str) -> Any:
    """Fill in the form and follow wherever it leads."""
    sent = {"login": email, "password": password, **hidden}
    return client.post(LOGIN, sent, follow=True)


def browser_of(user: User) -> Client:
    """A browser in which the person has signed in."""
    client = Client()
    sign_in(client, user.email)
    return client


def where(response: Any) -> str:
    """The address at which someone has ended up."""
    address: str = response.wsgi_request.path
    return address


def front_door(slug: str) -> str:
    """The address of a district."""
    return reverse("district", args=[slug])
